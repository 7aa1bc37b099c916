"""Everything known of every number: value, distribution, source, grade, use, weight in the result."""

import ast
import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from math import erfc, sqrt
from pathlib import Path
from typing import Any

import pandas as pd

from trappen.model.evidence import Entry, register
from trappen.model.sources import source_in
from trappen.scenarios.intervals import Z

PRICE_YEAR = 2023
READ = "2026-11"
"""When the figures and their sources were collected for this project (docs/evidence.md)."""

MEASURED = "sensitivity_measured.csv"
"""What the default comparison's result owes to each number; `trappen evidence --measure` writes it."""

FALSELY_NAMED = 0.1
"""Of the numbers said to be told from luck, the share that is luck on average, at most."""


def distribution(entry: Entry) -> str:
    """Return how a number varies between parameter sets: fixed, triangular or fitted."""
    if entry.varies == "fixed" or entry.low is None or entry.high is None or entry.low == entry.high:
        return "fixed"
    return "fitted" if entry.varies == "calibrated" else "triangular"


def price_year(entry: Entry) -> int | None:
    """Return the price year of an amount of money, None of anything else."""
    if not re.search(r"(?i)\b(dkk|kr|kroner)\b", entry.unit):
        return None
    return PRICE_YEAR


def applies_to(entry: Entry) -> str:
    """Return whom a number is about, as a key: Denmark, another country named, or the model alone."""
    if entry.grade in ("assumed", "calibrated"):
        return "model"
    for word, key in (("Swed", "sweden"), ("BBIC", "sweden"), ("US ", "usa"), ("Winokur", "review")):
        if word in entry.source:
            return key
    return "denmark"


@cache
def uses() -> Mapping[str, tuple[str, ...]]:
    """Return the functions of the model that read each number, as `kernels.notice.rate`.

    Found in the sources themselves, so that it cannot grow old.
    """
    found: dict[str, set[str]] = {name: set() for name in register()}
    last: dict[str, set[str]] = {name: set() for name in register()}
    derived = _derived()
    for package in ("model", "scenarios", "policies"):
        folder = Path(str(files(f"trappen.{package}")))
        for path in sorted(folder.rglob("*.py")):
            place = path.relative_to(folder).with_suffix("").as_posix().replace("/", ".")
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if not isinstance(node, ast.FunctionDef | ast.ClassDef):
                    continue
                into = last if node.name == "_derive" else found
                for name in _read_in(node):
                    for origin in derived.get(name, (name,)):
                        if origin in found:
                            into[origin].add(f"{place}.{node.name}")
    # What is read only where derived fields are made counts as used there.
    found = {name: where or last[name] for name, where in found.items()}
    return {name: tuple(sorted(where)) for name, where in found.items()}


def _read_in(node: ast.AST) -> set[str]:
    read = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
    for n in ast.walk(node):
        if (
            isinstance(n, ast.Subscript)
            and isinstance(n.slice, ast.Constant)
            and isinstance(n.slice.value, str)
        ):
            read.add(n.slice.value)
    return read


@cache
def _derived() -> Mapping[str, tuple[str, ...]]:
    """Return which numbers the fields that are derived from several stand for."""
    names = list(register())
    return {
        "effect": tuple(name for name in names if name.startswith("relief_") and "months" not in name),
        "month_price": tuple(name for name in names if name.startswith("price_")),
        "adult_level": tuple(
            name for name in names if name.endswith("_level") and register()[name].room == "outcomes"
        ),
        "adult_slope": tuple(
            name for name in names if name.endswith("_slope") and register()[name].room == "outcomes"
        ),
        "quarter_persistence": ("deviation_persistence",),
        "quarter_spread": ("deviation_persistence", "family_share", "own_share"),
        "sight_total": ("arena_level", "coverage"),
    }


@cache
def measured() -> Mapping[str, Mapping[str, float]]:
    """Return what the default comparison owes to each number, by name; empty if it was never measured."""
    resource = files("trappen.scenarios") / MEASURED
    if not resource.is_file():
        return {}
    with resource.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {row["parameter"]: {k: float(v) for k, v in row.items() if k != "parameter"} for row in rows}


def owed_interval(row: Mapping[str, Any], column: str = "cost") -> tuple[float, float]:
    """Return the 90 % interval of what the default comparison owes to a number, with `row` as measured."""
    wide = Z * row[f"{column}_error"]
    return row[column] - wide, row[column] + wide


def told_from_luck(column: str = "cost") -> tuple[str, ...]:
    """Return the numbers whose weight can be told from luck, the heaviest first.

    By Benjamini and Hochberg (1995): of those named, at most one in ten is luck on average, however many were
    tried. Of numbers without effect a tenth have intervals of 90 % without zero, so that such do not tell.
    """
    known = [(name, row) for name, row in measured().items() if name in register()]
    chances = sorted(
        (erfc(abs(row[column]) / (row[f"{column}_error"] * sqrt(2.0))), name) for name, row in known
    )
    passed = [k for k, (chance, _) in enumerate(chances, 1) if chance <= FALSELY_NAMED * k / len(chances)]
    named = [name for _, name in chances[: max(passed, default=0)]]
    return tuple(sorted(named, key=lambda name: -abs(measured()[name][column])))


def _carried(column: str) -> dict[str, tuple[float, float]]:
    """Return by grade the squared weights less what luck adds to them, and the variance of that sum."""
    found: dict[str, tuple[float, float]] = {}
    for name, row in measured().items():
        entry = register().get(name)
        if entry is not None:
            noise = row[f"{column}_error"] ** 2
            square = row[column] ** 2 - noise
            spread = 4.0 * max(square, 0.0) * noise + 2.0 * noise**2
            whole, variance = found.get(entry.grade, (0.0, 0.0))
            found[entry.grade] = whole + square, variance + spread
    return found


def assumed_share(column: str = "cost") -> dict[str, float]:
    """Return the share of the spread from uncertain numbers that each grade of evidence carries.

    The spread is of the difference between today's practice and the reorientation; squared effects of one
    standard deviation, less their squared errors, which luck alone would give; a grade whose numbers come out
    below nothing carries nothing. The squares are lessened as a sum: number by number, each floored at
    nothing, the many that do nothing would still weigh by their luck.
    """
    by_grade = {grade: max(square, 0.0) for grade, (square, _) in _carried(column).items()}
    whole = sum(by_grade.values())
    return {grade: part / whole for grade, part in by_grade.items()} if whole else {}


def assumed_range(column: str = "cost") -> tuple[float, float] | None:
    """Return the 90 % interval of the share that assumed numbers carry; None where nothing was measured.

    By Fieller (1954): all shares at which what is assumed and what is not stand in that proportion within
    luck. So it does not lean on the whole being known well, and is all from 0 to 1 where nothing is told.
    """
    carried = _carried(column)
    if not carried:
        return None
    assumed, spread = carried.pop("assumed", (0.0, 0.0))
    other = sum(square for square, _ in carried.values())
    around = sum(variance for _, variance in carried.values())
    within = [
        share
        for share in (k / 1000.0 for k in range(1001))
        if ((1.0 - share) * assumed - share * other) ** 2
        <= Z**2 * ((1.0 - share) ** 2 * spread + share**2 * around)
    ]
    return (within[0], within[-1]) if within else (0.0, 1.0)


def evidence(
    search: str | None = None,
    *,
    grade: str | None = None,
    room: str | None = None,
    varies: str | None = None,
    lang: str = "en",
) -> pd.DataFrame:
    """Return the evidence register as a table, or the part of it that is asked for.

    Parameters
    ----------
    search
        Words that must all stand in an entry's name, unit, or meaning and source in either language, whatever
        their capitals.
    grade, room, varies
        Only entries of this grade, of this room, or that vary so between parameter sets.
    lang
        The language sources are told in.

    Returns
    -------
    :
        A row a number: parameter, room, value, low, high, unit, distribution, price_year, grade, varies,
        source, read, applies_to, used_in, meaning, and the change of the default comparison's difference in
        cost (m DKK a year per 10,000 children) and in months of need for one standard deviation of it, each
        with its standard error and whether it can be told from luck.
    """
    rows = []
    words = (search or "").casefold().split()
    weighed = {column: told_from_luck(column) for column in ("cost", "need")}
    for entry in register().values():
        told = (*entry.meaning.values(), *(source_in(entry.source, one) for one in entry.meaning))
        text = " ".join((entry.name, entry.unit, *told)).casefold()
        wrong = (grade and entry.grade != grade) or (room and entry.room != room)
        if wrong or (varies and entry.varies != varies) or not all(word in text for word in words):
            continue
        rows.append(_row(entry, lang, weighed))
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = (
    "parameter", "room", "value", "low", "high", "unit", "distribution", "price_year", "grade", "varies",
    "source", "read", "applies_to", "used_in", "meaning", "cost", "cost_error", "cost_told",
    "need", "need_error", "need_told",
)  # fmt: skip


def _row(entry: Entry, lang: str, told: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    owed = measured().get(entry.name, {})
    return {
        "parameter": entry.name,
        "room": entry.room,
        "value": entry.value,
        "low": entry.low,
        "high": entry.high,
        "unit": entry.unit,
        "distribution": distribution(entry),
        "price_year": price_year(entry),
        "grade": entry.grade,
        "varies": entry.varies,
        "source": source_in(entry.source, lang),
        "read": READ,
        "applies_to": applies_to(entry),
        "used_in": ", ".join(uses()[entry.name]),
        "meaning": dict(entry.meaning),
        **{name: owed.get(name, float("nan")) for name in ("cost", "cost_error", "need", "need_error")},
        **{f"{column}_told": entry.name in told[column] for column in told},
    }
