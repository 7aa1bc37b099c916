"""Stays, coming of age, adult outcomes and founders, by their own draws on a grid; see `cells.py`."""

import numpy as np
import pytest
from cells import CELLS, MONTH, SIDE, YEAR, alike, all_born_in, count, grids, on_cells, seed_of

from trappen.agents.states import AdultOutcome, CaseState, Life, Step
from trappen.model.kernels import draws
from trappen.model.kernels.draws import Purpose, uniforms
from trappen.model.kernels.generations import come_of_age, find_parent, find_parents, read_adults
from trappen.model.kernels.life import vulnerability
from trappen.model.kernels.population import SOUGHT
from trappen.model.kernels.steps import enter_step
from trappen.model.kernels.world import Meter

AGED_10 = MONTH - 120


@grids(Purpose.STAIRCASE)
def test_a_stay_is_as_long_as_its_own_draw_says(lab, town):
    p = lab.rules(staircase__ready_short=1e-9, staircase__ready_long=1e9).staircase
    rows = alike(town, on_cells(town, int(Step.PREVENTIVE), draws.STAIRCASE, 1), case=CaseState.OPEN)
    for row in rows:
        enter_step(town.world, p, lab.lever_row(), row, int(Step.PREVENTIVE), MONTH, YEAR)
    months = town.children["ready"][rows] - MONTH
    for k in (1, 5, 20, 60):
        assert abs(np.sum(months > k) - np.exp(-k / p["ready_preventive"]) * CELLS) <= 1
    rows = alike(town, on_cells(town, int(Step.INSTITUTION), draws.STAIRCASE, 0), case=CaseState.OPEN)
    for row in rows:
        enter_step(town.world, p, lab.lever_row(), row, int(Step.INSTITUTION), MONTH, YEAR)
    soon = town.children["ready"][rows] - MONTH == 1
    assert abs(soon.sum() - p["ready_short_share"] * CELLS) <= 1


@grids(Purpose.ACCEPT)
@pytest.mark.parametrize("chance", [0.0, 0.618, 1.0])
def test_the_placed_go_on_in_aftercare_in_their_share(lab, town, chance):
    p = lab.rules(staircase__aftercare_uptake=chance).staircase
    keys = on_cells(town, MONTH, draws.ACCEPT, 0)
    for step, share in ((Step.FOSTER, chance), (Step.HOME_BASED, 0.0)):
        rows = alike(town, keys, step=step, birth_month=MONTH - 216, step_since=0)
        for row in rows:
            come_of_age(town.world, p, lab.lever_row(), row, MONTH, YEAR)
        assert abs(np.sum(town.children["step"][rows] == Step.AFTERCARE) - share * CELLS) <= 1
        assert set(town.children["life"][rows]) == {Life.YOUTH}


@grids(Purpose.ADULT)
@pytest.mark.parametrize("outcome", list(AdultOutcome))
def test_adult_outcomes_come_true_in_their_logistic_share(lab, town, outcome):
    p = lab.rules().outcomes
    when, column = divmod(int(outcome), 4)
    rows = alike(town, on_cells(town, when, draws.ADULT, column), life=Life.ADULT, school=-0.4)
    all_born_in(town, MONTH - 300, rows)
    read_adults(town.world, p, MONTH, YEAR)
    index = (1 - p["school_weight"]) * 1.5 + p["school_weight"] * 0.4
    share = 1 / (1 + np.exp(-p["adult_level"][outcome] - p["adult_slope"][outcome] * index))
    found = np.sum(town.children["adult"][rows] >> int(outcome) & 1)
    assert 0.01 < share < 0.99
    assert abs(found - share * CELLS) <= 1


@pytest.fixture
def two(lab, town):
    """A town in which two persons, of different strain, are all that can become anybody's parents."""
    p = lab.rules().population
    rows = alike(town, np.array([4_000_000, 8_000_004]), birth_month=AGED_10, school=0.0, scar=0.0)
    town.children["propensity"][rows] = [0.0, 1.2]
    all_born_in(town, AGED_10, rows)
    town.world.meters[Meter.BIRTHS_A_MONTH] = 0.9
    strains = [float(vulnerability(town.children[row], p)) for row in rows]
    return town, p, rows, strains


def raced(town, what, rows):
    """Return family keys, one for each square of the two candidates' uniforms."""
    found = {}
    for who in range(64 * SIDE * SIDE):
        u = uniforms(seed_of(town), town.children["who"][rows].astype(np.int64), MONTH, what, who)[:, 0]
        found.setdefault(tuple((u * SIDE).astype(int)), who)
        if len(found) == SIDE * SIDE:
            break
    assert len(found) == SIDE * SIDE
    return list(found.values())


@grids(Purpose.PARENT, Purpose.FATHER)
@pytest.mark.parametrize(("sex", "what"), [(0, draws.PARENT), (1, draws.FATHER)])
@pytest.mark.parametrize("weight", [0.0, 0.9, -0.9])
def test_a_parent_is_found_in_proportion_to_the_odds(two, sex, what, weight):
    """Of two, in the proportion exp(weight * strain): the exponential race in closed form."""
    town, p, rows, strains = two
    town.children["sex"][rows] = sex
    family = town.world.families[50]
    found = []
    for family["who"] in raced(town, what, rows):
        found.append(find_parent(town.world, p, family, sex, AGED_10, weight, 0.0, -1, what, MONTH))
    odds = np.exp(weight * np.array(strains))
    assert set(found) == {0, 1}
    # The line between the two crosses at most two squares for each along a side.
    assert abs(np.mean(found) - odds[1] / odds.sum()) <= 1 / SIDE


@pytest.mark.parametrize("weight", [0.0, 0.9])
def test_having_been_placed_counts_as_so_much_more_strain(two, weight):
    town, p, rows, strains = two
    town.children["sex"][rows] = 0
    town.children["first_placed"][rows[0]] = 0
    family = town.world.families[50]
    found = []
    for family["who"] in raced(town, draws.PARENT, rows):
        found.append(find_parent(town.world, p, family, 0, AGED_10, weight, 2.0, -1, draws.PARENT, MONTH))
    odds = np.exp(weight * np.array([strains[0] + 2.0, strains[1]]))
    assert abs(np.mean(found) - odds[1] / odds.sum()) <= 1 / SIDE


def test_who_cannot_become_a_parent_is_never_found(two):
    town, p, rows, _ = two
    world, family = town.world, town.world.families[50]

    def found(not_of=-1, birth=AGED_10):
        return {
            int(find_parent(world, p, family, 0, birth, 0.0, 0.0, not_of, draws.PARENT, month))
            for month in range(60)
        }

    town.children["sex"][rows] = 0
    assert found() == {0, 1}
    assert found(not_of=int(town.children["family"][0])) == {1}
    for name, value in (("sex", 1), ("founded", 7), ("life", Life.DEAD), ("life", Life.MOVED)):
        before = town.children[name][0]
        town.children[name][0] = value
        assert found() == {1}
        town.children[name][0] = before
    assert found(birth=AGED_10 + 30) == {-1}, "nobody is of that age"
    assert found(birth=int(world.first_month[0])) == {-1}, "the books do not reach so far back"


def test_who_founds_a_family_is_written_down_and_the_mothers_brother_is_no_father(two):
    town, p, rows, _ = two
    world, family = town.world, town.world.families[50]
    town.children["sex"][rows] = [0, 1]
    p["father_older"] = 0
    born = AGED_10 + 24 * 12
    for siblings in (False, True):
        town.children["founded"][rows] = -1
        town.children["family"][rows] = [3, 3 if siblings else 4]
        family["mother"] = family["father"] = SOUGHT
        family["mother_age"] = 24 * 12
        find_parents(world, p, 50, born, MONTH, YEAR)
        assert (family["mother"], family["father"]) == (0, -1 if siblings else 1)
        assert list(town.children["founded"][rows]) == [50, -1 if siblings else 50]
    assert count(town, "FOUNDED") == 2
    assert count(town, "FOUNDED_BY_MEN") == 1
