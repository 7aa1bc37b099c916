"""Page 2, the staircase: children standing on it month by month, who they are, and how they move."""

import json
from typing import Any

import solara

from trappen.agents.states import Step
from trappen.scenarios.files.written import to_link
from trappen.scenarios.watched.staircase_months import OUTSIDE, StaircaseMonths, staircase_months
from trappen.viz import wording
from trappen.viz.dashboard.asked import Session
from trappen.viz.dashboard.components import Stairs
from trappen.viz.dashboard.options import sankey_option
from trappen.viz.dashboard.pages.parts import (
    as_json,
    both_names,
    chart,
    controls,
    heading,
    locale,
    markup,
    scenario_row,
    waiting,
)
from trappen.viz.dashboard.work import use_work
from trappen.viz.markup import Html, paragraph, scrolling, table, tag
from trappen.viz.markup import heading as title_of
from trappen.viz.wording import say

COLOURS = {
    Step.NONE: "#8c8c8c",
    Step.EARLY: "#F0E442",
    Step.PREVENTIVE: "#56B4E9",
    Step.HOME_BASED: "#009E73",
    Step.KIN: "#CC79A7",
    Step.FOSTER: "#E69F00",
    Step.INSTITUTION: "#D55E00",
    Step.OWN_ROOM: "#0072B2",
    Step.AFTERCARE: "#999999",
}
STAIRS = (Step.EARLY, Step.PREVENTIVE, Step.HOME_BASED, Step.KIN, Step.FOSTER, Step.INSTITUTION)
BESIDE = (Step.OWN_ROOM, Step.AFTERCARE)
MOST_SHOWN = 15


@solara.component
def Staircase(session: Session) -> None:
    """The whole page."""
    asked, lang = session.asked.value, session.lang
    key = "staircase " + json.dumps(to_link(asked.a, asked.b), sort_keys=True)
    found, failed, busy = use_work(key, lambda wanted: staircase_months(asked.a, asked.b, wanted=wanted))
    with solara.Div():
        heading(session, "staircase")
        scenario_row(session)
        markup(waiting(busy, failed, lang), live=True)
        if found is None:
            return
        month = _number(asked.word("month"), 0, 12 * found.years)
        picked = asked.word("step")
        Stairs(
            packed=as_json(_frames(found, both_names(session), picked, lang)),
            words=_words(lang),
            month=month,
            event_pick=lambda told: _pick(session, told),
        )
        markup(_who(found, session, month, picked), live=True)
        Flows(session, found)


def _number(text: str, low: int, high: int) -> int:
    return min(max(int(text), low), high) if text.isdecimal() and len(text) < 6 else low


def _pick(session: Session, told: dict[str, Any]) -> None:
    which, step, month = told.get("policy"), str(told.get("step"))[:20], told.get("month")
    if which in (0, 1) and isinstance(month, int):
        session.note("month", str(month))
        session.note("step", f"{which}:{step}")


def _words(lang: str) -> dict[str, Any]:
    names = ("title", "player", "play", "pause", "back", "forward", "speed", "slow", "middle", "fast")
    told: dict[str, Any] = {
        name: say(f"dashboard.stairs.{name}", lang) for name in (*names, "month", "waiting", "one")
    }
    told["each"] = say("dashboard.stairs.each", lang, n="{n}")
    told["months"] = say("dashboard.stairs.months", lang).split()
    return told | {"locale": locale(lang)}


def step_name(step: int, lang: str) -> str:
    """Return a step in words."""
    return say(f"step.{Step(step).name.lower()}", lang)


def _frames(found: StaircaseMonths, names: tuple[str, str], picked: str, lang: str) -> dict[str, Any]:
    """Return all months of both staircases, as the browser plays them."""
    pair = (found.a, found.b)
    most = max(int(one.counts[:, list(STAIRS)].max()) for one in pair)
    each = next(n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 10_000) if most <= 150 * n)
    steps = [
        {
            "id": Step(step).name.lower(),
            "at": int(step),
            "title": step_name(step, lang),
            "fill": COLOURS[step],
            "child": "#1a1a1a",
            "ink": "#fff" if step in (Step.HOME_BASED, Step.INSTITUTION) else "#1a1a1a",
            "stair": step in STAIRS,
            "x": 7 + 101 * STAIRS.index(step) if step in STAIRS else 0,
            "y": 326 - 30 * STAIRS.index(step) if step in STAIRS else 0,
        }
        for step in (*STAIRS, *BESIDE)
    ]
    floor = {
        "id": "alone",
        "at": 0,
        "title": say("dashboard.stairs.alone", lang),
        "fill": COLOURS[Step.NONE],
        "stair": False,
    }
    return {
        "policies": [
            {
                "name": f"{letter}: {name}",
                "counts": one.counts.tolist(),
                "alone": one.alone.tolist(),
                "waiting": one.waiting.tolist(),
            }
            for letter, name, one in zip("AB", names, pair, strict=True)
        ],
        "steps": [floor, *steps],
        "start": found.start_year,
        "each": each,
        "picked": picked,
    }


def _who(found: StaircaseMonths, session: Session, month: int, picked: str) -> Html:
    """Return who stands on the step that was chosen, and why."""
    lang = session.lang
    which, _, step = picked.partition(":")
    known = {"alone": 0} | {Step(k).name.lower(): int(k) for k in (*STAIRS, *BESIDE)}
    if which not in ("0", "1") or step not in known:
        return tag("div", paragraph(say("dashboard.stairs.choose", lang)), class_="t-hint t-screen")
    one = (found.a, found.b)[int(which)]
    rows = one.standing(month, known[step])
    name = both_names(session)[int(which)]
    title = say("dashboard.stairs.alone", lang) if step == "alone" else step_name(known[step], lang)
    head = say(
        "dashboard.stairs.who", lang, step=title, policy=name, month=_told(month, found.start_year, lang)
    )
    if not len(rows):
        return tag("section", title_of(2, head), paragraph(say("dashboard.stairs.nobody", lang)))
    lines = []
    for row in rows.sort_values("months_here", ascending=False).head(MOST_SHOWN).to_dict("records"):
        age = row["age_months"]
        waits = step_name(row["wanted"], lang) if row["wanted"] != Step.NONE else wording.NONE
        lines.append(
            [
                str(row["who"]),
                say("dashboard.stairs.unborn", lang) if age < 0 else wording.number(age // 12, 0, lang),
                wording.number(row["months_here"], 0, lang) if step != "alone" else wording.NONE,
                wording.number(row["need"], 1, lang),
                wording.number(row["belief"], 1, lang) if step not in ("alone", "early") else wording.NONE,
                wording.number(row["moves"], 0, lang),
                waits,
            ]
        )
    heads = [say(f"dashboard.stairs.column.{c}", lang) for c in _COLUMNS]
    told = table(heads, lines, text_columns=[6])
    return tag(
        "section",
        title_of(2, head),
        paragraph(say(f"dashboard.stairs.why.{step}", lang)),
        scrolling(told, head),
        paragraph(say("dashboard.stairs.net", lang)) if step != "institution" else "",
        paragraph(say("dashboard.stairs.shown", lang, shown=len(lines), all=len(rows))),
    )


_COLUMNS = ("who", "age", "months", "need", "belief", "moves", "waits")


def _told(month: int, start: int, lang: str) -> str:
    return f"{say('dashboard.stairs.months', lang).split()[month % 12]} {start + month // 12}"


@solara.component
def Flows(session: Session, found: StaircaseMonths) -> None:
    """The flows between steps within a year, one diagram a policy."""
    lang = session.lang
    year = _number(session.asked.value.word("year"), 0, found.years - 1)
    years = [{"id": str(k), "title": str(found.start_year + k)} for k in range(found.years)]
    with solara.Div():
        markup(title_of(2, say("dashboard.stairs.flows", lang)))
        controls(
            say("dashboard.stairs.flow_year", lang),
            [
                {
                    "id": "year",
                    "kind": "choice",
                    "label": say("dashboard.stairs.flow_year", lang),
                    "value": str(year),
                    "options": years,
                }
            ],
            lambda told: session.note("year", str(told.get("value", ""))[:4]),
        )
        markup(paragraph(say("dashboard.stairs.flow_about", lang), "t-about"))
        with solara.Div(classes=["t-pair"]):
            for letter, name, one in zip("AB", both_names(session), (found.a, found.b), strict=True):
                flow = one.flows[year]
                option, shown = _sankey(flow, lang)
                with solara.Div(classes=["t-one"]):
                    chart(
                        option,
                        f"{letter}: {name}, {found.start_year + year}",
                        "",
                        shown,
                        lang,
                        height=430,
                    )


def _sankey(flow: Any, lang: str) -> tuple[dict[str, Any], Html]:
    """Return the flows of a year as a diagram and as a table; those who stay without help are left out."""
    order = [*STAIRS, *BESIDE, Step.NONE, OUTSIDE]
    nodes, links, lines = [], [], []
    for side in (0, 1):
        for place in order:
            amount = int(flow.sum(axis=1 - side)[place]) - _left_out(flow, place, side)
            if amount > 0:
                label = f"{_short(place, side, lang)}: {wording.number(amount, 0, lang)}"
                nodes.append(
                    {
                        "name": f"{side} {place}",
                        "depth": side,
                        "itemStyle": {"color": COLOURS.get(place, "#d9d9d9")},  # type: ignore[call-overload]
                        "label": {"formatter": label, "position": "right"},
                    }
                )
    for start in order:
        for end in order:
            amount = int(flow[start, end])
            if amount and not {start, end} <= {int(Step.NONE), OUTSIDE}:
                links.append({"source": f"0 {start}", "target": f"1 {end}", "value": amount})
                lines.append([_place(start, 0, lang), _place(end, 1, lang), wording.number(amount, 0, lang)])
    used = {link[end] for link in links for end in ("source", "target")}
    nodes = [node for node in nodes if node["name"] in used]
    heads = [say(f"dashboard.stairs.column.{c}", lang) for c in ("from", "to", "children")]
    return sankey_option(nodes, links), table(heads, lines, text_columns=[1])


def _left_out(flow: Any, place: int, side: int) -> int:
    """Return those whom the diagram leaves out: who stood on no step at either end of the year."""
    beside = (int(Step.NONE), OUTSIDE)
    if place not in beside:
        return 0
    return sum(int(flow[place, other] if side == 0 else flow[other, place]) for other in beside)


_OUTSIDE = ("came", "left")
"""Who is outside at the beginning of the year came in it, and who is outside at its end left in it."""


def _place(place: int, side: int, lang: str) -> str:
    if place == OUTSIDE:
        return say(f"dashboard.stairs.{_OUTSIDE[side]}", lang)
    return step_name(place, lang)


def _short(place: int, side: int, lang: str) -> str:
    name = _OUTSIDE[side] if place == OUTSIDE else Step(place).name.lower()
    return say(f"dashboard.stairs.short.{name}", lang)
