"""Page 5, casework: caseload, deadlines and waits under both policies, and where the queue tips."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import solara

from trappen.agents.ledger import Count
from trappen.policies.lever import defaults
from trappen.scenarios.files.written import to_link
from trappen.scenarios.intervals import spreads_of
from trappen.scenarios.watched.tipping import CASELOADS, tipping_curve
from trappen.viz import findings, wording
from trappen.viz.canvas import broken
from trappen.viz.dashboard.asked import Session, use_answer
from trappen.viz.dashboard.options import INK, lines_with_bands, row_option
from trappen.viz.dashboard.pages.parts import (
    Drawn,
    both_names,
    chart,
    heading,
    markup,
    progress,
    scenario_row,
    waiting,
)
from trappen.viz.dashboard.pages.providers_shown import Providers, providers, providers_of
from trappen.viz.dashboard.work import until_unwanted, use_work
from trappen.viz.markup import Html, paragraph, scrolling, table, tag
from trappen.viz.markup import heading as title_of
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
            name = f"page_casework_{lang}_{names}"
            told = comparison.once(name, lambda: _told(comparison, names, lang))
            with solara.Div(classes=["t-pair"]):
                for drawn in told.charts:
                    with solara.Div(classes=["t-one"]):
                        chart(*drawn, lang, height=260)
            providers(told.providers, lang)
            markup(told.table)


class _Told(NamedTuple):
    """What the page shows of a comparison: charts, each as `chart` takes it, providers, and the table."""

    charts: list[Drawn]
    providers: Providers
    table: Html


def _told(comparison: Any, names: tuple[str, str], lang: str) -> _Told:
    charts: list[Drawn] = [
        (
            row_option(comparison, names, row, lang),
            say(f"row.{row}", lang),
            wording.say_or(f"row_help.{row}", lang, ""),
            by_year(comparison, row, names, lang),
        )
        for row in CHARTS
    ]
    option, shown = turnover(comparison, names, lang)
    about = say("dashboard.tipping.turnover_about", lang)
    charts.append((option, say("dashboard.tipping.turnover", lang), about, shown))
    title = say("dashboard.table.casework", lang)
    rows = [("", findings.rows(comparison.summary(), "system"))]
    shown = tag("section", title_of(2, title), scrolling(compared(comparison, rows, lang), title))
    return _Told(charts, providers_of(comparison, names, by_year, lang), shown)


def by_year(comparison: Any, row: str, names: tuple[str, str], lang: str) -> Html:
    """Return a yearly row under both policies as a table."""
    found = comparison.yearly(row)
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


LARGEST, YEARS, REPLICATES = 8000, 6, 6
"""Size of the experiment with caseloads, whatever the page's own."""

KEPT = {"reviews_kept": "#0072B2", "assessments_kept": "#B34700", "first_follow_ups_kept": "#595959"}
FOLLOWS = ("turnover", "months_waited")
"""What overload brings besides, each with a chart of its own."""


def turnover(comparison: Any, names: tuple[str, str], lang: str) -> tuple[dict[str, Any], Html]:
    """Return the share of caseworkers who leave, by year under both policies, as a chart and a table."""
    lines: list[dict[str, Any]] = []
    for name, run in zip(names, comparison.runs, strict=True):
        posts = np.maximum(1, run.counts[..., Count.POSTS])
        seen = spreads_of(100.0 * 12.0 * run.counts[..., Count.CASEWORKERS_LEFT] / posts, level=True)
        lines.append({"name": name, **{key: [one[key] for one in seen] for key in ("mean", "low", "high")}})
    years = range(comparison.a.start_year, comparison.a.start_year + comparison.a.years)
    option = lines_with_bands(years, lines, say("dashboard.tipping.unit.turnover", lang))
    cells = []
    for at, year in enumerate(years):
        told = [str(year)]
        for line in lines:
            told.append(wording.number(line["mean"][at], 1, lang))
            told.append(_range(line["low"][at], line["high"][at], lang))
        cells.append(told)
    heads = [say("column.year", lang)]
    for name in names:
        heads += [name, say("column.interval", lang)]
    return option, table(heads, cells)


def _range(low: float, high: float, lang: str) -> str:
    """Return both ends of a range of levels, which have no signs as differences have."""
    low_, high_ = (wording.number(x, 1, lang) for x in (low, high))
    return say("show.range", lang, low=low_, high=high_)


@solara.component
def Tipping(session: Session) -> None:
    """Deadlines, turnover and waits by caseload, with marks where the two policies stand."""
    asked, lang = session.asked.value, session.lang
    here = tuple(one.policy_as_run.levers["caseload"] for one in (asked.a, asked.b))
    size = {"years": YEARS, "replicates": REPLICATES, "children": min(LARGEST, asked.a.children)}
    base = asked.a.model_copy(update=size)
    loads = sorted({*CASELOADS, *here})
    key = json.dumps(["tipping", to_link(base, base), loads], sort_keys=True)

    found, failed, busy = use_work(key, lambda wanted: tipping_curve(base, loads, say=until_unwanted(wanted)))
    with solara.Div():
        markup(
            title_of(2, say("dashboard.tipping.title", lang))
            + paragraph(say("dashboard.tipping.about", lang))
        )
        markup(waiting(busy, failed, lang), live=True)
        if found is None or busy:
            return
        curves(found, stands(both_names(session), here, lang), lang)


def stands(names: tuple[str, str], here: tuple[float, ...], lang: str) -> list[tuple[str, float]]:
    """Return where the policies stand, the first as the one that the reader has; once if they are alike.

    A municipality that has given no caseload of its own stands at the country's average, and is told so.
    """
    country = "_country" if here[0] == defaults()["caseload"] else ""
    if len(set(here)) == 1:
        return [(say(f"dashboard.tipping.here{country}", lang), here[0])]
    told = [f"{letter}: {name}" for letter, name in zip("AB", names, strict=True)]
    told[0] = say(f"dashboard.tipping.here_too{country}", lang, policy=told[0])
    return list(zip(told, here, strict=True))


def curves(found: Any, here: Sequence[tuple[str, float]], lang: str) -> None:
    """Show deadlines kept by caseload, and beside each other turnover and waits.

    Parameters
    ----------
    here
        What is written at which caseload.
    """
    option, shown = curve(found, list(KEPT), here, lang)
    about = say("dashboard.tipping.chart_about", lang)
    chart(option, say("dashboard.tipping.chart", lang), about, shown, lang)
    with solara.Div(classes=["t-pair"]):
        for row in FOLLOWS:
            with solara.Div(classes=["t-one"]):
                option, shown = curve(found, [row], here, lang)
                title = say(f"dashboard.tipping.{row}", lang)
                chart(option, title, say(f"dashboard.tipping.{row}_about", lang), shown, lang, height=260)


def _marks(here: Sequence[tuple[str, float]], loads: Sequence[float]) -> tuple[list[dict[str, Any]], int]:
    """Return the marks with their words above the chart, each on lines of its own, and how high they stand.

    Words run from their mark to the side where there is more room. The mark that lies furthest to that side
    has the lowest words, so that none run over another mark.
    """
    middle = (loads[0] + loads[-1]) / 2
    marks, above = [], 4
    for text, load in sorted(here, key=lambda one: -one[1] if one[1] < middle else one[1]):
        told = broken(text, MARK_WIDE)
        label = {"align": "left" if load < middle else "right", "distance": above}
        marks.append({"xAxis": load, "name": told, "label": label})
        above += MARK_HIGH * (1 + told.count("\n"))
    return marks, above


MARK_WIDE, MARK_HIGH = 22, 15
"""Letters in a line of a mark, and pixels that a line is high."""


def curve(
    found: Any, rows: list[str], here: Sequence[tuple[str, float]], lang: str
) -> tuple[dict[str, Any], Any]:
    """Return rows by caseload as a chart, marked where the policies stand, and as a table."""
    loads = sorted(map(float, found["caseload"].unique()))
    lines = []
    for row in rows:
        own = found[found["row"] == row].sort_values("caseload")
        values = {name: own[name].tolist() for name in ("mean", "low", "high")}
        lines.append(
            {"name": say(f"dashboard.tipping.{row}", lang), "colour": KEPT.get(row, "#0072B2"), **values}
        )
    unit = say(f"dashboard.tipping.unit.{rows[0]}" if len(rows) == 1 else "dashboard.tipping.unit.kept", lang)
    option = lines_with_bands([], lines, unit, places=loads)
    if len(rows) == 1:
        option["yAxis"]["scale"] = False  # from zero: what looks like twice as much is
        for line in option["series"]:
            line["endLabel"] = {"show": False}
        option["grid"]["right"] = option["narrow"]["grid"]["right"] = 24
    marks, above = _marks(here, loads)
    option["series"][2]["markLine"] = {
        "silent": True,
        "symbol": "none",
        "label": {"formatter": "{b}", "color": INK, "lineHeight": MARK_HIGH},
        "lineStyle": {"color": INK, "type": "dotted", "width": 2},
        "data": marks,
    }
    option["yAxis"]["nameGap"] = above + MARK_HIGH // 2
    option["grid"]["top"] = option["narrow"]["grid"]["top"] = above + 2 * MARK_HIGH
    shown_loads = [wording.plain(float(load), lang) for load in loads]
    option["grid"]["bottom"] = option["narrow"]["grid"]["bottom"] = 28
    option["xAxis"] |= {
        "name": say("dashboard.tipping.axis", lang),
        "nameLocation": "middle",
        "nameGap": 28,
    }
    cells = []
    for place, load in enumerate(shown_loads):
        told = [load]
        for line in lines:
            told.append(wording.number(line["mean"][place], 1, lang))
            told.append(_range(line["low"][place], line["high"][place], lang))
        cells.append(told)
    heads = [say("dashboard.tipping.axis", lang)]
    for line in lines:
        heads += [str(line["name"]), say("column.interval", lang)]
    return option, table(heads, cells)
