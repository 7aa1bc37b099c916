"""The command line: what can be asked, in both languages; it loads nothing heavy to say so."""

import argparse
import ast
import os
import sys
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NoReturn

from trappen import streams
from trappen.agents.problem import Problem
from trappen.arguments import choice
from trappen.streams import short
from trappen.verbs import VERBS
from trappen.viz import wording
from trappen.viz.wording import say

OK, BAD_INPUT, INTERRUPTED = 0, 2, 130


class _Parser(argparse.ArgumentParser):
    """An argument parser that raises a Problem where the standard one would end the program."""

    lang = "da"

    def error(self, message: str) -> NoReturn:
        """Turn what argparse found into a sentence of the catalogue."""
        found, _, missing = message.partition(": ")
        if found.endswith("are required"):
            first = missing.split(", ")[0]
            raise Problem("option.missing", what=next(one.help for one in self._actions if one.dest == first))
        raise _translated(message)

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


def _translated(message: str) -> Problem:
    """Return the Problem that says what argparse's message says."""
    option, _, rest = message.partition(": ")
    name = option.removeprefix("argument ").split("/")[0]
    if rest.startswith("expected"):
        return Problem("option.without_value", field=name, option=name)
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
        type=choice("--lang", *wording.languages()),
        metavar="X",
        help=say("cli.option.lang", lang),
    )
    parser.add_argument("--catalogue", metavar="X", help=say("cli.option.catalogue", lang))


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

    for name in VERBS:
        import_module(f"trappen.verbs.{name}").options(command(name), lang)
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
        key = "too_many_search" if "--search" in getattr(options, "own", own) else "too_many"
        raise Problem(f"option.{key}", given=short(more[0]))
    if more:
        raise _unknown(more[0], getattr(options, "own", own))
    if options.version:
        from trappen import __version__

        print(f"trappen {__version__}")
        return OK
    if options.command is None:
        parser.print_help()
        return OK
    if options.catalogue:
        from trappen.policies.library import use_folder

        use_folder(options.catalogue)
    verb = import_module(f"trappen.verbs.{options.command}")
    return int(verb.do(options, lang) or OK)


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
