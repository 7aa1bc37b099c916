"""The answer of a lesson is the number it tells of, and its range is a range of what it says it is."""

import math
from pathlib import Path

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


def test_what_students_are_told_beside_an_answer_has_a_range_and_adds_up():
    told = lesson("selection", children=2000)
    for name in ("before", "born"):
        assert told.rows[f"{name}_low"] < told.rows[name] < told.rows[f"{name}_high"]
    assert sum(told.rows[f"from_{where}"] for where in ("placement", "help", "none")) == pytest.approx(100.0)
    told = lesson("prevention", children=2000)
    # Who is in need longer is more often of those at high risk: fewer are, and fewer of them from outside.
    assert told.rows["ever_year"] < told.rows["ever"]
    assert told.rows["year"] < told.answer
    assert told.rows["year_low"] < told.rows["year"] < told.rows["year_high"] <= 100.0
    told = lesson("evaluation", children=SMALL)
    assert told.rows["true_low"] < told.rows["true"] < told.rows["true_high"]


TABLE = {
    "prevention": "{answer:.0f} % ({low:.0f} to {high:.0f}) are not among the tenth at highest risk; "
    "{year:.0f} % of those in need for a year or more",
    "queue": "{answer:.0f} % ({low:.0f} to {high:.0f}) of first follow-ups held are on time; "
    "{today:.0f} % at 31",
    "selection": "{answer:.1f} SD ({low:.1f} to {high:.1f}) higher need among all who live there; "
    "{before:.1f} SD ({before_low:.1f} to {before_high:.1f}) among those who come, in the month before; "
    "{born:.1f} SD ({born_low:.1f} to {born_high:.1f}) at birth",
    "inheritance": "{answer:.1f} times ({low:.1f} to {high:.1f}) as often in need if the mother was notified "
    "herself",
    "investment": "not within the 20 years; earned back in {back} of {replicates} replicates, "
    "at the earliest after {low:.0f} years",
    "evaluation": "{answer:.0f} of 100 ({low:.0f} to {high:.0f}) point the right way, which cannot be told "
    "from a coin",
}
"""What the documents say of each lesson, 8,000 children."""


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLE)
def test_the_documents_tell_what_the_lessons_give(name):
    told = lesson(name)
    text = (Path(__file__).parents[2] / "docs" / "dashboard.md").read_text(encoding="utf-8")
    figures = told.rows | {"answer": told.answer, "low": told.low, "high": told.high}
    shown = {key: value if abs(value) >= 0.05 else abs(value) for key, value in figures.items()}
    row = TABLE[name].format(**shown)
    assert f"| {row} |" in text
    if name == "investment":
        assert math.isinf(told.answer)
    if name == "evaluation":
        assert told.low < 50.0 < told.high
