"""Page 4, the budget: accounts by year, post and payer, own prices, the investment, files to take away."""

import binascii
import io
import re
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import solara
from openpyxl import Workbook

from trappen.agents.problem import Problem
from trappen.scenarios.own_prices import price_list, read_prices, unit_costs
from trappen.scenarios.perspective import PERSPECTIVES
from trappen.scenarios.watched.answers import Preliminary
from trappen.viz import captions, findings, found_tables, found_words, wording
from trappen.viz.dashboard.asked import Session, sentence, use_answer
from trappen.viz.dashboard.components import Download, Upload
from trappen.viz.dashboard.options import investment_option
from trappen.viz.dashboard.pages.named import own_numbers
from trappen.viz.dashboard.pages.parts import (
    Drawn,
    chart,
    controls,
    heading,
    investment_about,
    markup,
    progress,
    scenario_row,
    sent_file,
    use_download,
)
from trappen.viz.markup import Html, paragraph, scrolling, table, tag, words
from trappen.viz.markup import heading as title_of
from trappen.viz.report import report_tables
from trappen.viz.wording import say

LARGEST_UPLOAD = 5_000_000
KINDS = (".csv", ".xlsx", ".txt", ".tsv")


@solara.component
def Budget(session: Session) -> None:
    """The whole page."""
    asked, lang = session.asked.value, session.lang
    answer, stale = use_answer(asked.a, asked.b)
    comparison = answer.comparison if answer else None
    with solara.Div():
        heading(session, "budget")
        scenario_row(session)
        Prices(session)
        markup(tag("h2", words(say("dashboard.budget.whose", lang)), class_="t-screen"))
        seen_from(session)
        with solara.Div(classes=["t-stale"] if stale else []):
            markup(progress(answer, stale, lang), live=True)
            if comparison is None:
                return
            markup(comparison.once(f"page_answer_{lang}", lambda: answer_of(comparison, lang)))
            chart(*comparison.once(f"page_investment_{lang}", lambda: investment(comparison, lang)), lang)
            if isinstance(comparison, Preliminary):
                markup(paragraph(say("dashboard.budget.wait", lang), "t-hint"))
                return
            for section in comparison.once(f"page_budget_{lang}", lambda: _sections(comparison, lang)):
                markup(section)
            if not stale:  # who takes a file means what the page asks, not what it asked before
                Take(session, comparison)


SIDES = ("accounts", *PERSPECTIVES)
"""From where the money can be seen; the municipality's own accounts unless another side is chosen."""

SECTIONS = ("perspectives", "silo", "levels", "later")
"""Tables of `trappen budget` that the page shows: seen from where, who pays, on which step, and later."""


def seen_from(session: Session) -> None:
    """Show the choice of whose money is counted; it is the scenario's own, as on the command line."""
    asked, lang = session.asked.value, session.lang
    controls(
        say("dashboard.budget.seen_from", lang),
        [
            {
                "id": "perspective",
                "kind": "choice",
                "label": say("dashboard.budget.seen_from", lang),
                "value": asked.a.perspective,
                "options": [
                    {"id": one, "title": wording.sentence(say(f"perspective.{one}", lang))} for one in SIDES
                ],
                "help": say(f"dashboard.budget.counts.{asked.a.perspective}", lang),
                "wide": True,
            }
        ],
        lambda told: _see_from(session, str(told.get("value"))),
    )


def _see_from(session: Session, side: str) -> None:
    if side in SIDES:
        session.try_asking(perspective=side)


def answer_of(comparison: Any, lang: str) -> Html:
    """Return what it costs and when it is earned back, from the side chosen, as the command line says it."""
    rows = [row for row in findings.rows(comparison.summary(), "cost") if row["row"] in captions.SIDED]
    title = say("dashboard.answer", lang)
    return tag(
        "section",
        title_of(2, title),
        paragraph(findings.headline(comparison, lang)[0]),
        paragraph(findings.break_even_line(comparison, lang)),
        scrolling(report_tables.compared(comparison, [("", rows)], lang), title),
        class_="answer",
    )


def investment(comparison: Any, lang: str) -> Drawn:
    """Return the chart of the difference added up since the start, from the side chosen."""
    return (
        investment_option(comparison, lang),
        say("dashboard.budget.investment", lang, side=captions.side(comparison, lang)),
        investment_about(comparison, lang),
        report_tables.investment_by_year(comparison, lang),
    )


def _sections(comparison: Any, lang: str) -> list[Html]:
    """Return all tables of the page."""
    found = [_section(comparison, name, lang) for name in SECTIONS]
    for name, shown in (
        ("by_year", report_tables.accounts_by_year(comparison, lang)),
        ("by_payer", _by_payer(comparison, lang)),
    ):
        title = say(f"dashboard.budget.{name}", lang)
        unit = paragraph(say(f"dashboard.budget.{name}_unit", lang))
        found.append(tag("section", title_of(2, title), unit, scrolling(shown, title)))
    return found


def _section(comparison: Any, name: str, lang: str) -> Html:
    """Return a table of `trappen budget` with a line on how to read it."""
    title = say(f"dashboard.budget.{name}", lang)
    about = paragraph(say(f"dashboard.budget.{name}_about", lang))
    found = comparison.budget()
    facts = found.facts | {column: captions.policy_head(comparison, k, lang) for k, column in enumerate("ab")}
    heads, cells, text_columns = found_tables.shown(found.tables[name], facts, lang)
    shown = scrolling(table(heads, cells, text_columns=text_columns), title)
    return tag("section", title_of(2, title), about, shown)


def _by_payer(comparison: Any, lang: str) -> Html:
    """Return what each budget pays by year, a table a policy."""
    found = comparison.budget().tables["years"]
    tables = []
    for policy, which in zip(comparison.names, (0, 1), strict=True):
        own = found[found["policy"] == policy].pivot_table(
            index="year", columns="budget", values="mean", sort=False
        )
        heads = [say("column.year", lang), *(found_words.cell(name, "", lang) for name in own.columns)]
        cells = [
            [str(int(year)), *(wording.number(float(x), 1, lang) for x in row)]
            for year, row in zip(own.index, own.to_numpy(), strict=True)
        ]
        caption = wording.sentence(captions.policy_head(comparison, which, lang))
        tables.append(table(heads, cells, caption=caption))
    return Html("".join(tables))


@solara.component
def Prices(session: Session) -> None:
    """Own unit costs by upload, and a what-if on one of them."""
    asked, lang = session.asked.value, session.lang
    ready, put = use_download()
    own = asked.a.parameters
    entries = {entry.name: entry for entry in unit_costs()}
    chosen = asked.word("price", next(iter(entries)))
    chosen = chosen if chosen in entries else next(iter(entries))
    entry = entries[chosen]
    value = own.get(chosen, entry.value)

    def fetch(_: dict[str, Any]) -> None:
        content = price_list(lang).to_csv(index=False, sep=";", decimal="," if lang == "da" else ".")
        put("priser.csv" if lang == "da" else "prices.csv", ("\ufeff" + content).encode(), "text/csv")

    with solara.Div():
        markup(
            tag("h2", words(say("dashboard.budget.prices", lang)), class_="t-screen")
            + paragraph(say("dashboard.budget.prices_about", lang), "t-screen")
        )
        controls(
            say("dashboard.budget.what_if", lang),
            [
                {
                    "id": "price",
                    "kind": "choice",
                    "label": say("dashboard.budget.what_if", lang),
                    "value": chosen,
                    "options": [{"id": name, "title": one.meaning[lang]} for name, one in entries.items()],
                },
                {
                    "id": "value",
                    "kind": "number",
                    "label": say("dashboard.budget.amount", lang),
                    "value": value,
                    "low": entry.low,
                    "high": entry.high,
                    "unit": wording.unit(entry.unit, lang),
                    "help": say(
                        "dashboard.budget.usual",
                        lang,
                        value=wording.plain(entry.value, lang),
                        grade=findings.grade(entry.grade, lang),
                    ),
                },
                {
                    "id": "usual",
                    "kind": "button",
                    "label": say("dashboard.budget.usual_prices", lang),
                    "disabled": not own,
                },
            ],
            lambda told: _what_if(session, chosen, told),
            lambda _: session.try_asking(parameters={}),
        )
        if own:
            markup(
                paragraph(say("dashboard.budget.own", lang, prices=own_numbers(own, lang)), "t-hint t-screen")
            )
        Download(
            files=[{"id": "prices", "label": say("dashboard.budget.template", lang)}],
            event_ask=fetch,
            ready=ready,
        )
        Upload(
            label=say("dashboard.budget.upload", lang),
            accept=".csv,.xlsx,.tsv,.txt",
            limit=LARGEST_UPLOAD,
            words={
                "too_large": say("dashboard.upload.too_large", lang, limit=LARGEST_UPLOAD // 1000),
                "unreadable": say("dashboard.upload.unreadable", lang),
            },
            event_sent=lambda told: _prices_from(session, told),
        )


def _what_if(session: Session, chosen: str, told: dict[str, Any]) -> None:
    if told.get("id") == "price":
        session.note("price", str(told.get("value"))[:60])
        return
    text = str(told.get("value", "")).strip().replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        session.problem.value = say("dashboard.not_a_number", session.lang, given=text[:40])
        return
    session.try_asking(parameters={**session.asked.value.a.parameters, chosen: value})


def _prices_from(session: Session, told: dict[str, Any]) -> None:
    """Take own unit costs from a file; a file that cannot be used changes nothing."""
    lang = session.lang
    try:
        name, content = sent_file(told)
        if len(content) > LARGEST_UPLOAD:
            session.problem.value = say("dashboard.upload.too_large", lang, limit=LARGEST_UPLOAD // 1000)
            return
        ending = Path(name).suffix.lower()
        with tempfile.TemporaryDirectory(prefix="trappen-") as folder:
            path = Path(folder) / f"upload{ending if ending in KINDS else '.csv'}"
            path.write_bytes(content)
            try:
                prices = read_prices(path)
            except Problem as problem:
                session.problem.value = sentence(problem, lang).replace(str(path), name)
                return
    except (ValueError, binascii.Error, OSError):
        session.problem.value = say("dashboard.upload.unreadable", lang)
        return
    session.try_asking(parameters={**session.asked.value.a.parameters, **prices})


def say_or_name(key: str, name: str, lang: str) -> str:
    """Return the words of a key, or the name as it stands."""
    return wording.say_or(key, lang, name)


@solara.component
def Take(session: Session, comparison: Any) -> None:
    """Fetch the accounts as a workbook or as text."""
    lang = session.lang
    ready, put = use_download()

    def fetch(told: dict[str, Any]) -> None:
        frame = comparison.accounts()
        for column, key in (("post", "post"), ("payer", "payer")):
            frame = frame.assign(**{column: [say_or_name(f"{key}.{x}", x, lang) for x in frame[column]]})
        frame.columns = [say(f"dashboard.budget.column.{name}", lang) for name in frame.columns]
        if told.get("id") == "xlsx":
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            more = {
                say(f"dashboard.budget.{'by_payer' if name == 'years' else name}", lang): _named(one, lang)
                for name, one in comparison.budget().tables.items()
                if name in (*SECTIONS, "years")
            }
            put("budget.xlsx", workbook({say("dashboard.page.budget", lang): frame, **more}), kind)
        else:
            text = frame.to_csv(index=False, sep=";", decimal="," if lang == "da" else ".")
            put("budget.csv", ("\ufeff" + text).encode("utf-8"), "text/csv")

    Download(
        files=[
            {"id": "xlsx", "label": say("dashboard.budget.excel", lang)},
            {"id": "csv", "label": say("dashboard.budget.csv", lang)},
        ],
        event_ask=fetch,
        ready=ready,
    )


def _named(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return a table with its heads and names in words and its numbers as they are."""
    cells = {
        found_words.head(str(column), lang): [
            value if found_words.is_number(value) else found_words.cell(value, str(column), lang)
            for value in frame[column].tolist()
        ]
        for column in frame.columns
    }
    return pd.DataFrame(cells).astype(object)


def workbook(frames: dict[str, pd.DataFrame]) -> bytes:
    """Return a workbook with a sheet a frame; texts are texts, whatever sign they begin with."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    for name, frame in frames.items():
        sheet = book.create_sheet(re.sub(r"[\\*?:/\[\]]", " ", name)[:31])
        for row in [list(frame.columns), *frame.itertuples(index=False)]:
            sheet.append([None] * len(row))
            for at, value in enumerate(row, 1):
                cell = sheet.cell(sheet.max_row, at)
                if isinstance(value, str):
                    cell.value, cell.data_type = value, "s"
                else:
                    cell.value = value.item() if hasattr(value, "item") else value
        sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
