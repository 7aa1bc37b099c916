"""What is counted of groups is what is counted of all: every event once in each kind of group."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trappen.agents.ledger import MEASURES, Count, Group, Measure, Sum
from trappen.agents.states import Life, Step

EVENTS = {
    Measure.NOTIFICATIONS: Count.NOTIFICATIONS,
    Measure.FALSE_ALARMS: Count.FALSE_ALARMS,
    Measure.REVIEWS: Count.REVIEWS,
    Measure.REVIEWS_KEPT: Count.REVIEWS_KEPT,
    Measure.ASSESSMENTS: Count.ASSESSMENTS,
    Measure.ASSESSMENTS_KEPT: Count.ASSESSMENTS_KEPT,
    Measure.FOLLOW_UPS: Count.FOLLOW_UPS,
    Measure.FIRST_FOLLOW_UPS: Count.FIRST_FOLLOW_UPS,
    Measure.FIRST_FOLLOW_UPS_KEPT: Count.FIRST_FOLLOW_UPS_KEPT,
    Measure.NEW_PLACEMENTS: Count.NEW_PLACEMENTS,
    Measure.UNNECESSARY: Count.UNNECESSARY_PLACEMENTS,
    Measure.PLACEMENTS_ENDED: Count.PLACEMENTS_ENDED,
    Measure.MOVES: Count.MOVES,
    Measure.BREAKDOWNS: Count.BREAKDOWNS,
    Measure.MISSED: Count.MISSED,
}
"""Measures of groups, each with the count of the same event."""

COMPLAINTS = [Count.COMPLAINTS_LATE, Count.COMPLAINTS_REFUSED, Count.COMPLAINTS_FORCED]


def hold(town):
    """Hold what is counted of groups against counts, sums and rows."""
    world, rows = town.world, town.children
    of_all = world.groups[:, Group.ALL]
    for measure in range(MEASURES):
        for kind in Group:
            together = world.groups[:, kind : kind + kind.width, measure].sum(axis=1)
            np.testing.assert_array_equal(together, of_all[:, measure])
    for measure, count in EVENTS.items():
        np.testing.assert_array_equal(of_all[:, measure], world.counts[:, count], measure.name)
    complaints = world.counts[:, COMPLAINTS]
    np.testing.assert_array_equal(of_all[:, Measure.COMPLAINTS], complaints.sum(axis=1))
    np.testing.assert_array_equal(
        of_all[:, Measure.PLACEMENT_MONTHS], world.sums[:, Sum.PLACEMENT_ENDED_MONTHS]
    )
    late = world.counts[:, Count.ASSESSMENTS] - world.counts[:, Count.ASSESSMENTS_KEPT]
    assert np.all(world.counts[:, Count.COMPLAINTS_LATE] <= late)
    assert np.all(world.counts[:, Count.COMPLAINTS_REFUSED] <= world.counts[:, Count.DECISIONS])
    assert np.all(world.counts[:, Count.COMPLAINTS_FORCED] <= world.counts[:, Count.WITHOUT_CONSENT])
    placed = rows[rows["first_placed"] < town.month]
    assert world.counts[:, Count.FIRST_PLACEMENTS].sum() == len(placed)
    ages = placed["first_placed"].astype(int) - placed["birth_month"]
    assert world.sums[:, Sum.AGE_AT_FIRST_PLACEMENT].sum() == ages.sum()


def stocks(town, year):
    """Hold the year's stocks against the rows as December ends."""
    rows, of_all = town.children, town.world.groups[year, Group.ALL]
    here = rows[(rows["life"] == Life.CHILD) & (rows["birth_month"] < town.month)]
    steps = np.bincount(here["step"], minlength=len(Step))
    assert of_all[Measure.CHILDREN] == len(here)
    assert of_all[Measure.IN_KIN] == steps[Step.KIN]
    assert of_all[Measure.IN_FOSTER] == steps[Step.FOSTER]
    assert of_all[Measure.IN_INSTITUTION] == steps[Step.INSTITUTION]
    assert of_all[Measure.PLACED] == steps[Step.KIN : Step.OWN_ROOM + 1].sum()
    new = here[here["first_placed"].astype(int) // 12 == (town.month - 1) // 12]
    assert of_all[Measure.FIRST_PLACED] == len(new)
    assert of_all[Measure.FIRST_PLACED_AGE] == (new["first_placed"].astype(int) - new["birth_month"]).sum()


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_event_counts_once_in_each_kind_of_group(lab, data):
    for town, month, _ in lab.any_history(data):
        if month % 12 == 11:
            stocks(town, 18 + month // 12)
    hold(town)


def test_a_large_municipality_uses_every_measure(lab):
    town = lab.town(children=8000, years=6).run(72)
    hold(town)
    used = town.world.groups[18:, Group.ALL].any(axis=0)
    steps = set(range(Measure.COST_OF_STEP, Measure.COST_OF_STEP + len(Step)))
    unpaid = {Measure.COST_OF_STEP + step for step in (Step.NONE, Step.EARLY)}
    assert set(np.flatnonzero(~used)) == unpaid < steps
