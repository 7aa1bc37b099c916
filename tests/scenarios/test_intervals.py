"""Intervals hold what they should, and luck and parameters are told apart."""

import numpy as np
import pytest
from scipy.stats import beta

from trappen.model.kernels.draws import normals
from trappen.scenarios.intervals import (
    break_even_of,
    chance_of,
    compared,
    ratio_of_means,
    spread_of,
    spreads_of,
    variance_parts,
)


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
    """Of many a share: 10 of 20 lower, 5 equal, 5 higher."""
    a, sets = np.zeros(20), np.arange(20)
    b = np.repeat([-1.0, -1.0, 0.0, 2.0], 5)
    assert compared(a, b, -1, sets)["chance_better"] == pytest.approx(0.625)
    assert compared(a, b, 1, sets)["chance_better"] == pytest.approx(0.375)
    assert np.isnan(compared(a, b, 0, sets)["chance_better"])


@pytest.mark.parametrize(
    ("number", "true", "chance"), [(2, 2, 0.75), (2, 0, 0.25), (8, 4, 0.5), (19, 19, 20 / 21)]
)
def test_few_of_few_are_no_certainty(number: int, true: int, chance: float) -> None:
    """Laplace's rule of succession: the mean of a uniform prior's posterior, Beta(k + 1, n - k + 1)."""
    found = chance_of(np.arange(number) < true)
    assert found == pytest.approx(beta(true + 1, number - true + 1).mean()) == pytest.approx(chance)


def test_many_of_many_are_a_share() -> None:
    assert chance_of(np.ones(20, bool)) == 1.0
    assert np.isnan(chance_of(np.zeros(0, bool)))


def test_an_investment_few_replicates_earn_back_is_no_certain_one() -> None:
    answer = break_even_of(np.array([[1.0, -3.0], [1.0, -4.0]]), 2026)
    assert answer == {"year": 2027, "chance_within_horizon": 0.75, "never_share": 0.25, "changes": True}


def test_between_a_policy_and_itself_there_is_nothing_to_earn_back() -> None:
    assert not break_even_of(np.zeros((4, 3)), 2026)["changes"]


@pytest.mark.parametrize("number", [2, 4, 8, 19])
def test_the_range_of_few_holds_the_next_in_nine_of_ten(number: int) -> None:
    """By definition 90 % for normal values; between the outermost two of four it would be 60 %.

    4,000 trials: standard error 0.47 %, so that bounds of 2 % are passed by luck in one of 50,000.
    """
    values = normals(78, np.arange(4000 * (number + 1)), number, 10)[:, 0].reshape(number + 1, 4000)
    seen = spreads_of(values[:number])
    inside = [one["low"] <= value <= one["high"] for one, value in zip(seen, values[number], strict=True)]
    assert np.mean(inside) == pytest.approx(0.9, abs=0.02)


def test_one_replicate_has_no_range() -> None:
    seen = spread_of(np.array([3.0]))
    assert seen["mean"] == 3.0
    assert np.isnan([seen["low"], seen["high"]]).all()


def test_amounts_of_few_stay_on_their_side_of_zero_and_differences_do_not() -> None:
    few = np.array([0.0, 0.0, 1.0])
    assert spread_of(few)["low"] < 0.0
    assert spread_of(few, level=True)["low"] == 0.0
    assert spread_of(-few, level=True)["high"] == 0.0


def test_replicates_of_one_set_tell_less_than_of_as_many() -> None:
    a, b = np.zeros(8), noise(8, 4)
    own, alike = (compared(a, b, -1, sets) for sets in (np.arange(8), np.arange(8) // 2))
    assert alike["high"] - alike["low"] > own["high"] - own["low"]


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


def test_a_range_of_few_passes_neither_nothing_nor_the_whole() -> None:
    shares = np.array([99.0, 100.0, 90.0, 100.0])
    assert spread_of(shares, level=True)["high"] > 100.0
    assert spread_of(shares, level=True, most=100.0)["high"] == 100.0
    assert spread_of(100.0 - shares, level=True, most=100.0)["low"] == 0.0
    beyond = np.array([99.0, 101.0, 90.0, 100.0])  # then it is no share, and nothing is held back
    assert spread_of(beyond, level=True, most=100.0)["high"] > 101.0
    (column,) = spreads_of(shares[:, None], level=True, most=100.0)
    assert column == spread_of(shares, level=True, most=100.0)


def test_columns_at_once_are_columns_one_by_one() -> None:
    """With and without gaps, bit for bit."""
    for number in (20, 7):
        values = noise(number * 6, 9).reshape(number, 6)
        assert spreads_of(values) == [spread_of(values[:, k]) for k in range(6)]
        values[3, 2] = np.nan
        assert spreads_of(values) == [spread_of(values[:, k]) for k in range(6)]


def test_a_ratio_of_means_is_their_ratio_and_its_interval_holds_the_truth() -> None:
    """The ratio is that of the two means; of 400 intervals of a known ratio, some 90 % hold it.

    Standard error of that share 1.5 %: outside 84 to 96 % by luck with a chance below 1e-4. The mean of the
    ratios, which is another number, and replicates of one set counted twice would both be seen.
    """
    held = 0
    for when in range(400):
        sets = np.repeat(np.arange(8), 2)
        of_set = np.repeat(noise(8, 10 + when), 2)
        above, below = 15.0 + 2.0 * of_set, 10.0 - 1.0 * of_set + 0.3 * noise(16, 1000 + when)
        told = ratio_of_means(above, below, sets)
        assert told["mean"] == pytest.approx(above.mean() / below.mean())
        assert told["mean"] != pytest.approx((above / below).mean(), rel=1e-3)
        held += told["low"] <= 1.5 <= told["high"]
    assert 0.84 <= held / 400 <= 0.96


def test_a_ratio_to_nothing_or_of_one_set_has_no_interval() -> None:
    one = np.ones(2)
    assert np.isnan(ratio_of_means(one, 0.0 * one, one)["mean"])
    told = ratio_of_means(3.0 * one, one, one)
    assert told["mean"] == 3.0
    assert np.isnan(told["low"])
