"""The tables of the report: both policies side by side, and the figures behind each chart."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trappen.viz import account_groups, captions, findings, wording
from trappen.viz.markup import Html, table, tag, words
from trappen.viz.wording import say


def compared(comparison: Any, sections: Iterable[tuple[str, Sequence[Mapping[str, Any]]]], lang: str) -> Html:
    """Return a table of rows under both policies: difference, interval, chance, and the parts of the spread.

    On a telephone each row becomes a small card; its cells carry their column's name for that.
    """
    heads = [say("column.row", lang), *_heads(comparison, lang)]
    heads += [say(f"column.{name}", lang) for name in ("difference", "interval", "chance")]
    heads += [say(f"column.{name}", lang) for name in ("luck", "parameters")]
    spread = len(heads) - 2
    titles = (
        tag("th", words(head), scope="col", role="columnheader", class_="spread" if at >= spread else "")
        for at, head in enumerate(heads)
    )
    lines = []
    for title, rows in sections:
        if title:
            head = tag("th", words(title), scope="colgroup", role="rowheader", colspan=str(len(heads)))
            lines.append(tag("tr", head, role="row", class_="group"))
        lines += [_compared_row(comparison, row, heads, lang) for row in rows]
    return tag(
        "table",
        tag("thead", tag("tr", *titles, role="row"), role="rowgroup"),
        tag("tbody", *lines, role="rowgroup"),
        class_="compare",
        role="table",
    )


def _compared_row(comparison: Any, row: Mapping[str, Any], heads: Sequence[str], lang: str) -> Html:
    places = findings.row_decimals(row)
    found = findings.judgement(row)
    cells = [
        ("", wording.number(row["a"], places, lang)),
        ("", wording.number(row["b"], places, lang)),
        ("difference", wording.signed(row["difference"], places, lang)),
        ("interval", wording.interval(row["low"], row["high"], places, lang)),
        ("", wording.chance(row["chance_better"], lang)),
        ("spread", wording.number(row["luck_sd"], places, lang)),
        ("spread", wording.number(row["parameter_sd"], places, lang)),
    ]
    name = str(row["row"])
    unit = wording.unit(row["unit"], lang)
    help_text = captions.row_help(comparison, name, lang)
    label = tag(
        "th",
        words(captions.row_label(comparison, name, lang)),
        tag("small", words(f" ({unit})")),
        tag("small", words(help_text)) if help_text else "",
        scope="row",
        role="rowheader",
    )
    told = "" if found in ("unclear", "same") else f"told {found}"
    rest = (
        tag("td", words(text), class_=kind, role="cell", data_label=head)
        for (kind, text), head in zip(cells, heads[1:], strict=True)
    )
    return tag("tr", label, *rest, role="row", class_=told)


def _heads(comparison: Any, lang: str) -> list[str]:
    return [wording.sentence(captions.policy_head(comparison, which, lang)) for which in (0, 1)]


def _banded(comparison: Any, row: str, policies: Sequence[str], names: Sequence[str], lang: str) -> Html:
    """Return a row of the yearly figures with its band, a year a line, the policies beside each other."""
    found = comparison.yearly(row)
    figures = list(zip(found["mean"], found["low"], found["high"], strict=True))
    kept = dict(zip(zip(found["policy"], found["year"], strict=True), figures, strict=True))
    heads = [say("column.year", lang)]
    heads += [
        f"{name}{', ' if name else ''}{say(f'column.{column}', lang).lower()}"
        for name in names
        for column in ("mean", "low", "high")
    ]
    lines = []
    for year in sorted(set(found["year"])):
        cells = [str(int(year))]
        for policy in policies:
            cells += [wording.number(float(amount), 1, lang) for amount in kept[(policy, year)]]
        lines.append(cells)
    return table(heads, lines)


def cost_by_year(comparison: Any, lang: str) -> Html:
    """Return the figures behind the chart of net cost."""
    return _banded(comparison, "net_cost", comparison.names, _heads(comparison, lang), lang)


def placed_by_year(comparison: Any, lang: str) -> Html:
    """Return the figures behind the chart of children placed."""
    return _banded(comparison, "placed_on_a_day", comparison.names, _heads(comparison, lang), lang)


def investment_by_year(comparison: Any, lang: str) -> Html:
    """Return the figures behind the chart of the difference added up."""
    return _banded(comparison, "cumulative_net_difference", ["difference"], [""], lang)


def forest_table(comparison: Any, lang: str) -> Html:
    """Return the changes in per cent behind the chart of outcomes and harm."""
    rows = []
    for row in [*findings.rows(comparison.summary(), "outcome"), *findings.records(comparison.harm())]:
        if row["a"] > 0:
            changed = findings.in_percent(row)
            rows.append(
                [
                    say(f"row.{row['row']}", lang),
                    wording.signed(changed[0], 1, lang) if changed else say("chart.forest.rare", lang),
                    wording.interval(changed[1], changed[2], 1, lang) if changed else wording.NONE,
                    wording.chance(row["chance_better"], lang),
                ]
            )
    axis = say("chart.forest.axis", lang, a=captions.policy_name(comparison, 0, lang))
    heads = [say("column.row", lang), wording.sentence(axis)]
    return table([*heads, say("column.interval", lang), say("column.chance", lang)], rows)


def accounts_by_year(comparison: Any, lang: str) -> Html:
    """Return both policies' accounts by year with the posts put together."""
    grouped = account_groups.grouped_accounts(comparison.accounts())
    heads = [say("column.year", lang), *(say(f"post_group.{post}", lang) for post in grouped.columns)]
    tables = []
    for policy, head in zip(comparison.names, _heads(comparison, lang), strict=True):
        own = grouped.loc[policy]
        rows = [
            [str(int(year)), *(wording.number(float(amount), 1, lang) for amount in amounts)]
            for year, amounts in zip(own.index, own.to_numpy(), strict=True)
        ]
        tables.append(table(heads, rows, caption=head))
    return Html("".join(tables))


def structure_table(comparison: Any, lang: str) -> Html:
    """Return the verdict on cost and need under each structural choice."""
    rows = []
    for row in findings.structural_choices(comparison):
        rows.append(
            [
                wording.sentence(findings.choice_name(row, lang)),
                wording.signed(row["cost_difference"], 1, lang),
                wording.interval(row["low"], row["high"], 1, lang),
                wording.chance(row["chance_cheaper"], lang),
                wording.signed(row["need_difference"], 1, lang),
                wording.chance(row["chance_less_need"], lang),
            ]
        )
    heads = [
        say("report.switch", lang),
        say("report.structure_cost", lang),
        say("column.interval", lang),
        say("report.chance_cheaper", lang),
        say("report.structure_need", lang),
        say("report.chance_less_need", lang),
    ]
    return table(heads, rows)
