"""Sensitivity: which uncertain numbers a result hangs on, and what it would be worth to know them."""

import time
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
from trappen.scenarios.experiments.chance import design
from trappen.scenarios.experiments.found import Found, indicator, manifest_of, reading
from trappen.scenarios.experiments.methods import SURE, at_odds, morris, sobol, tornado, value_of_information
from trappen.scenarios.experiments.posterior import posterior
from trappen.scenarios.experiments.variants import settled, with_parameters
from trappen.scenarios.runner import Run, run_replicate
from trappen.scenarios.scenario import Scenario

METHODS = ("tornado", "morris", "sobol", "value", "posterior")
MOST_SOBOL = 12
"""Shares of variance of more numbers than this would take more runs than anybody waits for."""

Say = Callable[[str, int, int], None]


def uncertain(names: Sequence[str] | None = None) -> list[Entry]:
    """Return the numbers that evidence leaves open, or those of some names.

    What is the same in every parameter set, as how strained a municipality's families are, is no uncertainty
    of the answer; it is moved where it is named.

    Raises
    ------
    Problem
        If a name is not a single number with a range, or cannot be moved alone.
    """
    known = _with_range("evidence")
    if names is None:
        return list(known.values())
    held, fitted = _with_range("fixed"), _with_range("calibrated")
    known |= {name: entry for name, entry in held.items() if isinstance(entry.value, float)}
    for name in names:
        if name in fitted or (name in held and name not in known):
            key = "fitted" if name in fitted else "whole"
            raise Problem(f"experiment.not_alone_{key}", field="--parameters", given=name)
        if name not in known:
            near = nearest(name, list(known)) or list(known)[:5]
            raise Problem("experiment.no_parameter", field="--parameters", given=name, near=", ".join(near))
    return [known[name] for name in names]


def _with_range(varies: str) -> dict[str, Entry]:
    """Return the single numbers with a range that vary so between parameter sets."""
    return {
        entry.name: entry
        for entry in register().varying(varies)
        if not isinstance(entry.value, list)
        and entry.low is not None
        and entry.high is not None
        and entry.low < entry.high
    }


def plan(method: str, numbers: int, size: int | None) -> tuple[int, int]:
    """Return how many trajectories or points a method takes, and how many paired runs that is."""
    usual = {"tornado": 1, "morris": 6, "sobol": 64, "value": max(60, 4 * numbers)}[method]
    n = size or usual
    runs = {"tornado": 2 * numbers + 1, "morris": n * (numbers + 1), "sobol": n * (numbers + 2), "value": n}
    return n, runs[method]


def seconds_expected(a: Scenario, b: Scenario, runs: int, threads: int) -> float:
    """Return about how long so many paired runs take here: a replicate a thread is run and timed."""
    pair = [settled(one, uncertainty=False, replicates=1) for one in (a, b)]
    paired_differences(pair[0], pair[1], "net_cost_per_year")  # loads the kernels
    at_once = max(1, threads)
    began = time.monotonic()
    with ThreadPoolExecutor(at_once) as pool:
        for _ in range(at_once):
            pool.submit(paired_differences, pair[0], pair[1], "net_cost_per_year")
    return runs * a.replicates * (time.monotonic() - began) / at_once


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
        """Return the paired difference at points of the unit cube by replicate."""
        nonlocal done

        def one(point: np.ndarray) -> np.ndarray:
            nonlocal done
            values = dict(zip(labels, (low + point * (high - low)).tolist(), strict=True))
            pair = [with_parameters(scenario, values) for scenario in base]
            found = paired_differences(pair[0], pair[1], row)
            done += 1
            if say is not None:
                say("sensitivity", done, planned)
            return found

        with ThreadPoolExecutor(max(1, threads)) as pool:
            return np.array(list(pool.map(one, points)))

    k = len(entries)
    n, planned = plan(method, k, size)
    centre = (np.array([float(entry.value) for entry in entries]) - low) / (high - low)
    tables: dict[str, pd.DataFrame] = {}
    facts: dict[str, Any] = {
        "method": method,
        "row": row,
        "unit": indicator(row).unit,
        "runs": planned,
        "size": n,
        "numbers": k,
        "replicates": a.replicates,
    }
    if names is None:
        facts |= {"held": len(_with_range("fixed")), "fitted": len(_with_range("calibrated"))}
    if method == "tornado":
        found, middle = tornado(model, centre)
        facts["middle"] = middle
    elif method == "morris":
        found = morris(model, k, n, a.seed)
    elif method == "sobol":
        found = sobol(model, k, n, a.seed)
        facts["at_odds"] = at_odds(found)
    else:
        points = design(k, n, a.seed)
        differences = model(points).mean(axis=1)
        found, whole = value_of_information(points, differences, indicator(row).direction or -1)
        facts |= whole | {"beyond": int((found["by_chance"] < (1.0 - SURE) / k).sum())}
    found.insert(0, "parameter", labels)
    found["grade"] = [entry.grade for entry in entries]
    ranked = {"tornado": "swing", "morris": "mean_effect", "sobol": "total", "value": "worth_knowing"}[method]
    found = found.sort_values(ranked, ascending=False, kind="stable").reset_index(drop=True)
    if "beyond_luck" in found:
        facts["beyond"] = int(found["beyond_luck"].sum())
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


def paired_differences(a: Scenario, b: Scenario, row: str) -> np.ndarray:
    """Return an indicator under b less under a, by replicate."""
    runs = [_empty(a), _empty(b)]
    for replicate in range(a.replicates):
        for run, world in zip(runs, run_replicate([a, b], replicate), strict=True):
            run.counts[replicate] = world.counts[WARM_UP_YEARS:]
            run.sums[replicate] = world.sums[WARM_UP_YEARS:]
            run.accounts[replicate] = world.accounts[WARM_UP_YEARS:]
    return np.asarray(reading(runs[1], row, a) - reading(runs[0], row, a), float)


def _empty(scenario: Scenario) -> Run:
    shape = (scenario.replicates, scenario.years)
    return Run(
        np.zeros((*shape, COUNTS), np.int64),
        np.zeros((*shape, SUMS)),
        np.zeros((*shape, POSTS, PAYERS), np.int64),
        np.zeros(scenario.replicates, np.int64),
        np.zeros((*shape, GROUPS, MEASURES), np.int64),
    )
