"""What the source documents say of programmes and conditions is what the model does, figures included."""

import numpy as np
import pytest

from trappen.agents.ledger import Count, Post
from trappen.agents.programme import Tally
from trappen.agents.states import CaseState, FamilyKind, Life, Step
from trappen.model.engine import InForce, with_programmes
from trappen.model.kernels.conditions import fidelity
from trappen.model.kernels.world import Meter
from trappen.policies import library
from trappen.policies.policy import Offer
from trappen.policies.programme import Fading, Range
from trappen.scenarios.offered import tables

YEAR = 18
OPEN = {"reach": 1.0, "served": 1000.0}


def relief_by(trial, name, months=None, **changes):
    """Return who completed a programme when all of its target group may, and their relief at its end."""
    (offer,) = trial.offers(name, **OPEN | changes)
    town = trial.frozen([offer], months or offer.programme.months)
    parts = town.world.offers.enrolments[: town.world.offers.enrolled[0]]
    done = parts[parts["attended"] >= offer.programme.months]
    return done, town.children["aid"][done["child"]] / np.maximum(done["strength"], 1e-9)


@pytest.mark.slow
def test_nurse_visits_lower_notifications_for_years(pairs):
    """A1: fewer notifications while the visits run and for years after, at the programme's own size.

    Offered to all who are pregnant or under one in the first two years, and to nobody after: what is read
    in the eighth to fifteenth year is what is left. Over 24 pairs each fall lies 3 standard errors from
    nothing.
    """
    update = OPEN | {"target": "pregnancy or age < 1 years"}
    programme = library.programme("nurse_home_visits").model_copy(update=update)
    counts = [
        ("NOTIFICATIONS", 0, 7),
        ("NEED_MONTHS", 0, 7),
        ("NOTIFICATIONS", 7, 15),
        ("NEED_MONTHS", 7, 15),
    ]

    def read(name, first, last):
        return lambda town: int(town.world.counts[YEAR + first : YEAR + last, Count[name]].sum())

    phases = np.zeros((180, 2))
    phases[:24, 0] = 1.0
    found = []
    for number in range(24):
        start = pairs.start(number)
        with_ = start.copy()
        with_.world = with_programmes(with_.world, tables([Offer(programme=programme)]))
        force = pairs.lab.in_force(180)
        with_.run(180, InForce(force.felt, force.paid, force.transition, phases))
        without = start.run(180)
        found.append([read(*count)(with_) - read(*count)(without) for count in counts])
        cost = with_.world.accounts[:, Post.PROGRAMMES].sum()
        assert with_.world.offers.tally[:, 0, Tally.COST].sum() == cost > 0
    found = np.array(found)
    assert np.all(found.mean(axis=0) < -3.0 * found.std(axis=0, ddof=1) / np.sqrt(len(found)))
    # Six years after the visits have ended they still lower need: the fade is as in the file.
    fade = programme.effects[0].fade
    assert (fade.left(96), fade.left(138), fade.left(180)) == (1.0, 0.5, 0.0)


def test_motivation_and_trust_decide_who_takes_part_in_parent_education(trial):
    """A2: voluntary, and built on the family's own motivation: with full trust far more say yes."""
    started = {}
    for trust in (0.1, 0.9):
        town = trial.start()
        town.world.families["trust"] = trust
        trial._starts["trusting"] = town
        (offer,) = trial.offers("parent_education", **OPEN, takes_part="child")
        asked = trial.start
        trial.start = lambda *_, town=town: town.copy()
        try:
            after = trial.frozen([offer], 1)
        finally:
            trial.start = asked
        tally = after.world.offers.tally[:, 0].sum(axis=0)
        started[trust] = tally[Tally.STARTED] / tally[Tally.OFFERED]
    uptake = library.programme("parent_education").uptake
    for trust, share in started.items():  # some 250 are asked: within four standard errors
        assert share == pytest.approx(uptake.base + uptake.trust * trust, abs=0.13)


def test_klar_til_barn_is_known_by_self_report_only(trial):
    programme = library.programme("klar_til_barn")
    assert programme.evidence.grade == "expert"
    assert max(effect.size.value for effect in programme.effects) <= 0.03
    assert "92 %" in programme.evidence.study.da
    assert "no control group" in programme.evidence.study.en


def test_i_gang_s_shape_gives_a_surplus_of_the_analysis_order():
    """A6: constant for three years, nothing after ten: 6.5 years of benefit, and 159,000 DKK over.

    The inputs are not worked out from that surplus. With them it comes out within a factor of two, and the
    range that their own ranges give holds both the analysis's figure and nothing.
    """
    programme = library.programme("i_gang")
    benefit, price = programme.benefit, programme.price
    assert (benefit.hold_years, benefit.gone_years, benefit.years()) == (3, 10, 6.5)
    assert 159_000 / 2 < programme.net_benefit() < 159_000 * 2
    worth = benefit.worth()
    assert worth.low - price.high < 0 < 159_000 < worth.high - price.low
    shape = Fading(shape="linear", hold_months=36, gone_months=120)
    each = benefit.per_year.value * benefit.share.value
    yearly = [each * np.mean([shape.left(12 * y + m + 0.5) for m in range(12)]) for y in range(12)]
    assert yearly[0] == yearly[2] == each
    assert yearly[10] == 0
    assert sum(yearly) - price.value == pytest.approx(programme.net_benefit(), rel=1e-9)


def test_hpa_leaves_the_gap(trial):
    """A7: all gain, the most vulnerable least, so that the gap between them grows."""
    done, relief = relief_by(trial, "hpa")
    worst, best = done["need"] > 1.5, done["need"] < 0.0
    assert min(worst.sum(), best.sum()) > 10
    assert 0 < relief[worst].mean() < 0.6 * relief[best].mean()


def test_fremtidens_boern_leaves_three_of_four_to_cope_with_less(pairs):
    """A3: afterwards at least three of four participants have no case and no more than early help.

    The note has no control group. Beside the same families without the programme it is more of them: over 32
    municipalities (some 50 participants each) the difference lies 3 standard errors from nothing.
    """
    programme = library.programme("fremtidens_boern").model_copy(update=OPEN)
    who = {}

    def coping(town):
        if town.world.offers.programmes.size:  # with the programme: those who stayed to the end
            parts = town.world.offers.enrolments[: town.world.offers.enrolled[0]]
            rows = parts["child"][parts["attended"] >= programme.months]
            who["rows"] = rows[town.children["life"][rows] == Life.CHILD]
        alone = (town.children["step"] <= Step.EARLY) & (town.children["case"] == CaseState.NONE)
        return float(alone[who["rows"]].mean())

    found = []
    for number in range(32):
        start = pairs.start(number)
        changed = coping(
            pairs.changed(start.copy(), pairs.plan([], offers=(Offer(programme=programme),), months=48))
        )
        found.append((coping(start.run(48)), changed))
    without, with_ = np.array(found).T
    assert with_.mean() >= 0.75
    difference = with_ - without
    assert difference.mean() > 3.0 * difference.std(ddof=1) / np.sqrt(len(difference))


def test_family_places_show_the_rates_before_and_after(trial):
    """A8: 27 % with difficulties before, 8 % after, at the effect that the study itself would give.

    The study's 27 to 8 % is a fall of 0.79 SD of its participants. At that size the same children, in a place
    for a year, are counted by the need that the model gives them before and after; at half of it, which is
    the programme's value for want of a control group, more are left. Nothing but the programme runs.
    """
    programme = library.programme("familiepladser")
    exposed = "age in 1..5 years and strain >= 0.5"
    plain = trial.lab.rules(
        {
            "site_spread": 0.1, "composition_loss": 0.0, "worn_loss": 0.0,
            "staff_ratio_spread": 0.0, "fidelity_competence": 0.0,
        }
    )  # fmt: skip

    def rates(size):
        effect = programme.effects[0].model_copy(update={"size": Range(value=size, low=0.0, high=3.0)})
        (offer,) = trial.offers("familiepladser", **OPEN, effects=[effect], fidelity=1.0, target=exposed)
        town = trial.frozen([offer], 12, rules=plain)
        parts = town.world.offers.enrolments[: town.world.offers.enrolled[0]]
        done = parts["child"][parts["attended"] == 12]
        assert len(done) > 60
        before = trial.start().children["need"][done].astype(float)
        cut = np.quantile(before, 0.73)
        return before, np.mean(before >= cut), np.mean(town.children["need"][done] >= cut)

    spread = rates(0.0)[0].std()
    _, at_first, left = rates(0.79 * spread)
    _, _, half = rates(0.395 * spread)
    assert at_first == pytest.approx(0.27, abs=0.02)
    assert left == pytest.approx(0.08, abs=0.06)
    assert left < half < 0.27


def test_conditions_scale_every_effect(trial):
    """A9: leadership and staff raise, many efforts at once lower what reaches children."""
    p = trial.rules.programmes
    few, many = (fidelity(0.0, 1.0, 0.0, float(n), p) for n in (2, 8))
    assert few == 1.0
    assert many == pytest.approx(np.exp(-float(p["fidelity_overload"]) * (8 - float(p["efforts_borne"]))))
    months = 36
    today = trial.run(months)
    led = trial.run(months, {"leadership": 1.0, "staffing": 1.3})
    assert led.world.meters[Meter.FIDELITY] == pytest.approx(
        np.exp(float(p["fidelity_leadership"]) + float(p["fidelity_staffing"]) * np.log(1.3))
    )
    relief = [
        town.children["relief"][(town.children["step"] == Step.PREVENTIVE)].mean() for town in (today, led)
    ]
    assert relief[1] > relief[0]
    cost = led.world.accounts[YEAR : YEAR + 3, Post.CONDITIONS].sum()
    assert cost > 0 == today.world.accounts[:, Post.CONDITIONS].sum()


def test_composition_lowers_effects_in_day_care_over_a_tenth(trial):
    """A9: in the institutions where more than one in ten is vulnerable the same programme does less.

    Read at each child's own day care: half of the vulnerable children go to a fifth of them. Where under a
    tenth are vulnerable nothing is lost, and elsewhere by the stated slope.
    """
    (offer,) = trial.offers("hpa", **OPEN)
    plain, rules = (
        trial.lab.rules({"composition_loss": loss, "composition_limit": 0.1}) for loss in (0.0, 0.3)
    )
    strengths = []
    for each in (plain, rules):
        town = trial.frozen([offer], 3, rules=each)
        parts = town.world.offers.enrolments[: town.world.offers.enrolled[0]]
        strengths.append(parts["strength"].astype(float))
    at = town.world.families["day_care"][town.children["family"][parts["child"]]]
    share = town.world.institutions["vulnerable_share"][at].astype(float)
    lost = -np.log(strengths[1] / strengths[0])
    np.testing.assert_allclose(lost, 0.3 * np.maximum(0.0, share - 0.1) / 0.1, atol=1e-5)
    assert lost[share < 0.1].max() < 1e-6
    assert lost[share > 0.1].min() > 0.01
    assert 0.1 < (share > 0.1).mean() < 0.35


def test_group_programmes_lose_the_families_that_need_them_most(trial):
    """C6: those who leave a mothers' group have more need than those who stay."""
    (offer,) = trial.offers("mothers_groups", **OPEN, target="age < 6 years")
    town = trial.frozen([offer], offer.programme.months, children=6000)
    parts = town.world.offers.enrolments[: town.world.offers.enrolled[0]]
    stayed = parts["attended"] >= offer.programme.months
    gone = (parts["ended"] < 500) & ~stayed
    assert min(stayed.sum(), gone.sum()) > 50
    se = np.sqrt(parts["need"][stayed].var() / stayed.sum() + parts["need"][gone].var() / gone.sum())
    assert parts["need"][gone].mean() > parts["need"][stayed].mean() + 1.6 * se


def test_volunteers_do_less_for_families_with_many_problems(trial):
    """C8, B15: useful, and not for the vulnerable."""
    done, relief = relief_by(trial, "volunteers", takes_part="child", target="age < 16 years")
    multi = done["kind"] == FamilyKind.MULTI_PROBLEM
    mild = done["kind"] == FamilyKind.NONE
    assert relief[multi].mean() < 0.5 * relief[mild].mean()
    price = library.programme("volunteers").price
    assert price.value < library.programme("family_check_up").price.value


def test_home_visits_add_to_the_parent_group(trial):
    """E8: half a year after, ten home visits leave more than the course alone, and cost more."""
    changes = {"takes_part": "child"}
    alone = relief_by(trial, "duaa_parents", 10, **changes)
    more = relief_by(trial, "duaa_home_visits", 12, **changes)
    assert more[1].mean() > 1.1 * alone[1].mean()
    assert library.programme("duaa_home_visits").price.value > library.programme("duaa_parents").price.value


def test_family_check_up_works_most_where_problems_are_largest(trial):
    done, relief = relief_by(trial, "family_check_up")
    worst = done["need"] > np.median(done["need"])
    assert relief[worst].mean() > 1.1 * relief[~worst].mean()
    assert "notice" in [effect.moves for effect in library.programme("family_check_up").effects]  # more use


def test_familiens_fremtid_works_where_there_are_competences(trial):
    """E13: good in families with competences, hardly where many problems dominate."""
    done, relief = relief_by(trial, "familiens_fremtid", takes_part="child", target="age < 18 years")
    multi, focused = (
        done["kind"] == kind for kind in (FamilyKind.MULTI_PROBLEM, FamilyKind.CHILD_FOCUSED_MILD)
    )
    assert min(multi.sum(), focused.sum()) > 5
    assert relief[multi].mean() < 0.35 * relief[focused].mean()


def test_a_team_holds_as_many_families_as_its_places(trial):
    """E5: a team of 3-6 holds 18-19 families; places bound who is in it at once."""
    programme = library.programme("job_og_familie")
    # 18.5 families at a time in an 18-month course: 12.3 begin a year, here for 3,000 children.
    served = 18.5 * 12 / programme.months / 3.0
    (offer,) = trial.offers("job_og_familie", reach=1.0, served=served, target="age < 18 years")
    town = trial.frozen([offer], 36)
    parts = town.world.offers.enrolments[: town.world.offers.enrolled[0]]
    attending = parts[(parts["ended"] > 36) & (parts["pays"] == 1)]
    assert 10 <= len(attending) <= 20
    assert town.world.offers.tally[:, 0, Tally.TURNED_AWAY].sum() > 0


@pytest.mark.parametrize(
    ("lever", "count", "goes"),
    [
        ("trustful_entry", Count.DECLINED, "down"),  # E1, E15: more say yes
    ],
)
def test_ways_of_meeting_families(trial, today, lever, count, goes):
    """E1: accepting and staying. Paired luck over five years: a wrong sign would need luck of its own."""
    moved = trial.run(60, {lever: 1.0})
    before, after = (town.world.counts[YEAR : YEAR + 5, count].sum() for town in (today, moved))
    assert (after < before) if goes == "down" else (after > before)
    assert moved.world.accounts[:, Post.CONDITIONS].sum() > 0


def test_solution_focus_makes_help_at_home_do_more(trial, today):
    """E1: children who have had the same measure as long have more relief of it, by the lever's own gain."""
    moved = trial.run(60, {"solution_focus": 1.0})
    a, b = today.children, moved.children
    same = (a["step"] == Step.PREVENTIVE) & (b["step"] == Step.PREVENTIVE)
    same &= (a["step_since"] == b["step_since"]) & (a["step_since"] > 24) & (a["relief"] > 0.02)
    assert same.sum() > 10
    gain = np.exp(float(trial.rules.programmes["solution_gain"]))
    assert np.median(b["relief"][same] / a["relief"][same]) == pytest.approx(gain, abs=0.04)
    assert moved.world.accounts[:, Post.CONDITIONS].sum() > 0


def test_tapering_and_letting_families_do_it_themselves(trial, today):
    """E11, E12: help wears families out and takes over; the two levers spare them, at a price."""
    spared = trial.run(60, {"tapering": 1.0, "empowerment": 1.0})
    helped = np.unique(
        today.children["family"][(today.children["step"] > 0) & (today.children["life"] == Life.CHILD)]
    )
    for column in ("fatigue", "passivity"):
        before, after = (town.world.families[column][helped].mean() for town in (today, spared))
        assert after < 0.85 * before, column
    assert spared.world.accounts[:, Post.CONDITIONS].sum() > 0


def test_manuals_make_districts_alike(trial):
    """E14: with manuals the same programme differs less between districts, and does a little more."""
    (offer,) = trial.offers("hpa", **OPEN)
    alike = trial.lab.rules({"composition_loss": 0.0, "staff_ratio_spread": 0.0, "fidelity_competence": 0.0})
    spread, level = [], []
    for lever in (0.0, 1.0):
        town = trial.frozen([offer], 2, {"programme_manuals": lever}, rules=alike)
        strength = np.unique(town.world.offers.enrolments[: town.world.offers.enrolled[0]]["strength"])
        spread.append(np.log(strength).std())
        level.append(town.world.meters[Meter.HELP_AT_HOME])
    assert spread[1] == pytest.approx(
        spread[0] * (1 - float(trial.rules.programmes["manuals_even_out"])), rel=0.02
    )
    assert level[1] > level[0] == 1.0


def test_school_support_reaches_school_attachment_of_the_placed(trial):
    """B14: the strongest protective factor can be moved by itself."""
    (offer,) = trial.offers("school_support", **OPEN)
    with_, without = trial.run(36, offers=[offer]), trial.run(36)
    parts = with_.world.offers.enrolments[: with_.world.offers.enrolled[0]]
    took = parts["child"][parts["attended"] >= 12]
    assert len(took) >= 3
    assert (with_.children["school"][took] - without.children["school"][took]).mean() > 0.05


def test_every_programme_tells_its_readiness():
    """E16: each says whether it is an idea, in trial, tried or in operation, and by which evidence."""
    found = {library.programme(name).evidence.readiness for name in library.entries("programme")}
    assert found >= {"in_trial", "tried", "in_operation"}


def test_effects_are_drawn_from_their_ranges_between_parameter_sets(trial):
    offers = trial.offers("duaa_parents")
    sizes = np.array([tables(offers, number).effects[0, 1] for number in range(1, 60)])
    told = offers[0].programme.effects[0].size
    assert tables(offers, 0).effects[0, 1] == told.value
    assert told.low <= sizes.min() < told.value < sizes.max() <= told.high
    assert np.median(sizes) == pytest.approx(told.value, abs=0.08)
