"""The log of casework and the curve over caseloads, held against the year's own counts."""

import numpy as np
import pytest

from trappen.agents.ledger import Count
from trappen.model.engine import WARM_UP_YEARS
from trappen.scenarios.fitting.targets import targets
from trappen.scenarios.runner import run_replicate
from trappen.scenarios.scenario import scenario_from
from trappen.scenarios.watched.casework_log import casework_log
from trappen.scenarios.watched.tipping import PUBLISHED, ROWS, find_tipping
from trappen.viz import found_words


@pytest.fixture(scope="module")
def scenario():
    return scenario_from("status_quo", children=1500, years=2, replicates=1, seed=5, uncertainty=False)


def test_the_log_is_the_years_counts(scenario):
    log = casework_log(scenario, months=12)
    counts = run_replicate([scenario], 0)[0].counts[WARM_UP_YEARS]
    assert (log["task"] == "review").sum() == counts[Count.REVIEWS] > 50
    # What is done of a child that came of age, died or waits for a place is logged and has no effect.
    for task, count in (("assessment", Count.ASSESSMENTS), ("follow_up", Count.FOLLOW_UPS)):
        assert 0 < counts[count] <= (log["task"] == task).sum()
    assert log["finish"].is_monotonic_increasing
    assert (log["waited"] >= 0).all()
    assert (log["finish"] > log["start"]).all()
    np.testing.assert_array_equal(log["kept"], log["finish"] <= log["deadline"])
    assert set(log["task"]) == {"review", "assessment", "follow_up", "visit"}


def test_both_engines_write_the_same_log(scenario):
    simpy = casework_log(scenario.model_copy(update={"casework": "simpy"}), months=3)
    assert simpy.equals(casework_log(scenario, months=3))


def test_overload_shows_at_a_high_caseload(scenario):
    """One municipality at 15 and at 60 cases: not chance but several times the deadline is missed."""
    found = find_tipping(scenario.model_copy(update={"years": 3}), (15.0, 31.0, 60.0))
    tables = (found.tables[name].set_index("caseload") for name in ("casework_curve", "casework_more"))
    wide = next(tables).join(next(tables))
    assert set(wide.columns) == set(ROWS)
    assert wide.loc[60.0, "first_follow_ups_kept"] < 0.6 * wide.loc[15.0, "first_follow_ups_kept"]
    assert wide.loc[60.0, "undone_days"] > 5 * wide.loc[15.0, "undone_days"]
    assert wide.loc[60.0, "contact_hours"] < 0.3 * wide.loc[15.0, "contact_hours"]
    assert found.facts["years_read"] == 1
    beside = found.tables["casework_published"].set_index("row")
    assert beside.loc["reviews_kept", "published"] == 88


def test_two_caseloads_are_too_few_to_tell_where_it_tips(scenario):
    """With one gap that is where it falls most whatever happens; one replicate has no interval either."""
    found = find_tipping(scenario.model_copy(update={"years": 2, "replicates": 3}), (15.0, 60.0))
    assert not found.facts["sure"]
    assert found_words.answer(found, "en")[0].startswith("Where casework tips cannot be told")


def test_the_published_figures_lie_on_the_curve_at_the_published_caseload():
    """At 31 cases each share of deadlines kept is a published one, give or take the target's own spread.

    Published are 84-92 % of reviews (spread 2), 50-60 % of assessments (3), 68-82 % of first follow-ups (4).
    Four pieces of luck of Herning at the best fit; the standard error of each mean is below a point. At 48
    cases follow-ups and assessments are kept less often.
    """
    herning = scenario_from("status_quo", years=5, replicates=4, uncertainty=False)
    found = find_tipping(herning, (31.0, 48.0))
    beside = found.tables["casework_published"].set_index("row")
    assert set(beside.index) == set(PUBLISHED)
    assert list(beside["published"]) == [88, 55, 75]
    for row, told in beside.iterrows():
        spread = targets()[PUBLISHED[row]].spread
        assert told["published_low"] - spread <= told["mean"] <= told["published_high"] + spread, row
    ranges = found.tables["casework_ranges"].set_index(["caseload", "row"])["mean"]
    assert ranges[48.0, "first_follow_ups_kept"] < beside.loc["first_follow_ups_kept", "published_low"]
    assert ranges[48.0, "assessments_kept"] < ranges[31.0, "assessments_kept"]
