"""`trappen municipalities`: list the municipalities."""

import argparse
import json

from trappen.arguments import json_option
from trappen.viz.wording import number, say


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    json_option(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """List the municipalities."""
    from rich.console import Console

    from trappen.model.municipalities import all_municipalities
    from trappen.viz.terminal.grid import line

    found = all_municipalities()
    if options.json:
        rows = [
            {"code": m.code, "name": m.name, "population_2020": m.population, "children_0_17": m.children}
            for m in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for m in found:
        print(
            f"{m.code:>4}  {m.name:<20}{number(m.population, 0, lang):>10}{number(m.children, 0, lang):>10}"
        )
    line(Console(highlight=False), say("terminal.municipalities_note", lang))
    return 0
