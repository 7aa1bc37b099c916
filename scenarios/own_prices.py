"""A municipality's own unit costs replace the national ones, brought to the price year by the index used."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from trappen.agents.problem import Problem, Problems
from trappen.model.evidence import Entry, register
from trappen.model.nearest import nearest
from trappen.scenarios.numbers import is_own_price
from trappen.scenarios.tables_in import Row, Table, read_table

NAMES = ("name", "navn")
VALUES = ("value", "vaerdi", "værdi", "pris")
YEARS = ("price_year", "prisaar", "prisår")

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
                "source": entry.source,
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
    amounts are of another year, one of years (`price_year` or `prisaar`). Lines without an amount are left.

    Raises
    ------
    Problem
        If the file cannot be used; `Problems` where several lines are wrong.
    """
    table = read_table(path)
    name_head, value_head = _head(table, NAMES), _head(table, VALUES)
    year_head = next((head for head in table.heads if head.lower() in YEARS), None)
    known = {entry.name: entry for entry in unit_costs()}
    found: dict[str, float] = {}
    problems: list[Problem] = []
    for row in table.rows:
        try:
            amount = table.number(row, value_head)
            if amount is None:
                continue
            name = table.text(row, name_head)
            if name in found:
                raise Problem("prices.twice", file=table.file, line=row.line, field=name)
            found[name] = _amount(table, row, name, amount, year_head, known)
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
        top = entry.high
        raise Problem(
            "prices.out_of_range", file=table.file, line=row.line, field=name, given=f"{amount:.0f}",
            low=f"{entry.low:g}", high=f"{top:g}",
        )  # fmt: skip
    return amount
