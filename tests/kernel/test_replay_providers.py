"""Teams and therapists: who gets one, who waits and how long, replayed in plain Python; what a cut does."""

from collections import Counter

import numpy as np
import pytest

from trappen.agents.ledger import Count, Sum
from trappen.agents.states import NEVER, CaseState, Life, ProviderKind, Step
from trappen.model.kernels.providers import provider_has_room, staff_providers
from trappen.model.kernels.staircase import allot
from trappen.model.kernels.steps import enter_step, list_involved
from trappen.model.kernels.world import Meter

YEAR = 18
HELPS = (Step.HOME_BASED, Step.PREVENTIVE)


@pytest.fixture
def town(lab):
    """A municipality at month 0 with nobody known to the authority, where no measure runs beside another."""
    quiet = lab.rules(
        {"beside_home": 0.0, "beside_placed": 0.0},
        notice__arena_level=np.zeros(10), notice__sight_total=1.0, notice__false_alarm_rate=0.0,
    )  # fmt: skip
    return lab.town(quiet, children=2000, years=1).run(0)


def by_family(town, most=10_000):
    """Return rows of children by family, families of two or more first."""
    ages = -town.children["birth_month"].astype(int)
    here = np.flatnonzero((town.children["life"] == Life.CHILD) & (ages >= 0) & (ages < 200))
    together = {}
    for row in here:
        together.setdefault(int(town.children["family"][row]), []).append(int(row))
    return dict(sorted(together.items(), key=lambda one: -len(one[1]))[:most])


def rooms(town, step):
    half = len(town.world.providers) // 2
    return town.world.providers[:half] if step == Step.HOME_BASED else town.world.providers[half:]


def test_a_team_has_room_for_eighteen_or_nineteen_families_and_the_last_for_the_rest(lab, town):
    """Today's families times the lever and one more; staff in proportion; parameters say how many each."""
    p, meters = town.rules.staircase, town.world.meters
    meters[Meter.TEAM_USE_AT_START], meters[Meter.THERAPY_USE_AT_START] = 60, 100
    staff_providers(town.world, p, lab.lever_row({"provider_places": 1.4}), 5)
    np.testing.assert_array_equal(rooms(town, Step.HOME_BASED)["room"][:6], [18, 19, 18, 19, 11, 0])
    assert rooms(town, Step.HOME_BASED)["staff"][0] == pytest.approx(4.5 * 18 / 18.5)
    therapists = rooms(town, Step.PREVENTIVE)
    np.testing.assert_array_equal(therapists["room"][:13], [12] * 11 + [9, 0])
    assert meters[Meter.PROVIDER_PLACES] == 85 + 141
    kinds = therapists["kind"][:12]
    assert (kinds == ProviderKind.OTHER).sum() == int(0.3 * 12)
    assert (rooms(town, Step.HOME_BASED)["kind"] == ProviderKind.TEAM).all()


def test_waiting_is_first_come_first_served_among_families_and_counted(lab, town):
    """Siblings join theirs at once, others wait for room in order; days waited and months add up."""
    world, p, levers = town.world, town.rules.staircase, lab.lever_row()
    families = by_family(town, 60)
    rows = [row for family in families.values() for row in family]
    rng = np.random.default_rng(4)
    waits = {row: -int(rng.integers(0, 9)) for row in rows}
    wants = {row: int(HELPS[rng.integers(2)]) for row in rows}
    for row in rows:
        town.children["case"][row] = CaseState.DECIDED
        town.children["wanted"][row], town.children["wanted_from"][row] = wants[row], waits[row]
    world.meters[Meter.TEAM_USE_AT_START], world.meters[Meter.THERAPY_USE_AT_START] = 17, 19
    staff_providers(world, p, levers, 1)
    room = {int(step): rooms(town, step)["room"].astype(int) for step in HELPS}
    loads = {int(step): Counter() for step in HELPS}
    with_whom, begun, days, waiting = {}, Counter(), Counter(), Counter()
    for row in sorted(rows, key=lambda row: (waits[row], int(town.children["who"][row]))):
        step, family = wants[row], int(town.children["family"][row])
        if (family, step) not in with_whom:
            free = [int(r) - loads[step][k] for k, r in enumerate(room[step]) if r > 0]
            best = int(np.argmax(free))
            if free[best] <= 0:
                waiting[step] += 1
                continue
            loads[step][best] += 1
            with_whom[family, step] = best
        begun[step] += 1
        days[step] += 21 * (1 - waits[row])
    list_involved(world, 1)
    before, sums = world.counts[YEAR].copy(), world.sums[YEAR].copy()
    allot(world, p, levers, 1, YEAR)
    gained = world.counts[YEAR] - before
    for k, step in enumerate(HELPS):
        assert gained[Count.PROVIDED + k] == begun[step] > 10
        assert gained[Count.WAITING_PROVIDER + k] == waiting[step] > 5
        assert (world.sums[YEAR] - sums)[Sum.TEAM_WAIT + k] == days[step]
        found = rooms(town, step)
        np.testing.assert_array_equal(found["families"], [loads[step][n] for n in range(len(found))])
        assert found["measures"].sum() == begun[step]
        column, first = ("team", 0) if k == 0 else ("therapist", len(found))
        for (family, wanted), row in with_whom.items():
            if wanted == step:
                assert world.families[column][family] == first + row


def test_whoever_leaves_makes_room_only_with_the_last_sibling(lab, town):
    world, p, levers = town.world, town.rules.staircase, lab.lever_row()
    family, siblings = next(iter(by_family(town).items()))
    world.meters[Meter.TEAM_USE_AT_START] = 0
    staff_providers(world, p, levers, 1)  # room for one family
    other = family + 1
    for row in siblings[:2]:
        assert provider_has_room(world, family, int(Step.HOME_BASED))
        enter_step(world, p, levers, row, int(Step.HOME_BASED), 1, YEAR)
    assert not provider_has_room(world, other, int(Step.HOME_BASED))
    assert provider_has_room(world, family, int(Step.HOME_BASED))
    enter_step(world, p, levers, siblings[0], int(Step.NONE), 1, YEAR)
    assert not provider_has_room(world, other, int(Step.HOME_BASED))
    enter_step(world, p, levers, siblings[1], int(Step.PREVENTIVE), 1, YEAR)
    assert provider_has_room(world, other, int(Step.HOME_BASED))
    assert rooms(town, Step.PREVENTIVE)["families"].sum() == 1
    assert world.families["team"][family] == -1


def audit(town):
    """Assert that providers, families and children tell the same."""
    children, families = town.children, town.world.families
    half = len(town.world.providers) // 2
    for k, (step, column, number) in enumerate(
        ((Step.HOME_BASED, "team", "in_team"), (Step.PREVENTIVE, "therapist", "in_therapy"))
    ):
        helped = (children["step"] == step).astype(int) + (children["beside"] == step)
        by = np.bincount(children["family"], helped, len(families)).astype(int)
        np.testing.assert_array_equal(families[number], by)
        np.testing.assert_array_equal(families[column] >= 0, by > 0)
        rows = families[column][by > 0].astype(int)
        assert np.all((rows >= k * half) & (rows < (k + 1) * half))
        part = town.world.providers[k * half : (k + 1) * half]
        np.testing.assert_array_equal(part["families"], np.bincount(rows - k * half, minlength=half))
        weights = by[by > 0]
        np.testing.assert_array_equal(part["measures"], np.bincount(rows - k * half, weights, half))


def test_cutting_capacity_makes_waiting_grow_and_nobody_is_lost(lab):
    """On the same children and luck; children waiting and days waited grow with every cut."""
    start = lab.town(children=6000, years=4).run(0)
    audit(start)
    waits, months = [], []
    for places in (3.0, 1.15, 0.8, 0.5):
        town = start.copy()
        for month in range(48):
            town.run(month + 1, lab.in_force(1, {"provider_places": places}))
            if month % 5 == 0:
                audit(town)
        counts, sums = town.world.counts[YEAR:].sum(axis=0), town.world.sums[YEAR:].sum(axis=0)
        waits.append(sums[[Sum.TEAM_WAIT, Sum.THERAPY_WAIT]] / counts[Count.PROVIDED : Count.PROVIDED + 2])
        months.append(counts[Count.WAITING_PROVIDER : Count.WAITING_PROVIDER + 2])
        assert (town.children["wanted_from"][town.children["wanted"] != Step.NONE] < NEVER).all()
    waits, months = np.array(waits), np.array(months)
    assert months[0].sum() == 0
    assert np.all(np.diff(months[1:], axis=0) > 0), months
    assert np.all(np.diff(waits[1:], axis=0) > 0), waits
    assert np.all(waits[-1] > 21)
