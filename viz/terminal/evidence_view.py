"""The evidence register as it is read in a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from trappen.viz.findings import share_line
from trappen.viz.terminal.grid import line
from trappen.viz.wording import number, plain, say, unit

WIDE = 120
RATIO = {"parameter": 6, "value": 2, "range": 2, "unit": 3, "grade": 3, "owed": 3, "source": 8}
"""How the width is shared among the columns."""


def print_evidence(frame: Any, lang: str, *, console: Console | None = None) -> None:
    """Print numbers with range, unit, grade and source, the count on each grade, and what is owed to them."""
    out = console or Console(highlight=False)
    if not len(frame):
        line(out, say("evidence.nothing", lang))
        return
    heads = [
        "parameter",
        "value",
        "range",
        "unit",
        "grade",
        "owed",
        *(("source",) if out.width >= WIDE else ()),
    ]
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    for head in heads:
        table.add_column(say(f"evidence.column.{head}", lang), overflow="fold", ratio=RATIO[head])
    for row in frame.to_dict("records"):
        cells = {
            "parameter": f"{row['meaning'][lang]} ({row['parameter']})",
            "value": value_text(row["value"], lang),
            "range": span(row, lang),
            "unit": unit(row["unit"], lang),
            "grade": say(f"grade.{row['grade']}", lang),
            "owed": owed(row, lang),
            "source": row["source"],
        }
        table.add_row(*(cells[head] for head in heads))
    out.print(table)
    grades = frame["grade"].value_counts()
    told = ", ".join(f"{count} {say(f'grade.{grade}', lang)}" for grade, count in grades.items())
    out.print(say("evidence.count", lang, count=len(frame), grades=told), soft_wrap=True)
    from trappen.scenarios.evidence_table import assumed_share

    if share := share_line(assumed_share(), lang):
        out.print(share, soft_wrap=True)


def print_identified(frame: Any, lang: str, *, console: Console | None = None) -> None:
    """Print which targets identify which fitted number, and which number none does."""
    from trappen.scenarios.fitting.targets import targets

    out = console or Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("parameter", "left_open", "identified", "by"):
        table.add_column(say(f"evidence.column.{head}", lang), overflow="fold")
    for row in frame.sort_values("left_open").to_dict("records"):
        by = "; ".join(targets()[name].meaning[lang] for name, _ in row["targets"])
        table.add_row(
            f"{row['meaning'][lang]} ({row['parameter']})",
            f"{number(100 * row['left_open'], 0, lang)} %",
            say(f"evidence.{'yes' if row['identified'] else 'no'}", lang),
            by,
        )
    out.print(table)
    out.print(say("evidence.left_open_means", lang), soft_wrap=True)


def value_text(value: Any, lang: str) -> str:
    """Return a value or a table of values as text."""
    if isinstance(value, list | tuple):
        return say("evidence.table", lang)
    return plain(value, lang)


def span(row: Mapping[str, Any], lang: str) -> str:
    """Return the range of a number; empty where it has none."""
    low, high = row["low"], row["high"]
    if low is None or high is None or low != low or low == high:
        return ""
    return f"{plain(low, lang)}\N{EN DASH}{plain(high, lang)}"


def owed(row: Mapping[str, Any], lang: str) -> str:
    """Return what the default comparison owes to a number, with its error; empty if it was not measured."""
    if row["cost"] != row["cost"]:
        return ""
    return f"{number(row['cost'], 2, lang)} ±{number(row['cost_error'], 2, lang)}"
