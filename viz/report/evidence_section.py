"""Every number of the model in report and workbook: value, range, unit, grade, what is owed, source."""

from typing import Any

from trappen.scenarios.evidence_table import evidence
from trappen.viz.markup import Html, folded, scrolling, table
from trappen.viz.terminal.evidence_view import owed, span, value_text
from trappen.viz.wording import say, unit

HEADS = ("parameter", "value", "range", "unit", "grade", "owed", "source")


def register_heads(lang: str) -> list[str]:
    """Return the heads of the register's columns."""
    return [say(f"evidence.column.{head}", lang) for head in HEADS]


def register_rows(lang: str) -> list[list[str]]:
    """Return a row a number, as text."""
    return [_row(row, lang) for row in evidence(lang=lang).to_dict("records")]


def _row(row: dict[Any, Any], lang: str) -> list[str]:
    return [
        f"{row['meaning'][lang]} ({row['parameter']})",
        value_text(row["value"], lang),
        span(row, lang),
        unit(row["unit"], lang),
        say(f"grade.{row['grade']}", lang),
        owed(row, lang),
        row["source"],
    ]


def register_section(lang: str) -> Html:
    """Return the whole register, folded until asked for."""
    name = say("report.register", lang)
    rows = table(register_heads(lang), register_rows(lang), caption=name, text_columns=(3, 4, 6))
    return folded(name, scrolling(rows, name))
