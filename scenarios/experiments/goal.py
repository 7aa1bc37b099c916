"""A goal: an indicator that is to stay under or over a level, or to change by so much from today."""

import re
from dataclasses import dataclass

import numpy as np

from trappen.agents.problem import Problem
from trappen.scenarios.experiments.found import indicator, reading
from trappen.scenarios.runner import Run
from trappen.scenarios.scenario import Scenario

FORM = r"\s*(change:)?\s*([a-z0-9_]+)\s*(<=|>=)\s*([+-]?\d+(?:\.\d+)?)\s*"


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached.

    Attributes
    ----------
    change
        Whether the difference from today's practice is meant and not the level.
    upper
        Whether the value may be at most `value`, else at least.
    """

    row: str
    change: bool
    upper: bool
    value: float

    @property
    def text(self) -> str:
        """The goal as it is written."""
        return f"{'change:' if self.change else ''}{self.row}{'<=' if self.upper else '>='}{self.value:g}"

    def read(self, run: Run, today: Run, scenario: Scenario | None = None) -> np.ndarray:
        """Return what the goal is about, by replicate."""
        found = reading(run, self.row, scenario)
        return found - reading(today, self.row, scenario) if self.change else found

    def met(self, run: Run, today: Run, scenario: Scenario | None = None) -> np.ndarray:
        """Tell by replicate whether the goal is met."""
        found = self.read(run, today, scenario)
        return found <= self.value if self.upper else found >= self.value


def read_goal(text: str) -> Goal:
    """Read a goal: `review_kept>=95` or `change:net_cost_per_year<=0`.

    Raises
    ------
    Problem
        If it is not written so, or the indicator is unknown.
    """
    found = re.fullmatch(FORM, text)
    if not found:
        raise Problem("experiment.goal", field="--goal", given=text[:60])
    change, row, sign, value = found.groups()
    indicator(row, "--goal")
    return Goal(row, bool(change), sign == "<=", float(value))
