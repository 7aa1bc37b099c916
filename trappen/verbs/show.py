"""`trappen show`: show one policy, lever or parameter with what it rests on."""

import argparse

from trappen.arguments import filled
from trappen.viz.wording import say


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    what = say("cli.argument.name", lang)
    parser.add_argument("name", type=filled(what), help=what)


def do(options: argparse.Namespace, lang: str) -> int:
    """Show one policy, lever or parameter with what it rests on."""
    from trappen.viz.terminal.shown import show_entry

    print(show_entry(options.name, lang))
    return 0
