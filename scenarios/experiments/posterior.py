"""Posterior: what a result owes to each number over the parameter sets that meet the targets."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from trappen.agents.problem import Problem
from trappen.model.evidence import register
from trappen.scenarios.experiments.found import Found, by_set, indicator, manifest_of, reading
from trappen.scenarios.experiments.variants import settled
from trappen.scenarios.intervals import variance_parts
from trappen.scenarios.parameter_sets import sets_of
from trappen.scenarios.runner import LUCK_PER_SET, run_replicates
from trappen.scenarios.scenario import Scenario

FEWEST_SETS = 5

Say = Callable[[str, int, int], None]


def posterior(
    a: Scenario, b: Scenario, *, row: str = "net_cost_per_year", threads: int = 2, say: Say | None = None
) -> Found:
    """Return how the difference between two policies goes with each number over the calibrated sets.

    The other methods move a number over its whole range, whether the targets allow it or not. Here all
    numbers move together as the fitted sets do. Luck is averaged out within each set, and what is left of it
    is taken out by shrinking sets towards their mean. Few sets tell little: the chance that a correlation
    as strong comes of nothing stands beside each.

    Raises
    ------
    Problem
        If there are too few sets to tell anything.
    """
    sets = sets_of(a)[1:]
    if len(sets) < FEWEST_SETS:
        raise Problem("experiment.few_sets", given=len(sets), limit=FEWEST_SETS)
    replicates = max(LUCK_PER_SET, a.replicates // len(sets)) * len(sets)
    pair = [settled(one, uncertainty=True, replicates=replicates) for one in (a, b)]

    def told(done: int, of: int) -> None:
        if say is not None:
            say("sensitivity", done, of)

    runs = run_replicates(pair, threads=threads, progress=told)
    first, second = (reading(run, row, a) for run in runs)
    difference, which = second - first, runs[0].sets
    points = np.array([[one[name] for name in _varying(sets)] for one in sets])
    luck, spread = variance_parts(difference, which)
    kept = spread**2 / (spread**2 + luck**2 * len(sets) / replicates) if spread > 0 else 0.0
    found, whole = owed(points, by_set(difference, which), indicator(row).direction or -1, kept)
    found.insert(0, "parameter", _varying(sets))
    entries = [register()[name.partition(".")[0]] for name in found["parameter"]]
    found["grade"] = [entry.grade for entry in entries]
    found = found.sort_values("explained", ascending=False, kind="stable").reset_index(drop=True)
    facts: dict[str, Any] = {
        "method": "posterior",
        "row": row,
        "unit": indicator(row).unit,
        "numbers": len(found),
        "runs": replicates,
        "size": len(sets),
        "luck_sd": luck,
        "parameter_sd": spread,
        "most": str(found["parameter"].iloc[0]),
        "grade": str(found["grade"].iloc[0]),
        "most_value": float(found["explained"].iloc[0]),
        "by_chance": float(found["by_chance"].iloc[0]),
        "sure": int((found["by_chance"] < 0.05 / len(found)).sum()),
        **whole,
    }
    policies = [one.policy_as_run.name for one in (a, b)]
    manifest = manifest_of(pair[0], policies=policies, row=row, method="posterior")
    return Found("sensitivity", {"parameters": found}, facts, manifest)


def _varying(sets: tuple[dict[str, float], ...]) -> list[str]:
    """Return the numbers that differ between sets."""
    named = [name for name in sets[0] if name.partition(".")[0] in register()]
    return [name for name in named if len({one[name] for one in sets}) > 1]


def owed(
    points: np.ndarray, difference: np.ndarray, direction: int, kept: float
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return what each number explains alone, by a straight line, and what it is worth to know it.

    Parameters
    ----------
    points
        Numbers by set, shape (sets, numbers).
    difference
        Mean difference by set.
    direction
        -1 where a fall is a gain.
    kept
        Share of the variance between set means that is no luck.
    """
    from scipy.stats import rankdata, spearmanr

    gain = direction * difference
    middle = float(gain.mean())
    shrunk = middle + kept**0.5 * (gain - middle)
    now = max(0.0, middle)
    rows = []
    for column in points.T:
        rank, chance = spearmanr(column, difference)
        ranks = rankdata(column) - (len(column) + 1) / 2.0
        line = middle + ranks * float(ranks @ (shrunk - middle)) / float(ranks @ ranks)
        total = float(((shrunk - middle) ** 2).sum())
        rows.append(
            {
                "correlation": float(rank),
                "by_chance": float(chance),
                "explained": float(((line - middle) ** 2).sum()) / total if total else 0.0,
                "worth_knowing": max(0.0, float(np.maximum(0.0, line).mean()) - now),
            }
        )
    whole = {
        "evpi": max(0.0, float(np.maximum(0.0, shrunk).mean()) - now),
        "mean_gain": middle,
        "chance_better": float((shrunk > 0).mean()),
    }
    return pd.DataFrame(rows), whole
