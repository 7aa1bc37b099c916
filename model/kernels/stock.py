"""Stock-taking: who stands where in the prevention triangle, and position by wellbeing, on a day."""

import numpy as np

from trappen.agents.ledger import Count
from trappen.agents.states import CaseState, FamilyKind, Life, Position, PreventionSet, Step
from trappen.model.kernels import allocating, inlined

POSITIONS = len(Position)
SETS = len(PreventionSet)
CELLS = 2 * POSITIONS
DECEMBER = 11


@inlined
def position_of(kind):  # type: ignore[no-untyped-def]
    """Return how exposed a child's life is, from the kind of its family."""
    if kind == FamilyKind.MULTI_PROBLEM:
        return Position.EXPOSED
    return Position.NOT_EXPOSED if kind == FamilyKind.NONE else Position.POTENTIALLY_EXPOSED


@inlined
def prevention_set_of(step, case, need, position, need_cut):  # type: ignore[no-untyped-def]
    """Return the set of the prevention triangle a child is in.

    An identified need of special support is a measure, or a case past its review. Of the others, who is
    exposed and in need is unseen; who is either, or potentially exposed, is at risk.
    """
    if (step >= Step.PREVENTIVE and step <= Step.OWN_ROOM) or case >= CaseState.ASSESSMENT:
        return PreventionSet.TERTIARY
    if need >= need_cut:
        return PreventionSet.UNSEEN if position == Position.EXPOSED else PreventionSet.SECONDARY
    return PreventionSet.PRIMARY if position == Position.NOT_EXPOSED else PreventionSet.SECONDARY


@allocating
def tally(world, need_cut, month):  # type: ignore[no-untyped-def]
    """Return how many children aged 0-17 are in each cell of position x wellbeing, and in each set.

    Returns
    -------
    :
        Cells, int64, shape (6,): thriving and not, by position; sets, int64, shape (4,).
    """
    cells = np.zeros(CELLS, np.int64)
    sets = np.zeros(SETS, np.int64)
    base = world.first_month[0]
    for i in range(world.row_of_month[month - 215 - base], world.row_of_month[month + 1 - base]):
        child = world.children[i]
        if child.life != Life.CHILD:
            continue
        position = position_of(world.families[child.family].kind)
        need = float(child.need)
        cells[2 * position + (1 if need >= need_cut else 0)] += 1
        sets[prevention_set_of(child.step, child.case, need, position, need_cut)] += 1
    return cells, sets


@allocating
def take_stock(world, p, month, year):  # type: ignore[no-untyped-def]
    """As December ends, count the children by position, wellbeing and set of the prevention triangle."""
    if month % 12 != DECEMBER:
        return
    cells, sets = tally(world, p.need_cut, month)
    counts = world.counts[year]
    for k in range(CELLS):
        counts[Count.POSITION + k] += cells[k]
    for k in range(SETS):
        counts[Count.PREVENTION + k] += sets[k]
