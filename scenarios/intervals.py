"""Means, intervals and chances over replicates, with luck and parameters told apart."""

from typing import Any

import numpy as np
from scipy.special import stdtrit

LOW, HIGH = 0.05, 0.95
Z = 1.645
"""Standard errors to either side of an estimate that hold 90 % of a normal one."""

MOST = {"percent": 100.0}
"""What no amount in a unit can pass: a share is of a whole; leavers in a year, of so many posts, are not."""

FEW = 20
"""With fewer replicates a 90 % range cannot be read off them: it would lie between the outermost two."""


def ends_of(values: np.ndarray, freedom: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return low and high of the 90 % range over replicates, the first axis of values.

    The 5th and 95th percentiles. Of fewer than `FEW` replicates, where the next would lie with a chance of
    90 % by Student's t; not a number of one.

    Parameters
    ----------
    freedom
        Degrees of freedom of fewer than `FEW`; by default replicates less one.
    """
    number = len(values)
    # Of each column by itself: it is summed in the order a column alone would be.
    values = np.ascontiguousarray(np.moveaxis(values, 0, -1))
    if number >= FEW:
        low, high = np.quantile(values, (LOW, HIGH), axis=-1)
        return low, high
    if number < 2:
        nothing = np.full(values.shape[:-1], np.nan)
        return nothing, nothing
    spread = values.std(axis=-1, ddof=1) * (1.0 + 1.0 / number) ** 0.5
    reach = stdtrit(max(1, number - 1 if freedom is None else freedom), HIGH) * spread
    middle = values.mean(axis=-1)
    return middle - reach, middle + reach


def freedom_of(sets: np.ndarray) -> int:
    """Return the degrees of freedom of replicates of these parameter sets.

    Those of one set are alike in it, so that sets count; where there is but one, luck alone differs.
    """
    different = len(np.unique(sets))
    return (different if different > 1 else len(sets)) - 1


def spread_of(
    values: np.ndarray, *, freedom: int | None = None, level: bool = False, most: float | None = None
) -> dict[str, float]:
    """Return mean, low and high (the 90 % range) of the values that are numbers.

    Parameters
    ----------
    freedom
        See `ends_of`.
    level
        Whether they are amounts and no differences: the range of few then keeps to the side of zero they
        are on.
    most
        What no such value can pass, as 100 a share: the range of few does not either.
    """
    known = values[np.isfinite(values)]
    if known.size == 0:
        return {"mean": float("nan"), "low": float("nan"), "high": float("nan")}
    low, high = ends_of(known, freedom)
    if level:
        low, high = _on_its_side(known, low, high, most)
    return {"mean": float(known.mean()), "low": float(low), "high": float(high)}


def spreads_of(
    values: np.ndarray, *, freedom: int | None = None, level: bool = False, most: float | None = None
) -> list[dict[str, float]]:
    """Return `spread_of` each column of values, shape (replicates, columns); in one go if all are numbers."""
    if not np.isfinite(values).all():
        columns = range(values.shape[1])
        return [spread_of(values[:, k], freedom=freedom, level=level, most=most) for k in columns]
    lows, highs = ends_of(values, freedom)
    if level:
        lows, highs = _on_its_side(values, lows, highs, most)
    means = np.ascontiguousarray(values.T).mean(axis=1)
    return [
        {"mean": float(mean), "low": float(low), "high": float(high)}
        for mean, low, high in zip(means, lows, highs, strict=True)
    ]


def _on_its_side(
    values: np.ndarray, low: np.ndarray, high: np.ndarray, most: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return a range that does not cross zero, or what no value can pass, where no value does."""
    low = np.where(values.min(axis=0) >= 0, np.maximum(low, 0.0), low)
    if most is not None:
        high = np.where(values.max(axis=0) <= most, np.minimum(high, most), high)
    return low, np.where(values.max(axis=0) <= 0, np.minimum(high, 0.0), high)


def chance_of(true: np.ndarray, undecided: np.ndarray | bool = False) -> float:
    """Return the share of replicates in which something is true, those undecided by half.

    Of fewer than `FEW`, the chance that it is true of the next by the rule of succession: of k of n,
    (k + 1) / (n + 2), so that two of two are no certainty.
    """
    number = len(true)
    if not number:
        return float("nan")
    share = float(np.mean(true) + 0.5 * np.mean(undecided))
    return share if number >= FEW else (share * number + 1.0) / (number + 2.0)


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
    seen = spread_of(difference, freedom=freedom_of(sets))
    luck, parameter = variance_parts(difference, sets)
    chance = chance_of(difference * direction > 0, difference == 0) if direction else float("nan")
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


def wilson(share: float, n: int) -> tuple[float, float]:
    """Return Wilson's 90 % interval of a share of n."""
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * (share * (1 - share) / n + Z**2 / (4 * n**2)) ** 0.5
    return max(0.0, centre - half), min(1.0, centre + half)


def ratio_of_means(above: np.ndarray, below: np.ndarray, sets: np.ndarray) -> dict[str, float]:
    """Return the mean of one thing over the mean of another (mean), with the 90 % interval of that ratio.

    The interval says how sure the ratio is, not how far single replicates lie apart. It is taken on the
    logarithm (delta method, Student's t), so that a ratio stays positive, and over parameter sets:
    replicates that share one are no two opinions.

    Parameters
    ----------
    above, below
        One value a replicate, shape (replicates,).
    sets
        Parameter set of each replicate.
    """
    if not (above.mean() > 0.0 and below.mean() > 0.0):
        return {"mean": float("nan"), "low": float("nan"), "high": float("nan")}
    ratio = float(above.mean() / below.mean())
    off = above / above.mean() - below / below.mean()
    by_set = np.array([off[sets == number].mean() for number in np.unique(sets)])
    freedom = len(by_set) - 1
    if not freedom:
        return {"mean": ratio, "low": float("nan"), "high": float("nan")}
    reach = float(stdtrit(freedom, HIGH)) * float(by_set.std(ddof=1)) / len(by_set) ** 0.5
    return {"mean": ratio, "low": ratio * float(np.exp(-reach)), "high": ratio * float(np.exp(reach))}


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

    Returns
    -------
    :
        `year` (median; None for never), `chance_within_horizon`, `never_share`, and `changes`: whether there
        is any difference at all, for where there is none nothing is invested.
    """
    cumulative = np.cumsum(extra, axis=1)
    paid_back = cumulative[:, -1] <= 0.0
    above = cumulative > 0.0
    years = extra.shape[1]
    last_above = np.where(above.any(axis=1), years - 1 - np.argmax(above[:, ::-1], axis=1), -1)
    chance = chance_of(paid_back)
    never = 1.0 - chance
    median = None if never > 0.5 else int(np.median(last_above[paid_back] + 1)) + start_year
    found = {"year": median, "chance_within_horizon": chance, "never_share": never}
    return found | {"changes": bool(extra.any())}
