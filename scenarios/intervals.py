"""Means, intervals and chances over replicates, with luck and parameters told apart."""

from typing import Any

import numpy as np

LOW, HIGH = 0.05, 0.95


def spread_of(values: np.ndarray) -> dict[str, float]:
    """Return mean, low and high (the 90 % range) of the values that are numbers."""
    known = values[np.isfinite(values)]
    if known.size == 0:
        return {"mean": float("nan"), "low": float("nan"), "high": float("nan")}
    low, high = np.quantile(known, (LOW, HIGH))
    return {"mean": float(known.mean()), "low": float(low), "high": float(high)}


def spreads_of(values: np.ndarray) -> list[dict[str, float]]:
    """Return `spread_of` each column of values, shape (replicates, columns); in one go if all are numbers."""
    if not np.isfinite(values).all():
        return [spread_of(values[:, column]) for column in range(values.shape[1])]
    columns = np.ascontiguousarray(values.T)  # a row is summed in the order a column alone would be
    lows, highs = np.quantile(columns, (LOW, HIGH), axis=1)
    means = columns.mean(axis=1)
    return [
        {"mean": float(mean), "low": float(low), "high": float(high)}
        for mean, low, high in zip(means, lows, highs, strict=True)
    ]


def compared(a: np.ndarray, b: np.ndarray, direction: int, sets: np.ndarray) -> dict[str, float]:
    """Return means of a and b, their paired difference with its 90 % range, and the chance that b is better.

    The range is over replicates: one municipality's luck and the parameter sets that meet the targets.
    `luck_sd` and `parameter_sd` tell how much of it is which.

    Parameters
    ----------
    a, b
        One value a replicate, shape (replicates,).
    direction
        -1 where lower is better, +1 where higher is; 0 gives no chance.
    sets
        Parameter set of each replicate.
    """
    known = np.isfinite(a) & np.isfinite(b)
    a, b, sets = a[known], b[known], sets[known]
    difference = b - a
    seen = spread_of(difference)
    luck, parameter = variance_parts(difference, sets)
    chance = float("nan")
    if direction and difference.size:
        better = difference * direction > 0
        chance = float(np.mean(better) + 0.5 * np.mean(difference == 0))
    return {
        "a": float(a.mean()) if a.size else float("nan"),
        "b": float(b.mean()) if b.size else float("nan"),
        "difference": seen["mean"],
        "low": seen["low"],
        "high": seen["high"],
        "chance_better": chance,
        "luck_sd": luck,
        "parameter_sd": parameter,
    }


def variance_parts(values: np.ndarray, sets: np.ndarray) -> tuple[float, float]:
    """Return the standard deviations within and between parameter sets (one-way random effects).

    Not a number where no set has two replicates (within), or there is but one set (between).
    """
    groups = [values[sets == number] for number in np.unique(sets)]
    freedom = sum(len(group) - 1 for group in groups)
    if freedom <= 0:
        return float("nan"), float("nan")
    within = sum(float(((group - group.mean()) ** 2).sum()) for group in groups) / freedom
    if len(groups) < 2:
        return within**0.5, float("nan")
    size = (len(values) - sum(len(g) ** 2 for g in groups) / len(values)) / (len(groups) - 1)
    mean = values.mean()
    between = sum(len(g) * (g.mean() - mean) ** 2 for g in groups) / (len(groups) - 1)
    return within**0.5, float(max(0.0, (between - within) / size)) ** 0.5


def break_even_of(extra: np.ndarray, start_year: int) -> dict[str, Any]:
    """Return the year from which added-up savings have paid for the change, and how often that is never.

    Parameters
    ----------
    extra
        Net cost of the change by replicate and year, shape (replicates, years).
    """
    cumulative = np.cumsum(extra, axis=1)
    paid_back = cumulative[:, -1] <= 0.0
    above = cumulative > 0.0
    years = extra.shape[1]
    last_above = np.where(above.any(axis=1), years - 1 - np.argmax(above[:, ::-1], axis=1), -1)
    never = float(1.0 - paid_back.mean())
    median = None if never > 0.5 else int(np.median(last_above[paid_back] + 1)) + start_year
    return {"year": median, "chance_within_horizon": float(paid_back.mean()), "never_share": never}
