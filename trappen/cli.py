"""The command line: what can be asked, in both languages; it loads nothing heavy to say so."""

import argparse
import ast
import os
import re
import sys
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from trappen import streams
from trappen.agents.problem import Problem
from trappen.streams import short
from trappen.viz import wording
from trappen.viz.wording import say

OK, BAD_INPUT, INTERRUPTED = 0, 2, 130


class _Parser(argparse.ArgumentParser):
    """An argument parser that raises a Problem where the standard one would end the program."""

    lang = "da"

    def error(self, message: str) -> NoReturn:
        """Turn what argparse found into a sentence of the catalogue."""
        raise _translated(message, self.lang)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Answer an unknown command with the nearest; argparse would answer in English with all of them."""
        if action.choices is not None and value not in action.choices:
            raise _unknown(value, list(action.choices))

    def format_help(self) -> str:
        """Return the help with the standard headings in the reader's language."""
        text = super().format_help()
        for heading, key in (("usage:", "cli.usage"), ("options:", "cli.options")):
            text = text.replace(heading, say(key, self.lang) + ":", 1)
        return text.replace("positional arguments:", say("cli.arguments", self.lang) + ":", 1)


def _translated(message: str, lang: str) -> Problem:
    """Return the Problem that says what argparse's message says."""
    option, _, rest = message.partition(": ")
    name = option.removeprefix("argument ").split("/")[0]
    if rest.startswith("expected"):
        return Problem("option.without_value", field=name, option=name)
    if option.endswith("are required"):
        return Problem("option.missing", what=say(f"cli.argument.{rest}", lang))
    if "not allowed with" in rest:
        return Problem("option.both", field=name, other=rest.rpartition(" ")[2])
    given = rest.removeprefix("ignored explicit argument ")
    if given != rest:
        given = ast.literal_eval(given)
    return Problem("option.unknown_alone", field=name, given=short(given or message))


def _unknown(given: str, known: Sequence[str]) -> Problem:
    """Name the nearest of what is known; the dashes that all options share make none of them near."""
    option = given.partition("=")[0] if given.startswith("-") else given
    bare = {name.lstrip("-"): name for name in known if name.startswith("-") == option.startswith("-")}
    word = option.lstrip("-")
    near = [name for name in bare if len(word) > 2 and name.startswith(word)]
    if near := near or get_close_matches(word, bare, 1, 0.6):
        return Problem("option.unknown", given=short(option), nearest=bare[near[0]])
    return Problem("option.unknown_alone", given=short(option))


class _Whole:
    """A whole number between bounds, as argparse's `type`."""

    def __init__(self, low: int, high: int, field: str) -> None:
        self.low, self.high, self.field = low, high, field

    def __call__(self, given: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,30}", given):
            raise self._problem("option.not_a_number", given)
        if not self.low <= int(given) <= self.high:
            raise self._problem("field.out_of_range", given)
        return int(given)

    def _problem(self, key: str, given: str) -> Problem:
        return Problem(key, field=self.field, given=short(given), low=self.low, high=self.high)


def _filled(what: str, unreadable: str | None = None) -> Any:
    """Return a function that reads a positional argument; an empty path would be this folder."""

    def filled(given: str) -> str:
        if not given:
            raise Problem("option.missing", what=what)
        if unreadable and _no_path(given):
            raise Problem(unreadable, file=given)
        return given

    return filled


def _place(given: str) -> Path:
    """Read the path of what is to be written, before anything is run for it."""
    if not given:
        raise Problem("option.without_value", field="--output", option="--output")
    if _no_path(given):
        raise Problem("result.not_writable", file=given)
    return Path(given)


def _no_path(given: str) -> bool:
    """Tell whether no file can have this path, which systems and Pythons answer each in their own way."""
    parts = [os.fsencode(part) for part in Path(given).parts]
    return "\0" in given or any(len(part) > 255 for part in parts) or sum(map(len, parts)) > 4000


def _choice(field: str, *choices: str) -> Any:
    def chosen(given: str) -> str:
        if given not in choices:
            raise Problem("option.choice", field=field, given=short(given), choices=", ".join(choices))
        return given

    return chosen


def _language(args: Sequence[str]) -> str:
    """Return the language asked for before anything else is read, so that errors are in it too."""
    for here, value in enumerate(args):
        if value == "--lang" and here + 1 < len(args) and args[here + 1] in wording.languages():
            return args[here + 1]
        if value.startswith("--lang=") and value[7:] in wording.languages():
            return value[7:]
    return wording.default_language(os.environ)


def _common(parser: _Parser, lang: str) -> None:
    parser.add_argument(
        "--lang",
        type=_choice("--lang", *wording.languages()),
        metavar="X",
        help=say("cli.option.lang", lang),
    )


def _scenario_options(parser: _Parser, lang: str) -> None:
    def option(name: str, **kind: Any) -> None:
        key = name.removeprefix("--").replace("-", "_")
        parser.add_argument(name, help=say(f"cli.option.{key}", lang), **kind)

    option("--municipality", metavar="X")
    option("--years", type=_Whole(1, 60, "--years"), metavar="N")
    option("--replicates", type=_Whole(1, 100_000, "--replicates"), metavar="N")
    option("--seed", type=_Whole(0, 2**63 - 1, "--seed"), metavar="N")
    both = parser.add_mutually_exclusive_group()
    both.add_argument(
        "--uncertainty",
        action="store_true",
        default=None,
        help=say("cli.option.uncertainty", lang),
    )
    both.add_argument(
        "--no-uncertainty",
        action="store_false",
        dest="uncertainty",
        help=say("cli.option.no_uncertainty", lang),
    )
    option("--casework", type=_choice("--casework", "compiled", "simpy"), metavar="X")
    option("--structure", action="append", metavar="X=Y")
    option("--threads", type=_Whole(1, 256, "--threads"), metavar="N")


def _output_options(parser: _Parser, lang: str) -> None:
    parser.add_argument("--json", action="store_true", help=say("cli.option.json", lang))
    parser.add_argument(
        "--output",
        type=_place,
        default=Path("results"),
        metavar="X",
        help=say("cli.option.output", lang),
    )


def build(lang: str) -> _Parser:
    """Return the parser of the whole command line in a language."""
    _Parser.lang = lang
    parser = _Parser(
        prog="trappen",
        description=say("cli.about", lang),
        epilog=say("cli.more", lang),
        allow_abbrev=False,
        add_help=False,
    )
    parser.add_argument("-h", "--help", action="help", help=say("cli.option.help", lang))
    parser.add_argument("--version", action="store_true", help=say("cli.option.version", lang))
    _common(parser, lang)
    commands = parser.add_subparsers(
        dest="command", metavar=say("cli.command_word", lang), title=say("cli.commands", lang)
    )

    def command(name: str) -> _Parser:
        text = say(f"cli.command.{name}", lang)
        sub: _Parser = commands.add_parser(
            name, help=text, description=text + ".", add_help=False, allow_abbrev=False
        )
        sub.add_argument("-h", "--help", action="help", help=say("cli.option.help", lang))
        _common(sub, lang)
        return sub

    compare = command("compare")
    compare.add_argument("a", nargs="?", default="status_quo", help=say("cli.argument.policy", lang))
    compare.add_argument("b", nargs="?", default="omlaegning", help=say("cli.argument.policy", lang))
    _scenario_options(compare, lang)
    _output_options(compare, lang)
    run = command("run")
    run.add_argument("policy", nargs="?", default="status_quo", help=say("cli.argument.policy", lang))
    _scenario_options(run, lang)
    run.add_argument("--json", action="store_true", help=say("cli.option.json", lang))
    rerun = command("rerun")
    what = say("cli.argument.manifest", lang)
    rerun.add_argument("manifest", type=_filled(what, "manifest.unreadable"), help=what)
    _output_options(rerun, lang)
    municipalities = command("municipalities")
    municipalities.add_argument("--json", action="store_true", help=say("cli.option.json", lang))
    targets = command("targets")
    targets.add_argument("--json", action="store_true", help=say("cli.option.json", lang))
    targets.add_argument(
        "--sets", type=_Whole(0, 100, "--sets"), default=0, metavar="N", help=say("cli.option.sets", lang)
    )
    targets.add_argument(
        "--structure", action="append", metavar="X=Y", help=say("cli.option.structure", lang)
    )
    calibrate = command("calibrate")
    calibrate.add_argument(
        "--structure", action="append", metavar="X=Y", help=say("cli.option.structure", lang)
    )
    for name, low, high, usual, text in (("sets", 0, 1000, 40, "sets_fit"), ("rounds", 1, 50, 6, "rounds")):
        whole = _Whole(low, high, f"--{name}")
        text = say(f"cli.option.{text}", lang)
        calibrate.add_argument(f"--{name}", type=whole, default=usual, metavar="N", help=text)
    calibrate.add_argument("--output", type=_place, metavar="X", help=say("cli.option.output_file", lang))
    bench = command("bench")
    bench.add_argument("--json", action="store_true", help=say("cli.option.json", lang))
    bench.add_argument("--quick", action="store_true", help=say("cli.option.quick", lang))
    command("catalogue")
    show = command("show")
    what = say("cli.argument.name", lang)
    show.add_argument("name", type=_filled(what), help=what)
    for sub in commands.choices.values():
        sub.set_defaults(own=_options(sub))
    parser.set_defaults(below={name for sub in commands.choices.values() for name in _options(sub)})
    return parser


def _options(parser: argparse.ArgumentParser) -> list[str]:
    return [name for action in parser._actions for name in action.option_strings]


def main(args: Sequence[str]) -> int:
    """Do what the command line asks and return the exit code: 0, or 2 where the input cannot be used."""
    lang = _language(args)
    Problem.wording = staticmethod(wording.problem_wording(lang))
    streams.write_what_can_be_written()
    try:
        try:
            code = _do(args, lang)
        except Problem as problem:
            print(streams.told(problem), file=sys.stderr)
            code = BAD_INPUT
        streams.flush()
        return code
    except BrokenPipeError:
        streams.silence()
        return OK
    except SystemExit:  # so the library of the tables answers a broken pipe
        return OK
    except KeyboardInterrupt:
        print(say("cli.interrupted", lang), file=sys.stderr)
        return INTERRUPTED


def _do(args: Sequence[str], lang: str) -> int:
    parser = build(lang)
    own = _options(parser)
    _check_before_command(args, own, parser.get_default("below"))
    try:
        options, more = parser.parse_known_args(list(args))
    except SystemExit as leaving:  # --help was answered
        return int(leaving.code or 0)
    if more and not more[0].startswith("-"):
        raise Problem("option.too_many", given=short(more[0]))
    if more:
        raise _unknown(more[0], getattr(options, "own", own))
    if options.version:
        from trappen import __version__

        print(f"trappen {__version__}")
        return OK
    if options.command is None:
        parser.print_help()
        return OK
    from trappen import commands

    return int(getattr(commands, options.command)(options, lang) or OK)


def _check_before_command(args: Sequence[str], own: Sequence[str], below: Collection[str]) -> None:
    """Say which option before the command does not belong there; its value would be taken for the command."""
    waiting = iter(args)
    for word in waiting:
        if not word.startswith("-"):
            return
        option = word.partition("=")[0]
        if option not in own and option in below:
            raise Problem("option.before_command", given=option)
        if option not in own:
            raise _unknown(word, own)
        if word == "--lang":
            next(waiting, None)
