"""Intervals hold what they should, and luck and parameters are told apart."""

import numpy as np
import pytest

from trappen.model.kernels.draws import normals
from trappen.scenarios.intervals import compared, spread_of, spreads_of, variance_parts


def noise(n: int, when: int) -> np.ndarray:
    return normals(77, np.arange(n), when, 10)[:, 0]


def test_parts_of_variance_are_found() -> None:
    """Known standard deviations of 2 within and 3 between sets are found.

    2,000 sets of two: relative standard error 1.6 % of each; failing at 8 % has a chance below 1e-5
    by luck, and mixing the two up would be off by 33 % and more.
    """
    sets = np.repeat(np.arange(2000), 2)
    values = 3.0 * np.repeat(noise(2000, 1), 2) + 2.0 * noise(4000, 2)
    luck, parameter = variance_parts(values, sets)
    assert luck == pytest.approx(2.0, rel=0.08)
    assert parameter == pytest.approx(3.0, rel=0.08)


def test_nothing_between_sets_is_no_negative_variance() -> None:
    """Where parameters do not matter the part between sets is zero or small, never not a number."""
    sets = np.repeat(np.arange(50), 2)
    _, parameter = variance_parts(noise(100, 3), sets)
    assert 0.0 <= parameter < 1.0


def test_chance_counts_ties_by_half_and_follows_direction() -> None:
    a = np.zeros(4)
    b = np.array([-1.0, -1.0, 0.0, 2.0])
    sets = np.array([0, 0, 1, 1])
    assert compared(a, b, -1, sets)["chance_better"] == pytest.approx(0.625)
    assert compared(a, b, 1, sets)["chance_better"] == pytest.approx(0.375)
    assert np.isnan(compared(a, b, 0, sets)["chance_better"])


def test_ninety_per_cent_range_holds_about_ninety_per_cent() -> None:
    """The range of 50 replicates holds a fresh one in about 88 % (quantiles of 50 are a little narrow).

    4,000 trials: standard error 0.5 %; bounds of 85 to 91 % are six of them away from 88 %.
    """
    inside = 0
    for trial in range(4000):
        values = noise(51, 1000 + trial)
        seen = spread_of(values[:50])
        inside += seen["low"] <= values[50] <= seen["high"]
    assert 0.85 < inside / 4000 < 0.91


def test_columns_at_once_are_columns_one_by_one() -> None:
    """With and without gaps, bit for bit."""
    values = noise(120, 9).reshape(20, 6)
    assert spreads_of(values) == [spread_of(values[:, k]) for k in range(6)]
    values[3, 2] = np.nan
    assert spreads_of(values) == [spread_of(values[:, k]) for k in range(6)]
