"""No task is lost: every review, assessment, follow-up and visit asked for is done, in service, or waiting.

Read from outside: the children's case states say which tasks must exist, the yearly counts say how
many were asked for and done, and the queue's own slots say what it holds.
"""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trappen.agents.casework_task import Priority, TaskKind
from trappen.agents.ledger import Count
from trappen.agents.states import CaseState, Life
from trappen.model.kernels.desks import FREE, HANDED_IN, SERVING, WAITING


def open_tasks(town):
    """Return the rows and kinds of all tasks not done: in the queue, and handed in for next month."""
    queue, world = town.desk.queue, town.world
    held = np.setdiff1d(np.arange(len(queue.slots)), queue.free[: queue.used[FREE]])
    assert len(held) == queue.used[WAITING] + queue.used[SERVING]
    assert set(queue.serving[: queue.used[SERVING]]) <= set(held)
    next_month = world.tasks[: world.pending[0]]
    rows = np.concatenate([queue.slots["row"][held], next_month["row"]])
    kinds = np.concatenate([queue.slots["kind"][held], next_month["kind"]])
    who = np.concatenate([queue.slots["who"][held], next_month["who"]])
    np.testing.assert_array_equal(town.children["who"][rows], who)
    np.testing.assert_array_equal(
        queue.slots["priority"][held] >= Priority.REVIEW,
        (queue.slots["kind"][held] != TaskKind.REVIEW) | (queue.slots["priority"][held] == 1),
    )
    return rows, kinds


def audit(town, done_before):
    """Hold the open tasks against the children's cases and the counts of all years so far."""
    rows, kinds = open_tasks(town)
    children, counts = town.children, town.world.counts.sum(axis=0)
    n = len(children)
    per_child = {kind: np.bincount(rows[kinds == kind], minlength=n) for kind in TaskKind}
    # Every case that waits for work has that work standing open: one task, or of reviews one or more.
    case = children["case"]
    assert np.all(per_child[TaskKind.REVIEW][case == CaseState.REVIEW] >= 1)
    assert np.all(per_child[TaskKind.ASSESSMENT][case == CaseState.ASSESSMENT] == 1)
    np.testing.assert_array_equal(per_child[TaskKind.FOLLOW_UP], children["follow_up_pending"])
    np.testing.assert_array_equal(per_child[TaskKind.VISIT], children["visit_pending"])
    # An assessment for a child that is not being assessed is of one who died or came of age meanwhile.
    stray = (per_child[TaskKind.ASSESSMENT] > 0) & (case != CaseState.ASSESSMENT)
    assert np.all(children["life"][stray] != Life.CHILD)
    # Asked for = done + open.
    np.testing.assert_array_equal(per_child[TaskKind.REVIEW], children["reviews_pending"])
    assert per_child[TaskKind.REVIEW].max(initial=0) <= 2
    assert counts[Count.NOTIFICATIONS] >= counts[Count.REVIEWS] + per_child[TaskKind.REVIEW].sum()
    undone = counts[Count.ASSESSMENTS_BEGUN] - counts[Count.ASSESSMENTS]
    lost_to_age = undone - np.sum(case == CaseState.ASSESSMENT)
    left = np.sum(
        (children["life"] != Life.CHILD)
        & (children["life"] != Life.UNBORN)
        & (children["believed"] <= town.month)
    )
    assert 0 <= lost_to_age <= left
    handed_in = town.desk.queue.used[HANDED_IN]
    done = handed_in - town.desk.queue.used[WAITING] - town.desk.queue.used[SERVING]
    assert done >= done_before
    assert (
        done
        >= counts[Count.REVIEWS] + counts[Count.ASSESSMENTS] + counts[Count.FOLLOW_UPS] + counts[Count.VISITS]
    )
    # Who keeps a deadline has done the task; arenas and ages split notifications without remainder.
    for kept, all_of in (
        (Count.REVIEWS_KEPT, Count.REVIEWS),
        (Count.ASSESSMENTS_KEPT, Count.ASSESSMENTS),
        (Count.FIRST_FOLLOW_UPS_KEPT, Count.FIRST_FOLLOW_UPS),
        (Count.FIRST_FOLLOW_UPS, Count.FOLLOW_UPS),
        (Count.VISITS_KEPT, Count.VISITS),
        (Count.CHILD_TALKS, Count.ASSESSMENTS),
        (Count.SECOND_OPINIONS, Count.RENOTIFIED_OPEN),
        (Count.RENOTIFIED_KNOWN, Count.RENOTIFIED),
        (Count.RENOTIFIED_OPEN, Count.REVIEWS),
        (Count.FALSE_ALARMS, Count.NOTIFICATIONS),
        (Count.CHILDREN_NOTIFIED, Count.NOTIFICATIONS),
    ):
        assert np.all(town.world.counts[:, kept] <= town.world.counts[:, all_of])
    arenas = town.world.counts[:, Count.ARENA : Count.REVIEWS].sum(axis=1)
    np.testing.assert_array_equal(arenas, town.world.counts[:, Count.NOTIFICATIONS])
    ages = town.world.counts[:, Count.CHILDREN_NOTIFIED_0_5 : Count.FALSE_ALARMS].sum(axis=1)
    np.testing.assert_array_equal(ages, town.world.counts[:, Count.CHILDREN_NOTIFIED])
    assert counts[Count.FIRST_CONTACTS] == np.sum(children["first_contact"] <= town.month)
    return done


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_task_is_lost(lab, data):
    done = 0
    for town, _, _ in lab.any_history(data):
        done = audit(town, done)


def test_a_busy_municipality_does_hold_open_tasks_of_every_kind(lab):
    """The audit is not of an empty queue."""
    heavy = {
        "follow_up_hours": 10.0,
        "review_hours": 4.0,
        "assessment_hours": 80.0,
        "productive_hours": 1300.0,
    }
    town = lab.town(lab.rules(heavy), children=12000).run(0)
    _, kinds = open_tasks(town)
    assert set(kinds) == set(TaskKind)
