"""Need at rest: the passing deviation is a damped walk with events, and stable need has its shares.

The deviation moves each quarter: x' = q x + s z + shock - mean shock, where a shock comes with chance
r/4 and is exponential with mean m. Its cumulants at rest are those of the innovation over 1 - q^k, so
mean 0, variance (s^2 + v) / (1 - q^2) with v the compound's variance, and correlation q^4 over a year.

Error rates. 30,000 children of different families, one deviation each: mean, variance and
autocorrelation held to |z| < 5 (3 tests, 2e-6). Power: standard errors are .006, .012 and .006, so a
variance 8 % off, or a correlation of .46 for .5, is seen. A sample below 10,000 fails the tests.
"""

import numpy as np
import pytest

from trappen.agents.states import NEVER
from trappen.model.kernels.life import live

YEARS_AT_REST = 8


@pytest.fixture(scope="module")
def rested(lab):
    """Deviations of one child a family after some years alone, and a year later, by seed."""
    made = {}

    def make(seed):
        if seed not in made:
            town = lab.town(children=60_000, years=1, seed=seed)
            town.children["death_month"] = NEVER
            town.children["onset_size"] = 0.0
            rows = np.flatnonzero((town.children["birth_month"] < lab.begin) & (town.children["life"] == 1))
            rows = rows[np.unique(town.children["family"][rows], return_index=True)[1]]
            months = lab.begin + np.arange(12 * YEARS_AT_REST)
            for month in months:
                live(town.world, town.rules.life, True, int(month), 0)
            first = town.children["deviation"][rows].astype(float)
            for month in range(months[-1] + 1, months[-1] + 13):
                live(town.world, town.rules.life, True, int(month), 1)
            made[seed] = town, rows, first, town.children["deviation"][rows].astype(float)
            assert len(rows) > 10_000
        return made[seed]

    return make


def cumulants(life):
    """Return variance and fourth cumulant of the deviation at rest."""
    q, s = life["quarter_persistence"], life["quarter_spread"]
    chance, size = life["shock_rate"] / 4, life["shock_size"]
    moments = [chance * size**k * f for k, f in ((1, 1), (2, 2), (3, 6), (4, 24))]
    m1, m2, m3, m4 = moments
    second = m2 - m1**2
    fourth = m4 - 4 * m3 * m1 - 3 * m2**2 + 12 * m2 * m1**2 - 6 * m1**4
    return (s**2 + second) / (1 - q**2), fourth / (1 - q**4)


def test_the_mean_child_stays_at_zero(rested, luck):
    town, rows, x, _ = rested(luck)
    variance, _ = cumulants(town.rules.life)
    assert abs(x.mean()) < 5 * np.sqrt(variance / len(rows))


def test_the_spread_at_rest_is_the_closed_form(rested, luck):
    town, rows, x, _ = rested(luck)
    variance, fourth = cumulants(town.rules.life)
    error = np.sqrt((fourth + 2 * variance**2) / len(rows))
    assert abs(x.var() - variance) < 5 * error
    assert 5 * error < 0.1 * variance, "a tenth could pass unseen"


def test_a_year_leaves_the_correlation_of_the_register(rested, luck):
    town, rows, x, y = rested(luck)
    persistence = town.rules.life["deviation_persistence"]
    variance, fourth = cumulants(town.rules.life)
    # y = q^4 x + innovation, so the slope of y on x has the variance of the innovation over that of x.
    slope = np.cov(x, y)[0, 1] / x.var()
    error = np.sqrt((1 - persistence**2) / len(rows)) * (1 + max(0.0, fourth / variance**2))
    assert abs(slope - persistence) < 5 * error


def test_events_are_seen_in_the_skew(rested, luck):
    """The third cumulant is the events' alone; without events it would be zero, 20 errors away."""
    town, rows, x, _ = rested(luck)
    life = town.rules.life
    q, chance, size = life["quarter_persistence"], life["shock_rate"] / 4, life["shock_size"]
    third = chance * 6 * size**3 - 3 * chance**2 * 2 * size**3 + 2 * (chance * size) ** 3
    third /= 1 - q**3
    variance, _ = cumulants(life)
    found = ((x - x.mean()) ** 3).mean()
    error = np.sqrt(15 * variance**3 / len(rows)) * 1.6  # the sixth moment of a normal, and some for the tail
    assert abs(found - third) < 5 * error


def test_need_is_its_parts_to_the_last_bit_of_a_float(rested, luck):
    town, rows, _, _ = rested(luck)
    child, p = town.children[rows], town.rules.life
    month = -216 + 12 * YEARS_AT_REST + 11  # the last that was lived
    # A need is set in the child's own month of the quarter; take those whose month this is.
    now = (month + child["who"].astype(np.int64) // 4) % 3 == 0
    age = month - child["birth_month"][now].astype(int)
    stable = child["propensity"][now] * (
        p["spread_at_birth"] + (1 - p["spread_at_birth"]) * np.clip(age / 216, 0, 1)
    )
    need = stable + child["deviation"][now] + child["scar"][now] - child["relief"][now]
    need += town.world.families["load"][child["family"][now]]
    need += p["school_protection"] * (child["aptitude"][now] - child["school"][now].astype(float))
    family = town.world.families[child["family"][now]]
    goes_to = np.where(age < 72, family["day_care"], family["school_at"])
    quality = np.where((age >= 12) & (age < 216), town.world.institutions["quality"][goes_to], 0.0)
    need -= p["institution_need"] * quality
    np.testing.assert_allclose(child["need"][now], need, atol=2e-6)


def test_stable_need_has_its_variance_and_siblings_their_share(lab, luck):
    """Variance of propensity = family share + own share; correlation of siblings = family's part of it.

    About 9,000 pairs of siblings: |z| < 5; a correlation .05 off is 5 standard errors.
    """
    town = lab.town(children=40_000, years=1, seed=luck)
    p, rows = town.rules.population, town.children
    numbers = rows["who"] % 4
    first, second = ({int(who) // 4: i for i, who in enumerate(rows["who"]) if who % 4 == n} for n in (0, 1))
    pairs = np.array([(first[f], second[f]) for f in second if f in first])
    assert len(pairs) > 5000
    a, b = rows["propensity"][pairs].astype(float).T
    variance = p["family_share"] + p["own_share"]
    one_each = rows["propensity"][numbers == 0].astype(float)
    assert abs(one_each.var() - variance) < 5 * variance * np.sqrt(2 / len(one_each)) * 1.05
    expected = p["family_share"] / variance
    assert abs(np.corrcoef(a, b)[0, 1] - expected) < 5 * (1 - expected**2) / np.sqrt(len(pairs)) * 1.05
