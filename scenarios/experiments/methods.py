"""Methods of sensitivity on any model of the unit cube: tornado, Morris, Sobol, value of information.

A model may return a number for each point, or one for each replicate of it. From replicates it is told how
much of what a method finds the luck of so few of them would give where a number did nothing.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from trappen.scenarios.experiments.chance import again, design, even, order

Model = Callable[[np.ndarray], np.ndarray]
"""Takes points in the unit cube, shape (points, parameters); returns (points,) or (points, replicates)."""

MORRIS_LEVELS = 4
RIDGE = 1e-3
KNOTS = 3
BOOTSTRAPS = 200
SURE = 0.95
"""Beyond luck is what luck alone would not give in so many cases of a hundred."""
NORMAL_TWO_SIDED, NORMAL_ONE_SIDED = 1.96, 1.645
MEAN_OF_SIZE, SPREAD_OF_SIZE = (2.0 / np.pi) ** 0.5, (1.0 - 2.0 / np.pi) ** 0.5
"""Mean and standard deviation of the size of a standard normal number."""


def by_replicate(model: Model, points: np.ndarray) -> np.ndarray:
    """Return what a model gives, shape (points, replicates)."""
    found = np.asarray(model(points), float)
    return found.reshape(len(points), -1)


def luck_of(values: np.ndarray) -> np.ndarray:
    """Return the standard error of a mean over the last axis, replicates; not a number for a single one."""
    replicates = values.shape[-1]
    if replicates < 2:
        return np.full(values.shape[:-1], np.nan)
    return np.asarray(values.std(axis=-1, ddof=1) / replicates**0.5)


def tornado(model: Model, centre: np.ndarray) -> tuple[pd.DataFrame, float]:
    """Return the result with each number at its low and its high end, all others at their value.

    `luck` is the standard error of the difference between the ends, over replicates; `beyond_luck` is where
    a t-test calls that difference real.
    """
    from scipy.stats import t

    k = len(centre)
    points = np.tile(centre, (2 * k + 1, 1))
    for at in range(k):
        points[2 * at + 1, at], points[2 * at + 2, at] = 0.0, 1.0
    found = by_replicate(model, points)
    means = found.mean(axis=1)
    at_low, at_high = means[1::2], means[2::2]
    three = np.stack([at_low, at_high, np.full(k, means[0])])
    luck = luck_of(found[2::2] - found[1::2])
    bound = t.ppf((1.0 + SURE) / 2.0, max(found.shape[1] - 1, 1))
    told = {
        "at_low": at_low,
        "at_high": at_high,
        "swing": three.max(axis=0) - three.min(axis=0),
        "luck": luck,
        "beyond_luck": np.abs(at_high - at_low) > bound * luck,
    }
    return pd.DataFrame(told), float(means[0])


def morris(model: Model, k: int, trajectories: int, seed: int) -> pd.DataFrame:
    """Return Morris' measures: mean size of elementary effects with its error, their mean and their spread.

    `luck` is the mean size that luck alone would give.
    """
    delta = MORRIS_LEVELS / (2.0 * (MORRIS_LEVELS - 1.0))
    low_levels = np.arange(MORRIS_LEVELS // 2) / (MORRIS_LEVELS - 1.0)
    points, moved = [], []
    for number in range(trajectories):
        u = even(seed, k, 2, number)
        start = low_levels[np.minimum((u[:, 0] * len(low_levels)).astype(int), len(low_levels) - 1)]
        up = u[:, 1] < 0.5
        point = np.where(up, start, start + delta)
        points.append(point.copy())
        way = order(seed, k, trajectories + number)
        for at in way:
            point[at] += delta if up[at] else -delta
            points.append(point.copy())
        moved.append((way, up))
    every = by_replicate(model, np.array(points))
    found = every.reshape(trajectories, k + 1, every.shape[1])
    effects = np.zeros((trajectories, k, every.shape[1]))
    for row, (way, up) in enumerate(moved):
        for step, at in enumerate(way):
            change = (found[row, step + 1] - found[row, step]) / delta
            effects[row, at] = change if up[at] else -change
    alone = (luck_of(effects) ** 2).mean(axis=0) ** 0.5
    effect = effects.mean(axis=2)
    size = np.abs(effect)
    unknown = np.full(k, np.nan)
    most = alone * (MEAN_OF_SIZE + NORMAL_ONE_SIDED * SPREAD_OF_SIZE / trajectories**0.5)
    return pd.DataFrame(
        {
            "mean_effect": size.mean(axis=0),
            "mean_error": size.std(axis=0, ddof=1) / trajectories**0.5 if trajectories > 1 else unknown,
            "signed_effect": effect.mean(axis=0),
            "spread": effect.std(axis=0, ddof=1) if trajectories > 1 else unknown,
            "luck": alone * MEAN_OF_SIZE,
            "beyond_luck": size.mean(axis=0) > most,
        }
    )


def sobol(model: Model, k: int, n: int, seed: int) -> pd.DataFrame:
    """Return first and total shares of variance (Saltelli 2010, Jansen 1999) with bootstrap errors.

    `luck` is the part of a total share that luck alone gives: moving a number also changes what happens by
    chance, so that a number without any effect has a total share too.
    """
    points = design(2 * k, n, seed)
    a, b = points[:, :k], points[:, k:]
    mixed = []
    for at in range(k):
        one = a.copy()
        one[:, at] = b[:, at]
        mixed.append(one)
    every = by_replicate(model, np.concatenate([a, b, *mixed]))
    every = every.reshape(k + 2, n, every.shape[1])
    found = every.mean(axis=2)

    def shares(chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        fa, fb, fm = found[0, chosen], found[1, chosen], found[2:, chosen]
        variance = np.concatenate([fa, fb]).var()
        if variance == 0:
            return np.zeros(k), np.zeros(k)
        first = (fb * (fm - fa)).mean(axis=1) / variance
        total = ((fa - fm) ** 2).mean(axis=1) / (2 * variance)
        return first, total

    first, total = shares(np.arange(n))
    drawn = [shares(again(seed, n, 2 + number)) for number in range(BOOTSTRAPS)]
    error = np.std([one[1] for one in drawn], axis=0)
    variance = float(found[:2].var())
    luck = (luck_of(every[2:] - every[0]) ** 2).mean(axis=1) / (2.0 * variance or 1.0)
    return pd.DataFrame(
        {
            "first": first,
            "first_error": np.std([one[0] for one in drawn], axis=0),
            "total": total,
            "total_error": error,
            "luck": luck,
            "beyond_luck": total - NORMAL_ONE_SIDED * error > luck,
        }
    )


def at_odds(found: pd.DataFrame) -> int:
    """Return how many numbers have a first share beyond their total one, by more than both errors allow."""
    error = (found["first_error"] ** 2 + found["total_error"] ** 2) ** 0.5
    return int((found["first"] - found["total"] > NORMAL_ONE_SIDED * error).sum())


def value_of_information(
    points: np.ndarray, difference: np.ndarray, direction: int = -1
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return what perfect knowledge of each number is worth before choosing between two policies.

    The gain of the second policy is what it saves, or adds where more is better. Chosen without knowing
    more, the better of both is worth max(0, mean gain); knowing a number, one chooses by the mean gain given
    it, which is a smooth curve fitted to the runs. Luck that a curve happens to follow would pass for
    knowledge, so each curve is shrunk by what so many terms would explain of mere luck; `by_chance` is the
    chance that a curve explains so much of nothing (F-test).

    Parameters
    ----------
    direction
        -1 where a fall of the difference is a gain, 1 where a rise is.
    """
    gain = direction * np.asarray(difference, float)
    middle = float(gain.mean())
    now = max(0.0, middle)
    whole, _ = _knowing(np.hstack([_curve(column) for column in points.T]), gain)
    rows = []
    for column in points.T:
        given, chance = _knowing(_curve(column), gain)
        worth = max(0.0, float(np.maximum(0.0, given).mean()) - now)
        rows.append({"worth_knowing": worth, "by_chance": chance})
    told = {
        "evpi": max(0.0, float(np.maximum(0.0, whole).mean()) - now),
        "mean_gain": middle,
        "chance_better": float((whole > 0).mean()),
    }
    return pd.DataFrame(rows), told


def _knowing(columns: np.ndarray, gain: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the mean gain given some numbers, shrunk for luck, and the chance of it if they say nothing."""
    from scipy.stats import f

    n, terms = columns.shape
    middle = gain.mean()
    rest = n - 1 - terms
    total = float(((gain - middle) ** 2).sum())
    if rest < 1 or total == 0:
        return np.full(n, middle), 1.0
    fitted = _fitted(columns, gain)
    left = float(((gain - fitted) ** 2).sum())
    explained = 1.0 - left / total
    adjusted = max(0.0, 1.0 - (left / rest) / (total / (n - 1)))
    kept = (adjusted / explained) ** 0.5 if explained > 0 else 0.0
    ratio = (explained / terms) / (max(1.0 - explained, 1e-12) / rest)
    return middle + kept * (fitted - middle), float(f.sf(ratio, terms, rest))


def _curve(x: np.ndarray) -> np.ndarray:
    """Return columns of a smooth curve in one number: straight, bent, and bent again."""
    centred = 2.0 * x - 1.0
    return np.stack([centred, centred**2, centred**3][:KNOTS], axis=1)


def _fitted(columns: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return fitted values of a slightly damped least-squares regression."""
    x = columns - columns.mean(axis=0)
    middle = y.mean()
    damped = x.T @ x + RIDGE * len(y) * np.eye(x.shape[1])
    return np.asarray(middle + x @ np.linalg.solve(damped, x.T @ (y - middle)))
