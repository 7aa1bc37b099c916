"""The command line: what can be asked, in both languages; it loads nothing heavy to say so."""

import argparse
import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from trappen.agents.problem import Problem
from trappen.viz import wording
from trappen.viz.wording import say

OK, BAD_INPUT, INTERRUPTED = 0, 2, 130

POSITION = {"policy": 1, "manifest": 1, "name": 1}


class _Parser(argparse.ArgumentParser):
    """An argument parser that raises a Problem where the standard one would end the program."""

    lang = "da"

    def error(self, message: str) -> NoReturn:
        """Turn what argparse found into a sentence of the catalogue."""
        raise _translated(message, self)

    def format_help(self) -> str:
        """Return the help with the standard headings in the reader's language."""
        text = super().format_help()
        for heading, key in (("usage:", "cli.usage"), ("options:", "cli.options")):
            text = text.replace(heading, say(key, self.lang) + ":", 1)
        return text.replace("positional arguments:", say("cli.arguments", self.lang) + ":", 1)


def _translated(message: str, parser: _Parser) -> Problem:
    """Return the Problem that says what argparse's message says."""
    option, _, rest = message.partition(": ")
    name = option.removeprefix("argument ").split("/")[0]
    if "unrecognized arguments" in message:
        given = rest.split()[0] if rest else message
        return _unknown(given, [o for a in parser._actions for o in a.option_strings])
    if "expected" in message and "argument" in message:
        return Problem("option.without_value", field=name, option=name)
    if "are required" in message:
        return Problem("option.missing", what=rest)
    if "not allowed with" in message:
        return Problem("option.both", field=name, other=message.rpartition(" ")[2])
    return Problem("option.unknown_alone", field=name, given=rest or message)


def _unknown(given: str, known: Sequence[str]) -> Problem:
    near = get_close_matches(given, known, 1, 0.5)
    if near:
        return Problem("option.unknown", given=given, nearest=near[0])
    return Problem("option.unknown_alone", given=given)


class _Whole:
    """A whole number between bounds, as argparse's `type`."""

    def __init__(self, low: int, high: int, field: str) -> None:
        self.low, self.high, self.field = low, high, field

    def __call__(self, given: str) -> int:
        try:
            value = int(given)
            if not self.low <= value <= self.high or not given.isascii() or "_" in given:
                raise ValueError
        except ValueError:
            raise Problem(
                "option.not_a_number", field=self.field, given=given, low=self.low, high=self.high
            ) from None
        return value


def _choice(field: str, *choices: str) -> Any:
    def chosen(given: str) -> str:
        if given not in choices:
            raise Problem("option.choice", field=field, given=given, choices=", ".join(choices))
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
        "--lang", type=_choice("--lang", *wording.languages()), help=say("cli.option.lang", lang)
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
        "--output", type=Path, default=Path("results"), metavar="X", help=say("cli.option.output", lang)
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
    rerun.add_argument("manifest", help=say("cli.argument.manifest", lang))
    _output_options(rerun, lang)
    municipalities = command("municipalities")
    municipalities.add_argument("--json", action="store_true", help=say("cli.option.json", lang))
    targets = command("targets")
    targets.add_argument("--json", action="store_true", help=say("cli.option.json", lang))
    targets.add_argument(
        "--sets", type=_Whole(0, 100, "--sets"), default=0, metavar="N", help=say("cli.option.sets", lang)
    )
    targets.add_argument("--structure", action="append", metavar="X=Y", help=say("cli.option.structure", lang))
    calibrate = command("calibrate")
    calibrate.add_argument(
        "--structure", action="append", metavar="X=Y", help=say("cli.option.structure", lang)
    )
    calibrate.add_argument(
        "--sets", type=_Whole(0, 1000, "--sets"), default=40, metavar="N", help=say("cli.option.sets_fit", lang)
    )
    calibrate.add_argument(
        "--rounds", type=_Whole(1, 50, "--rounds"), default=6, metavar="N", help=say("cli.option.rounds", lang)
    )
    calibrate.add_argument("--output", type=Path, metavar="X", help=say("cli.option.output_file", lang))
    bench = command("bench")
    bench.add_argument("--json", action="store_true", help=say("cli.option.json", lang))
    bench.add_argument("--quick", action="store_true", help=say("cli.option.quick", lang))
    command("catalogue")
    show = command("show")
    show.add_argument("name", help=say("cli.argument.name", lang))
    return parser


def main(args: Sequence[str]) -> int:
    """Do what the command line asks and return the exit code: 0, or 2 where the input cannot be used."""
    lang = _language(args)
    Problem.wording = staticmethod(wording.problem_wording(lang))  # type: ignore[assignment]
    try:
        return _do(args, lang)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        # The reader of a pipe left; what is still to be flushed goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        print(say("cli.interrupted", lang), file=sys.stderr)
        return INTERRUPTED


def _do(args: Sequence[str], lang: str) -> int:
    parser = build(lang)
    known = ("compare", "run", "rerun", "municipalities", "targets", "calibrate", "bench", "catalogue", "show")
    words = [word for word in args if not word.startswith("-")]
    if "--lang" in args and words and words[0] in wording.languages():
        words = words[1:]
    if words and words[0] not in known and args[0] in (words[0], "--lang"):
        raise _unknown(words[0], known)
    try:
        options = parser.parse_args(list(args))
    except SystemExit as leaving:  # --help was answered
        return int(leaving.code or 0)
    if options.version:
        from trappen import __version__

        print(f"trappen {__version__}")
        return OK
    if options.command is None:
        parser.print_help()
        return OK
    from trappen import commands

    return int(getattr(commands, options.command)(options, lang) or OK)
