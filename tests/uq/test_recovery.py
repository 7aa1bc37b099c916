"""Calibration recovers what made-up municipalities were made with, as often as its intervals say.

A truth moves three well identified numbers away from the country's best fit; a municipality is run with
luck of its own, and its figures are all the fit is shown. The interval is mean and standard deviation
over the ensemble, 95 % by Student's t.

Error rate. Of 20 truths a right 95 % interval holds at least 17 with chance 0.984 for each number.
"""

import numpy as np
import pytest
from scipy.stats import t as student

from trappen.model.evidence import register
from trappen.model.kernels.draws import ENSEMBLE, uniforms
from trappen.model.parameter_set import with_changes
from trappen.scenarios.fitting.calibration import measure
from trappen.scenarios.fitting.targets import targets
from trappen.scenarios.fitting.task import YEARS, today
from trappen.scenarios.own.municipal_fit import fit_municipality
from trappen.scenarios.parameter_sets import codes, members, values_of
from trappen.scenarios.scenario import Structure

NUMBERS = ("elucidation_days", "postponed", "kin_chance")
"""Numbers that targets of their own identify: deadlines and first follow-ups kept, the share in kin care."""


def truth_of(number, size):
    """Return the true values of one made-up municipality, and the figures it shows."""
    best = members("default")[0]
    luck = uniforms(77, np.array([number]), 0, ENSEMBLE)[0]
    moved = {}
    for name, u in zip(NUMBERS, luck, strict=False):
        entry = register()[name]
        way = (u - 0.5) * 0.3 * (entry.high - entry.low)
        inside = 0.05 * (entry.high - entry.low)
        moved[name] = float(np.clip(best[name] + way, entry.low + inside, entry.high - inside))
    values = with_changes(values_of(best), moved)
    world = today(codes(Structure()), values, size, 900 + number, YEARS)
    figures = measure(world, YEARS)
    shown = {name: figures[name] for name, target in targets().items() if target.fitted}
    return moved, shown


def held(number, size, most, tries):
    """Return for each number whether its 95 % interval holds the truth."""
    moved, shown = truth_of(number, size)
    found = fit_municipality(
        f"made-up {number}",
        shown,
        size * YEARS,
        size=size,
        rounds=1,
        tries=tries,
        most=most,
        seed=40 + number,
    )
    answer = {}
    for name, true in moved.items():
        values = np.array([one.moved[name] for one in found.kept])
        reach = student.ppf(0.975, len(values) - 1) * values.std(ddof=1) * (1 + 1 / len(values)) ** 0.5
        answer[name] = bool(abs(values.mean() - true) <= reach)
    return answer


@pytest.mark.slow
def test_intervals_hold_the_truth_in_a_few_made_up_municipalities():
    """Six intervals, at least five of which hold: by chance fewer in 3 of 100 seeds; this seed is fixed."""
    answers = [held(number, 20_000, 8, 5) for number in range(2)]
    assert sum(sum(one.values()) for one in answers) >= 5


@pytest.mark.slow
def test_intervals_hold_the_truth_in_17_of_20_made_up_municipalities():
    answers = [held(number, 20_000, 15, 5) for number in range(20)]
    for name in NUMBERS:
        assert sum(one[name] for one in answers) >= 17, name
