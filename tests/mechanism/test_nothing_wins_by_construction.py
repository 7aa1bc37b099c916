"""The reform can lose: what it changes reaches children through links only, and links can be cut.

These tests are exact: no luck decides them.
"""

import numpy as np
import pytest

from trappen.agents.ledger import Count, Payer, Post, Sum
from trappen.model.engine import WARM_UP_YEARS
from trappen.model.evidence import register
from trappen.model.kernels.world import Meter, World
from trappen.policies.policy import PhaseIn
from trappen.scenarios.runner import parameters_of, run_replicate, start
from trappen.scenarios.scenario import Scenario, scenario_from

SMALL = {"children": 1500, "years": 3, "replicates": 1, "uncertainty": False, "seed": 11}
NO_LINKS = {"notice": False, "attention": False, "match": False, "effect": False}
KRONE_A_MONTH = 12
"""Each month's amount is rounded to a krone, so a year's is within twelve."""

NULL_EFFECTS = {
    entry.name: 0.0
    for entry in register().values()
    if entry.name.startswith("relief_") and entry.low is not None and entry.low <= 0.0 and entry.unit == "SD"
} | dict.fromkeys(
    (
        "untreated_growth", "breakdown_scar", "move_scar", "school_move_loss",
        "school_institution_loss", "institution_drift", "foster_hard_case_loss",
        "return_strain", "passivity_gain",
    ),
    0.0,
)  # fmt: skip


def pair(**changes: object) -> tuple[Scenario, Scenario]:
    a, b = (scenario_from(name, **(SMALL | changes)) for name in ("status_quo", "omlaegning"))
    at_once = b.policy.model_copy(update={"phase_in": PhaseIn(months=0, curve="step")})
    return a, b.model_copy(update={"policy": at_once})


def worlds(**changes: object) -> tuple[World, World]:
    a, b = run_replicate(pair(**changes), 0)
    return a, b


@pytest.fixture(scope="module")
def cut() -> tuple[World, World]:
    return worlds(links=NO_LINKS)


def test_links_cut_no_childs_course_changes(cut: tuple[World, World]) -> None:
    """With every link cut, each child's row and each family's is the same bit for bit."""
    a, b = cut
    assert np.array_equal(a.children, b.children)
    assert np.array_equal(a.families, b.families)
    assert np.array_equal(a.counts, b.counts)
    rest = [k for k in range(a.sums.shape[1]) if k != Sum.POSTS_PAID]
    assert np.array_equal(a.sums[:, rest], b.sums[:, rest])


def test_links_cut_costs_what_staff_training_and_phase_in_cost(cut: tuple[World, World]) -> None:
    """With every link cut, the extra cost is the price list times what was bought, to the krone a month."""
    a, b = cut
    _, scenario = pair(links=NO_LINKS)
    levers = scenario.policy_as_run.levers
    values = parameters_of(scenario, 0)
    begin, _, _, _ = start(scenario, 0)
    counts = b.counts[WARM_UP_YEARS:].sum(axis=0)
    difference = (b.accounts - a.accounts)[WARM_UP_YEARS:].sum(axis=0)
    bought = {Post.CASEWORKERS, Post.SUPPORT, Post.DETECTION, Post.TRANSITION}
    for post in Post:
        if post not in bought:
            assert not difference[post].any(), post
    social = Payer.MUNICIPALITY_SOCIAL
    rounding = KRONE_A_MONTH * scenario.years

    posts = a.accounts[WARM_UP_YEARS:, Post.CASEWORKERS, social].sum()
    assert difference[Post.CASEWORKERS, social] == pytest.approx(
        posts * (31.0 / levers["caseload"] - 1.0), abs=2 * rounding
    )
    hours = counts[Count.FAMILY_CARE_MONTHS] * levers["foster_support"]
    hours += counts[Count.PLACED_MONTHS] * (levers["parallel_home_work"] - 1.0)
    searches = counts[Count.KIN_SEARCHES] * (levers["kin_search"] - 0.3)
    expected = hours * values["price_support_hour"] + searches * values["price_kin_search"]
    assert difference[Post.SUPPORT, social] == pytest.approx(expected, abs=2 * rounding)
    detection = counts[Count.CHILDREN_UNDER_6] / 12 * levers["detection_tools"] * values["price_detection"]
    assert difference[Post.DETECTION].sum() == pytest.approx(detection, abs=rounding)
    costs = scenario.policy_as_run.transition
    assert costs.training_per_caseworker is not None
    assert costs.training_per_front_staff is not None
    # Those who are hired for the smaller caseload are trained as well.
    posts_asked = begin.meters[Meter.POSTS_PAID] * 31.0 / levers["caseload"]
    once = costs.training_per_caseworker.value * posts_asked
    once += costs.training_per_front_staff.value * values["front_staff"] * scenario.children / 1000
    assert difference[Post.TRANSITION, social] == pytest.approx(once, abs=rounding)
    assert expected > 1e5
    assert once > 1e5


def test_every_effect_at_null_more_help_is_not_better_help() -> None:
    """Where help does nothing, every child's need is the same under both policies, and help costs more."""
    parameters = {name: value for name, value in NULL_EFFECTS.items() if register()[name].low <= value}
    assert len(parameters) >= 12
    a, b = worlds(parameters=parameters)
    assert np.array_equal(a.children["need"], b.children["need"])
    assert not np.array_equal(a.children["step"], b.children["step"])
    for row in (Count.NEED_MONTHS, Count.DEEP_NEED_MONTHS):
        assert np.array_equal(a.counts[:, row], b.counts[:, row])
    assert b.counts[WARM_UP_YEARS:, Count.FOLLOW_UPS].sum() > a.counts[WARM_UP_YEARS:, Count.FOLLOW_UPS].sum()


def test_each_link_alone_reaches_children() -> None:
    """Each link, open alone, changes somebody's course: none is a dead wire."""
    for link in NO_LINKS:
        a, b = worlds(links=NO_LINKS | {link: True}, children=3000)
        assert not np.array_equal(a.children, b.children), link


def test_same_policy_gives_no_difference() -> None:
    """The same policy against itself differs in nothing."""
    a, _ = pair()
    first, second = run_replicate([a, a.model_copy()], 0)
    assert np.array_equal(first.children, second.children)
    assert np.array_equal(first.accounts, second.accounts)


@pytest.mark.parametrize(
    ("switch", "choice"),
    [("belief", "fixed_gain"), ("step_down", "per_follow_up"), ("foster_hard_cases", "price_only")],
)
def test_structural_switches_do_something(switch: str, choice: str) -> None:
    """Each structural switch changes somebody's course under today's practice."""
    a, _ = pair(children=3000)
    changed = a.model_copy(update={"structure": a.structure.model_copy(update={switch: choice})})
    first = run_replicate([a], 0)[0]
    second = run_replicate([changed], 0)[0]
    assert not np.array_equal(first.children, second.children)
