"""Front workers: which health visitor, pedagogue or teacher has a child, and so has the concern for it."""

from trappen.agents import front
from trappen.agents.family import DISTRICTS
from trappen.agents.states import Arena
from trappen.model.kernels import inlined

shared_out = inlined(front.shared_out)


@inlined
def front_worker_of(world, i, arena):  # type: ignore[no-untyped-def]
    """Return the row of the front worker who has a child in an arena; -1 where the arena has none.

    Siblings have one health visitor; the children of an institution are shared out among its staff.
    """
    child = world.children[i]
    family = world.families[child.family]
    if arena == Arena.HEALTH_VISITING:
        visitors = int(world.lookup[0].visitors)
        each = max(1, visitors // DISTRICTS)
        return int(family.district) * visitors // DISTRICTS + shared_out(int(family.who), each)
    if arena == Arena.DAY_CARE:
        at = world.institutions[family.day_care]
    elif arena == Arena.SCHOOL:
        at = world.institutions[family.school_at]
    else:
        return -1
    return int(at.first_worker) + shared_out(int(child.who), int(at.workers))
