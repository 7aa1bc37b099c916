"""Lines and tables of the terminal: broken at ordinary spaces only, so that no word and no figure is."""

import textwrap
from collections.abc import Collection, Iterable, Sequence

from rich.console import Console
from rich.text import Text


def line(out: Console, text: str, style: str = "", indent: str = "", hanging: str | None = None) -> None:
    """Print a text broken at ordinary spaces only, so that a number keeps its unit.

    Parameters
    ----------
    indent, hanging
        What stands before the first line, and before the others; the same unless told otherwise.
    """
    if text:
        broken = textwrap.fill(
            text,
            out.width,
            initial_indent=indent,
            subsequent_indent=indent if hanging is None else hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
        out.print(Text(broken, style), soft_wrap=True)


def lines(out: Console, texts: Iterable[str]) -> None:
    """Print lines of text, each broken under its own indent where it is wider than the terminal."""
    for text in texts:
        for own in text.split("\n"):
            told = own.lstrip(" ")
            line(out, told, indent=" " * (len(own) - len(told)))
            if not told:
                out.print()


def put_row(
    out: Console, row: Sequence[Text], widths: Sequence[int], texts: Collection[int], gap: str, *, foot: bool
) -> None:
    """Print a row; wrapped cells begin at its first line, or, as those of a head, end at its last.

    Parameters
    ----------
    texts
        Columns that stand at the left edge; the others stand at the right.
    foot
        Whether wrapped cells end at the last line.
    """
    parts = [_wrapped(cell.plain, width) for cell, width in zip(row, widths, strict=True)]
    height = max(len(lines) for lines in parts)
    filled = [[""] * (height - len(lines)) + lines if foot else lines for lines in parts]
    for level in range(height):
        told = Text()
        for at, (lines, width) in enumerate(zip(filled, widths, strict=True)):
            piece = lines[level] if level < len(lines) else ""
            padded = piece.ljust(width) if at in texts else piece.rjust(width)
            told.append((gap if at else "") + padded, row[at].style)
        told.rstrip()
        out.print(told, soft_wrap=True)


def _wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a cell; a word is broken, and then at its hyphen, only where it is too wide."""
    too_wide = _longest(text.split(" ")) > width
    return textwrap.wrap(text, width, break_on_hyphens=too_wide) or [""]


def widths_in(
    heads: Sequence[str], cells: Sequence[Sequence[str]], texts: Collection[int], room: int
) -> list[int] | None:
    """Return a width for each column with which no word and no figure is broken; None where there is none.

    What is left is given to the texts, and then, sign by sign, to the head on most lines.
    """
    columns = [[row[at] for row in cells] for at in range(len(heads))]
    widths = [
        max(
            _longest(head.split(" ")),
            _longest(word for cell in column for word in (cell.split(" ") if at in texts else [cell])),
        )
        for at, (head, column) in enumerate(zip(heads, columns, strict=True))
    ]
    room -= sum(widths)
    if room < 0:
        return None
    for at in texts:
        more = min(room, max(_longest(columns[at]) - widths[at], 0))
        widths[at] += more
        room -= more
    while room > 0:
        tallest = max(range(len(heads)), key=lambda at: len(_wrapped(heads[at], widths[at])))
        if len(_wrapped(heads[tallest], widths[tallest])) <= 1:
            break
        widths[tallest] += 1
        room -= 1
    return widths


def _longest(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)
