"""Each decision of the kernels as a function of its uniform, on a grid of uniforms.

A decision fed the middles of N equal cells gives shares that differ from its probability P by at most
1/N: no sample, no error rate, and a probability that is off by 1e-4 shows. Means of quantile functions
are held to a stated tolerance, which is the grid's own error at their tails.
"""

import itertools

import numpy as np
import pytest
from scipy import stats

from trappen.agents.levers import Lever
from trappen.agents.states import (
    NEVER,
    Arena,
    CaseState,
    FamilyKind,
    Household,
    Position,
    PreventionSet,
    Problem,
    Step,
    StepDown,
)
from trappen.model.kernels.arenas import in_use, kept, pregnancy_level
from trappen.model.kernels.belief import error_of
from trappen.model.kernels.households import event_domain, next_household
from trappen.model.kernels.institutions import chosen
from trappen.model.kernels.life import growth_of, next_deviation, relief_target, set_point
from trappen.model.kernels.notice import age_band, courage, false_alarms, here, sight
from trappen.model.kernels.places import closing_chance, foster_capacity
from trappen.model.kernels.population import death_age
from trappen.model.kernels.staircase import (
    breakdown_chance,
    has_room,
    institution_threshold,
    step_for,
    threshold_of,
)
from trappen.model.kernels.steps import (
    beside_chance,
    family_accepts,
    is_placement,
    may_step_down,
    months_until_ready,
)
from trappen.model.kernels.stock import position_of, prevention_set_of
from trappen.model.kernels.world import Meter

UNDER_6 = 2  # the last age band in which the tools are used
N = 100_000
GRID = (np.arange(N) + 0.5) / N
FINE = (np.arange(N // 5) + 0.5) / (N // 5)
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
            then = np.array([next_household(household, liability, u, p) for u in FINE])
            assert np.mean(then == Household.ONE_PARENT) == pytest.approx(rate, abs=1 / FINE.size)
            assert np.mean(then == household) == pytest.approx(1 - rate, abs=1 / FINE.size)
        then = np.array([next_household(Household.ONE_PARENT, liability, u, p) for u in FINE])
        parted = pytest.approx(p["new_partner_rate"] / 4, abs=1 / FINE.size)
        assert np.mean(then == Household.NEW_PARTNER) == parted
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


ARENAS = range(len(Arena))


def test_false_alarms_sum_to_their_rate_at_school_age(rules, lab):
    """Without tools, over all arenas at 6-12, the rate of the register; tools raise theirs alone."""
    p = rules.notice
    today, all_tools = lab.lever_row(), lab.lever_row({"detection_tools": 0.7})
    calm = lab.lever_row({"front_supervision": 0.5})
    total = sum(false_alarms(arena, 3, p, today) for arena in ARENAS)
    assert total == pytest.approx(p["false_alarm_rate"], rel=1e-12)
    for arena, band in itertools.product(ARENAS, range(5)):
        plain = false_alarms(arena, band, p, today)
        front = band <= UNDER_6 and arena in (Arena.DAY_CARE, Arena.SCHOOL)
        factor = 1 + p["tool_false_alarms"] * 0.7 if arena <= Arena.SCHOOL and band <= UNDER_6 else 1.0
        factor *= 1 - p["supervision_false_alarms"] * 0.7 if front else 1.0
        assert false_alarms(arena, band, p, all_tools) == pytest.approx(plain * factor, rel=1e-12)
        factor = 1 - p["supervision_false_alarms"] * 0.5 if front else 1.0
        assert false_alarms(arena, band, p, calm) == pytest.approx(plain * factor, rel=1e-12)
        teens = p["teen_notice"] if band == 4 else 1.0
        expected = p["false_alarm_rate"] * p["arena_level"][arena] * p["coverage"][arena][band]
        assert plain == pytest.approx(expected / p["sight_total"] * teens, rel=1e-12)


def test_sight_is_level_times_coverage_and_each_tool_sharpens_its_arenas(rules, lab):
    p = rules.notice
    for arena, band, problem in itertools.product(ARENAS, range(5), (0, 1)):
        hidden = problem == Problem.HIDDEN
        level = p["arena_level"][arena] * p["coverage"][arena][band]
        level *= p["sight_hidden" if hidden else "sight_visible"][arena]
        level *= p["teen_notice"] if band == 4 else 1.0
        plain = sight(arena, band, problem, p, lab.lever_row())
        assert plain == pytest.approx(level, rel=1e-12, abs=1e-15)
        gain = p["tool_gain_hidden" if hidden else "tool_gain_visible"]
        small = arena <= Arena.HEALTH_VISITING and band <= 1
        young = arena <= Arena.SCHOOL and band <= UNDER_6
        for tool, acts in (
            ("detection_tools", young),
            ("infant_teams", small),
            ("wellbeing_form", young and not small),
            ("transition_form", False),
        ):
            found = sight(arena, band, problem, p, lab.lever_row({tool: 0.5}))
            assert found == pytest.approx(level * (1 + 0.5 * gain * acts), rel=1e-12, abs=1e-15)
        visited = sight(arena, band, problem, p, lab.lever_row({"pregnancy_visit": 0.5}))
        acts = hidden and band == 0 and arena == Arena.HEALTH_VISITING
        assert visited == pytest.approx(
            level * (1 + 0.5 * p["visit_gain_hidden"] * acts), rel=1e-12, abs=1e-15
        )


def test_a_tool_by_itself_and_all_seven_together_do_not_add_up(lab):
    for together, own in itertools.product((0.0, 0.4, 1.0), (0.0, 0.3, 1.0)):
        row = lab.lever_row({"detection_tools": together, "wellbeing_form": own})
        found = in_use(row, Lever.WELLBEING_FORM.value)
        assert found == pytest.approx(1 - (1 - together) * (1 - own), abs=1e-12)


def test_this_very_child_is_seen_by_what_is_known_of_it_and_where_it_goes(rules):
    p = rules.notice
    for arena, band, known, at, level in itertools.product(ARENAS, range(5), (0, 1), (0.8, 1.1), (1, 4)):
        expected = p["pregnancy_sight"][level - 1] if arena == Arena.PREGNANCY_CARE else 1.0
        if arena in (Arena.HEALTH_VISITING, Arena.DAY_CARE, Arena.SCHOOL):
            expected = 1 + p["known_sight"] * (known - p["known_usual"][band])
            expected *= 1.0 if arena == Arena.HEALTH_VISITING else at
        assert here(arena, band, known, at, level, p) == pytest.approx(expected, rel=1e-12)
        assert expected > 0.0


def test_courage_is_a_share_and_training_raises_it_where_it_is_given(lab):
    p = lab.rules({"young_courage": 1.7, "courage_gain": 0.6}).notice
    rows = [
        (lab.lever_row(), 0.0, 0.0, 0.0),
        (lab.lever_row({"notification_courage": 1.0}), 1.0, 0.0, 0.0),
        (lab.lever_row({"front_supervision": 0.5, "childs_reform": 0.8}), 0.0, 0.5, 0.8),
    ]
    for arena, band, known, unfounded in itertools.product(ARENAS, range(5), (0, 1), (0, 1)):
        for row, trained, supervised, qualified in rows:
            share = p["notify_share"][arena][band]
            if band <= 2:
                share *= 1.7 * (1 + 0.6 * trained * (arena <= Arena.DAY_CARE))
                front = arena in (Arena.DAY_CARE, Arena.SCHOOL)
                share *= 1 + p["supervision_courage"] * supervised * front
                share *= 1 - p["reform_false_alarms"] * qualified * unfounded
            if arena in (Arena.HEALTH_VISITING, Arena.DAY_CARE, Arena.SCHOOL):
                share *= 1 + p["known_courage"] * (known - p["known_usual"][band])
            found = courage(arena, band, known, unfounded, p, row)
            assert found == pytest.approx(min(1.0, share), rel=1e-12)


def test_levels_of_pregnancy_care_are_the_shares_of_a_normal_index(rules):
    """Shares at each level over a grid of luck, against the normal distribution in closed form."""
    p = rules.notice
    problems = (Problem.VISIBLE, Problem.HIDDEN)
    for strain, problem, visited in itertools.product((-0.5, 1.0, 2.5), problems, (False, True)):
        levels = np.array([pregnancy_level(strain, int(problem), visited, u, p) for u in GRID])
        hidden = p["visit_shows_hidden"] if visited else p["pregnancy_hidden"]
        shown = strain * (hidden if problem == Problem.HIDDEN else 1.0)
        for level, cut in zip((2, 3, 4), p["pregnancy_levels"], strict=True):
            expected = stats.norm.sf((cut - shown) / p["pregnancy_error"])
            assert abs(np.mean(levels >= level) - expected) <= 1 / N


def test_what_is_known_is_kept_in_its_share_at_each_handover(rules, lab):
    p = rules.notice
    for form, coordinator in itertools.product((0.0, 0.5, 1.0), (0.0, 1.0)):
        row = lab.lever_row({"transition_form": form, "child_coordinator": coordinator})
        for k in range(3):
            lost = (1 - p["handover_kept"][k]) * (1 - p["form_keeps"] * form)
            lost *= 1 - p["coordinator_keeps"] * coordinator
            assert kept(k, row, p) == pytest.approx(1 - lost, rel=1e-12)


# --- institutions and places ----------------------------------------------------------------------


def test_institutions_are_chosen_in_their_shares(rules):
    """Of 20 with 4 burdened: each of a class alike, and the burdened with the given chance."""
    cells = (np.arange(200) + 0.5) / 200
    for chance in (0.0, 0.5, 1.0):
        found = np.array([[chosen(7, 20, 4, kind, which, chance) for which in cells] for kind in cells])
        shares = np.bincount(found.ravel() - 7, minlength=20) / found.size
        np.testing.assert_allclose(shares[:4], chance / 4, atol=1 / 200)
        np.testing.assert_allclose(shares[4:], (1 - chance) / 16, atol=1 / 200)


def test_foster_families_take_one_two_or_three(rules):
    p = rules.staircase
    taken = np.array([foster_capacity(u, p) for u in GRID])
    for k in (1, 2, 3):
        assert abs(np.mean(taken == k) - p["foster_capacity"][k - 1]) <= 1 / N


def test_foster_families_stop_at_their_rate_and_stay_for_support_and_the_child(rules, lab):
    p = rules.staircase
    for hours, occupied in itertools.product((0.0, 4.0, 12.0), (False, True)):
        expected = p["foster_closes"] / 12 * np.exp(-p["support_keeps"] * hours / 4)
        expected *= p["foster_closes_occupied"] if occupied else 1.0
        found = closing_chance(occupied, p, lab.lever_row({"foster_support": hours}))
        assert found == pytest.approx(expected, rel=1e-12)


def test_a_measure_runs_beside_placements_and_home_based_help(rules):
    p = rules.staircase
    found = [beside_chance(int(step), p) for step in Step]
    placed, home = p["beside_placed"], p["beside_home"]
    assert found == [0, 0, 0, home, placed, placed, placed, placed, 0]


def test_every_child_is_in_one_cell_and_one_set():
    for kind, position in zip(
        FamilyKind,
        (Position.NOT_EXPOSED, Position.POTENTIALLY_EXPOSED, Position.POTENTIALLY_EXPOSED, Position.EXPOSED),
        strict=True,
    ):
        assert position_of(kind) == position
    for step, case, need, position in itertools.product(Step, CaseState, (0.0, 2.0), Position):
        if step == Step.AFTERCARE:
            continue
        found = prevention_set_of(int(step), int(case), need, int(position), 1.28)
        if step >= Step.PREVENTIVE or case >= CaseState.ASSESSMENT:
            assert found == PreventionSet.TERTIARY
        elif need < 1.28:
            safe = position == Position.NOT_EXPOSED
            assert found == (PreventionSet.PRIMARY if safe else PreventionSet.SECONDARY)
        else:
            unseen = position == Position.EXPOSED
            assert found == (PreventionSet.UNSEEN if unseen else PreventionSet.SECONDARY)


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
    for step, meter in (
        (Step.FOSTER, Meter.FOSTER_PLACES),
        (Step.INSTITUTION, Meter.INSTITUTION_PLACES),
    ):
        world.occupied[:] = 0
        world.occupied[step] = 7
        for places, room in ((8.0, True), (7.1, True), (7.0, False), (0.0, False), (np.inf, True)):
            world.meters[meter] = places
            assert has_room(world, int(step)) == room
    assert has_room(world, int(Step.KIN))


# --- casework -------------------------------------------------------------------------------------


def test_contact_sharpens_readings_by_a_power_within_bounds(lab, town):
    p = lab.rules({"attention_sharpens": 0.3}).casework
    town.world.meters[Meter.ERROR_FACTOR] = 1.0
    old = 1 - p["novice_error"] * p["novice_share"]
    for share, ratio in ((1.0, 1.0), (2.0, 2.0), (0.5, 0.5), (100, 4.0), (0, 0.25)):
        town.world.caseworkers["contact"][2] = share * p["contact_reference"]
        assert error_of(town.world, p, 2, 0.7, 0) == pytest.approx(0.7 * old * ratio**-0.3, rel=1e-6)
    p = lab.rules({"attention_sharpens": 0.0, "novice_error": 0.0}).casework
    assert error_of(town.world, p, 2, 0.7, 0) == 0.7


def test_a_new_caseworker_errs_more_and_supervision_less(lab, town):
    p, world = lab.rules({"attention_sharpens": 0.0, "novice_error": 0.4}).casework, town.world
    usual = 0.24 / 12 / (0.24 / 12 + 1 / p["learning_months"])
    for months in (0, 3, 12, 120):
        world.caseworkers["hired"][2], world.meters[Meter.ERROR_FACTOR] = 7, 0.9
        new = np.exp(-months / p["learning_months"])
        found = error_of(world, p, 2, 0.7, 7 + months)
        assert found == pytest.approx(0.7 * 0.9 * (1 + 0.4 * (new - usual)), rel=1e-9)
