"""The questions one can ask of many paired runs from Python; each gives what an experiment found."""

from collections.abc import Sequence
from typing import Any

from trappen.agents.problem import Problem
from trappen.api import Source, as_scenario
from trappen.scenarios.compare import Say, compare_scenarios
from trappen.scenarios.experiments.found import Found


def budget(
    a: Source = "status_quo",
    b: Source = "omlaegning",
    *,
    threads: int = 2,
    say: Say | None = None,
    **options: Any,
) -> Found:
    """Return who pays and who gains, by year, silo and perspective; parameters and errors as in `compare`."""
    pair = as_scenario(a, options), as_scenario(b, options)
    return compare_scenarios(*pair, structure=False, threads=threads, say=say).budget()


def compare_many(
    *policies: Source, row: str = "need_months", threads: int = 2, say: Say | None = None, **options: Any
) -> Found:
    """Compare several policies with the first of them; parameters and errors as in `compare`."""
    from trappen.scenarios.experiments.many import compare_many as experiment

    if len(policies) < 2:
        raise Problem("experiment.two_policies")
    return experiment([as_scenario(one, options) for one in policies], row=row, threads=threads, say=say)


def explain(
    policy: Source = "omlaegning",
    *,
    by: str = "links",
    rows: Sequence[str] = ("net_cost_per_year", "need_months"),
    orders: int = 12,
    threads: int = 2,
    say: Say | None = None,
    **options: Any,
) -> Found:
    """Return how much of what a policy changes each of its parts carries (Shapley)."""
    from trappen.scenarios.experiments.explain import explain as experiment

    scenario = as_scenario(policy, options)
    return experiment(scenario, by=by, rows=rows, orders=orders, threads=threads, say=say)


def seek(
    policy: Source = "status_quo",
    *,
    lever: str = "caseload",
    goal: str = "follow_up_kept>=90",
    certainty: float = 0.8,
    threads: int = 2,
    say: Say | None = None,
    **options: Any,
) -> Found:
    """Return the least a lever must be moved to reach a goal with a stated certainty."""
    from trappen.scenarios.experiments.goal import read_goal
    from trappen.scenarios.experiments.seek import seek as experiment

    scenario = as_scenario(policy, options)
    return experiment(scenario, lever, read_goal(goal), certainty=certainty, threads=threads, say=say)


def optimise(
    policy: Source = "omlaegning",
    *,
    levers: Sequence[str] | None = None,
    levels: int = 3,
    row: str = "need_months",
    most_extra_cost: float | None = None,
    most_caseworkers: float | None = None,
    tries: int = 60,
    threads: int = 2,
    say: Say | None = None,
    **options: Any,
) -> Found:
    """Return the frontier of cost and an outcome over combinations of levers, within budget and capacity."""
    from trappen.scenarios.experiments.optimise import optimise as experiment

    return experiment(
        as_scenario(policy, options),
        levers,
        levels=levels,
        row=row,
        most_extra_cost=most_extra_cost,
        most_caseworkers=most_caseworkers,
        tries=tries,
        threads=threads,
        say=say,
    )


def sensitivity(
    a: Source = "status_quo",
    b: Source = "omlaegning",
    *,
    method: str = "tornado",
    row: str = "net_cost_per_year",
    names: Sequence[str] | None = None,
    size: int | None = None,
    threads: int = 2,
    say: Say | None = None,
    **options: Any,
) -> Found:
    """Return which uncertain numbers a difference hangs on, or what it is worth to know them."""
    from trappen.scenarios.experiments.sensitivity import sensitivity as experiment

    pair = as_scenario(a, options), as_scenario(b, options)
    return experiment(*pair, method=method, row=row, names=names, size=size, threads=threads, say=say)


def trial(
    policy: Source = "opsporingsmodellen",
    *,
    row: str = "first_contact_age",
    places: int = 5,
    place_children: int = 8_000,
    followed: int = 3,
    trials: int = 20,
    spill_over: float = 0.0,
    threads: int = 2,
    say: Say | None = None,
    **options: Any,
) -> Found:
    """Return what an evaluation in some places, half of whose districts are treated, would find."""
    from trappen.scenarios.experiments.trial import trial as experiment

    return experiment(
        as_scenario(policy, options),
        row=row,
        municipalities=places,
        children=place_children,
        years=followed,
        trials=trials,
        spill_over=spill_over,
        threads=threads,
        say=say,
    )


def early(
    policy: Source = "status_quo", *, relief: float = 0.3, say: Say | None = None, **options: Any
) -> Found:
    """Return what the same lasting relief saves, by the age at which it is given."""
    from trappen.scenarios.experiments.by_age import by_age

    return by_age(as_scenario(policy, options), relief=relief, say=say)


def casework(
    policy: Source = "status_quo",
    *,
    caseloads: Sequence[float] | None = None,
    say: Say | None = None,
    **options: Any,
) -> Found:
    """Return what overload does to deadlines, staff and waiting, caseload by caseload, and where it tips."""
    from trappen.scenarios.watched.tipping import CASELOADS, find_tipping

    return find_tipping(as_scenario(policy, options), caseloads or CASELOADS, say=say)
