"""The whole country: two policies in each of the 98 municipalities, one at a time, and their total."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from trappen.model.municipalities import Municipality, all_municipalities
from trappen.model.outcomes import INDICATORS
from trappen.model.readers import Ledger
from trappen.scenarios.compare import Comparison, Say
from trappen.scenarios.intervals import compared
from trappen.scenarios.runner import Run, run_replicates
from trappen.scenarios.scenario import Scenario, check_comparable

ALL = "all"
"""What stands for every municipality where one is asked for."""

COUNTRY = "Danmark"
REPLICATES = 2
"""Replicates where none are asked for: 98 municipalities each with luck of their own steady the total."""

SHOWN = (
    "net_cost_per_year",
    "placed_on_a_day",
    "preventive_on_a_day",
    "new_placements",
    "notifications",
    "need_months",
    "unhelped_need_months",
    "missed_children",
)
"""Indicators that are told for each municipality."""


@dataclass(frozen=True)
class NationalComparison(Comparison):
    """A comparison of the whole country; its tables are totals over the municipalities.

    Attributes
    ----------
    municipalities
        For each municipality, indicators of both policies and their difference, as `by_municipality`
        gives them.
    """

    municipalities: tuple[dict[str, Any], ...] = field(default=())
    further_tables: ClassVar[tuple[str, ...]] = ("by_municipality",)

    def by_municipality(self) -> pd.DataFrame:
        """Return indicators by municipality: both policies, the difference and its 90 % range."""
        return pd.DataFrame(list(self.municipalities))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """As of any comparison, and that it is of all municipalities."""
        from trappen.scenarios.kept.manifest import manifest_of

        return manifest_of(self) | {"scope": ALL, "municipalities": len(all_municipalities())}


def of_municipality(scenario: Scenario, municipality: Municipality) -> Scenario:
    """Return the same scenario in another municipality."""
    return scenario.model_copy(
        update={
            "municipality": municipality.name,
            "municipality_code": municipality.code,
            "children": municipality.children,
            "children_source": municipality.children_source,
        }
    )


def of_country(scenario: Scenario) -> Scenario:
    """Return the same scenario with all the country's children."""
    children = sum(municipality.children for municipality in all_municipalities())
    place = {"municipality": COUNTRY, "municipality_code": None, "children": children}
    return scenario.model_copy(update=place | {"children_source": all_municipalities()[0].children_source})


def compare_national(
    a: Scenario,
    b: Scenario,
    *,
    threads: int = 2,
    say: Say | None = None,
    chosen: tuple[Municipality, ...] | None = None,
) -> NationalComparison:
    """Compare two policies in every municipality, no more at a time than there are threads.

    Parameters
    ----------
    a, b
        Scenarios; the municipality they name does not matter.
    say
        Told of progress: what, done, of how many.
    chosen
        Which municipalities; all by default. Neither their order nor `threads` changes a number.

    Raises
    ------
    Problem
        If the scenarios differ in more than policy.
    """
    check_comparable(a, b)
    # The largest first beside the smallest, and so on up: never two of the largest in memory at once.
    places = sorted(chosen or all_municipalities(), key=lambda place: place.children)
    places = [places[-1], *places[:-1]]
    totals: tuple[Run, Run] | None = None
    rows: dict[int, list[dict[str, Any]]] = {}

    def one(place: Municipality) -> list[Run]:
        return run_replicates([of_municipality(scenario, place) for scenario in (a, b)], threads=1)

    with ThreadPoolExecutor(max(1, threads)) as pool:
        for done, (place, runs) in enumerate(zip(places, pool.map(one, places), strict=True), 1):
            rows[place.code] = list(_told(place, runs))
            totals = (
                (runs[0], runs[1]) if totals is None else (_add(totals[0], runs[0]), _add(totals[1], runs[1]))
            )
            if say is not None:
                say("national", done, len(places))
    assert totals is not None
    in_order = tuple(row for code in sorted(rows) for row in rows[code])
    return NationalComparison(of_country(a), of_country(b), totals, {}, in_order)


def _add(one: Run, other: Run) -> Run:
    return replace(
        one,
        counts=one.counts + other.counts,
        sums=one.sums + other.sums,
        accounts=one.accounts + other.accounts,
        groups=one.groups + other.groups,
    )


def _told(place: Municipality, runs: list[Run]) -> Iterator[dict[str, Any]]:
    """Yield a municipality's indicators under both policies."""
    totals = [Ledger(run.counts, run.sums, run.accounts).over_years() for run in runs]
    for indicator in INDICATORS:
        if indicator.row not in SHOWN:
            continue
        a, b = (np.asarray(indicator.read(total), float) for total in totals)
        yield {
            "code": place.code,
            "municipality": place.name,
            "children": place.children,
            "row": indicator.row,
            "unit": indicator.unit,
            **compared(a, b, indicator.direction, runs[0].sets),
        }
