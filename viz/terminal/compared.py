"""A result as it is read in a terminal: the answer in words first, then the tables."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from trappen.viz import account_groups, captions, findings, wording
from trappen.viz.terminal.bench_table import print_bench as print_bench
from trappen.viz.terminal.grid import line, put_row, widths_in
from trappen.viz.wording import say

if TYPE_CHECKING:
    import pandas as pd

WIDE = 100
"""Columns from which units get a column of their own."""

SOURCED = 140
"""Columns from which there is room for sources beside published figures."""

_STYLES = {"better": "bold blue", "worse": "bold yellow", "moved": "bold"}


def print_comparison(
    comparison: Any, lang: str, *, folder: str | Path | None = None, console: Console | None = None
) -> None:
    """Print a whole comparison: answer, tables, accounts, sub-goals, harm, and how sure it is.

    Parameters
    ----------
    comparison
        Anything with the frames of a Comparison.
    lang
        `da` or `en`.
    folder
        Where the report and the tables stand, told at the end if given.
    console
        Where to print; standard output unless given. Colours are left out when it is not a terminal.
    """
    out = console or _console()
    a, b = (captions.policy_name(comparison, which, lang) for which in (0, 1))
    place = captions.municipality(comparison.manifest)
    _title(out, say("heading.compare", lang, municipality=place, a=a, b=b))
    line(out, captions.horizon_line(comparison.manifest, "terminal.horizon", lang), "dim")
    line(out, captions.few_line(comparison.manifest, lang), "dim")
    line(out, captions.own_prices_line(comparison.manifest, lang), "dim")

    _heading(out, say("heading.answer", lang))
    for sentence in findings.headline(comparison, lang):
        line(out, sentence)
    line(out, findings.break_even_line(comparison, lang))
    line(out, findings.structure_line(comparison, lang))

    heads = [captions.policy_head(comparison, which, lang) for which in (0, 1)]
    summary = comparison.summary()
    _heading(out, say("heading.cost_and_outcomes", lang))
    sections = [
        (
            say(f"group.{group}", lang),
            [
                {**row, "label": captions.row_label(comparison, row["row"], lang)}
                for row in findings.rows(summary, group)
            ],
        )
        for group in ("cost", "outcome")
    ]
    _print_compared(out, sections, heads, lang)
    line(out, say("terminal.chance_note", lang, b=b), "dim")
    line(out, findings.rounding_note(summary, lang), "dim")

    _heading(out, say("heading.sub_goals", lang))
    _print_compared(out, _by_sub_goal(comparison.indicators(), lang), heads, lang)

    _heading(out, say("heading.harm", lang))
    _print_compared(out, [("", findings.records(comparison.harm()))], heads, lang)

    accounts = account_groups.grouped_accounts(comparison.accounts())
    thinned = False
    for which, policy in enumerate(comparison.names):
        name = wording.sentence(captions.policy_name(comparison, which, lang))
        _heading(out, say("heading.accounts", lang, policy=name))
        thinned |= _print_accounts(out, accounts.loc[policy], lang)
    _accounts_notes(out, thinned, lang)

    _heading(out, say("heading.sure", lang))
    for sentence in (*findings.losing_lines(comparison, lang), findings.luck_line(comparison, lang)):
        line(out, sentence)
    if rests := findings.rests_line(comparison, lang):
        line(out, rests)
    _ending(out, folder, lang)


def print_run(
    run: Any, lang: str, *, folder: str | Path | None = None, console: Console | None = None
) -> None:
    """Print what one policy gives: its rows with their 90 % ranges and its accounts.

    Parameters
    ----------
    run
        Anything with `name`, `manifest`, `summary()` (group, row, unit, mean, low, high) and
        `accounts()` as a Comparison has it.
    lang, folder, console
        As for `print_comparison`.
    """
    out = console or _console()
    policy = wording.sentence(wording.say_or(f"policy.{run.name}", lang, run.name))
    policy = captions.marked(policy, run.manifest.get("scenario") or {}, lang)
    place = captions.municipality(run.manifest)
    _title(out, say("heading.run", lang, municipality=place, policy=policy))
    line(out, captions.horizon_line(run.manifest, "terminal.horizon_run", lang), "dim")
    line(out, captions.few_line(run.manifest, lang), "dim")
    line(out, captions.own_prices_line(run.manifest, lang), "dim")
    summary = run.summary()
    labels = _label_heads(out.width, lang)
    heads = [*labels, say("column.value", lang), say("column.interval", lang)]
    sections = []
    for group in summary["group"].unique():
        cells = []
        for row in findings.rows(summary, group):
            places = 0 if abs(row["mean"]) >= 100 else 1 if abs(row["mean"]) >= 5 else 2
            mean, low, high = (wording.number(row[name], places, lang) for name in ("mean", "low", "high"))
            span = say("word.interval", lang, low=low, high=high)
            cells.append([*_label(row, out.width, lang), Text(mean), Text(span)])
        sections.append((say(f"group.{group}", lang), cells))
    out.print()
    _print_grid(out, heads, sections, left=len(labels))
    _heading(out, say("heading.accounts", lang, policy=policy))
    thinned = _print_accounts(out, account_groups.grouped_accounts(run.accounts()).loc[run.name], lang)
    _accounts_notes(out, thinned, lang)
    _ending(out, folder, lang)


def print_targets(frame: "pd.DataFrame", lang: str, *, console: Console | None = None) -> None:
    """Print the model's figures beside the published ones.

    Parameters
    ----------
    frame
        Columns target, unit, low, high, target_value, model_value, model_low, model_high,
        verdict (`met`, `low`, `high`), source, grade.
    lang, console
        As for `print_comparison`.
    """
    out = console or _console()
    _title(out, say("heading.targets", lang))
    out.print()
    wide = out.width >= SOURCED
    one_set = bool(frame["model_low"].isna().all())
    names = ["target_value", "target_range", "model_value", "model_range", "verdict"]
    if one_set:  # a single set of parameters has no range
        names.remove("model_range")
    names += ["grade", "source"] if wide else []
    labels = _label_heads(out.width, lang)
    cells = []
    for row in findings.records(frame):
        places = 0 if row["high"] >= 100 else 1 if row["high"] >= 3 else 2
        shown = {name: wording.number(row[name], places, lang) for name in ("target_value", "model_value")}
        told = wording.say_or(f"verdict.{row['verdict']}", lang, str(row["verdict"]))
        texts = [
            Text(shown["target_value"]),
            Text(_span(row["low"], row["high"], places, lang)),
            Text(shown["model_value"]),
            *([] if one_set else [Text(_span(row["model_low"], row["model_high"], places, lang))]),
            Text(told, "" if row["verdict"] == "met" else "bold yellow"),
        ]
        if wide:
            texts += [Text(findings.grade(row["grade"], lang)), Text(str(row["source"]))]
        cells.append([*_label({**row, "row": row["target"]}, out.width, lang), *texts])
    heads = [*labels, *(say(f"column.{name}", lang) for name in names)]
    words = (0, len(heads) - 1, 1, len(heads) - 2) if wide else range(len(labels))
    _print_wrapped(out, heads, cells, words)
    met = int((frame["verdict"] == "met").sum())
    line(out, say("terminal.targets_met", lang, met=met, all=len(frame)))


def _print_wrapped(
    out: Console, heads: Sequence[str], cells: Sequence[Sequence[Text]], words: Collection[int]
) -> None:
    """Print a table whose columns of words wrap at spaces; those named first get most of the room."""
    gap = " " * (2 if out.width >= WIDE else 1)
    told = [[cell.plain for cell in row] for row in cells]
    widths = widths_in(heads, told, words, out.width - len(gap) * (len(heads) - 1))
    if widths is None:
        _print_grid(out, heads, [("", cells)], left=len(words))
        return
    put_row(out, [Text(head, "dim") for head in heads], widths, words, gap, foot=True)
    out.print(Text("─" * (sum(widths) + len(gap) * (len(widths) - 1)), "dim"), soft_wrap=True)
    for row in cells:
        put_row(out, row, widths, words, gap, foot=False)


def _span(low: float, high: float, places: int, lang: str) -> str:
    """Return both ends of a range, or the sign for what there is none of."""
    if low is None or low != low:
        return wording.NONE
    return f"{wording.number(low, places, lang)}–{wording.number(high, places, lang)}"


def _console() -> Console:
    return Console(highlight=False, markup=False, emoji=False)


def _title(out: Console, text: str) -> None:
    out.print()
    out.print(Text(wording.sentence(text), "bold"))


def _heading(out: Console, text: str) -> None:
    out.print()
    out.print(Text(text, "bold underline" if out.is_terminal else "bold"))
    if not out.is_terminal:
        out.print("-" * len(text))


def _print_grid(
    out: Console,
    heads: Sequence[str],
    sections: Iterable[tuple[str, Sequence[Sequence[Text]]]],
    left: int = 1,
) -> None:
    """Print sections under one head with the same column widths, each title across the whole width.

    Parameters
    ----------
    heads
        Head of each column; a head of several words may stand on several lines.
    sections
        Title and rows; a row is a cell for each column.
    left
        How many columns stand at the left edge and may wrap; the rest are numbers and may not.
    """
    kept = [(title, list(rows)) for title, rows in sections]
    cells = [row for _, rows in kept for row in rows]
    gap = " " * (2 if out.width >= WIDE else 1)
    widths = [
        max([*(len(word) for word in head.split()), *(row[at].cell_len for row in cells)])
        for at, head in enumerate(heads)
    ]
    room = out.width - sum(widths[left:]) - len(gap) * (len(heads) - 1)
    if left > 1:
        widths[1] = min(widths[1], max(10, room // 3))
        room -= widths[1]
    widths[0] = min(widths[0], max(room, 16))

    texts = range(left)
    put_row(out, [Text(head, "dim") for head in heads], widths, texts, gap, foot=True)
    out.print(Text("─" * (sum(widths) + len(gap) * (len(widths) - 1)), "dim"), soft_wrap=True)
    for title, rows in kept:
        if title:
            out.print(Text(title, "bold"), soft_wrap=True)
        for row in rows:
            put_row(out, row, widths, texts, gap, foot=False)


def _label(row: Mapping[str, Any], width: int, lang: str) -> list[Text]:
    """Return the label of a row, and its unit beside it or, shorter, behind it."""
    label = row.get("label") or wording.say_or(f"row.{row['row']}", lang, str(row["row"]))
    if width >= WIDE:
        return [Text(label), Text(wording.unit(row["unit"], lang), "dim")]
    return [Text(f"{label} ({wording.unit(row['unit'], lang, short=True)})")]


def _label_heads(width: int, lang: str) -> list[str]:
    return [say(f"column.{name}", lang) for name in (("row", "unit") if width >= WIDE else ("row",))]


def _print_compared(
    out: Console,
    sections: Iterable[tuple[str, Sequence[Mapping[str, Any]]]],
    heads: Sequence[str],
    lang: str,
) -> None:
    """Print both policies side by side with the difference, its interval and the chance of being better."""
    labels = _label_heads(out.width, lang)
    numbers = [say(f"column.{name}", lang) for name in ("difference", "interval", "chance")]
    made = [
        (title, [[*_label(row, out.width, lang), *_compared_cells(row, lang)] for row in records])
        for title, records in sections
    ]
    _print_grid(out, [*labels, *heads, *numbers], made, left=len(labels))


def _compared_cells(row: Mapping[str, Any], lang: str) -> list[Text]:
    found = findings.judgement(row)
    places = findings.row_decimals(row)
    mark = "*" if found in _STYLES else " "
    return [
        Text(wording.number(row["a"], places, lang)),
        Text(wording.number(row["b"], places, lang)),
        Text(wording.signed(row["difference"], places, lang) + mark, _STYLES.get(found, "")),
        Text(wording.interval(row["low"], row["high"], places, lang)),
        Text(wording.chance(row["chance_better"], lang)),
    ]


def _by_sub_goal(frame: "pd.DataFrame", lang: str) -> list[tuple[str, list[dict[str, Any]]]]:
    records = findings.records(frame.sort_values("sub_goal", kind="stable"))
    return [
        (f"{goal}. {say(f'sub_goal.{goal}', lang)}", [row for row in records if row["sub_goal"] == goal])
        for goal in dict.fromkeys(int(row["sub_goal"]) for row in records)
    ]


def _print_accounts(out: Console, accounts: "pd.DataFrame", lang: str) -> bool:
    """Print a year a row with the main posts in columns, and return whether years were left out.

    Over more than twenty years the first five, every fifth and the last are shown.
    """
    years = [int(year) for year in accounts.index]
    shown = years
    if len(years) > 20:
        shown = [year for at, year in enumerate(years) if at < 5 or (at + 1) % 5 == 0 or year == years[-1]]

    def cells(head: str, amounts: Iterable[float], style: str = "") -> list[Text]:
        return [Text(head, style), *(Text(wording.number(float(x), 1, lang), style) for x in amounts)]

    rows = [cells(str(year), amounts) for year, amounts in zip(years, accounts.to_numpy(), strict=True)]
    rows = [row for year, row in zip(years, rows, strict=True) if year in shown]
    rows.append(cells(say("column.mean", lang), accounts.mean(), "bold"))
    heads = [say("column.year", lang), *(say(f"post_group.{post}", lang) for post in accounts.columns)]
    _print_grid(out, heads, [("", rows)])
    return len(shown) < len(years)


def _accounts_notes(out: Console, thinned: bool, lang: str) -> None:
    line(out, say("terminal.accounts_note", lang), "dim")
    if thinned:
        line(out, say("terminal.years_left_out", lang), "dim")


def _ending(out: Console, folder: str | Path | None, lang: str) -> None:
    out.print()
    if folder is not None:
        out.print(Text(say("terminal.folder", lang, folder=folder), "bold"), soft_wrap=True)
    line(out, say("finding.caution", lang), "italic")
