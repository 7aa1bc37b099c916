"""Page 3, one child and its two lives: the same child and the same luck under both policies."""

import json
from typing import Any

import solara

from trappen.policies.lever import levers
from trappen.scenarios.files.written import to_link
from trappen.scenarios.watched.lives import PATTERNS, OneLife, TwoLives, two_lives
from trappen.viz import wording
from trappen.viz.dashboard.asked import Session
from trappen.viz.dashboard.pages.life_shown import (
    costs_of,
    family_of,
    need_over,
    school_over,
    strips_of,
    sums_of,
)
from trappen.viz.dashboard.pages.parts import (
    both_names,
    chart,
    controls,
    heading,
    markup,
    scenario_row,
    waiting,
)
from trappen.viz.dashboard.work import Wanted, until_unwanted, use_work
from trappen.viz.lives import when
from trappen.viz.markup import Html, facts, paragraph, scrolling, table, tag
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

    def make(wanted: Wanted) -> TwoLives:
        go_on = until_unwanted(wanted)
        return two_lives(asked.a, asked.b, number, pattern, replicate, between=go_on)

    found, failed, busy = use_work(key, make)
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
        option, shown = need_over(found, names, lang)
        chart(option, say("dashboard.life.need", lang), say("dashboard.life.need_about", lang), shown, lang)
        school = school_over(found, names, lang)
        title = say("dashboard.life.school", lang)
        if school is None:
            markup(paragraph(say("dashboard.life.no_school", lang, title=title)))
        else:
            chart(school[0], title, say("dashboard.life.school_about", lang), school[1], lang, height=220)
        markup(strips_of(found, names, lang))
        markup(sums_of(found, names, lang))
        markup(family_of(found, lang))
        with solara.Div(classes=["t-pair"]):
            for letter, name, life in zip("AB", names, (found.a, found.b), strict=True):
                with solara.Div(classes=["t-one"]):
                    markup(_events(f"{letter}: {name}", life, found, lang))
        markup(costs_of(found, names, lang))


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
        phase = say_or(f"dashboard.life.phase.{cause[0]}", lang, cause[0])
        what = say_or(f"dashboard.life.field.{cause[1]}", lang, "")
        parted = when("parted", found, first, lang, year=found.start_year + first // 12, phase=phase)
        if what:
            parted += " " + say("dashboard.life.parted_what", lang, what=what)
        listed = found.first_listed_difference
        if listed is not None:
            parted += " " + when("listed", found, listed, lang)
        parted += " " + _because(session, cause[0], lang)
    return tag("section", facts(told), tag("div", paragraph(parted.replace("..", ".")), class_="t-hint"))


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


def _events(title: str, life: OneLife, found: TwoLives, lang: str) -> Html:
    """Return what happened, in order; what happened after the lives parted is marked in words."""
    rows, parted = [], []
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
        parted.append(found.first_difference is not None and event.month >= found.first_difference)
        rows.append([wording.age(event.age_months, lang), text])
    heads = [say(f"dashboard.life.column.{name}", lang) for name in ("age", "what")]
    if len(set(parted)) > 1:  # a column that says the same in every row tells nothing
        heads.append(say("dashboard.life.column.parted", lang))
        for row, after in zip(rows, parted, strict=True):
            row.append(say("dashboard.life.after", lang) if after else "")
    told = scrolling(table(heads, rows, text_columns=[1, 2]), title)
    more = ""
    if len(life.events) > MOST_EVENTS:
        more = paragraph(say("dashboard.life.more", lang, shown=MOST_EVENTS, all=len(life.events)))
    return tag("section", title_of(2, title), told, more)
