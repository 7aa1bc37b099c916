"""A month of life replayed in plain Python from the same draws, child by child, and its counts."""

import numpy as np
import pytest

from trappen.agents.ledger import Count, Sum
from trappen.agents.states import NEVER, Life, Step
from trappen.model.kernels import draws
from trappen.model.kernels.draws import normal_quantile
from trappen.model.kernels.life import live

YEAR = 18


def stable_need(child, age, p):
    """Return what need tends towards: the child's share of strain, and problems of adolescence."""
    grown = np.clip(age / 216, 0, 1)
    value = float(child["propensity"]) * (p["spread_at_birth"] + (1 - p["spread_at_birth"]) * grown)
    if child["onset_age"] != NEVER and age > child["onset_age"]:
        value += float(child["onset_size"]) * min((age - child["onset_age"]) / p["onset_months"], 1)
    return value


def relief_aimed_at(child, untreated, month, p, costly):
    step, since = int(child["step"]), month - int(child["step_since"])
    effect = p["effect"][step]
    if costly and step in (Step.KIN, Step.FOSTER):
        effect -= p["foster_hard_case_loss"] * max(0, untreated - p["hard_case_from"])
    if step == Step.INSTITUTION:
        effect -= p["institution_drift"] * max(0, since - p["institution_full_months"]) / 12
    return (
        effect * np.exp(-p["match_loss"] * max(0, untreated - p["step_level"][step]))
        if effect > 0
        else effect
    )


def replay(child, luck, month, p, costly):
    """Return the fields of one child after a month."""
    need, relief, step = float(child["need"]), float(child["relief"]), child["step"]
    new = {name: float(child[name]) for name in ("deviation", "scar", "school")}
    quarter = (month + int(child["who"]) // 4) % 3 == 0
    if quarter:
        u0, u1, u2, _ = luck
        rate = p["shock_rate"] / 4
        new["deviation"] = p["quarter_persistence"] * new["deviation"] + p[
            "quarter_spread"
        ] * normal_quantile(u0)
        new["deviation"] += (-p["shock_size"] * np.log(u2) if u1 < rate else 0) - rate * p["shock_size"]
        new["scar"] *= 1 - p["scar_recovery"] / 4
        if step == Step.NONE and need >= p["need_cut"] and new["scar"] < p["scar_cap"]:
            new["scar"] = min(new["scar"] + p["untreated_growth"] / 4, p["scar_cap"])
        new["school"] += p["school_recovery"] / 4 * (float(child["aptitude"]) - new["school"])
        new["school"] -= p["school_need_loss"] / 4 * max(0, need - p["need_cut"])
        new["school"] -= p["school_institution_loss"] / 4 * (step == Step.INSTITUTION)
    if step != Step.NONE:
        aim = relief_aimed_at(child, need + relief, month, p, costly)
        new["relief"] = relief + (aim - relief) / p["relief_build_months"]
    else:
        new["relief"] = relief * (1 - 1 / p["relief_fade_months"])
        if abs(new["relief"]) < 1e-4:
            new["relief"] = 0.0
    if quarter:
        age = month - int(child["birth_month"])
        new["need"] = stable_need(child, age, p) + new["deviation"] + new["scar"] - new["relief"]
    else:
        new["need"] = need + relief - new["relief"]
    return new


@pytest.fixture(scope="module", params=[True, False], ids=["foster care costly", "price only"])
def month(lab, request):
    """A month of life somewhere in a run: the municipality before and after, and the month."""
    town = lab.town(children=3000, years=2).run(5)
    # Needs high enough that scars, missed children and deep need occur.
    town.children["propensity"] += np.float32(0.8)
    town.children["months_unhelped"][::3] = 11
    for number in range(5, 8):
        earlier = town.copy()
        live(town.world, town.rules.life, request.param, number, YEAR)
    return earlier, town, number, request.param


def test_every_child_lives_as_its_draws_say(lab, month):
    old, new, number, costly = month
    luck = lab.draws_of(old, slice(None), number, draws.COURSE)
    p, checked = new.rules.life, 0
    age = number - old.children["birth_month"].astype(int)
    for i in np.flatnonzero((age >= -9) & (age < 276) & (old.children["life"] != Life.DEAD)):
        expected = replay(old.children[i], luck[i], number, p, costly)
        for name, value in expected.items():
            assert new.children[name][i] == pytest.approx(value, abs=2e-5), name
        checked += 1
    assert checked > 3000
    outside = (age < -9) | (age >= 276) | (old.children["life"] == Life.DEAD)
    for name in ("need", "deviation", "scar", "relief", "school", "months_need"):
        np.testing.assert_array_equal(old.children[name][outside], new.children[name][outside])


def test_the_counts_are_the_rows(month):
    old, new, number, _ = month
    p, rows = new.rules.life, new.children
    counts, sums = (
        getattr(new.world, name)[YEAR] - getattr(old.world, name)[YEAR] for name in ("counts", "sums")
    )
    age = number - rows["birth_month"].astype(int)
    child = (rows["life"] == Life.CHILD) & (age >= 0)
    need, step = rows["need"].astype(float), rows["step"]
    deep, in_need = child & (need >= p["deep_need_cut"]), child & (need >= p["need_cut"])
    helped = (step >= Step.EARLY) & (step <= Step.OWN_ROOM)
    above = np.array(p["step_level"])[step] + p["under_matched_above"]
    # A need within a float's rounding of a cut is counted by the unrounded one.
    for count, rows_counted in (
        (Count.CHILD_MONTHS, child),
        (Count.CHILDREN_UNDER_6, child & (age < 72)),
        (Count.NEED_MONTHS, in_need),
        (Count.DEEP_NEED_MONTHS, deep),
        (Count.UNHELPED_NEED_MONTHS, in_need & (step == Step.NONE)),
        (Count.EVERYDAY_LIFE_MONTHS, in_need & (step != Step.INSTITUTION) & (step != Step.OWN_ROOM)),
        (Count.UNDER_MATCHED_MONTHS, child & helped & (need > above)),
    ):
        assert counts[count] == rows_counted.sum() > 0, Count(count)
    at_school = in_need & (age >= 72)
    assert sums[Sum.SCHOOL_MONTHS] == at_school.sum() > 0
    assert sums[Sum.SCHOOL_IN_NEED] == pytest.approx(rows["school"][at_school].astype(float).sum(), abs=1e-3)
    # A child is missed in the month in which it has gone unhelped so long, once.
    alone = in_need & (step == Step.NONE)
    months = np.where(alone, old.children["months_unhelped"] + 1, 0)
    np.testing.assert_array_equal(rows["months_unhelped"][child], months[child])
    assert counts[Count.MISSED] == np.sum(months[child] == p["missed_months"])
    np.testing.assert_array_equal(rows["months_need"], old.children["months_need"] + in_need)
    first = np.where(in_need & (old.children["first_need"] == NEVER), number, old.children["first_need"])
    np.testing.assert_array_equal(rows["first_need"], first)


def test_help_builds_up_and_fades_as_an_exponential(lab):
    """Relief after n months on a step is its effect less (1 - 1/build)^n of the way; then it fades alike."""
    rules = lab.rules(life__match_loss=0.0, life__quarter_spread=0.0, life__shock_rate=0.0)
    town, p = lab.town(rules, children=200, years=2), rules.life
    row, begin = int(np.flatnonzero(town.children["life"] == Life.CHILD)[0]), lab.begin
    town.children["step"][row], town.children["step_since"][row] = Step.HOME_BASED, begin
    for n in range(1, 25):
        live(town.world, p, True, begin + n, 0)
        expected = p["effect"][Step.HOME_BASED] * (1 - (1 - 1 / p["relief_build_months"]) ** n)
        assert town.children["relief"][row] == pytest.approx(expected, abs=1e-5)
    town.children["step"][row], full = Step.NONE, float(town.children["relief"][row])
    for n in range(1, 25):
        live(town.world, p, True, begin + 24 + n, 2)
        assert town.children["relief"][row] == pytest.approx(
            full * (1 - 1 / p["relief_fade_months"]) ** n, abs=1e-5
        )


def test_help_without_effect_changes_no_need(lab):
    """At the null end of every effect a child on a step fares bit for bit as one without."""
    null = lab.rules(life__effect=np.zeros(9), life__institution_drift=0.0, life__foster_hard_case_loss=0.0)
    town = lab.town(null, children=1000, years=2)
    town.children["need"] = -3.0  # below the cut, where being without help is no harm
    town.children["propensity"], town.children["deviation"] = -3.0, -3.0
    other = town.copy()
    other.children["step"], other.children["step_since"] = Step.FOSTER, lab.begin - 1
    for month in range(lab.begin, lab.begin + 36):
        live(town.world, null.life, True, month, 0)
        live(other.world, null.life, True, month, 0)
    for name in ("need", "deviation", "scar", "relief"):
        np.testing.assert_array_equal(town.children[name], other.children[name])
