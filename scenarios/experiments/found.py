"""What an experiment found: tables, facts and a manifest, the same for terminal, report, Excel and JSON."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from trappen.model.evidence import register
from trappen.model.outcomes import INDICATORS, Indicator
from trappen.model.readers import Ledger
from trappen.scenarios.perspective import net_cost
from trappen.scenarios.runner import Run
from trappen.scenarios.scenario import Scenario

NET_COST = "net_cost_per_year"


@dataclass(frozen=True)
class Found:
    """The result of one experiment.

    Attributes
    ----------
    kind
        The verb that made it, which names its texts and its charts.
    tables
        Frames by name, the most important first; ids of rows, budgets and levers are translated when shown.
    facts
        Numbers and words that the sentences of the answer need.
    manifest
        What decides the result.
    """

    kind: str
    tables: dict[str, pd.DataFrame]
    facts: dict[str, Any]
    manifest: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return everything as JSON; what is no number is null."""
        tables = {name: json.loads(frame.to_json(orient="records")) for name, frame in self.tables.items()}
        return json.dumps(
            {"kind": self.kind, "facts": _plain(self.facts), "tables": tables, "manifest": self.manifest},
            ensure_ascii=False,
            indent=2,
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(below) for name, below in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(below) for below in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def indicator(row: str, field: str = "--row") -> Indicator:
    """Return the indicator of a row.

    Parameters
    ----------
    field
        Where it was asked for.

    Raises
    ------
    Problem
        If there is none of that name.
    """
    from trappen.agents.problem import Problem
    from trappen.model.nearest import nearest

    for one in INDICATORS:
        if one.row == row:
            return one
    names = [one.row for one in INDICATORS]
    near = nearest(row, names)
    key = "experiment.no_row" if near else "experiment.no_row_at_all"
    raise Problem(key, field=field, given=row, near=", ".join(near or names[:5]))


def reading(run: Run, row: str, scenario: Scenario | None = None) -> np.ndarray:
    """Return an indicator over the whole horizon by replicate.

    Parameters
    ----------
    scenario
        From whose perspective the net cost is read; the municipality's own accounts if not given.
    """
    if row == NET_COST and scenario is not None and scenario.perspective != "accounts":
        return np.asarray(net_cost(scenario, run).mean(axis=1))
    return np.asarray(indicator(row).read(Ledger(run.counts, run.sums, run.accounts).over_years()), float)


def manifest_of(scenario: Scenario, **more: Any) -> dict[str, Any]:
    """Return what decides an experiment's result."""
    from trappen import __version__

    return {
        "program_version": __version__,
        "scenario": scenario.resolved(),
        "municipality": scenario.municipality or scenario.name,
        "children": scenario.children,
        "years": scenario.years,
        "start_year": scenario.start_year,
        "replicates": scenario.replicates,
        "seed": scenario.seed,
        "price_year": int(register()["price_year"].value),
        "perspective": scenario.perspective,
        **more,
    }


def by_set(values: np.ndarray, sets: np.ndarray) -> np.ndarray:
    """Return the mean over the luck of each parameter set: second-order uncertainty alone, one a set."""
    return np.array([values[sets == number].mean(axis=0) for number in np.unique(sets)])
