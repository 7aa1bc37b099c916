"""Verdicts as they are read: in a terminal, and as a report in Markdown and HTML."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from trappen.agents.problem import Problem
from trappen.model.sources import source_in
from trappen.scenarios.fitting.targets import targets
from trappen.viz.markup import Html, heading, paragraph, table, tag, words
from trappen.viz.terminal.found_terminal import print_fitting
from trappen.viz.terminal.grid import line, lines
from trappen.viz.wording import NONE, number, say, say_or

SCORES = ("figure", "ahead", "cases", "model", "persistence", "markov", "coverage")
HEADS = ("case", "expected", "model", "within", "verdict", "source")


def as_rows(found: Sequence[Any], lang: str) -> list[dict[str, Any]]:
    """Return the findings as plain rows."""
    return [
        {
            "case": one.case.name,
            "group": one.case.group,
            "title": one.case.title[lang],
            "expected_low": one.case.low,
            "expected_high": one.case.high,
            "source_figure": one.case.told,
            "value": _none(one.value),
            "low": _none(one.low),
            "high": _none(one.high),
            "within": _none(one.within),
            "sets": one.sets,
            "trial": None if one.trial is None else asdict(one.trial),
            "verdict": one.verdict,
            "source": source_in(one.case.source, lang),
        }
        for one in found
    ]


def _none(value: float) -> float | None:
    return None if value != value else value


def _places(case: Any) -> int:
    return 0 if abs(case.high) >= 50 and case.kind == "value" else 2


def expected(one: Any, lang: str) -> str:
    """Return the range of a case, with the source's own figure before it where there is one."""
    case, places = one.case, _places(one.case)
    low, high = (number(end, places, lang) for end in (case.low, case.high))
    span = say("word.interval", lang, low=low, high=high)
    if case.told is None:
        return span
    return say("validation.told", lang, figure=number(case.told, places, lang), span=span)


def model_said(one: Any, lang: str) -> str:
    """Return the mean over parameter sets, and in brackets what holds 90 % of them."""
    value, low, high = (number(x, _places(one.case), lang) for x in (one.value, one.low, one.high))
    return f"{value} ({say('word.interval', lang, low=low, high=high)})"


def sets_within(one: Any, lang: str) -> str:
    """Return how many of the parameter sets lie within what the source says."""
    return say("validation.sets_within", lang, within=round(one.within * one.sets), sets=one.sets)


def tried_how(found: Sequence[Any], lang: str) -> str:
    """Return on how much the verdicts rest, and when they were found; empty where nothing was tried."""
    trial = next((one.trial for one in found if one.trial is not None), None)
    if trial is None:
        return ""
    return say(
        "validation.tried",
        lang,
        sets=trial.sets,
        replicates=trial.replicates,
        children=number(trial.children, 0, lang),
        years=trial.years,
        version=trial.version,
        date=trial.date,
    )


def _cells(one: Any, lang: str) -> dict[str, str]:
    case = one.case
    if case.without:
        reason = say_or(f"validation.without.{case.without}", lang, case.without)
        return {
            "case": case.title[lang],
            "expected": "",
            "model": reason,
            "within": "",
            "source": source_in(case.source, lang),
        }
    return {
        "case": case.title[lang],
        "expected": expected(one, lang),
        "model": model_said(one, lang),
        "within": sets_within(one, lang),
        "source": source_in(case.source, lang),
    }


def _verdict(one: Any, lang: str) -> str:
    return say(f"validation.verdict.{one.verdict}", lang)


def print_findings(found: Sequence[Any], lang: str, *, console: Console | None = None) -> None:
    """Print each case with what is expected, what the model says and the verdict, then the count of each."""
    out = console or Console(highlight=False)
    rows, notes = [], []
    for one in found:
        row = _cells(one, lang) | {"verdict": _verdict(one, lang)}
        if one.case.without:  # why is a sentence, and has no room where others have a figure
            notes.append(f"{row['case']}: {row['model']}.")
            row |= {"expected": NONE, "model": NONE, "within": NONE}
        rows.append([row[head] for head in HEADS[:-1]])
    print_fitting([say(f"validation.column.{head}", lang) for head in HEADS[:-1]], rows, (0, 4), lang, out)
    lines(out, [*notes, _count(found, lang), say("validation.rule", lang), tried_how(found, lang)])


def _count(found: Sequence[Any], lang: str) -> str:
    verdicts = [one.verdict for one in found]
    passed, missed = verdicts.count("pass"), verdicts.count("miss")
    left = len(verdicts) - passed - missed
    return say("validation.count", lang, passed=passed, missed=missed, left=left)


def write_report(found: Sequence[Any], path: Path, lang: str) -> list[Path]:
    """Write the findings as Markdown and as HTML beside it, and return the files.

    Raises
    ------
    Problem
        A file cannot be written.
    """
    rows = [_cells(one, lang) | {"verdict": _verdict(one, lang)} for one in found]
    heads = [say(f"validation.column.{head}", lang) for head in HEADS]
    told = [say("validation.rule", lang), tried_how(found, lang), _count(found, lang)]
    told = [sentence for sentence in told if sentence]
    cells = [[row[head] for head in HEADS] for row in rows]
    return _write(path, say("validation.title", lang), told, heads, cells, lang)


def write_scores(scores: Any, path: Path, lang: str) -> list[Path]:
    """Write how the forecasts did, as `write_report` does."""
    heads = [say(f"validation.score.{head}", lang) for head in SCORES]
    told = [say("validation.score_rule", lang)]
    return _write(path, say("validation.score_title", lang), told, heads, _score_rows(scores, lang), lang)


def _write(
    path: Path, title: str, told: list[str], heads: list[str], rows: list[list[str]], lang: str
) -> list[Path]:
    base = path / "validation" if path.is_dir() else path.with_suffix("")
    lines = [f"# {title}", ""]
    for sentence in told:
        lines += [sentence, ""]
    lines += [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    page = [heading(1, title), *map(paragraph, told), table(heads, rows, text_columns=range(1, len(heads)))]
    head = tag("head", Html('<meta charset="utf-8">'), tag("title", words(title)))
    html = tag("html", head, tag("body", *page), lang=lang)
    written = []
    for suffix, text in ((".md", "\n".join(lines) + "\n"), (".html", f"<!doctype html>\n{html}\n")):
        file = base.with_suffix(suffix)
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise Problem("result.not_written", file=file, reason=error.strerror or str(error)) from None
        written.append(file)
    return written


def _score_rows(scores: Any, lang: str) -> list[list[str]]:
    return [
        [
            targets()[row["figure"]].meaning[lang],
            str(row["ahead"]),
            str(row["cases"]),
            *(number(row[name], 1, lang) for name in ("model", "persistence", "markov")),
            say("validation.percent", lang, share=number(100 * row["coverage"], 0, lang)),
        ]
        for row in scores.to_dict("records")
    ]


def print_scores(scores: Any, lang: str, *, console: Console | None = None) -> None:
    """Print how the forecasts did: mean distance of each way of forecasting, and how often intervals held."""
    out = console or Console(highlight=False)
    heads = [say(f"validation.score.{head}", lang) for head in SCORES]
    print_fitting(heads, _score_rows(scores, lang), (0,), lang, out)
    line(out, say("validation.score_rule", lang))
