"""Seek: the least a lever must be moved to reach a goal with a stated certainty."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from trappen.agents.problem import Problem
from trappen.model.nearest import nearest
from trappen.policies.lever import Lever, levers
from trappen.scenarios.experiments.found import NET_COST, Found, manifest_of, reading
from trappen.scenarios.experiments.goal import Goal
from trappen.scenarios.experiments.variants import today_of, with_levers
from trappen.scenarios.intervals import freedom_of, spread_of, wilson
from trappen.scenarios.runner import Run, run_replicates, target_of
from trappen.scenarios.scenario import Scenario

STEPS = 7
"""Halvings: the answer is found to a hundred-and-twenty-eighth of the lever's range."""

Say = Callable[[str, int, int], None]


def seek(
    scenario: Scenario,
    lever: str,
    goal: Goal,
    *,
    certainty: float = 0.8,
    steps: int = STEPS,
    threads: int = 2,
    say: Say | None = None,
) -> Found:
    """Return the least move of a lever, from where the policy has it, that meets the goal often enough.

    All values are tried on the same replicates, so that a little more of the lever meets nothing by luck.
    Where the policy meets the goal as it stands, nothing need be moved; where neither end of the lever's
    range meets it, that is the answer. Between, halving finds the edge; if the share that meets the goal
    does not rise towards the end that meets it, the result says so.

    Parameters
    ----------
    certainty
        Share of replicates in which the goal must be met.

    Raises
    ------
    Problem
        If there is no such lever.
    """
    known = the_lever(lever)
    here = target_of(scenario, lever)
    today: Run | None = None
    tried: dict[float, Run] = {}

    def share(values: list[float]) -> list[float]:
        nonlocal today
        new = [value for value in values if value not in tried]
        variants = [with_levers(scenario, {lever: value}) for value in new]
        if today is None:
            variants.append(today_of(scenario))
        runs = run_replicates(variants, threads=threads) if variants else []
        tried.update(zip(new, runs, strict=False))
        if today is None:
            today = runs[-1]
        if say is not None:
            say("seek", len(tried), steps + 3)
        return [float(goal.met(tried[value], today, scenario).mean()) for value in values]

    at_here, at_low, at_high = share([here, known.low, known.high])
    ends = [(value, met) for value, met in ((known.low, at_low), (known.high, at_high)) if met >= certainty]
    if at_here >= certainty:
        answer: float | None = here
    elif not ends:
        answer = None
    else:
        answer = min(
            (_halve(here, end, share, certainty, steps) for end, _ in ends), key=lambda v: abs(v - here)
        )
    assert today is not None
    table = _tried(known, goal, tried, today, scenario)
    facts = {
        "lever": lever,
        "unit": dict(known.unit),
        "goal": goal.text,
        "row": goal.row,
        "certainty": certainty,
        "here": here,
        "answer": answer,
        "reached": answer is not None,
        "moved": answer is not None and answer != here,
        "monotone": _monotone(table, here, answer),
        "replicates": scenario.replicates,
    }
    if answer is None:
        closest = _closest(table, goal)
        facts |= {
            "tried_low": float(table["value"].min()),
            "tried_high": float(table["value"].max()),
            "best_value": closest["value"],
            "best_mean": closest["mean"],
            "best_share": closest["share_met"],
        }
    else:
        before, after = tried[here], tried[answer]
        extra = reading(after, NET_COST, scenario) - reading(before, NET_COST, scenario)
        seen = spread_of(extra, freedom=freedom_of(before.sets))
        facts |= {"extra_cost": seen["mean"], "extra_cost_low": seen["low"], "extra_cost_high": seen["high"]}
        facts["caseworkers"] = float(reading(after, "caseworkers").mean())
        facts["caseworkers_here"] = float(reading(before, "caseworkers").mean())
    manifest = manifest_of(scenario, lever=lever, goal=goal.text, certainty=certainty)
    return Found("seek", {"tried": table}, facts, manifest)


def _closest(table: pd.DataFrame, goal: Goal) -> dict[str, float]:
    """Return the value tried that comes nearest: met most often, or where none is the nearest on average."""
    tried = table.to_dict("records")
    if any(one["share_met"] for one in tried):
        found = max(tried, key=lambda one: one["share_met"])
    else:
        found = min(tried, key=lambda one: abs(one["mean"] - goal.value))
    return {str(name): float(value) for name, value in found.items()}


def the_lever(name: str) -> Lever:
    """Return the lever of a name.

    Raises
    ------
    Problem
        If there is none.
    """
    known = levers().get(name)
    if known is None:
        near = nearest(name, list(levers())) or list(levers())
        raise Problem("experiment.no_lever", field="--lever", given=name, near=", ".join(near))
    return known


def _halve(
    here: float, end: float, share: Callable[[list[float]], list[float]], certainty: float, steps: int
) -> float:
    """Return the value nearest `here` that was found to meet the goal between it and an end that does."""
    fails, meets = here, end
    for _ in range(steps):
        middle = (fails + meets) / 2.0
        if share([middle])[0] >= certainty:
            meets = middle
        else:
            fails = middle
    return meets


def _tried(lever: Lever, goal: Goal, tried: dict[float, Run], today: Run, scenario: Scenario) -> pd.DataFrame:
    rows = []
    for value in sorted(tried):
        met = goal.met(tried[value], today, scenario)
        low, high = wilson(float(met.mean()), len(met))
        seen = spread_of(goal.read(tried[value], today, scenario), freedom=freedom_of(today.sets))
        rows.append(
            {
                "value": value,
                "share_met": float(met.mean()),
                "share_low": low,
                "share_high": high,
                "mean": seen["mean"],
                "low": seen["low"],
                "high": seen["high"],
                "cost": float(reading(tried[value], NET_COST, scenario).mean()),
            }
        )
    return pd.DataFrame(rows)


def _monotone(table: pd.DataFrame, here: float, answer: float | None) -> bool:
    """Tell whether the share that meets the goal never falls on the way from here to beyond the answer."""
    if answer is None or answer == here:
        return True
    way = table[table["value"] >= here] if answer > here else table[table["value"] <= here].iloc[::-1]
    return bool(np.all(np.diff(way["share_met"].to_numpy()) >= -1e-9))
