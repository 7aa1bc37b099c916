"""The fit: today's practice in the model beside the published figures."""

import numpy as np
import pandas as pd

from trappen.scenarios.fitting.targets import measure, targets
from trappen.scenarios.fitting.task import YEARS, today
from trappen.scenarios.parameter_sets import codes, ensemble_name, members, values_of
from trappen.scenarios.scenario import Structure


def verdict_of(value: float, low: float, high: float) -> str:
    """Return whether a figure lies within its plausible range: met, low or high."""
    if value < low:
        return "low"
    return "high" if value > high else "met"


def hold(
    *,
    structure: Structure | None = None,
    children: int = 60_000,
    sets: int = 0,
    seed: int = 1,
) -> pd.DataFrame:
    """Return every target beside the model's value under today's practice.

    Luck is fresh: not the one the parameters were fitted with.

    Parameters
    ----------
    children
        Children of the municipality that is run; the figures are per 10,000.
    sets
        How many drawn parameter sets to run besides the best fit; their range is shown.
    """
    structure = structure or Structure()
    rows = members(ensemble_name(structure))
    chosen = rows[: 1 + min(sets, len(rows) - 1)]
    found = [
        measure(today(codes(structure), values_of(row), children, seed + k, YEARS), YEARS)
        for k, row in enumerate(chosen)
    ]
    table = []
    for name, target in targets().items():
        values = np.array([one[name] for one in found])
        table.append(
            {
                "target": name,
                "meaning": target.meaning,
                "unit": target.unit,
                "low": target.low,
                "high": target.high,
                "target_value": target.value,
                "model_value": float(values[0]),
                "model_low": float(values.min()) if len(values) > 1 else float("nan"),
                "model_high": float(values.max()) if len(values) > 1 else float("nan"),
                "verdict": verdict_of(float(values[0]), target.low, target.high),
                "fitted": target.fitted,
                "source": target.source,
                "grade": target.grade,
            }
        )
    return pd.DataFrame(table)
