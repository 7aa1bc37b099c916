"""Return by age at start: what the same lasting relief saves, given early or late (Heckman's picture)."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from trappen.agents.states import Life
from trappen.model.consequences import consequences
from trappen.model.engine import WARM_UP_YEARS, copy_state, run_months
from trappen.model.kernels.world import World
from trappen.model.outcomes import discount_factors
from trappen.model.parameter_set import Rules
from trappen.scenarios.experiments.found import Found, manifest_of
from trappen.scenarios.experiments.variants import today_of
from trappen.scenarios.intervals import spread_of
from trappen.scenarios.parameter_sets import codes
from trappen.scenarios.runner import parameters_of, start, todays_practice
from trappen.scenarios.scenario import Scenario

AGES: tuple[tuple[int, int], ...] = ((0, 2), (3, 5), (6, 11), (12, 14), (15, 17))
RELIEF = 0.3
"""SD of lasting need taken away: about what indicated parent training does (d 0.2-0.5)."""

THREE_QUARTERS = 0.75

Say = Callable[[str, int, int], None]
Begun = tuple[World, Any, Rules, int]


def by_age(
    scenario: Scenario,
    *,
    relief: float = RELIEF,
    ages: Sequence[tuple[int, int]] = AGES,
    threads: int = 2,
    say: Say | None = None,
) -> Found:
    """Return the present value saved per child helped, by the age at which a lasting relief is given.

    At the start, children of an age whose stable need lies in the upper quarter of their age are given the
    same lasting relief; everything else stays as today, with the same luck. What it saves the public over
    the horizon is divided by the children helped: so much may a programme cost that does this. Older
    children reach 25 within a shorter horizon than younger: with fewer than 25 years, later savings of the
    youngest are not seen, and the answer says so.
    """
    del threads  # each replicate runs some seconds, one after another
    today = today_of(scenario)
    rows: dict[tuple[int, int], list[tuple[float, float, float]]] = {band: [] for band in ages}
    for replicate in range(scenario.replicates):
        begun = start(today, replicate)
        base = _spent(today, begun, None, relief)
        for band in ages:
            then = _spent(today, begun, band, relief)
            helped = max(1.0, then[2])
            rows[band].append(((base[0] - then[0]) / helped, (base[1] - then[1]) / helped, then[2]))
        if say is not None:
            say("by_age", replicate + 1, scenario.replicates)
    table_rows = []
    for band, found in rows.items():
        own = spread_of(np.array([one[0] for one in found]))
        whole = spread_of(np.array([one[1] for one in found]))
        table_rows.append(
            {
                "ages": f"{band[0]}-{band[1]}",
                "helped": float(np.mean([one[2] for one in found])),
                "accounts_saved": own["mean"],
                "accounts_low": own["low"],
                "accounts_high": own["high"],
                "all_saved": whole["mean"],
                "low": whole["low"],
                "high": whole["high"],
                "reach_25": today.years >= 25 - band[0],
            }
        )
    table_frame = pd.DataFrame(table_rows)
    best = table_frame.iloc[int(table_frame["all_saved"].argmax())]
    facts = {
        "relief": relief,
        "years": today.years,
        "best": str(best["ages"]),
        "best_amount": float(best["all_saved"]),
        "unseen": not bool(table_frame["reach_25"].all()),
    }
    return Found("by_age", {"ages": table_frame}, facts, manifest_of(today, relief=relief))


def _spent(
    today: Scenario, begun: Begun, band: tuple[int, int] | None, relief: float
) -> tuple[float, float, float]:
    """Return the present value of the accounts, that with what other budgets bear, and how many were helped.

    Parameters
    ----------
    begun
        A municipality at the start, as `runner.start` gives it; it is left as it was.
    band
        Ages of those who are given relief; None for nobody.
    """
    world, desk, rules, number = begun
    values = parameters_of(today, number)
    discount = discount_factors(
        today.years, values["discount_rate"], values["discount_rate_late"], int(values["discount_late_from"])
    )
    twin, table = copy_state(world), copy_state(desk)
    helped = 0.0
    if band is not None:
        chosen = _chosen(twin.children, band)
        twin.children["propensity"][chosen] -= np.float32(relief)
        helped = float(chosen.sum())
    run_months(twin, table, rules, todays_practice(today.months), codes(today.structure), 0)
    accounts = twin.accounts[WARM_UP_YEARS:].sum(axis=(1, 2))
    other = consequences(twin.counts[WARM_UP_YEARS:], values).sum(axis=(1, 2))
    return float(accounts @ discount), float((accounts + other) @ discount), helped


def _chosen(children: np.ndarray, band: tuple[int, int]) -> np.ndarray:
    """Return which rows are children of the ages whose stable need is in the upper quarter of them."""
    age = -children["birth_month"].astype(int)
    of_age = (children["life"] == Life.CHILD) & (age >= 12 * band[0]) & (age < 12 * (band[1] + 1))
    if not of_age.any():
        return of_age
    return of_age & (children["propensity"] >= np.quantile(children["propensity"][of_age], THREE_QUARTERS))
