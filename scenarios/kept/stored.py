"""Results read back from their folders: what a report needs, without running anything again."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from trappen.agents.problem import Problem
from trappen.scenarios.experiments.found import Found


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
        first, second = self._answer["names"]
        return first, second

    def _table(self, name: str) -> pd.DataFrame:
        try:
            return pd.read_parquet(self.folder / "tables" / f"{name}.parquet")
        except (OSError, ValueError):
            raise Problem("experiment.no_result", file=self.folder) from None

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

    def yearly(self) -> pd.DataFrame:
        """Return every indicator by policy and year."""
        return self._table("yearly")

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
        return dict(self._answer["break_even"])

    def budget(self) -> Found:
        """Return the accounts from every side."""
        return found_of(_json(self.folder, "budget.json"))


def found_of(data: dict[str, Any]) -> Found:
    """Return an experiment's result from what `Found.to_json` wrote."""
    tables = {name: pd.DataFrame(rows) for name, rows in data["tables"].items()}
    return Found(data["kind"], tables, data["facts"], data["manifest"])


def read_result(folder: str | Path) -> StoredComparison | Found:
    """Return what stands in a result folder: a comparison, or what an experiment found.

    Raises
    ------
    Problem
        If the folder is no result, or one of an earlier version without what a report needs.
    """
    place = Path(folder)
    if (place / "result.json").is_file():
        return found_of(_json(place, "result.json"))
    stored = StoredComparison(place)
    if not (place / "answer.json").is_file() or not stored.manifest:
        raise Problem("experiment.no_result", file=place)
    return stored


def _json(folder: Path, name: str) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / name).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        raise Problem("experiment.no_result", file=folder / name) from None
