"""A comparison: the same municipality, the same children and the same luck under two policies."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from trappen.agents.ledger import Count, Payer, Post
from trappen.agents.states import Position, PreventionSet
from trappen.model.outcomes import INDICATORS, Indicator, discount_factors
from trappen.model.readers import Ledger
from trappen.scenarios.intervals import MOST, break_even_of, compared, freedom_of, spreads_of
from trappen.scenarios.outputs import Outputs
from trappen.scenarios.parameter_sets import ALTERNATIVES, DEFAULT
from trappen.scenarios.perspective import net_cost
from trappen.scenarios.runner import LUCK_PER_SET, Run, parameters_of, run_replicates
from trappen.scenarios.scenario import Scenario, Structure, check_comparable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trappen.scenarios.experiments.found import Found

STRUCTURE_REPLICATES = 12
"""Replicates under each structural alternative: enough to see a verdict change, not to measure it."""

PRICE_YEAR = 2023
Say = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Comparison:
    """What differs between two policies, per year and in all, and how sure one can be.

    Attributes
    ----------
    a, b
        The two scenarios; differences are b less a.
    runs
        Yearly tables of all replicates, of a and of b.
    alternatives
        For each structural alternative, the runs of a and b under it.
    """

    a: Scenario
    b: Scenario
    runs: tuple[Run, Run]
    alternatives: dict[tuple[str, str], tuple[Run, Run]]
    further_tables: ClassVar[tuple[str, ...]] = ()

    @property
    def names(self) -> tuple[str, str]:
        """Names of the two policies, or of the scenarios where the policies share a name; two always."""
        pair = (self.a.policy_as_run.name, self.b.policy_as_run.name)
        if pair[0] == pair[1]:
            pair = (self.a.name, self.b.name)
        return pair if pair[0] != pair[1] else (pair[0], f"{pair[1]}-b")

    @cached_property
    def _ledgers(self) -> tuple[Ledger, Ledger]:
        return tuple(Ledger(run.counts, run.sums, run.accounts) for run in self.runs)  # type: ignore[return-value]

    @property
    def perspective(self) -> str:
        """Whose money the net cost, its present value and the break-even count."""
        return self.a.perspective

    @cached_property
    def _nets(self) -> tuple[np.ndarray, np.ndarray]:
        """Net cost of a and of b by replicate and year from the perspective, million kroner."""
        first, second = (net_cost(self.a, run) for run in self.runs)
        return first, second

    @cached_property
    def _discount(self) -> np.ndarray:
        values = parameters_of(self.a, 0)
        return discount_factors(
            self.a.years,
            values["discount_rate"],
            values["discount_rate_late"],
            int(values["discount_late_from"]),
        )

    def _frame(self, chosen: "Sequence[Indicator]") -> pd.DataFrame:
        totals = [ledger.over_years() for ledger in self._ledgers]
        rows = []
        for indicator in chosen:
            a, b = (np.asarray(indicator.read(total), float) for total in totals)
            if indicator is _NET_COST and self.perspective != "accounts":
                a, b = (net.mean(axis=1) for net in self._nets)
            rows.append(self._row(indicator, a, b))
            if indicator is _NET_COST:
                rows.append(self._row(NET_PRESENT_VALUE, *(net @ self._discount for net in self._nets)))
        return pd.DataFrame(rows)

    def _row(self, indicator: Indicator, a: np.ndarray, b: np.ndarray) -> dict[str, Any]:
        found = compared(a, b, indicator.direction, self.runs[0].sets)
        row: dict[str, Any] = {"group": indicator.group}
        if indicator.sub_goal is not None:
            row["sub_goal"] = indicator.sub_goal
        return row | {
            "row": indicator.row,
            "unit": indicator.unit,
            "direction": indicator.direction,
            **found,
        }

    def summary(self) -> pd.DataFrame:
        """Return cost, outcomes, the system and cost by step side by side with differences and intervals."""
        return self._frame([i for i in INDICATORS if i.group in ("cost", "outcome", "system", "step_cost")])

    def indicators(self) -> pd.DataFrame:
        """Return the seven sub-goals of the reorientation as indicators."""
        return self._frame([i for i in INDICATORS if i.group == "sub_goal"])

    def harm(self) -> pd.DataFrame:
        """Return missed children, unnecessary placements, under-matched children and false alarms."""
        return self._frame([i for i in INDICATORS if i.group == "harm"])

    def prevention(self) -> pd.DataFrame:
        """Return children by policy, year and set of the prevention triangle as each year ends."""
        return self._stock(Count.PREVENTION, [{"set": which.name.lower()} for which in PreventionSet])

    def position(self) -> pd.DataFrame:
        """Return children by policy, year, position and wellbeing as each year ends."""
        cells = [
            {"position": position.name.lower(), "wellbeing": wellbeing}
            for position in Position
            for wellbeing in ("thriving", "not_thriving")
        ]
        return self._stock(Count.POSITION, cells)

    def _stock(self, first: int, cells: list[dict[str, str]]) -> pd.DataFrame:
        return pd.DataFrame(
            [
                {"policy": name, "year": self.a.start_year + year, **cell, "unit": "children", **seen}
                for name, run in zip(self.names, self.runs, strict=True)
                for k, cell in enumerate(cells)
                for year, seen in enumerate(self._spreads(run.counts[:, :, first + k].astype(float)))
            ]
        )

    def _spreads(
        self, values: np.ndarray, *, level: bool = True, most: float | None = None
    ) -> list[dict[str, float]]:
        """Return mean and 90 % range of each column, shape (replicates, columns)."""
        return spreads_of(values, freedom=freedom_of(self.runs[0].sets), level=level, most=most)

    def accounts(self) -> pd.DataFrame:
        """Return the accounts by policy, year, post and payer, million kroner with a 90 % range."""
        frames = []
        for name, run in zip(self.names, self.runs, strict=True):
            amounts = run.accounts / 1e6
            seen = self._spreads(amounts.reshape(len(amounts), -1))
            years, posts, payers = np.meshgrid(
                np.arange(self.a.years), np.arange(len(Post)), np.arange(len(Payer)), indexing="ij"
            )
            frames.append(
                pd.DataFrame(
                    {
                        "policy": name,
                        "year": self.a.start_year + years.ravel(),
                        "post": [Post(int(k)).name.lower() for k in posts.ravel()],
                        "payer": [Payer(int(k)).name.lower() for k in payers.ravel()],
                        "amount": [one["mean"] for one in seen],
                        "low": [one["low"] for one in seen],
                        "high": [one["high"] for one in seen],
                    }
                )
            )
        found = pd.concat(frames, ignore_index=True)
        used = found.groupby(["post", "payer"])["amount"].transform(lambda amount: amount.ne(0).any())
        return found[used].reset_index(drop=True)

    def yearly(self, row: str | None = None) -> pd.DataFrame:
        """Return every indicator by policy and year, and the cumulative net difference in cost.

        Parameters
        ----------
        row
            Only that one of them, which is quicker.
        """
        rows = []
        for name, ledger, net in zip(self.names, self._ledgers, self._nets, strict=True):
            for indicator in INDICATORS:
                told = "net_cost" if indicator is _NET_COST else indicator.row
                if row in (None, told):
                    values = net if indicator is _NET_COST else np.asarray(indicator.read(ledger), float)
                    rows.extend(self._by_year(name, told, indicator.unit, values))
        if row in (None, "cumulative_net_difference"):
            added = np.cumsum(self._extra, axis=1)
            rows.extend(self._by_year("difference", "cumulative_net_difference", "m_dkk", added))
        return pd.DataFrame(rows)

    def _by_year(self, name: str, row: str, unit: str, values: np.ndarray) -> list[dict[str, Any]]:
        return [
            {"policy": name, "year": self.a.start_year + year, "row": row, "unit": unit, **seen}
            for year, seen in enumerate(
                self._spreads(values, level=name != "difference", most=MOST.get(unit))
            )
        ]

    @cached_property
    def _extra(self) -> np.ndarray:
        """Net cost of b less a by replicate and year, million kroner."""
        a, b = self._nets
        return b - a

    def break_even(self) -> dict[str, Any]:
        """Return when cumulative savings have paid for the change, and how often that is never.

        A replicate breaks even in the first year from which the cumulative difference stays at or
        below zero until the horizon ends, after it has once been above.
        """
        return break_even_of(self._extra, self.a.start_year)

    @cached_property
    def _budget(self) -> "Found":
        from trappen.scenarios.experiments.budget import budget

        return budget(self)

    def budget(self) -> "Found":
        """Return the accounts seen from the budget, the municipality, the public and society."""
        return self._budget

    def equity(self) -> pd.DataFrame:
        """Return what is counted by kind of family, sex, age and district under both, with differences."""
        from trappen.scenarios.equity import equity

        return equity(*self.runs)

    def structure(self) -> pd.DataFrame:
        """Return how the difference in cost and in need changes over the structural switches."""
        from trappen.scenarios.sureness import by_structure

        return by_structure(self)

    def losing(self) -> pd.DataFrame:
        """Return each parameter set's own result, a mean over its replicates."""
        from trappen.scenarios.sureness import by_parameter_set

        return by_parameter_set(self)

    def evidence(self) -> pd.DataFrame:
        """Return every number the comparison rests on, with source, grade, use and weight in the result."""
        from trappen.scenarios.evidence_table import evidence

        frame = evidence().drop(columns="meaning")
        numbers = {name: "float64" for name in ("low", "high", "price_year")}
        return frame.astype({"value": "str", **numbers})

    def losing_parameters(self) -> pd.DataFrame:
        """Return which uncertain numbers go with a dearer reform: rank correlation over parameter sets."""
        from trappen.scenarios.sureness import deciding_parameters

        return deciding_parameters(self)

    @cached_property
    def result_hash(self) -> str:
        """SHA-256 of every number the runs gave, which a rerun must give again."""
        digest = hashlib.sha256()
        for runs in (self.runs, *self.alternatives.values()):
            for run in runs:
                for table in (run.counts, run.sums, run.accounts, run.sets, run.groups):
                    digest.update(np.ascontiguousarray(table).tobytes())
        return digest.hexdigest()

    @property
    def outputs(self) -> Outputs:
        """What is written of it: as the second scenario says, or else the first."""
        return self.b.outputs if self.b.outputs != Outputs() else self.a.outputs

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Everything that decides the result, and what the report says about it."""
        from trappen.scenarios.kept.manifest import manifest_of

        return manifest_of(self)


def _indicator(row: str) -> Indicator:
    return next(indicator for indicator in INDICATORS if indicator.row == row)


_NET_COST = _indicator("net_cost_per_year")
NET_PRESENT_VALUE = Indicator("net_present_value", "cost", "m_dkk", -1, lambda of: np.zeros(0))


def compare_scenarios(
    a: Scenario,
    b: Scenario,
    *,
    structure: bool = True,
    threads: int = 2,
    say: Say | None = None,
) -> Comparison:
    """Run two scenarios against each other, and under each structural alternative more briefly.

    Parameters
    ----------
    structure
        Whether the structural alternatives are run too.
    say
        Told of progress: what, done, of how many.

    Raises
    ------
    Problem
        If the scenarios are not the same municipality, horizon, luck and structure.
    """
    check_comparable(a, b)
    others = [
        (switch, choice)
        for switch, choice in ALTERNATIVES
        if structure and a.structure == DEFAULT and a.replicates >= LUCK_PER_SET
    ]
    brief = list(range(min(STRUCTURE_REPLICATES, a.replicates)))
    of = a.replicates + len(others) * len(brief)
    done = 0

    def told(_: int, __: int) -> None:
        nonlocal done
        done += 1
        if say is not None:
            say("compare", done, of)

    first, second = run_replicates([a, b], threads=threads, progress=told)
    alternatives = {}
    for switch, choice in others:
        changed = Structure(**{switch: choice})  # type: ignore[arg-type]
        pair = [scenario.model_copy(update={"structure": changed}) for scenario in (a, b)]
        runs = run_replicates(pair, brief, threads=threads, progress=told)
        alternatives[(switch, choice)] = (runs[0], runs[1])
    return Comparison(a, b, (first, second), alternatives)


def to_json(comparison: Comparison) -> str:
    """Return the whole result as JSON: summary, indicators, harm, accounts, structure and manifest."""
    tables = {
        name: json.loads(getattr(comparison, name)().to_json(orient="records"))
        for name in ("summary", "indicators", "harm", "accounts", "structure", "losing", "equity")
    }
    return json.dumps(
        tables
        | {
            "budget": json.loads(comparison.budget().to_json())["tables"],
            "break_even": comparison.break_even(),
            "manifest": comparison.manifest,
        },
        ensure_ascii=False,
        indent=2,
    )
