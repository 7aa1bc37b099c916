"""`trappen new`: write a commented scenario, policy or programme from options, or from answers."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from trappen import streams
from trappen.agents.problem import Problem, Problems
from trappen.arguments import Whole, choice, place
from trappen.viz.wording import say

KINDS = ("scenario", "policy", "programme", "hook")
ASKED = ("name", "municipality", "policy", "years")


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    parser.add_argument(
        "kind",
        nargs="?",
        default="scenario",
        type=choice("kind", *KINDS),
        help=say("cli.argument.new_kind", lang),
    )

    def option(name: str, **kind: object) -> None:
        parser.add_argument(f"--{name}", help=say(f"new_option.{name}", lang), **kind)  # type: ignore[arg-type]

    option("name", metavar="X")
    option("municipality", metavar="X")
    option("children", type=Whole(1, 2_000_000, "--children"), metavar="N")
    option("policy", metavar="X")
    option("years", type=Whole(1, 60, "--years"), metavar="N")
    option("replicates", type=Whole(1, 100_000, "--replicates"), metavar="N")
    option("output", type=place, metavar="X")


def do(options: argparse.Namespace, lang: str) -> int:
    """Write the file, hold it against the rules, and say how to go on."""
    from trappen.written import write_new

    given = {name: getattr(options, name) for name in (*ASKED, "children", "replicates")}
    if options.kind == "hook":
        from importlib.resources import files

        path = options.output or Path("hook.py")
        write_new(path, (files("trappen.policies") / "skeleton.py").read_text(encoding="utf-8"))
        print(say("new.hook", lang, file=path))
        return 0
    asked = not any(given.values()) and options.kind == "scenario" and sys.stdin.isatty()
    told = (
        _answers(options.output, lang) if asked else {name: value for name, value in given.items() if value}
    )
    path = options.output or _file_of(str(told.get("name") or options.kind))
    told.setdefault("name", path.stem)
    if path.exists():
        raise Problem("new.exists", file=path)
    write_new(path, _checked(options.kind, path, told))
    print(say(f"new.{options.kind}", lang, file=f'"{path}"' if " " in str(path) else path))
    return 0


def _file_of(name: str) -> Path:
    return Path(f"{name}.yaml")


def _checked(kind: str, path: Path, told: dict[str, Any]) -> str:
    """Return the text of a file that is in order.

    It is held against the rules before anything is written, so what is wrong has a field and no line yet.

    Raises
    ------
    Problems
        What was told does not make a good file.
    """
    from trappen.policies.library import look_beside
    from trappen.scenarios.files.checked import check_file
    from trappen.scenarios.files.new_file import new_text

    text = new_text(kind, **told)  # type: ignore[arg-type]
    look_beside(path)
    with TemporaryDirectory() as folder:
        tried = Path(folder) / "new.yaml"
        tried.write_text(text, encoding="utf-8")
        try:
            check_file(tried)
        except Problem as problem:
            found = getattr(problem, "found", [problem])
            raise Problems(Problem(one.key, field=one.field, **one.values) for one in found) from None
    return text


def _answers(output: Path | None, lang: str) -> dict[str, Any]:
    """Ask for what a scenario needs; an empty answer takes what stands in brackets, a wrong one asks again.

    Raises
    ------
    KeyboardInterrupt
        The asked one left, by Ctrl-C or by the end of input (Ctrl-D).
    """
    answers: dict[str, Any] = {}
    for name in ASKED:
        while True:
            try:
                given = input(say(f"new_question.{name}", lang) + " ").strip()
                if told := _usable(name, given, answers, output):
                    answers[name] = told
                break
            except Problem as problem:
                print(streams.told(problem), file=sys.stderr)
            except (EOFError, KeyboardInterrupt):
                print(file=sys.stderr)  # the sentence that follows begins a line of its own
                raise KeyboardInterrupt from None
    return answers


def _usable(name: str, given: str, answers: dict[str, Any], output: Path | None) -> object:
    """Return an answer as the file takes it, or say what is wrong with it."""
    if name == "name" and output is None and _file_of(given or "scenario").exists():
        raise Problem("new.taken", file=_file_of(given or "scenario"))
    if not given:
        return None
    told = Whole(1, 60, name)(given) if name == "years" else given
    _checked("scenario", output or Path(), {"name": "scenario"} | answers | {name: told})
    return told
