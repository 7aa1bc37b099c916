"""Belief: readings add up as conjugate normals say, and noise alone does not carry children upward."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trappen.agents.states import NEVER, CaseState, Life, Step
from trappen.model.kernels import draws
from trappen.model.kernels.belief import read_need
from trappen.model.kernels.draws import normal_quantile
from trappen.model.kernels.world import Meter


@pytest.fixture(scope="module")
def town(lab):
    town = lab.town(children=300, years=1)
    meters = town.world.meters
    meters[Meter.POSTS_FELT] = meters[Meter.POSTS] = 7.0
    meters[Meter.HANDOVER_LOST] = meters[Meter.TRUST_WON] = 1.0
    return town


POST = 3


def fresh(town, row, need, p):
    """Make a child unknown to the authority, with a need."""
    child = town.children[row]
    child["need"], child["believed"], child["caseworker"], child["acquainted"] = need, NEVER, POST, NEVER
    town.world.families["trust"][child["family"]] = 0.5
    town.world.caseworkers["hired"] = -NEVER
    town.world.caseworkers["contact"] = town.rules.casework["contact_reference"]
    town.world.meters[Meter.LASTING_ERROR] = p["persistent_error"]
    return child


def lasting(lab, town, row, month, p):
    return p["persistent_error"] * normal_quantile(lab.draws_of(town, [row], month, draws.PERSISTENT)[0, 0])


def recursion(lab, town, row, need, series, p, fixed):
    """Return belief and doubt after readings at months, error and z each, by the textbook's update."""
    belief, doubt, last = p["prior_mean"], p["prior_variance"], None
    held = lasting(lab, town, row, series[0][0], p)
    for month, error, z in series:
        if last is not None:
            doubt = min(doubt + p["drift_variance"] * (month - last), p["prior_variance"])
        gain = p["fixed_gain"] if fixed else doubt / (doubt + error**2 + p["persistent_error"] ** 2)
        belief += gain * (need + held + error * z - belief)
        doubt *= 1 - gain
        last = month
    return belief, doubt


readings = st.lists(
    st.tuples(st.integers(0, 24), st.floats(0.1, 2), st.floats(-4, 4)), min_size=1, max_size=12
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    need=st.floats(-2, 5),
    first=st.integers(-200, 100),
    waits=readings,
    row=st.integers(0, 400),
    fixed=st.booleans(),
)
def test_belief_follows_the_recursion(lab, town, need, first, waits, row, fixed):
    """Readings at any months, with any error: the kernel's belief and doubt are those written out above."""
    p = lab.rules().casework
    child = fresh(town, row, need, p)
    months = first + np.cumsum([wait for wait, _, _ in waits])
    series = [(int(month), error, z) for month, (_, error, z) in zip(months, waits, strict=True)]
    for month, error, z in series:
        read_need(town.world, p, fixed, row, POST, error, z, month)
    belief, doubt = recursion(lab, town, row, float(np.float32(need)), series, p, fixed)
    assert child["belief"] == pytest.approx(belief, abs=2e-5)
    assert child["doubt"] == pytest.approx(doubt, abs=1e-5)
    assert (child["believed"], child["acquainted"]) == (series[-1][0], series[0][0])
    # Trust grows by the months of contact since the last reading, a year's at most; at the first, one.
    known = [1, *(min(max(wait, 1), 12) for wait, _, _ in waits[1:])]
    trust = town.world.families["trust"][child["family"]]
    assert trust == pytest.approx(min(1.0, 0.5 + p["trust_gain"] * sum(known)), abs=1e-5)


def test_readings_of_a_constant_need_are_pooled_by_precision(lab, town):
    """Without drift, n readings give the conjugate normal's posterior, and belief converges at its rate."""
    p = lab.rules(casework__drift_variance=0.0, casework__persistent_error=0.0).casework
    error, need, child = 0.7, 2.0, fresh(town, 11, 2.0, p)
    noise = np.array([normal_quantile((k * 0.61803398875) % 1.0) for k in range(1, 401)])
    for n, z in enumerate(noise, 1):
        read_need(town.world, p, False, 11, POST, error, z, 0)
        precision = 1 / p["prior_variance"] + n / error**2
        mean = (
            p["prior_mean"] / p["prior_variance"] + np.sum(need + error * noise[:n]) / error**2
        ) / precision
        assert child["doubt"] == pytest.approx(1 / precision, rel=1e-4)
        assert child["belief"] == pytest.approx(mean, abs=1e-4)
    assert child["belief"] == pytest.approx(need, abs=0.02)


def test_a_change_of_caseworker_costs_knowledge_and_trust_once(lab, town):
    p = lab.rules({"handover_loss": 0.3, "trust_handover": 0.1, "trust_gain": 0.0}).casework
    child = fresh(town, 20, 1.0, p)
    for month in (0, 1, 2, 3):
        read_need(town.world, p, False, 20, POST, 0.7, 0.0, month)
    doubt, family = float(child["doubt"]), child["family"]
    town.world.caseworkers["hired"][child["caseworker"]] = 6
    read_need(town.world, p, False, 20, POST, 0.7, 0.0, 5)  # the post still stands vacant: nobody new yet
    assert town.world.families["trust"][family] == pytest.approx(0.5)
    held = lasting(lab, town, 20, 0, p)
    belief, doubt = float(child["belief"]), float(child["doubt"])
    read_need(town.world, p, False, 20, POST, 0.7, 0.0, 7)
    doubt = min(doubt + 2 * p["drift_variance"] + 0.3, p["prior_variance"])
    new = lasting(lab, town, 20, 7, p)
    assert new != held
    gain = doubt / (doubt + 0.49 + p["persistent_error"] ** 2)
    assert child["belief"] == pytest.approx(belief + gain * (1.0 + new - belief), abs=1e-5)
    assert town.world.families["trust"][family] == pytest.approx(0.4)
    read_need(town.world, p, False, 20, POST, 0.7, 0.0, 8)
    assert town.world.families["trust"][family] == pytest.approx(0.4)
    assert child["acquainted"] == 7


def test_a_prior_that_is_true_gives_a_belief_that_is_honest(lab, luck):
    """Needs drawn from the prior, read six times: (need - belief) / sqrt(doubt) is standard normal.

    10,000 children: mean and variance held to |z| < 5 (1e-6). Power: a doubt 10 % off is 7 errors.
    """
    rules = lab.rules(casework__drift_variance=0.0, casework__persistent_error=0.0)
    p, n = rules.casework, 10_000
    town = lab.town(rules, children=n, years=1, seed=luck)
    town.children["caseworker"] = POST
    town.world.meters[Meter.LASTING_ERROR] = 0.0
    z = draws.normals(luck, np.arange(n), 0, draws.ENSEMBLE)
    more = draws.normals(luck, np.arange(n), 1, draws.ENSEMBLE)
    town.children["need"][:n] = p["prior_mean"] + np.sqrt(p["prior_variance"]) * z[:, 0]
    noise = np.hstack([z[:, 1:], more[:, :3]])
    for i in range(n):
        for k in range(6):
            read_need(town.world, p, False, i, POST, 0.8, noise[i, k], k)
    rows = town.children[:n]
    score = (rows["need"] - rows["belief"]).astype(float) / np.sqrt(rows["doubt"].astype(float))
    assert abs(score.mean()) < 5 / np.sqrt(n)
    assert abs(score.var() - 1) < 5 * np.sqrt(2 / n)


FIXED = {
    "preventive_threshold": 1.1,
    "home_based_gap": 0.75,
    "placement_threshold": 2.2,
    "ready_preventive": 10,
    "ready_long": 80,
    "step_up_margin": 0.2,
    "step_down_hysteresis": 0.6,
    "close_hysteresis": 0.3,
}


def share_higher(lab, seed, below, **more):
    """Return the share standing above preventive help at the end of ten years, one a year, and how many.

    All begin on preventive help with the same need, so far below its threshold; need never moves, help
    does nothing, nobody new is noticed, and follow-ups come every three months: noise is all there is.
    """
    rules = lab.rules(
        FIXED,
        life__quarter_spread=0.0,
        life__quarter_persistence=1.0,
        life__shock_rate=0.0,
        life__untreated_growth=0.0,
        life__load_weight=0.0,
        life__school_protection=0.0,
        life__institution_need=0.0,
        staircase__return_strain=0.0,
        life__effect=np.zeros(9),
        life__institution_drift=0.0,
        staircase__breakdown_level=0.0,
        staircase__dropout=0.0,
        staircase__move_scar=0.0,
        casework__postponed=0.0,
        casework__follow_up_hours=1e-3,
        notice__arena_level=np.zeros(10),
        notice__sight_total=1.0,
        notice__false_alarm_rate=0.0,
        **more,
    )
    town, p = lab.town(rules, children=30_000, years=1, seed=seed), rules.casework
    need = FIXED["preventive_threshold"] - below
    rows = np.flatnonzero((town.children["birth_month"] < lab.begin) & (town.children["life"] == Life.CHILD))
    town.children["death_month"] = NEVER
    for name, value in {"propensity": 0, "onset_size": 0, "scar": 0, "deviation": need, "need": need}.items():
        town.children[name] = value
    known = 1 / (1 / p["prior_variance"] + 1 / (p["assessment_error"] ** 2 + p["persistent_error"] ** 2))
    for name, value in {
        "case": CaseState.DECIDED,
        "wanted": Step.PREVENTIVE,
        "wanted_from": lab.begin,
        "believed": lab.begin,
        "belief": FIXED["preventive_threshold"] + 0.1,
        "doubt": known,
    }.items():
        town.children[name][rows] = value
    shares = []
    for year in range(10):
        until = lab.begin + 12 * (year + 1)
        town.run(until, lab.in_force(12, {"follow_up_interval": 3, "caseload": 5}))
        shares.append(np.mean(town.children["step"][rows] >= Step.HOME_BASED))
    return np.array(shares), len(rows)


@pytest.mark.parametrize("below", [0.0, 0.3])
def test_noise_does_not_ratchet_children_upward(lab, luck, below):
    """With the default switches the share on higher steps does not rise from one year to a later one.

    From the third year on, each later share minus each earlier one is held below 4.5 standard errors
    (28 pairs: error rate 1e-4 at a flat share, next to none at a falling one). Power: where nobody is
    ever ready to step down the same noise does ratchet, and the same comparison must see it.
    """

    def rise(shares, n):
        """Return the greatest rise between two years, in standard errors."""
        return max(
            (late - early) / np.sqrt(max(early * (1 - early) + late * (1 - late), 1 / n) / n)
            for i, early in enumerate(shares)
            for late in shares[i + 1 :]
        )

    shares, n = share_higher(lab, luck, below)
    assert n > 10_000
    assert rise(shares[2:], n) < 4.5, shares
    never, n = share_higher(
        lab,
        luck,
        below,
        staircase__ready_preventive=1e9,
        staircase__ready_short=1e9,
        staircase__ready_long=1e9,
    )
    assert rise(never[2:], n) > 4.5, never
    assert shares[-1] < never[-1] / 3
