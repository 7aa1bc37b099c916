"""The evidence register as it is read in a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from trappen.scenarios.evidence_table import owed_interval
from trappen.viz.findings import luck_in_weights_line, share_line
from trappen.viz.terminal.found_terminal import print_fitting
from trappen.viz.terminal.grid import line
from trappen.viz.wording import interval, percent, plain, say, signed, unit

INDENT = "  "


def print_evidence(frame: Any, lang: str, *, console: Console | None = None) -> None:
    """Print numbers with range, unit, grade, what is owed to them and source, and the count on each grade."""
    out = console or Console(highlight=False)
    if not len(frame):
        line(out, say("evidence.nothing", lang))
        return
    for row in frame.to_dict("records"):
        line(out, f"{row['meaning'][lang]} ({row['parameter']})", "bold")
        line(out, _facts(row, lang), indent=INDENT)
        line(out, f"{say('evidence.column.source', lang)}: {row['source']}", "dim", indent=INDENT)
    out.print()
    grades = frame["grade"].value_counts()
    told = ", ".join(f"{count} {say(f'grade.{grade}', lang)}" for grade, count in grades.items())
    line(out, say("evidence.count", lang, count=len(frame), grades=told))
    from trappen.scenarios.evidence_table import assumed_range, assumed_share

    line(out, share_line(assumed_share(), lang, assumed_range()))
    line(out, luck_in_weights_line(lang))


def print_identified(frame: Any, lang: str, *, console: Console | None = None) -> None:
    """Print which targets identify which fitted number, and which number none does."""
    from trappen.scenarios.fitting.targets import targets

    out = console or Console(highlight=False)
    heads = [say(f"evidence.column.{head}", lang) for head in ("parameter", "left_open", "identified", "by")]
    cells = []
    for row in frame.sort_values("left_open").to_dict("records"):
        by = "; ".join(targets()[name].meaning[lang] for name, _ in row["targets"])
        cells.append(
            [
                f"{row['meaning'][lang]} ({row['parameter']})",
                percent(row["left_open"], lang),
                say(f"evidence.{'yes' if row['identified'] else 'no'}", lang),
                by,
            ]
        )
    print_fitting(heads, cells, (0, 2, 3), lang, out)
    line(out, say("evidence.left_open_means", lang))


def _facts(row: Mapping[str, Any], lang: str) -> str:
    """Return value and unit, range, grade and what is owed to a number as one line."""
    value, of = value_text(row["value"], lang), unit(row["unit"], lang)
    told = [f"{value} ({of})" if isinstance(row["value"], list | tuple) else f"{value} {of}"]
    if ends := span(row, lang):
        told.append(f"{say('evidence.column.range', lang)} {ends}")
    told.append(say(f"grade.{row['grade']}", lang))
    if weight := owed(row, lang):
        told.append(f"{say('evidence.column.owed', lang)}: {weight}")
    return "; ".join(told)


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
    """Return what the default comparison owes to a number, with its interval; empty if it was not measured.

    Where that cannot be told from luck, it says so.
    """
    if row["cost"] != row["cost"]:
        return ""
    told = {"value": signed(row["cost"], 2, lang), "span": interval(*owed_interval(row), 2, lang)}
    if row["cost_told"]:
        return say("evidence.weight", lang, **told)
    return say("evidence.weight_luck", lang, **told, luck=say("evidence.luck", lang))
