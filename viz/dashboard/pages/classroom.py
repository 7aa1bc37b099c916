"""Page 7, the classroom: six lessons, each a guess before the model is run; its town is in `town`."""

from typing import Any

import solara

from trappen.model.evidence import register
from trappen.scenarios.watched.lessons import HORIZON, LESSONS, TODAY, Told, lesson
from trappen.viz import wording
from trappen.viz.dashboard.asked import Session
from trappen.viz.dashboard.options import investment_option
from trappen.viz.dashboard.pages.casework import curves
from trappen.viz.dashboard.pages.parts import chart, controls, heading, markup, waiting
from trappen.viz.dashboard.pages.town import Town
from trappen.viz.dashboard.work import use_work
from trappen.viz.markup import Html, folded, paragraph, tag, words
from trappen.viz.markup import heading as title_of
from trappen.viz.report import report_tables
from trappen.viz.wording import MINUS, say

PLACES = {"prevention": 1, "queue": 1, "selection": 1, "inheritance": 1, "investment": 0, "evaluation": 0}
"""Decimals of each answer: those of the same figure in the text below it."""

WIDE = (0.0, 100.0)
SPANS = {"selection": (-5.0, 5.0)}
"""What a guess can be at all: shares to 100, and else far more than anybody would find."""

BLANK = "____________"
"""Where a guess is written on paper."""

LARGEST = 8000
"""Children of the municipality in which a lesson is carried out, or as many as there are."""


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
            low, high = (wording.plain(end, lang) for end in SPANS.get(name, WIDE))
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
    low, high = SPANS.get(name, WIDE)
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
