"""Tasks for caseworkers: how reviews, assessments, follow-ups and visits are handed in."""

from trappen.agents.casework_task import Priority, TaskKind
from trappen.model.kernels import draws, inlined
from trappen.model.kernels.draws import draw

DAYS_A_MONTH = 21


@inlined
def hand_in(world, row, kind, priority, arrival):  # type: ignore[no-untyped-def]
    """Add a task; its work is set when the caseworkers take over the list."""
    n = world.pending[0]
    task = world.tasks[n]
    task.row = row
    task.who = world.children[row].who
    task.kind = kind
    task.priority = priority
    task.arrival = arrival
    world.pending[0] = n + 1


@inlined
def hand_in_review(world, row, acute, month):  # type: ignore[no-untyped-def]
    """Ask for the review of a notification on a day of this month.

    A notification of a child whose review is still to be done is reviewed together with it, unless it
    is acute: then one more is asked for, which comes first.
    """
    if world.children[row].reviews_pending > (1 if acute else 0):
        return
    world.children[row].reviews_pending += 1
    u0, _, _, _ = draw(world.key, world.children[row].who, month, draws.TASK)
    priority = Priority.ACUTE if acute else Priority.REVIEW
    hand_in(world, row, TaskKind.REVIEW, priority, (month + u0) * DAYS_A_MONTH)


@inlined
def hand_in_follow_up(world, p, row, month):  # type: ignore[no-untyped-def]
    """Ask for a follow-up on a day of this month, unless it has to be put off till the next."""
    _, u1, u2, _ = draw(world.key, world.children[row].who, month, draws.TASK)
    if u2 < p.postponed:
        return
    hand_in(world, row, TaskKind.FOLLOW_UP, Priority.FOLLOW_UP, (month + u1) * DAYS_A_MONTH)
    world.children[row].follow_up_pending = 1


@inlined
def hand_in_visit(world, row, month):  # type: ignore[no-untyped-def]
    """Ask for a supervisory visit on a day of this month."""
    u0, _, _, _ = draw(world.key, world.children[row].who, month, draws.VISIT)
    hand_in(world, row, TaskKind.VISIT, Priority.VISIT, (month + u0) * DAYS_A_MONTH)
    world.children[row].visit_pending = 1
