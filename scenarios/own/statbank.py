"""Figures of a municipality from a folder of StatBank tables; totals and gaps told apart."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trappen.agents.problem import Problem
from trappen.model.municipalities import Municipality
from trappen.scenarios.own.csv_in import read_csv
from trappen.scenarios.own.own_figures import CHILDREN, Figure
from trappen.scenarios.own.statbank_cells import (
    YOUNG,
    Cells,
    layout,
    long_form,
    recognise,
    take,
    without,
)

OLDEST_SAME = 2018
"""Reporting of notifications changed in 2017: earlier years are another series."""

SPLIT_YEAR = 2024
BEFORE_SPLIT, AFTER_SPLIT = ("7",), ("12", "13")
"""From this year family and child are two notifiers (codes 12 and 13) where they were one (code 7)."""

MAX_FILES = 200


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader of the figures should know: a text of the catalogue and what it needs."""

    key: str
    values: dict[str, Any]


@dataclass
class Reading:
    """What was found in a folder: figures, and what was left out or is not quite what it seems."""

    figures: list[Figure] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def note(self, key: str, **values: Any) -> None:
        """Remember something worth telling."""
        self.notes.append(Note(f"statbank.{key}", values))


def read_folder(folder: str | Path, town: Municipality) -> Reading:
    """Read every StatBank table in a folder and return a municipality's figures.

    Raises
    ------
    Problem
        The folder has no such table, or a file contradicts another of the same table.
    """
    where = Path(folder)
    if not where.is_dir():
        raise Problem("statbank.no_folder", file=where)
    names = sorted(path for path in where.iterdir() if path.suffix.lower() in (".csv", ".txt", ".tsv"))
    if not names or len(names) > MAX_FILES:
        raise Problem("statbank.no_tables", file=where, known=", ".join(layout()["tables"]))
    reading = Reading()
    tables: dict[str, Cells] = {}
    for path in names:
        sheet = long_form(read_csv(path))
        table, places = recognise(sheet)
        if table is None:
            why = without(path)
            reading.note(f"without_{why}" if why else "not_used", file=path.name)
            continue
        cells = tables.setdefault(table, Cells(table, tuple(layout()["tables"][table])))
        take(sheet, places, cells, town)
    if not tables:
        raise Problem("statbank.no_tables", file=where, known=", ".join(layout()["tables"]))
    for table, cells in tables.items():
        if cells.values:
            _FIGURES[table](cells, reading)
        else:
            reading.note("no_town", table=table, town=town.name)
    if not reading.figures:
        raise Problem("statbank.no_figures", file=where, town=town.name)
    return reading


def _latest(cells: Cells) -> str:
    return cells.years()[-1]


def _ages(low: int, high: int) -> list[str]:
    return [str(age) for age in range(low, high + 1)]


def _add(reading: Reading, cells: Cells, name: str, value: float | None, unit: str, time: str) -> None:
    if value is None:
        reading.note("suppressed", figure=name, table=cells.table, time=time)
        return
    reading.figures.append(Figure(name, value, unit, int(time[:4]), f"StatBank {cells.table} {time}"))


def _population(cells: Cells, reading: Reading) -> None:
    time = _latest(cells)
    _add(reading, cells, CHILDREN, cells.total(time, age=_ages(0, 17)), "count", time)


def _young(cells: Cells) -> list[str] | None:
    """Return the ages under 18 a table tells one by one, or None where it gives only the total."""
    place = cells.dims.index("age")
    there = {key[place] for key in cells.values}
    return [*_ages(0, 17), "UNBORN"] if "5" in there else None


def _notifications(cells: Cells, reading: Reading) -> None:
    time = _latest(cells)
    year = int(time[:4])
    if year < OLDEST_SAME:
        reading.note("old_series", table=cells.table, time=time, since=OLDEST_SAME)
    ages = _young(cells)
    chosen: dict[str, Iterable[str]] = {} if ages is None else {"age": ages}
    if ages is None:
        reading.note("all_ages", figure="notifications", table=cells.table)
    whole = cells.total(time, **chosen)
    _add(reading, cells, "notifications", whole, "count", time)
    reading.note("citizens", table=cells.table)
    for name, codes in layout()["notifiers"].items():
        gone = AFTER_SPLIT if year < SPLIT_YEAR else BEFORE_SPLIT
        wanted = [code for code in codes if code not in gone]
        part = cells.total(time, notifier=wanted, **chosen)
        share = None if part is None or not whole else 100.0 * part / whole
        _add(reading, cells, name, share, "percent", time)
    if year >= SPLIT_YEAR and any(int(told[:4]) < SPLIT_YEAR for told in cells.years()):
        reading.note("split", table=cells.table, year=SPLIT_YEAR)


def _children_notified(cells: Cells, reading: Reading) -> None:
    time = _latest(cells)
    if int(time[:4]) < OLDEST_SAME:
        reading.note("old_series", table=cells.table, time=time, since=OLDEST_SAME)
    ages = _young(cells)
    if ages is None:
        reading.note("all_ages", figure="children_notified", table=cells.table)
        _add(reading, cells, "children_notified", cells.total(time), "count", time)
        return
    whole = cells.total(time, age=ages)
    _add(reading, cells, "children_notified", whole, "count", time)
    groups = {"notified_0_5_share": ["UNBORN", *_ages(0, 5)], "notified_12_17_share": _ages(12, 17)}
    for name, group in groups.items():
        part = cells.total(time, age=group)
        share = None if part is None or not whole else 100.0 * part / whole
        _add(reading, cells, name, share, "percent", time)


def _under_18(name: str) -> Any:
    def read(cells: Cells, reading: Reading) -> None:
        time = _latest(cells)
        value = cells.total(time, age=[YOUNG])
        if value is None and not any(YOUNG in key for key in cells.values):
            value = cells.total(time)
            reading.note("all_ages", figure=name, table=cells.table)
        _add(reading, cells, name, value, "count", time)

    return read


def _mix(cells: Cells, reading: Reading) -> None:
    time = _latest(cells)
    parts: dict[str, float | None] = {}
    for name, codes in layout()["mix"].items():
        parts[name] = cells.total(time, place_kind=codes)
    known = [part for part in parts.values() if part is not None]
    whole = cells.total(time)
    unknown = cells.total(time, place_kind=["99"]) or 0.0
    whole = sum(known) if whole is None and len(known) == len(parts) else whole
    reading.note("up_to_22", table=cells.table)
    for name, part in parts.items():
        share = None if part is None or not whole else 100.0 * part / (whole - unknown)
        _add(reading, cells, name, share, "percent", time)


_FIGURES = {
    "FOLK1A": _population,
    "UND1": _notifications,
    "UND2": _children_notified,
    "ANBAAR9": _under_18("placed_on_a_day"),
    "ANBAAR12": _mix,
    "ANBAAR14": _under_18("new_placements"),
}


def together(own: Iterable[Figure], bank: Iterable[Figure]) -> list[Figure]:
    """Return own figures and StatBank's; where both give one, the municipality's own counts."""
    found = defaultdict[str, list[Figure]](list)
    for figure in (*own, *bank):
        found[figure.name].append(figure)
    return [figures[0] for figures in found.values()]
