"""Every lever, moved alone, moves what its source says in the direction it says, and what that costs is seen.

Each is tried in pairs of municipalities with the same children and the same luck. What is read is what the
source names: who is noticed, how long it takes, who says yes, where children live, trust, fatigue, need. A
difference counts when it lies 3 standard errors over pairs from nothing (`conftest.SURE` tells the error
rate and the power). Where the effect is small beside luck there are more pairs or a longer horizon.
"""

from typing import NamedTuple

import numpy as np
import pytest

from trappen.agents.ledger import Count, Post, Sum
from trappen.agents.states import Arena, Problem, Step
from trappen.policies.lever import levers

YEAR = 18


def years_of(town, first=0, last=None):
    """Return the rows of the yearly tables from the first to before the last year of the horizon."""
    return slice(YEAR + first, YEAR + (town.month // 12 if last is None else last))


def count(name, offset=0, first=0, last=None):
    return lambda town: int(town.world.counts[years_of(town, first, last), Count[name] + offset].sum())


def total(name):
    return lambda town: float(town.world.sums[years_of(town), Sum[name]].sum())


def post(*names):
    return lambda town: int(town.world.accounts[years_of(town), [Post[name] for name in names]].sum())


def mean(sum_name, count_name):
    return lambda town: total(sum_name)(town) / count(count_name)(town)


def share(part, *rest):
    """Return one count as a share of it and others together."""
    return lambda town: count(part)(town) / (count(part)(town) + sum(count(name)(town) for name in rest))


def step_months(*steps):
    return lambda town: sum(count("STEP", step)(town) for step in steps)


def families(column):
    """Return the mean over families with a child on help at home."""

    def read(town):
        on = np.isin(town.children["step"], [Step.EARLY, Step.PREVENTIVE, Step.HOME_BASED])
        return float(town.world.families[column][np.unique(town.children["family"][on])].mean())

    return read


def hidden_seen_before_birth(town):
    """Return how many of those born in the horizon under hidden strain were on a high level of care."""
    born = (town.children["birth_month"] >= 9) & (town.children["birth_month"] < town.month)
    families_ = town.world.families[town.children["family"]]
    hidden = born & (families_["problem"] == Problem.HIDDEN) & (families_["liability"] > 1.0)
    return float((town.children["pregnancy_level"][hidden] >= 3).sum())


def misjudged(town):
    """Return by how much caseworkers misjudge the children whose need they have on file, SD."""
    known = (town.children["believed"] >= town.month - 12) & (town.children["believed"] <= town.month)
    return float(np.abs(town.children["belief"] - town.children["need"])[known].mean())


def months_planned(*steps):
    """Return the mean months until those who came to these steps since the start are ready to leave."""

    def read(town):
        there = np.isin(town.children["step"], steps) & (town.children["step_since"] >= 0)
        return float((town.children["ready"].astype(int) - town.children["step_since"])[there].mean())

    return read


def notified_by(*arenas):
    return lambda town: sum(count("ARENA", arena)(town) for arena in arenas)


AT_HOME = step_months(Step.PREVENTIVE, Step.HOME_BASED)
FAMILY_CARE = step_months(Step.KIN, Step.FOSTER)
NEED, UNHELPED, SMALL = count("NEED_MONTHS"), count("UNHELPED_NEED_MONTHS"), count("CHILDREN_NOTIFIED_0_5")
KNOWN, TRUST = share("KNOWN_KEPT", "KNOWN_LOST"), mean("TRUST_IN_CASES", "OPEN_CASES")
WAIT = mean("CONCERN_DAYS", "HELPED_AFTER_CONCERN")
INSTITUTION = count("STEP", Step.INSTITUTION)
CONDITIONS, DETECTION = (post("CONDITIONS"), "up"), (post("DETECTION"), "up")
FIRST_AGE = mean("AGE_AT_FIRST_CONTACT", "FIRST_CONTACTS")


FEW = 40
"""Pairs up to which a lever is tried in the usual suite."""


class Expected(NamedTuple):
    """Where a lever is moved to, what the source says then goes which way, and what shows its cost."""

    to: float
    moves: list
    cost: tuple
    months: int = 60
    pairs: int = 32


EXPECTED = {
    "caseload": Expected(
        18.0,
        [(WAIT, "down"), (count("FOLLOW_UPS"), "up"), (TRUST, "up"), (NEED, "down")],
        (post("CASEWORKERS"), "up"),
        60,
        40,
    ),
    # Both ways: more moves to other measures, and fewer months on help at home that is no longer called for.
    "follow_up_interval": Expected(
        3.0,
        [(count("FOLLOW_UPS"), "up"), (count("MEASURES_STARTED"), "up"), (AT_HOME, "down")],
        (total("HOURS_FOLLOW_UPS"), "up"),
        60,
        32,
    ),
    "decision_delay": Expected(
        0.0,
        [(mean("DECISION_DAYS", "DECISIONS"), "down"), (WAIT, "down"), (UNHELPED, "down")],
        (AT_HOME, "up"),
        60,
        40,
    ),
    "detection_tools": Expected(
        1.0,
        [(SMALL, "up"), (KNOWN, "up"), (UNHELPED, "down"), (FIRST_AGE, "down")],
        (post("DETECTION"), "up"),
        120,
        32,
    ),
    "notification_courage": Expected(
        1.0, [(SMALL, "up"), (FIRST_AGE, "down")], (total("HOURS_REVIEWS"), "up")
    ),
    # There is room to spare today, so these two are tried downwards.
    "early_help_places": Expected(
        8.0,
        [(count("EARLY_TURNED_AWAY"), "up"), (count("EARLY_STARTED"), "down"), (UNHELPED, "up")],
        (post("EARLY"), "down"),
    ),
    "provider_places": Expected(
        0.6,
        [(count("WAITING"), "up"), (WAIT, "up"), (NEED, "up")],
        (post("PREVENTIVE", "HOME_BASED"), "down"),
    ),
    # More live in families; some of them stand lower than their need calls for.
    "family_placement_shift": Expected(
        1.0,
        [(INSTITUTION, "down"), (FAMILY_CARE, "up"), (count("UNDER_MATCHED_MONTHS"), "up")],
        (post("FOSTER"), "up"),
        120,
        80,
    ),
    "kin_search": Expected(1.0, [(count("STEP", Step.KIN), "up")], (post("SUPPORT"), "up")),
    "foster_recruitment": Expected(
        0.25, [(count("FOSTER_PLACES_NEW"), "up"), (INSTITUTION, "down")], (post("SUPPORT"), "up"), 120, 80
    ),
    "institution_aim": Expected(
        1.0,
        [(INSTITUTION, "down"), (months_planned(Step.INSTITUTION), "down")],
        (post("INSTITUTION"), "down"),
        120,
        64,
    ),
    "foster_support": Expected(12.0, [(count("BREAKDOWNS"), "down")], (post("SUPPORT"), "up"), 120, 80),
    "parallel_home_work": Expected(
        10.0, [(count("WENT_HOME"), "up"), (count("PLACED_MONTHS"), "down")], (post("SUPPORT"), "up"), 120, 32
    ),
    "leadership": Expected(1.0, [(NEED, "down")], CONDITIONS),
    "staffing": Expected(1.4, [(NEED, "down")], CONDITIONS),
    "programme_manuals": Expected(1.0, [(NEED, "down")], CONDITIONS, 60, 32),
    "trustful_entry": Expected(1.0, [(count("DECLINED"), "down"), (UNHELPED, "down")], CONDITIONS),
    "solution_focus": Expected(1.0, [(NEED, "down")], CONDITIONS),
    "situated_effort": Expected(1.0, [(AT_HOME, "up"), (UNHELPED, "down")], CONDITIONS, 60, 64),
    "tapering": Expected(1.0, [(families("fatigue"), "down")], CONDITIONS),
    "empowerment": Expected(1.0, [(families("passivity"), "down"), (NEED, "down")], CONDITIONS, 120),
    "pregnancy_visit": Expected(1.0, [(hidden_seen_before_birth, "up")], DETECTION, 120),
    "front_supervision": Expected(1.0, [(SMALL, "up")], DETECTION),
    "infant_teams": Expected(
        1.0, [(notified_by(Arena.PREGNANCY_CARE, Arena.HEALTH_VISITING), "up")], DETECTION, 60, 64
    ),
    "wellbeing_form": Expected(1.0, [(SMALL, "up")], DETECTION, 60, 32),
    "transition_form": Expected(1.0, [(KNOWN, "up")], DETECTION),
    "child_coordinator": Expected(
        1.0, [(KNOWN, "up"), (count("EARLY_STARTED"), "up"), (UNHELPED, "down")], DETECTION
    ),
    "dialogue_model": Expected(1.0, [(count("DECLINED"), "down"), (count("EARLY_STARTED"), "up")], DETECTION),
    "childs_reform": Expected(1.0, [(count("FALSE_ALARMS"), "down")], DETECTION),
    "supervision": Expected(
        8.0, [(count("CASEWORKERS_LEFT"), "down"), (misjudged, "down")], (post("CASEWORKERS"), "up"), 120, 64
    ),
    # Its price is time: meetings take hours from contact.
    "manuals": Expected(1.0, [(misjudged, "down")], (total("HOURS_CONTACT"), "down"), 60, 64),
    "case_coordinator": Expected(1.0, [(TRUST, "up"), (UNHELPED, "down")], (post("SUPPORT"), "up")),
    "roles_apart": Expected(1.0, [(TRUST, "up")], (total("HOURS_ASSESSMENTS"), "up"), 60, 40),
    # Its price is time as well.
    "measuring": Expected(
        1.0, [(count("MEASURED"), "up"), (misjudged, "down")], (total("HOURS_CONTACT"), "down"), 60, 32
    ),
}
"""Every lever, over five or ten years; what costs no money costs hours, or what is given instead."""


def test_every_lever_has_its_expectation():
    assert set(EXPECTED) == set(levers())


@pytest.fixture(scope="module")
def found(request, pairs):
    """Differences of those levers that are asked for."""
    items = [item for item in request.session.items if item.module is request.module]
    asked = {item.callspec.params["name"] for item in items if hasattr(item, "callspec")}
    plans = {}
    for name in asked:
        to, moves, cost, months, number = EXPECTED[name]
        plans[name] = pairs.plan(
            [read for read, _ in (*moves, cost)], {name: to}, months=months, pairs=number
        )
    return pairs.gather(plans)


def each():
    """Return every lever's name; those that need many pairs are slow."""
    slow = {name for name, expected in EXPECTED.items() if expected.pairs > FEW}
    return [pytest.param(name, marks=pytest.mark.slow if name in slow else ()) for name in levers()]


@pytest.mark.parametrize("name", each())
def test_a_lever_moves_what_it_says(found, name):
    for difference, (_, direction) in zip(
        found[name], (*EXPECTED[name].moves, EXPECTED[name].cost), strict=True
    ):
        assert difference.goes(direction), (direction, difference.share, difference.sureness)
