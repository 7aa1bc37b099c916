"""Variants of a scenario: the same world with other levers, links, changes or numbers."""

from collections.abc import Iterable, Mapping

from trappen.policies.lever import defaults
from trappen.policies.policy import Policy, Transition
from trappen.scenarios.scenario import Scenario

LINK_PARTS = ("notice", "attention", "match", "effect")
CHANGE = "change"
PROGRAMMES = "programmes"


def with_policy(scenario: Scenario, policy: Policy) -> Scenario:
    """Return the scenario under another policy, the scenario's own levers already in it."""
    return scenario.model_copy(update={"policy": policy, "levers": {}})


def with_levers(scenario: Scenario, targets: Mapping[str, float]) -> Scenario:
    """Return the scenario with other targets for some levers."""
    return scenario.model_copy(update={"levers": {**scenario.levers, **targets}})


def with_parameters(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return the scenario with some numbers laid over its parameter set."""
    return scenario.model_copy(update={"parameters": {**scenario.parameters, **values}})


def settled(scenario: Scenario, **fields: object) -> Scenario:
    """Return the scenario with other replicates, years or uncertainty."""
    return scenario.model_copy(update=fields)


def today_of(scenario: Scenario) -> Scenario:
    """Return the same world under today's practice."""
    from trappen.policies.catalogue import find

    return with_policy(scenario, find("status_quo"))


def parts_of(scenario: Scenario, by: str) -> dict[str, tuple[str, ...]]:
    """Return the parts of a policy with the levers of each; the programmes and the change itself too.

    Parameters
    ----------
    by
        `links`: levers that work through one link are one part; `levers`: each moved lever is one.
    """
    from trappen.policies.lever import levers

    policy = scenario.policy_as_run
    moved = policy.moved()
    parts: dict[str, tuple[str, ...]]
    if by == "levers":
        parts = {name: (name,) for name in moved}
    else:
        parts = {
            link: tuple(name for name in moved if levers()[name].link == link)
            for link in LINK_PARTS
            if any(levers()[name].link == link for name in moved)
        }
    if policy.programmes:
        parts[PROGRAMMES] = ()
    if policy.transition != Transition():
        parts[CHANGE] = ()
    return parts


def with_parts(scenario: Scenario, parts: Mapping[str, tuple[str, ...]], chosen: Iterable[str]) -> Scenario:
    """Return the scenario with only some parts of its policy; the rest stands as today."""
    kept = set(chosen)
    policy = scenario.policy_as_run
    today = defaults()
    targets = {lever: today[lever] for part, names in parts.items() if part not in kept for lever in names}
    policy = policy.with_levers(targets)
    update: dict[str, object] = {}
    if PROGRAMMES in parts and PROGRAMMES not in kept:
        update["programmes"] = []
    if CHANGE in parts and CHANGE not in kept:
        update["transition"] = Transition()
    return with_policy(scenario, policy.model_copy(update=update))
