"""Page 1, Compare: two policies for the same municipality, the same children and the same luck."""

import binascii
import re
from typing import Any, NamedTuple

import solara

from trappen.agents.problem import Problem
from trappen.policies.lever import levers
from trappen.policies.library import entries
from trappen.scenarios.files.sent import scenario_sent
from trappen.scenarios.files.written import as_yaml, changed, with_lever, with_programme
from trappen.scenarios.scenario import Scenario, check_comparable
from trappen.viz import captions, findings, wording
from trappen.viz.dashboard.asked import Session, sentence, use_answer
from trappen.viz.dashboard.components import Download, Levers, Upload
from trappen.viz.dashboard.options import cost_option, investment_option
from trappen.viz.dashboard.pages.named import plain_name
from trappen.viz.dashboard.pages.parts import (
    Drawn,
    both_names,
    change_world,
    chart,
    choose_policy,
    controls,
    groups,
    heading,
    investment_about,
    locale,
    markup,
    policy_field,
    progress,
    replace_side,
    sent_file,
    use_download,
    world_fields,
)
from trappen.viz.markup import Html, folded, paragraph, scrolling, tag, words
from trappen.viz.markup import heading as title_of
from trappen.viz.report import report_tables
from trappen.viz.wording import say

LARGEST_UPLOAD = 200_000
SHOWN = ("cost", "outcome")
FOLDED = ("sub_goals", "casework")
"""Tables that stand folded below the harm, the money and the children."""


@solara.component
def Compare(session: Session) -> None:
    """The whole page: what is asked at the left, the answer at the right."""
    with solara.Div():
        heading(session, "compare")
        jump = say("dashboard.jump", session.lang)
        markup(tag("p", tag("a", words(jump), href="#valg"), class_="t-jump"))
        with solara.Div(classes=["t-two"]):
            with solara.v.Html(tag="div", attributes={"id": "valg", "tabindex": "-1"}, class_="t-asking"):
                Asking(session)
                back = say("dashboard.jump_back", session.lang)
                markup(tag("p", tag("a", words(back), href="#svar"), class_="t-jump"))
            with solara.v.Html(tag="div", attributes={"id": "svar", "tabindex": "-1"}, class_="t-answer"):
                Answering(session)


@solara.component
def Asking(session: Session) -> None:
    """What is compared, and what can be changed."""
    asked, lang = session.asked.value, session.lang
    side = asked.word("edit", "b")
    side = side if side in ("a", "b") else "b"
    scenario: Scenario = getattr(asked, side)
    with solara.Div():
        controls(say("dashboard.toolbar", lang), _toolbar(session), press=lambda name: _press(session, name))
        markup(title_of(2, say("dashboard.world", lang)))
        controls(
            say("dashboard.world", lang), world_fields(session), lambda told: change_world(session, told)
        )
        markup(title_of(2, say("dashboard.policies", lang)))
        controls(
            say("dashboard.policies", lang),
            [policy_field(session, "a"), policy_field(session, "b")],
            lambda told: choose_policy(session, told),
        )
        markup(title_of(2, say("dashboard.levers", lang)))
        controls(
            say("dashboard.edited", lang),
            [_edited(session, side), _name(session, scenario, lang)],
            lambda told: _rename_or_turn(session, side, told),
        )
        Levers(
            packed=groups(lang),
            values={name: float(value) for name, value in scenario.policy_as_run.levers.items()},
            on=[offer.programme.name for offer in scenario.policy_as_run.programmes],
            words={
                "today": say("dashboard.lever.today", lang),
                "back": say("dashboard.lever.back", lang),
                "evidence": say("dashboard.lever.evidence", lang),
                "grade": say("column.grade", lang),
                "source": say("column.source", lang),
                "moved": say("dashboard.lever.moved", lang),
                "on": say("dashboard.lever.on", lang),
                "off": say("dashboard.lever.off", lang),
                "locale": locale(lang),
            },
            event_change=lambda told: _move(session, side, told),
            event_turn=lambda told: _turn(session, side, told),
        )
        Files(session, side)


def _toolbar(session: Session) -> list[dict[str, Any]]:
    lang = session.lang
    able = {"undo": bool(session.past.value), "redo": bool(session.future.value)}
    return [
        {
            "id": name,
            "kind": "button",
            "label": say(f"dashboard.button.{name}", lang),
            "disabled": not able.get(name, True),
        }
        for name in ("undo", "redo", "reset", "swap")
    ]


def _press(session: Session, name: str) -> None:
    if name in ("undo", "redo", "reset", "swap"):
        getattr(session, name)()


def _edited(session: Session, side: str) -> dict[str, Any]:
    lang = session.lang
    return {
        "id": "edit",
        "kind": "choice",
        "label": say("dashboard.edited", lang),
        "value": side,
        "options": [
            {"id": which, "title": f"{which.upper()}: {name}"}
            for which, name in zip("ab", both_names(session), strict=True)
        ],
    }


def _name(session: Session, scenario: Scenario, lang: str) -> dict[str, Any]:
    return {
        "id": "name",
        "kind": "text",
        "label": say("dashboard.field.name", lang),
        "value": plain_name(scenario, lang),
        "longest": 80,
    }


def _rename_or_turn(session: Session, side: str, told: dict[str, Any]) -> None:
    value = str(told.get("value", "")).strip()
    if told.get("id") == "edit":
        session.note("edit", "a" if value == "a" else "")
        return
    if value:
        replace_side(session, side, lambda scenario: changed(scenario, name=value))


def _move(session: Session, side: str, told: dict[str, Any]) -> None:
    name, value = str(told.get("id")), told.get("value")
    if name in levers() and isinstance(value, int | float):
        lever = levers()[name]
        nearest = min(max(float(value), lever.low), lever.high)
        replace_side(session, side, lambda scenario: with_lever(scenario, name, round(nearest, 6)))


def _turn(session: Session, side: str, told: dict[str, Any]) -> None:
    """Put a programme in force, or out of it."""
    name = str(told.get("id"))
    if name in entries("programme"):
        replace_side(session, side, lambda s: with_programme(s, name, on=bool(told.get("on"))))


@solara.component
def Files(session: Session, side: str) -> None:
    """Save and load scenarios as the files the command line reads, and a link to all of it."""
    asked, lang = session.asked.value, session.lang
    ready, put = use_download()

    def save(told: dict[str, Any]) -> None:
        which = str(told.get("id"))
        if which in ("a", "b"):
            scenario: Scenario = getattr(asked, which)
            name = re.sub(r"[^\w.-]+", "_", scenario.name).strip("._") or "scenarie"
            put(f"{name}.yaml", as_yaml(scenario).encode("utf-8"), "text/yaml")

    with solara.Div(classes=["t-files"]):
        markup(title_of(2, say("dashboard.files", lang)) + paragraph(say("dashboard.files_about", lang)))
        Download(
            files=[
                {"id": which, "label": say("dashboard.button.save", lang, side=which.upper())}
                for which in "ab"
            ],
            event_ask=save,
            ready=ready,
        )
        Upload(
            label=say("dashboard.button.load", lang, side=side.upper()),
            accept=".yaml,.yml",
            limit=LARGEST_UPLOAD,
            words={
                "too_large": say("dashboard.upload.too_large", lang, limit=LARGEST_UPLOAD // 1000),
                "unreadable": say("dashboard.upload.unreadable", lang),
            },
            event_sent=lambda told: _load(session, side, told),
        )
        controls(
            say("dashboard.field.link", lang),
            [
                {
                    "id": "link",
                    "kind": "link",
                    "label": say("dashboard.field.link", lang),
                    "value": asked.query(),
                    "wide": True,
                }
            ],
        )


def _load(session: Session, side: str, told: dict[str, Any]) -> None:
    """Take a scenario file: its policy for one side, its municipality, horizon and luck for both."""
    asked, lang = session.asked.value, session.lang
    try:
        name, content = sent_file(told)
        if len(content) > LARGEST_UPLOAD:
            session.problem.value = say("dashboard.upload.too_large", lang, limit=LARGEST_UPLOAD // 1000)
            return
        sent = scenario_sent(content, name)
        other = (asked.b if side == "a" else asked.a).in_the_world_of(sent)
        pair = (sent, other) if side == "a" else (other, sent)
        check_comparable(*pair)
    except Problem as problem:
        session.problem.value = sentence(problem, lang)
        return
    except (ValueError, binascii.Error):
        session.problem.value = say("dashboard.upload.unreadable", lang)
        return
    session.ask(*pair)


@solara.component
def Answering(session: Session) -> None:
    """The answer so far: in words, in three figures, in charts and in tables."""
    asked, lang = session.asked.value, session.lang
    answer, stale = use_answer(asked.a, asked.b)
    comparison = answer.comparison if answer else None
    with solara.Div(classes=["t-stale"] if stale else []):
        markup(progress(answer, stale, lang), live=True)
        if comparison is None:
            return
        told = comparison.once(f"page_compare_{lang}", lambda: _told(comparison, lang))
        markup(told.strip)
        markup(told.words)
        for drawn in told.charts:
            chart(*drawn, lang)
        markup(told.tables)


class _Told(NamedTuple):
    """What the page shows of a comparison: markup, and of each chart options, title, words and table."""

    strip: Html
    words: Html
    charts: list[Drawn]
    tables: Html


def _told(comparison: Any, lang: str) -> _Told:
    heads = tuple(wording.sentence(captions.policy_head(comparison, which, lang)) for which in (0, 1))
    cost = (
        cost_option(comparison, heads, lang),
        say("chart.cost.title", lang, side=captions.side(comparison, lang)),
        say("dashboard.chart.cost_about", lang, band=captions.band_line(comparison, lang)),
        report_tables.cost_by_year(comparison, lang),
    )
    investment = (
        investment_option(comparison, lang),
        say("chart.investment.title", lang),
        investment_about(comparison, lang),
        report_tables.investment_by_year(comparison, lang),
    )
    return _Told(
        strip(comparison, lang), in_words(comparison, lang), [cost, investment], tables(comparison, lang)
    )


def strip(comparison: Any, lang: str) -> Html:
    """Return the figures a reader remembers."""
    summary, harm = comparison.summary(), comparison.harm()
    cells = []
    for frame, row_name in (
        (summary, "net_cost_per_year"),
        (summary, "need_months"),
        (harm, "missed_children"),
    ):
        row = findings.row_named(frame, row_name)
        if row is None:
            continue
        places = findings.row_decimals(row)
        unit = wording.unit(row["unit"], lang, short=True)
        value = f"{wording.signed(row['difference'], places, lang)} {unit}"
        span = wording.interval(row["low"], row["high"], places, lang)
        judged = say(f"dashboard.judged.{findings.judgement(row)}", lang)
        cells.append(
            tag(
                "li",
                tag("span", words(captions.row_label(comparison, row_name, lang)), class_="what"),
                tag("span", words(value), class_="value"),
                tag("span", words(f"{span}: {judged}"), class_="note"),
                class_=findings.judgement(row),
            )
        )
    answer, year = comparison.break_even(), findings.break_even_year(comparison)
    told = findings.earned_back(answer, year)
    shown = {
        "year": str(year),
        "never": say("dashboard.strip.never", lang),
        "unsure": wording.sentence(say("dashboard.judged.unclear", lang)),
        "nothing": wording.NONE,
    }
    chance = wording.chance(answer["chance_within_horizon"], lang)
    cells.append(
        tag(
            "li",
            tag("span", words(say("dashboard.strip.break_even", lang)), class_="what"),
            tag("span", words(shown[told]), class_="value"),
            tag("span", words(say("dashboard.strip.chance", lang, chance=chance)), class_="note"),
        )
    )
    return tag("ul", *cells, class_="figures t-strip", aria_label=say("dashboard.strip.label", lang))


def in_words(comparison: Any, lang: str) -> Html:
    """Return the answer in sentences."""
    told = [*findings.headline(comparison, lang), findings.break_even_line(comparison, lang)]
    if comparison.alternatives:
        told.append(findings.structure_line(comparison, lang))
    return tag(
        "section",
        title_of(2, say("dashboard.answer", lang)),
        *(paragraph(text) for text in told if text),
        paragraph(say("finding.caution", lang), "caution"),
        class_="answer",
    )


def tables(comparison: Any, lang: str) -> Html:
    """Return harm, cost and outcomes, sub-goals and casework with intervals and chances."""
    summary = comparison.summary()
    names = (captions.policy_name(comparison, which, lang) for which in (0, 1))
    intro = say("report.details_intro", lang, **dict(zip("ab", names, strict=True)))
    parts = [paragraph(f"{intro} {findings.rounding_note(summary, lang)}", "t-hint")]
    sections = (
        ("harm", [("", findings.records(comparison.harm()))]),
        (
            "cost_and_outcomes",
            [(say(f"group.{group}", lang), findings.rows(summary, group)) for group in SHOWN],
        ),
        ("sub_goals", [("", findings.records(comparison.indicators()))]),
        ("casework", [("", findings.rows(summary, "system"))]),
    )
    for key, rows in sections:
        title = say(f"dashboard.table.{key}", lang)
        table = scrolling(report_tables.compared(comparison, rows, lang), title)
        note = paragraph(say("dashboard.table.harm_note", lang)) if key == "harm" else ""
        if key in FOLDED:
            parts.append(folded(title, table))
        else:
            parts.append(tag("section", title_of(2, title), note, table))
    if comparison.alternatives:
        title = say("report.structure", lang)
        table = scrolling(report_tables.structure_table(comparison, lang), title)
        parts.append(folded(title, table))
    return Html("".join(parts))
