"""`trappen bench`: measure speed, start-up and memory, peers in the same run."""

import argparse
import json

from trappen.arguments import choice, json_option
from trappen.scenarios.bench import BY_NAME, PARTS
from trappen.viz.wording import say


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    json_option(parser, lang)
    parser.add_argument("--quick", action="store_true", help=say("cli.option.quick", lang))
    parser.add_argument(
        "--only",
        type=choice("--only", *PARTS, *BY_NAME),
        metavar="X",
        help=say("cli.option.bench_only", lang),
    )


def do(options: argparse.Namespace, lang: str) -> int:
    """Measure speed, start-up and memory, peers in the same run."""
    from trappen.scenarios.bench.benchmark import measure_all

    figures = measure_all(quick=options.quick, only=options.only)
    if options.json:
        print(json.dumps(figures, indent=2))
        return 0
    from trappen.viz.terminal.compared import print_bench

    print_bench(figures, lang)
    return 0
