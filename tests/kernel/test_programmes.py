"""Programmes replayed from the same draws: who is offered, who stays, what it does and costs."""

import numpy as np
import pytest

from trappen.agents.ledger import Count, Payer, Post
from trappen.agents.programme import Tally
from trappen.agents.states import Life, Step
from trappen.model.engine import NO_PROGRAMMES, with_programmes
from trappen.model.kernels import draws
from trappen.model.kernels.conditions import fidelity, set_conditions
from trappen.model.kernels.draws import normal_quantile, uniforms
from trappen.model.kernels.programmes import offer_programmes, remaining
from trappen.model.kernels.world import Meter
from trappen.policies import library
from trappen.policies.policy import Offer
from trappen.scenarios.offered import tables

YEAR = 18


def offers_of(*names, **changes):
    """Return programmes of the catalogue with some fields changed."""
    return [Offer(programme=library.programme(name).model_copy(update=changes)) for name in names]


def without_luck_of_sites(lab, **changes):
    return lab.rules({"site_spread": 0.1, "composition_loss": 0.0} | changes)


@pytest.fixture
def start(lab):
    return lab.town(lab.rules(), children=1500, years=4).run(0)


def frozen(lab, start, rules, offers, months, levers=None, phase=1.0):
    """Run the phase of programmes alone, on people that nothing else moves."""
    town = start.copy()
    town.world = with_programmes(town.world, tables(offers))
    row = lab.lever_row(levers)
    for month in range(months):
        set_conditions(town.world, rules.programmes, row, 0.0, month, YEAR + month // 12)
        phases = np.full(len(offers) + 1, phase)
        offer_programmes(town.world, rules.programmes, row, phases, month, YEAR + month // 12)
    return town


class Replay:
    """One programme again, written out from what `docs/odd.md` says, without capacity or target by need."""

    def __init__(self, town, rules, programme, room):
        self.town, self.p, self.programme, self.room = town, rules.programmes, programme, room
        low, high = (int(word) for word in town.world.key)
        self.seed = low + (high << 32)
        self.parts, self.met, self.cost = [], set(), 0.0
        self.ages = programme.rule.ages

    def u(self, who, when, purpose):
        return uniforms(self.seed, np.array([who]), when, purpose, self.programme.key)[0]

    def carried_out(self, i):
        """Return how well it is carried out in the child's day care or school; 1 elsewhere."""
        column = {"day_care": "day_care", "school": "school_at"}.get(self.programme.place)
        if column is None:
            return 1.0
        p = {name: float(self.p[name]) for name in self.p.dtype.names if self.p[name].ndim == 0}
        row = self.town.world.families[column][self.town.children["family"][i]]
        institution = self.town.world.institutions[row]
        level = p["fidelity_staffing"] * p["staff_ratio_spread"] * float(institution["staffing"])
        able = p["fidelity_competence"]
        level += able * float(institution["competence"]) - able**2 / 2
        over = max(0.0, float(institution["vulnerable_share"]) - p["composition_limit"])
        return np.exp(level - p["composition_loss"] * over / p["composition_limit"])

    def month(self, month):
        children, families = self.town.children, self.town.world.families
        for i in np.flatnonzero(children["life"] == Life.CHILD):
            age = month - int(children["birth_month"][i])
            if i in self.met or not self.ages[0] <= age <= self.ages[1]:
                continue
            u = self.u(int(children["who"][i]), 0, draws.OFFER)
            self.met.add(i)
            if u[0] >= self.programme.reach:
                continue
            trust = float(families["trust"][children["family"][i]])
            if u[1] < self.programme.uptake.base + self.programme.uptake.trust * trust:
                district = int(families["district"][children["family"][i]])
                z = normal_quantile(self.u(district, 0, draws.SITE)[0])
                spread = float(self.p["site_spread"])
                strength = self.programme.fidelity * np.exp(spread * z - spread**2 / 2) * self.carried_out(i)
                start = float(children["need"][i]) + float(children["aid"][i])
                self.parts.append({"i": i, "since": month, "attended": 0, "ended": None, "need": start,
                                   "strength": np.float32(strength)})  # fmt: skip
        for part in self.parts:
            if part["ended"] is not None:
                continue
            u = self.u(int(children["who"][part["i"]]), month, draws.ATTEND)[0]
            drop = self.programme.dropout
            if u < drop.monthly * np.exp(drop.by_need * float(np.float32(part["need"]))):
                part["ended"] = month
                continue
            part["attended"] += 1
            self.cost += self.programme.price.value / self.programme.months
            if part["attended"] >= self.programme.months:
                part["ended"] = month


@pytest.mark.parametrize(("name", "target"), [("circle_of_security", "age < 4 years"), ("hpa", None)])
def test_who_takes_part_and_stays_is_what_the_draws_say(lab, start, name, target):
    """With room for all, every offer, refusal, leaving and completion of two years is replayed."""
    changes = {"served": 1000.0, "takes_part": "child"} | ({"target": target} if target else {})
    offers = offers_of(name, **changes)
    rules = lab.rules({"composition_loss": 0.2})
    town = frozen(lab, start, rules, offers, 24)
    replay = Replay(start.copy(), rules, offers[0].programme, 1000.0)
    replay.town.children["aid"] = 0.0
    for month in range(24):
        replay.month(month)
    tally = town.world.offers.tally[YEAR : YEAR + 2, 0].sum(axis=0)
    ended = [part for part in replay.parts if part["ended"] is not None]
    completed = sum(part["attended"] >= offers[0].programme.months for part in ended)
    assert len(replay.parts) > 30
    assert tally[Tally.STARTED] == len(replay.parts)
    assert tally[Tally.COMPLETED] == completed
    # The frozen need moves with the programme alone, so those who leave are the same children.
    assert tally[Tally.DROPPED_OUT] == len(ended) - completed
    assert tally[Tally.MONTHS] == sum(part["attended"] for part in replay.parts)
    accounts = town.world.accounts[YEAR : YEAR + 2, Post.PROGRAMMES].sum(axis=0)
    assert accounts[Payer.MUNICIPALITY_GENERAL] == pytest.approx(replay.cost, abs=24)
    assert accounts.sum() == accounts[Payer.MUNICIPALITY_GENERAL] == tally[Tally.COST]
    counts = town.world.counts[YEAR : YEAR + 2].sum(axis=0)
    assert counts[Count.PROGRAMMES_STARTED] == tally[Tally.STARTED]
    rows = town.world.offers.enrolments[: town.world.offers.enrolled[0]]
    strengths = dict(zip(rows["child"].tolist(), rows["strength"].tolist(), strict=True))
    known = [part for part in replay.parts if part["i"] in strengths]
    assert len(known) > 20
    np.testing.assert_allclose(
        [strengths[part["i"]] for part in known], [part["strength"] for part in known], rtol=1e-5
    )


@pytest.mark.parametrize(
    ("shape", "hold", "gone", "months", "left"),
    [
        (0, 0, 0, 500, 1.0),
        (1, 36, 120, 36, 1.0),
        (1, 36, 120, 78, 0.5),
        (1, 36, 120, 120, 0.0),
        (2, 6, 12, 18, 0.5),
        (2, 6, 12, 30, 0.25),
        (3, 6, 0, 6, 1.0),
        (3, 6, 0, 7, 0.0),
    ],
)
def test_how_an_effect_fades(shape, hold, gone, months, left):
    assert remaining(shape, float(hold), float(gone), months) == pytest.approx(left)


def test_the_relief_of_one_participant_builds_up_and_fades(lab, start):
    """One participant's relief, month by month, is size x strength x attended / build-up, then the fade."""
    offers = offers_of("pcit_infancy", target="age in 1..2 years", reach=1.0, served=1000.0,
                       takes_part="child", fidelity=1.0)  # fmt: skip
    programme = offers[0].programme
    programme = programme.model_copy(
        update={"uptake": programme.uptake.model_copy(update={"base": 1.0}),
                "dropout": programme.dropout.model_copy(update={"monthly": 0.0})}
    )  # fmt: skip
    offers = [Offer(programme=programme)]
    rules = without_luck_of_sites(lab)
    rules.programmes["site_spread"] = 0.0
    town = start.copy()
    town.world = with_programmes(town.world, tables(offers))
    row, before = lab.lever_row(), None
    size, fade = programme.effects[0].size.value, programme.effects[0].fade
    ages = -town.children["birth_month"].astype(int)
    i = int(np.flatnonzero((ages == 20) & (town.children["step"] == Step.NONE))[0])
    before = float(town.children["need"][i])
    for month in range(48):
        set_conditions(town.world, rules.programmes, row, 0.0, month, YEAR + month // 12)
        offer_programmes(town.world, rules.programmes, row, np.ones(2), month, YEAR + month // 12)
        attended = min(month + 1, programme.months)
        since_end = max(0, month - (programme.months - 1))
        expected = size * attended / programme.months * fade.left(since_end)
        assert town.children["aid"][i] == pytest.approx(expected, abs=1e-6), month
        assert town.children["need"][i] == pytest.approx(before - expected, abs=1e-5)


def test_two_programmes_do_not_add(lab, start):
    """Together they lower need by less than the sum and by more than the larger; at power 1 by the sum."""
    everyone = {"target": "age in 2..8 years", "reach": 1.0, "served": 1000.0, "takes_part": "child"}
    ways = {}
    for power in (1.0, 1.6, 3.0):
        rules = without_luck_of_sites(lab, overlap_power=power, worn_loss=0.0)
        first, second, both = (
            frozen(lab, start, rules, offers_of(*names, **everyone), 12).children["aid"].astype(float)
            for names in (("circle_of_security",), ("triple_p",), ("circle_of_security", "triple_p"))
        )
        in_both = (first > 0.02) & (second > 0.02)
        assert in_both.sum() > 20
        ways[power] = both[in_both] / (first + second)[in_both]
        assert np.all(both[in_both] > np.maximum(first, second)[in_both])
    np.testing.assert_allclose(ways[1.0], 1.0, atol=1e-5)
    assert ways[3.0].max() < ways[1.6].max() < 1.0


def test_several_efforts_wear_a_family_out_and_tapering_spares_it(lab, start):
    rules = lab.rules({"parallel_fatigue": 0.4})
    everyone = {"target": "age in 2..8 years", "reach": 1.0, "served": 1000.0, "takes_part": "child"}
    names = ("circle_of_security", "triple_p", "duaa_children")
    worn = frozen(lab, start, rules, offers_of(*names, **everyone), 12)
    spared = frozen(lab, start, rules, offers_of(*names, **everyone), 12, {"tapering": 1.0})
    alone = frozen(lab, start, rules, offers_of(names[0], **everyone), 12)
    gains = [
        float((town.world.families["fatigue"] - start.world.families["fatigue"]).sum())
        for town in (worn, spared, alone)
    ]
    assert gains[0] > gains[1] > 0
    assert gains[0] > 3 * gains[2]
    assert gains[1] / gains[0] == pytest.approx(1 - float(rules.programmes["taper_spares"]), abs=0.05)


def test_an_institution_carries_its_own_new_efforts(lab, start):
    """A programme that begins where others are new and running does less there, and elsewhere as much.

    With three programmes already running in a day care, a fourth is carried out with three efforts beside
    what staff can bear; once they have run for `effort_new_months` they weigh nothing.
    """
    everyone = {"target": "age in 1..5 years", "reach": 1.0, "served": 1000.0, "takes_part": "child"}
    others = ("duaa_parents", "duaa_staff", "parent_education")
    strengths, shares = {}, []
    for new_for in (0.0, 48.0):
        rules = without_luck_of_sites(
            lab, staff_ratio_spread=0.0, fidelity_competence=0.0, efforts_borne=1.0, fidelity_overload=0.1
        )
        rules.programmes["effort_new_months"] = new_for
        offers = offers_of(*others, **everyone) + offers_of("hpa", target="age in 1..5 years", reach=1.0,
                                                            served=1000.0)  # fmt: skip
        town = start.copy()
        town.world = with_programmes(town.world, tables(offers))
        row = lab.lever_row()
        for month in range(4):
            set_conditions(town.world, rules.programmes, row, 0.0, month, YEAR)
            phases = np.array([1.0, 1.0, 1.0, float(month == 3), 0.0])
            offer_programmes(town.world, rules.programmes, row, phases, month, YEAR)
        rows = town.world.offers.enrolments[: town.world.offers.enrolled[0]]
        rows = rows[rows["programme"] == 3]
        strengths[new_for] = dict(zip(rows["child"].tolist(), rows["strength"].tolist(), strict=True))
        at = town.world.families["day_care"][town.children["family"][rows["child"]]]
        running = town.world.offers.running[at]
        shares += [np.array([bin(bits & 0b111).count("1") for bits in running.tolist()])]
    assert strengths[0.0].keys() == strengths[48.0].keys()
    assert len(strengths[0.0]) > 50
    ratio = np.array([strengths[48.0][i] / strengths[0.0][i] for i in strengths[0.0]])
    np.testing.assert_allclose(ratio, np.exp(-0.1 * np.maximum(0, shares[1] - 1)), rtol=1e-5)
    assert (shares[1] == 3).any()


def test_the_mother_s_age_is_counted_from_her_first_child(lab, start):
    """In the target group is whose mother is under 25 now, later children of the same mother included."""
    target = {"target": "age < 6 years and mother_age < 25 years", "reach": 1.0, "served": 1000.0}
    offers = offers_of("circle_of_security", takes_part="child", **target)
    town = frozen(lab, start, without_luck_of_sites(lab), offers, 1)
    first = np.full(len(start.world.families), 10_000)
    np.minimum.at(first, start.children["family"], start.children["birth_month"])
    family = start.children["family"]
    # Families that came before the first row of children began earlier than their first child here.
    whole = first[family] > start.children["birth_month"].min() + 60
    hers = start.world.families["mother_age"][family].astype(int) - first[family]
    age = -start.children["birth_month"].astype(int)
    fits = whole & (age >= -9) & (age < 72) & (hers < 25 * 12) & (start.children["life"] == Life.CHILD)
    met = town.world.offers.met[:] != 0
    np.testing.assert_array_equal(met[whole], fits[whole])
    later = fits & (start.children["birth_month"] > first[family])
    assert fits.sum() > 20
    assert later.sum() > 3


def test_places_bound_who_begins_and_the_rest_wait(lab, start):
    """Starts of a year are what is served per 1,000 children; those who wait are counted and asked again."""
    rules = lab.rules()
    few = frozen(lab, start, rules, offers_of("hpa", served=8.0), 12).world.offers.tally[YEAR, 0]
    many = frozen(lab, start, rules, offers_of("hpa", served=1000.0), 12).world.offers.tally[YEAR, 0]
    children = (start.children["life"] == Life.CHILD).sum()
    assert few[Tally.STARTED] == pytest.approx(8.0 * children / 1000.0, abs=3)
    assert few[Tally.TURNED_AWAY] > 12 * many[Tally.TURNED_AWAY]
    assert many[Tally.STARTED] > 5 * few[Tally.STARTED]


def test_no_programme_in_force_is_today_bit_for_bit(lab):
    """A municipality that could offer programmes, and does not, is the one that cannot."""
    one = lab.town(children=400, years=1).run(12)
    other = lab.town(children=400, years=1)
    other.world = with_programmes(other.world, tables(offers_of("hpa", "volunteers", "i_gang")))
    other.run(12)
    other.world = with_programmes(other.world, NO_PROGRAMMES)
    lab.same(one, other)


def test_at_the_null_end_a_programme_moves_nothing_and_is_paid(lab):
    """With every effect at nothing no child differs by a bit; the programmes' post alone does."""
    offers = offers_of("hpa", "duaa_children", "triple_p", reach=1.0, served=1000.0)
    rules = lab.rules({"parallel_fatigue": 0.0})
    one = lab.town(rules, children=400, years=2).run(0)
    other = one.copy()
    other.world = with_programmes(other.world, tables(offers, works=False))
    force = lab.in_force(24)
    one.run(24, force)
    phases = np.ones((24, len(offers) + 1))
    phases[:, -1] = 0.0
    other.run(24, type(force)(force.felt, force.paid, force.transition, phases))
    for name in ("children", "families"):
        assert lab.bits(getattr(one.world, name)) == lab.bits(getattr(other.world, name)), name
    differs = np.argwhere((one.world.accounts != other.world.accounts).any(axis=0))
    assert {int(post) for post, _ in differs} == {int(Post.PROGRAMMES)}


def test_fidelity_is_one_today_and_moves_as_each_condition_says(lab):
    p = lab.rules().programmes
    assert fidelity(0.0, 1.0, 0.0, 0.0, p) == 1.0
    assert fidelity(0.0, 1.0, 0.0, float(p["efforts_borne"]), p) == 1.0
    better = [
        fidelity(1.0, 1.0, 0.0, 0.0, p),
        fidelity(0.0, 1.3, 0.0, 0.0, p),
        fidelity(0.0, 1.0, 1.0, 0.0, p),
    ]
    assert min(better) > 1.0
    assert fidelity(0.0, 0.8, 0.0, 0.0, p) < 1.0
    assert fidelity(0.0, 1.0, 0.0, 6.0, p) < fidelity(0.0, 1.0, 0.0, 4.0, p) < 1.0


def test_conditions_stand_as_today_at_today_s_levers(lab):
    town = lab.town(children=50, years=1)
    before = town.world.meters.copy()
    set_conditions(town.world, town.rules.programmes, lab.lever_row(), 0.0, 0, YEAR)
    assert town.world.meters.tobytes() == before.tobytes()
    moved = {
        "leadership": 1.0,
        "trustful_entry": 1.0,
        "situated_effort": 1.0,
        "tapering": 1.0,
        "empowerment": 1.0,
    }
    set_conditions(town.world, town.rules.programmes, lab.lever_row(moved), 0.0, 0, YEAR)
    after = town.world.meters
    assert after[Meter.FIDELITY] > 1
    assert after[Meter.ENTRY] > 0
    assert all(after[meter] < 1 for meter in (Meter.LEAVING, Meter.WEARING, Meter.TAKING_OVER))
