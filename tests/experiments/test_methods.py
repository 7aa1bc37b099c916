"""The methods of the experiments against problems whose answers are known."""

import numpy as np
import pytest

from trappen.scenarios.experiments import explain, methods, optimise
from trappen.scenarios.experiments.budget import acceptability, plane
from trappen.scenarios.experiments.chance import design, order
from trappen.scenarios.experiments.posterior import owed
from trappen.scenarios.experiments.trial import tested as t_test
from trappen.scenarios.intervals import wilson

NAMES = ("a", "b", "c", "d")
WORTH = {"a": 3.0, "b": -1.0, "c": 0.5, "d": 0.0}


def game(wanted):
    """Worth of a coalition: additive, and 4 more where a and c meet; two rows, three replicates."""
    found = {}
    for some in wanted:
        value = sum(WORTH[name] for name in some) + (4.0 if {"a", "c"} <= some else 0.0)
        found[some] = np.array([[value, value + 1, 2 * value], [0.0, 0.0, 0.0]])
    return found


def test_shapley_shares_interactions_alike_and_sums_to_the_whole():
    shares, errors = explain.shapley(NAMES, game)
    expected = {"a": 5.0, "b": -1.0, "c": 2.5, "d": 0.0}
    for name, value in expected.items():
        np.testing.assert_allclose(shares[name][0], [value, value, 2 * value], atol=1e-12)
        assert not errors[name].any()
    whole = game([frozenset(NAMES), frozenset()])
    np.testing.assert_allclose(sum(shares.values()), whole[frozenset(NAMES)] - whole[frozenset()], atol=1e-12)


def test_sampled_shares_sum_to_the_whole_and_tell_their_error():
    """An order and its reverse share a pair's interaction alike, so pairs of orders are exact here."""

    def three(wanted):
        found = game(wanted)
        for some in found:
            if {"a", "b", "d"} <= some:
                found[some] = found[some] + 6.0
        return found

    exact, _ = explain.shapley(NAMES, three)
    shares, errors = explain.sampled(NAMES, three, 40, 5)
    whole = three([frozenset(NAMES), frozenset()])
    np.testing.assert_allclose(sum(shares.values()), whole[frozenset(NAMES)] - whole[frozenset()], atol=1e-9)
    for name in NAMES:
        assert abs(shares[name][0].mean() - exact[name][0].mean()) <= 4 * errors[name][0] + 1e-9
    assert max(errors[name][0] for name in NAMES) > 0


def linear(points):
    return 2.0 + points @ np.array([1.0, -3.0, 0.0])


def test_tornado_and_morris_find_the_slopes_of_a_plane():
    found, middle = methods.tornado(linear, np.array([0.5, 0.25, 0.0]))
    assert middle == pytest.approx(2.0 + 0.5 - 0.75)
    np.testing.assert_allclose(found["swing"], [1.0, 3.0, 0.0], atol=1e-12)
    found = methods.morris(linear, 3, 5, 1)
    np.testing.assert_allclose(found["mean_effect"], [1.0, 3.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(found["signed_effect"], [1.0, -3.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(found["spread"], 0.0, atol=1e-12)


def test_sobol_on_ishigami():
    """Known shares: first 0.314, 0.442, 0; total 0.558, 0.442, 0.244."""

    def ishigami(points):
        x = (2 * points - 1) * np.pi
        return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])

    found = methods.sobol(ishigami, 3, 8192, 2)
    np.testing.assert_allclose(found["first"], [0.314, 0.442, 0.0], atol=0.05)
    np.testing.assert_allclose(found["total"], [0.558, 0.442, 0.244], atol=0.05)
    assert (found["first_error"] < 0.05).all()


def test_value_of_information_against_its_closed_form(normal):
    """Gain m + sum a (u - 1/2), u uniform: knowing one number alone is worth (s/2 - |m|)^2 / 2s if s > 2|m|.

    Luck added to every run does not pass for knowledge: the value of everything stays near its own.
    """
    slopes, mean = np.array([4.0, 1.0, 0.0]), 0.5
    points = design(3, 8000, 7)
    clean = mean + (points - 0.5) @ slopes
    for noise in (0.0, 2.0):
        found, whole = methods.value_of_information(points, -(clean + noise * normal(8000, 9)))
        worth = found["worth_knowing"].to_numpy()
        assert worth[0] == pytest.approx((2.0 - mean) ** 2 / 8.0, abs=0.05)
        assert worth[1] < 0.03
        assert worth[2] < 0.03
        exact = np.maximum(0.0, clean).mean() - mean
        assert whole["evpi"] == pytest.approx(exact, abs=0.05)
        assert np.maximum(0.0, clean + 2.0 * normal(8000, 9)).mean() - mean > exact + 0.15


def test_a_design_fills_each_direction_and_an_order_is_one():
    points = design(5, 64, 3)
    assert np.all((points >= 0) & (points < 1))
    for column in points.T:
        assert sorted((column * 64).astype(int)) == list(range(64))
    assert sorted(order(3, 9, 1)) == list(range(9))
    assert list(order(3, 9, 1)) != list(order(3, 9, 2))


def toy(points):
    """Cost and harm of four levers at three levels: each buys less the further it goes, two overlap."""
    found = {}
    for point in points:
        x = np.array(point)
        found[point] = np.array(
            [x @ [1.0, 2.0, 0.7, 3.0], 20 - np.sqrt(x) @ [3.0, 2.0, 1.0, 5.0] + 0.5 * x[0] * x[2]]
        )
    return found


def test_the_front_is_what_brute_force_finds():
    from itertools import product

    every = list(product(range(3), repeat=4))
    values = toy(every)
    front = set(optimise.pareto(values))
    slow = {
        one
        for one in every
        if not any((values[two] <= values[one]).all() and (values[two] < values[one]).any() for two in every)
    }
    assert front == slow
    assert 5 < len(front) < len(every)


def test_local_search_finds_most_of_the_front_with_part_of_the_runs():
    """On the toy of 81 points, 50 tries find three of four on the front; the rest is nearly as good."""
    from itertools import product

    values = toy(list(product(range(3), repeat=4)))
    front = set(optimise.pareto(values))
    tried = optimise.local_search([(0,) * 4, (2,) * 4], toy, lambda _: True, 3, 50)
    assert len(tried) <= 50
    found = set(optimise.pareto({point: values[point] for point in tried}))
    assert len(found & front) >= 0.75 * len(front)
    for missed in front - found:
        near = min(np.max(values[point] - values[missed]) for point in found)
        assert near <= 1.0  # of a range of 13 in cost and 17 in harm


def test_a_trial_without_effect_is_called_one_in_five_of_a_hundred(normal):
    """4,000 null trials of five places: 5 % with a standard error of 0.34 points."""
    by_place = normal(20_000, 6).reshape(4000, 5)
    estimate, error, detected = t_test(by_place)
    assert abs(detected.mean() - 0.05) < 4 * 0.0034
    assert np.corrcoef(estimate, error)[0, 1] == pytest.approx(0.0, abs=0.06)
    _, _, found = t_test(by_place + 3.0)
    assert found.mean() > 0.97


def test_wilson_holds_the_share():
    assert wilson(0.5, 10) == pytest.approx((0.2693, 0.7307), abs=1e-3)
    assert wilson(1.0, 8)[1] == 1.0
    assert wilson(1.0, 8)[0] < 0.8


def test_the_plane_and_the_curve_agree():
    """The curve at nothing is the share of sets that save, and at great worth the share that relieve need."""
    costs, effects = np.array([-1.0, 2.0, 3.0, -2.0]), np.array([10.0, 400.0, -5.0, -8.0])
    points = plane(costs, effects)
    assert list(points["quadrant"]) == ["cheaper_better", "dearer_better", "dearer_worse", "cheaper_worse"]
    curve = acceptability(points)
    assert curve["chance"].iloc[0] == 0.5
    assert curve["worth"].is_monotonic_increasing
    # One point: worth w x 400 months > 2 million from w = 5,000 on.
    one = acceptability(plane(np.array([2.0]), np.array([400.0])))
    assert set(one.loc[one["worth"] <= 5000, "chance"]) == {0.0}
    assert set(one.loc[one["worth"] > 5000, "chance"]) == {1.0}


def test_acceptability_against_the_normal_closed_form(normal):
    from scipy.stats import norm

    costs, effects = 1.0 + 0.5 * normal(4000, 7), 200.0 + 40.0 * normal(4000, 8)
    curve = acceptability(plane(costs, effects))
    worth = curve["worth"].to_numpy()
    expected = norm.cdf((worth * 200 / 1e6 - 1.0) / np.sqrt(0.25 + (worth * 40 / 1e6) ** 2))
    assert np.abs(curve["chance"] - expected).max() < 0.03


def test_what_a_number_explains_over_sets(normal):
    """Gain 1 + 2 x over forty sets: x explains all, noise little; knowing x is worth what it gains."""
    points = np.stack([np.linspace(-1, 1, 40), normal(40, 21)], axis=1)
    difference = -(0.5 + 2.0 * points[:, 0])
    found, whole = owed(points, difference, -1, 1.0)
    assert found["explained"].to_numpy() == pytest.approx([1.0, 0.0], abs=0.15)
    assert found["by_chance"][0] < 1e-6 < 0.01 < found["by_chance"][1]
    gain = 0.5 + 2.0 * points[:, 0]
    assert whole["evpi"] == pytest.approx(np.maximum(0, gain).mean() - 0.5, abs=1e-12)
    assert found["worth_knowing"][0] == pytest.approx(whole["evpi"], abs=0.01)
    # Where half of the variance is luck, the rest is worth less to know.
    _, shrunk = owed(points, difference, -1, 0.5)
    assert shrunk["evpi"] < whole["evpi"]
