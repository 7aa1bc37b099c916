"""Who is where on a day: the four sets of the prevention triangle, and position by wellbeing."""

from trappen.agents.states import Position, PreventionSet
from trappen.model.kernels.stock import tally
from trappen.model.kernels.world import World
from trappen.model.parameter_set import Rules


def prevention_triangle(world: World, rules: Rules, month: int) -> dict[PreventionSet, int]:
    """Return how many children aged 0-17 are in each of the four sets of the prevention triangle."""
    _, sets = tally(world, float(rules.life["need_cut"]), month)
    return {which: int(sets[which]) for which in PreventionSet}


def position_and_wellbeing(world: World, rules: Rules, month: int) -> dict[tuple[Position, bool], int]:
    """Return how many children aged 0-17 there are by position, and whether they thrive."""
    cells, _ = tally(world, float(rules.life["need_cut"]), month)
    return {
        (position, thrives): int(cells[2 * position + (0 if thrives else 1)])
        for position in Position
        for thrives in (True, False)
    }
