"""What an experiment found, on the terminal: the answer, then the short tables."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from trappen.viz import captions, found_tables, found_words
from trappen.viz.terminal.grid import line, put_row, widths_in
from trappen.viz.wording import say

MOST = 16
MOST_PARTS = 3
"""Parts in which a table too wide is printed; one that takes more is listed line by line."""

GAP = "  "


def print_found(found: Any, lang: str, folder: Path | None = None, out: Console | None = None) -> None:
    """Print an experiment's result."""
    out = out or Console(highlight=False, markup=False, emoji=False)
    out.print()
    out.print(Text(found_words.title(found, lang), "bold"))
    line(out, found_words.frame_line(found, lang), "dim")
    line(out, captions.own_prices_line(found.manifest, lang), "dim")
    out.print()
    for text in found_words.answer(found, lang):
        line(out, text)
    for name, frame in found.tables.items():
        if name in found_words.LONG or not len(frame):
            continue
        heads, cells, text_columns = found_tables.shown(_narrow(frame), found.facts, lang, MOST)
        out.print()
        line(out, found_words.table_title(name, lang), "bold")
        print_fitting(heads, cells, text_columns, lang, out)
        if len(frame) > MOST:
            line(out, say("experiment.more_rows", lang, count=len(frame) - MOST), "dim")
    out.print()
    if about := found_words.of_intervals(found, lang):
        line(out, about, "dim")
    if folder is not None:
        out.print(Text(say("experiment.written", lang, folder=folder), "bold"), soft_wrap=True)
    line(out, say("finding.caution", lang), "italic")


def print_fitting(
    heads: Sequence[str],
    cells: Sequence[Sequence[str]],
    text_columns: Collection[int],
    lang: str,
    out: Console,
) -> None:
    """Print a table whole if it fits, else in a few parts below each other, else line by line.

    Each part has the first column, which says what a row is. No word of a head and no figure is broken.
    """
    parts = _parts(heads, cells, text_columns, out.width)
    if not parts:
        print_listed(heads, cells, lang, out)
    for number, (columns, widths) in enumerate(parts):
        if number:
            out.print()
        texts = [place for place, at in enumerate(columns) if at in text_columns]
        put_row(out, [Text(heads[at], "dim") for at in columns], widths, texts, GAP, foot=True)
        for row in cells:
            put_row(out, [Text(row[at]) for at in columns], widths, texts, GAP, foot=False)


def _parts(
    heads: Sequence[str], cells: Sequence[Sequence[str]], text_columns: Collection[int], width: int
) -> list[tuple[list[int], list[int]]]:
    """Return columns and widths of each part of a table; none where it takes more than MOST_PARTS.

    Nor where the first column does not tell the rows from each other: a part would not say what is what.
    """

    def widths_of(columns: Sequence[int]) -> list[int] | None:
        return widths_in(
            [heads[at] for at in columns],
            [[row[at] for at in columns] for row in cells],
            [place for place, at in enumerate(columns) if at in text_columns],
            width - len(GAP) * (len(columns) - 1),
        )

    waiting = list(range(1, len(heads)))
    parts: list[tuple[list[int], list[int]]] = []
    while waiting or not parts:
        taken = next((n for n in range(len(waiting), -1, -1) if widths_of([0, *waiting[:n]])), -1)
        widths = widths_of([0, *waiting[:taken]])
        unnamed = taken < len(heads) - 1 and len({row[0] for row in cells}) < len(cells)
        if widths is None or unnamed or (waiting and taken == 0) or len(parts) == MOST_PARTS:
            return []
        parts.append(([0, *waiting[:taken]], widths))
        waiting = waiting[taken:]
    return parts


def print_listed(heads: Sequence[str], cells: Sequence[Sequence[str]], lang: str, out: Console) -> None:
    """Print a table too wide for the terminal line by line: what all rows share once, then each row's own."""
    label = max(map(len, heads))
    value = max(len(cell) for row in cells for cell in row)
    label = min(label, max(out.width // 2, out.width - len(GAP) - value))
    widths = (label, min(value, out.width - len(GAP) - label))
    shared = [at for at in range(len(heads)) if len(cells) > 1 and len({row[at] for row in cells}) == 1]
    parts = [(say("experiment.shared", lang), shared, cells[0])] if shared else []
    own = [at for at in range(len(heads)) if at not in shared]
    parts += [(f"{number}.", own, row) for number, row in enumerate(cells, 1)]
    for name, columns, row in parts:
        line(out, name, "bold")
        for at in columns:
            put_row(out, [Text(heads[at], "dim"), Text(row[at])], widths, (0,), GAP, foot=False)


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
