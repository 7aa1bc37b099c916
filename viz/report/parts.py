"""What a report is put together of: a section, a chart in two widths with its figures, charts in columns."""

from collections.abc import Callable
from typing import Any

from trappen.viz import captions
from trappen.viz.markup import Html, folded, heading, paragraph, scrolling, tag
from trappen.viz.wording import say


def section(key: str, title: str, *content: str, class_: str = "") -> Html:
    """Return a part of the report under its heading."""
    name = f"part-{key}"
    return tag("section", heading(2, title, name), *content, aria_labelledby=name, class_=class_)


def chart(
    key: str,
    draw: Callable[..., str],
    comparison: Any,
    lang: str,
    figures: Html | None = None,
    **values: str,
) -> Html:
    """Return a chart with its title, its note and its figures; nothing if there is nothing to draw."""
    wide = draw(comparison, lang)
    if not wide:
        return Html("")
    caption = tag(
        "figcaption",
        heading(3, say(f"chart.{key}.title", lang, **values)),
        paragraph(say(f"chart.{key}.note", lang, band=captions.band_line(comparison, lang), **values)),
    )
    drawings = [
        tag("div", wide, class_="chart wide"),
        tag("div", draw(comparison, lang, narrow=True), class_="chart narrow"),
    ]
    behind = (
        folded(say("report.table_of", lang), scrolling(figures, say("report.scroll", lang)))
        if figures
        else ""
    )
    return tag("figure", caption, *drawings, behind)


def in_columns(*figures: str) -> Html:
    """Return figures one after another, and two and two on paper, so that a page has room for them."""
    kept = [figure for figure in figures if figure]
    return tag("div", *kept, class_="charts many" if len(kept) > 1 else "charts") if kept else Html("")
