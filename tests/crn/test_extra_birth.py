"""One more birth changes nobody else's luck, and reaches others only through what is shared.

Two municipalities differ by one family. Rows are matched by `who`. Where the extra children are never
noticed nobody else's row differs in a bit. Where they become a case, nobody differs before that month;
after it others differ through caseworkers' time alone, which is shown by taking the sharing away piece
by piece. Until month 0 places are unbounded, so that nothing else is shared there but early courses.
"""

import numpy as np
import pytest

from trappen.agents.ledger import Count, Sum
from trappen.agents.states import NEVER, CaseState
from trappen.model.kernels.population import EXTRA_INDEX, family_key

CHILDREN = 1500
MONTHS = range(-190, -100)

EARLY_FOR_ALL = {"early_help_places": 100_000.0}
"""Courses for everybody: no early place is taken from another child."""

ALONE = {
    # contact with caseworkers changes nothing
    "attention_sharpens": 0.0,
    "trust_gain": 0.0,
    # who the caseworker is changes nothing, and none leaves
    "persistent_error": 0.0,
    "handover_loss": 0.0,
    "trust_handover": 0.0,
    "turnover": 0.0,
    "novice_error": 0.0,
    "child_talk_contact": 0.0,
    "elucidation_contact": 0.0,
    # nobody is away
    "illnesses": 0.0,
    "holiday_summer": 0.0,
    "holiday_week": 0.0,
    "holiday_christmas": 0.0,
    # which foster family a child lives in changes nothing, and none stops
    "foster_closes": 0.0,
    # tasks take next to no time: nobody waits
    "review_hours": 1e-4,
    "assessment_hours": 1e-4,
    "follow_up_hours": 1e-4,
    "visit_hours": 1e-4,
}
"""Parameters with which children share nothing of the caseworkers."""

WHO_IT_IS = ("caseworker", "acquainted", "place")
"""Which caseworker or place a child has follows from how many there are; alone, it changes nothing."""


def extra_rows(town, month):
    """Return which rows are of the family that only one of the two municipalities has."""
    return (town.children["who"] // 4) == family_key(month, EXTRA_INDEX)


def differing(one, two, ignored=()):
    """Return the names of the columns in which matched rows differ; family data come along."""
    a, b = one.children, two.children
    np.testing.assert_array_equal(a["who"], b["who"])
    names = [name for name in a.dtype.names if name not in ("family", "founded", *ignored)]
    found = {name for name in names if not np.array_equal(a[name], b[name], equal_nan=True)}
    for name in one.families.dtype.names:
        # A row number, as family and founded are; and a caseworker, as a child's is.
        if name == "mother" or (name == "caseworker" and name in ignored):
            continue
        if not np.array_equal(one.families[name][a["family"]], two.families[name][b["family"]]):
            found.add(f"family.{name}")
    return found


class Others:
    """The rows of everyone but the extra family."""

    def __init__(self, town, month):
        self.children = town.children[~extra_rows(town, month)]
        self.families = town.world.families


def pair(lab, rules, month, until, levers):
    """Return the municipality without and with one more family in `month`, run to before `until`."""
    towns = []
    for extra in (None, month):
        town = lab.town(rules, children=CHILDREN, years=2, extra_birth=extra)
        force = lab.in_force(until - lab.begin, levers)
        towns.append(town.run(until, force))
    return towns


def find(lab, rules, wanted):
    """Return the first month in which an extra family ends up as wanted at month 0."""
    for month in MONTHS:
        town = lab.town(rules, children=CHILDREN, years=2, extra_birth=month)
        town.run(0, lab.in_force(-lab.begin, EARLY_FOR_ALL))
        extra = town.children[extra_rows(town, month)]
        assert len(extra) >= 1
        if wanted(extra):
            return month, extra
    pytest.fail("no extra family of the kind wanted; the test would show nothing")


def unknown(extra):
    return np.all(extra["first_contact"] == NEVER) and np.all(extra["first_help"] == NEVER)


def followed_up(extra):
    """Tell whether one child of the family has a running case that was followed up."""
    known = (extra["case"] == CaseState.OPEN) & (extra["believed"] > extra["step_since"])
    return known.any()


def test_the_plan_and_what_children_bring_are_the_same(lab):
    plain = lab.town(children=CHILDREN, years=2)
    for month in (-300, -250, -100, 3):
        other = lab.town(children=CHILDREN, years=2, extra_birth=month)
        extra = extra_rows(other, month)
        assert 1 <= extra.sum() <= 3
        assert other.children["birth_month"][extra].min() == month
        assert not differing(Others(plain, month), Others(other, month))


def test_a_child_nobody_notices_changes_nobody(lab):
    rules = lab.rules()
    month, extra = find(lab, rules, unknown)
    one, two = pair(lab, rules, month, 0, EARLY_FOR_ALL)
    assert not differing(Others(one, month), Others(two, month))
    of_lives = [Sum.NEED_AT_18, Sum.SCHOOL_IN_NEED, Sum.SCHOOL_MONTHS]
    assert (
        np.delete(one.world.sums, of_lives, 1).tobytes() == np.delete(two.world.sums, of_lives, 1).tobytes()
    )
    # All counts of the municipality's work are equal; those of lives differ by the family's own.
    gained = (two.world.counts - one.world.counts).sum(axis=0)
    assert gained[Count.BIRTHS] == np.sum(extra["birth_month"] < 0)
    assert gained[Count.CHILD_MONTHS] == np.clip(-extra["birth_month"].astype(int), 0, 216).sum()
    assert gained[Count.NEED_MONTHS] == extra["months_need"].sum()
    assert not gained[Count.NOTIFICATIONS : Count.CHILD_MONTHS].any()
    assert one.world.accounts.tobytes() == two.world.accounts.tobytes()


def test_a_child_that_becomes_a_case_changes_nobody_before(lab):
    rules = lab.rules()
    month, extra = find(lab, rules, followed_up)
    noticed = min(extra["first_contact"].min(), extra["first_help"].min())
    one, two = pair(lab, rules, month, int(noticed), EARLY_FOR_ALL)
    assert not differing(Others(one, month), Others(two, month))
    one, two = pair(lab, rules, month, 0, EARLY_FOR_ALL)
    assert differing(Others(one, month), Others(two, month))


@pytest.fixture(scope="module")
def case_alone(lab):
    """The month of an extra family that becomes a case where nothing of the caseworkers is shared."""
    return find(lab, lab.rules(ALONE), followed_up)[0]


def test_a_case_that_shares_nothing_changes_nobody(lab, case_alone):
    one, two = pair(lab, lab.rules(ALONE), case_alone, 0, EARLY_FOR_ALL)
    assert two.world.counts[:, Count.OPEN_CASES].sum() > one.world.counts[:, Count.OPEN_CASES].sum()
    assert not differing(Others(one, case_alone), Others(two, case_alone), WHO_IT_IS)


CHANNELS = {
    "readings": ({"attention_sharpens": 0.4}, {"caseload": 60.0}, {"belief", "doubt"}),
    "trust": ({"trust_gain": 0.02}, {}, {"family.trust"}),
    "queue": ({"review_hours": 4.0, "assessment_hours": 60.0, "follow_up_hours": 8.0}, {}, {"believed"}),
    "early courses": ({}, {"early_help_places": 5.0}, {"first_help"}),
}


@pytest.mark.parametrize("channel", CHANNELS)
def test_each_thing_shared_carries_the_difference_to_others(lab, case_alone, channel):
    """One thing is shared again at a time, and others' rows differ in what it governs."""
    parameters, lever, columns = CHANNELS[channel]
    one, two = pair(lab, lab.rules(ALONE | parameters), case_alone, 0, EARLY_FOR_ALL | lever)
    found = differing(Others(one, case_alone), Others(two, case_alone), WHO_IT_IS)
    assert columns <= found, found
