"""Each decision of the kernels as a function of its uniform, on a grid of uniforms.

A decision fed the middles of N equal cells gives shares that differ from its probability P by at most
1/N: no sample, no error rate, and a probability that is off by 1e-4 shows. Means of quantile functions
are held to a stated tolerance, which is the grid's own error at their tails.
"""

import itertools

import numpy as np
import pytest
from scipy import stats

from trappen.agents.states import NEVER, Arena, Household, Problem, Step, StepDown
from trappen.model.kernels.casework import error_now
from trappen.model.kernels.households import event_domain, next_household
from trappen.model.kernels.life import growth_of, next_deviation, relief_target, set_point
from trappen.model.kernels.notice import age_band, courage, false_alarms, sight
from trappen.model.kernels.population import death_age
from trappen.model.kernels.staircase import (
    breakdown_chance,
    has_room,
    institution_threshold,
    step_for,
    threshold_of,
)
from trappen.model.kernels.steps import family_accepts, is_placement, may_step_down, months_until_ready
from trappen.model.kernels.world import Meter

UNDER_6 = 2  # the last age band in which the tools are used
N = 100_000
GRID = (np.arange(N) + 0.5) / N
COARSE = GRID[::100]


def share(decision):
    """Return the share of the grid on which a decision falls yes."""
    return np.mean([decision(u) for u in GRID])


@pytest.fixture(scope="module")
def rules(lab):
    return lab.rules()


@pytest.fixture(scope="module")
def town(lab):
    return lab.town(children=100, years=1)


# --- life -----------------------------------------------------------------------------------------


def test_set_point_grows_from_birth_to_18_and_with_onset(lab):
    p = lab.rules({"spread_at_birth": 0.6, "onset_months": 24, "onset_desists": 0.4}).life
    for age, part in ((-9, 0.6), (0, 0.6), (108, 0.8), (216, 1.0), (290, 1.0)):
        assert set_point(1.5, age, NEVER, 0.9, p) == pytest.approx(1.5 * part, abs=1e-12)
    for age, part in ((140, 0.0), (141, 1 / 24), (152, 0.5), (164, 1.0), (215, 1.0)):
        assert set_point(0.0, age, 140, 0.9, p) == pytest.approx(0.9 * part, abs=1e-12)
    for age, part in ((216, 1.0), (246, 0.8), (276, 0.6), (299, 0.6)):
        assert set_point(0.0, age, 140, 0.9, p) == pytest.approx(0.9 * part, abs=1e-12)


def test_deviation_has_the_mean_and_spread_of_a_damped_walk_with_events(rules):
    """Over a grid of its normal: mean q x and variance s^2, plus the events' mean taken out.

    The normal's grid loses 2e-5 of the variance at the tails (N = 1e5).
    """
    p = rules.life
    for x in (0.0, 2.5):
        moved = np.array([next_deviation(x, u, 1.0, 0.5, p) for u in GRID])
        drift = -p["shock_rate"] / 4 * p["shock_size"]
        assert moved.mean() == pytest.approx(p["quarter_persistence"] * x + drift, abs=1e-9)
        assert moved.var() == pytest.approx(p["quarter_spread"] ** 2, rel=1e-4)
        z = (moved - moved.mean()) / p["quarter_spread"]
        np.testing.assert_allclose(z, stats.norm.ppf(GRID), atol=1e-6)


def test_events_come_at_their_rate_and_with_their_size(rules):
    p = rules.life
    calm = next_deviation(0.0, 0.5, 1.0, 0.5, p)
    assert share(lambda u: next_deviation(0.0, 0.5, u, 0.5, p) > calm) == pytest.approx(
        p["shock_rate"] / 4, abs=1 / N
    )
    sizes = np.array([next_deviation(0.0, 0.5, 0.0, u, p) for u in GRID]) - calm
    # The exponential's mean and spread on the grid: what lies past the last cell is cut.
    assert sizes.mean() == pytest.approx(p["shock_size"], rel=1e-4)
    assert sizes.std() == pytest.approx(p["shock_size"], rel=1e-3)
    assert sizes.min() > 0


@pytest.mark.parametrize(("rate", "expected"), [(0.0, 0.0), (4.0, 1.0)])
def test_events_never_and_always(lab, rate, expected):
    p = lab.rules(life__shock_rate=rate).life
    calm = next_deviation(0.0, 0.5, 1.0, 0.5, p)
    assert np.mean([next_deviation(0.0, 0.5, u, 0.5, p) > calm for u in COARSE]) == expected


def test_relief_is_the_effect_less_what_its_circumstances_cost(rules):
    """Against the formula written out, over steps, need, months and the structural switch."""
    p = rules.life
    for step, need, months, costly in itertools.product(
        range(1, 9), (-1.0, 1.0, 2.0, 3.0, 5.0), (0, 6, 7, 60, 200), (True, False)
    ):
        effect = p["effect"][step]
        if costly and step in (Step.KIN, Step.FOSTER):
            effect -= p["foster_hard_case_loss"] * max(0.0, need - p["hard_case_from"])
        if step == Step.INSTITUTION:
            effect -= p["institution_drift"] * max(0.0, months - p["institution_full_months"]) / 12
        if effect > 0:
            effect *= np.exp(-p["match_loss"] * max(0.0, need - p["step_level"][step]))
        assert relief_target(step, need, months, p, costly) == pytest.approx(effect, abs=1e-12)


def test_relief_at_the_null_end_is_nothing(lab):
    p = lab.rules(life__effect=np.zeros(9), life__institution_drift=0.0, life__foster_hard_case_loss=0.0).life
    for step in range(1, 9):
        assert relief_target(step, 4.0, 100, p, True) == 0.0


def test_events_fall_in_each_domain_at_its_rate(rules):
    p = rules.life
    fallen = np.array([event_domain(u, p) for u in GRID])
    for k in range(7):
        assert np.mean(fallen == k) == pytest.approx(p["domain_renewal"][k] / 4, abs=1 / N)
    assert np.mean(fallen == -1) == pytest.approx(1 - sum(p["domain_renewal"]) / 4, abs=1 / N)


def test_households_change_at_their_rates(rules):
    """Parents part at the rate times a factor of mean 1 over families; new partners come at theirs."""
    p = rules.life
    for liability in (-1.0, 0.0, 2.0):
        slope = p["separation_liability"]
        rate = p["separation_rate"] * np.exp(slope * liability - slope**2 / 2) / 4
        for household in (Household.BOTH_PARENTS, Household.NEW_PARTNER):
            then = np.array([next_household(household, liability, u, p) for u in GRID])
            assert np.mean(then == Household.ONE_PARENT) == pytest.approx(rate, abs=1 / N)
            assert np.mean(then == household) == pytest.approx(1 - rate, abs=1 / N)
        then = np.array([next_household(Household.ONE_PARENT, liability, u, p) for u in GRID])
        assert np.mean(then == Household.NEW_PARTNER) == pytest.approx(p["new_partner_rate"] / 4, abs=1 / N)
        assert not np.any(then == Household.BOTH_PARENTS)


def test_what_began_early_grows_faster_and_what_began_late_slower(rules):
    p = rules.life
    assert growth_of(71, p) == pytest.approx(p["untreated_growth"] * (1 + p["early_starter"]))
    assert growth_of(72, p) == pytest.approx(p["untreated_growth"] * (1 - p["early_starter"]))


def test_death_ages_are_the_life_table(lab):
    """Shares dying in each month of age against the life table in closed form."""
    rates = [0.4, 0.05, 0.02, 0.1, 0.2]
    p = lab.rules({"death_rate": rates}).population
    ages = np.array([death_age(u, p) for u in GRID])
    hazard = np.repeat([rates[band] for band in np.digitize(np.arange(25), [1, 5, 15, 20])], 12) / 12
    left = np.exp(-np.concatenate([[0], np.cumsum(hazard)]))
    for month in range(300):
        assert abs(np.mean(ages == month) - (left[month] - left[month + 1])) <= 1.0 / N
    assert abs(np.mean(ages == NEVER) - left[300]) <= 1.0 / N


@pytest.mark.parametrize(("rate", "expected"), [(0.0, NEVER), (1e9, 0)])
def test_nobody_dies_and_everybody_dies(lab, rate, expected):
    p = lab.rules({"death_rate": [rate] * 5}).population
    assert {death_age(u, p) for u in COARSE} == {expected}


# --- notice ---------------------------------------------------------------------------------------


def test_age_bands_partition_childhood():
    bands = [age_band(age) for age in range(-9, 216)]
    assert [bands.index(band) - 9 for band in range(5)] == [-9, 0, 36, 72, 156]
    assert bands == sorted(bands)


def test_false_alarms_sum_to_their_rate_at_school_age(rules):
    """Without tools, over all arenas at 6-12, the rate of the register; tools raise theirs alone."""
    p = rules.notice
    total = sum(false_alarms(arena, 3, p, 0.0) for arena in range(9))
    assert total == pytest.approx(p["false_alarm_rate"], rel=1e-12)
    for arena, band in itertools.product(range(9), range(5)):
        factor = 1 + p["tool_false_alarms"] * 0.7 if arena <= Arena.SCHOOL and band <= UNDER_6 else 1.0
        plain = false_alarms(arena, band, p, 0.0)
        assert false_alarms(arena, band, p, 0.7) == pytest.approx(plain * factor, rel=1e-12)
        teens = p["teen_notice"] if band == 4 else 1.0
        expected = p["false_alarm_rate"] * p["arena_level"][arena] * p["coverage"][arena][band]
        assert plain == pytest.approx(expected / p["sight_total"] * teens, rel=1e-12)


def test_sight_is_level_times_coverage_and_tools_sharpen_their_arenas(rules):
    p = rules.notice
    for arena, band, problem in itertools.product(range(9), range(5), (0, 1)):
        hidden = problem == Problem.HIDDEN
        level = p["arena_level"][arena] * p["coverage"][arena][band]
        level *= p["sight_hidden" if hidden else "sight_visible"][arena]
        level *= p["teen_notice"] if band == 4 else 1.0
        assert sight(arena, band, problem, p, 0.0) == pytest.approx(level, rel=1e-12, abs=1e-15)
        tools = arena <= Arena.SCHOOL and band <= UNDER_6
        gain = p["tool_gain_hidden" if hidden else "tool_gain_visible"] if tools else 0.0
        assert sight(arena, band, problem, p, 0.5) == pytest.approx(
            level * (1 + 0.5 * gain), rel=1e-12, abs=1e-15
        )


def test_courage_is_a_share_and_training_raises_it_where_it_is_given(lab):
    p = lab.rules({"young_courage": 1.7, "courage_gain": 0.6}).notice
    for arena, band in itertools.product(range(9), range(5)):
        expected = p["notify_share"][arena][band] * (1.7 if band <= 2 else 1.0)
        assert courage(arena, band, p, 0.0) == pytest.approx(min(1.0, expected), rel=1e-12)
        trained = expected * (1.6 if band <= 2 and arena <= Arena.DAY_CARE else 1.0)
        assert courage(arena, band, p, 1.0) == pytest.approx(min(1.0, trained), rel=1e-12)


# --- staircase ------------------------------------------------------------------------------------


def test_readiness_of_a_course_is_exponential_in_whole_months(lab):
    """P(months > k) = exp(-k / mean), and so the mean number of months is 1 / (1 - exp(-1 / mean))."""
    levers = lab.lever_row()
    p = lab.rules().staircase
    for u in COARSE:
        same = {
            months_until_ready(int(step), 0.5, u, p, levers) for step in (Step.PREVENTIVE, Step.HOME_BASED)
        }
        assert len(same) == 1
    for step, name in ((Step.EARLY, "ready_early"), (Step.PREVENTIVE, "ready_preventive")):
        months = np.array([months_until_ready(int(step), 0.5, u, p, levers) for u in GRID])
        assert months.min() == 1
        for k in range(1, 60, 3):
            assert abs(np.mean(months > k) - np.exp(-k / p[name])) <= 1 / N
        assert months.mean() == pytest.approx(1 / (1 - np.exp(-1 / p[name])), rel=1e-3)


def test_aftercare_lasts_its_own_mean(lab):
    p = lab.rules().staircase
    months = np.array([months_until_ready(int(Step.AFTERCARE), 0.5, u, p, lab.lever_row()) for u in COARSE])
    for k in range(1, 100, 9):
        assert abs(np.mean(months > k) - np.exp(-k / p["aftercare_months"])) <= 1 / len(COARSE)


def test_readiness_of_a_placement_is_a_mixture(lab):
    """Over a grid of both uniforms: two exponentials in the register's shares, brought nearer by work."""
    p = lab.rules().staircase
    cells = (np.arange(200) + 0.5) / 200
    for step, work, aim in (
        (Step.FOSTER, 0, 0),
        (Step.KIN, 4, 1),
        (Step.INSTITUTION, 8, 0.5),
        (Step.OWN_ROOM, 1, 1),
    ):
        levers = lab.lever_row({"parallel_home_work": work, "institution_aim": aim})
        factor = 1 - min(0.9, p["parallel_work_effect"] * work / 4)
        factor *= 1 - p["aim_shortens"] * aim if step == Step.INSTITUTION else 1.0
        months = np.array([[months_until_ready(int(step), k, u, p, levers) for u in cells] for k in cells])
        soon = p["ready_short_share"]
        for t in (1, 3, 6, 12, 24, 60):
            expected = soon * np.exp(-t / (factor * p["ready_short"]))
            expected += (1 - soon) * np.exp(-t / (factor * p["ready_long"]))
            # Each of the two uniforms contributes at most a cell.
            assert abs(np.mean(months > t) - expected) <= 2 / 200


def test_readiness_is_bounded_however_long_the_tail(lab):
    p = lab.rules({"ready_long": 300}).staircase
    assert months_until_ready(int(Step.FOSTER), 0.999, 1e-12, p, lab.lever_row()) == 601


def test_steps_partition_assessed_need_and_agree_with_their_thresholds(lab):
    for shift, gap in ((0.0, 0.5), (1.5, 1.5), (-1.0, 0.0)):
        p, levers = (
            lab.rules({"institution_gap": gap}).staircase,
            lab.lever_row({"family_placement_shift": shift}),
        )
        for age in (24, 155, 156, 215):
            beliefs = np.linspace(-3, 8, 2201)
            steps = [step_for(belief, age, p, levers) for belief in beliefs]
            assert steps == sorted(steps), "more assessed need never calls for less"
            assert steps[0] == Step.NONE
            assert steps[-1] == Step.INSTITUTION
            for belief, step in zip(beliefs, steps, strict=True):
                if step:
                    assert belief >= threshold_of(step, age, p, levers) - 1e-12
            teen = p["institution_teen_shift"] if age >= 156 else 0.0
            expected = p["placement_threshold"] + gap + shift - teen
            assert institution_threshold(age, p, levers) == pytest.approx(expected, abs=1e-12)


def test_breakdown_is_the_product_of_its_factors(rules, lab):
    p = rules.staircase
    for step, need, age, months, support, costly in itertools.product(
        range(4, 8), (0.0, 4.0), (100, 156), (0, 11, 12), (0.0, 6.0), (True, False)
    ):
        family = step in (Step.KIN, Step.FOSTER)
        rate = p["breakdown_level"] * p["breakdown_rate"][step] / 12
        rate *= p["breakdown_first_year"] if months < 12 else 1.0
        rate *= p["breakdown_teen"] if age >= 156 else 1.0
        if family and costly:
            rate *= np.exp(p["breakdown_need"] * max(0.0, need - p["hard_case_from"]))
        if family:
            rate *= np.exp(-p["support_effect"] * support / 4)
        levers = lab.lever_row({"foster_support": support})
        found = breakdown_chance(step, need, age, months, p, levers, costly)
        assert found == pytest.approx(min(1.0, rate), rel=1e-12)
        assert 0 <= found <= 1


def test_families_accept_in_the_share_their_trust_says(lab, town):
    row = 5
    family = town.children["family"][row]
    for trust in (0.0, 0.37):
        town.world.families["trust"][family] = trust
        p = lab.rules().staircase
        expected = min(1.0, p["accept_base"] + p["accept_trust"] * float(np.float32(trust)))
        assert abs(share(lambda u, p=p: family_accepts(town.world, p, row, u)) - expected) <= 1 / N
    for base, expected in ((0.0, 0.0), (1.0, 1.0)):
        p = lab.rules(staircase__accept_base=base, staircase__accept_trust=0.0).staircase
        assert np.mean([family_accepts(town.world, p, row, u) for u in COARSE]) == expected


def test_stepping_down_asks_readiness_or_a_share_by_the_switch(lab, town):
    p, row = lab.rules().staircase, 3
    child = town.children[row]
    child["ready"] = 10
    for month, ready in ((9, False), (10, True), (11, True)):
        assert {may_step_down(town.world, p, row, StepDown.READINESS.value, u, month) for u in COARSE} == {
            ready
        }
    for step, name in ((Step.FOSTER, "per_follow_up_chance"), (Step.PREVENTIVE, "per_follow_up_chance_home")):
        child["step"] = step
        found = share(lambda u: may_step_down(town.world, p, row, StepDown.PER_FOLLOW_UP.value, u, 0))
        assert abs(found - p[name]) <= 1 / N


def test_placements_are_four_steps():
    assert [step for step in Step if is_placement(step)] == [4, 5, 6, 7]


def test_there_is_room_below_capacity_and_none_at_it(town):
    world = town.world
    for step, meter in ((Step.FOSTER, Meter.FOSTER_PLACES), (Step.HOME_BASED, Meter.PROVIDER_PLACES)):
        world.occupied[:] = 0
        world.occupied[step] = 7
        for places, room in ((8.0, True), (7.1, True), (7.0, False), (0.0, False), (np.inf, True)):
            world.meters[meter] = places
            assert has_room(world, int(step)) == room
    assert has_room(world, int(Step.INSTITUTION))
    assert has_room(world, int(Step.KIN))


# --- casework -------------------------------------------------------------------------------------


def test_contact_sharpens_readings_by_a_power_within_bounds(lab, town):
    p = lab.rules({"attention_sharpens": 0.3}).casework
    for share, ratio in ((1.0, 1.0), (2.0, 2.0), (0.5, 0.5), (100, 4.0), (0, 0.25)):
        town.world.meters[Meter.CONTACT] = share * p["contact_reference"]
        assert error_now(0.7, town.world, p) == pytest.approx(0.7 * ratio**-0.3, rel=1e-12)
    p = lab.rules({"attention_sharpens": 0.0}).casework
    assert error_now(0.7, town.world, p) == 0.7
