"""The report: one page that needs nothing else, the answer first and what it rests on last."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from trappen.viz import account_groups, captions, findings, found_words, wording
from trappen.viz.markup import Html, facts, heading, paragraph, scrolling, table, tag, words
from trappen.viz.report import charts, found_charts
from trappen.viz.report.cheers import cheers
from trappen.viz.report.evidence_section import register_section
from trappen.viz.report.first_page import first_page
from trappen.viz.report.found_charts import equity_chart
from trappen.viz.report.found_report import table_of
from trappen.viz.report.parts import chart, section
from trappen.viz.report.report_tables import (
    accounts_by_year,
    compared,
    forest_table,
    placed_by_year,
    structure_table,
)
from trappen.viz.wording import say

CHARTED = ("investment", "plane", "acceptability", "years")
"""Tables of the budget whose charts stand in the report; the workbook has their figures."""

LIMITS = ("child", "forecast", "effects", "steps")


def report(comparison: Any, lang: str) -> str:
    """Return the whole report as HTML that holds no address and needs no other file.

    Parameters
    ----------
    comparison
        Anything with the frames of a Comparison.
    lang
        `da` or `en`.
    """
    title = captions.title(comparison, lang)
    parts = [
        first_page(comparison, lang),
        _details(comparison, lang),
        _accounts(comparison, lang),
        _sureness(comparison, lang),
        *_sides(comparison, lang),
        _assumptions(comparison, lang),
    ]
    header = [
        paragraph(say("report.kind", lang), "kind"),
        heading(1, title),
        paragraph(_frame_line(comparison, lang), "frame"),
        paragraph(say("finding.caution", lang), "caution"),
    ]
    page = Template((files("trappen.viz.report") / "report_template.html").read_text(encoding="utf-8"))
    return page.substitute(
        lang=lang,
        title=words(title),
        header="\n".join(header),
        body="\n".join(parts),
        footer=_footer(comparison, lang),
    )


def write_report(comparison: Any, path: Path, lang: str) -> None:
    """Write the report to a file."""
    path.write_text(report(comparison, lang), encoding="utf-8")


def _frame_line(comparison: Any, lang: str) -> str:
    manifest = comparison.manifest
    return say(
        "terminal.horizon",
        lang,
        years=captions.fact(manifest, "years"),
        start=captions.fact(manifest, "start_year"),
        children=wording.number(captions.fact(manifest, "children"), 0, lang),
        replicates=wording.number(captions.fact(manifest, "replicates"), 0, lang),
        price_year=captions.fact(manifest, "price_year") or 2023,
    )


def _details(comparison: Any, lang: str) -> Html:
    a, b = (captions.policy_name(comparison, which, lang) for which in (0, 1))
    summary = comparison.summary()
    goals = findings.records(comparison.indicators().sort_values("sub_goal", kind="stable"))
    by_goal = [
        (
            f"{goal}. {say(f'sub_goal.{goal}', lang)}",
            [row for row in goals if int(row["sub_goal"]) == goal],
        )
        for goal in dict.fromkeys(int(row["sub_goal"]) for row in goals)
    ]
    return section(
        "details",
        say("report.details", lang),
        paragraph(say("report.details_intro", lang, a=a, b=b)),
        paragraph(findings.rounding_note(comparison.summary(), lang)),
        heading(3, say("heading.cost_and_outcomes", lang)),
        compared(
            comparison,
            [
                (say(f"group.{group}", lang), findings.rows(summary, group))
                for group in ("cost", "step_cost", "outcome")
            ],
            lang,
        ),
        chart("forest", charts.forest, comparison, lang, forest_table(comparison, lang)),
        heading(3, say("group.harm", lang)),
        paragraph(say("report.harm_intro", lang)),
        compared(comparison, [("", findings.records(comparison.harm()))], lang),
        heading(3, say("heading.sub_goals", lang)),
        paragraph(say("report.sub_goals_intro", lang)),
        compared(comparison, by_goal, lang),
        heading(3, say("group.system", lang)),
        compared(comparison, [("", findings.rows(summary, "system"))], lang),
    )


def _accounts(comparison: Any, lang: str) -> Html:
    price_year = captions.fact(comparison.manifest, "price_year") or 2023
    accounts = comparison.accounts()
    own = account_groups.own_accounts(accounts)
    first, second = comparison.names
    means = [own.loc[policy].mean() for policy in (first, second)]
    posts = [(say(f"post.{post}", lang), means[0][post], means[1][post]) for post in _posts_in_order(own)]
    yearly = accounts.groupby(["policy", "payer", "year"])["amount"].sum()
    payers = [
        (
            wording.say_or(f"payer.{payer}", lang, payer),
            yearly.loc[first, payer].mean() if (first, payer) in yearly else 0.0,
            yearly.loc[second, payer].mean() if (second, payer) in yearly else 0.0,
        )
        for payer in dict.fromkeys(accounts["payer"])
    ]
    return section(
        "accounts",
        say("report.accounts", lang),
        paragraph(say("report.accounts_intro", lang, price_year=price_year)),
        chart("steps", charts.steps, comparison, lang, accounts_by_year(comparison, lang)),
        _sums(comparison, say("report.accounts_mean", lang), say("report.post", lang), posts, lang),
        _sums(comparison, say("report.payers", lang), say("report.payer", lang), payers, lang),
        chart("placed", charts.placed, comparison, lang, placed_by_year(comparison, lang)),
    )


def _posts_in_order(own: Any) -> list[str]:
    known = [post for posts in account_groups.POST_GROUPS.values() for post in posts]
    return [post for post in known if post in own] + [post for post in own if post not in known]


def _sums(
    comparison: Any, caption: str, head: str, rows: Iterable[tuple[str, float, float]], lang: str
) -> Html:
    """Return a table of amounts under both policies with their difference and their sum."""
    kept = list(rows)
    kept.append((say("report.total", lang), sum(row[1] for row in kept), sum(row[2] for row in kept)))
    heads = [
        head,
        *(wording.sentence(captions.policy_head(comparison, which, lang)) for which in (0, 1)),
        say("column.difference", lang),
    ]
    cells = [
        [name, wording.number(a, 1, lang), wording.number(b, 1, lang), wording.signed(b - a, 1, lang)]
        for name, a, b in kept
    ]
    return scrolling(table(heads, cells, caption=caption, total=True), caption)


def _sureness(comparison: Any, lang: str) -> Html:
    b = captions.policy_name(comparison, 1, lang)
    losing = [paragraph(text) for text in findings.losing_lines(comparison, lang)]
    parameters = findings.records(comparison.losing_parameters()) if len(comparison.losing()) > 1 else []
    if parameters:
        heads = [say(f"report.{name}", lang) for name in ("parameter", "correlation", "by_chance")]
        heads.append(say("column.grade", lang))
        rows = [
            [
                f"{wording.sentence(findings.meaning(row['parameter'], lang))} ({row['parameter']})",
                wording.signed(row["correlation"], 2, lang),
                wording.number(row.get("by_chance"), 3, lang),
                findings.grade(row["grade"], lang),
            ]
            for row in parameters[:10]
        ]
        losing.append(scrolling(table(heads, rows, text_columns=[3]), heads[0]))
    return section(
        "sure",
        say("report.sure", lang),
        paragraph(say("report.sure_intro", lang)),
        paragraph(findings.luck_line(comparison, lang)),
        *[paragraph(line) for line in [findings.rests_line(comparison, lang)] if line],
        paragraph(findings.structure_line(comparison, lang)),
        chart("structure", charts.structure, comparison, lang, structure_table(comparison, lang), b=b),
        heading(3, say("report.losing", lang, b=b)),
        *losing,
    )


def _assumptions(comparison: Any, lang: str) -> Html:
    manifest = comparison.manifest
    b = captions.policy_name(comparison, 1, lang)
    content: list[str] = [
        heading(3, say("report.frame", lang)),
        facts(_frame_facts(comparison, lang)),
        heading(3, say("report.levers", lang, b=b)),
        _levers(comparison, lang),
        heading(3, say("report.structure", lang)),
        facts(
            {
                wording.say_or(f"switch.{switch}", lang, str(switch)): wording.say_or(
                    f"choice.{switch}.{choice}", lang, str(choice)
                )
                for switch, choice in (captions.fact(manifest, "structure") or {}).items()
            }
        ),
    ]
    cut = [link for link, on in (captions.fact(manifest, "links") or {}).items() if not on]
    if cut:
        names = [wording.say_or(f"link.{link}", lang, str(link)) for link in cut]
        content.append(facts({say("report.links", lang): findings.listed(names, lang)}))
    grades: Mapping[str, int] = (manifest.get("evidence") or {}).get("grades") or {}
    if grades:
        heads = [say("column.grade", lang), say("report.parameters_count", lang)]
        rows = [
            [findings.grade(name, lang), wording.number(count, 0, lang)] for name, count in grades.items()
        ]
        rows.append([say("report.total", lang), wording.number(sum(grades.values()), 0, lang)])
        content += [
            heading(3, say("report.evidence", lang)),
            paragraph(say("report.evidence_intro", lang)),
            table(heads, rows, total=True),
            register_section(lang),
        ]
    limits = (tag("li", words(say(f"report.limit_{limit}", lang))) for limit in LIMITS)
    content += [heading(3, say("report.limits", lang)), tag("ul", *limits)]
    return section("assumptions", say("report.assumptions", lang), *content)


def _frame_facts(comparison: Any, lang: str) -> dict[str, str]:
    manifest = comparison.manifest
    first, last, _ = captions.years_of(comparison)
    sets = captions.fact(manifest, "parameter_sets")
    values: dict[str, object] = {
        "municipality": captions.municipality(manifest),
        "children": captions.fact(manifest, "children"),
        "perspective": say(f"perspective.{captions.perspective(manifest)}", lang),
        "period": say("report.period", lang, first=first, last=last),
        "replicates": captions.fact(manifest, "replicates"),
        "sets": len(sets) if isinstance(sets, Sequence) and not isinstance(sets, str) else sets,
        "price_year": str(captions.fact(manifest, "price_year") or 2023),
        "discount": findings.discount_text(captions.fact(manifest, "discount_rate"), lang),
    }
    return {
        say(f"report.frame_{name}", lang): wording.plain(value, lang)
        for name, value in values.items()
        if value not in (None, "")
    }


def _levers(comparison: Any, lang: str) -> Html:
    """Return what the second policy changes, from what to what."""
    changed = [lever for lever in comparison.manifest.get("levers") or [] if lever["a"] != lever["b"]]
    if not changed:
        return paragraph(say("report.levers_none", lang))
    heads = [
        say("report.lever", lang),
        *(wording.sentence(captions.policy_head(comparison, which, lang)) for which in (0, 1)),
        say("column.unit", lang),
    ]
    rows = [
        [
            wording.pick(lever.get("title", lever["id"]), lang),
            wording.plain(lever["a"], lang),
            wording.plain(lever["b"], lang),
            wording.unit(wording.pick(lever["unit"], lang), lang),
        ]
        for lever in changed
    ]
    return scrolling(table(heads, rows, text_columns=[3]), heads[0])


def _sides(comparison: Any, lang: str) -> list[Html]:
    """Return who pays and who gains, equity, and the CHEERS table, where the comparison holds them."""
    if not hasattr(comparison, "budget"):
        return []
    found = comparison.budget()
    charts_of = found_charts.figures(found, lang)
    tables = [
        table_of(name, frame, found.facts, lang)
        for name, frame in found.tables.items()
        if name not in CHARTED
    ]
    equity = [
        table_of(f"equity_{kind}", frame, found.facts, lang)
        for kind, frame in comparison.equity().groupby("group_kind", sort=False)
        if kind != "all"
    ]
    answer = [paragraph(text) for text in found_words.answer(found, lang)]
    return [
        section("sides", found_words.title(found, lang), *answer, *charts_of, *tables),
        section(
            "equity",
            say("experiment.table.equity", lang),
            paragraph(say("cheers.equity", lang)),
            chart("equity", equity_chart, comparison, lang),
            *equity,
        ),
        section(
            "cheers",
            say("cheers.title", lang),
            paragraph(say("cheers.intro", lang)),
            cheers(comparison, lang),
        ),
    ]


def _footer(comparison: Any, lang: str) -> Html:
    manifest = comparison.manifest
    version = captions.fact(manifest, "program_version", "version") or ""
    entries = {
        say("report.frame_version", lang): f"Trappen {version}".strip(),
        say("report.frame_seed", lang): str(captions.fact(manifest, "seed")),
    }
    if stamp := captions.fact(manifest, "parameter_hash", "parameters_hash"):
        entries[say("report.frame_hash", lang)] = str(stamp)
    return Html(
        facts(entries)
        + paragraph(say("report.rerun", lang))
        + paragraph(say("report.on_paper", lang), "on-paper")
        + paragraph(say("finding.caution", lang))
    )
