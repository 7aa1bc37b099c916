"""Page 3, one child and its two lives: the same child and the same luck under both policies."""

import json
from typing import Any

import numpy as np
import solara

from trappen.agents.family import DOMAINS
from trappen.agents.states import AGE_OF_MAJORITY, PREGNANCY_MONTHS, Step
from trappen.policies.lever import levers
from trappen.scenarios.files.written import to_link
from trappen.scenarios.watched.lives import PATTERNS, OneLife, TwoLives, two_lives
from trappen.viz import wording
from trappen.viz.dashboard.asked import Session
from trappen.viz.dashboard.options import FIRST, INK, SECOND, lines_with_bands
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
from trappen.viz.markup import Html, facts, folded, paragraph, scrolling, table, tag, words
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
    number = int(who) if who.isdecimal() and len(who) < 11 else None
    # A child that was asked for by its key stays when another pattern is chosen: the key alone finds it.
    found_by = number if number is not None else pattern
    key = json.dumps(["child", to_link(asked.a, asked.b), found_by, replicate], sort_keys=True)
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
                {
                    "id": "who",
                    "kind": "text",
                    "label": say("dashboard.life.by_key", lang),
                    "help": say("dashboard.life.by_key_help", lang),
                    "value": who,
                    "longest": 10,
                },
            ],
            lambda told: _choose(session, told),
            lambda _: _draw(session, replicate + 1),
        )
        markup(waiting(busy, failed, lang), live=True)
        if found is not None and not failed:
            Lives(session, found)


def _choose(session: Session, told: dict[str, Any]) -> None:
    """Take a pattern or a child's key."""
    value = str(told.get("value", "")).strip()
    if told.get("id") == "who":
        if value and not (value.isdecimal() and len(value) < 11):
            session.problem.value = say("dashboard.life.no_key", session.lang, given=value[:20])
            return
        session.note("who", value)
    elif value in PATTERNS:
        session.note("who", "")
        session.note("pattern", value)


def _draw(session: Session, replicate: int) -> None:
    session.note("who", "")
    session.note("draw", str(replicate))


@solara.component
def Lives(session: Session, found: TwoLives) -> None:
    """The two lives of one child."""
    lang = session.lang
    names = both_names(session)
    with solara.Div():
        markup(_head(session, found, names, lang))
        option, shown = _need(found, names, lang)
        chart(option, say("dashboard.life.need", lang), say("dashboard.life.need_about", lang), shown, lang)
        option, shown = _school(found, names, lang)
        chart(
            option,
            say("dashboard.life.school", lang),
            say("dashboard.life.school_about", lang),
            shown,
            lang,
            height=220,
        )
        markup(_strips(found, names, lang))
        markup(_seen(found, names, lang))
        markup(_family(found, lang))
        with solara.Div(classes=["t-pair"]):
            for letter, name, life in zip("AB", names, (found.a, found.b), strict=True):
                with solara.Div(classes=["t-one"]):
                    markup(_events(f"{letter}: {name}", life, found, lang))
        markup(_costs(found, names, lang))


def _age(months: int, lang: str) -> str:
    if months < 0:
        return say("dashboard.life.before_birth", lang)
    return say("dashboard.life.age", lang, years=months // 12, months=months % 12)


def _head(session: Session, found: TwoLives, names: tuple[str, str], lang: str) -> Html:
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
    first, cause = found.first_difference, found.cause
    if first is None or cause is None:
        parted = say("dashboard.life.same", lang)
    else:
        age = _age(first - found.birth_month, lang)
        phase = say_or(f"dashboard.life.phase.{cause[0]}", lang, cause[0])
        what = say_or(f"dashboard.life.field.{cause[1]}", lang, "")
        parted = say("dashboard.life.parted", lang, age=age, year=found.start_year + first // 12, phase=phase)
        if what:
            parted += " " + say("dashboard.life.parted_what", lang, what=what)
        seen = found.first_visible_difference
        if seen is not None:
            parted += " " + say("dashboard.life.seen", lang, age=_age(seen - found.birth_month, lang))
        parted += " " + _because(session, cause[0], lang)
    return tag("section", facts(told), tag("div", paragraph(parted), class_="t-hint"))


LINK_OF_PHASE = {"notice": "notice", "casework": "attention", "staircase": "match"}
"""The link of the chain of help whose levers bear on a phase of the month; all else is effect."""
MOST_LEVERS = 4


def _because(session: Session, phase: str, lang: str) -> str:
    """Return what the two policies do differently where the lives part, as far as one can point at it."""
    asked = session.asked.value
    ours, theirs = asked.a.policy_as_run, asked.b.policy_as_run
    moved = [name for name in levers() if ours.levers[name] != theirs.levers[name]]
    link = LINK_OF_PHASE.get(phase, "effect")
    near = [name for name in moved if levers()[name].link == link] or moved
    told = [
        say(
            "dashboard.life.lever",
            lang,
            lever=levers()[name].title[lang],
            a=wording.plain(ours.levers[name], lang),
            b=wording.plain(theirs.levers[name], lang),
        )
        for name in near[:MOST_LEVERS]
    ]
    in_force = [{offer.programme.name: offer.programme for offer in one.programmes} for one in (ours, theirs)]
    told += [
        say("dashboard.life.programme", lang, programme=getattr(one.title, lang))
        for name, one in (in_force[0] | in_force[1]).items()
        if (name in in_force[0]) != (name in in_force[1])
    ][:MOST_LEVERS]
    return say("dashboard.life.because", lang, what="; ".join(told)) if told else ""


def _seen(found: TwoLives, names: tuple[str, str], lang: str) -> Html:
    """Return what was seen, what was missed and what it cost in both lives, a row a figure."""
    columns = [_sums(life, found.need_cut) for life in (found.a, found.b)]
    rows = []
    for name, ours in columns[0].items():
        theirs = columns[1][name]
        places = 0
        shown = [wording.number(x, places, lang) for x in (ours, theirs)]
        rows.append(
            [say(f"dashboard.life.figure.{name}", lang), *shown, wording.signed(theirs - ours, places, lang)]
        )
    title = say("dashboard.life.figures", lang)
    heads = [say("column.row", lang), f"A: {names[0]}", f"B: {names[1]}", say("column.difference", lang)]
    return tag("section", title_of(2, title), scrolling(table(heads, rows), title))


def _sums(life: OneLife, need_cut: float) -> dict[str, float]:
    """Return the sums of a life: months and contacts before 18, and what its own case cost."""
    frame, rows = life.frame, life.child_rows
    child = (frame["age_months"] >= 0) & (frame["age_months"] < AGE_OF_MAJORITY) & (frame["life"] == "child")
    need = child & (frame["need"] >= need_cut)
    known = rows["first_contact"] <= life.months
    helped = (frame["step"] != "none").to_numpy()
    kinds = [event.kind for event in life.events]
    return {
        "thriving": float((child & ~need).sum()),
        "need": float(need.sum()),
        "unseen": float((need & ~known).sum()),
        "unhelped": float((need & known & ~helped).sum()),
        "helped": float((child & helped).sum()),
        "placed": float(rows["months_placed"][-1]),
        "notifications": float(kinds.count("notified")),
        "follow_ups": float(kinds.count("follow_up")),
        "moves": float(rows["moves"][-1]),
        "breakdowns": float(rows["breakdowns"][-1]),
        "cost": float(rows["paid"][-1]) / 1000.0,
    }


def _family(found: TwoLives, lang: str) -> Html:
    """Return the family as the child is born, where the lives part, and at the end, under both."""
    moments = [("born", 0)]
    if found.first_difference is not None and found.first_difference > found.birth_month:
        moments.append(("parting", found.first_difference - found.birth_month))
    moments.append(("end", int(found.a.frame["age_months"].iloc[-1])))
    rows = []
    for moment, age in moments:
        for letter, life in zip("AB", (found.a, found.b), strict=True):
            at = life.frame.iloc[int((life.frame["age_months"] - age).abs().argmin())]
            strained = [
                say(f"dashboard.life.domain.{name.removeprefix('domain_')}", lang)
                for name in DOMAINS
                if at[name] >= STRAINED
            ]
            rows.append(
                [
                    f"{say(f'dashboard.life.moment.{moment}', lang)}, {letter}",
                    say_or(f"dashboard.life.kind.{at['family_kind']}", lang, str(at["family_kind"])),
                    say_or(f"dashboard.life.household.{at['household']}", lang, str(at["household"])),
                    ", ".join(strained) or wording.NONE,
                    wording.number(at["trust"], 2, lang),
                ]
            )
    title = say("dashboard.life.family_title", lang)
    heads = [
        say(f"dashboard.life.column.{name}", lang)
        for name in ("moment", "kind", "household", "strain", "trust")
    ]
    shown = scrolling(table(heads, rows, text_columns=[1, 2, 3]), title)
    return folded(title, paragraph(say("dashboard.life.family_about", lang)), shown)


STRAINED = 1.0
"""Strain in a domain (SD) from which it is told of."""


def _costs(found: TwoLives, names: tuple[str, str], lang: str) -> Html:
    """Return what the child's own case cost each year under both."""
    years = [_by_year(life) for life in (found.a, found.b)]
    rows = []
    for year in sorted(set(years[0]) | set(years[1])):
        pair = [years[which].get(year, 0.0) for which in (0, 1)]
        if any(pair):
            shown = [wording.number(x, 0, lang) for x in pair]
            rows.append([str(found.start_year + year), *shown, wording.signed(pair[1] - pair[0], 0, lang)])
    title = say("dashboard.life.costs", lang)
    if not rows:
        return folded(title, paragraph(say("dashboard.life.no_costs", lang)))
    heads = [say("column.year", lang), f"A: {names[0]}", f"B: {names[1]}", say("column.difference", lang)]
    return folded(title, scrolling(table(heads, rows), title))


def _by_year(life: OneLife) -> dict[int, float]:
    """Return what the child's own case cost in each year of the horizon, thousand kroner."""
    years = life.months // 12
    last = np.flatnonzero(np.append(years[1:] != years[:-1], True))
    paid = np.diff(life.child_rows["paid"][last].astype(float), prepend=0.0) / 1000.0
    return dict(zip(years[last].tolist(), paid.tolist(), strict=True))


def _need(found: TwoLives, names: tuple[str, str], lang: str) -> tuple[dict[str, Any], Html]:
    """Return true need by age under both, what the caseworker believes, and the limit of need."""
    lines = _lines(found, names, "need")
    for letter, own, colour in zip("AB", (found.a, found.b), (FIRST, SECOND), strict=True):
        values = own.frame.iloc[::QUARTER]["belief"].tolist()
        lines.append(
            {
                "name": say("dashboard.life.belief", lang, which=letter),
                **dict.fromkeys(("mean", "low", "high"), values),
                "colour": colour,
                "width": 1.2,
                "dash": "dotted",
            }
        )
    limit = {"yAxis": found.need_cut, "name": say("dashboard.life.limit", lang)}
    option = _over_ages(found, lines, [limit], lang)
    halves = [life.frame.iloc[:: 2 * QUARTER].to_dict("records") for life in (found.a, found.b)]
    rows = [
        [_age(int(a["age_months"]), lang), *_cells(a, lang), *_cells(b, lang)]
        for a, b in zip(*halves, strict=True)
    ]
    heads = [say("dashboard.life.age_axis", lang)]
    for name in names:
        heads += [
            f"{name}: {say(f'dashboard.life.{key}', lang)}" for key in ("need_head", "believed", "step")
        ]
    return option, table(heads, rows, text_columns=[3, 6])


def _school(found: TwoLives, names: tuple[str, str], lang: str) -> tuple[dict[str, Any], Html]:
    """Return wellbeing at school by age under both."""
    option = _over_ages(found, _lines(found, names, "school"), [], lang)
    halves = [life.frame.iloc[:: 2 * QUARTER] for life in (found.a, found.b)]
    rows = [
        [_age(int(age), lang), wording.number(a, 2, lang), wording.number(b, 2, lang)]
        for age, a, b in zip(halves[0]["age_months"], halves[0]["school"], halves[1]["school"], strict=True)
    ]
    return option, table([say("dashboard.life.age_axis", lang), *names], rows)


QUARTER = 3
"""Months between two points of a chart."""


def _lines(found: TwoLives, names: tuple[str, str], column: str) -> list[dict[str, Any]]:
    """Return one line a life, without a band: it is one life and no mean."""
    lives = (found.a, found.b)
    values = [life.frame.iloc[::QUARTER][column].tolist() for life in lives]
    return [
        {"name": f"{letter}: {name}", **dict.fromkeys(("mean", "low", "high"), own), "dashed": letter == "B"}
        for letter, name, own in zip("AB", names, values, strict=True)
    ]


def _over_ages(
    found: TwoLives, lines: list[dict[str, Any]], marks: list[dict[str, Any]], lang: str
) -> dict[str, Any]:
    """Return lines over ages, with marks and with the parting."""
    ages = [age / 12.0 for age in found.a.frame["age_months"].iloc[::QUARTER]]
    option = lines_with_bands([0] * len(ages), lines, "SD")
    option["xAxis"] |= {
        "data": [wording.number(age, 1, lang) for age in ages],
        "name": say("dashboard.life.age_axis", lang),
        "nameLocation": "middle",
        "nameGap": 28,
    }
    option["grid"]["bottom"] = option["narrow"]["grid"]["bottom"] = 28
    if found.first_difference is not None:
        age = (found.first_difference - found.birth_month) / 12.0
        at = min(range(len(ages)), key=lambda k: abs(ages[k] - age))
        marks = [*marks, {"xAxis": at, "name": say("dashboard.life.mark", lang)}]
    option["series"][2]["markLine"] = {
        "silent": True,
        "symbol": "none",
        "label": {"show": True, "formatter": "{b}", "position": "insideEndTop", "color": INK},
        "lineStyle": {"color": INK, "type": "dotted", "width": 1.5},
        "data": marks,
    }
    return option


def _cells(row: Any, lang: str) -> list[str]:
    need, belief = (wording.number(row[name], 2, lang) for name in ("need", "belief"))
    return [
        need,
        belief if row["belief"] == row["belief"] else wording.NONE,
        say(f"step.{row['step']}", lang),
    ]


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
