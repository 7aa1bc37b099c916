"""`trappen new`: write a commented scenario, policy or programme from options, or from answers."""

import argparse
import sys
from pathlib import Path

from trappen.agents.problem import Problem
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
    told = _answers(lang) if asked else {name: value for name, value in given.items() if value}
    path = options.output or Path(f"{told.get('name') or options.kind}.yaml")
    told.setdefault("name", path.stem)
    from trappen.scenarios.files.checked import check_file
    from trappen.scenarios.files.new_file import new_text

    write_new(path, new_text(options.kind, **told))
    try:
        check_file(path)
    except Problem:
        path.unlink()  # what was told does not make a good file, and the sentence says why
        raise
    print(say(f"new.{options.kind}", lang, file=path))
    return 0


def _answers(lang: str) -> dict[str, object]:
    """Ask for what a scenario needs; an empty answer takes what stands in brackets."""
    answers: dict[str, object] = {}
    for name in ASKED:
        if given := input(say(f"new_question.{name}", lang) + " ").strip():
            answers[name] = Whole(1, 60, name)(given) if name == "years" else given
    return answers
