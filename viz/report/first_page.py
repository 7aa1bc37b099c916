"""The first page of a report: the answer, three numbers and three charts, for one who reads no further."""

from typing import Any

from trappen.viz import captions, findings, wording
from trappen.viz.markup import Html, paragraph, tag, words
from trappen.viz.report import charts
from trappen.viz.report.parts import chart, in_columns, section
from trappen.viz.report.report_tables import cost_by_year, investment_by_year
from trappen.viz.wording import say


def first_page(comparison: Any, lang: str) -> Html:
    """Return the answer in words, three numbers, how to read them, and three charts."""
    first, *rest = findings.headline(comparison, lang)[:2]
    second = [
        *findings.harm_sentences(comparison, lang),
        findings.break_even_line(comparison, lang),
        findings.structure_line(comparison, lang),
    ]
    answer = [paragraph(text) for text in (first, *rest)]
    answer += [paragraph(text, "second") for text in second if text]
    a, b = (captions.policy_name(comparison, which, lang) for which in (0, 1))
    few = captions.few_line(comparison.manifest, lang)
    replicates = wording.number(captions.fact(comparison.manifest, "replicates"), 0, lang)
    return section(
        "summary",
        say("report.summary", lang),
        tag("div", *answer, class_="answer"),
        _figures(comparison, lang),
        paragraph(few or say("report.how_to_read", lang, replicates=replicates), "note"),
        in_columns(
            chart(
                "cost",
                charts.cost_over_years,
                comparison,
                lang,
                cost_by_year(comparison, lang),
                side=captions.side(comparison, lang),
            ),
            chart(
                "investment",
                charts.investment,
                comparison,
                lang,
                investment_by_year(comparison, lang),
                a=a,
                b=b,
            ),
            chart("key", charts.key, comparison, lang),
        ),
        class_="first",
    )


_NOTES = {
    "never": "never_note",
    "nothing": "nothing_note",
    "unsure": "unsure_note",
    "year": "break_even_note",
}
"""What stands under the year in which money is earned back."""


def _figures(comparison: Any, lang: str) -> Html:
    """Return the three figures that a reader remembers."""
    summary = comparison.summary()
    cards = []
    for row_name, key in (("net_cost_per_year", "cost"), ("need_months", "need")):
        row = findings.row_named(summary, row_name)
        if row is None:
            continue
        places = findings.row_decimals(row)
        unclear = findings.verdict(row["low"], row["high"]) == findings.UNCLEAR
        span = wording.interval(row["low"], row["high"], places, lang)
        note = say("report.interval_note", lang, interval=span)
        unit = say("report.per_year" if key == "cost" else "report.per_child_years", lang)
        value = wording.signed(row["difference"], places, lang)
        told = f"{note}: {say('report.cannot_tell', lang)}" if unclear else note
        what = say(f"report.figure_{key}", lang, side=captions.side(comparison, lang))
        cards.append((what, value, unit, told))
    answer = comparison.break_even()
    year = findings.break_even_year(comparison)
    found = findings.earned_back(answer, year)
    note = say(
        f"report.{_NOTES[found]}",
        lang,
        years=captions.years_of(comparison)[2],
        chance=wording.chance(answer["chance_within_horizon"], lang),
    )
    shown = {"never": say("report.never", lang), "nothing": wording.NONE}
    value = shown.get(found, str(year))
    cards.append((say("report.figure_break_even", lang), value, "", note))
    made = (
        tag(
            "li",
            *(
                tag("span", words(text), class_=kind)
                for kind, text in zip(("what", "value", "unit", "note"), card, strict=True)
                if text
            ),
        )
        for card in cards
    )
    return tag("ul", *made, class_="figures")
