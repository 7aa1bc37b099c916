"""How sure a comparison is: its difference by structural choice, by parameter set and by uncertain number."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trappen.model.evidence import register
from trappen.model.outcomes import INDICATORS
from trappen.model.readers import Ledger
from trappen.scenarios.intervals import chance_of, freedom_of, spread_of
from trappen.scenarios.parameter_sets import sets_of
from trappen.scenarios.perspective import net_cost
from trappen.scenarios.runner import Run

if TYPE_CHECKING:
    from trappen.scenarios.compare import Comparison

FEWEST_SETS = 5
"""Fewer parameter sets than this say nothing of a correlation."""

_NEED = next(indicator for indicator in INDICATORS if indicator.row == "need_months")


def by_structure(comparison: "Comparison") -> pd.DataFrame:
    """Return how the difference in cost and in need changes over the structural switches."""
    rows = []
    cases: list[tuple[str, str, bool, tuple[Run, Run]]] = [("default", "default", True, comparison.runs)]
    cases += [(switch, choice, False, runs) for (switch, choice), runs in comparison.alternatives.items()]
    for switch, choice, is_default, runs in cases:
        cost, need = _extra_cost(comparison, runs), _extra_need(runs)
        seen = spread_of(cost, freedom=freedom_of(runs[0].sets))
        rows.append(
            {
                "switch": switch,
                "choice": choice,
                "cost_difference": seen["mean"],
                "low": seen["low"],
                "high": seen["high"],
                "chance_cheaper": chance_of(cost < 0),
                "need_difference": float(need.mean()),
                "chance_less_need": chance_of(need < 0),
                "is_default": is_default,
                "replicates": len(cost),
            }
        )
    return pd.DataFrame(rows)


def by_parameter_set(comparison: "Comparison") -> pd.DataFrame:
    """Return each parameter set's own result, a mean over its replicates.

    The reform loses where it costs more from the perspective chosen; `helps` tells whether children then
    at least spend less time in need.
    """
    cost, need = _extra_cost(comparison, comparison.runs), _extra_need(comparison.runs)
    sets = comparison.runs[0].sets
    rows = [
        {
            "set": int(number),
            "cost_difference": float(cost[sets == number].mean()),
            "need_difference": float(need[sets == number].mean()),
        }
        for number in np.unique(sets)
    ]
    frame = pd.DataFrame(rows)
    frame["reform_loses"] = frame["cost_difference"] > 0
    frame["helps"] = frame["need_difference"] < 0
    return frame


def deciding_parameters(comparison: "Comparison") -> pd.DataFrame:
    """Return which uncertain numbers go with a dearer reform: rank correlation over parameter sets.

    `by_chance` is how likely a correlation as strong is where there is no link: there are many numbers and
    few sets, so some are strong by accident.
    """
    from scipy.stats import spearmanr

    frame = by_parameter_set(comparison)
    columns = ["parameter", "correlation", "by_chance", "grade"]
    if len(frame) < FEWEST_SETS:
        return pd.DataFrame(columns=columns)
    ensemble = sets_of(comparison.a)
    differences = frame["cost_difference"].to_numpy()
    rows = []
    for name in ensemble[1]:
        entry = register().get(name)
        if entry is None or entry.varies != "evidence":
            continue
        values = np.array([ensemble[int(number)][name] for number in frame["set"]])
        if np.ptp(values) > 0:
            rank, chance = (float(one) for one in spearmanr(values, differences))
            row = {"parameter": name, "correlation": rank, "by_chance": chance, "grade": entry.grade}
            rows.append(row)
    found = pd.DataFrame(rows, columns=columns)
    order = found["correlation"].abs().sort_values(ascending=False).index
    return found.loc[order].reset_index(drop=True)


def _extra_cost(comparison: "Comparison", runs: tuple[Run, Run]) -> np.ndarray:
    """Return the net cost of b less a, yearly mean by replicate, from the perspective."""
    a, b = (net_cost(comparison.a, run).mean(axis=1) for run in runs)
    return b - a


def _extra_need(runs: tuple[Run, Run]) -> np.ndarray:
    """Return months in need under b less a over the whole horizon, by replicate."""
    a, b = (
        np.asarray(_NEED.read(Ledger(run.counts, run.sums, run.accounts).over_years()), float) for run in runs
    )
    return b - a
