"""StatBank tables as analysts download them: codes or texts, both languages; totals and gaps told apart."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from trappen.agents.problem import Problem
from trappen.model.municipalities import Municipality
from trappen.model.nearest import fold
from trappen.model.strict_yaml import load
from trappen.scenarios.own.csv_in import Sheet, number_in, read_csv
from trappen.scenarios.own.own_figures import CHILDREN, Figure

SUPPRESSED = ("..", "...", ".", "-", "")
"""What stands where a number is withheld or cannot be."""

OLDEST_SAME = 2018
"""Reporting of notifications changed in 2017: earlier years are another series."""

SPLIT_YEAR = 2024
BEFORE_SPLIT, AFTER_SPLIT = ("7",), ("12", "13")
"""From this year family and child are two notifiers (codes 12 and 13) where they were one (code 7)."""

COUNTRY, UNKNOWN_PLACE = 0, 998
TIME = re.compile(r"(19|20)[0-9]{2}([HKMU][0-9]{1,2}|D[0-9]{4})?")
"""A time as StatBank writes it: a year, or a half, quarter, month, week or day of one."""

MOST_DIGITS = 12
YOUNG = "0-17"
MAX_FILES = 200


@cache
def layout() -> Mapping[str, Any]:
    """Return what tables, columns and codes are called."""
    return load(files("trappen.scenarios.own") / "statbank.yaml", trusted=True)[0]


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


@dataclass
class Cells:
    """The cells of one table for one municipality; None is a suppressed one."""

    table: str
    dims: tuple[str, ...]
    values: dict[tuple[str, ...], float | None] = field(default_factory=dict)
    origin: dict[tuple[str, ...], tuple[Path, int]] = field(default_factory=dict)

    def years(self) -> list[str]:
        """Return the times there are, the latest last."""
        place = self.dims.index("time")
        return sorted({key[place] for key in self.values})

    def total(self, time: str, **chosen: Iterable[str]) -> float | None:
        """Add up the cells of a time; dimensions that are not chosen stand at their total, or are added up.

        None if a cell that is needed is suppressed or missing.
        """
        found = 0.0
        codes = [self._codes(dim, time, chosen) for dim in self.dims]
        if any(not told for told in codes):
            return None
        stack: list[tuple[str, ...]] = [()]
        for told in codes:
            stack = [(*key, code) for key in stack for code in told]
        seen = False
        for key in stack:
            if key in self.values:
                value = self.values[key]
                if value is None:
                    return None
                found += value
                seen = True
        return found if seen else None

    def _codes(self, dim: str, time: str, chosen: Mapping[str, Iterable[str]]) -> list[str]:
        if dim == "time":
            return [time]
        place = self.dims.index(dim)
        there = {key[place] for key in self.values}
        if dim in chosen:
            return [code for code in chosen[dim] if code in there]
        return ["TOTAL"] if "TOTAL" in there else sorted(there)


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
        sheet = _long(read_csv(path))
        table, places = recognise(sheet)
        if table is None:
            without = _without(path)
            reading.note(f"without_{without}" if without else "not_used", file=path.name)
            continue
        cells = tables.setdefault(table, Cells(table, tuple(layout()["tables"][table])))
        _take(sheet, places, cells, town)
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


def recognise(sheet: Sheet) -> tuple[str | None, dict[str, int]]:
    """Return which table a file holds, by its name or else its columns, and where each column stands.

    Raises
    ------
    Problem
        The columns fit two tables and the file's name says neither.
    """
    places: dict[str, int] = {}
    for number, told in enumerate(sheet.header):
        dim = _dimension(told)
        if dim is not None and dim not in places:
            places[dim] = number
    tables = layout()["tables"]
    named = [t for t in tables if re.search(rf"(?i)(?<![a-z0-9]){t}(?![0-9a-z])", sheet.file.stem)]
    fitting = [t for t, dims in tables.items() if {*dims, "value"} == set(places)]
    if _without(sheet.file):
        return None, places
    if named and named[0] in fitting:
        return named[0], places
    if named:
        missing = {*tables[named[0]], "value"} - set(places)
        wanted = ", ".join(layout()["columns"][dim][0] for dim in sorted(missing)) or named[0]
        raise Problem("statbank.columns", file=sheet.file, line=1, table=named[0], wanted=wanted)
    if len(fitting) > 1:
        raise Problem("statbank.which", file=sheet.file, known=", ".join(fitting))
    return (fitting[0] if fitting else None), places


def _without(path: Path) -> str:
    """Return why a table known by its file's name is not read, as a key of the texts; empty for others."""
    for table, why in layout()["without"].items():
        if re.search(rf"(?i)(?<![a-z0-9]){table}(?![0-9a-z])", path.stem):
            return str(why)
    return ""


def _dimension(told: str) -> str | None:
    name = told.strip().casefold()
    for dim, spellings in layout()["columns"].items():
        if name in (spelling.casefold() for spelling in spellings):
            return str(dim)
    return None


_PERIOD = re.compile(r"(19|20)\d\d(K[1-4]|Q[1-4])?")


def _long(sheet: Sheet) -> Sheet:
    """Return a table whose columns are years with a row a cell instead."""
    wide = [n for n, name in enumerate(sheet.header) if _PERIOD.fullmatch(name.strip())]
    if not wide:
        return sheet
    kept = [n for n in range(len(sheet.header)) if n not in wide]
    header = (*(sheet.header[n] for n in kept), "TID", "INDHOLD")
    rows = []
    for row in sheet.rows:
        base = tuple(row.cells[n] for n in kept)
        rows += [type(row)(row.line, (*base, sheet.header[n].strip(), row.cells[n])) for n in wide]
    return Sheet(sheet.file, header, tuple(rows))


def _take(sheet: Sheet, places: dict[str, int], cells: Cells, town: Municipality) -> None:
    """Put one file's cells for a municipality where they belong.

    Raises
    ------
    Problem
        A cell has another value than in a file read before: an old and a revised series must not be mixed.
    """
    for row in sheet.rows:
        told = {dim: row.cells[place] for dim, place in places.items()}
        if place_code(told["place"]) != town.code:
            continue
        key = tuple("TOWN" if dim == "place" else code_of(dim, told[dim], cells.table) for dim in cells.dims)
        if not TIME.fullmatch(code_of("time", told["time"], cells.table)):
            raise Problem("statbank.not_a_time", file=sheet.file, line=row.line, given=told["time"][:40])
        raw = told["value"]
        value = None if raw in SUPPRESSED else number_in(raw)
        if value is None and raw not in SUPPRESSED:
            digits = raw.replace(".", "").replace(" ", "")  # StatBank writes whole numbers
            if not digits.isdecimal() or len(digits) > MOST_DIGITS:
                raise Problem("statbank.not_a_number", file=sheet.file, line=row.line, given=raw[:40])
            value = float(digits)
        if key in cells.values and cells.values[key] != value:
            first, line = cells.origin[key]
            raise Problem(
                "statbank.two_versions",
                file=sheet.file,
                line=row.line,
                first=f"{first.name}:{line}",
                table=cells.table,
            )
        cells.values[key] = value
        cells.origin[key] = (sheet.file, row.line)


def place_code(told: str) -> int | None:
    """Return a municipality's code from its code, its name, or both; 0: the country, None: another area."""
    text = told.strip()
    if text.casefold() in layout()["totals"]["place"]:
        return COUNTRY
    if found := re.match(r"0*(\d{1,3})(?:\s+\D.*)?$", text):
        return int(found.group(1))
    return _codes_by_name().get(fold(text).removesuffix(" kommune"))


@cache
def _codes_by_name() -> dict[str, int]:
    from trappen.model.municipalities import all_municipalities

    names = {fold(town.name): town.code for town in all_municipalities()}
    return names | {"copenhagen": 101}


def code_of(dim: str, told: str, table: str) -> str:
    """Return the code of a cell told as code, text or both; `TOTAL` for the total of its dimension."""
    text = " ".join(told.split()).casefold()
    if dim == "time":
        return text.upper().replace("Q", "K")
    if dim == "age":
        return _age(text, table)
    totals = [str(total).casefold() for total in layout()["totals"][dim]]
    if text in totals:
        return "TOTAL"
    known = layout().get(dim, {})
    for code, spellings in known.items():
        if text == code or text in spellings:
            return str(code)
    if found := re.match(r"(\d+|[a-z]{1,4})\s+(.+)$", text):  # code and text in one cell
        code, words = found.groups()
        if words in totals:
            return "TOTAL"
        if code in known:
            return code
    return text.upper()


_AGES = re.compile(r"(\d{1,2})\s*-\s*(\d{1,2})(\s*(år|years?))?")


def _age(text: str, table: str) -> str:
    """Return `TOTAL`, a single year, a group as `0-17`, `UNBORN` or `UNKNOWN`.

    The code of the total is 00, 0 or IALT: 0 is the total where a table has groups, and a year elsewhere.
    """
    grouped = table in ("ANBAAR9", "ANBAAR14")
    if text in [str(total).casefold() for total in layout()["totals"]["age"]] or (grouped and text == "0"):
        return "TOTAL"
    if text in ("u0", "ufødt", "unborn"):
        return "UNBORN"
    if text in ("999", "uoplyst alder", "uoplyst", "not stated", "unknown"):
        return "UNKNOWN"
    if text in ("9917", "0017"):
        return YOUNG
    if grouped and re.fullmatch(r"\d{4}", text):
        return f"{int(text[:2])}-{int(text[2:])}"
    if found := _AGES.search(text):
        return f"{int(found.group(1))}-{int(found.group(2))}"
    if found := re.match(r"(\d{1,3})(\s*(år|years?)( og derover| and over)?)?$", text):
        return str(int(found.group(1)))
    if (found := re.match(r"\S+\s+(.+)$", text)) and found.group(1) != text:
        return _age(found.group(1), table)
    return text.upper()


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
