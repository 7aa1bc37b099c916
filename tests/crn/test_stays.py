"""The luck of a stay hangs on which stay it is: begun earlier under one policy, it lasts as long."""

import numpy as np

from trappen.agents.states import Life, Step
from trappen.model.kernels import draws
from trappen.model.kernels.steps import enter_step


def enter(lab, town, rows, step, wait):
    """Let children come to a step some months after the beginning, and return how long it lasts."""
    month = lab.begin + wait
    for row in rows:
        enter_step(town.world, town.rules.staircase, lab.lever_row(), int(row), np.int64(step), month, 0)
    return town.children["ready"][rows].astype(int) - month


def test_a_stay_begun_later_lasts_as_long(lab):
    town = lab.town(children=600, years=1)
    ages = lab.begin - town.children["birth_month"].astype(int)
    rows = np.flatnonzero((town.children["life"] == Life.CHILD) & (ages > 0) & (ages < 180))[:200]
    other = town.copy()
    lasts = enter(lab, town, rows, Step.INSTITUTION, 0)
    # Help before it, and five months more of waiting, change nothing of how long it lasts.
    enter(lab, other, rows, Step.PREVENTIVE, 1)
    np.testing.assert_array_equal(enter(lab, other, rows, Step.INSTITUTION, 5), lasts)
    assert len(np.unique(lasts)) > 20
    # The next stay has luck of its own, and so has another step.
    again = enter(lab, town, rows, Step.INSTITUTION, 7)
    foster = enter(lab, town, rows, Step.FOSTER, 9)
    for one in (again, foster):
        assert abs(np.corrcoef(np.log(one), np.log(lasts))[0, 1]) < 0.25
    u = lab.draws_of(town, rows, int(Step.INSTITUTION) + len(Step), draws.STAIRCASE)
    p = town.rules.staircase
    mean = np.where(u[:, 0] < p["ready_short_share"], p["ready_short"], p["ready_long"])
    mean = mean * (1 - p["parallel_work_effect"] / 4)
    np.testing.assert_array_equal(again, np.minimum(-np.log(u[:, 1]) * mean, 600).astype(int) + 1)
