"""Sensitivity: which uncertain numbers a result hangs on, and what it would be worth to know them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd

from trappen.agents.ledger import COUNTS, GROUPS, MEASURES, PAYERS, POSTS, SUMS
from trappen.agents.problem import Problem
from trappen.model.engine import WARM_UP_YEARS
from trappen.model.evidence import Entry, register
from trappen.model.nearest import nearest
from trappen.scenarios.experiments.chance import again, design, even, order
from trappen.scenarios.experiments.found import Found, indicator, manifest_of, reading
from trappen.scenarios.experiments.posterior import posterior
from trappen.scenarios.experiments.variants import settled, with_parameters
from trappen.scenarios.runner import Run, run_replicate
from trappen.scenarios.scenario import Scenario

METHODS = ("tornado", "morris", "sobol", "value", "posterior")
MORRIS_LEVELS = 4
MOST_SOBOL = 12
"""Shares of variance of more numbers than this would take more runs than anybody waits for."""
RIDGE = 1e-3
KNOTS = 3
BOOTSTRAPS = 200

Say = Callable[[str, int, int], None]
Model = Callable[[np.ndarray], np.ndarray]
"""Takes points in the unit cube, shape (points, parameters), and returns one number for each."""


def uncertain(names: Sequence[str] | None = None) -> list[Entry]:
    """Return the numbers that evidence leaves open, or those of some names.

    Raises
    ------
    Problem
        If a name is not a single number with a range.
    """
    known = {
        entry.name: entry
        for entry in register().varying("evidence")
        if not isinstance(entry.value, list)
        and entry.low is not None
        and entry.high is not None
        and entry.low < entry.high
    }
    if names is None:
        return list(known.values())
    for name in names:
        if name not in known:
            near = nearest(name, list(known)) or list(known)[:5]
            raise Problem("experiment.no_parameter", field="--parameters", given=name, near=", ".join(near))
    return [known[name] for name in names]


def sensitivity(
    a: Scenario,
    b: Scenario,
    *,
    method: str = "tornado",
    row: str = "net_cost_per_year",
    names: Sequence[str] | None = None,
    size: int | None = None,
    threads: int = 2,
    say: Say | None = None,
) -> Found:
    """Return how the difference between two policies depends on the uncertain numbers.

    All runs share their luck, so that what differs between them is the numbers' doing.

    Parameters
    ----------
    method
        `tornado`: each number alone to both ends of its range. `morris`: elementary effects along
        trajectories, for a screening with interactions. `sobol`: shares of variance, first and total.
        `value`: what it would be worth to know a number before choosing, in million kroner a year.
        `posterior`: all numbers together, as the calibrated parameter sets have them; see `posterior.py`.
    size
        Trajectories (morris), base points (sobol) or points (value).
    """
    indicator(row)
    entries = uncertain(names)
    check(method, entries)
    if method == "posterior":
        return posterior(a, b, row=row, threads=threads, say=say)
    base = tuple(settled(one, uncertainty=False) for one in (a, b))
    low = np.array([float(entry.low) for entry in entries if entry.low is not None])
    high = np.array([float(entry.high) for entry in entries if entry.high is not None])
    labels = [entry.name for entry in entries]
    done = 0

    def model(points: np.ndarray) -> np.ndarray:
        """Return the mean paired difference at points of the unit cube."""
        nonlocal done

        def one(point: np.ndarray) -> float:
            nonlocal done
            values = dict(zip(labels, (low + point * (high - low)).tolist(), strict=True))
            pair = [with_parameters(scenario, values) for scenario in base]
            found = paired_difference(pair[0], pair[1], row)
            done += 1
            if say is not None:
                say("sensitivity", done, planned)
            return found

        with ThreadPoolExecutor(max(1, threads)) as pool:
            return np.array(list(pool.map(one, points)))

    k = len(entries)
    usual = {"tornado": 1, "morris": 6, "sobol": 64, "value": max(60, 4 * k)}[method]
    n = size or usual
    planned = {"tornado": 2 * k + 1, "morris": n * (k + 1), "sobol": n * (k + 2), "value": n}[method]
    centre = (np.array([float(entry.value) for entry in entries]) - low) / (high - low)
    tables: dict[str, pd.DataFrame] = {}
    facts: dict[str, Any] = {"method": method, "row": row, "runs": planned, "size": n}
    if method == "tornado":
        found, middle = tornado(model, centre)
        facts["middle"] = middle
    elif method == "morris":
        found = morris(model, k, n, a.seed)
    elif method == "sobol":
        found = sobol(model, k, n, a.seed)
    else:
        points = design(k, n, a.seed)
        differences = model(points)
        found, whole = value_of_information(points, differences)
        facts |= whole
    found.insert(0, "parameter", labels)
    found["grade"] = [entry.grade for entry in entries]
    ranked = {"tornado": "swing", "morris": "mean_effect", "sobol": "total", "value": "worth_knowing"}[method]
    found = found.sort_values(ranked, ascending=False, kind="stable").reset_index(drop=True)
    facts["most"] = str(found["parameter"].iloc[0])
    facts["grade"] = str(found["grade"].iloc[0])
    facts["most_value"] = float(found[ranked].iloc[0])
    tables["parameters"] = found
    manifest = manifest_of(
        a, policies=[a.policy_as_run.name, b.policy_as_run.name], method=method, row=row, size=n
    )
    return Found("sensitivity", tables, facts, manifest)


def check(method: str, entries: Sequence[Entry]) -> None:
    """Say if there is no such method, or it cannot take so many numbers.

    Raises
    ------
    Problem
        In either case.
    """
    if method not in METHODS:
        raise Problem("option.choice", field="--method", given=method, choices=", ".join(METHODS))
    if method == "sobol" and len(entries) > MOST_SOBOL:
        raise Problem("experiment.too_many", field="--parameters", given=len(entries), limit=MOST_SOBOL)


def paired_difference(a: Scenario, b: Scenario, row: str) -> float:
    """Return the mean over replicates of an indicator under b less under a."""
    runs = [_empty(a), _empty(b)]
    for replicate in range(a.replicates):
        for run, world in zip(runs, run_replicate([a, b], replicate), strict=True):
            run.counts[replicate] = world.counts[WARM_UP_YEARS:]
            run.sums[replicate] = world.sums[WARM_UP_YEARS:]
            run.accounts[replicate] = world.accounts[WARM_UP_YEARS:]
    return float((reading(runs[1], row, a) - reading(runs[0], row, a)).mean())


def _empty(scenario: Scenario) -> Run:
    shape = (scenario.replicates, scenario.years)
    return Run(
        np.zeros((*shape, COUNTS), np.int64),
        np.zeros((*shape, SUMS)),
        np.zeros((*shape, POSTS, PAYERS), np.int64),
        np.zeros(scenario.replicates, np.int64),
        np.zeros((*shape, GROUPS, MEASURES), np.int64),
    )


def tornado(model: Model, centre: np.ndarray) -> tuple[pd.DataFrame, float]:
    """Return the result with each number at its low and its high end, all others at their value."""
    k = len(centre)
    points = np.tile(centre, (2 * k + 1, 1))
    for at in range(k):
        points[2 * at + 1, at], points[2 * at + 2, at] = 0.0, 1.0
    found = model(points)
    at_low, at_high = found[1::2], found[2::2]
    swing = np.maximum.reduce([at_low, at_high, np.full(k, found[0])]) - np.minimum.reduce(
        [at_low, at_high, np.full(k, found[0])]
    )
    return pd.DataFrame({"at_low": at_low, "at_high": at_high, "swing": swing}), float(found[0])


def morris(model: Model, k: int, trajectories: int, seed: int) -> pd.DataFrame:
    """Return Morris' measures: mean size of elementary effects, their mean and their spread."""
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
    found = model(np.array(points)).reshape(trajectories, k + 1)
    effects = np.zeros((trajectories, k))
    for row, (way, up) in enumerate(moved):
        for step, at in enumerate(way):
            change = (found[row, step + 1] - found[row, step]) / delta
            effects[row, at] = change if up[at] else -change
    return pd.DataFrame(
        {
            "mean_effect": np.abs(effects).mean(axis=0),
            "signed_effect": effects.mean(axis=0),
            "spread": effects.std(axis=0, ddof=1) if trajectories > 1 else np.full(k, np.nan),
        }
    )


def sobol(model: Model, k: int, n: int, seed: int) -> pd.DataFrame:
    """Return first and total shares of variance (Saltelli 2010, Jansen 1999) with bootstrap errors."""
    points = design(2 * k, n, seed)
    a, b = points[:, :k], points[:, k:]
    mixed = []
    for at in range(k):
        one = a.copy()
        one[:, at] = b[:, at]
        mixed.append(one)
    found = model(np.concatenate([a, b, *mixed])).reshape(k + 2, n)

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
    return pd.DataFrame(
        {
            "first": first,
            "first_error": np.std([one[0] for one in drawn], axis=0),
            "total": total,
            "total_error": np.std([one[1] for one in drawn], axis=0),
        }
    )


def value_of_information(points: np.ndarray, cost: np.ndarray) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return what perfect knowledge of each number is worth before choosing between two policies.

    The gain of the second policy is what it saves. Chosen without knowing more, the better of both is worth
    max(0, mean gain); knowing a number, one chooses by the mean gain given it, which is a smooth curve
    fitted to the runs. The fit on all numbers together takes the luck of single runs out, which would
    otherwise pass for knowledge.
    """
    gain = -cost
    now = max(0.0, float(gain.mean()))
    fitted = _fitted(np.hstack([_curve(points[:, at]) for at in range(points.shape[1])]), gain)
    everything = float(np.maximum(0.0, fitted).mean()) - now
    single = []
    for at in range(points.shape[1]):
        given = _fitted(_curve(points[:, at]), gain)
        single.append(max(0.0, float(np.maximum(0.0, given).mean()) - now))
    whole = {
        "evpi": max(0.0, everything),
        "mean_gain": float(gain.mean()),
        "chance_better": float((fitted > 0).mean()),
    }
    return pd.DataFrame({"worth_knowing": single}), whole


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
