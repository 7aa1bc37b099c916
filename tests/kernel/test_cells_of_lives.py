"""Birth, families, how need moves and who sees it, by the kernels' own draws on a grid; see `cells.py`."""

import numpy as np
import pytest
from cells import CELLS, MONTH, YEAR, alike, all_born_in, count, grids, on_cells, seed_of
from scipy import stats

from trappen.agents.ledger import Count
from trappen.agents.states import NEVER, Arena, Household, Problem
from trappen.model.kernels import draws
from trappen.model.kernels.arenas import pass_on
from trappen.model.kernels.draws import Purpose, uniforms
from trappen.model.kernels.households import move_family
from trappen.model.kernels.institutions import enrol_family
from trappen.model.kernels.life import live
from trappen.model.kernels.notice import false_alarms, here, notice, sight
from trappen.model.kernels.population import (
    NOT_HERE,
    SOUGHT,
    bear_child,
    drawn_mother_age,
    found_families,
    found_family,
    inherited_liability,
    outside_father,
    outside_mother,
    plan_births,
    plan_moves,
)

MIDDLES = (np.arange(CELLS) + 0.5) / CELLS
AGED_10 = MONTH - 120


def of_family(keys):
    """Return the person key that stands for a family itself."""
    return keys * 4 + 3


def on_grid(cumulative):
    """Assert that these values of a distribution function, in order of the cells, are the cells' own."""
    np.testing.assert_allclose(cumulative, MIDDLES, atol=0.6 / CELLS)


# --- birth and families ---------------------------------------------------------------------------


@grids(Purpose.BIRTH)
def test_what_a_child_brings_with_it(lab, town):
    """Each of the eight uniforms in turn, against the distribution it stands for."""
    p = lab.rules({"onset_share": 0.3}).population

    def born(block, column, **changes):
        rules = lab.rules({"onset_share": 0.3, **changes}).population
        rows = alike(town, on_cells(town, 0, draws.BIRTH, column, block=block), onset_age=NEVER)
        for row in rows:
            bear_child(town.children[row], 0.0, 0.0, town.world.key, rules)
        return town.children[rows]

    assert abs(np.sum(born(0, 0)["sex"]) - p["boy_share"] * CELLS) <= 1
    on_grid(stats.norm.cdf(born(0, 1)["propensity"] / np.sqrt(p["own_share"])))
    on_grid(stats.norm.cdf(born(0, 2)["deviation"] / p["own_passing_spread"]))
    assert abs(np.sum(born(0, 3)["onset_age"] != NEVER) - 0.3 * CELLS) <= 1
    ages = born(1, 0, onset_share=1.0)["onset_age"]
    even = p["onset_from_age"] + MIDDLES * (p["onset_to_age"] - p["onset_from_age"])
    np.testing.assert_allclose(ages, even, atol=1.1)
    child, link = born(1, 1), p["school_propensity_link"]
    own = child["aptitude"] + link * child["propensity"] / np.sqrt(p["own_share"] + p["family_share"])
    on_grid(stats.norm.cdf(own / np.sqrt(1 - link**2)))
    rates = np.repeat(p["death_rate"], [1, 4, 10, 5, 5])
    assert abs(np.sum(born(1, 2)["death_month"] != NEVER) - (1 - np.exp(-rates.sum())) * CELLS) <= 1
    on_grid(np.exp(-born(1, 3)["exposure"]))


@grids(Purpose.FAMILY)
def test_what_a_family_is_founded_with(lab, town):
    """Household, network, trust, coping and domains, each by its own uniform."""
    p = lab.rules({"coping_buffers": 0.0}).population
    families, key = town.world.families, town.world.key

    def founded(block, column):
        families["who"][:CELLS] = on_cells(town, 0, draws.FAMILY, column, block=block, of=of_family)
        families["passivity"] = 0.0
        for row in range(CELLS):
            found_family(families[row], key, 0.0, p)
        return families[:CELLS]

    alone = np.sum(founded(1, 0)["household"] == Household.ONE_PARENT)
    assert abs(alone - p["lone_parent_share"] * CELLS) <= 1
    assert abs(np.sum(founded(1, 2)["network"]) - p["network_share"] * CELLS) <= 1
    trust = founded(1, 3)["trust"].astype(float)
    inside = (trust > 0) & (trust < 1)
    cells = stats.norm.cdf((trust - p["trust_mean"]) / p["trust_spread"])
    np.testing.assert_allclose(cells[inside], MIDDLES[inside], atol=0.6 / CELLS)
    link = p["coping_liability"]
    on_grid(stats.norm.cdf((founded(4, 0)["coping"] - link * p["need_level"]) / np.sqrt(1 - link**2)))
    districts = founded(4, 1)["district"]
    assert np.all(np.diff(districts.astype(int)) >= 0), "the more luck, the more strained the district"
    rest = np.sqrt(1 - p["domain_loading"] ** 2)
    names = ("child", "parent", "parenting", "functioning", "context", "network", "care")
    for k, name in enumerate(names):
        on_grid(stats.norm.cdf(founded(2 + k // 4, k % 4)[f"domain_{name}"] / rest))


@grids(Purpose.FAMILY)
@pytest.mark.parametrize("outside", [0.0, 0.41, 1.0])
def test_whose_parents_are_sought_here(lab, town, outside):
    p = lab.rules({"mothers_from_outside": outside, "fathers_from_outside": outside}).population
    families, key = town.world.families[:CELLS], town.world.key
    families["arrives"] = NEVER

    def founded(block, column):
        keys = on_cells(town, 0, draws.FAMILY, column, block=block, of=of_family)
        found_families(families, keys.astype(np.uint32), key, p)
        return families

    for name, block, column in (("mother", 4, 3), ("father", 5, 2)):
        found = founded(block, column)[name]
        assert set(found) <= {NOT_HERE, SOUGHT}
        assert abs(np.sum(found == NOT_HERE) - outside * CELLS) <= 1
    ages = np.array([drawn_mother_age(u, p) for u in MIDDLES])
    assert np.max(np.abs(founded(4, 2)["mother_age"] - ages)) <= 60 / CELLS / p["mother_age"].min() + 1
    families["arrives"] = 3
    assert set(founded(4, 3)["mother"]) == set(founded(5, 2)["father"]) == {NOT_HERE}


@grids(Purpose.FAMILY)
def test_what_parents_from_outside_bring_and_what_does_not_pass_on(lab, town):
    p = lab.rules({"transmission": 0.0, "transmission_father": 0.0, "lone_parent_liability": 0.0}).population
    family, key = town.world.families[0], town.world.key
    family["mother_age"] = round(float(p["mother_age_mean"]))
    early = p["young_mothers"] * (p["mother_age_mean"] - family["mother_age"]) / 12

    def each(column, block, read):
        values = []
        for who in on_cells(town, 0, draws.FAMILY, column, block=block, of=of_family):
            family["who"] = who
            values.append(read())
        return np.array(values)

    on_grid(stats.norm.cdf(each(0, 5, lambda: outside_mother(family, key, p) - early)))
    on_grid(stats.norm.cdf(each(1, 5, lambda: outside_father(family, 0.0, key, p))))
    own = each(3, 0, lambda: inherited_liability(family, 9.0, 9.0, key, p) - p["need_level"])
    on_grid(stats.norm.cdf(own))


@grids(Purpose.FAMILY)
def test_how_many_children_a_family_has_is_where_its_own_uniform_lies(lab, town):
    """The plan makes its own keys, so here every family is held to its own uniform instead of a cell."""
    p = lab.rules().population
    months = 40
    _, family, _, keys = plan_births(town.world.key, p, 0, np.arange(1, months + 400) * 50.0, NEVER)
    early = np.flatnonzero((keys >> 18) - 1024 < months)  # later ones have siblings beyond the plan
    u = uniforms(seed_of(town), of_family(keys[early].astype(np.int64)), 0, draws.FAMILY)
    size = np.bincount(family)[early]
    one, two = p["families_one"], p["families_one"] + p["families_two"]
    planned = 1 + (u[:, 0] >= one) + (u[:, 0] >= two)
    # Long gaps reach beyond the plan: those families alone are smaller.
    gap = 12 - np.log(u[:, 1:3]) * (p["spacing_months"] - 12)
    near = gap.sum(axis=1) < 380
    np.testing.assert_array_equal(size[near], planned[near])
    assert near.sum() > 500


@grids(Purpose.MOVE, Purpose.INSTITUTION)
def test_when_families_move_and_where_their_children_go(lab, town):
    p = lab.rules({"move_rate": 0.05}).population
    keys = on_cells(town, 0, draws.MOVE, 0, of=of_family).astype(np.uint32)
    born = np.zeros(CELLS, np.int16)
    leaves = plan_moves(town.world.key, keys, born, born + 300, p, 0, 1000)
    for months in (6, 24, 120, 400):
        assert abs(np.sum(leaves <= months) - (1 - np.exp(-0.05 * months / 12)) * CELLS) <= 1
    family, lookup = town.world.families[0], town.world.lookup[0]
    for vulnerable in (0, 1):
        family["liability"] = lookup["vulnerable_strain"] + (0.1 if vulnerable else -0.1)
        for name, column, first in (("day_care", 0, 0), ("school", 2, lookup["day_cares"])):
            at = {"day_care": "day_care", "school": "school_at"}[name]
            found = []
            for family["who"] in on_cells(town, 0, draws.INSTITUTION, column, of=of_family):
                enrol_family(family, town.world.key, lookup)
                found.append(family[at] - first < lookup[f"{name}s_burdened"])
            assert abs(np.sum(found) - lookup[f"{name}_chance"][vulnerable] * CELLS) <= 1


@grids(Purpose.DOMAIN)
def test_what_happens_to_a_family_in_a_quarter(lab, town):
    p = lab.rules({"coping_buffers": 0.0}).life
    family, meters = town.world.families[0], town.world.meters
    names = ("child", "parent", "parenting", "functioning", "context", "network", "care")

    def quarter(column):
        family["liability"] = 0.0
        for family["who"] in on_cells(town, MONTH, draws.DOMAIN, column, of=of_family):
            family["household"], family["passivity"] = Household.BOTH_PARENTS, 0.0
            for name in names:
                family[f"domain_{name}"] = 99.0
            move_family(family, town.world.key, p, meters, MONTH)
            yield family

    moved = [sum(row[f"domain_{name}"] < 90 for name in names) for row in quarter(0)]
    assert abs(np.sum(moved) - sum(p["domain_renewal"]) / 4 * CELLS) <= len(names)
    parted = [row["household"] == Household.ONE_PARENT for row in quarter(2)]
    rate = p["separation_rate"] * np.exp(-(p["separation_liability"] ** 2) / 2) / 4
    assert abs(np.sum(parted) - rate * CELLS) <= 1
    p["domain_renewal"][:] = [4, 0, 0, 0, 0, 0, 0]
    size = np.array([row["domain_child"] for row in quarter(1)])
    on_grid(stats.norm.cdf(size / np.sqrt(1 - p["domain_loading"] ** 2)))


@grids(Purpose.COURSE)
def test_need_moves_by_the_childs_own_quarter(lab, town):
    """Over the months' kernel: the normal of a quarter, the events at their rate and of their size."""

    def lived(column, **changes):
        rules = lab.rules(**{f"life__{name}": value for name, value in changes.items()})
        keys = on_cells(town, MONTH, draws.COURSE, column, of=lambda k: 12 * k)
        rows = alike(town, 12 * keys, birth_month=AGED_10, first_need=NEVER)
        all_born_in(town, AGED_10, rows)
        live(town.world, rules.life, True, MONTH, YEAR)
        return town.children["deviation"][rows].astype(float)

    p = lab.rules().life
    on_grid(stats.norm.cdf(lived(0, shock_rate=0.0) / p["quarter_spread"]))
    drift = -0.8 / 4 * p["shock_size"]
    moved = lived(1, shock_rate=0.8, quarter_spread=0.0)
    assert abs(np.sum(moved > drift + 1e-6) - 0.2 * CELLS) <= 1
    moved = lived(2, shock_rate=4.0, quarter_spread=0.0) + p["shock_size"]
    on_grid(np.exp(-moved / p["shock_size"]))


# --- notice ---------------------------------------------------------------------------------------


def concern(lab, town, column, need=2.0, **changes):
    """Let a concern arise about each of the children, gridded by one uniform of its draw."""
    rules = lab.rules(**{f"notice__{name}": value for name, value in changes.items()})
    rows = alike(
        town, on_cells(town, MONTH, draws.NOTICE, column), birth_month=AGED_10, exposure=0.0, need=need,
        known=0, pregnancy_level=1,
    )  # fmt: skip
    town.world.families["problem"], town.world.families["school_at"] = Problem.VISIBLE, 0
    town.world.institutions["sight"], town.world.front["courage"] = 1.0, 1.0
    all_born_in(town, AGED_10, rows)
    notice(town.world, rules.notice, rules.staircase, lab.lever_row(), MONTH, YEAR)
    return rows, rules.notice


EVERYONE = {"notify_share": np.ones((10, 5)), "known_courage": 0.0}


@grids(Purpose.NOTICE)
def test_the_next_concern_is_exponentially_far_away(lab, town):
    rows, _ = concern(lab, town, 0)
    on_grid(np.exp(-town.children["exposure"][rows]))


@grids(Purpose.NOTICE)
@pytest.mark.parametrize("need", [-1.0, 2.0])
def test_a_concern_arises_in_each_arena_in_proportion_to_what_it_sees(lab, town, need):
    _, p = concern(lab, town, 1, need, **EVERYONE)
    over, today = max(0.0, need - p["notice_floor"]), lab.lever_row()
    part = np.array([
        false_alarms(a, 3, p, today) + sight(a, 3, 0, p, today) * here(a, 3, 0, 1.0, 1, p) * over**2
        for a in range(len(Arena))
    ])  # fmt: skip
    assert count(town, "NOTIFICATIONS") == CELLS
    found = town.world.counts[YEAR, Count.ARENA : Count.ARENA + len(Arena)]
    np.testing.assert_allclose(found, part / part.sum() * CELLS, atol=2)


@grids(Purpose.NOTICE)
@pytest.mark.parametrize("chance", [0.0, 0.347, 1.0])
def test_a_concern_becomes_a_notification_and_acute_in_their_shares(lab, town, chance):
    concern(lab, town, 2, **EVERYONE | {"notify_share": np.full((10, 5), chance)})
    assert abs(count(town, "NOTIFICATIONS") - chance * CELLS) <= 1
    rows, _ = concern(lab, town, 3, **EVERYONE | {"acute_from": 1.0, "acute_share": chance})
    assert abs(town.children["acute"][rows].sum() - chance * CELLS) <= 1


@grids(Purpose.PREGNANCY, Purpose.HANDOVER)
@pytest.mark.parametrize("chance", [0.0, 0.281, 1.0])
def test_visits_in_pregnancy_and_what_is_kept_at_a_handover(lab, town, chance):
    p = lab.rules(
        notice__pregnancy_error=0.0, notice__pregnancy_hidden=0.0, notice__visit_shows_hidden=1.0
    ).notice
    levers = lab.lever_row({"pregnancy_visit": chance})
    town.world.families["liability"], town.world.families["problem"] = 50.0, Problem.HIDDEN
    rows = alike(town, on_cells(town, MONTH, draws.PREGNANCY, 1), birth_month=MONTH + 9)
    all_born_in(town, MONTH + 9, rows)
    pass_on(town.world, p, levers, MONTH, YEAR)
    assert abs(np.sum(town.children["pregnancy_level"][rows] == 4) - chance * CELLS) <= 1
    p["pregnancy_error"] = 1.0
    rows = alike(town, on_cells(town, MONTH, draws.PREGNANCY, 0), birth_month=MONTH + 9)
    town.world.families["liability"], town.world.families["problem"] = 0.5, Problem.VISIBLE
    pass_on(town.world, p, lab.lever_row(), MONTH, YEAR)
    for level, cut in zip((2, 3, 4), p["pregnancy_levels"], strict=True):
        found = np.sum(town.children["pregnancy_level"][rows] >= level)
        assert abs(found - stats.norm.sf(cut - 0.5) * CELLS) <= 1
    for k, age in enumerate(p["handover_ages"]):
        p["handover_kept"][k] = chance
        rows = alike(town, on_cells(town, MONTH, draws.HANDOVER, 0), known=1)
        all_born_in(town, MONTH - int(age), rows)
        pass_on(town.world, p, lab.lever_row(), MONTH, YEAR)
        assert abs(town.children["known"][rows].sum() - chance * CELLS) <= 1
