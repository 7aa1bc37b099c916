"""The benchmark as a table: figure, unit, goal, and whether it is reached."""

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.text import Text

from trappen.viz.terminal.found_terminal import GAP, print_listed
from trappen.viz.terminal.grid import line, put_row, widths_in
from trappen.viz.wording import NONE, number, plain, say

_SHOWN = {"per_second": 1e-6, "bytes": 1e-6}
"""Units that are shown in millions, when they are not small."""


_NO_PACKAGES = ("system", "cores", "load")


def print_bench(figures: Mapping[str, Any], lang: str, *, console: Console | None = None) -> None:
    """Print what `benchmark.measure_all` returned.

    Parameters
    ----------
    figures
        `machine`, `quick` and `rows`.
    lang
        `da` or `en`.
    console
        Where to print; standard output unless given. Colours are left out when it is not a terminal.
    """
    out = console or Console(highlight=False)
    out.print(Text(say("bench.title", lang), "bold"))
    machine = dict(figures["machine"])
    packages = ", ".join(f"{name} {kind}" for name, kind in machine.items() if name not in _NO_PACKAGES)
    load = number(machine["load"], 1, lang)
    line(out, say("bench.machine", lang, packages=packages, **machine | {"load": load}), "dim")
    line(out, say("bench.clock", lang), "dim")
    for group, rows in groupby(figures["rows"], key=lambda row: row["group"]):
        out.print()
        out.print(Text(say(f"bench.group.{group}", lang), "bold"))
        line(out, say(f"bench.about.{group}", lang), "dim")
        _print_table(list(rows), lang, out)
    out.print()
    goals = [row["reached"] for row in figures["rows"] if row["reached"] is not None]
    line(out, say("bench.reached", lang, reached=sum(goals), of=len(goals)), "bold")
    if figures["quick"]:
        line(out, say("bench.quick", lang), "dim")


def _print_table(rows: Sequence[Mapping[str, Any]], lang: str, out: Console) -> None:
    """Print rows that belong together; what is measured, and a unit of several words, may wrap."""
    columns = ("what", "figure", "unit", "goal", "reached")
    heads = [say(f"bench.column.{column}", lang) for column in columns]
    cells = []
    for row in rows:
        about = {name: number(value, 0, lang) for name, value in row["about"].items()}
        figure, unit = shown(row["value"], row["unit"], lang)
        goal = reached = ""
        style = ""
        if row["goal"] is not None:
            goal = say(f"bench.{row['goal_is']}", lang, limit=plain(float(row["goal"]), lang))
        if row["reached"] is not None:
            reached = say("word.yes" if row["reached"] else "bench.not_reached", lang)
            style = "bold blue" if row["reached"] else "bold yellow"
        what = say(f"bench.row.{row['row']}", lang, **about)
        cells.append([Text(what), Text(figure), Text(unit), Text(goal), Text(reached, style)])
    texts = (0, 2, 3, 4)
    plain_cells = [[cell.plain for cell in row] for row in cells]
    widths = widths_in(heads, plain_cells, texts, out.width - len(GAP) * (len(heads) - 1))
    if widths is None:
        print_listed(heads, plain_cells, lang, out)
        return
    put_row(out, [Text(head, "dim") for head in heads], widths, texts, GAP, foot=True)
    for told in cells:
        put_row(out, told, widths, texts, GAP, foot=False)


def shown(value: float | None, unit: str, lang: str) -> tuple[str, str]:
    """Return a figure with three digits that count, and its unit in words."""
    if value is None:
        return NONE, say(f"bench.unit.{unit}", lang)
    if unit in _SHOWN and value >= 1e4:
        value *= _SHOWN[unit]
        unit = f"million_{unit}"
    if unit == "sd":
        return f"{value:.0e}", say("bench.unit.sd", lang)
    if unit == "children":
        return number(value, 0, lang), say("bench.unit.children", lang)
    places = 2 - math.floor(math.log10(abs(value))) if value else 0
    return number(value, min(max(places, 0), 4), lang), say(f"bench.unit.{unit}", lang)
