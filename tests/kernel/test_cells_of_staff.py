"""Caseworkers, foster families and programmes, by their kernels' own draws on a grid; see `cells.py`.

A post and a place are drawn for by their number, so here it is the month that goes through the cells.
The last test holds that no purpose of any kernel is left without a grid.
"""

import ast
from pathlib import Path

import numpy as np
import pytest
from cells import CELLS, COVERED, MONTH, YEAR, alike, all_born_in, count, grids, months_on_cells, on_cells
from scipy import stats

from trappen.agents.states import NEVER, CaseState, Life, Step
from trappen.model import kernels
from trappen.model.engine import with_programmes
from trappen.model.kernels import draws
from trappen.model.kernels.conditions import site
from trappen.model.kernels.draws import Purpose
from trappen.model.kernels.places import close_families, move_in
from trappen.model.kernels.posts import days_away, staff
from trappen.model.kernels.programmes import attend, offer
from trappen.model.kernels.world import Meter
from trappen.policies import library
from trappen.policies.policy import Offer
from trappen.policies.programme import Dropout, Uptake
from trappen.scenarios.offered import tables

FEW = 200
AGED_10 = MONTH - 120


@grids(Purpose.CASEWORKER)
@pytest.mark.parametrize("chance", [0.0, 0.265, 1.0])
def test_a_caseworker_leaves_in_the_stated_share_of_months(lab, town, chance):
    flat = {"turnover_caseload": 0.0, "turnover_backlog": 0.0, "supervision_keeps": 0.0}
    p = lab.rules(**{f"casework__{name}": value for name, value in flat.items()}).casework
    p["turnover"] = 12 * chance
    world, levers = town.world, lab.lever_row()
    rows = alike(town, np.arange(1), case=CaseState.OPEN, step=Step.PREVENTIVE)
    assert len(rows) == 1
    for month in months_on_cells(town, 0, draws.CASEWORKER, 0, FEW):
        world.meters[Meter.POSTS_FELT] = world.meters[Meter.POSTS] = 1.0
        world.caseworkers["vacant_until"] = world.caseworkers["hired"] = -NEVER
        staff(world, p, levers, levers, int(month), YEAR)
        assert world.meters[Meter.POSTS] == 1
    assert abs(count(town, "CASEWORKERS_LEFT") - chance * FEW) <= 1


@grids(Purpose.ABSENCE)
def test_illness_comes_lasts_and_begins_as_drawn_and_holidays_too(lab, town):
    never, always = {"illnesses": 0.0}, {"illnesses": 12.0, "illness_days": 1e-9}
    rest = {"holiday_summer": 0, "holiday_week": 0, "holiday_christmas": 0, "training_days": 0}
    worker = town.world.caseworkers[0]

    def away(column, months=None, **changes):
        p = lab.rules(**{f"casework__{k}": value for k, value in (rest | changes).items()}).casework
        months = months_on_cells(town, 0, draws.ABSENCE, column, FEW) if months is None else months
        found = []
        for month in months:
            worker["ill_until"], worker["hired"] = -float(NEVER), -NEVER
            found.append(int(days_away(town.world, p, 0, int(month))))
        return np.array(found)

    assert not away(0, **never).any()
    ill = away(0, illnesses=3.0, illness_days=1e-9)
    assert abs(np.sum(ill != 0) - 3.0 / 12 * FEW) <= 1
    days = away(1, **always)
    assert set(days) == {1 << day for day in range(21)}, "one day, any of the month's"
    for day in range(21):
        assert abs(np.sum(days == 1 << day) - FEW / 21) < 2  # a cell at either end
    p = lab.rules(**{f"casework__{k}": v for k, v in (rest | {"illnesses": 12.0}).items()}).casework
    lengths = []
    for month in months_on_cells(town, 0, draws.ABSENCE, 2, FEW):
        worker["ill_until"] = -float(NEVER)
        days_away(town.world, p, 0, int(month))
        u = draws.uniforms(
            int(town.world.key[0]) + (int(town.world.key[1]) << 32), np.array([0]), int(month), draws.ABSENCE
        )
        lengths.append(worker["ill_until"] - 21 * int(month) - int(u[0, 1] * 21))
    for k in (1, 3, 8, 20):
        share = np.exp(-k / p["illness_days"])
        assert abs(np.mean(np.array(lengths) > k) - share) <= 1.01 / FEW
    months = np.array([m for m in range(12 * 64 * FEW // 4) if m % 12 == 1])
    u = np.array([draws.draw(town.world.key, 0, int(m), draws.ABSENCE)[3] for m in months])
    cells = months[np.unique((u * FEW).astype(int), return_index=True)[1]]
    assert len(cells) == FEW
    week = away(3, cells, **never | {"holiday_week": 5})
    for begin in range(17):
        assert abs(np.sum(week == 31 << begin) - FEW / 17) < 2


@grids(Purpose.PLACE)
@pytest.mark.parametrize("chance", [0.0, 0.173, 1.0])
def test_foster_families_begin_and_stop_as_drawn(lab, town, chance):
    p = lab.rules(staircase__foster_closes=12 * chance, staircase__foster_closes_occupied=0.5).staircase
    world = town.world
    alike(town, np.arange(1))
    for occupied in (0, 1):
        world.counts[:] = 0
        for month in months_on_cells(town, 0, draws.PLACE, 1, FEW):
            world.meters[Meter.PLACE_ROWS] = 1.0
            world.places["kind"][0], world.places["closed"][0] = Step.FOSTER, NEVER
            world.places["used"][0] = occupied
            close_families(world, p, lab.lever_row({"foster_support": 0.0}), int(month), YEAR)
        expected = chance * (0.5 if occupied else 1.0) * FEW
        assert abs(count(town, "FOSTER_FAMILIES_CLOSED") - expected) <= 1
    taken = []
    for month in months_on_cells(town, 0, draws.PLACE, 0, FEW):
        world.meters[Meter.PLACE_ROWS] = 0.0
        move_in(world, p, 0, int(Step.FOSTER), False, -1, int(month), YEAR)
        taken.append(int(world.places["capacity"][0]))
    for k in (1, 2, 3):
        assert abs(np.sum(np.array(taken) == k) - p["foster_capacity"][k - 1] * FEW) <= 1


def programme(**changes):
    told = {
        "target": "age < 18 years", "reach": 1.0, "uptake": Uptake(base=1.0), "served": 1000.0,
        "dropout": Dropout(), "takes_part": "child",
    }  # fmt: skip
    return library.programme("triple_p").model_copy(update=told | changes)


def offered(lab, town, column, **changes):
    """Offer a programme for one month to children gridded by a uniform of its draw."""
    made, rules = programme(**changes), lab.rules()
    rows = alike(
        town, on_cells(town, 0, draws.OFFER, column, block=made.key), birth_month=AGED_10, aid=0.0
    )  # fmt: skip
    all_born_in(town, AGED_10, rows)
    town.world = with_programmes(town.world, tables([Offer(programme=made)]))
    town.world.meters[Meter.CHILDREN] = 1e9
    offer(town.world, rules.programmes, lab.lever_row(), 0, 1.0, MONTH, YEAR)
    return count(town, "PROGRAMMES_OFFERED"), count(town, "PROGRAMMES_STARTED")


@grids(Purpose.OFFER)
@pytest.mark.parametrize("chance", [0.0, 0.334, 1.0])
def test_a_programme_reaches_and_is_taken_in_its_shares(lab, start, chance):
    told, begun = offered(lab, start.copy(), 0, reach=chance)
    assert abs(told - chance * CELLS) <= 1
    assert begun == told
    told, begun = offered(lab, start.copy(), 1, uptake=Uptake(base=chance))
    assert told == CELLS
    assert abs(begun - chance * CELLS) <= 1


@grids(Purpose.OFFER)
def test_a_screening_reads_need_with_its_normal_error(lab, start):
    error = float(lab.rules().programmes["screening_error"])
    told, _ = offered(lab, start.copy(), 2, target="need >= 1.9")
    assert abs(told - stats.norm.sf(0.4 / error) * CELLS) <= 1


@grids(Purpose.ATTEND)
@pytest.mark.parametrize("chance", [0.0, 0.208, 1.0])
def test_participants_leave_in_their_share_each_month(lab, town, chance):
    made = programme(dropout=Dropout(monthly=chance))
    rows = alike(town, on_cells(town, MONTH, draws.ATTEND, 0, block=made.key), life=Life.CHILD)
    town.world = with_programmes(town.world, tables([Offer(programme=made)]))
    part = town.world.offers.enrolments[:CELLS]
    part["child"], part["programme"], part["ended"], part["need"] = rows, 0, NEVER, 0.0
    for row in rows:
        attend(town.world, lab.rules().programmes, lab.lever_row(), part[row], MONTH, YEAR)
    assert abs(count(town, "PROGRAMMES_LEFT") - chance * CELLS) <= 1


@grids(Purpose.SITE)
@pytest.mark.parametrize("manuals", [0.0, 1.0])
def test_a_programme_is_run_lognormally_well_over_districts(lab, town, manuals):
    """Mean 1, and a spread that manuals even out."""
    p, key = lab.rules().programmes, 4711
    districts = on_cells(town, 0, draws.SITE, 0, block=key)
    well = np.array([site(town.world.key, key, int(district), manuals, p) for district in districts])
    spread = p["site_spread"] * (1 - p["manuals_even_out"] * manuals)
    z = (np.log(well) + spread**2 / 2) / spread
    np.testing.assert_allclose(stats.norm.cdf(z), (np.arange(CELLS) + 0.5) / CELLS, atol=0.6 / CELLS)
    assert well.mean() == pytest.approx(1.0, abs=2e-3)


def drawn_for() -> set[Purpose]:
    """Return every purpose that a kernel's source names."""
    found = set()
    for file in Path(kernels.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            of_draws = isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "draws"
            if of_draws and node.attr in Purpose.__members__:
                found.add(Purpose[node.attr])
    return found


def test_every_purpose_that_a_kernel_draws_for_is_on_a_grid(request):
    """`grids` says which test has which; it is asked in every file of this folder, run or not."""
    import test_cells_of_casework
    import test_cells_of_generations
    import test_cells_of_lives

    assert all((test_cells_of_casework, test_cells_of_generations, test_cells_of_lives))
    used = drawn_for()
    assert len(used) >= 30
    missing = {purpose.name for purpose in used - set(COVERED)}
    assert not missing, f"no grid of uniforms for {sorted(missing)}"
    assert set(COVERED) <= used, "a grid for a purpose that no kernel draws for"
