"""The answer of a lesson is the number it tells of, and its range is a range of what it says it is."""

import math

import numpy as np
import pytest

from trappen.scenarios.compare import Comparison
from trappen.scenarios.intervals import wilson
from trappen.scenarios.watched import lessons
from trappen.scenarios.watched.lessons import HORIZON, lesson

SMALL = 500


@pytest.fixture(scope="module")
def paired():
    """One small comparison over the lesson's horizon; nine replicates cannot be half earned back."""
    return lessons._pair(SMALL, 9, HORIZON["investment"], lambda: True)


@pytest.mark.parametrize("turned", [False, True])
def test_what_is_not_earned_back_is_no_number_of_years(paired, monkeypatch, turned):
    """One way round most replicates earn the money back and the other way they do not: both are told."""
    a, b = (paired.b, paired.a) if turned else (paired.a, paired.b)
    comparison = Comparison(a, b, paired.runs[::-1] if turned else paired.runs, {})
    monkeypatch.setattr(lessons, "_pair", lambda *_: comparison)
    told = lesson("investment", children=SMALL)
    added_up = np.cumsum(comparison._extra, axis=1)
    back = added_up[:, -1] <= 0.0
    assert 0 < back.sum() < len(back)  # or this would not try what is told of those that do
    assert (told.rows["back"], told.rows["replicates"]) == (back.sum(), len(back))
    assert told.ranged == "back"
    # After so many years the first of them is square, and a year earlier it is not.
    years = [1 + max(np.flatnonzero(line > 0.0), default=-1) + 1 for line in added_up[back]]
    assert (told.low, told.high) == (min(years), max(years))
    assert (back.mean() > 0.5) == (told.answer <= HORIZON["investment"])
    if back.mean() < 0.5:
        assert math.isinf(told.answer)
    else:
        assert told.answer == comparison.break_even()["year"] - comparison.a.start_year + 1
        assert told.low <= told.answer <= told.high <= HORIZON["investment"]


def test_how_many_times_as_often_is_the_ratio_of_the_two_shares_told():
    told = lesson("inheritance", children=1500)
    assert told.answer == pytest.approx(told.rows["known"] / told.rows["others"])
    assert told.low < told.answer < told.high
    assert told.ranged == "mean"


def test_a_count_of_municipalities_has_the_interval_of_a_count():
    told = lesson("evaluation", children=SMALL)
    seen = told.rows["replicates"]
    assert (told.answer / 100 * seen) == pytest.approx(round(told.answer / 100 * seen))
    assert (told.low / 100, told.high / 100) == pytest.approx(wilson(told.answer / 100, seen))
    assert told.ranged == "count"
