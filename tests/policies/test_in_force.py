"""What is in force in a month lies between today's practice and the target, and is exactly either outside."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trappen.model.checking import Titles
from trappen.policies.catalogue import find
from trappen.policies.lever import defaults, levers
from trappen.policies.policy import PhaseIn, Policy

TODAY = np.array(list(defaults().values()))
MONTHS = np.arange(-216, 60 * 12)
BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault of a policy."""

WORDS = Titles(da="d", en="e")


@st.composite
def policies(draw):
    targets = draw(
        st.fixed_dictionaries(
            {}, optional={name: st.floats(lever.low, lever.high) for name, lever in levers().items()}
        )
    )
    start = draw(st.integers(0, 30))
    stop = draw(st.none() | st.integers(start + 1, 60))
    phase_in = PhaseIn(
        start_year=start,
        months=draw(st.integers(0, 240)),
        curve=draw(st.sampled_from(["linear", "step", "s_curve"])),
    )
    return Policy(name="p", title=WORDS, description=WORDS, levers=targets, phase_in=phase_in, stop_year=stop)


def target_of(policy):
    return np.array([policy.levers[name] for name in levers()])


def on(policy):
    """Months in which the policy has begun and not stopped."""
    end = MONTHS[-1] + 1 if policy.stop_year is None else 12 * policy.stop_year
    return (policy.start_month <= MONTHS) & (end > MONTHS)


@BUSY
@given(policies())
def test_it_lies_between_today_and_the_target(policy):
    values, target = policy.in_force(MONTHS), target_of(policy)
    assert values.shape == (len(MONTHS), len(TODAY))
    assert (values >= np.minimum(TODAY, target)).all()
    assert (values <= np.maximum(TODAY, target)).all()


@BUSY
@given(policies())
def test_before_the_start_and_after_the_stop_it_is_today_bit_for_bit(policy):
    outside = policy.in_force(MONTHS)[~on(policy)]
    assert outside.tobytes() == np.tile(TODAY, (len(outside), 1)).tobytes()


@BUSY
@given(policies())
def test_after_the_phase_in_it_is_the_target_bit_for_bit(policy):
    full = on(policy) & (policy.start_month + max(policy.phase_in.months - 1, 0) <= MONTHS)
    inside = policy.in_force(MONTHS)[full]
    assert inside.tobytes() == np.tile(target_of(policy), (len(inside), 1)).tobytes()


@BUSY
@given(policies())
def test_a_lever_set_to_today_stays_today_bit_for_bit(policy):
    still = policy.with_levers(defaults())
    values = still.in_force(MONTHS)
    assert values.tobytes() == np.tile(TODAY, (len(MONTHS), 1)).tobytes()
    assert still.moved() == []


@BUSY
@given(policies())
def test_it_moves_one_way_while_it_is_on(policy):
    phase = policy.phase(MONTHS[on(policy)])
    assert (np.diff(phase) >= 0).all()
    assert ((phase > 0) & (phase <= 1)).all()


@BUSY
@given(policies(), st.integers(-216, 700))
def test_a_month_does_not_depend_on_which_others_are_asked_for(policy, month):
    assert (policy.in_force([month])[0] == policy.in_force(MONTHS)[month + 216]).all()
    assert float(policy.phase(month)) == policy.phase(MONTHS)[month + 216]


@BUSY
@given(policies())
def test_the_one_off_costs_are_paid_once_and_only_while_changing(policy):
    share, runs = policy.transition_share(MONTHS), policy.project_runs(MONTHS)
    length = policy.phase_in.months
    end = policy.start_month + max(length, 1)
    stopped_early = policy.stop_year is not None and 12 * policy.stop_year < end
    assert (share[~on(policy) | (end <= MONTHS)] == 0).all()
    assert share.sum() < 1 if stopped_early else share.sum() == pytest.approx(1, abs=1e-12)
    assert runs.sum() <= length
    assert (runs[runs > 0] == 1).all()


def policy_with(curve, months):
    phase_in = PhaseIn(start_year=1, months=months, curve=curve)
    return Policy(name="p", title=WORDS, description=WORDS, levers={"caseload": 21}, phase_in=phase_in)


@pytest.mark.parametrize(
    ("curve", "phases"),
    [
        ("linear", [0, 0.25, 0.5, 0.75, 1, 1]),
        ("step", [0, 1, 1, 1, 1, 1]),
        ("s_curve", [0, 0.15625, 0.5, 0.84375, 1, 1]),
    ],
)
def test_the_curves(curve, phases):
    policy = policy_with(curve, 4)
    assert policy.phase(range(11, 17)).tolist() == phases
    assert policy.in_force(range(11, 17))[:, 0].tolist() == [31 - 10 * phase for phase in phases]


@pytest.mark.parametrize("curve", ["linear", "step", "s_curve"])
@pytest.mark.parametrize("months", [0, 1])
def test_without_months_it_is_in_force_at_once(curve, months):
    assert policy_with(curve, months).phase([11, 12]).tolist() == [0, 1]


def test_a_number_of_months_counts_from_the_horizon_s_first():
    policy = find("omlaegning")
    assert np.array_equal(policy.in_force(24), policy.in_force(range(24)))


def test_the_warm_up_is_the_same_under_every_policy():
    warm_up = range(-216, 0)
    assert find("omlaegning").in_force(warm_up).tobytes() == find("status_quo").in_force(warm_up).tobytes()
