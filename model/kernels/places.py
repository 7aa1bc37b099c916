"""Places: foster families and institutions as rows, who lives where, and families that stop.

How many places there are is settled in `open_places`; here they become families and houses. A municipality
that has room for one more child and no family with a free place recruits a family; one that stops takes
no more children, and its row is used again when it is empty.
"""

import numpy as np

from trappen.agents.ledger import Count
from trappen.agents.levers import Lever
from trappen.agents.states import NEVER, Step
from trappen.model.kernels import draws, inlined, kernel
from trappen.model.kernels.draws import draw
from trappen.model.kernels.world import Meter

MOST_CHILDREN = 3


@inlined
def foster_capacity(u, p):  # type: ignore[no-untyped-def]
    """Return how many children a foster family takes: one, two or three."""
    if u < p.foster_capacity[0]:
        return 1
    return 2 if u < p.foster_capacity[0] + p.foster_capacity[1] else MOST_CHILDREN


@inlined
def closing_chance(occupied, p, levers):  # type: ignore[no-untyped-def]
    """Return the chance that a foster family stops this month; support keeps it, and so does a child."""
    chance = p.foster_closes / 12.0 * np.exp(-p.support_keeps * (levers[Lever.FOSTER_SUPPORT] / 4.0))
    return chance * p.foster_closes_occupied if occupied else chance


@kernel
def move_in(world, p, i, step, external, not_here, month, year):  # type: ignore[no-untyped-def]
    """Find a child a place of this kind: the first with room, else a new one.

    Parameters
    ----------
    external
        The place is bought outside the municipality.
    not_here
        Row it must not be: the one the child comes from, or -1.
    """
    places = world.places
    rows = int(world.meters[Meter.PLACE_ROWS])
    found = -1
    empty = -1
    if not external:
        for row in range(rows):
            place = places[row]
            if place.used == 0 and place.closed <= month:
                empty = row
            elif (
                place.kind == step
                and place.used < place.capacity
                and place.closed > month
                and place.external == 0
                and row != not_here
            ):
                found = row
                break
    if found < 0:
        found = empty if empty >= 0 else rows
        if found == rows:
            world.meters[Meter.PLACE_ROWS] = rows + 1
        place = places[found]
        place.kind = step
        place.external = 1 if external else 0
        place.used = 0
        place.since = month
        place.closed = NEVER
        if external:
            place.capacity = 1
            world.counts[year][Count.BOUGHT_OUTSIDE] += 1
        elif step == Step.FOSTER:
            u0, _, _, _ = draw(world.key, found, month, draws.PLACE)
            place.capacity = foster_capacity(u0, p)
            world.counts[year][Count.FOSTER_FAMILIES_BEGUN] += 1
        else:
            place.capacity = int(p.home_capacity)
    places[found].used += 1
    world.children[i].place = found


@inlined
def move_out(world, i, month):  # type: ignore[no-untyped-def]
    """Let a child leave its place; one bought outside for it is given up."""
    row = world.children[i].place
    if row >= 0:
        place = world.places[row]
        place.used -= 1
        if place.external == 1 and place.used == 0:
            place.closed = month
        world.children[i].place = -1


@kernel
def close_families(world, p, levers, month, year):  # type: ignore[no-untyped-def]
    """Let foster families stop as their draws say."""
    for row in range(int(world.meters[Meter.PLACE_ROWS])):
        place = world.places[row]
        if place.kind != Step.FOSTER or place.closed != NEVER:
            continue
        _, u1, _, _ = draw(world.key, row, month, draws.PLACE)
        if u1 < closing_chance(place.used > 0, p, levers):
            place.closed = month
            world.counts[year][Count.FOSTER_FAMILIES_CLOSED] += 1
