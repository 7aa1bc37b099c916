"""`trappen indicators`: the indicator catalogue."""

import argparse
import json
from collections.abc import Iterator
from typing import Any

from trappen.arguments import json_option
from trappen.viz.wording import say, unit


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    json_option(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """List the indicators with definition, unit, direction, sub-goal and source."""
    from rich.console import Console

    from trappen.model.sources import source_in
    from trappen.scenarios.indicators import catalogue
    from trappen.viz.terminal.grid import lines

    rows = catalogue()
    for row in rows:
        row["name"] = say(f"row.{row['row']}", lang)
        row["source"] = source_in(row["source"], lang)
        row["definition"] = say(f"row_help.{row['row']}", lang)
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    lines(Console(highlight=False), _told(rows, lang))
    return 0


def _told(rows: list[dict[str, Any]], lang: str) -> Iterator[str]:
    """Tell each indicator under its group."""
    yield say("indicators.head", lang, count=len(rows))
    group = ""
    for row in rows:
        if row["group"] != group:
            group = str(row["group"])
            yield f"\n{say(f'group.{group}', lang)}"
        way = {-1: "lower", 1: "higher", 0: "neither"}[int(row["direction"])]
        goal = f"; {say('indicators.goal', lang, goal=row['sub_goal'])}" if row["sub_goal"] else ""
        told = f"{unit(str(row['unit']), lang)}; {say(f'indicators.{way}', lang)}{goal}"
        yield f"  {row['row']}: {row['name']} ({told})"
        yield f"    {row['definition']}"
        yield f"    {row['source'] or say('indicators.simulated', lang)}"
