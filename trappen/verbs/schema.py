"""`trappen schema`: JSON Schema of a scenario, a policy or a programme, for editors."""

import argparse
import json

from trappen.arguments import choice, place
from trappen.viz.wording import say

KINDS = ("scenario", "policy", "programme")


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    parser.add_argument(
        "kind",
        nargs="?",
        default="scenario",
        type=choice("kind", *KINDS),
        help=say("cli.argument.kind", lang),
    )
    parser.add_argument("--output", type=place, metavar="X", help=say("catalogue_option.output", lang))


def do(options: argparse.Namespace, lang: str) -> int:
    """Print the schema, or write it to a file."""
    from trappen.scenarios.files.schema import schema
    from trappen.written import write_new

    text = json.dumps(schema(options.kind), ensure_ascii=False, indent=2) + "\n"
    if options.output is None:
        print(text, end="")
    else:
        write_new(options.output, text, replace=True)
    return 0
