"""Every lever, moved alone, moves what its text says in the direction it says, and is paid for.

Each is tried over five years against today's practice with the same children and the same luck, moved far
enough that its own effect is many times what luck is left after pairing. What is compared is the nearest
thing the lever moves, not what may follow from it in the end.
"""

import numpy as np
import pytest

from trappen.agents.ledger import Count, Post, Sum
from trappen.agents.states import NEVER, CaseState, Step
from trappen.model.kernels.world import Meter
from trappen.policies.lever import levers

YEARS = slice(18, 23)


def count(name, offset=0):
    return lambda town: int(town.world.counts[YEARS, Count[name] + offset].sum())


def post(name):
    return lambda town: int(town.world.accounts[YEARS, Post[name]].sum())


def mean(sum_name, count_name):
    return lambda town: town.world.sums[YEARS, Sum[sum_name]].sum() / count(count_name)(town)


def families(column):
    """Return the mean over families with a child on help at home."""

    def read(town):
        on = np.isin(town.children["step"], [Step.EARLY, Step.PREVENTIVE, Step.HOME_BASED])
        return float(town.world.families[column][np.unique(town.children["family"][on])].mean())

    return read


def relief(step):
    return lambda town: float(town.children["relief"][town.children["step"] == step].mean())


def share(part, whole):
    return lambda town: count(part)(town) / count(whole)(town)


def meter(name):
    return lambda town: float(town.world.meters[Meter[name]])


def months_planned(*steps):
    """Return the mean months until those who came to these steps since the start are ready to leave."""

    def read(town):
        there = np.isin(town.children["step"], steps) & (town.children["step_since"] >= 0)
        return float((town.children["ready"].astype(int) - town.children["step_since"])[there].mean())

    return read


def months_helped(town):
    """Return months of help at home for each measure begun."""
    months = count("STEP", Step.PREVENTIVE)(town) + count("STEP", Step.HOME_BASED)(town)
    return months / count("MEASURES_STARTED")(town)


def misjudged(town):
    """Return how far belief is from need in open cases: root of the mean square, SD."""
    rows = town.children[(town.children["case"] == CaseState.OPEN) & (town.children["believed"] < NEVER)]
    return float(np.sqrt(np.mean((rows["belief"].astype(float) - rows["need"]) ** 2)))


def unseen_before_birth(town):
    """Return how much of the chance of being noticed is left, summed over the unborn."""
    unborn = (town.children["birth_month"] > 59) & (town.children["birth_month"] < 68)
    return float(town.children["exposure"][unborn].sum(dtype=float))


def known_kept(town):
    """Return the share of handovers at which what is known goes along."""
    kept, lost = count("KNOWN_KEPT")(town), count("KNOWN_LOST")(town)
    return kept / (kept + lost)


NEED = count("NEED_MONTHS")
SMALL, KNOWN = count("CHILDREN_NOTIFIED_0_5"), known_kept
EXPECTED = {
    "caseload": (18.0, [(count("POSTS"), "up"), (meter("CONTACT"), "up")], post("CASEWORKERS")),
    "follow_up_interval": (3.0, [(count("FOLLOW_UPS"), "up")], None),
    "decision_delay": (0.0, [(mean("DECISION_DAYS", "DECISIONS"), "down")], None),
    "detection_tools": (1.0, [(count("CHILDREN_NOTIFIED_0_5"), "up")], post("DETECTION")),
    "notification_courage": (1.0, [(count("CHILDREN_NOTIFIED_0_5"), "up")], None),
    "early_help_places": (60.0, [(count("EARLY_STARTED"), "up")], post("EARLY")),
    "provider_places": (0.6, [(count("WAITING"), "up")], None),
    "family_placement_shift": (1.0, [(count("STEP", Step.INSTITUTION), "down")], None),
    "kin_search": (1.0, [(count("STEP", Step.KIN), "up")], post("SUPPORT")),
    "foster_recruitment": (0.25, [(count("FOSTER_PLACES_NEW"), "up")], post("SUPPORT")),
    "institution_aim": (1.0, [(months_planned(Step.INSTITUTION), "down")], None),
    "foster_support": (12.0, [(count("BREAKDOWNS"), "down")], post("SUPPORT")),
    "parallel_home_work": (10.0, [(months_planned(Step.FOSTER, Step.INSTITUTION), "down")], post("SUPPORT")),
    "leadership": (1.0, [(relief(Step.PREVENTIVE), "up"), (NEED, "down")], post("CONDITIONS")),
    "staffing": (1.4, [(relief(Step.PREVENTIVE), "up"), (NEED, "down")], post("CONDITIONS")),
    "programme_manuals": (1.0, [(relief(Step.PREVENTIVE), "up")], post("CONDITIONS")),
    "trustful_entry": (1.0, [(count("DECLINED"), "down")], post("CONDITIONS")),
    "solution_focus": (1.0, [(relief(Step.PREVENTIVE), "up")], post("CONDITIONS")),
    "situated_effort": (1.0, [(months_helped, "up")], post("CONDITIONS")),
    "tapering": (1.0, [(families("fatigue"), "down")], post("CONDITIONS")),
    "empowerment": (1.0, [(families("passivity"), "down")], post("CONDITIONS")),
    "pregnancy_visit": (1.0, [(unseen_before_birth, "down")], post("DETECTION")),
    "front_supervision": (1.0, [(SMALL, "up")], post("DETECTION")),
    "infant_teams": (1.0, [(SMALL, "up")], post("DETECTION")),
    "wellbeing_form": (1.0, [(SMALL, "up")], post("DETECTION")),
    "transition_form": (1.0, [(KNOWN, "up")], post("DETECTION")),
    "child_coordinator": (1.0, [(KNOWN, "up")], post("DETECTION")),
    "dialogue_model": (1.0, [(count("EARLY_STARTED"), "up")], post("DETECTION")),
    "childs_reform": (1.0, [(count("FALSE_ALARMS"), "down")], post("DETECTION")),
    "supervision": (8.0, [(meter("ERROR_FACTOR"), "down")], post("CASEWORKERS")),
    "manuals": (1.0, [(meter("LASTING_ERROR"), "down")], None),
    "case_coordinator": (1.0, [(meter("HANDOVER_LOST"), "down")], post("SUPPORT")),
    "roles_apart": (1.0, [(meter("TRUST_WON"), "up")], None),
    "measuring": (1.0, [(count("MEASURED"), "up"), (misjudged, "down")], None),
}
"""Where each lever is moved to, what then goes which way, and the post that pays for it."""

BOOSTED = {"foster_support": {"breakdown_level": 4.0}}
"""Rare events are made frequent for both sides, so that five years of 3,000 children tell."""


def test_every_lever_has_its_expectation():
    assert set(EXPECTED) == set(levers())


@pytest.mark.parametrize("name", list(levers()))
def test_a_lever_moves_what_it_says(trial, today, name):
    target, expected, paid_by = EXPECTED[name]
    if name in BOOSTED:
        rules = trial.lab.rules(BOOSTED[name])
        today, moved = trial.run(60, rules=rules), trial.run(60, {name: target}, rules=rules)
    else:
        moved = trial.run(60, {name: target})
    for read, direction in expected:
        before, after = read(today), read(moved)
        assert (after > before) if direction == "up" else (after < before), (before, after)
    if paid_by is not None:
        assert paid_by(moved) > paid_by(today)
