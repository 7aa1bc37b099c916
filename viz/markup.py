"""Pieces of HTML: every text is escaped on its way in, so what a user named cannot become markup."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NewType

Html = NewType("Html", str)
"""A text that is markup already; any other string is escaped."""


def tag(name: str, *content: str, **attributes: str) -> Html:
    """Return an element; a trailing low line of an attribute's name falls away, others become hyphens."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value
    )
    return Html(f"<{name}{given}>{''.join(content)}</{name}>")


def words(text: str) -> Html:
    """Return a text with the signs that mean something in HTML made harmless."""
    return Html(escape(text, quote=False))


def paragraph(text: str, kind: str = "") -> Html:
    """Return a paragraph of plain text, or nothing for an empty one."""
    return tag("p", words(text), class_=kind) if text else Html("")


def heading(level: int, text: str, id_: str = "") -> Html:
    """Return a heading."""
    return tag(f"h{level}", words(text), id_=id_)


def facts(entries: Mapping[str, str]) -> Html:
    """Return a list of names and values."""
    pairs = (tag("dt", words(name)) + tag("dd", words(value)) for name, value in entries.items())
    return tag("dl", *pairs, class_="facts")


MANY = 4
"""A table of so many columns becomes cards on a telephone, one a row, each number under its column's name."""


DENSE = 8
"""A table of so many columns is set in smaller letters."""


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    caption: str = "",
    total: bool = False,
    text_columns: Iterable[int] = (),
) -> Html:
    """Return a table whose first column names the row and whose others are numbers.

    Parameters
    ----------
    total
        Whether the last row is a sum.
    text_columns
        Which columns, counted from 0, are words and stand at the left.
    """
    left = set(text_columns)
    cards = len(heads) >= MANY
    # What is no table to the eye must still be one to those who hear it.
    role = {
        name: {"role": name} if cards else {} for name in ("table", "rowgroup", "row", "rowheader", "cell")
    }

    def kind(at: int) -> str:
        return "words" if at in left else "nowrap" if at else ""

    body = list(rows)
    lines = []
    for number, row in enumerate(body):
        first = tag("th", words(row[0]), scope="row", **role["rowheader"])
        rest = (
            tag("td", words(cell), class_=kind(at), data_label=heads[at] if cards else "", **role["cell"])
            for at, cell in enumerate(row[1:], start=1)
        )
        total_row = total and number == len(body) - 1
        lines.append(tag("tr", first, *rest, class_="total" if total_row else "", **role["row"]))
    column = {"role": "columnheader"} if cards else {}
    titles = (
        tag("th", words(head), scope="col", class_="words" if at in left else "", **column)
        for at, head in enumerate(heads)
    )
    title = tag("caption", words(caption)) if caption else ""
    return tag(
        "table",
        title,
        tag("thead", tag("tr", *titles, **role["row"]), **role["rowgroup"]),
        tag("tbody", *lines, **role["rowgroup"]),
        class_=("cards dense" if len(heads) >= DENSE else "cards") if cards else "",
        **role["table"],
    )


def scrolling(content: str, label: str) -> Html:
    """Return wide content that scrolls sideways on its own, reachable by keyboard."""
    return tag("div", content, class_="scroll", role="region", aria_label=label, tabindex="0")


def folded(summary: str, *content: str) -> Html:
    """Return content that stands folded until asked for; on paper it stands where a reader has opened it."""
    return tag("details", tag("summary", words(summary)), *content)
