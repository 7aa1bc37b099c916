"""The report of an experiment: the answer and its charts first, every table below; it needs no other file."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from trappen.viz import found_tables, found_words
from trappen.viz.markup import Html, facts, folded, heading, paragraph, scrolling, table, tag, words
from trappen.viz.report import found_charts
from trappen.viz.report.parts import in_columns
from trappen.viz.wording import say


def found_report(found: Any, lang: str) -> str:
    """Return the report as HTML that holds no address and needs no other file."""
    title = found_words.title(found, lang)
    answer = [paragraph(text) for text in found_words.answer(found, lang)]
    figures = found_charts.figures(found, lang)
    tables = [table_of(name, frame, found.facts, lang) for name, frame in found.tables.items() if len(frame)]
    header = [
        heading(1, title),
        paragraph(found_words.frame_line(found, lang), "frame"),
        paragraph(say("finding.caution", lang), "caution"),
    ]
    body = [
        tag(
            "section",
            heading(2, say("report.summary", lang), "part-summary"),
            tag("div", *answer, class_="answer"),
            paragraph(found_words.of_intervals(found, lang)),
            in_columns(*figures),
            aria_labelledby="part-summary",
            class_="first",
        ),
        tag(
            "section",
            heading(2, say("report.details", lang), "part-details"),
            *tables,
            aria_labelledby="part-details",
        ),
    ]
    page = Template((files("trappen.viz.report") / "report_template.html").read_text(encoding="utf-8"))
    manifest = found.manifest
    return page.substitute(
        lang=lang,
        title=words(title),
        header="\n".join(header),
        body="\n".join(body),
        footer=facts(
            {
                say("report.frame_version", lang): f"Trappen {manifest.get('program_version', '')}",
                say("report.frame_seed", lang): str(manifest.get("seed", "")),
            }
        )
        + paragraph(say("report.on_paper", lang), "on-paper"),
    )


def table_of(name: str, frame: Any, told: Mapping[str, Any], lang: str) -> Html:
    """Return a frame as a table under its heading, folded where it is long; `told` names the policies."""
    head = found_words.table_title(name, lang)
    heads, cells, text_columns = found_tables.shown(frame, told, lang)
    content = scrolling(table(heads, cells, text_columns=text_columns), head)
    if name in found_words.LONG:
        return folded(head, content)
    return Html(heading(3, head) + content)


def write_found_report(found: Any, path: Path, lang: str) -> None:
    """Write the report to a file."""
    path.write_text(found_report(found, lang), encoding="utf-8")
