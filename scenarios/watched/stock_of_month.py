"""The prevention triangle and position by wellbeing as any month ends, under one policy or two."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trappen.agents.problem import Problem
from trappen.agents.states import Position, PreventionSet
from trappen.model.engine import run_months
from trappen.model.prevention import Prevention, prevention_of
from trappen.scenarios.intervals import compared, spread_of
from trappen.scenarios.parameter_sets import codes
from trappen.scenarios.runner import THREADS, Progress, ready, set_of, start
from trappen.scenarios.scenario import Scenario

SETS: tuple[dict[str, str], ...] = tuple({"set": which.name.lower()} for which in PreventionSet)
CELLS: tuple[dict[str, str], ...] = tuple(
    {"position": position.name.lower(), "wellbeing": wellbeing}
    for position in Position
    for wellbeing in ("thriving", "not_thriving")
)


@dataclass(frozen=True)
class StockOfMonth:
    """How many children aged 0-17 there are in each set and cell as a month ends.

    Attributes
    ----------
    year, month
        Calendar year, and month 1-12.
    names
        Names of the policies.
    sets
        Children by policy, replicate and set, shape (policies, replicates, 4).
    cells
        Children by policy, replicate and cell, shape (policies, replicates, 6).
    parameter_sets
        Parameter set of each replicate.
    """

    year: int
    month: int
    names: tuple[str, ...]
    sets: np.ndarray
    cells: np.ndarray
    parameter_sets: np.ndarray

    def triangle(self) -> pd.DataFrame:
        """Return the four sets of the prevention triangle (forebyggelsestrekanten), a row a set."""
        return self._frame(self.sets, SETS)

    def matrix(self) -> pd.DataFrame:
        """Return position by wellbeing, a row a cell."""
        return self._frame(self.cells, CELLS)

    def _frame(self, found: np.ndarray, told: Sequence[dict[str, str]]) -> pd.DataFrame:
        month = {"month": f"{self.year}-{self.month:02d}"}
        rows: list[dict[str, Any]] = []
        for at, cell in enumerate(told):
            values = found[:, :, at].astype(float)
            if len(self.names) == 1:
                rows.append({**month, **cell, "unit": "children", **spread_of(values[0], level=True)})
            else:
                seen = compared(values[0], values[1], 0, self.parameter_sets)
                kept = {name: seen[name] for name in ("a", "b", "difference", "low", "high")}
                rows.append({**month, **cell, "unit": "children", **kept})
        return pd.DataFrame(rows)


def read_month(given: str) -> tuple[int, int]:
    """Return year and month of a text as 2027-06.

    Raises
    ------
    Problem
        If it is none.
    """
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", given)
    if found is None:
        raise Problem("option.month", field="--month", given=given)
    return int(found[1]), int(found[2])


def month_number(scenario: Scenario, year: int, month: int) -> int:
    """Return how many months after the start of a scenario a calendar month begins.

    Raises
    ------
    Problem
        If the scenario does not run then.
    """
    number = 12 * (year - scenario.start_year) + month - 1
    if not 0 <= number < scenario.months:
        raise Problem(
            "option.month_outside",
            field="--month",
            given=f"{year}-{month:02d}",
            first=f"{scenario.start_year}-01",
            last=f"{scenario.start_year + scenario.years - 1}-12",
        )
    return number


def stock_of_month(
    scenarios: Sequence[Scenario],
    year: int,
    month: int,
    *,
    threads: int = THREADS,
    progress: Progress | None = None,
) -> StockOfMonth:
    """Run one or two scenarios with the same children and luck until a month ends, and count who is where.

    Parameters
    ----------
    year, month
        Calendar year, and month 1-12.
    progress
        Told how many replicates of how many are done.

    Raises
    ------
    Problem
        If the scenarios do not run then.
    """
    first = scenarios[0]
    number = month_number(first, year, month)

    def one(replicate: int) -> list[Prevention]:
        begun = start(first, replicate)
        found = []
        for scenario in scenarios:
            world, desk, force = ready(scenario, begun)
            part = force.part(slice(0, number + 1))
            run_months(world, desk, begun[2], part, codes(scenario.structure), 0)
            found.append(prevention_of(world, begun[2], number))
        return found

    seen = []
    with ThreadPoolExecutor(max(1, threads)) as pool:
        for done, found in enumerate(pool.map(one, range(first.replicates)), 1):
            seen.append(found)
            if progress is not None:
                progress(done, first.replicates)
    return StockOfMonth(
        year,
        month,
        tuple(scenario.policy_as_run.name for scenario in scenarios),
        np.array([[list(r[k].triangle.values()) for r in seen] for k in range(len(scenarios))]),
        np.array([[list(r[k].matrix.values()) for r in seen] for k in range(len(scenarios))]),
        np.array([set_of(first, replicate) for replicate in range(first.replicates)]),
    )
