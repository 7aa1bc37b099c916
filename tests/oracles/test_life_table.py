"""Ageing equals the life table, births equal the plan, and ages equal the published counts.

Error rates. Deaths by age are binomial with the life table's chance: 8 bands held to |z| < 5 fail on a
clean model with probability 8 x 6e-7 = 5e-6. Power: death rates are set high (5 to 20 % a year), so
that a rate 3 % off is 6 standard errors or more in the largest band; a band with fewer than 400
expected deaths fails the test.
"""

import numpy as np
import pytest

from trappen.agents.ledger import Count
from trappen.agents.states import NEVER, Life
from trappen.model.engine import luck_key
from trappen.model.kernels.population import plan_births
from trappen.model.population import monthly_births

RATES = [0.20, 0.05, 0.06, 0.10, 0.15]
BANDS = [(0, 12), (12, 60), (60, 120), (120, 180), (180, 240), (240, 300)]


def hazards(rates):
    """Return the hazard of each month of age to 25."""
    return np.repeat([rates[band] for band in np.digitize(np.arange(25), [1, 5, 15, 20])], 12) / 12


def test_deaths_by_age_are_the_life_tables(lab, luck):
    """Of those who reach a band of age alive, the share the hazards give dies in it."""
    rules = lab.rules({"death_rate": RATES, "move_rate": 0.0})
    town = lab.town(rules, children=20_000, years=10, seed=luck).run(120)
    rows, hazard = town.children, hazards(RATES)
    birth, death = rows["birth_month"].astype(int), rows["death_month"].astype(int)
    # Whole lives within the run: born since its beginning; a band must lie before its end.
    for low, high in BANDS:
        seen = (birth >= lab.begin) & (birth + high <= 120) & (death >= birth + low)
        dies = seen & (death < birth + high)
        n, p = seen.sum(), 1 - np.exp(-hazard[low:high].sum())
        assert n * p > 400, "too few to tell"
        assert abs(dies.sum() - n * p) < 5 * np.sqrt(n * p * (1 - p)), (low, high)
        # And the states say the same as the dates.
        np.testing.assert_array_equal(rows["life"][dies], Life.DEAD)
    assert town.world.counts[:, Count.DEATHS].sum() == np.sum((death >= lab.begin) & (death < 120))


def test_nobody_dies_where_nobody_can(lab):
    town = lab.town(lab.rules({"death_rate": [0.0] * 5}), children=500).run(36)
    assert np.all(town.children["death_month"] == NEVER)
    assert town.world.counts[:, Count.DEATHS].sum() == 0


@pytest.mark.parametrize("children", [300, 10_000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_births_are_the_plan(lab, children, seed):
    """In every month births so far are the plan's, rounded; or siblings run ahead and no family begins."""
    p, births = lab.rules().population, monthly_births(children, lab.ages, RATES, 84)
    planned = np.floor(np.cumsum(births) + 0.5).astype(int)
    key = luck_key(seed, 999, 0)
    month, family, number, keys = plan_births(key, p, -300, np.cumsum(births), NEVER)
    born = np.cumsum(np.bincount(month + 300, minlength=len(births)))
    families_begin = np.bincount(month[number == 0] + 300, minlength=len(births))
    ahead = born > planned
    assert np.all(born >= planned)
    assert not families_begin[ahead].any()
    assert np.mean(ahead) < 0.5
    assert len(np.unique(keys)) == len(keys) == family.max() + 1
    # A family is its first child's month and its place in that month.
    np.testing.assert_array_equal(keys[family[number == 0]] >> 18, month[number == 0] + 1024)


def test_ages_at_the_start_are_the_published_counts(lab, luck):
    """Children by age at the start, against the national counts scaled to the municipality.

    Births follow the plan, so only deaths and rounding are left to chance: within 5 standard errors of
    the deaths expected, and a child and a half.
    """
    rules, size = lab.rules({"move_rate": 0.0}), 10_000
    town = lab.town(rules, children=size, years=1, seed=luck).run(0)
    age = (-1 - town.children["birth_month"].astype(int)) // 12
    alive = np.isin(town.children["life"], (Life.CHILD, Life.YOUTH, Life.ADULT))
    found = np.bincount(age[alive & (age >= 0)], minlength=25)[:25]
    expected = lab.ages[:25] * size / lab.ages[:18].sum()
    dead = expected * (1 - np.exp(-np.cumsum(hazards(rules.population["death_rate"]))[11::12]))
    assert np.all(np.abs(found - expected) < 3 + 5 * np.sqrt(dead + 1))
    assert found[:18].sum() == pytest.approx(size, abs=5 * np.sqrt(dead.sum()) + 3)


def test_siblings_come_at_the_shares_and_spacing_of_the_register(lab, luck):
    """Families by number of children and months between siblings.

    Families whose children are all born within the run: about 9,000; |z| < 5 for three shares and two
    means (error rate 3e-6); power: a share 3 points off is 6 standard errors.
    """
    rules = lab.rules()
    town = lab.town(rules, children=20_000, years=2, seed=luck)
    p, rows = rules.population, town.children
    first = np.full(len(town.world.families), NEVER, int)
    np.minimum.at(first, rows["family"], rows["birth_month"].astype(int))
    size = np.bincount(rows["family"], minlength=len(first))
    numbers = rows["who"] % 4
    has_first = np.zeros(len(first), bool)
    has_first[rows["family"][numbers == 0]] = True
    complete = has_first & (first < -200)
    n = complete.sum()
    assert n > 3000
    shares = np.array([p["families_one"], p["families_two"], 1 - p["families_one"] - p["families_two"]])
    found = np.bincount(size[complete], minlength=4)[1:4]
    # The third child of a slow family can be born after the end: too rare to matter at -200.
    assert np.all(np.abs(found - n * shares) < 5 * np.sqrt(n * shares * (1 - shares)) + 0.002 * n)
    order = np.lexsort((numbers, rows["family"]))
    same = np.diff(rows["family"][order]) == 0
    gaps = np.diff(rows["birth_month"][order].astype(int))[same & complete[rows["family"][order][1:]]]
    assert gaps.min() >= 12
    spread = p["spacing_months"] - 12
    # Whole months are cut, so half a month less on the mean.
    assert abs(gaps.mean() + 0.5 - p["spacing_months"]) < 5 * spread / np.sqrt(len(gaps)) + 0.1
