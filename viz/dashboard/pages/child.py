"""Page 3, one child and its two lives: the same child and the same luck under both policies."""

import json
from typing import Any

import solara

from trappen.agents.states import PREGNANCY_MONTHS, Step
from trappen.scenarios.files.written import to_link
from trappen.scenarios.watched.lives import PATTERNS, OneLife, TwoLives, two_lives
from trappen.viz import wording
from trappen.viz.dashboard.asked import Session
from trappen.viz.dashboard.options import lines_with_bands
from trappen.viz.dashboard.pages.parts import (
    both_names,
    chart,
    controls,
    heading,
    markup,
    scenario_row,
    waiting,
)
from trappen.viz.dashboard.pages.staircase import COLOURS, step_name
from trappen.viz.dashboard.work import use_work
from trappen.viz.markup import Html, facts, paragraph, scrolling, table, tag, words
from trappen.viz.markup import heading as title_of
from trappen.viz.wording import say, say_or

MOST_EVENTS = 60
DRAWS = 100_000


@solara.component
def Child(session: Session) -> None:
    """The whole page."""
    asked, lang = session.asked.value, session.lang
    pattern = asked.word("pattern", "differs")
    pattern = pattern if pattern in PATTERNS else "any"
    who, draw = asked.word("who"), asked.word("draw", "0")
    replicate = int(draw) % DRAWS if draw.isdecimal() and len(draw) < 8 else 0
    key = json.dumps(["child", to_link(asked.a, asked.b), pattern, who, replicate], sort_keys=True)
    number = int(who) if who.isdecimal() and len(who) < 11 else None
    found, failed, busy = use_work(
        key, lambda _: two_lives(asked.a, asked.b, who=number, pattern=pattern, replicate=replicate)
    )
    with solara.Div():
        heading(session, "child")
        scenario_row(session)
        controls(
            say("dashboard.life.choose", lang),
            [
                {
                    "id": "pattern",
                    "kind": "choice",
                    "label": say("dashboard.life.pattern_label", lang),
                    "value": pattern,
                    "options": [
                        {"id": name, "title": say_or(f"dashboard.life.pattern.{name}", lang, name)}
                        for name in PATTERNS
                    ],
                },
                {"id": "draw", "kind": "button", "main": True, "label": say("dashboard.life.draw", lang)},
            ],
            lambda told: _choose(session, told),
            lambda _: session.note("draw", str(replicate + 1)),
        )
        markup(waiting(busy, failed, lang), live=True)
        if found is not None and not failed:
            Lives(session, found)


def _choose(session: Session, told: dict[str, Any]) -> None:
    if told.get("value") in PATTERNS:
        session.note("who", "")
        session.note("pattern", str(told["value"]))


@solara.component
def Lives(session: Session, found: TwoLives) -> None:
    """The two lives of one child."""
    lang = session.lang
    names = both_names(session)
    with solara.Div():
        markup(_head(found, names, lang))
        option, shown = _need(found, names, lang)
        chart(option, say("dashboard.life.need", lang), say("dashboard.life.need_about", lang), shown, lang)
        markup(_strips(found, names, lang))
        with solara.Div(classes=["t-pair"]):
            for letter, name, life in zip("AB", names, (found.a, found.b), strict=True):
                with solara.Div(classes=["t-one"]):
                    markup(_events(f"{letter}: {name}", life, found, lang))


def _age(months: int, lang: str) -> str:
    if months < 0:
        return say("dashboard.life.before_birth", lang)
    return say("dashboard.life.age", lang, years=months // 12, months=months % 12)


def _head(found: TwoLives, names: tuple[str, str], lang: str) -> Html:
    """Return who the child is, and when and why its lives part."""
    rows = [life.frame for life in (found.a, found.b)]
    told = {
        say("dashboard.life.who", lang): str(found.who),
        say("dashboard.life.sex", lang): say(f"dashboard.life.sex_{found.sex}", lang),
        say("dashboard.life.born", lang): str(found.start_year + found.birth_month // 12),
        say("dashboard.life.family", lang): say_or(
            f"dashboard.life.kind.{rows[0]['family_kind'].iloc[0]}", lang, str(rows[0]["family_kind"].iloc[0])
        ),
    }
    for letter, name, frame in zip("AB", names, rows, strict=True):
        told[f"{letter}: {name}"] = say(
            "dashboard.life.sum",
            lang,
            need=int((frame["need"] >= found.need_cut).sum()),
            helped=int((frame["step"] != "none").sum()),
            cost=wording.number(_cost(frame) / 1000.0, 0, lang),
        )
    first, cause = found.first_difference, found.cause
    if first is None or cause is None:
        parted = say("dashboard.life.same", lang)
    else:
        age = _age(first - found.birth_month, lang)
        phase = say_or(f"dashboard.life.phase.{cause[0]}", lang, cause[0])
        parted = say("dashboard.life.parted", lang, age=age, year=found.start_year + first // 12, phase=phase)
        seen = found.first_visible_difference
        if seen is not None:
            parted += " " + say("dashboard.life.seen", lang, age=_age(seen - found.birth_month, lang))
    return tag("section", facts(told), tag("div", paragraph(parted), class_="t-hint"))


def _cost(frame: Any) -> float:
    """Return what the child's own case has cost: it is added up within each year and then begins anew."""
    return float(frame.groupby(frame["month"] // 12)["year_cost"].max().sum())


def _need(found: TwoLives, names: tuple[str, str], lang: str) -> tuple[dict[str, Any], Html]:
    """Return true need by age under both, with the limit of need and the parting marked."""
    frames = [life.frame.iloc[::3] for life in (found.a, found.b)]
    ages = [age / 12.0 for age in frames[0]["age_months"]]
    lines = [
        {"name": name, **{k: frame["need"].tolist() for k in ("mean", "low", "high")}, "dashed": bool(at)}
        for at, (name, frame) in enumerate(zip(names, frames, strict=True))
    ]
    option = lines_with_bands([0] * len(ages), lines, "SD")
    option["xAxis"]["data"] = [wording.number(age, 1, lang) for age in ages]
    option["xAxis"]["name"] = say("dashboard.life.age_axis", lang)
    option["xAxis"]["nameLocation"] = "middle"
    option["xAxis"]["nameGap"] = 28
    option["grid"]["bottom"] = 28
    marks: list[dict[str, Any]] = [{"yAxis": found.need_cut, "name": say("dashboard.life.limit", lang)}]
    if found.first_difference is not None:
        age = found.first_difference - found.birth_month
        at = min(range(len(ages)), key=lambda k: abs(ages[k] - age / 12.0))
        marks.append({"xAxis": at, "name": say("dashboard.life.mark", lang)})
    drawn = option["series"][2]
    drawn["markLine"] = {
        "silent": True,
        "symbol": "none",
        "label": {"show": True, "formatter": "{b}", "position": "insideEndTop", "color": "#1a1a1a"},
        "lineStyle": {"color": "#1a1a1a", "type": "dotted", "width": 1.5},
        "data": marks,
    }
    rows = [
        [_age(int(a["age_months"]), lang), *_cells(a, lang), *_cells(b, lang)]
        for a, b in zip(
            frames[0].iloc[::2].to_dict("records"), frames[1].iloc[::2].to_dict("records"), strict=True
        )
    ]
    heads = [say("dashboard.life.age_axis", lang)]
    for name in names:
        heads += [
            f"{name}: {say('dashboard.life.need_head', lang)}",
            f"{name}: {say('dashboard.life.step', lang)}",
        ]
    return option, table(heads, rows, text_columns=[2, 4])


def _cells(row: Any, lang: str) -> list[str]:
    return [wording.number(row["need"], 2, lang), say(f"step.{row['step']}", lang)]


def _strips(found: TwoLives, names: tuple[str, str], lang: str) -> Html:
    """Return the steps of both lives as two strips over the same ages, with a key."""
    strips = []
    seen: set[str] = set()
    for letter, name, life in zip("AB", names, (found.a, found.b), strict=True):
        steps = life.frame["step"].tolist()
        parts = []
        start = 0
        for at in range(1, len(steps) + 1):
            if at == len(steps) or steps[at] != steps[start]:
                colour = COLOURS[Step[steps[start].upper()]] if steps[start] != "none" else "#ececec"
                width = 1000.0 * (at - start) / len(steps)
                left = 1000.0 * start / len(steps)
                parts.append(f'<rect x="{left:.1f}" y="0" width="{width:.1f}" height="34" fill="{colour}"/>')
                seen.add(steps[start])
                start = at
        if found.first_difference is not None:
            gone = found.first_difference - found.birth_month + PREGNANCY_MONTHS
            mark = 1000.0 * max(0, gone) / len(steps)
            parts.append(f'<rect x="{mark:.1f}" y="0" width="4" height="34" fill="#1a1a1a"/>')
        label = f"{letter}: {name}"
        svg = Html(
            f'<svg viewBox="0 0 1000 34" preserveAspectRatio="none" aria-hidden="true" class="t-strip-svg">'
            f"{''.join(parts)}</svg>"
        )
        strips.append(tag("div", tag("p", words(label)), svg, class_="t-lifestrip"))
    key = [
        tag("li", Html(f'<span class="t-swatch" style="background:{colour}"></span>'), words(text))
        for name, colour, text in (
            (Step(step).name.lower(), COLOURS[step] if step else "#ececec", step_name(step, lang))
            for step in Step
        )
        if name in seen
    ]
    return tag(
        "section",
        title_of(2, say("dashboard.life.steps", lang)),
        paragraph(say("dashboard.life.steps_about", lang)),
        *strips,
        tag("ul", *key, class_="t-legend"),
    )


def _events(title: str, life: OneLife, found: TwoLives, lang: str) -> Html:
    """Return what happened, in order; what happened after the lives parted is marked in words."""
    rows = []
    for event in life.events[:MOST_EVENTS]:
        values = {
            name: say_or(f"step.{value}", lang, say_or(f"dashboard.life.domain.{value}", lang, str(value)))
            for name, value in event.values.items()
            if isinstance(value, str)
        }
        if isinstance(event.values.get("outcomes"), list):
            values["outcomes"] = ", ".join(
                say_or(f"dashboard.life.outcome.{one}", lang, one) for one in event.values["outcomes"]
            )
        key = f"dashboard.life.event.{event.kind}"
        text = (
            say(key, lang, **{"step": "", "earlier": "", "domain": "", "outcomes": ""} | values)
            if (wording.has(key))
            else event.kind
        )
        after = found.first_difference is not None and event.month >= found.first_difference
        rows.append([_age(event.age_months, lang), text, say("dashboard.life.after", lang) if after else ""])
    heads = [say(f"dashboard.life.column.{name}", lang) for name in ("age", "what", "parted")]
    told = scrolling(table(heads, rows, text_columns=[1, 2]), title)
    more = ""
    if len(life.events) > MOST_EVENTS:
        more = paragraph(say("dashboard.life.more", lang, shown=MOST_EVENTS, all=len(life.events)))
    return tag("section", title_of(2, title), told, more)
