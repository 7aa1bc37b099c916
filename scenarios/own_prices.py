"""A municipality's own unit costs replace the national ones, brought to the price year by the index used."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from trappen.agents.problem import Problem, Problems
from trappen.model.evidence import Entry, register
from trappen.model.nearest import nearest
from trappen.model.sources import source_in
from trappen.scenarios.numbers import is_own_price
from trappen.scenarios.tables_in import Row, Table, read_table

NAMES = ("name", "navn")
VALUES = ("value", "vaerdi", "værdi", "pris")
YEARS = ("price_year", "prisaar", "prisår")
LOWS, HIGHS = ("low", "lav"), ("high", "høj", "hoej")

MOST_TOLD = 100
"""Mistakes told of one file."""


def unit_costs() -> list[Entry]:
    """Return the entries a municipality can replace: prices and the thresholds of the state's refund."""
    replaceable = ("price_", "refund_")
    return [
        entry
        for entry in register().values()
        if entry.room == "money" and entry.name.startswith(replaceable) and not _is_index(entry)
    ]


def _is_index(entry: Entry) -> bool:
    return entry.name in ("price_factor", "price_factor_from", "price_year")


def price_list(lang: str = "en") -> pd.DataFrame:
    """Return every unit cost with its range, price year, grade and source: also the form of an own file."""
    year = int(register()["price_year"].value)
    return pd.DataFrame(
        [
            {
                "name": entry.name,
                "value": entry.value,
                "price_year": year,
                "low": entry.low,
                "high": entry.high,
                "unit": entry.unit,
                "grade": entry.grade,
                "source": source_in(entry.source, lang),
                "meaning": entry.meaning[lang],
            }
            for entry in unit_costs()
        ]
    )


def factor_from(year: int) -> float | None:
    """Return what an amount of a year is multiplied by to stand in the price year; None if not known."""
    values = {name: register()[name].value for name in ("price_factor", "price_factor_from")}
    at = year - int(values["price_factor_from"])
    return float(values["price_factor"][at]) if 0 <= at < len(values["price_factor"]) else None


def read_prices(path: str | Path) -> dict[str, float]:
    """Return parameter values from a file of own unit costs, in prices of the price year.

    The file has a column of names (`name` or `navn`), one of amounts (`value`, `vaerdi` or `pris`) and, if
    amounts are of another year, one of years (`price_year` or `prisaar`). Lines without an amount are left,
    and so are those that stand as in the form: nobody has changed them, so they keep their range.
    Where it has columns of its own ends (`low` and `high`), the amount must lie between them.

    Raises
    ------
    Problem
        If the file cannot be used; `Problems` where several lines are wrong.
    """
    table = read_table(path)
    name_head, value_head = _head(table, NAMES), _head(table, VALUES)
    year_head, low_head, high_head = (
        next((head for head in table.heads if head.lower() in names), None) for names in (YEARS, LOWS, HIGHS)
    )
    known = {entry.name: entry for entry in unit_costs()}
    found: dict[str, float] = {}
    seen: set[str] = set()
    problems: list[Problem] = []
    for row in table.rows:
        try:
            amount = table.number(row, value_head)
            if amount is None:
                continue
            name = table.text(row, name_head)
            if name in seen:
                raise Problem("prices.twice", file=table.file, line=row.line, field=name)
            if low_head and high_head:
                _check_own_ends(table, row, name, amount, (low_head, high_head), known)
            own = _amount(table, row, name, amount, year_head, known)
            seen.add(name)
            if not math.isclose(own, known[name].value, rel_tol=1e-9):
                found[name] = own
        except Problem as problem:
            problems.append(problem)
            if len(problems) >= MOST_TOLD:
                break
    if problems:
        raise Problems(problems) if len(problems) > 1 else problems[0]
    return found


def _head(table: Table, names: tuple[str, ...]) -> str:
    for head in table.heads:
        if head.lower() in names:
            return head
    table.need(names[0])
    return names[0]


def _amount(
    table: Table, row: Row, name: str, amount: float, year_head: str | None, known: Mapping[str, Any]
) -> float:
    entry = known.get(name)
    if entry is None:
        near = nearest(name, list(known)) or list(known)[:4]
        raise Problem("prices.unknown", file=table.file, line=row.line, given=name[:60], near=", ".join(near))
    if entry.unit != "share" and year_head is not None:
        year = table.number(row, year_head)
        factor = None if year is None else factor_from(int(year))
        if factor is None:
            given = table.text(row, year_head) or "-"
            raise Problem("prices.year", file=table.file, line=row.line, field=year_head, given=given)
        amount *= factor
    if not entry.low <= amount <= entry.high and not is_own_price(name, amount, entry):
        key = (
            "share_out_of_range" if entry.unit == "share"
            else "fixed" if entry.low == entry.high
            else "too_low" if 0 < amount < entry.low
            else "out_of_range"
        )  # fmt: skip
        ends = {"low": float(entry.low), "high": float(entry.high)}
        told = round(amount, 2 if entry.unit == "share" or amount < 100 else 0)
        raise Problem(f"prices.{key}", file=table.file, line=row.line, field=name, given=told, **ends)
    return amount


def _check_own_ends(
    table: Table, row: Row, name: str, amount: float, heads: tuple[str, str], known: Mapping[str, Any]
) -> None:
    """Say that an amount lies outside the ends beside it; the national ones, from the form, bind nobody."""
    low, high = (table.number(row, head) for head in heads)
    if low is None or high is None or low <= amount <= high:
        return
    entry = known.get(name)
    if entry is not None and (low, high) != (entry.low, entry.high):
        ends = {"given": amount, "low": low, "high": high}
        raise Problem("prices.own_ends", file=table.file, line=row.line, field=name, **ends)
