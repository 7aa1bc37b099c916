"""What luck alone would give is told beside what a method finds, and does not pass for knowledge."""

import numpy as np
import pandas as pd
import pytest

from trappen.scenarios.experiments import methods
from trappen.scenarios.experiments.chance import design
from trappen.scenarios.experiments.trial import power
from trappen.scenarios.experiments.trial import tested as t_test

REPLICATES = 6
NUMBERS = 200
SPREAD = 2.0


def lucky(normal, slope=30.0):
    """A model in which the first number does much, the others nothing, and every run has luck of its own."""

    def model(points):
        luck = SPREAD * normal(len(points) * REPLICATES, 5).reshape(len(points), REPLICATES)
        return slope * points[:, :1] + luck

    return model


def test_a_tornado_calls_one_in_twenty_of_the_numbers_that_do_nothing(normal):
    found, _ = methods.tornado(lucky(normal), np.full(NUMBERS, 0.5))
    assert found["beyond_luck"][0]
    assert found["luck"].mean() == pytest.approx(SPREAD * (2 / REPLICATES) ** 0.5, rel=0.1)
    called = found["beyond_luck"][1:].sum()
    assert 2 <= called <= 20, "5 % of 199 are 10, with a standard deviation of 3"


def test_morris_tells_the_mean_size_that_luck_gives(normal):
    found = methods.morris(lucky(normal), NUMBERS, 6, 1)
    nothing = found.iloc[1:]
    assert found["beyond_luck"][0]
    assert nothing["luck"].mean() == pytest.approx(nothing["mean_effect"].mean(), rel=0.1)
    assert nothing["beyond_luck"].mean() < 0.12


def test_the_total_share_of_a_number_that_does_nothing_is_luck(normal):
    found = methods.sobol(lucky(normal, slope=6.0), 3, 512, 2)
    for at in (1, 2):
        assert found["total"][at] == pytest.approx(found["luck"][at], rel=0.2)
        assert not found["beyond_luck"][at]
    assert found["beyond_luck"][0]
    assert found["total"][0] > 5 * found["luck"][0]


def test_shares_at_odds_are_counted_only_beyond_their_errors():
    frame = pd.DataFrame(
        {
            "first": [0.5, 0.5, 0.2],
            "first_error": [0.01, 0.2, 0.01],
            "total": [0.3, 0.3, 0.4],
            "total_error": [0.01, 0.2, 0.01],
        }
    )
    assert methods.at_odds(frame) == 1


def test_a_model_without_replicates_tells_no_luck():
    found, _ = methods.tornado(lambda points: points[:, 0], np.array([0.5, 0.5]))
    assert found["luck"].isna().all()
    assert not found["beyond_luck"].any()


def test_many_numbers_that_say_nothing_are_worth_nothing_to_know(normal):
    """Sixty curves of three terms follow the luck of 240 runs closely; that is no knowledge."""
    points = design(60, 240, 3)
    found, whole = methods.value_of_information(points, 0.3 + normal(240, 4))
    assert whole["evpi"] < 0.1, "the luck of single runs would be worth about 0.27"
    assert found["worth_knowing"].max() < 0.1
    assert 0 <= (found["by_chance"] < 0.05).sum() <= 9


def test_a_gain_is_a_rise_where_more_is_better():
    points = design(1, 400, 3)
    rise = points[:, 0] - 0.25
    for direction in (1, -1):
        _, whole = methods.value_of_information(points, direction * rise, direction)
        assert whole["mean_gain"] == pytest.approx(0.25, abs=0.01)
        assert whole["chance_better"] == pytest.approx(0.75, abs=0.02)


@pytest.mark.parametrize(("effect", "places"), [(0.0, 5), (0.5, 5), (1.0, 12)])
def test_power_is_what_trials_find(normal, effect, places):
    """4,000 trials: a share with a standard error below 0.8 points."""
    values = effect + normal(4000 * places, 11).reshape(4000, places)
    found = t_test(values)[2].mean()
    assert power(effect, 1.0, places) == pytest.approx(found, abs=0.025)


def test_power_grows_with_places_and_is_five_per_cent_without_effect():
    assert power(0.0, 1.0, 8) == pytest.approx(0.05)
    assert power(0.4, 1.0, 8) < power(0.4, 1.0, 30) < power(0.4, 1.0, 98)
    assert np.isnan(power(0.4, 0.0, 8))
    assert np.isnan(power(0.4, 1.0, 1))
