"""`trappen indicators`: the indicator catalogue."""

import argparse
import json

from trappen.arguments import json_option
from trappen.viz.wording import say, unit


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    json_option(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """List the indicators with definition, unit, direction, sub-goal and source."""
    from trappen.model.sources import source_in
    from trappen.scenarios.indicators import catalogue

    rows = catalogue()
    for row in rows:
        row["name"] = say(f"row.{row['row']}", lang)
        row["source"] = source_in(row["source"], lang)
        row["definition"] = say(f"row_help.{row['row']}", lang)
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    print(say("indicators.head", lang, count=len(rows)))
    group = ""
    for row in rows:
        if row["group"] != group:
            group = str(row["group"])
            print(f"\n{say(f'group.{group}', lang)}")
        way = {-1: "lower", 1: "higher", 0: "neither"}[int(row["direction"])]
        goal = f"; {say('indicators.goal', lang, goal=row['sub_goal'])}" if row["sub_goal"] else ""
        told = f"{unit(str(row['unit']), lang)}; {say(f'indicators.{way}', lang)}{goal}"
        print(f"  {row['row']}: {row['name']} ({told})")
        print(f"    {row['definition']}")
        print(f"    {row['source'] or say('indicators.simulated', lang)}")
    return 0
