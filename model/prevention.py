"""Who is where on a day: the four sets of the prevention triangle, and position by wellbeing."""

from typing import NamedTuple

from trappen.agents.states import Position, PreventionSet
from trappen.model.kernels.stock import tally
from trappen.model.kernels.world import World
from trappen.model.parameter_set import Rules


class Prevention(NamedTuple):
    """How many children aged 0-17 there are.

    Attributes
    ----------
    triangle
        By set of the prevention triangle (forebyggelsestrekanten).
    matrix
        By position, and whether they thrive.
    """

    triangle: dict[PreventionSet, int]
    matrix: dict[tuple[Position, bool], int]


def prevention_of(world: World, rules: Rules, month: int) -> Prevention:
    """Return who is where in a month, from the tables as they stand."""
    cells, sets = tally(world, float(rules.life["need_cut"]), month)
    matrix = {
        (position, thrives): int(cells[2 * position + (0 if thrives else 1)])
        for position in Position
        for thrives in (True, False)
    }
    return Prevention({which: int(sets[which]) for which in PreventionSet}, matrix)
