"""One policy run on its own: what happens, year by year, and in all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trappen.agents.ledger import Payer, Post
from trappen.model.outcomes import INDICATORS
from trappen.model.readers import Ledger
from trappen.scenarios.intervals import MOST, freedom_of, spread_of, spreads_of
from trappen.scenarios.runner import Run, run_replicates
from trappen.scenarios.scenario import Scenario


@dataclass(frozen=True)
class Outcome:
    """What came of one policy."""

    scenario: Scenario
    runs: Run

    @property
    def name(self) -> str:
        """Name of the policy."""
        return self.scenario.policy_as_run.name

    @property
    def manifest(self) -> dict[str, Any]:
        """What decides the result and what a reader wants to see beside it."""
        scenario = self.scenario
        return {
            "scenario": scenario.resolved(),
            "municipality": scenario.municipality or scenario.name,
            "children": scenario.children,
            "start_year": scenario.start_year,
            "years": scenario.years,
            "replicates": scenario.replicates,
            "seed": scenario.seed,
            "price_year": 2023,
            "titles": {self.name: scenario.policy_as_run.title.model_dump()},
        }

    def summary(self) -> pd.DataFrame:
        """Return every indicator over the whole horizon with its 90 % range over replicates."""
        total = Ledger(self.runs.counts, self.runs.sums, self.runs.accounts).over_years()
        return pd.DataFrame(
            [
                {
                    "group": i.group,
                    "row": i.row,
                    "unit": i.unit,
                    "direction": i.direction,
                    **spread_of(
                        np.asarray(i.read(total), float), freedom=freedom_of(self.runs.sets), level=True
                    ),
                }
                for i in INDICATORS
            ]
        )

    def yearly(self) -> pd.DataFrame:
        """Return every indicator by year."""
        ledger = Ledger(self.runs.counts, self.runs.sums, self.runs.accounts)
        rows = []
        for i in INDICATORS:
            values = np.asarray(i.read(ledger), float)
            rows += [
                {"year": self.scenario.start_year + year, "row": i.row, "unit": i.unit, **seen}
                for year, seen in enumerate(
                    spreads_of(values, freedom=freedom_of(self.runs.sets), level=True, most=MOST.get(i.unit))
                )
            ]
        return pd.DataFrame(rows)

    def accounts(self) -> pd.DataFrame:
        """Return the accounts by year, post and payer, million kroner."""
        rows = []
        for year in range(self.scenario.years):
            for post in Post:
                for payer in Payer:
                    amounts = self.runs.accounts[:, year, post, payer] / 1e6
                    if self.runs.accounts[:, :, post, payer].any():
                        seen = spread_of(amounts, freedom=freedom_of(self.runs.sets), level=True)
                        rows.append(
                            {
                                "policy": self.name,
                                "year": self.scenario.start_year + year,
                                "post": post.name.lower(),
                                "payer": payer.name.lower(),
                                "amount": seen["mean"],
                                "low": seen["low"],
                                "high": seen["high"],
                            }
                        )
        return pd.DataFrame(rows)


def run_scenario(
    scenario: Scenario, *, threads: int = 2, say: Callable[[str, int, int], None] | None = None
) -> Outcome:
    """Run all replicates of one scenario."""

    def told(done: int, of: int) -> None:
        if say is not None:
            say("run", done, of)

    (runs,) = run_replicates([scenario], threads=threads, progress=told)
    return Outcome(scenario, runs)
