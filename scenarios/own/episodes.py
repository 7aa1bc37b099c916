"""Placement episodes of a municipality: read, checked, and summed up so that no person is left in the result.

One row is one child in one place. Two layouts are read: a plain one (person, start, end, type, reason,
and if known born), and the English SSDA903 return (CHILD, DECOM, DEC, PLACE, RNE or REASON, DOB).
Person keys are used to tell children apart while reading and are kept nowhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from trappen.agents.problem import Problem, Problems
from trappen.scenarios.own.csv_in import Row, Sheet, read_csv, refuse_personal
from trappen.scenarios.tables_in import read_table

EARLIEST = date(1990, 1, 1)
GAP_DAYS = 1
"""Placements at most this far apart are one stay: a move, not a return."""

COLUMNS = {
    "person": ("person", "barn", "key", "child", "loebenummer", "løbenummer"),
    "start": ("start", "fra", "decom", "startdato"),
    "end": ("end", "til", "dec", "slut", "slutdato"),
    "type": ("type", "place", "anbringelsessted", "sted"),
    "reason": ("reason", "årsag", "aarsag", "rne", "reason_for_new_episode"),
    "born": ("born", "født", "foedt", "dob"),
}

TYPES = {
    "kin": "kin", "slægt": "kin", "netværk": "kin", "u1": "kin", "u2": "kin", "u3": "kin",
    "foster": "foster", "plejefamilie": "foster", "pleje": "foster", "u4": "foster",
    "u5": "foster", "u6": "foster",
    "institution": "institution", "døgninstitution": "institution", "opholdssted": "institution",
    "k1": "institution", "k2": "institution", "r1": "institution", "h5": "institution",
    "own_room": "own_room", "eget værelse": "own_room", "kostskole": "own_room", "efterskole": "own_room",
    "p2": "own_room", "s1": "own_room", "other": "other", "andet": "other",
    "p1": "other", "p3": "other", "r2": "other", "r3": "other", "r5": "other", "t0": "other", "z1": "other",
}  # fmt: skip
"""What a place may be called, in Danish, in English and by the codes of SSDA903."""

KINDS = ("kin", "foster", "institution", "own_room", "other")


@dataclass(frozen=True)
class Episodes:
    """Placements as numbers, in the order of child and start; children are numbered anew.

    Attributes
    ----------
    child
        Number of the child, int.
    start, end
        Days since 1970; `end` is `until` where the placement goes on.
    open
        Whether it goes on.
    kind
        Index in `KINDS`.
    age
        Age in years at the start, not a number where no birth is told.
    until
        The last day the data know of.
    warnings
        What looks odd and was kept: key of a text and how many rows.
    """

    child: np.ndarray
    start: np.ndarray
    end: np.ndarray
    open: np.ndarray
    kind: np.ndarray
    age: np.ndarray
    until: int
    warnings: dict[str, int]

    def __len__(self) -> int:
        return len(self.child)


def read_episodes(path: str | Path, *, until: date | None = None) -> Episodes:
    """Read a table of placements, CSV or Excel, and tell every mistake in it at once.

    Parameters
    ----------
    until
        The day the table was drawn; the latest date in it by default.

    Raises
    ------
    Problem
        The file cannot be used, has personal numbers in it, or rows are wrong (`Problems`).
    """
    file = Path(path)
    sheet = _sheet(file)
    refuse_personal(sheet)
    places = _places(sheet)
    problems: list[Problem] = []
    rows = []
    for row in sheet.rows:
        try:
            rows.append(_row(row, places, sheet))
        except Problem as problem:
            problems.append(problem)
    problems += _overlaps(rows, sheet)
    if problems:
        raise Problems(problems)
    if not rows:
        raise Problem("episodes.none", file=file)
    return _episodes(rows, until)


def _sheet(file: Path) -> Sheet:
    if file.suffix.lower() not in (".xlsx", ".xlsm", ".xls"):
        return read_csv(file)
    table = read_table(file)
    rows = tuple(Row(row.line, tuple(table.text(row, head) for head in table.heads)) for row in table.rows)
    return Sheet(file, table.heads, rows)


def _places(sheet: Sheet) -> dict[str, int]:
    folded = [name.strip().casefold() for name in sheet.header]
    places = {
        name: next(n for n, told in enumerate(folded) if told in spellings)
        for name, spellings in COLUMNS.items()
        if any(told in spellings for told in folded)
    }
    missing = [name for name in ("person", "start", "end", "type") if name not in places]
    if missing:
        wanted = ", ".join(" / ".join(COLUMNS[name][:3]) for name in missing)
        raise Problem("episodes.columns", file=sheet.file, line=1, wanted=wanted)
    return places


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    person: str
    start: date
    end: date | None
    kind: int
    born: date | None


def _row(row: Row, places: dict[str, int], sheet: Sheet) -> _Row:
    def cell(name: str) -> str:
        return row.cells[places[name]].strip() if name in places else ""

    def wrong(key: str, field: str, **values: object) -> Problem:
        return Problem(f"episodes.{key}", file=sheet.file, line=row.line, field=field, **values)

    if not cell("person"):
        raise wrong("no_person", "person")
    start = day_in(cell("start"))
    if start is None or start < EARLIEST:
        raise wrong("not_a_date", "start", given=cell("start")[:20])
    end = day_in(cell("end")) if cell("end") else None
    if cell("end") and end is None:
        raise wrong("not_a_date", "end", given=cell("end")[:20])
    if end is not None and end < start:
        raise wrong("backwards", "end", given=cell("end")[:20])
    kind = TYPES.get(cell("type").casefold())
    if kind is None:
        raise wrong("type", "type", given=cell("type")[:40], known=", ".join(KINDS))
    born = day_in(cell("born")) if cell("born") else None
    if cell("born") and (born is None or born > start + timedelta(days=1)):
        raise wrong("not_a_date", "born", given=cell("born")[:20])
    if born is not None and (start - born).days > 24 * 366:
        raise wrong("too_old", "born")
    return _Row(row.line, cell("person"), start, end, KINDS.index(kind), born)


_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)([ T]00:00(:00)?)?")
_DANISH = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")


def day_in(text: str) -> date | None:
    """Read a date as 2024-03-31, 31-03-2024, 31.3.2024 or 31/03/2024; None where it is none."""
    if found := _ISO.fullmatch(text):
        year, month, day = (int(found.group(k)) for k in (1, 2, 3))
    elif found := _DANISH.fullmatch(text):
        day, month, year = (int(found.group(k)) for k in (1, 2, 3))
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _overlaps(rows: Sequence[_Row], sheet: Sheet) -> list[Problem]:
    """Say where a child is in two places at once, or has two births."""
    problems = []
    by_child: dict[str, list[_Row]] = {}
    for row in rows:
        by_child.setdefault(row.person, []).append(row)
    for own in by_child.values():
        own.sort(key=lambda row: (row.start, row.end or date.max))
        for before, after in pairwise(own):
            if before.end is None or before.end > after.start + timedelta(days=GAP_DAYS):
                problems.append(
                    Problem("episodes.overlap", file=sheet.file, line=after.line, first=before.line)
                )
        if len({row.born for row in own if row.born}) > 1:
            problems.append(Problem("episodes.two_births", file=sheet.file, line=own[0].line))
    return problems


def _episodes(rows: Sequence[_Row], until: date | None) -> Episodes:
    epoch = date(1970, 1, 1)
    last = until or max(max(row.start, row.end or row.start) for row in rows)
    ordered = sorted((row for row in rows if row.start <= last), key=lambda row: (row.person, row.start))
    numbers = {person: n for n, person in enumerate(dict.fromkeys(row.person for row in ordered))}
    ends = [row.end if row.end is not None and row.end <= last else last for row in ordered]
    short = sum((end - row.start).days < 1 for row, end in zip(ordered, ends, strict=True))
    return Episodes(
        child=np.array([numbers[row.person] for row in ordered]),
        start=np.array([(row.start - epoch).days for row in ordered]),
        end=np.array([(end - epoch).days for end in ends]),
        open=np.array([row.end is None or row.end > last for row in ordered]),
        kind=np.array([row.kind for row in ordered]),
        age=np.array([(row.start - row.born).days / 365.25 if row.born else np.nan for row in ordered]),
        until=(last - epoch).days,
        warnings={"episodes.short": short} if short else {},
    )
