"""What an experiment found, on the terminal: the answer, then the short tables."""

from collections.abc import Collection, Sequence
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
        out.print()
        title = Text(found_words.table_title(name, lang), "bold")
        if _fits(heads, cells, out.width):
            out.print(_table(title, heads, cells, text_columns))
        else:
            out.print(title)
            print_listed(heads, cells, lang, out)
        if len(frame) > MOST:
            out.print(Text(say("experiment.more_rows", lang, count=len(frame) - MOST), "dim"))
    out.print()
    if about := found_words.of_intervals(found, lang):
        out.print(Text(about, "dim"))
    if folder is not None:
        out.print(Text(say("experiment.written", lang, folder=folder), "bold"), soft_wrap=True)
    out.print(Text(say("finding.caution", lang), "italic"))


def _fits(heads: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> bool:
    """Return whether a table fits with every figure in one piece and every word of its heads in two lines."""
    needed = 0
    for at, head in enumerate(heads):
        figures = max((len(row[at]) for row in cells if any(sign.isdigit() for sign in row[at])), default=0)
        needed += max(figures, max(map(len, head.split()), default=0) // 2) + 1
    return needed <= width


def _table(
    title: Text, heads: Sequence[str], cells: Sequence[Sequence[str]], text_columns: Collection[int]
) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for at, head in enumerate(heads):
        table.add_column(
            Text(head, "dim"),
            justify="left" if at in text_columns else "right",
            overflow="fold",
            min_width=20 if at == 0 and at in text_columns else None,
        )
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    return table


def print_listed(heads: Sequence[str], cells: Sequence[Sequence[str]], lang: str, out: Console) -> None:
    """Print a table too wide for the terminal line by line: what all rows share once, then each row's own."""
    shared = [at for at in range(len(heads)) if len(cells) > 1 and len({row[at] for row in cells}) == 1]
    parts = [(say("experiment.shared", lang), shared, cells[0])] if shared else []
    own = [at for at in range(len(heads)) if at not in shared]
    parts += [(f"{number}.", own, row) for number, row in enumerate(cells, 1)]
    for name, columns, row in parts:
        lines = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        lines.add_column(overflow="fold")
        lines.add_column(justify="right", overflow="fold")
        for at in columns:
            lines.add_row(Text(heads[at], "dim"), Text(row[at]))
        out.print(Text(name, "bold"))
        out.print(lines)


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
