"""What other budgets gain or lose, reckoned from yearly counts: never mixed into the accounts proper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from trappen.agents.ledger import Count
from trappen.agents.states import AdultOutcome

BUDGETS = (
    "municipality_social",
    "municipality_general",
    "municipality_health",
    "municipality_employment",
    "municipality_taxes",
    "region",
    "state",
    "citizens",
)
"""Who can pay or gain; the first four are the municipality's spending, its taxes stand apart."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """One row outside the accounts.

    Attributes
    ----------
    price
        The parameter it hangs on most, whose grade is shown with it.
    later
        Whether it falls after 25, beyond most horizons.
    """

    row: str
    price: str
    later: bool


CONSEQUENCES = (
    Consequence("special_schooling", "price_special_schooling", False),
    Consequence("psychiatry", "price_psychiatry", False),
    Consequence("later_transfers", "later_transfers", True),
    Consequence("later_tax", "later_tax", True),
    Consequence("later_crime", "later_crime", True),
    Consequence("later_victims", "later_victims", True),
    Consequence("later_health", "later_health", True),
)
ROWS = tuple(consequence.row for consequence in CONSEQUENCES)


def fading_annuity(constant: float, end: float, rate: float) -> float:
    """Return the present value of a krone a year that lasts in full and then fades in a straight line.

    Each year's krone is paid at its beginning, the first in full. In year t (from 0) it is 1 while
    t < `constant`, then falls by equal steps and is 0 from year `end`.
    """
    years = np.arange(int(np.ceil(end)))
    left = np.ones(len(years))
    falling = years >= constant
    left[falling] = (end - years[falling]) / max(end - constant + 1.0, 1.0)
    return float((left / (1.0 + rate) ** years).sum())


def consequences(counts: np.ndarray, values: Mapping[str, Any]) -> np.ndarray:
    """Return amounts in kroner by year, row and budget.

    What comes after 25 stands in the year in which somebody turns 25.

    Parameters
    ----------
    counts
        Yearly counts, shape (..., COUNTS).
    values
        A parameter set.

    Returns
    -------
    :
        Shape (..., len(CONSEQUENCES), len(BUDGETS)); costs are positive.
    """
    found = np.zeros((*counts.shape[:-1], len(CONSEQUENCES), len(BUDGETS)))

    def put(row: str, budget: str, amount: np.ndarray) -> None:
        found[..., ROWS.index(row), BUDGETS.index(budget)] += amount

    deep_years = counts[..., Count.DEEP_NEED_MONTHS] / 12.0
    put("special_schooling", "municipality_general", deep_years * values["price_special_schooling"])
    put("psychiatry", "region", deep_years * values["price_psychiatry"])
    counted = float(values["later_attributable"])
    lasting = counted * fading_annuity(
        values["later_years_constant"], values["later_years_end"], values["discount_rate"]
    )
    idle = adults(counts, AdultOutcome.NEET)
    unskilled = np.maximum(adults(counts, AdultOutcome.NO_UPPER_SECONDARY) - idle, 0)
    transfers = idle * values["later_transfers"] * lasting
    put("later_transfers", "municipality_employment", transfers * values["later_employment_share"])
    put("later_transfers", "state", transfers * (1.0 - values["later_employment_share"]))
    tax = (idle * values["later_tax"] + unskilled * values["later_tax_unskilled"]) * lasting
    put("later_tax", "municipality_taxes", tax * values["later_tax_municipal_share"])
    put("later_tax", "state", tax * (1.0 - values["later_tax_municipal_share"]))
    convicted = adults(counts, AdultOutcome.CONVICTION) * counted
    put("later_crime", "state", convicted * values["later_crime"])
    put("later_victims", "citizens", convicted * values["later_victims"])
    diagnosed = adults(counts, AdultOutcome.DIAGNOSIS)
    put("later_health", "region", diagnosed * values["later_health"] * lasting)
    return found


def adults(counts: np.ndarray, outcome: AdultOutcome) -> np.ndarray:
    """Return how many of those who turned 25 in a year an outcome came true for."""
    return np.asarray(
        counts[..., Count.ADULT_PLACED + outcome] + counts[..., Count.ADULT_NOT_PLACED + outcome]
    )
