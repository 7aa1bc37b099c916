"""A month of life replayed in plain Python from the same draws, child by child, and its counts."""

import numpy as np
import pytest

from trappen.agents.family import DOMAINS
from trappen.agents.ledger import Count, Sum
from trappen.agents.states import NEVER, Domain, FamilyKind, Household, Life, Step
from trappen.model.kernels import draws
from trappen.model.kernels.draws import normal_quantile
from trappen.model.kernels.life import live

YEAR = 18


def stable_need(child, age, p):
    """Return what need tends towards: the child's share of strain, and problems of adolescence."""
    grown = np.clip(age / 216, 0, 1)
    value = float(child["propensity"]) * (p["spread_at_birth"] + (1 - p["spread_at_birth"]) * grown)
    if child["onset_age"] != NEVER and age > child["onset_age"]:
        late = float(child["onset_size"]) * min((age - child["onset_age"]) / p["onset_months"], 1)
        value += late * (1 - p["onset_desists"] * np.clip((age - 216) / p["desisting_months"], 0, 1))
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


def replay_family(family, luck, month, p):
    """Return the fields of a family after the quarter in which its domains move."""
    new = {name: float(family[name]) for name in (*DOMAINS, "fatigue", "passivity")}
    u0, u1, u2, _ = luck
    domain, left, own = None, u0, np.sqrt(1 - p["domain_loading"] ** 2)
    for name, rate in zip(DOMAINS, p["domain_renewal"], strict=True):
        left -= rate / 4
        if domain is None and left < 0:
            domain = name
    liability, link, buffer = float(family["liability"]), p["coping_liability"], p["coping_buffers"]
    if domain is not None:
        copes = (float(family["coping"]) + link * (liability - p["need_level"])) / np.sqrt(1 - link**2)
        passing = np.sqrt(1 - buffer**2) * normal_quantile(u1) - buffer * (copes - new["passivity"])
        new[domain] = p["domain_loading"] * liability + own * passing
    new["household"] = int(family["household"])
    if new["household"] == Household.ONE_PARENT:
        if u2 < p["new_partner_rate"] / 4:
            new["household"] = int(Household.NEW_PARTNER)
    else:
        slope = p["separation_liability"]
        if u2 < p["separation_rate"] / 4 * np.exp(slope * liability - slope**2 / 2):
            new["household"] = int(Household.ONE_PARENT)
            new["domain_functioning"] += p["separation_strain"]
    new["adults"] = 1 if new["household"] == Household.ONE_PARENT else 2
    if family["helped"]:
        new["fatigue"] += p["fatigue_gain"] / 4 * (1 - new["fatigue"])
        new["passivity"] = min(new["passivity"] + p["passivity_gain"] / 4, p["passivity_cap"])
    else:
        new["fatigue"] *= 1 - p["fatigue_recovery"] / 4
        new["passivity"] *= 1 - p["fatigue_recovery"] / 4
    new |= derived(new, liability, p)
    return new


def derived(domains, liability, p):
    """Return load, kind of family and kind of problem as they follow from the domains."""
    strain = np.array([float(domains[name]) for name in DOMAINS])
    own = np.sqrt(1 - p["domain_loading"] ** 2)
    over = strain >= p["domain_cut"]
    if over.sum() >= p["multi_problem_domains"]:
        kind = FamilyKind.MULTI_PROBLEM
    elif over[4:].any():
        kind = FamilyKind.COMMUNITY_PROBLEM
    else:
        kind = FamilyKind.CHILD_FOCUSED_MILD if over.any() else FamilyKind.NONE
    between = (strain[Domain.PARENT] + strain[Domain.FUNCTIONING]) / 2
    seen = (strain[Domain.CHILD] + strain[Domain.CONTEXT]) / 2
    return {
        "load": p["load_weight"] * np.sum(strain - p["domain_loading"] * liability) / own,
        "kind": int(kind),
        "problem": int((between - seen) / own > p["hidden_above"]),
    }


def quality_at(institutions, family, age):
    """Return the quality of a child's day care, from its first birthday, or school."""
    if not 12 <= age < 216:
        return 0.0
    return float(institutions["quality"][family["day_care" if age < 72 else "school_at"]])


def replay(child, family, luck, month, p, costly, quality):
    """Return the fields of one child after a month; `family` as it stands after the month.

    `quality` is that of the day care or school it goes to.
    """
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
            early = int(child["first_need"]) - int(child["birth_month"]) < 72
            growth = p["untreated_growth"] * (1 + (1 if early else -1) * p["early_starter"])
            new["scar"] = min(new["scar"] + growth / 4, p["scar_cap"])
        new["school"] += (
            p["school_recovery"]
            / 4
            * (float(child["aptitude"]) + p["institution_school"] * quality - new["school"])
        )
        new["school"] -= p["school_need_loss"] / 4 * max(0, need - p["need_cut"])
        new["school"] -= p["school_institution_loss"] / 4 * (step == Step.INSTITUTION)
        if step == Step.NONE and family["help_at_home"]:
            reaches = p["sibling_share"] * p["effect"][family["help_at_home"]]
            if relief < reaches:
                relief += min(1, 3 / p["relief_build_months"]) * (reaches - relief)
    if step != Step.NONE:
        aim = relief_aimed_at(child, need + relief, month, p, costly)
        aim += p["beside_relief"] * p["effect"][child["beside"]]
        if aim > 0:
            aim *= 1 - p["fatigue_loss"] * (float(family["fatigue"]) - p["fatigue_usual"])
            aim *= p["kind_effect"][family["kind"]]
        new["relief"] = relief + (aim - relief) / p["relief_build_months"]
    else:
        new["relief"] = relief * (1 - 1 / p["relief_fade_months"])
        if abs(new["relief"]) < 1e-4:
            new["relief"] = 0.0
    if quarter:
        age = month - int(child["birth_month"])
        new["need"] = stable_need(child, age, p) + new["deviation"] + new["scar"] - new["relief"]
        new["need"] += float(family["load"]) - float(child["aid"]) - p["institution_need"] * quality
        new["need"] += p["school_protection"] * (float(child["aptitude"]) - new["school"])
    else:
        new["need"] = need + float(child["relief"]) - new["relief"]
    return new


@pytest.fixture(scope="module", params=[True, False], ids=["foster care costly", "price only"])
def month(lab, request):
    """A month of life somewhere in a run: the municipality before and after, and the month."""
    town = lab.town(children=3000, years=2).run(5)
    # Needs high enough that scars, missed children and deep need occur.
    town.children["propensity"] += np.float32(0.8)
    town.children["months_unhelped"][::3] = 11
    town.children["aid"][::5] = 0.3
    for number in range(5, 8):
        earlier = town.copy()
        live(town.world, town.rules.life, request.param, number, YEAR)
    return earlier, town, number, request.param


def test_every_child_lives_as_its_draws_say(lab, month):
    old, new, number, costly = month
    luck = lab.draws_of(old, slice(None), number, draws.COURSE)
    p, checked = new.rules.life, 0
    age = number - old.children["birth_month"].astype(int)
    here = ~np.isin(old.children["life"], (Life.DEAD, Life.MOVED))
    for i in np.flatnonzero((age >= -9) & (age < 276) & here):
        family = new.world.families[old.children["family"][i]]
        quality = quality_at(old.world.institutions, family, age[i])
        expected = replay(old.children[i], family, luck[i], number, p, costly, quality)
        for name, value in expected.items():
            assert new.children[name][i] == pytest.approx(value, abs=2e-5), name
        checked += 1
    assert checked > 3000
    outside = (age < -9) | (age >= 276) | ~here
    for name in ("need", "deviation", "scar", "relief", "school", "months_need"):
        np.testing.assert_array_equal(old.children[name][outside], new.children[name][outside])


def test_every_family_lives_as_its_draws_say(month):
    """Once a quarter, in the month of its children, and only while one of them is below 23."""
    old, new, number, _ = month
    p, before, after = new.rules.life, old.world.families, new.world.families
    rows = old.children
    age = number - rows["birth_month"].astype(int)
    alive = (age >= -9) & (age < 276) & ~np.isin(rows["life"], (Life.DEAD, Life.MOVED))
    quarter = (number + rows["who"] // 4) % 3 == 0
    moving = np.unique(rows["family"][alive & quarter])
    low, high = (int(word) for word in old.world.key)
    keys = before["who"].astype(np.int64) * 4 + 3
    luck = draws.uniforms(low + (high << 32), keys, number, draws.DOMAIN)
    moved = 0
    for f in moving:
        for name, value in replay_family(before[f], luck[f], number, p).items():
            assert after[name][f] == pytest.approx(value, abs=2e-5), name
        assert after["lived"][f] == number
        assert after["help_at_home"][f] == before["helped"][f]
        moved += after["domain_parent"][f] != before["domain_parent"][f]
        mine = (rows["family"] == f) & alive
        at_home = [int(step) for step in rows["step"][mine] if 1 <= step <= 3]
        assert after["helped"][f] == max(at_home, default=0)
    assert moved > 5
    still = np.setdiff1d(np.arange(len(before)), moving)
    for name in before.dtype.names:
        np.testing.assert_array_equal(before[name][still], after[name][still])


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
    rules = lab.rules(
        {"fatigue_loss": 0.0, "kind_effect": [1.0] * 4},
        life__match_loss=0.0,
        life__quarter_spread=0.0,
        life__shock_rate=0.0,
    )
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
    town.children["propensity"], town.children["deviation"] = -6.0, -3.0
    other = town.copy()
    other.children["step"], other.children["step_since"] = Step.FOSTER, lab.begin - 1
    for month in range(lab.begin, lab.begin + 36):
        live(town.world, null.life, True, month, 0)
        live(other.world, null.life, True, month, 0)
    for name in ("need", "deviation", "scar", "relief"):
        np.testing.assert_array_equal(town.children[name], other.children[name])
