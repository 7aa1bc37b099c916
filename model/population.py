"""Who lives in the municipality: tables of families and children from published figures."""

from dataclasses import dataclass

import numpy as np

from trappen.agents.child import make_children
from trappen.agents.family import make_families
from trappen.agents.states import AGE_OF_MAJORITY, NEVER, PREGNANCY_MONTHS, Life
from trappen.model.kernels.population import (
    INDEX_BITS,
    MOVED_IN_BIT,
    ORIGIN,
    bear_children,
    found_families,
    plan_births,
    plan_moves,
)
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
    moves, move_of_month
        Rows of children whose family moves out or in, in order of month, and the first in or after a
        month, indexed as `row_of_month`.
    births_a_month
        Births planned in a month, on average.
    """

    children: np.ndarray
    families: np.ndarray
    row_of_month: np.ndarray
    first_month: int
    deaths: np.ndarray
    moves: np.ndarray
    move_of_month: np.ndarray
    births_a_month: float


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
    mine = np.full(len(keys), -NEVER)
    np.maximum.at(mine, family, birth)
    first = (keys.astype(np.int64) >> INDEX_BITS) - ORIGIN
    leaves = plan_moves(key, keys, first, mine, rules.population, -WARM_UP_MONTHS, last)
    birth, family, number, keys, leaves, arrives = _with_those_who_move_in(
        birth, family, number, keys, leaves
    )
    counted = (birth >= -OLDEST_MONTHS) & (birth < last) & _ever_here(birth, leaves[family], arrives[family])
    birth, family, number = birth[counted], family[counted], number[counted]
    who = keys[family].astype(np.int64) * 4 + number
    order = np.lexsort((who, birth))
    table = make_children(len(order))
    table["who"] = who[order]
    table["family"] = family[order]
    table["birth_month"] = birth[order]
    families = make_families(len(keys))
    families["leaves"], families["arrives"] = leaves, arrives
    found_families(families, keys, key, rules.population)
    bear_children(table, families, key, rules.population)
    first_month = -WARM_UP_MONTHS - OLDEST_MONTHS - 24
    months = np.arange(first_month, last + 24)
    row_of_month = np.searchsorted(table["birth_month"], months).astype(np.int64)
    dying = np.flatnonzero(table["death_month"] < NEVER)
    deaths = dying[np.argsort(table["death_month"][dying], kind="stable")]
    moves, when = _moves(table, families)
    move_of_month = np.searchsorted(when, months).astype(np.int64)
    a_month = float(births[PLAN_AHEAD_MONTHS:].mean())
    return Population(table, families, row_of_month, first_month, deaths, moves, move_of_month, a_month)


def _with_those_who_move_in(
    birth: np.ndarray, family: np.ndarray, number: np.ndarray, keys: np.ndarray, leaves: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return the plan with a family moving in for each that moves out, with children of the same ages.

    So moving changes who lives here and never how many; the families that come are drawn for themselves.
    """
    going = np.flatnonzero(leaves != NEVER)
    taken = np.full(len(keys), -1)
    taken[going] = len(keys) + np.arange(len(going))
    alike = np.flatnonzero(taken[family] >= 0)
    arrives = np.full(len(keys) + len(going), NEVER, np.int16)
    arrives[len(keys) :] = leaves[going]
    return (
        np.concatenate([birth, birth[alike]]),
        np.concatenate([family, taken[family[alike]]]),
        np.concatenate([number, number[alike]]),
        np.concatenate([keys, keys[going] | np.uint32(MOVED_IN_BIT)]),
        np.concatenate([leaves, np.full(len(going), NEVER, np.int16)]),
        arrives,
    )


def _ever_here(birth: np.ndarray, leaves: np.ndarray, arrives: np.ndarray) -> np.ndarray:
    """Return which children live here at some time before they are of age."""
    after = (leaves != NEVER) & (birth - PREGNANCY_MONTHS >= leaves)
    before = (arrives != NEVER) & (birth + AGE_OF_MAJORITY <= arrives)
    return np.asarray(~after & ~before)


def _moves(children: np.ndarray, families: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Put those who have yet to come on their places; return rows that move, and when."""
    leaves, arrives = (families[name][children["family"]].astype(int) for name in ("leaves", "arrives"))
    conceived = children["birth_month"].astype(int) - PREGNANCY_MONTHS
    of_age = children["birth_month"].astype(int) + AGE_OF_MAJORITY
    children["life"][(arrives != NEVER) & (conceived < arrives)] = Life.MOVED
    month = np.minimum(leaves, arrives)
    moving = np.flatnonzero((month != NEVER) & (conceived < month) & (of_age > month))
    order = np.argsort(month[moving], kind="stable")
    return moving[order].astype(np.int64), month[moving][order]
