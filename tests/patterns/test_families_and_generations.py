"""Families and generations: who lives with whom, what passes on, what breaks it, and who starts late.

None of these patterns is put in: rates, correlations and weights are, and each test says how far its figure
wanders by luck alone and so what it would see.
"""

import numpy as np
import pytest

from trappen.agents.ledger import Count, Sum
from trappen.agents.states import Household, Life
from trappen.model.outcomes import INDICATORS
from trappen.model.parameter_set import make_rules, with_changes
from trappen.model.readers import Ledger
from trappen.scenarios.parameter_sets import best
from trappen.scenarios.scenario import Structure

SET = {"mother": 0.45, "father": 0.3}
HELP_TWICE = ("relief_early", "relief_preventive", "relief_home_based")


def fitted(changes=None):
    """Return the rules of the best fit, with some values changed."""
    return make_rules(with_changes(best(Structure()), changes or {}))


@pytest.fixture(scope="module")
def town(lab):
    """A municipality in which much passes on, after twelve years."""
    rules = fitted({"transmission": SET["mother"], "transmission_father": SET["father"]})
    return lab.town(rules, children=15_000, years=12).run(144)


def test_most_small_children_live_with_both_parents_and_fewer_teenagers(town):
    """83 % of 5-year-olds and 65 % of 15-year-olds live with both parents (docs/evidence.md, section 1).

    From a rate of parting and one of new partners. Some 850 children of an age in 600 families: a share
    wanders by 1.5 to 2 points by luck, so that one 6 points off would be seen.
    """
    rows = town.children[town.children["life"] == Life.CHILD]
    both = town.world.families["household"][rows["family"]] == Household.BOTH_PARENTS
    age = (144 - rows["birth_month"].astype(int)) // 12
    for year, published in ((5, 0.83), (15, 0.65)):
        assert np.sum(age == year) > 500
        assert np.mean(both[age == year]) == pytest.approx(published, abs=0.05)


def vulnerability(rows, p):
    """Return what of each person's strain passes on, by the rule written out."""
    weight, link = p["inherit_school"], p["school_propensity_link"]
    stable = (rows["propensity"] + rows["scar"]).astype(float) / np.sqrt(p["family_share"] + p["own_share"])
    mixed = (1 - weight) * stable - weight * rows["school"].astype(float)
    return mixed / np.sqrt((1 - weight) ** 2 + weight**2 + 2 * weight * (1 - weight) * link)


@pytest.mark.parametrize("parent", ["mother", "father"])
def test_the_correlation_that_is_set_is_the_one_that_is_read_off(town, parent):
    """Parent and family correlate by what each passes on and how alike the two are: .54 and .43 as set.

    Read off they are .61 and .50, as wounds and school have spread vulnerability beyond the 1 it has among
    the newborn. Some 2,400 families begun here by mothers and 1,700 by fathers: the correlation wanders by
    .015 and .02. Without passing on it would be 0, and with a half of it lower by .2.
    """
    p, families = town.rules.population, town.world.families
    like = p["partner_likeness"] / np.sqrt(1 + p["partner_likeness"] ** 2)
    other = "father" if parent == "mother" else "mother"
    expected = SET[parent] + SET[other] * like
    begun = families[parent] >= 0
    assert begun.sum() > 1000
    theirs = vulnerability(town.children[families[parent][begun]], p)
    found = np.corrcoef(theirs, families["liability"][begun].astype(float))[0, 1]
    assert expected - 0.05 < found < expected + 0.12


def test_both_correlations_with_the_childrens_need_are_indicators(town):
    """What the tables tell is the correlation over rows, as far as a month stands for the last year.

    Children of 500 families: the correlation wanders by .05 between them; it is .2 to .35 in the tables.
    """
    world, p = town.world, town.rules.population
    year = Ledger(world.counts[-1:][None], world.sums[-1:][None], world.accounts[-1:][None])
    for parent in ("mother", "father"):
        (read,) = [i.read for i in INDICATORS if i.row == f"{parent}_child_correlation"]
        told = float(np.asarray(read(year)).ravel()[0])
        rows = town.children
        age = 143 - rows["birth_month"].astype(int)
        theirs = world.families[parent][rows["family"]]
        of = (rows["life"] == Life.CHILD) & (theirs >= 0) & (age >= 0)
        strain = vulnerability(rows[theirs[of]], p)
        found = np.corrcoef(strain, rows["need"][of].astype(float))[0, 1]
        assert told == pytest.approx(found, abs=0.1)
        assert told > 0.1
    assert world.counts[-1, Count.HEIRS_OF_MEN] > 1000
    assert world.sums[-1, Sum.FATHER_STRAIN_SQUARED] > 0


def test_without_adolescent_onset_too_few_are_placed_late(lab):
    """Problems that set in in adolescence are what places enough teenagers and few enough small children.

    The same children and luck with and without onset, ten years in four municipalities: some 280 placements
    from 12 years in each. Paired, the fall of their share is 4 to 5 points and wanders by 1 in the mean of
    four; the rise of the share under 6 is 2 and wanders by 1; their number falls by 15 % and wanders by 3.
    """
    shares, late = [], []
    for changes in ({}, {"onset_share": 0.0}):
        runs = [
            lab.town(fitted(changes), children=20_000, years=10, seed=seed).run(120) for seed in (1, 2, 3, 4)
        ]
        counts = np.array([run.world.counts[18:].sum(axis=0) for run in runs], float)
        parts = counts[:, [Count.NEW_PLACEMENTS_12_17, Count.NEW_PLACEMENTS_0_5]]
        shares.append((parts / counts[:, [Count.NEW_PLACEMENTS]]).mean(axis=0))
        late.append(counts[:, Count.NEW_PLACEMENTS_12_17].sum())
    assert late[0] > 800
    assert late[1] < 0.93 * late[0]
    assert shares[1][0] < shares[0][0] - 0.02
    assert shares[1][1] > shares[0][1]


def heirs(lab, changes, seed):
    """Return the shares in need of known mothers' and of others' children in the last 20 of 40 years."""
    counts = lab.town(fitted(changes), children=8000, years=40, seed=seed).run(480).world.counts[-20:]
    total = counts.sum(axis=0).astype(float)
    known = total[Count.HEIRS_OF_KNOWN_IN_NEED] / total[Count.HEIRS_OF_KNOWN]
    others = total[Count.HEIRS_OF_OTHERS_IN_NEED] / (total[Count.HEIRS] - total[Count.HEIRS_OF_KNOWN])
    return known, others


@pytest.mark.slow
def test_forty_years_show_negative_social_inheritance_and_what_breaks_it(lab):
    """Children of mothers who were notified are more often in need; two things lessen it.

    Four municipalities of 8,000 children, forty years. By luck the mean ratio wanders by .1 and, with the
    same luck, the mean difference between two worlds of known mothers' children in need by 1 point.
    Where nothing passes on, the ratio is 1 but for luck and for what both have in common (nothing is); where
    help at home does twice as much and nothing grows from being without it, their children fare better.
    """
    today = np.array([heirs(lab, {}, seed) for seed in (1, 2, 3, 4)])
    nothing = {"transmission": 0.0, "transmission_father": 0.0}
    cut = np.array([heirs(lab, nothing, seed) for seed in (1, 2, 3, 4)])
    values = best(Structure())
    helped = {name: 2 * values[name] for name in HELP_TWICE} | {"untreated_growth": 0.0}
    better = np.array([heirs(lab, helped, seed) for seed in (1, 2, 3, 4)])
    ratio, ratio_cut = (np.mean(found[:, 0] / found[:, 1]) for found in (today, cut))
    assert ratio > 1.3
    assert ratio_cut == pytest.approx(1.0, abs=0.25)
    assert better[:, 0].mean() < today[:, 0].mean() - 0.01
