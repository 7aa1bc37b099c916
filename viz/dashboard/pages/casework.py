"""Page 5, casework: caseload, deadlines and waits under both policies, and where the queue tips."""

import json
from typing import Any

import numpy as np
import solara

from trappen.scenarios.files.written import to_link
from trappen.scenarios.watched.lessons import CASELOADS, caseload_curve
from trappen.viz import findings, wording
from trappen.viz.dashboard.asked import Session, use_answer
from trappen.viz.dashboard.options import lines_with_bands, row_option
from trappen.viz.dashboard.pages.parts import (
    both_names,
    chart,
    heading,
    markup,
    progress,
    scenario_row,
    waiting,
)
from trappen.viz.dashboard.work import use_work
from trappen.viz.markup import heading as title_of
from trappen.viz.markup import paragraph, scrolling, table, tag
from trappen.viz.report.report_tables import compared
from trappen.viz.wording import say

CHARTS = ("caseload", "assessment_kept", "follow_up_kept", "days_to_decision", "waiting_on_a_day")


@solara.component
def Casework(session: Session) -> None:
    """The whole page."""
    asked, lang = session.asked.value, session.lang
    answer, stale = use_answer(asked.a, asked.b)
    comparison = answer.comparison if answer else None
    with solara.Div():
        heading(session, "casework")
        scenario_row(session)
        Tipping(session)
        with solara.Div(classes=["t-stale"] if stale else []):
            markup(progress(answer, stale, lang), live=True)
            if comparison is None:
                return
            names = both_names(session)
            with solara.Div(classes=["t-pair"]):
                for row in CHARTS:
                    with solara.Div(classes=["t-one"]):
                        chart(
                            row_option(comparison, names, row, lang),
                            say(f"row.{row}", lang),
                            wording.say_or(f"row_help.{row}", lang, ""),
                            by_year(comparison, row, names, lang),
                            lang,
                            height=260,
                        )
            title = say("dashboard.table.casework", lang)
            rows = [("", findings.rows(comparison.summary(), "system"))]
            markup(tag("section", title_of(2, title), scrolling(compared(comparison, rows, lang), title)))


def by_year(comparison: Any, row: str, names: tuple[str, str], lang: str) -> Any:
    """Return a yearly row under both policies as a table."""
    yearly = comparison.yearly()
    found = yearly[yearly["row"] == row]
    columns = [found[found["policy"] == policy] for policy in comparison.names]
    heads = [say("column.year", lang)]
    for name in names:
        heads += [f"{name}, {say(f'column.{column}', lang).lower()}" for column in ("mean", "low", "high")]
    lines = []
    for at, year in enumerate(columns[0]["year"]):
        cells = [str(int(year))]
        for own in columns:
            cells += [wording.number(float(own[c].iloc[at]), 1, lang) for c in ("mean", "low", "high")]
        lines.append(cells)
    return table(heads, lines)


@solara.component
def Tipping(session: Session) -> None:
    """Deadlines kept by caseload, with a mark where this municipality stands."""
    asked, lang = session.asked.value, session.lang
    key = json.dumps(["tipping", to_link(asked.a, asked.a)], sort_keys=True)
    found, failed, busy = use_work(key, lambda wanted: caseload_curve(asked.a, wanted=wanted))
    with solara.Div():
        markup(
            title_of(2, say("dashboard.tipping.title", lang))
            + paragraph(say("dashboard.tipping.about", lang))
        )
        markup(waiting(busy, failed, lang), live=True)
        if found is None:
            return
        option, shown = curve(found, asked.a.policy_as_run.levers["caseload"], lang)
        chart(
            option,
            say("dashboard.tipping.chart", lang),
            say("dashboard.tipping.chart_about", lang),
            shown,
            lang,
        )


def curve(found: Any, here: float, lang: str) -> tuple[dict[str, Any], Any]:
    """Return shares kept by caseload as a chart and as a table."""
    rows = ("review_kept", "assessment_kept", "follow_up_kept")
    colours = ("#0072B2", "#B34700", "#595959")
    lines = []
    for row, colour in zip(rows, colours, strict=True):
        own = found[found["row"] == row]
        values = {name: own[name].tolist() for name in ("mean", "low", "high")}
        lines.append({"name": say(f"dashboard.tipping.{row}", lang), "colour": colour, **values})
    option = lines_with_bands(list(CASELOADS), lines, "%")
    at = float(np.interp(here, CASELOADS, range(len(CASELOADS))))
    nearest = round(at)
    for line in option["series"]:
        if line["name"] == lines[0]["name"]:
            line["markLine"] = {
                "silent": True,
                "symbol": "none",
                "label": {"formatter": say("dashboard.tipping.here", lang), "color": "#1a1a1a"},
                "lineStyle": {"color": "#1a1a1a", "type": "dotted", "width": 2},
                "data": [{"xAxis": nearest}],
            }
    option["grid"]["top"] = 44
    option["xAxis"] |= {"name": say("dashboard.tipping.axis", lang), "nameLocation": "middle", "nameGap": 28}
    option["grid"]["bottom"] = 28
    lines_shown = []
    for place, load in enumerate(CASELOADS):
        cells = [wording.number(load, 0, lang)]
        cells += [f"{line['mean'][place]:.0f} %" for line in lines]
        lines_shown.append(cells)
    heads = [say("dashboard.tipping.axis", lang), *(line["name"] for line in lines)]
    return option, table(heads, lines_shown)
