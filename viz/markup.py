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

    def kind(at: int) -> str:
        return "words" if at in left else "nowrap" if at else ""

    body = list(rows)
    lines = []
    for number, row in enumerate(body):
        first = tag("th", words(row[0]), scope="row")
        rest = (tag("td", words(cell), class_=kind(at)) for at, cell in enumerate(row[1:], start=1))
        lines.append(tag("tr", first, *rest, class_="total" if total and number == len(body) - 1 else ""))
    titles = (
        tag("th", words(head), scope="col", class_="words" if at in left else "")
        for at, head in enumerate(heads)
    )
    title = tag("caption", words(caption)) if caption else ""
    return tag("table", title, tag("thead", tag("tr", *titles)), tag("tbody", *lines))


def scrolling(content: str, label: str) -> Html:
    """Return wide content that scrolls sideways on its own, reachable by keyboard."""
    return tag("div", content, class_="scroll", role="region", aria_label=label, tabindex="0")


def folded(summary: str, *content: str) -> Html:
    """Return content that stands folded until asked for, and open on paper."""
    return tag("details", tag("summary", words(summary)), *content)
