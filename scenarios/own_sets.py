"""A municipality's own parameter sets: written by `trappen calibrate`, named by a scenario, checked.

The sets themselves travel with the scenario, and so with a result's manifest: a rerun needs no other file.
"""

import csv
import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from trappen.agents.problem import Problem
from trappen.model.checking import Strict
from trappen.model.evidence import register
from trappen.policies.lever import levers

MAX_BYTES = 2_000_000
MARK = "# trappen own parameter sets: "
"""Begins the first line of the file; the rest of the line is JSON that says what they were fitted to."""

META = ("set", "misfit")


class OwnSets(Strict):
    """Parameter sets fitted to a municipality's own figures.

    Attributes
    ----------
    name
        Whose they are.
    structure
        The structural choices they were fitted under.
    today
        Levers that stand otherwise in this municipality today than in the country, as its caseload.
    sets
        Changed values by name in each set; set 0 is the best fit.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)]
    structure: dict[str, str]
    today: dict[str, float]
    sets: Annotated[list[dict[str, float]], Field(min_length=2, max_length=2000)]

    @property
    def hash(self) -> str:
        """SHA-256 of all of it."""
        return hashlib.sha256(json.dumps(self.model_dump(), sort_keys=True).encode()).hexdigest()


def read_own_sets(path: str | Path) -> OwnSets:
    """Read and check a file of parameter sets.

    Raises
    ------
    Problem
        The file cannot be read, is not from `trappen calibrate`, or holds a value this model cannot use.
    """
    file = Path(path)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise Problem("sets.not_sets", file=file)
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Problem("sets.not_sets", file=file) from None
    except (OSError, ValueError):
        raise Problem("sets.unreadable", file=file) from None
    lines = text.splitlines()
    if not lines or not lines[0].startswith(MARK):
        raise Problem("sets.not_sets", file=file)
    try:
        told = json.loads(lines[0].removeprefix(MARK))
        head = {key: told[key] for key in ("name", "structure", "today")}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Problem("sets.not_sets", file=file, line=1) from None
    begin = next((n for n, line in enumerate(lines) if not line.startswith("#")), None)
    if begin is None:
        raise Problem("sets.not_sets", file=file)
    rows = list(csv.reader(lines[begin:]))
    sets = [_row(row, rows[0], file, begin + 1 + n) for n, row in enumerate(rows[1:], 1)]
    try:
        own = OwnSets(**head, sets=sets)
    except (ValueError, TypeError):
        raise Problem("sets.not_sets", file=file) from None
    check_own_sets(own, file)
    return own


def _row(row: list[str], names: list[str], file: Path, line: int) -> dict[str, float]:
    if len(row) != len(names) or len(set(names)) != len(names):
        raise Problem("sets.columns", file=file, line=line)
    found = {}
    for name, cell in zip(names, row, strict=True):
        try:
            found[name] = float(cell)
        except ValueError:
            raise Problem("sets.not_a_number", file=file, line=line, field=name, given=cell[:40]) from None
    return {name: value for name, value in found.items() if name not in META}


def check_own_sets(own: OwnSets, file: str | Path | None = None) -> None:
    """Say which value of the sets this model cannot use.

    Raises
    ------
    Problem
        A name is not in the register, a value is no number or outside its range, or a lever is unknown.
    """
    for number, one in enumerate(own.sets):
        for name, value in one.items():
            _check_value(name, value, number, file)
    for name, value in own.today.items():
        lever = levers().get(name)
        if lever is None or not lever.low <= value <= lever.high:
            raise Problem("sets.lever", file=file, field=name, given=value)
    if own.structure.keys() != {"belief", "step_down", "foster_hard_cases"}:
        raise Problem("sets.not_sets", file=file)


def _check_value(name: str, value: float, number: int, file: str | Path | None) -> None:
    table, dot, element = name.rpartition(".")
    entry = register().get(table if dot else name)
    table_wrong = entry is not None and (
        dot and (not element.isdecimal() or entry.index is None or int(element) >= len(entry.value))
    )
    if entry is None or table_wrong or (not dot and entry.index is not None):
        raise Problem("sets.unknown", file=file, field=name[:60])
    if entry.low is None or entry.high is None or not math.isfinite(value):
        raise Problem("sets.not_a_number", file=file, field=name, given=str(value))
    slack = 1e-5 * max(abs(entry.low), abs(entry.high))  # six digits are written
    if not entry.low - slack <= value <= entry.high + slack:
        raise Problem(
            "sets.out_of_range",
            file=file,
            field=name,
            given=value,
            low=entry.low,
            high=entry.high,
            set=number,
        )


def first_line(name: str, structure: Mapping[str, Any], today: Mapping[str, float]) -> str:
    """Return the first line of a file of own sets, without its newline."""
    return MARK + json.dumps({"name": name, "structure": dict(structure), "today": dict(today)})
