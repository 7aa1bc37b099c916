"""Who becomes whose parent, and who moves, replayed in plain Python from the same draws; and both off."""

import numpy as np
import pytest

from trappen.agents.ledger import Count
from trappen.agents.states import NEVER, Life, Step
from trappen.model.kernels import draws
from trappen.model.kernels.draws import normal_quantile
from trappen.model.kernels.generations import beget, grow, move_house
from trappen.model.kernels.world import Meter

MONTH = 150
YEAR = 18 + MONTH // 12


@pytest.fixture(scope="module")
def before(lab):
    """A municipality with mothers from some fifteen years of cohorts, at the beginning of a month."""
    return lab.town(children=12_000, years=14).run(MONTH)


def vulnerability(woman, p):
    weight, link = p["inherit_school"], p["school_propensity_link"]
    stable = (float(woman["propensity"]) + float(woman["scar"])) / np.sqrt(p["family_share"] + p["own_share"])
    mixed = (1 - weight) * stable - weight * float(woman["school"])
    return mixed / np.sqrt((1 - weight) ** 2 + weight**2 + 2 * weight * (1 - weight) * link)


def normals(town, family_key, block):
    """Return the four standard normals of a family's block."""
    low, high = (int(word) for word in town.world.key)
    key = np.array([family_key * 4 + 3], np.int64)
    return [normal_quantile(u) for u in draws.uniforms(low + (high << 32), key, 0, draws.FAMILY, block)[0]]


def replay(lab, town, p):
    """Return rows (-1 from outside) and vulnerability of both parents of each family that begins now."""
    rows, families = town.children.copy(), town.world.families
    a_month = town.world.meters[Meter.BIRTHS_A_MONTH]
    half = min(24, int(20 / a_month))
    parts = max(1, int(a_month * (2 * half + 1) / 40))
    low, high = (int(word) for word in town.world.key)
    begins = (rows["birth_month"] == MONTH + 9) & (rows["who"] % 4 == 0) & (rows["life"] == Life.CHILD)
    found = {}
    for child in rows[begins]:
        f = int(child["family"])
        family = families[f]

        def best_luck(sex, birth, weight, placed, not_of, what, family=family):
            near = np.abs(rows["birth_month"].astype(int) - birth) <= half
            free = near & (rows["sex"] == sex) & (rows["founded"] < 0) & (rows["family"] != not_of)
            free &= ~np.isin(rows["life"], (Life.DEAD, Life.MOVED))
            free &= (rows["who"] // 4) % parts == family["who"] % parts
            best = (np.inf, -1)
            for i in np.flatnonzero(free):
                who = np.array([rows["who"][i]], np.int64)
                u = draws.uniforms(low + (high << 32), who, MONTH, what, int(family["who"]))[0, 0]
                strain = vulnerability(rows[i], p) + placed * (rows["first_placed"][i] != NEVER)
                best = min(best, (-np.log(u) * np.exp(-weight * strain), int(i)))
            return best[1]

        mother, father = int(family["mother"]), int(family["father"])
        if -2 not in (mother, father):
            continue
        birth = MONTH + 9 - int(family["mother_age"])
        early = (p["mother_age_mean"] - float(family["mother_age"])) / 12
        z = normals(town, int(family["who"]), 5)
        if mother == -2:
            mother = best_luck(0, birth, p["young_mothers"] * early, p["mother_placed"], -1, draws.PARENT)
        hers = vulnerability(rows[mother], p) if mother >= 0 else p["young_mothers"] * early + z[0]
        like = p["partner_likeness"] * hers / np.sqrt(1 + (p["young_mothers"] * p["mother_age_spread"]) ** 2)
        if mother >= 0:
            rows["founded"][mother] = f
        if father == -2:
            of = int(rows["family"][mother]) if mother >= 0 else -1
            father = best_luck(1, birth - int(p["father_older"]), like, 0.0, of, draws.FATHER)
        his = vulnerability(rows[father], p) if father >= 0 else like + z[1]
        if father >= 0:
            rows["founded"][father] = f
        found[f] = (mother, father, hers, his)
    return found


def test_parents_are_found_and_families_drawn_as_told(lab, before):
    town = before.copy()
    p = town.rules.population
    grow(town.world, town.rules.staircase, lab.lever_row(), MONTH, YEAR)
    expected = replay(lab, town, p)
    assert len(expected) > 10
    beget(town.world, p, MONTH, YEAR)
    families = town.world.families
    inside = [f for f, (mother, father, *_) in expected.items() if mother >= 0 or father >= 0]
    assert min(np.sum([found[k] >= 0 for found in expected.values()]) for k in (0, 1)) > 5
    assert any((mother >= 0) != (father >= 0) for mother, father, *_ in expected.values())
    for f, parents in expected.items():
        for name, parent in zip(("mother", "father"), parents[:2], strict=True):
            assert families[name][f] == parent
            if parent >= 0:
                assert town.children["founded"][parent] == f
    # What passes on: the parents' vulnerability as far as it does, and the family's own draw.
    b, hers_on, his_on = p["partner_likeness"], p["transmission"], p["transmission_father"]
    among = np.sqrt(1 + (p["young_mothers"] * p["mother_age_spread"]) ** 2)
    rest = np.sqrt(1 - hers_on**2 - his_on**2 - 2 * hers_on * his_on * b / np.sqrt(1 + b**2))
    shift, share = p["lone_parent_liability"], p["lone_parent_share"]
    low, high = (int(word) for word in town.world.key)
    for f in inside:
        key = np.array([int(families["who"][f]) * 4 + 3], np.int64)
        u, v = (draws.uniforms(low + (high << 32), key, 0, draws.FAMILY, b)[0] for b in (0, 1))
        own = normal_quantile(u[3]) + shift * ((v[0] < share) - share)
        own /= np.sqrt(1 + shift**2 * share * (1 - share))
        _, _, hers, his = expected[f]
        passed = hers_on * hers / among + his_on * his / np.sqrt(1 + b**2)
        liability = passed + rest * own + p["need_level"]
        assert families["liability"][f] == pytest.approx(liability, abs=2e-6)
        first = town.children[(town.children["family"] == f) & (town.children["who"] % 4 == 0)][0]
        u = lab.draws_of(town, town.children["who"] == first["who"], 0, draws.BIRTH)[0]
        stable = np.sqrt(p["family_share"]) * liability + np.sqrt(p["own_share"]) * normal_quantile(u[1])
        assert first["propensity"] == pytest.approx(stable, abs=3e-6)


def test_families_move_when_their_draw_says(lab, before):
    town = before.copy()
    rules, rows, families = town.rules, town.children, town.world.families
    earlier = rows.copy()
    move_house(town.world, rules.staircase, rules.population, rules.life, lab.lever_row(), MONTH, YEAR)
    leaves, arrives = (families[name][rows["family"]] for name in ("leaves", "arrives"))
    placed = (earlier["step"] >= Step.KIN) & (earlier["step"] <= Step.OWN_ROOM)
    go = (leaves == MONTH) & (earlier["life"] == Life.CHILD) & ~placed
    come = (arrives == MONTH) & (earlier["life"] == Life.MOVED) & (earlier["death_month"] > MONTH)
    come &= rows["birth_month"].astype(int) - 9 < MONTH
    assert go.sum() > 10 < come.sum()
    expected = np.where(go, Life.MOVED, np.where(come, Life.CHILD, earlier["life"]))
    np.testing.assert_array_equal(rows["life"], expected)
    for name in ("step", "case", "wanted"):
        assert not rows[name][go].any()
        np.testing.assert_array_equal(rows[name][~go], earlier[name][~go])
    assert town.world.counts[YEAR, Count.MOVED_IN] - before.world.counts[YEAR, Count.MOVED_IN] == come.sum()
    assert town.world.counts[YEAR, Count.MOVED_OUT] - before.world.counts[YEAR, Count.MOVED_OUT] == go.sum()
    assert np.all(rows["first_contact"][come] == NEVER)


def test_where_nothing_passes_on_parents_change_no_child(lab):
    """With nothing passed on a municipality with parents and one without are the same to the last bit."""
    off = {"transmission": 0.0, "transmission_father": 0.0}
    towns = [
        lab.town(
            lab.rules(off | {"mothers_from_outside": share, "fathers_from_outside": share}),
            children=2500,
            years=12,
        )
        for share in (0.2, 1.0)
    ]
    one, two = (town.run(144) for town in towns)
    assert np.sum(one.children["founded"] >= 0) > 50
    for name in one.children.dtype.names:
        if name != "founded":
            np.testing.assert_array_equal(one.children[name], two.children[name], err_msg=name)
    for name in one.world.families.dtype.names:
        if name not in ("mother", "father"):
            np.testing.assert_array_equal(one.world.families[name], two.world.families[name], err_msg=name)
    np.testing.assert_array_equal(one.world.accounts, two.world.accounts)


def test_where_nobody_moves_those_who_stay_are_who_they_were(lab):
    """Families that never move are planned and drawn alike whether others move or not."""
    still, moving = (lab.town(lab.rules({"move_rate": rate}), children=1500, years=4) for rate in (0.0, 0.03))
    assert not np.any(still.children["life"] == Life.MOVED)
    assert np.all(still.world.families["leaves"] == NEVER)
    stays = moving.world.families["leaves"][moving.children["family"]] == NEVER
    stays &= moving.world.families["arrives"][moving.children["family"]] == NEVER
    same = moving.children[stays]
    where = {int(who): i for i, who in enumerate(still.children["who"])}
    twins = still.children[[where[int(who)] for who in same["who"]]]
    assert len(same) > 800
    for name in ("birth_month", "propensity", "deviation", "aptitude", "need", "death_month", "life"):
        np.testing.assert_array_equal(same[name], twins[name])
