"""Many: several policies at once against the first, on the same children and the same luck."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from trappen.model.outcomes import INDICATORS
from trappen.scenarios.experiments.found import Found, by_set, indicator, manifest_of, reading
from trappen.scenarios.intervals import compared
from trappen.scenarios.runner import run_replicates
from trappen.scenarios.scenario import Scenario, check_comparable

Say = Callable[[str, int, int], None]


def compare_many(
    scenarios: Sequence[Scenario], *, row: str = "need_months", threads: int = 2, say: Say | None = None
) -> Found:
    """Return every indicator of each policy against the first, and the chance that each is the best of all.

    The chance of being best is told twice: over replicates, as one municipality may meet it, and over
    parameter sets with luck averaged out, as the uncertain numbers imply it. The two are never mixed.

    Parameters
    ----------
    row
        The outcome by which, beside net cost, the best is told.

    Raises
    ------
    Problem
        If the scenarios are not the same municipality, horizon, luck and structure.
    """
    for other in scenarios[1:]:
        check_comparable(scenarios[0], other)

    def told(done: int, of: int) -> None:
        if say is not None:
            say("compare", done, of)

    runs = run_replicates(list(scenarios), threads=threads, progress=told)
    names = _names(scenarios)
    sets = runs[0].sets
    rows = []
    for one in INDICATORS:
        base = reading(runs[0], one.row, scenarios[0])
        for name, run in zip(names[1:], runs[1:], strict=True):
            found = compared(base, reading(run, one.row, scenarios[0]), one.direction, sets)
            rows.append(
                {
                    "group": one.group,
                    "row": one.row,
                    "unit": one.unit,
                    "direction": one.direction,
                    "policy": name,
                }
                | found
            )
    best_rows = []
    for at in ("net_cost_per_year", row):
        direction = indicator(at).direction or -1
        values = direction * np.array([reading(run, at, scenarios[0]) for run in runs])
        of_sets = np.array([by_set(one, sets) for one in values])
        wins, wins_of_sets = _shares_of_wins(values), _shares_of_wins(of_sets)
        for k, name in enumerate(names):
            best_rows.append(
                {
                    "row": at,
                    "policy": name,
                    "mean": float(direction * values[k].mean()),
                    "best_in_replicates": float(wins[k]),
                    "best_in_sets": float(wins_of_sets[k]),
                }
            )
    best = pd.DataFrame(best_rows)
    cheapest = best[best["row"] == "net_cost_per_year"]
    helps = best[best["row"] == row]
    facts = {
        "policies": names,
        "row": row,
        "cheapest": _first(cheapest),
        "cheapest_chance": float(cheapest["best_in_replicates"].max()),
        "best": _first(helps),
        "best_chance": float(helps["best_in_replicates"].max()),
    }
    tables = {"best": best, "differences": pd.DataFrame(rows)}
    return Found("many", tables, facts, manifest_of(scenarios[0], policies=names))


def _shares_of_wins(values: np.ndarray) -> np.ndarray:
    """Return in what share of the columns each row is greatest; those that are equal share a column."""
    greatest = values == values.max(axis=0)
    return np.asarray((greatest / greatest.sum(axis=0)).mean(axis=1))


def _first(best: pd.DataFrame) -> str:
    """Return the policy that is best most often, or those that are equally often."""
    often = best["best_in_replicates"]
    return ", ".join(best["policy"][np.isclose(often, often.max())])


def _names(scenarios: Sequence[Scenario]) -> list[str]:
    policies = [one.policy_as_run.name for one in scenarios]
    names = policies if len(set(policies)) == len(policies) else [one.name for one in scenarios]
    return [name if names.index(name) == at else f"{name} {at + 1}" for at, name in enumerate(names)]
