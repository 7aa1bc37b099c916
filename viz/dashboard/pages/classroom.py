"""Page 7, the classroom: six lessons, each a guess before the model is run, and a town to step through."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import solara

from trappen.agents.states import CaseState, Life, Step
from trappen.model.evidence import register
from trappen.scenarios.watched.lessons import HORIZON, LESSONS, TODAY, Told, lesson
from trappen.scenarios.watched.small_town import YEARS, Happened, SmallTown
from trappen.viz import wording
from trappen.viz.dashboard.asked import Session
from trappen.viz.dashboard.options import investment_option
from trappen.viz.dashboard.pages.casework import curves
from trappen.viz.dashboard.pages.parts import chart, controls, heading, markup, waiting
from trappen.viz.dashboard.pages.staircase import COLOURS, step_name
from trappen.viz.dashboard.work import use_work
from trappen.viz.markup import Html, facts, folded, paragraph, scrolling, table, tag, words
from trappen.viz.markup import heading as title_of
from trappen.viz.report import report_tables
from trappen.viz.wording import MINUS, say

PLACES = {"prevention": 1, "queue": 1, "selection": 1, "inheritance": 1, "investment": 0, "evaluation": 0}
"""Decimals of each answer: those of the same figure in the text below it."""

BOUNDS: dict[str, tuple[float, float]] = {
    "prevention": (0.0, 100.0),
    "queue": (0.0, 100.0),
    "selection": (-5.0, 5.0),
    "inheritance": (0.0, 100.0),
    "investment": (0.0, 100.0),
    "evaluation": (0.0, 100.0),
}
"""What an answer can be at all: shares to 100, and beyond that far more than anybody would find."""

BLANK = "____________"
"""Where a guess is written on paper."""

LARGEST = 8000
"""Children of the municipality in which a lesson is carried out, or as many as there are."""

TOWN = 400
MOST_LINES = 40
"""Events that stand open; those beyond stand folded."""

_TOWNS = itertools.count()


@solara.component
def Classroom(session: Session) -> None:
    """The whole page: the lessons to choose from, the chosen one, and the town."""
    asked, lang = session.asked.value, session.lang
    chosen = asked.word("lesson", LESSONS[0])
    with solara.Div():
        heading(session, "classroom")
        controls(
            say("dashboard.class.lessons", lang),
            [
                {
                    "id": name,
                    "kind": "button",
                    "label": f"{at}. {say(f'lesson.{name}.title', lang)}",
                    "pressed": name == chosen,
                }
                for at, name in enumerate(LESSONS, 1)
            ]
            + [
                {
                    "id": "town",
                    "kind": "button",
                    "label": say("dashboard.class.town", lang),
                    "pressed": chosen == "town",
                }
            ],
            press=lambda name: session.note("lesson", name if name in (*LESSONS, "town") else ""),
        )
        if chosen == "town":
            Town(session)
        else:
            name = chosen if chosen in LESSONS else LESSONS[0]
            Lesson(session, name).key(name)


@solara.component
def Lesson(session: Session, name: str) -> None:
    """A question, a guess, the experiment, and the discussion."""
    lang = session.lang
    children = min(LARGEST, session.asked.value.a.children)
    # Another municipality is another experiment, with a guess of its own.
    key = f"{name} {children}"
    guess, begun = session.tried(key).guess, session.tried(key).run
    found, failed, busy = use_work(
        f"lesson {name} {children} {begun}",
        (lambda wanted: lesson(name, children=children, wanted=wanted)) if begun else None,
    )
    size = wording.number(children, 0, lang)

    def take(told: dict[str, Any]) -> None:
        if not begun:
            session.try_lesson(key, guess=str(told.get("value", ""))[:12].strip())

    def press(button: str) -> None:
        session.problem.value = ""
        if button == "again":
            session.try_lesson(key, guess="", run=False)
        elif _read(session.tried(key).guess) is None:
            typed = session.tried(key).guess
            what = "not_a_number" if typed else "guess_first"
            session.problem.value = say(f"dashboard.class.{what}", lang, given=typed)
        elif not _can_be(name, _read(session.tried(key).guess)):
            low, high = (wording.plain(end, lang) for end in BOUNDS[name])
            told = wording.plain(_read(session.tried(key).guess), lang)
            session.problem.value = say("dashboard.class.absurd", lang, given=told, low=low, high=high)
        else:
            session.try_lesson(key, run=True)

    with solara.Div(classes=["t-lesson"]):
        markup(
            title_of(2, say(f"lesson.{name}.title", lang))
            + paragraph(say(f"lesson.{name}.story", lang, children=size, cut=_cut(lang)))
            + tag("p", tag("strong", words(say(f"lesson.{name}.question", lang, years=HORIZON.get(name)))))
        )
        controls(
            say("dashboard.class.guess", lang),
            [
                {
                    "id": "guess",
                    "kind": "decimal",
                    "label": say("dashboard.class.guess", lang),
                    "value": guess,
                    "unit": say(f"lesson.{name}.unit", lang),
                    "disabled": begun,
                },
                {
                    "id": "run",
                    "kind": "button",
                    "main": True,
                    "label": say("dashboard.class.run", lang),
                    "disabled": begun,
                },
                *([{"id": "again", "kind": "button", "label": say("dashboard.class.again", lang)}] * begun),
                {"id": "print", "kind": "print", "label": say("dashboard.class.print", lang)},
            ],
            take,
            press,
        )
        if not begun:
            blank = say(f"lesson.{name}.amount", lang, amount=BLANK)
            markup(paragraph(say("dashboard.class.on_paper", lang, amount=blank), "t-paper"))
            markup(_questions(name, lang))
            markup(paragraph(say("dashboard.class.before", lang), "t-hint t-screen"))
        else:
            markup(waiting(busy, failed, lang), live=True)
            if found is not None:
                markup(_answer(name, found, _read(guess), lang), live=True)
                _chart(name, found, size, lang)
                markup(_discussion(name, found, lang))
        notes = (paragraph(text) for text in say(f"lesson.{name}.notes", lang).split("|"))
        # What is handed out to a class are the questions.
        markup(tag("div", folded(say("dashboard.class.notes", lang), *notes), class_="t-screen"))


def _read(text: str) -> float | None:
    """Return a number as a Dane or an Englishman types it; None of what is none."""
    try:
        value = float(text.replace(MINUS, "-").replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) < 1e6 else None


def _can_be(name: str, guess: float | None) -> bool:
    """Tell whether a guess is anything the answer could be."""
    low, high = BOUNDS[name]
    return guess is not None and low <= guess <= high


def _cut(lang: str) -> str:
    """Return the limit of need as it is written."""
    return wording.number(float(register()["need_cut"].value), 1, lang)


def _answer(name: str, found: Told, guess: float | None, lang: str) -> Html:
    """Return the model's answer beside the guess."""
    years = HORIZON.get(name)
    guessed = wording.plain(guess, lang) if guess is not None else wording.NONE
    beyond = years is not None and guess is not None and guess > years
    if years is not None and found.answer > years:
        answer = say(f"lesson.{name}.beyond", lang, years=years)
    else:
        answer = say(f"lesson.{name}.amount", lang, amount=wording.number(found.answer, PLACES[name], lang))
    cells = [
        _figure(
            "your_guess",
            say(f"lesson.{name}.amount", lang, amount=guessed),
            say(f"lesson.{name}.beyond_guess", lang, years=years) if beyond else "",
            lang,
        ),
        _figure("model", answer, _range(name, found, lang), lang, class_="better"),
    ]
    return tag("ul", *cells, class_="figures")


def _figure(what: str, value: str, note: str, lang: str, **attributes: str) -> Html:
    return tag(
        "li",
        tag("span", words(say(f"dashboard.class.{what}", lang)), class_="what"),
        tag("span", words(value), class_="value"),
        tag("span", words(note), class_="note") if note else "",
        **attributes,
    )


def _range(name: str, found: Told, lang: str) -> str:
    """Return the range of an answer, said to be what it is."""
    low, high = (wording.number(x, PLACES[name], lang) for x in (found.low, found.high))
    ranged = found.ranged if found.rows.get("back", True) else "never"
    return say(f"dashboard.class.range.{ranged}", lang, **_shown(found, lang) | {"low": low, "high": high})


def _shown(found: Told, lang: str) -> dict[str, str]:
    """Return the figures to discuss as they are written: counts whole, all else with one decimal."""
    return {
        key: wording.number(value, 0 if isinstance(value, int) else 1, lang)
        for key, value in found.rows.items()
    }


def _chart(name: str, found: Told, size: str, lang: str) -> None:
    if name == "queue" and found.frame is not None:
        curves(found.frame, [(say("dashboard.tipping.here_country", lang), TODAY)], lang)
    if name == "investment" and found.comparison is not None:
        chart(
            investment_option(found.comparison, lang),
            say("chart.investment.title", lang),
            say("lesson.investment.chart", lang, children=size),
            report_tables.investment_by_year(found.comparison, lang),
            lang,
        )


def _discussion(name: str, found: Told, lang: str) -> Html:
    told = say(f"lesson.{name}.told", lang, **_shown(found, lang), years=HORIZON.get(name))
    if name == "evaluation" and found.low <= 50.0 <= found.high:
        told = f"{say('lesson.evaluation.coin', lang)} {told}"
    questions = [tag("li", words(text)) for text in say(f"lesson.{name}.discussion", lang).split("|")]
    return tag(
        "section",
        title_of(3, say("dashboard.class.what_happened", lang)),
        paragraph(told),
        title_of(3, say("dashboard.class.discuss", lang)),
        tag("ol", *questions),
    )


def _questions(name: str, lang: str) -> Html:
    """Return the questions of a lesson alone, for a handout printed before the model is run."""
    questions = [tag("li", words(text)) for text in say(f"lesson.{name}.discussion", lang).split("|")]
    title = title_of(3, say("dashboard.class.discuss", lang))
    return tag("section", title, tag("ol", *questions), class_="t-paper")


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
