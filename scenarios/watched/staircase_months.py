"""Who stands on which step of the staircase in each month, and how they move from year to year."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from trappen.agents.states import NEVER, Life, Step
from trappen.model.engine import run_months
from trappen.model.kernels.world import World
from trappen.model.parameter_set import Rules
from trappen.scenarios.parameter_sets import codes
from trappen.scenarios.runner import ready, start
from trappen.scenarios.scenario import Scenario, check_comparable

STEPS = len(Step)
OUTSIDE = STEPS
"""Where a flow comes from or goes to when the staircase is not yet, or no more, for that person."""

SEEN = np.dtype(
    [
        ("who", "u4"),
        ("age_months", "i2"),
        ("step", "i1"),
        ("since", "i2"),
        ("need", "f4"),
        ("belief", "f4"),
        ("wanted", "i1"),
        ("moves", "i2"),
        ("placed", "i2"),
    ]
)
"""What is kept of a child who stands on a step, or is in need beside it."""

ALONE = 40
"""Children in need and without help of whom as much is kept each month."""


@dataclass
class OnePolicy:
    """The staircase under one policy, month by month.

    Attributes
    ----------
    counts
        Children on each step at the end of each month, shape (months + 1, steps); the first row is the start.
    alone
        Children in need without any help, shape (months + 1,).
    waiting
        Children for whom a step is decided on and not begun, same shape.
    flows
        Children who stood on one step at the beginning of a year and on another at its end, shape
        (years, steps + 1, steps + 1); the last place is `OUTSIDE`.
    seen
        Those on a step, and some in need without help, at the end of each month.
    """

    counts: np.ndarray
    alone: np.ndarray
    waiting: np.ndarray
    flows: np.ndarray
    seen: list[np.ndarray] = field(default_factory=list)

    def standing(self, month: int, step: int) -> pd.DataFrame:
        """Return who stands on a step at the end of a month; on the floor those in need without help.

        Parameters
        ----------
        month
            0 is the start of the horizon.
        """
        rows = self.seen[month]
        frame = pd.DataFrame(rows[rows["step"] == step])
        frame["months_here"] = np.where(frame["since"] == NEVER, 0, month - frame["since"])
        return frame.drop(columns=["since"])


@dataclass(frozen=True)
class StaircaseMonths:
    """The staircase under two policies with the same luck."""

    a: OnePolicy
    b: OnePolicy
    start_year: int
    years: int


def staircase_months(
    a: Scenario, b: Scenario, replicate: int = 0, *, wanted: Callable[[], bool] = lambda: True
) -> StaircaseMonths | None:
    """Run one replicate month by month under two policies and keep who stands where.

    Parameters
    ----------
    wanted
        Asked between months whether anybody still wants the answer; None is returned if not.

    Raises
    ------
    Problem
        If the two are not the same municipality, horizon, luck and structure.
    """
    check_comparable(a, b)
    begun = start(a, replicate)
    rules = begun[2]
    found = []
    for scenario in (a, b):
        own_world, own_desk, force = ready(scenario, begun)
        one = _empty(scenario.years)
        _keep(one, own_world, rules, 0)
        before = _places(own_world)
        for month in range(scenario.months):
            if not wanted():
                return None
            part = slice(month, month + 1)
            now = force.part(part)
            run_months(own_world, own_desk, rules, now, codes(scenario.structure), month)
            _keep(one, own_world, rules, month + 1)
            if month % 12 == 11:
                after = _places(own_world)
                np.add.at(one.flows[month // 12], (before, after), 1)
                before = after
        found.append(one)
    return StaircaseMonths(found[0], found[1], a.start_year, a.years)


def _empty(years: int) -> OnePolicy:
    months = 12 * years + 1
    return OnePolicy(
        np.zeros((months, STEPS), np.int64),
        np.zeros(months, np.int64),
        np.zeros(months, np.int64),
        np.zeros((years, STEPS + 1, STEPS + 1), np.int64),
    )


def _here(world: World) -> np.ndarray:
    life = world.children["life"]
    return np.asarray((life == Life.CHILD) | (life == Life.YOUTH))


def _places(world: World) -> np.ndarray:
    return np.where(_here(world), world.children["step"], OUTSIDE).astype(np.int64)


def _keep(one: OnePolicy, world: World, rules: Rules, month: int) -> None:
    """Note who stands where at the end of the months run so far."""
    children = world.children
    here = _here(world)
    step = children["step"]
    helped = here & (step != Step.NONE)
    cut = float(rules.life["need_cut"])
    alone = np.flatnonzero((children["life"] == Life.CHILD) & (step == Step.NONE) & (children["need"] >= cut))
    one.counts[month] = np.bincount(step[here], minlength=STEPS)
    one.alone[month] = len(alone)
    one.waiting[month] = np.count_nonzero(here & (children["wanted"] != Step.NONE))
    rows = children[np.concatenate([np.flatnonzero(helped), alone[:ALONE]])]
    seen = np.zeros(len(rows), SEEN)
    seen["who"] = rows["who"]
    seen["age_months"] = month - rows["birth_month"].astype(int)
    seen["since"] = rows["step_since"]
    seen["placed"] = rows["months_placed"]
    for name in ("step", "need", "belief", "wanted", "moves"):
        seen[name] = rows[name]
    one.seen.append(seen)
