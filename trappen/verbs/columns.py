"""`trappen columns`: where each rule stands, the phases of the month, and every column of every table."""

import argparse

from trappen.arguments import place
from trappen.viz.wording import say


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    parser.add_argument("--output", type=place, metavar="X", help=say("catalogue_option.output", lang))


def do(options: argparse.Namespace, lang: str) -> int:
    """Print the page, or write it to a file; it is in English, as the declarations are."""
    from trappen.viz.terminal.columns_page import columns_page
    from trappen.written import write_new

    del lang
    if options.output is None:
        print(columns_page(), end="")
    else:
        write_new(options.output, columns_page(), replace=True)
    return 0
