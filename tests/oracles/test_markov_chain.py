"""With everything else switched off the staircase is a Markov chain, and its occupancy is the chain's.

Need is the same for all and never moves; a reading is need plus fresh error, and belief is the last
reading (fixed gain 1, no lasting error), so that each month's follow-up calls for a step drawn afresh;
false alarms come at a constant rate and every one is acute, so that those off the staircase enter it
by a fresh reading too; stepping down has a constant chance (structural switch per follow-up); consent,
capacity, caseworkers' time, age and luck of place change nothing. What is left is a chain of six
states whose monthly matrix is written down here from the parameters alone.

Error rates. Children are independent, so a count of a state is binomial with the chain's probability.
With 10 months of 6 states held to |z| < 5.5 the chance that the clean model fails is 60 x 4e-8 = 2e-6.
Power is shown, not computed: the comparison is repeated with chains in which one number differs by a
third, and must fail for each of them.
"""

import numpy as np
import pytest
from scipy import stats

from trappen.agents.states import Step

CHILDREN = 80_000
MONTHS = 36
STATES = (Step.NONE, Step.PREVENTIVE, Step.HOME_BASED, Step.KIN, Step.FOSTER, Step.INSTITUTION)

BASE = {
    "alarm": 8.0,  # concerns a child and year
    "preventive": -0.3,  # thresholds of belief
    "home": 0.3,
    "placement": 0.8,
    "institution": 1.3,
    "error": 1.0,
    "down_home": 0.3,
    "down_placed": 0.3,
    "kin": 0.5,
    "breakdown_kin": 0.3,
    "dropout": 0.1,
}


def chain(c):
    """Return the monthly matrix: follow-up or entry first, then breakdown and drop-out."""
    none, preventive, home, kin, foster, institution = range(6)
    cuts = np.array([c["preventive"], c["home"], c["placement"], c["institution"]]) / c["error"]
    called = np.diff(stats.norm.cdf(np.concatenate([[-np.inf], cuts, [np.inf]])))  # by the reading
    to = np.zeros((6, 6))
    concern = 1 - np.exp(-c["alarm"] / 12)
    to[none, none] = 1 - concern * (1 - called[0])
    family = {kin: c["kin"], foster: 1 - c["kin"]}
    to[none, [preventive, home, institution]] = concern * called[[1, 2, 4]]
    for care, share in family.items():
        to[none, care] = concern * called[3] * share
    for step, rank in ((preventive, 1), (home, 2)):
        down = called[:rank] * c["down_home"]
        to[step, [none, preventive][:rank]] = down
        to[step, home if rank == 1 else institution] += called[2] if rank == 1 else 0
        to[step, institution] += called[4]
        for care, share in family.items():
            to[step, care] = called[3] * share
        to[step, step] += called[rank] + called[:rank].sum() - down.sum()
    for step in (kin, foster, institution):
        down = c["down_placed"]
        # Home from placement always means support at home.
        to[step, preventive] = down * (called[0] + called[1])
        to[step, home] = down * called[2]
        if step == institution:
            for care, share in family.items():
                to[step, care] = down * called[3] * share
        else:
            to[step, institution] = called[4]
        to[step, step] += 1 - to[step].sum()
    after = np.eye(6)
    after[kin, kin], after[kin, foster] = 1 - c["breakdown_kin"], c["breakdown_kin"]
    for step in (preventive, home):
        after[step, step], after[step, none] = 1 - c["dropout"], c["dropout"]
    return to @ after


def make_town(lab, c, seed):
    """Return a municipality in which the staircase is that chain and everyone stands on NONE."""
    coverage = np.ones((10, 5))
    rules = lab.rules(
        {"assessment_threshold": 2.4, "early_threshold": 1.5, "move_rate": 0.0},
        # need: the same for all, for good
        life__quarter_spread=0.0,
        life__shock_rate=0.0,
        life__untreated_growth=0.0,
        life__load_weight=0.0,
        life__school_protection=0.0,
        life__institution_need=0.0,
        staircase__return_strain=0.0,
        staircase__foster_closes=0.0,
        notice__known_courage=0.0,
        life__effect=np.zeros(9),
        life__institution_drift=0.0,
        life__foster_hard_case_loss=0.0,
        # concerns: at one rate, all notified, all acute
        notice__notice_floor=50.0,
        notice__false_alarm_rate=c["alarm"],
        notice__coverage=coverage,
        notice__arena_level=np.full(10, 1 / 10),
        notice__sight_total=1.0,
        notice__boost=1.0,
        notice__teen_notice=1.0,
        notice__notify_share=coverage,
        notice__young_courage=1.0,
        notice__acute_from=-50.0,
        notice__acute_share=1.0,
        # caseworkers: a fresh reading each month, at once
        casework__postponed=0.0,
        casework__review_error=c["error"],
        casework__follow_up_error=c["error"],
        casework__persistent_error=0.0,
        casework__attention_sharpens=0.0,
        casework__fixed_gain=1.0,
        casework__turnover=0.0,
        casework__novice_error=0.0,
        casework__illnesses=0.0,
        casework__holiday_summer=0.0,
        casework__holiday_week=0.0,
        casework__holiday_christmas=0.0,
        casework__training_days=0.0,
        casework__trust_gain=0.0,
        casework__trust_handover=0.0,
        casework__assessment_threshold=50.0,
        casework__early_threshold=50.0,
        casework__review_hours=1e-4,
        casework__follow_up_hours=1e-4,
        # the staircase: thresholds, no margins, everybody accepts
        staircase__first_follow_up=1.0,
        staircase__preventive_threshold=c["preventive"],
        staircase__home_based_gap=c["home"] - c["preventive"],
        staircase__placement_threshold=c["placement"],
        staircase__institution_gap=c["institution"] - c["placement"],
        staircase__institution_teen_shift=0.0,
        staircase__step_down_hysteresis=0.0,
        staircase__close_hysteresis=0.0,
        staircase__step_up_margin=0.0,
        staircase__per_follow_up_chance_home=c["down_home"],
        staircase__per_follow_up_chance=c["down_placed"],
        staircase__kin_chance=c["kin"],
        staircase__kin_room=9.0,
        staircase__breakdown_level=1.0,
        staircase__breakdown_rate=np.array([0, 0, 0, 0, 12 * c["breakdown_kin"], 0, 0, 0, 0]),
        staircase__breakdown_first_year=1.0,
        staircase__breakdown_teen=1.0,
        staircase__breakdown_need=0.0,
        staircase__support_effect=0.0,
        staircase__breakdown_scar=0.0,
        staircase__move_scar=0.0,
        staircase__accept_base=1.0,
        staircase__accept_trust=0.0,
        staircase__dropout=c["dropout"],
        staircase__trust_placement=0.0,
    )
    town = lab.town(rules, children=CHILDREN, years=1, seed=seed, structure=(1, 1, 1))
    for name in ("propensity", "onset_size", "deviation", "scar", "need"):
        town.children[name] = 0.0
    town.world.families["network"] = 1
    town.world.families["trust"] = 0.0
    town.children["death_month"] = 32767
    return town


@pytest.fixture(scope="module")
def observed(lab, request):
    """Counts of the six states at the end of chosen months, by seed."""
    made = {}

    def observe(seed):
        if seed not in made:
            town = make_town(lab, BASE, seed)
            # Those born by the first month, and still children at the last.
            rows = (town.children["birth_month"] <= lab.begin) & (town.children["life"] == 1)
            counts = {}
            for month in range(lab.begin, lab.begin + MONTHS):
                force = lab.in_force(1, {"follow_up_interval": 1, "caseload": 1, "kin_search": 1})
                town.run(month + 1, force)
                if (month - lab.begin + 1) in (1, 2, 3, 4, 6, 9, 14, 20, 28, 36):
                    steps = np.bincount(town.children["step"][rows], minlength=9)
                    assert steps.sum() == steps[list(STATES)].sum()
                    counts[month - lab.begin + 1] = steps[list(STATES)]
            made[seed] = counts
        return made[seed]

    return observe


def worst(counts, matrix):
    """Return the greatest |z| over months and states, and that no cell was too small to tell."""
    greatest = 0.0
    for month, found in counts.items():
        n = found.sum()
        p = np.linalg.matrix_power(matrix, month)[0]
        assert np.all(n * p > 5)
        greatest = max(greatest, np.abs((found - n * p) / np.sqrt(n * p * (1 - p))).max())
    return greatest


def test_rows_of_the_chain_sum_to_one():
    matrix = chain(BASE)
    np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-12)
    assert matrix.min() >= 0


def test_occupancy_is_the_chains(observed, luck):
    assert worst(observed(luck), chain(BASE)) < 5.5


@pytest.mark.parametrize("name", [name for name in BASE if name not in ("preventive", "home")])
def test_a_chain_that_is_a_third_off_is_seen(observed, luck, name):
    """Power: the same comparison fails when any one probability or threshold differs by a third."""
    assert worst(observed(luck), chain(BASE | {name: 4 / 3 * BASE[name]})) > 5.5
