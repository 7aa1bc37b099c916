"""Stocks are flows added up, yearly counts are rows counted, and every state has a way in and out."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trappen.agents.ledger import Count, Sum
from trappen.agents.states import NEVER, AdultOutcome, CaseState, Life, Step
from trappen.model.kernels.world import Meter

PLACED = slice(Step.KIN, Step.OWN_ROOM + 1)


def here_between(rows, families, month):
    """Return the months from which and until which each child lives here; far away where it never moves.

    A placed child stays where it is when its family goes: rows tell that apart by their life.
    """
    family = families[rows["family"]]
    birth = rows["birth_month"].astype(int)
    conceived, of_age = birth - 9, birth + 216
    arrives, leaves = family["arrives"].astype(int), family["leaves"].astype(int)
    come = np.where((arrives != NEVER) & (conceived < arrives) & (of_age > arrives), arrives, -NEVER)
    goes = (leaves != NEVER) & (conceived < leaves) & (of_age > leaves)
    stayed = goes & (leaves <= month) & ~np.isin(rows["life"], (Life.MOVED, Life.DEAD))
    return come, np.where(goes & ~stayed, leaves, NEVER)


def audit_lives(town, month, counts, sums):
    """Hold counts of births, moves, deaths and birthdays, and of months of life, against the rows."""
    rows, families = town.children, town.world.families
    birth, death, life = rows["birth_month"].astype(int), rows["death_month"].astype(int), rows["life"]
    first = -216
    come, gone = here_between(rows, families, month)
    assert counts[Count.BIRTHS] == np.sum(
        (birth >= first) & (birth <= month) & (come <= birth) & (gone > birth)
    )
    # Who is elsewhere dies unseen; in the month of a move, death comes first for those who leave.
    dies = (death >= first) & (death <= month) & (death >= come) & (death <= gone)
    assert abs(counts[Count.DEATHS] - dies.sum()) <= np.sum(dies & (death == gone))
    for age, count in ((216, Count.TURNED_18), (300, Count.TURNED_25)):
        reached = (birth + age >= first) & (birth + age <= month) & (death > birth + age)
        if age == 216:
            # Death in the month of the birthday comes after it.
            reached |= (birth + age >= first) & (birth + age <= month) & (death == birth + age)
        reached &= (come < birth + 216) & (gone >= birth + 216)
        assert counts[count] == reached.sum()
    begin, end = np.maximum(np.maximum(birth, first), come), np.minimum(death, gone) - 1
    for age, count in ((215, Count.CHILD_MONTHS), (71, Count.CHILDREN_UNDER_6)):
        lived = np.clip(np.minimum(np.minimum(birth + age, month), end) - begin + 1, 0, None)
        assert counts[count] == lived.sum()
    moved_in = (come > -NEVER) & (come <= month) & (death > come)
    assert counts[Count.MOVED_IN] == moved_in.sum()
    assert counts[Count.MOVED_OUT] == np.sum((gone <= month) & (death > gone))
    founded = families["mother"] >= 0
    fathered = families["father"] >= 0
    assert counts[Count.FOUNDED] == founded.sum() == np.sum((rows["founded"] >= 0) & (rows["sex"] == 0))
    assert (
        counts[Count.FOUNDED_BY_MEN] == fathered.sum() == np.sum((rows["founded"] >= 0) & (rows["sex"] == 1))
    )
    np.testing.assert_array_equal(rows["founded"][families["mother"][founded]], np.flatnonzero(founded))
    np.testing.assert_array_equal(rows["founded"][families["father"][fathered]], np.flatnonzero(fathered))
    both = founded & fathered
    assert np.all(rows["family"][families["mother"][both]] != rows["family"][families["father"][both]])
    mothers = rows[families["mother"][founded]]
    assert np.all(mothers["sex"] == 0)
    assert not np.any(mothers["life"] == Life.UNBORN)
    assert sums[Sum.MOTHER_AGE] == families["mother_age"][founded].astype(int).sum()
    assert counts[Count.NEED_MONTHS] == rows["months_need"].sum()
    assert counts[Count.STEP + Step.KIN : Count.STEP + Step.AFTERCARE].sum() == rows["months_placed"].sum()
    assert counts[Count.PLACED_MONTHS] == rows["months_placed"].sum()
    in_families = counts[Count.STEP + Step.KIN] + counts[Count.STEP + Step.FOSTER]
    assert counts[Count.FAMILY_CARE_MONTHS] == in_families
    grown = life == Life.GROWN
    assert counts[Count.TURNED_25_EVER_PLACED] == np.sum(grown & (rows["first_placed"] != NEVER))
    assert counts[Count.TURNED_25_NOTIFIED] == np.sum(grown & (rows["first_contact"] != NEVER))
    for outcome in AdultOutcome:
        true = grown & ((rows["adult"] >> outcome) & 1 == 1)
        assert counts[Count.ADULT_PLACED + outcome] == np.sum(true & (rows["first_placed"] != NEVER))
        assert counts[Count.ADULT_NOT_PLACED + outcome] == np.sum(true & (rows["first_placed"] == NEVER))
        assert counts[Count.ADULT_NOTIFIED + outcome] == np.sum(true & (rows["first_contact"] != NEVER))
    known = rows["first_contact"] <= month
    age_then = np.maximum(rows["first_contact"].astype(int) - birth, 0)[known]
    assert sums[Sum.AGE_AT_FIRST_CONTACT] == age_then.sum()


def audit_steps(town, month, counts, sums):
    """Hold the counts of placements, moves, breakdowns and first help against rows and occupancy."""
    rows, occupied = town.children, town.world.occupied
    assert counts[Count.NEW_PLACEMENTS] - counts[Count.PLACEMENTS_ENDED] == occupied[PLACED].sum()
    assert counts[Count.MOVES] == rows["moves"].sum()
    assert counts[Count.BREAKDOWNS] == rows["breakdowns"].sum()
    assert counts[Count.WITHOUT_CONSENT] >= np.sum(rows["consent"] == 0)
    ever = rows["first_placed"] <= month
    assert ever.sum() <= counts[Count.NEW_PLACEMENTS]
    by_age = counts[Count.NEW_PLACEMENTS_0_5] + counts[Count.NEW_PLACEMENTS_12_17]
    assert by_age <= counts[Count.NEW_PLACEMENTS]
    # Months of placements that ended and of those that run are the months placed.
    placed = rows["placed_since"] <= month
    running = (month + 1 - rows["placed_since"][placed].astype(int)).sum()
    assert (
        abs(sums[Sum.PLACEMENT_ENDED_MONTHS] + running - rows["months_placed"].sum())
        <= counts[Count.BREAKDOWNS]
    )
    helped = (rows["first_help"] <= month) & (rows["first_need"] <= rows["first_help"])
    assert counts[Count.FIRST_HELPS] == helped.sum()
    waited = rows["first_help"].astype(int) - rows["first_need"]
    assert sums[Sum.NEED_TO_HELP] == waited[helped].sum()


class Capacity:
    """Watches that places are given out within capacity.

    What may go over it: nobody is put out when capacity falls, a child that comes home gets its
    support at once, and kin care that breaks down becomes foster care at once.
    """

    def __init__(self):
        self.occupied, self.counts = None, None

    def audit(self, town, counts):
        occupied, meters = town.world.occupied.copy(), town.world.meters
        assert meters[Meter.EARLY_PLACES] >= 0
        if self.occupied is not None:
            events = counts - self.counts
            for steps, meter, over in (([Step.FOSTER], Meter.FOSTER_PLACES, events[Count.BREAKDOWNS]),):
                before, now = self.occupied[steps].sum(), occupied[steps].sum()
                assert now <= max(before, np.ceil(meters[meter])) + over
        self.occupied, self.counts = occupied, counts


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_stocks_are_flows(lab, data):
    capacity = Capacity()
    for town, month, _ in lab.any_history(data):
        counts, sums = town.world.counts.sum(axis=0), town.world.sums.sum(axis=0)
        capacity.audit(town, counts)
        if month % 7 == 0 or month % 12 == 11:
            audit_lives(town, month, counts, sums)
            audit_steps(town, month, counts, sums)


def test_early_courses_never_outrun_their_places(lab):
    """With few places courses are turned away, and no more begin than places came open."""
    town = lab.town(children=3000, years=10)
    town.run(0).run(120, lab.in_force(120, {"early_help_places": 4.0}))
    started = town.world.counts[18:, Count.EARLY_STARTED]
    assert town.world.counts[18:, Count.EARLY_TURNED_AWAY].sum() > 0
    # 4 a year per 1,000 children, and what was saved up before: three months' worth of 20 at most.
    a_year = 4.0 * town.world.counts[18:, Count.CHILD_MONTHS] / 12_000.0 * 1.05
    assert np.all(np.cumsum(started) <= np.cumsum(a_year) + 3 * 20 * 3.3 / 12 + 2)
    assert started[2:].sum() >= 0.8 * a_year[2:].sum()


def test_every_state_is_entered_and_left(lab):
    """A long run of a large municipality at base values uses every state both ways."""
    town = lab.town(children=8000, years=10)
    moves = {name: np.zeros((9, 9), int) for name in ("step", "case", "life")}
    before = {name: town.children[name].copy() for name in moves}
    for month in range(lab.begin, 120):
        town.run(month + 1)
        for name, table in moves.items():
            now = town.children[name]
            np.add.at(table, (before[name], now), 1)
            before[name] = now.copy()
    for table in moves.values():
        np.fill_diagonal(table, 0)
    entered = {name: set(np.flatnonzero(table.sum(axis=0))) for name, table in moves.items()}
    left = {name: set(np.flatnonzero(table.sum(axis=1))) for name, table in moves.items()}
    assert entered["step"] == left["step"] == set(Step)
    assert left["case"] == set(CaseState)
    # A review is done in the month unless caseworkers are behind, so its state shows less often.
    assert entered["case"] == set(CaseState)
    assert entered["life"] == set(Life) - {Life.UNBORN}
    assert left["life"] == set(Life) - {Life.GROWN, Life.DEAD}
    assert moves["life"][Life.MOVED, Life.CHILD] > 0 < moves["life"][Life.CHILD, Life.MOVED]
    # A placement is left for home or another placement; aftercare is entered from placement only.
    assert set(np.flatnonzero(moves["step"][:, Step.AFTERCARE])) <= set(range(Step.KIN, Step.AFTERCARE))
    assert set(np.flatnonzero(moves["step"][Step.AFTERCARE])) == {Step.NONE}
    assert np.all(town.world.counts[:, Count.ARENA : Count.ARENA + 9].sum(axis=0) > 0)
