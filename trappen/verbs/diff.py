"""`trappen diff`: what changes from one policy to another, in plain words."""

import argparse
import json

from trappen.arguments import filled, json_option
from trappen.viz.wording import say


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    for name in ("a", "b"):
        what = say(f"cli.argument.{name}", lang)
        parser.add_argument(name, type=filled(what), help=what)
    json_option(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Say what changes from one policy (or scenario) to the other."""
    from trappen.scenarios.scenario import scenario_from
    from trappen.viz.terminal.difference import difference_text, differences

    a, b = (scenario_from(given).policy_as_run for given in (options.a, options.b))
    if options.json:
        print(json.dumps(differences(a, b), ensure_ascii=False, indent=2))
    else:
        print(difference_text(a, b, lang))
    return 0
