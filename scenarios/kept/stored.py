"""Results read back from their folders: what a report needs, without running anything again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from trappen.agents.problem import Problem
from trappen.scenarios.experiments.found import Found
from trappen.scenarios.studies.store import read_parquet

LARGEST = 20_000_000
"""Bytes of a file in a result's folder; none that the program wrote is near it."""


@dataclass(frozen=True)
class StoredComparison:
    """A comparison as its folder tells it, with the frames a report is made of."""

    folder: Path

    @cached_property
    def _answer(self) -> dict[str, Any]:
        return _json(self.folder, "answer.json")

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Everything that decided the result."""
        return _json(self.folder, "manifest.json")

    @property
    def names(self) -> tuple[str, str]:
        """Names of the two policies."""
        told = self._answer.get("names")
        if not isinstance(told, list) or len(told) != 2 or not all(isinstance(name, str) for name in told):
            raise Problem("experiment.other_result", file=self.folder / "answer.json")
        return told[0], told[1]

    def _table(self, name: str) -> pd.DataFrame:
        file = self.folder / "tables" / f"{name}.parquet"
        with meant(file):
            return read_parquet(file).to_pandas()

    def summary(self) -> pd.DataFrame:
        """Return cost, outcomes and the system side by side."""
        return self._table("summary")

    def indicators(self) -> pd.DataFrame:
        """Return the seven sub-goals as indicators."""
        return self._table("indicators")

    def harm(self) -> pd.DataFrame:
        """Return the harm block."""
        return self._table("harm")

    def accounts(self) -> pd.DataFrame:
        """Return the accounts by policy, year, post and payer."""
        return self._table("accounts")

    def yearly(self, row: str | None = None) -> pd.DataFrame:
        """Return every indicator by policy and year, or only that one of them."""
        told = self._table("yearly")
        return told if row is None else told[told["row"] == row].reset_index(drop=True)

    def structure(self) -> pd.DataFrame:
        """Return how the answer changes over the structural switches."""
        return self._table("structure")

    def losing(self) -> pd.DataFrame:
        """Return each parameter set's own result."""
        return self._table("losing")

    def losing_parameters(self) -> pd.DataFrame:
        """Return which uncertain numbers go with a dearer reform."""
        return self._table("losing_parameters")

    def equity(self) -> pd.DataFrame:
        """Return what is counted by group."""
        return self._table("equity")

    def break_even(self) -> dict[str, Any]:
        """Return when the change has paid for itself, and how often that is never."""
        told = self._answer.get("break_even")
        if not isinstance(told, dict):
            raise Problem("experiment.other_result", file=self.folder / "answer.json")
        return told

    def budget(self) -> Found:
        """Return the accounts from every side."""
        return found_of(_json(self.folder, "budget.json"), self.folder / "budget.json")


@contextmanager
def meant(file: Path) -> Iterator[None]:
    """Answer with a sentence where a file that was kept holds something else than it is to hold.

    What a folder holds may come from another version or another hand, so the shape of every table is not
    known beforehand; what goes wrong while it is read or shown is the folder's doing.

    Raises
    ------
    Problem
        In place of whatever the content gave rise to.
    """
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise Problem("experiment.other_result", file=file) from None


def found_of(data: dict[str, Any], file: Path) -> Found:
    """Return an experiment's result from what `Found.to_json` wrote.

    Raises
    ------
    Problem
        If it is no such thing.
    """
    kind, told = data.get("kind"), data.get("tables")
    facts, manifest = data.get("facts"), data.get("manifest")
    if not (isinstance(kind, str) and isinstance(facts, dict) and isinstance(manifest, dict)):
        raise Problem("experiment.other_result", file=file)
    if not isinstance(told, dict):
        raise Problem("experiment.other_result", file=file)
    tables = {}
    for name, rows in told.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Problem("experiment.other_result", file=file)
        with meant(file):
            tables[name] = pd.DataFrame(rows)
    return Found(kind, tables, facts, manifest)


def read_result(folder: str | Path) -> StoredComparison | Found:
    """Return what stands in a result folder: a comparison, or what an experiment found.

    Raises
    ------
    Problem
        If the folder is no result, or one of an earlier version without what a report needs.
    """
    place = Path(folder)
    if (place / "result.json").is_file():
        return found_of(_json(place, "result.json"), place / "result.json")
    stored = StoredComparison(place)
    if not (place / "answer.json").is_file() or not stored.manifest:
        raise Problem("experiment.no_result", file=place)
    return stored


def _json(folder: Path, name: str) -> dict[str, Any]:
    file = folder / name
    try:
        if file.stat().st_size > LARGEST:
            raise Problem("experiment.other_result", file=file)
        told = json.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise Problem("experiment.no_result", file=file) from None
    except (ValueError, RecursionError):
        raise Problem("experiment.other_result", file=file) from None
    if not isinstance(told, dict):
        raise Problem("experiment.other_result", file=file)
    return told
