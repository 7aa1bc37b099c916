"""The classroom's town: a small municipality that a class steps month by month, child by child."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import solara

from trappen.agents.states import CaseState, Life, Step
from trappen.scenarios.watched.small_town import YEARS, Happened, SmallTown
from trappen.viz import wording
from trappen.viz.dashboard.asked import Session
from trappen.viz.dashboard.pages.parts import controls, markup, waiting
from trappen.viz.dashboard.pages.staircase import COLOURS, step_name
from trappen.viz.dashboard.work import use_work
from trappen.viz.markup import Html, facts, folded, paragraph, scrolling, table, tag, words
from trappen.viz.markup import heading as title_of
from trappen.viz.wording import say

TOWN = 400
MOST_LINES = 40
"""Events that stand open; those beyond stand folded."""

_TOWNS = itertools.count()


@dataclass(frozen=True, eq=False)
class Stepped:
    """The months a class stepped last in a town, and what happened in them; no months where it was over."""

    town: SmallTown
    first: int
    months: int
    happened: tuple[Happened, ...]


@solara.component
def Town(session: Session) -> None:
    """A small municipality of one's own, stepped month by month, child by child."""
    asked, lang = session.asked.value, session.lang
    policy = asked.word("policy", "status_quo")
    policy = policy if policy in ("status_quo", "omlaegning") else "status_quo"
    nothing: Stepped | None = None
    stepped, tell = solara.use_state(nothing)
    followed = asked.word("who")
    # Each visitor has a town of their own: the key is this page's, so that none is shared.
    own = solara.use_memo(lambda: next(_TOWNS), [])
    town, failed, busy = use_work(
        f"town {policy} {own}", lambda _: SmallTown(policy, TOWN, int(asked.a.seed) % 2**31)
    )

    def press(name: str) -> None:
        if town is not None and name in ("month", "year"):
            first = town.month
            happened = tuple(town.step(1 if name == "month" else 12))
            tell(Stepped(town, first, town.month - first, happened))

    with solara.Div():
        markup(
            title_of(2, say("dashboard.class.town", lang))
            + paragraph(say("dashboard.class.town_about", lang, children=wording.number(TOWN, 0, lang)))
        )
        controls(
            say("dashboard.class.town", lang),
            [
                {
                    "id": "policy",
                    "kind": "choice",
                    "label": say("dashboard.class.policy", lang),
                    "value": policy,
                    "options": [
                        {"id": name, "title": say(f"policy_head.{name}", lang)}
                        for name in ("status_quo", "omlaegning")
                    ],
                },
                {"id": "month", "kind": "button", "main": True, "label": say("dashboard.class.month", lang)},
                {"id": "year", "kind": "button", "label": say("dashboard.class.year", lang)},
            ],
            lambda told: session.note("policy", str(told.get("value"))[:20]),
            press,
        )
        markup(waiting(busy, failed, lang), live=True)
        if town is None or busy:
            return
        _standing(town, followed, lang, lambda who: session.note("who", who[:12]))
        # What happened in the town of the other policy is nothing that happened here.
        mine = stepped if stepped is not None and stepped.town is town else None
        markup(_happenings(mine, lang), live=True)


def _standing(town: SmallTown, followed: str, lang: str, choose: Callable[[str], None]) -> None:
    """Show everybody as a dot on its step, and what is true of the one chosen below the dots it is among."""
    rows = town.standing()
    unborn, young = rows["birth_month"] > town.month, rows["life"] == Life.YOUTH
    counts = {"children": ~unborn & ~young, "unborn": unborn, "young": young}
    counted = {name: wording.number(int(which.sum()), 0, lang) for name, which in counts.items()}
    year, month = _calendar(town, town.month, lang)
    key = say("dashboard.class.counted", lang, day=1, month=month, year=year, **counted)
    markup(tag("p", tag("strong", words(key)), class_="t-key"))
    gone = followed not in {str(who) for who in rows["who"]}  # grown up, moved away or dead
    markup(_followed(town, followed, lang) if gone else "", live=True)
    for step in sorted({int(step) for step in rows["step"]}, reverse=True):
        own = rows[rows["step"] == step]
        markup(_dots(town, own, step, followed, lang), pick=choose)
        here = followed in {str(who) for who in own["who"]}
        # Each step has its place for the one chosen: what fills it is read out, as a new place would not be.
        markup(_followed(town, followed, lang) if here else "", live=True)


def _dots(town: SmallTown, rows: np.ndarray, step: int, followed: str, lang: str) -> Html:
    """Return those who stand on a step; who stands on any but none can be chosen."""
    name = step_name(step, lang)
    colour = COLOURS[Step(step)] if step else "#d0d0d0"
    shown = []
    for row in rows:
        who = str(row["who"])
        chosen = who == followed
        told: dict[str, str] = {
            "class_": "t-dot t-chosen" if chosen else "t-dot",
            "style": f"background:{colour}",
        }
        if step == Step.NONE:
            shown.append(tag("span", aria_hidden="true", **told))
        else:
            age = wording.age(town.month - int(row["birth_month"]), lang)
            label = say("dashboard.class.dot", lang, who=who, age=age, step=name)
            told |= {"data_pick": who, "aria_label": label, "title": label, "type_": "button"}
            shown.append(tag("button", aria_current="true" if chosen else "", **told))
    head = f"{name}: {wording.number(len(rows), 0, lang)}"
    return tag("section", title_of(3, head), tag("div", *shown, class_="t-dots"))


def _calendar(town: SmallTown, month: int, lang: str) -> tuple[int, str]:
    """Return the year, and the month by name, of a month counted from the start."""
    return town.scenario.start_year + month // 12, say("dashboard.stairs.months", lang).split()[month % 12]


def _happenings(stepped: Stepped | None, lang: str) -> Html:
    """Return what happened in the months last stepped, child by child."""
    if stepped is None:
        return tag("div", paragraph(say("dashboard.class.step_first", lang)), class_="t-hint t-screen")
    if stepped.months == 0:
        return tag("div", paragraph(say("dashboard.class.over", lang, years=YEARS)), class_="t-hint")

    def named(month: int) -> str:
        year, name = _calendar(stepped.town, month, lang)
        return f"{name} {year}"

    several = stepped.months > 1
    title = say(
        "dashboard.class.these_months" if several else "dashboard.class.this_month",
        lang,
        first=named(stepped.first),
        last=named(stepped.first + stepped.months - 1),
        count=wording.number(len(stepped.happened), 0, lang),
    )
    lines = []
    for one in stepped.happened:
        what = say(f"dashboard.class.happened.{one.kind}", lang, step=step_name(one.step, lang))
        month = [named(one.month)] if several else []
        lines.append([str(one.who), *month, wording.age(one.age_months, lang), what])
    columns = ("child", "month", "age", "what") if several else ("child", "age", "what")
    heads = [say(f"dashboard.class.column.{name}", lang) for name in columns]
    first, rest = (
        scrolling(table(heads, part, text_columns=range(1, len(heads))), title) if part else Html("")
        for part in (lines[:MOST_LINES], lines[MOST_LINES:])
    )
    more = say("dashboard.class.more_events", lang, count=wording.number(len(lines[MOST_LINES:]), 0, lang))
    return tag("section", title_of(3, title), first, folded(more, rest) if rest else "", class_="t-events")


def _followed(town: SmallTown, who: str, lang: str) -> Html:
    """Return what is true of the child that was chosen."""
    told = town.child(int(who)) if who.isdecimal() and len(who) < 11 else None
    if told is None:
        return Html("")
    case = CaseState(int(told["case"])).name.lower()
    return tag(
        "section",
        title_of(3, say("dashboard.class.followed", lang, who=who)),
        facts(
            {
                say("dashboard.class.column.age", lang): wording.age(int(told["age_months"]), lang),
                say("dashboard.life.step", lang): step_name(int(told["step"]), lang),
                say("dashboard.class.case", lang): say(f"dashboard.class.cases.{case}", lang),
                say("dashboard.stairs.column.need", lang): wording.number(told["need"], 2, lang),
                say("dashboard.stairs.column.belief", lang): wording.number(told["belief"], 2, lang),
                say("dashboard.class.trust", lang): wording.number(told["trust"], 2, lang),
                say("dashboard.class.siblings", lang): wording.number(told["siblings"], 0, lang),
                say("dashboard.class.months_need", lang): wording.number(told["months_need"], 0, lang),
            }
        ),
        class_="t-found",
    )
