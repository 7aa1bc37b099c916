"""Who lives in the municipality: tables of families and children from published figures."""

from dataclasses import dataclass

import numpy as np

from trappen.agents.child import make_children
from trappen.agents.family import make_families
from trappen.agents.states import NEVER
from trappen.model.kernels.population import bear_children, found_families, plan_births
from trappen.model.parameter_set import Rules

WARM_UP_MONTHS = 18 * 12
"""Months before the start that are run so that every child's whole life is the model's own."""

OLDEST_MONTHS = 25 * 12
PLAN_AHEAD_MONTHS = 10 * 12
"""Months of first births before the first that count, so that siblings are as common then as later."""


@dataclass(frozen=True, slots=True)
class Population:
    """The tables of one municipality before anything has happened, and who is born when.

    Attributes
    ----------
    row_of_month
        First row born in or after a month, indexed by month less `first_month`.
    deaths
        Rows that die before 25, in order of month.
    """

    children: np.ndarray
    families: np.ndarray
    row_of_month: np.ndarray
    first_month: int
    deaths: np.ndarray


def monthly_births(children: int, ages: np.ndarray, death_rate: np.ndarray, months_ahead: int) -> np.ndarray:
    """Return births by month, from 25 years before the start to `months_ahead` after it.

    Parameters
    ----------
    children
        Children aged 0-17 at the start.
    ages
        National counts by single year of age 0-24, which give the shape.
    death_rate
        Per year under 1, at 1-4, 5-14, 15-19 and 20-24, so that the births leave those counts.
    months_ahead
        Months after the start; a birth then is as likely as in the year before the start.

    Returns
    -------
    :
        Expected births, float64, shape (300 + months_ahead,).
    """
    years = np.arange(25)
    rate = np.asarray(death_rate)[np.digitize(years, [1, 5, 15, 20])]
    survived = np.exp(-(np.cumsum(rate) - rate / 2.0))
    born = ages * (children / ages[:18].sum()) / survived / 12.0
    past = np.repeat(born[::-1], 12)
    return np.concatenate([past, np.full(months_ahead, born[0])])


def make_population(
    children: int,
    ages: np.ndarray,
    rules: Rules,
    key: np.ndarray,
    months_ahead: int,
    extra_birth: int | None = None,
) -> Population:
    """Draw the families and children of a municipality from conception until `months_ahead`.

    Parameters
    ----------
    children
        Children aged 0-17 at the start.
    ages
        National counts by single year of age 0-24.
    key
        Key of the draws, uint32, shape (2,).
    months_ahead
        Months after the start that will be run.
    extra_birth
        Month of one birth beyond the plan, for worlds that differ by one child.
    """
    last = months_ahead + 24
    births = monthly_births(children, ages, rules.population["death_rate"], last)
    births = np.concatenate([np.full(PLAN_AHEAD_MONTHS, births[:12].mean()), births])
    first_planned = -OLDEST_MONTHS - PLAN_AHEAD_MONTHS
    extra = NEVER if extra_birth is None else extra_birth
    birth, family, number, keys = plan_births(key, rules.population, first_planned, np.cumsum(births), extra)
    counted = (birth >= -OLDEST_MONTHS) & (birth < last)
    birth, family, number = birth[counted], family[counted], number[counted]
    who = keys[family].astype(np.int64) * 4 + number
    order = np.lexsort((who, birth))
    table = make_children(len(order))
    table["who"] = who[order]
    table["family"] = family[order]
    table["birth_month"] = birth[order]
    families = make_families(len(keys))
    found_families(families, keys, key, rules.population)
    bear_children(table, families, key, rules.population)
    first_month = -WARM_UP_MONTHS - OLDEST_MONTHS - 24
    row_of_month = np.searchsorted(table["birth_month"], np.arange(first_month, last + 24)).astype(np.int64)
    dying = np.flatnonzero(table["death_month"] < NEVER)
    deaths = dying[np.argsort(table["death_month"][dying], kind="stable")]
    return Population(table, families, row_of_month, first_month, deaths)
