"""Persons whose draws lie one in each of N equal cells: a grid of uniforms for kernels that draw themselves.

A draw is a pure function of key, month, purpose and block, so keys can be sought whose uniform fills the
cells. A decision with probability P then falls yes on a share that differs from P by at most 1/N. Had the
kernel drawn anything else (another purpose, month, block or number), the share would be a sample's, and be
off by some 1/sqrt(N) instead.
"""

from collections.abc import Callable

import numpy as np

from trappen.agents.ledger import Count
from trappen.agents.states import NEVER, CaseState, Life, Step
from trappen.model.kernels.draws import Purpose, uniforms
from trappen.model.kernels.world import Meter

YEAR, MONTH = 18, 6
"""Row of the yearly tables, and month, in which the kernels are tried."""

CELLS = 1000
SIDE = 32
"""Cells along each of two uniforms."""

COVERED: dict[Purpose, list[str]] = {}
"""The tests on a grid, by the purpose whose draw they grid."""


def grids(*purposes: int) -> Callable:
    """Note that a test puts the draws of these purposes on a grid."""

    def note(test: Callable) -> Callable:
        for purpose in purposes:
            COVERED.setdefault(Purpose(purpose), []).append(test.__name__)
        return test

    return note


def count(town, name):
    """Return what the year's counts say of a name of `Count`."""
    return int(town.world.counts[YEAR, Count[name]])


def seed_of(town) -> int:
    """Return the seed of a municipality's draws."""
    low, high = (int(word) for word in town.world.key)
    return low + (high << 32)


def on_cells(town, when, what, column, block=0, cells=CELLS, of=None):
    """Return `cells` keys, the k-th with its uniform in the k-th cell.

    Parameters
    ----------
    column
        Number of the uniform in its draw.
    of
        Turns a key into the one that is drawn for; itself, if left out.
    """
    pool = np.arange(64 * cells)
    drawn = pool if of is None else of(pool)
    u = uniforms(seed_of(town), drawn, when, what, block)[:, column]
    cell, first = np.unique((u * cells).astype(int), return_index=True)
    assert len(cell) == cells, "a cell is empty"
    return pool[first]


def months_on_cells(town, who, what, column, cells=CELLS):
    """Return `cells` months, in order, one with the uniform of this key in each cell."""
    found = {}
    for month in range(64 * cells):
        u = uniforms(seed_of(town), np.array([who]), month, what)[0, column]
        found.setdefault(int(u * cells), month)
    assert len(found) == cells, "a cell is empty"
    return np.array(sorted(found.values()))


def on_squares(town, when, what, columns, side=SIDE):
    """Return side * side keys, one for each square of two uniforms of a draw."""
    pool = np.arange(64 * side * side)
    u = uniforms(seed_of(town), pool, when, what)[:, list(columns)]
    square = (u * side).astype(int)
    cell, first = np.unique(square[:, 0] * side + square[:, 1], return_index=True)
    assert len(cell) == side * side, "a square is empty"
    return pool[first]


def alike(town, keys, **columns):
    """Make the first rows children with these keys, each of a family of its own, and alike in all else.

    Returns
    -------
    :
        Their rows, now the only ones that are involved in anything.
    """
    world, rows = town.world, np.arange(len(keys))
    town.children["case"], town.children["step"] = CaseState.NONE, Step.NONE
    child = town.children[: len(keys)]
    told = {
        "who": keys, "family": rows, "birth_month": -120, "life": Life.CHILD, "death_month": NEVER,
        "need": 1.5, "belief": 1.5, "doubt": 1.0, "deviation": 0.0, "believed": NEVER, "relief": 0.0,
        "beside": Step.NONE, "wanted": Step.NONE, "wanted_from": NEVER, "caseworker": -1,
        "acquainted": NEVER, "place": -1, "entries": 0, "first_placed": NEVER, "first_contact": NEVER,
        "last_notified": NEVER, "went_home": NEVER, "ready": NEVER, "step_since": NEVER, "founded": -1,
        "reviews_pending": 0, "acute": 0, "concern": NEVER,
    }  # fmt: skip
    for name, value in (told | columns).items():
        child[name] = value
    families = world.families[: len(keys)]
    families["network"], families["in_kin"], families["trust"], families["caseworker"] = 1, 0, 0.5, -1
    world.meters[Meter.ENTRY], world.meters[Meter.LEAVING] = 0.0, 1.0
    world.meters[Meter.FOSTER_PLACES] = world.meters[Meter.INSTITUTION_PLACES] = np.inf
    world.meters[Meter.POSTS], world.meters[Meter.ERROR_FACTOR] = 10.0, 1.0
    world.occupied[:] = 0
    world.occupied[Step.NONE] = len(town.children)
    world.pending[0] = 0
    world.counts[:] = 0
    world.involved[: len(rows)] = rows
    world.meters[Meter.INVOLVED] = len(rows)
    return rows


def all_born_in(town, month, rows):
    """Let kernels that go by month of birth find these rows, the first ones, in this month alone."""
    index = month - int(town.world.first_month[0])
    town.world.row_of_month[: index + 1] = 0
    town.world.row_of_month[index + 1 :] = len(rows)
