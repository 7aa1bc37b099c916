"""What an experiment found, on the terminal: the answer, then the short tables."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from trappen.viz import found_tables, found_words
from trappen.viz.wording import say

MOST = 16


def print_found(found: Any, lang: str, folder: Path | None = None, out: Console | None = None) -> None:
    """Print an experiment's result."""
    out = out or Console(highlight=False, markup=False, emoji=False)
    out.print()
    out.print(Text(found_words.title(found, lang), "bold"))
    out.print(Text(found_words.frame_line(found, lang), "dim"))
    out.print()
    for text in found_words.answer(found, lang):
        out.print(Text(text))
    for name, frame in found.tables.items():
        if name in found_words.LONG or not len(frame):
            continue
        heads, cells, text_columns = found_tables.shown(_narrow(frame), found.facts, lang, MOST)
        table = Table(
            title=Text(found_words.table_title(name, lang), "bold"),
            title_justify="left",
            box=None,
            pad_edge=False,
        )
        for at, head in enumerate(heads):
            least = 20 if at == 0 and at in text_columns else None
            table.add_column(
                Text(head, "dim"),
                justify="left" if at in text_columns else "right",
                overflow="fold",
                min_width=least,
            )
        for row in cells:
            table.add_row(*(Text(cell) for cell in row))
        out.print()
        out.print(table)
        if len(frame) > MOST:
            out.print(Text(say("experiment.more_rows", lang, count=len(frame) - MOST), "dim"))
    out.print()
    if about := found_words.of_intervals(found, lang):
        out.print(Text(about, "dim"))
    if folder is not None:
        out.print(Text(say("experiment.written", lang, folder=folder), "bold"), soft_wrap=True)
    out.print(Text(say("finding.caution", lang), "italic"))


def _narrow(frame: Any) -> Any:
    """Return a frame without the columns that only the report has room for."""
    left_out = [
        column
        for column in frame.columns
        if column
        in (
            "present_value_low",
            "present_value_high",
            "chance_break_even",
            "levers",
            "sampling_error",
            "told_error",
        )
        or column.startswith(
            ("cost_low", "cost_high", "outcome_low", "outcome_high", "accounts_low", "accounts_high")
        )
    ]
    return frame.drop(columns=left_out)
