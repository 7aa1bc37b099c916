"""Explain: how much of a difference each part of a policy carries (Shapley); the parts sum to the whole."""

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

from trappen.scenarios.experiments.chance import order
from trappen.scenarios.experiments.found import Found, indicator, manifest_of, reading
from trappen.scenarios.experiments.variants import parts_of, with_parts
from trappen.scenarios.intervals import freedom_of, spread_of
from trappen.scenarios.runner import run_replicates, set_of
from trappen.scenarios.scenario import Scenario

EXACT_UP_TO = 6
ROWS = ("net_cost_per_year", "need_months")

Say = Callable[[str, int, int], None]
Worth = Callable[[list[frozenset[str]]], dict[frozenset[str], np.ndarray]]


def explain(
    scenario: Scenario,
    *,
    by: str = "links",
    rows: Sequence[str] = ROWS,
    orders: int = 12,
    threads: int = 2,
    say: Say | None = None,
) -> Found:
    """Return each part's share of what the policy changes, exact for up to six parts, else sampled.

    A part's share is the mean, over all orders in which the parts could be introduced, of what it adds
    when it comes. Sampled orders come in pairs, one the other's reverse; the error told is that of the
    mean over pairs. In each order the parts sum to the whole, so they do in the mean.

    Parameters
    ----------
    by
        `links` or `levers`; programmes and the cost of the change are parts of their own.
    rows
        Indicators to explain.
    orders
        How many pairs of orders to sample where there are more than six parts.
    """
    check(rows)
    parts = parts_of(scenario, by)
    names = list(parts)
    values: dict[frozenset[str], np.ndarray] = {}
    done = 0

    def worth(wanted: list[frozenset[str]]) -> dict[frozenset[str], np.ndarray]:
        """Run what has not been run and return values of shape (rows, replicates)."""
        nonlocal done
        new = [one for one in dict.fromkeys(wanted) if one not in values]
        if new:
            scenarios = [with_parts(scenario, parts, one) for one in new]

            def told(at: int, of: int) -> None:
                if say is not None:
                    say("explain", at, of)

            for one, run in zip(new, run_replicates(scenarios, threads=threads, progress=told), strict=True):
                values[one] = np.array([reading(run, row, scenario) for row in rows])
        return values

    exact = len(names) <= EXACT_UP_TO
    if exact:
        shares, errors = shapley(names, worth)
    else:
        shares, errors = sampled(names, worth, orders, scenario.seed)
    whole = worth([frozenset(names), frozenset()])
    total = whole[frozenset(names)] - whole[frozenset()]
    freedom = freedom_of(np.array([set_of(scenario, k) for k in range(scenario.replicates)]))
    table = []
    for at, row in enumerate(rows):
        for name in names:
            seen = spread_of(shares[name][at], freedom=freedom)
            table.append(
                {
                    "row": row,
                    "part": name,
                    "share": seen["mean"],
                    "low": seen["low"],
                    "high": seen["high"],
                    "sampling_error": float(errors[name][at]),
                    "levers": ", ".join(parts[name]),
                }
            )
        seen = spread_of(total[at], freedom=freedom)
        table.append(
            {
                "row": row,
                "part": "whole",
                "share": seen["mean"],
                "low": seen["low"],
                "high": seen["high"],
                "sampling_error": 0.0,
                "levers": "",
            }
        )
    frame = pd.DataFrame(table)
    of_first = frame[(frame["row"] == rows[0]) & (frame["part"] != "whole")]
    facts = {
        "row": rows[0],
        "policy": scenario.policy_as_run.name,
        "most": str(of_first["part"].iloc[int(of_first["share"].abs().argmax())]) if names else "",
        "amount": float(of_first["share"].iloc[int(of_first["share"].abs().argmax())]) if names else 0.0,
        "whole": float(total[0].mean()),
        "exact": exact,
        "policies_run": len(values),
    }
    return Found("explain", {"parts": frame}, facts, manifest_of(scenario, by=by, rows=list(rows)))


def check(rows: Sequence[str]) -> None:
    """Say if one of the rows is no indicator.

    Raises
    ------
    Problem
        If there is none of that name.
    """
    for row in rows:
        indicator(row)


def shapley(names: Sequence[str], worth: Worth) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return exact Shapley shares of a value over all subsets, and errors of nothing."""
    n = len(names)
    subsets = [frozenset(some) for size in range(n + 1) for some in combinations(names, size)]
    values = worth(subsets)
    shares = {}
    for name in names:
        share = np.zeros_like(values[frozenset()], dtype=float)
        for some in subsets:
            if name not in some:
                weight = factorial(len(some)) * factorial(n - len(some) - 1) / factorial(n)
                share = share + weight * (values[some | {name}] - values[some])
        shares[name] = share
    return shares, {name: np.zeros(len(share)) for name, share in shares.items()}


def sampled(
    names: Sequence[str], worth: Worth, orders: int, seed: int
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return Shapley shares from pairs of random orders and their reverses, and their sampling errors."""
    pairs = []
    for number in range(max(2, orders)):
        drawn = [names[k] for k in order(seed, len(names), number)]
        pairs.append((drawn, drawn[::-1]))
    wanted = [frozenset(way[:at]) for pair in pairs for way in pair for at in range(len(names) + 1)]
    values = worth(wanted)
    found: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for pair in pairs:
        added: dict[str, list[np.ndarray]] = {name: [] for name in names}
        for way in pair:
            for at, name in enumerate(way):
                added[name].append(values[frozenset(way[: at + 1])] - values[frozenset(way[:at])])
        for name in names:
            found[name].append(np.mean(added[name], axis=0))
    shares = {name: np.mean(of, axis=0) for name, of in found.items()}
    errors = {
        name: np.std([one.mean(axis=-1) for one in of], axis=0, ddof=1) / len(of) ** 0.5
        for name, of in found.items()
    }
    return shares, errors
