"""Readers: how a figure is read off the yearly tables of runs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trappen.agents.ledger import Count, Payer, Post, Sum
from trappen.agents.states import AdultOutcome, Step


@dataclass(frozen=True, slots=True)
class Ledger:
    """Yearly tables of runs, or their sums over some years; the last axes are those of the ledger.

    Attributes
    ----------
    counts, sums, accounts
        Shapes (..., COUNTS), (..., SUMS), (..., POSTS, PAYERS).
    years
        How many years each entry sums over.
    """

    counts: np.ndarray
    sums: np.ndarray
    accounts: np.ndarray
    years: int = 1

    def over_years(self) -> "Ledger":
        """Return the sums over the axis of years, the last before the ledger's own."""
        return Ledger(
            self.counts.sum(axis=-2),
            self.sums.sum(axis=-2),
            self.accounts.sum(axis=-3),
            self.years * self.counts.shape[-2],
        )


Read = Callable[[Ledger], np.ndarray]


def count(*which: int) -> Read:
    """Return a reader of events a year."""
    return lambda of: np.asarray(sum(of.counts[..., k] for k in which) / of.years)


def stock(*which: int) -> Read:
    """Return a reader of a stock on a day: child-months over months."""
    return lambda of: np.asarray(sum(of.counts[..., k] for k in which) / (12.0 * of.years))


def ratio(part: Read, whole: Read, factor: float = 1.0) -> Read:
    """Return a reader of a quotient; not a number where there is nothing to divide by."""

    def read(of: Ledger) -> np.ndarray:
        top, bottom = np.asarray(part(of), float), np.asarray(whole(of), float)
        return np.divide(factor * top, bottom, out=np.full(np.shape(top), np.nan), where=bottom != 0)

    return read


def share(part: int, whole: int) -> Read:
    """Return a reader of events in per cent of others."""
    return ratio(count(part), count(whole), 100.0)


def sum_of(which: Sum) -> Read:
    """Return a reader of a sum a year."""
    return lambda of: np.asarray(of.sums[..., which] / of.years)


MUNICIPALITY = (
    Payer.MUNICIPALITY_SOCIAL,
    Payer.MUNICIPALITY_GENERAL,
    Payer.MUNICIPALITY_HEALTH,
    Payer.MUNICIPALITY_EMPLOYMENT,
)
"""The municipality's budgets."""


def spent(*posts: Post) -> Read:
    """Return a reader of the municipality's net spending on some posts, million kroner a year."""

    def read(of: Ledger) -> np.ndarray:
        amounts = sum(of.accounts[..., post, payer] for post in (posts or Post) for payer in MUNICIPALITY)
        return np.asarray(amounts) / 1e6 / of.years

    return read


def total(*posts: Post) -> Read:
    """Return a reader of spending over all years read, million kroner."""
    yearly = spent(*posts)
    return lambda of: yearly(of) * of.years


PLACEMENTS = (Step.KIN, Step.FOSTER, Step.INSTITUTION, Step.OWN_ROOM)
PLACED = tuple(Count.STEP + step for step in PLACEMENTS)
PLACEMENT_POSTS = (Post.KIN, Post.FOSTER, Post.INSTITUTION, Post.OWN_ROOM)
SPENT_ON = (
    Post.EARLY,
    Post.PREVENTIVE,
    Post.HOME_BASED,
    Post.KIN,
    Post.FOSTER,
    Post.INSTITUTION,
    Post.OWN_ROOM,
    Post.AFTERCARE,
)
"""Posts that are a step of the staircase each, from the lowest."""
COMPLAINTS = (Count.COMPLAINTS_LATE, Count.COMPLAINTS_REFUSED, Count.COMPLAINTS_FORCED)
child_years = stock(Count.CHILD_MONTHS)


def adult(outcome: AdultOutcome) -> Read:
    """Return a reader of an adult outcome in per cent of those once notified who turned 25."""
    return share(Count.ADULT_NOTIFIED + outcome, Count.TURNED_25_NOTIFIED)


def per_100_child_years(which: Count) -> Read:
    """Return a reader of events per 100 child-years."""
    return ratio(count(which), child_years, 100.0)


def inheritance(children: Count, need: Sum, squared: Sum, strain: Sum, strains: Sum, product: Sum) -> Read:
    """Return a reader of the correlation of a parent's vulnerability with the children's need, over quarters.

    Parameters
    ----------
    children, need, squared
        Child-quarters, and the sums of need and its square over them.
    strain, strains, product
        Sums of the parent's vulnerability, of its square, and of its product with need.
    """

    def read(of: Ledger) -> np.ndarray:
        n = np.asarray(of.counts[..., children], float)
        x, xx, y, yy, xy = (
            np.asarray(of.sums[..., which], float) for which in (need, squared, strain, strains, product)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            found = (xy - x * y / n) / np.sqrt((xx - x**2 / n) * (yy - y**2 / n))
        return np.where((n > 0) & np.isfinite(found), found, np.nan)

    return read
