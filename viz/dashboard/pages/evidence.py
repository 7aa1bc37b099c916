"""Page 6, evidence: every number with source, grade and range; what moves the result; how the model fits."""

from typing import Any

import solara

from trappen.model.evidence import GRADES, register
from trappen.scenarios.evidence_table import (
    assumed_range,
    assumed_share,
    evidence,
    measured,
    owed_interval,
    told_from_luck,
)
from trappen.scenarios.fitting.fit_report import hold
from trappen.scenarios.trust.validation import Finding, validate
from trappen.scenarios.trust.verdicts import kept_verdicts
from trappen.viz import findings, wording
from trappen.viz.dashboard.asked import Session
from trappen.viz.dashboard.options import bars_option
from trappen.viz.dashboard.pages.parts import chart, controls, heading, markup, waiting
from trappen.viz.dashboard.work import Wanted, use_work
from trappen.viz.markup import Html, facts, paragraph, scrolling, table, tag, words
from trappen.viz.markup import heading as title_of
from trappen.viz.terminal.validation_view import expected, model_said, sets_within, tried_how
from trappen.viz.wording import say

MOST_BARS = 15
VARIES = ("fixed", "evidence", "calibrated")
MOST_ROWS = 60
HELD_CHILDREN = 30_000


@solara.component
def Evidence(session: Session) -> None:
    """The whole page."""
    lang = session.lang
    with solara.Div():
        heading(session, "evidence")
        Tornado(session)
        Search(session)
        Fit(session)
        Verdicts(session)
        markup(paragraph(say("dashboard.evidence.accessible", lang), "t-screen"))


@solara.component
def Tornado(session: Session) -> None:
    """What the answer owes to each uncertain number, and how much rests on assumed ones."""
    lang = session.lang
    counts = register().grades()
    whole = len(register())
    option = bars_option(
        [findings.grade(name, lang) for name in GRADES],
        [counts[name] for name in GRADES],
        say("dashboard.evidence.numbers", lang),
        colours=["#0072B2", "#0072B2", "#56B4E9", "#56B4E9", "#B34700", "#8c8c8c"],
        labels=[str(counts[name]) for name in GRADES],
    )
    shown = table(
        [say("column.grade", lang), say("dashboard.evidence.numbers", lang)],
        [[findings.grade(name, lang), str(counts[name])] for name in GRADES],
    )
    share = wording.percent(counts["assumed"] / whole, lang)
    with solara.Div():
        chart(
            option,
            say("dashboard.evidence.grades", lang),
            say("dashboard.evidence.grades_about", lang, all=whole, share=share),
            shown,
            lang,
            height=260,
        )
        owed = [(name, measured()[name]) for name in told_from_luck()][:MOST_BARS]
        if not owed:
            why = findings.luck_in_weights_line(lang) or say("dashboard.evidence.no_tornado", lang)
            markup(title_of(2, say("dashboard.evidence.tornado", lang)) + paragraph(why, "t-hint"))
            return
        names = [_named(name, lang) for name, _ in owed]
        values = [row["cost"] for _, row in owed]
        labels = [wording.signed(value, 2, lang) for value in values]
        spans = [wording.interval(*owed_interval(row), 2, lang) for _, row in owed]
        rows = [list(row) for row in zip(names, labels, spans, strict=True)]
        bars = [f"{name}\n({span})" for name, span in zip(names, spans, strict=True)]
        about = [say("dashboard.evidence.tornado_about", lang), findings.luck_in_weights_line(lang)]
        about += [findings.share_line(assumed_share(), lang, assumed_range())]
        unit = say("dashboard.evidence.owed_unit", lang)
        chart(
            bars_option(bars, values, unit, labels=labels),
            say("dashboard.evidence.tornado", lang),
            " ".join(about),
            table([say("dashboard.evidence.number", lang), unit, say("column.interval", lang)], rows),
            lang,
            height=60 + 62 * len(names),
        )


def _named(name: str, lang: str) -> str:
    """Return what a number is; a price says that it is one, which its meaning alone does not."""
    meaning = register()[name].meaning[lang]
    return say("dashboard.evidence.price", lang, what=meaning) if name.startswith("price_") else meaning


@solara.component
def Search(session: Session) -> None:
    """Every number, found by words and by grade."""
    asked, lang = session.asked.value, session.lang
    text, grade, varies = asked.word("search"), asked.word("grade"), asked.word("varies")
    grade, varies = grade if grade in GRADES else "", varies if varies in VARIES else ""
    found = evidence(text or None, grade=grade or None, varies=varies or None, lang=lang)
    most = MOST_ROWS if asked.word("all") != "1" else len(found)
    options = [{"id": "", "title": say("dashboard.evidence.all", lang)}]
    options += [{"id": name, "title": findings.grade(name, lang)} for name in GRADES]
    ways = [{"id": "", "title": say("dashboard.evidence.all", lang)}]
    ways += [{"id": name, "title": say(f"show.varies.{name}", lang)} for name in VARIES]
    with solara.Div():
        markup(title_of(2, say("dashboard.evidence.every", lang)))
        controls(
            say("dashboard.evidence.every", lang),
            [
                {
                    "id": "search",
                    "kind": "text",
                    "label": say("dashboard.evidence.search", lang),
                    "value": text,
                },
                {
                    "id": "grade",
                    "kind": "choice",
                    "label": say("column.grade", lang),
                    "value": grade,
                    "options": options,
                },
                {
                    "id": "varies",
                    "kind": "choice",
                    "label": say("show.head.varies", lang),
                    "value": varies,
                    "options": ways,
                },
            ],
            lambda told: session.note(str(told.get("id"))[:10], str(told.get("value", ""))[:80]),
        )
        shown = [_number(row, lang) for row in findings.records(found.head(most))]
        told = (
            say("dashboard.evidence.found", lang, shown=len(shown), all=len(found))
            if len(found)
            else say("dashboard.evidence.none_found", lang, of=len(register()))
        )
        markup(paragraph(told), live=True)
        markup(tag("div", *shown))
        if len(shown) < len(found):
            button = {"id": "all", "kind": "button", "label": say("dashboard.evidence.show_all", lang)}
            controls(button["label"], [button], press=lambda _: session.note("all", "1"))


def _number(row: dict[str, Any], lang: str) -> Html:
    """Return one number, folded: its meaning and value in sight, the rest when asked for."""
    value = row["value"]
    figure = (
        wording.plain(value, lang)
        if isinstance(value, int | float)
        else say("dashboard.evidence.table", lang)
    )
    ends = (
        say("show.range", lang, low=wording.plain(row["low"], lang), high=wording.plain(row["high"], lang))
        if row["low"] is not None and row["low"] < row["high"]
        else wording.NONE
    )
    told = {
        say("show.head.grade", lang): findings.grade(row["grade"], lang),
        say("show.head.plausible", lang): ends,
        say("show.head.varies", lang): wording.say_or(f"show.varies.{row['varies']}", lang, row["varies"]),
        say("show.head.source", lang): str(row["source"]),
        say("dashboard.evidence.name", lang): str(row["parameter"]),
    }
    unit = words(wording.unit(str(row["unit"]), lang))
    if str(row["unit"]).startswith(("share", "0-1")) or not isinstance(value, int | float):
        unit = Html(f"({unit})")
    head = tag("summary", words(f"{row['meaning'][lang]}: {figure} "), unit)
    return tag("details", head, facts(told))


@solara.component
def Fit(session: Session) -> None:
    """Today's practice in the model beside the published figures."""
    lang = session.lang
    found, failed, busy = use_work(f"hold {HELD_CHILDREN}", lambda _: hold(children=HELD_CHILDREN))
    with solara.Div():
        markup(
            title_of(2, say("dashboard.evidence.fit", lang))
            + paragraph(say("dashboard.evidence.fit_about", lang))
        )
        markup(waiting(busy, failed, lang), live=True)
        if found is None:
            return
        rows = []
        for row in found.to_dict("records"):
            places = 0 if max(row["target_value"], row["model_value"]) >= 100 else 1
            figures = (wording.number(row[x], places, lang) for x in ("target_value", "model_value"))
            rows.append(
                [
                    row["meaning"][lang],
                    *figures,
                    _span(row["low"], row["high"], lang),
                    say(f"verdict.{row['verdict']}", lang),
                    wording.unit(row["unit"], lang),
                ]
            )
        columns = ("target", "target_value", "model_value", "target_range", "verdict", "unit")
        heads = [say(f"column.{name}", lang) for name in columns]
        title = say("dashboard.evidence.fit", lang)
        markup(scrolling(table(heads, rows, text_columns=[4, 5]), title))


@solara.component
def Verdicts(session: Session) -> None:
    """What the model was not fitted to: as it was tried last, and tried anew when asked for."""
    lang = session.lang
    kept, _ = solara.use_memo(kept_verdicts, [])
    begun, begin = solara.use_state(False)

    def make(wanted: Wanted) -> Any:
        def still(_: str, __: int, ___: int) -> None:
            if not wanted():
                raise InterruptedError

        return validate(say=still)

    found, failed, busy = use_work(f"validate {begun}", make if begun else None)
    with solara.Div():
        markup(
            title_of(2, say("dashboard.evidence.verdicts", lang))
            + paragraph(say("dashboard.evidence.verdicts_about", lang))
        )
        controls(
            say("dashboard.evidence.verdicts", lang),
            [
                {
                    "id": "try",
                    "kind": "button",
                    "main": True,
                    "label": say("dashboard.evidence.try", lang),
                    "disabled": begun,
                }
            ],
            press=lambda _: begin(True),
        )
        markup(waiting(busy, failed, lang), live=True)
        if found is not None:
            markup(_verdicts(found, lang))
        elif kept:
            markup(paragraph(say("dashboard.evidence.kept", lang), "t-hint"))
            markup(_verdicts(kept, lang))


def _verdicts(found: list[Finding], lang: str) -> Html:
    counted = {name: sum(one.verdict == name for one in found) for name in ("pass", "miss", "cannot_say")}
    told = ", ".join(f"{say(f'validation.verdict.{name}', lang)}: {n}" for name, n in counted.items())
    rows = [
        [
            one.case.title[lang],
            say(f"validation.verdict.{one.verdict}", lang),
            model_said(one, lang) if one.sets else wording.NONE,
            expected(one, lang) if not one.case.without else wording.NONE,
            sets_within(one, lang) if one.sets else wording.NONE,
        ]
        for one in found
    ]
    heads = [say("dashboard.evidence.case", lang), say("column.verdict", lang)]
    heads += [say("column.model_value", lang), say("dashboard.evidence.expected", lang)]
    heads += [say("validation.column.within", lang)]
    title = say("dashboard.evidence.verdicts", lang)
    how = " ".join([say("validation.rule", lang), tried_how(found, lang)])
    return tag("div", paragraph(told), paragraph(how), scrolling(table(heads, rows, text_columns=[1]), title))


def _span(low: float, high: float, lang: str) -> str:
    return say("show.range", lang, low=wording.plain(low, lang), high=wording.plain(high, lang))
