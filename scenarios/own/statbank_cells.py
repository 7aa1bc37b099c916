"""Cells of StatBank tables as analysts download them: codes or texts, both languages, long or wide."""

import re
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
from trappen.scenarios.own.csv_in import Sheet, number_in

SUPPRESSED = ("..", "...", ".", "-", "")
"""What stands where a number is withheld or cannot be."""

COUNTRY = 0
TIME = re.compile(r"(19|20)[0-9]{2}([HKMU][0-9]{1,2}|D[0-9]{4})?")
"""A time as StatBank writes it: a year, or a half, quarter, month, week or day of one."""

MOST_DIGITS = 12
YOUNG = "0-17"


@cache
def layout() -> Mapping[str, Any]:
    """Return what tables, columns and codes are called."""
    return load(files("trappen.scenarios.own") / "statbank.yaml", trusted=True)[0]


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
    if without(sheet.file):
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


def without(path: Path) -> str:
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


def long_form(sheet: Sheet) -> Sheet:
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


def take(sheet: Sheet, places: dict[str, int], cells: Cells, town: Municipality) -> None:
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
