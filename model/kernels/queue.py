"""The caseworkers' queue, compiled: who waits, who is served, month by month.

The rules, which `trappen.model.casework` states a second time in SimPy:

1. A caseworker has one task at a time and does not leave it before it is done.
2. A free caseworker takes the waiting task with the least (priority, arrival, who), and of equals
   the one handed in first.
3. Nobody starts before the month with which the task is handed in.
4. All that happens at one instant (arrivals, finished tasks, a new number of caseworkers) has
   happened before anyone starts a task at that instant. An instant between two months belongs to
   the earlier one for finishing and to the later one for starting.
5. Where there are fewer caseworkers than before, those who leave finish their tasks first.

Times are working days. A task's finish is its start plus its work, one addition; nothing else is
computed with times, so both engines give the same bits.
"""

from typing import NamedTuple

import numpy as np

from trappen.agents.casework_task import Priority
from trappen.model.kernels import inlined, kernel

FULL = -1  # the queue or the output is too small; nothing was changed
REFUSED = -2  # a task or a month that cannot be; nothing was changed

LEAST_WORK = 1e-6
"""Working days; less could vanish when it is added to a day."""

PRIORITIES = len(Priority)
NOBODY = -1
WAITING, SERVING, FREE, HANDED_IN = 0, 1, 2, 3


class Queue(NamedTuple):
    """Every task not done and where it stands; make it with `empty_queue`.

    The tasks lie in slots 0 to capacity - 1, columns `kind` to `start`. Those waiting form one list
    for each priority, `first` to `last` through `after` and `before`, in order of (arrival, who,
    number). Those in service form a binary heap of slots, `serving`, by the finish in `until`. `free`
    is a stack of unused slots; `used` says how many are WAITING, SERVING, FREE and how many tasks
    were ever HANDED_IN, which numbers them. `day` is the end of the last month run (NaN before the
    first). `order` and `bucket` are room to sort a month's new tasks in.
    """

    kind: np.ndarray
    priority: np.ndarray
    arrival: np.ndarray
    who: np.ndarray
    row: np.ndarray
    work: np.ndarray
    number: np.ndarray
    start: np.ndarray
    after: np.ndarray
    before: np.ndarray
    first: np.ndarray
    last: np.ndarray
    serving: np.ndarray
    until: np.ndarray
    free: np.ndarray
    used: np.ndarray
    day: np.ndarray
    order: np.ndarray
    bucket: np.ndarray


class Tasks(NamedTuple):
    """New tasks as columns: `agents.casework_task.Task`, field by field."""

    kind: np.ndarray
    priority: np.ndarray
    arrival: np.ndarray
    who: np.ndarray
    row: np.ndarray
    work: np.ndarray


class Done(NamedTuple):
    """Finished tasks as columns, in order of (finish, who), and the month's `busy` days, shape (1,)."""

    row: np.ndarray
    kind: np.ndarray
    who: np.ndarray
    arrival: np.ndarray
    start: np.ndarray
    finish: np.ndarray
    busy: np.ndarray


@kernel
def empty_queue(capacity):  # type: ignore[no-untyped-def]
    """Return a queue with room for so many tasks, waiting and in service together."""
    used = np.zeros(4, np.int64)
    used[FREE] = capacity
    return Queue(
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.float64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.float64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.float64),
        np.full(capacity, NOBODY),
        np.full(capacity, NOBODY),
        np.full(PRIORITIES, NOBODY),
        np.full(PRIORITIES, NOBODY),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.float64),
        np.arange(capacity)[::-1].copy(),
        used,
        np.full(1, np.nan),
        np.zeros(capacity, np.int64),
        np.zeros(capacity + 1, np.int64),
    )


@kernel
def empty_tasks(capacity):  # type: ignore[no-untyped-def]
    """Return columns for so many new tasks."""
    return Tasks(
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.float64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.float64),
    )


@kernel
def empty_done(capacity):  # type: ignore[no-untyped-def]
    """Return columns for so many finished tasks."""
    return Done(
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.float64),
        np.zeros(capacity, np.float64),
        np.zeros(capacity, np.float64),
        np.zeros(1, np.float64),
    )


@kernel
def grown(queue, capacity):  # type: ignore[no-untyped-def]
    """Return a copy of the queue with more room; a capacity below the present one changes nothing."""
    old = queue.kind.size
    bigger = empty_queue(max(capacity, old))
    bigger.kind[:old] = queue.kind
    bigger.priority[:old] = queue.priority
    bigger.arrival[:old] = queue.arrival
    bigger.who[:old] = queue.who
    bigger.row[:old] = queue.row
    bigger.work[:old] = queue.work
    bigger.number[:old] = queue.number
    bigger.start[:old] = queue.start
    bigger.after[:old] = queue.after
    bigger.before[:old] = queue.before
    bigger.first[:] = queue.first
    bigger.last[:] = queue.last
    bigger.serving[:old] = queue.serving
    bigger.until[:old] = queue.until
    bigger.used[:] = queue.used
    bigger.day[:] = queue.day
    # The new slots lie at the bottom of the stack already; the old free ones go on top of them.
    extra = bigger.kind.size - old
    for i in range(queue.used[FREE]):
        bigger.free[extra + i] = queue.free[i]
    bigger.used[FREE] = extra + queue.used[FREE]
    return bigger


@inlined
def _ends_before(who, number, day, slot, other_day, other):  # type: ignore[no-untyped-def]
    """Tell whether a task in service ends before another, by (finish, who, number)."""
    if day != other_day:
        return day < other_day
    if who[slot] != who[other]:
        return who[slot] < who[other]
    return number[slot] < number[other]


@inlined
def _serve(serving, until, who, number, size, slot, finish):  # type: ignore[no-untyped-def]
    """Put a task on the heap of the `size` in service."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if not _ends_before(who, number, finish, slot, until[parent], serving[parent]):
            break
        until[at], serving[at] = until[parent], serving[parent]
        at = parent
    until[at], serving[at] = finish, slot


@inlined
def _end_first(serving, until, who, number, size):  # type: ignore[no-untyped-def]
    """Take the task that ends first off the heap of the `size` in service and return its slot."""
    top = serving[0]
    size -= 1
    finish, slot = until[size], serving[size]
    at, child = 0, 1
    while child < size:
        right = child + 1
        if right < size and _ends_before(
            who, number, until[right], serving[right], until[child], serving[child]
        ):
            child = right
        if not _ends_before(who, number, until[child], serving[child], finish, slot):
            break
        until[at], serving[at] = until[child], serving[child]
        at, child = child, 2 * child + 1
    until[at], serving[at] = finish, slot
    return top


@inlined
def _older(q, slot, other):  # type: ignore[no-untyped-def]
    """Tell whether a task comes before another of the same priority, by (arrival, who, number)."""
    if q.arrival[slot] != q.arrival[other]:
        return q.arrival[slot] < q.arrival[other]
    if q.who[slot] != q.who[other]:
        return q.who[slot] < q.who[other]
    return q.number[slot] < q.number[other]


@inlined
def _wait_behind(after, before, first, last, priority, slot, ahead):  # type: ignore[no-untyped-def]
    """Put a task into its priority's list behind another, or NOBODY to put it first."""
    behind = first[priority] if ahead == NOBODY else after[ahead]
    before[slot], after[slot] = ahead, behind
    if ahead == NOBODY:
        first[priority] = slot
    else:
        after[ahead] = slot
    if behind == NOBODY:
        last[priority] = slot
    else:
        before[behind] = slot


@inlined
def _take(after, before, first, last):  # type: ignore[no-untyped-def]
    """Take the first waiting task of the least priority off its list and return its slot."""
    priority = 0
    while first[priority] == NOBODY:
        priority += 1
    slot = first[priority]
    behind = after[slot]
    first[priority] = behind
    if behind == NOBODY:
        last[priority] = NOBODY
    else:
        before[behind] = NOBODY
    return slot


@kernel
def _refused(queue, first_day, end_day, servers, tasks, n_new):  # type: ignore[no-untyped-def]
    """Tell whether the month does not follow the last one or a task cannot be (NaN included)."""
    last = queue.day[0]
    if servers < 0 or not first_day < end_day or (last == last and last != first_day):
        return True
    for i in range(n_new):
        if not -np.inf < tasks.arrival[i] < end_day or not LEAST_WORK <= tasks.work[i] < np.inf:
            return True
        if tasks.priority[i] < 0 or tasks.priority[i] >= PRIORITIES:
            return True
    return False


@kernel
def _hand_in(queue, tasks, n_new):  # type: ignore[no-untyped-def]
    """Give each new task a slot and a number; `order` lists the slots."""
    q, used = queue, queue.used
    for i in range(n_new):
        used[FREE] -= 1
        slot = q.free[used[FREE]]
        q.kind[slot] = tasks.kind[i]
        q.priority[slot] = tasks.priority[i]
        q.arrival[slot] = tasks.arrival[i]
        q.who[slot] = tasks.who[i]
        q.row[slot] = tasks.row[i]
        q.work[slot] = tasks.work[i]
        q.number[slot] = used[HANDED_IN]
        used[HANDED_IN] += 1
        q.order[i] = slot


@kernel
def _sort_by_age(queue, first_day, end_day, n_new):  # type: ignore[no-untyped-def]
    """Sort the `order` of the new tasks by (arrival, who, number).

    They are dealt into as many equal stretches of this month and the last as there are tasks, which
    leaves next to nothing to the insertion sort behind it; older ones share the first stretch.
    """
    q = queue
    begin = first_day - (end_day - first_day)
    scale = n_new / (end_day - begin)
    q.bucket[: n_new + 1] = 0
    for i in range(n_new):
        stretch = int(max(0.0, (q.arrival[q.order[i]] - begin) * scale))
        q.bucket[min(stretch, n_new - 1) + 1] += 1
    for i in range(n_new):
        q.bucket[i + 1] += q.bucket[i]
    # `serving` and its like are in use; `free` above its top is not, and has room for all new tasks.
    top = q.used[FREE]
    for i in range(n_new):
        slot = q.order[i]
        stretch = min(int(max(0.0, (q.arrival[slot] - begin) * scale)), n_new - 1)
        q.free[top + q.bucket[stretch]] = slot
        q.bucket[stretch] += 1
    for i in range(n_new):
        slot = q.free[top + i]
        at = i
        while at > 0 and _older(q, slot, q.order[at - 1]):
            q.order[at] = q.order[at - 1]
            at -= 1
        q.order[at] = slot


@kernel
def _wait_from_before(queue, first_day, n_new):  # type: ignore[no-untyped-def]
    """Let new tasks that arose by the first day wait among the old ones; return how many they are."""
    q = queue
    late = 0
    while late < n_new and q.arrival[q.order[late]] <= first_day:
        late += 1
    for priority in range(PRIORITIES):
        # From the youngest to the oldest, so that each list is walked once from its end.
        ahead = q.last[priority]
        for i in range(late - 1, -1, -1):
            slot = q.order[i]
            if q.priority[slot] == priority:
                while ahead != NOBODY and _older(q, slot, ahead):
                    ahead = q.before[ahead]
                _wait_behind(q.after, q.before, q.first, q.last, priority, slot, ahead)
    q.used[WAITING] += late
    return late


@kernel
def run_month(queue, first_day, end_day, servers, tasks, n_new, done):  # type: ignore[no-untyped-def]
    """Let the caseworkers work for one month and return how many tasks they finished.

    Parameters
    ----------
    queue
        From `empty_queue`; changed in place.
    first_day, end_day
        Working days; the month must begin where the last one ended.
    servers
        Caseworkers this month, 0 or more.
    tasks
        `Tasks`; the first `n_new` are handed in. Each arrives before `end_day`, has a priority of
        `Priority` and at least `LEAST_WORK`.
    n_new
        How many.
    done
        `Done`; tasks finished up to and with `end_day` are written in order of (finish, who), and
        `busy[0]` becomes the caseworker days worked in the month. It exceeds `servers` times the
        month's length only where caseworkers who left had tasks to finish.

    Returns
    -------
    :
        Number of tasks finished; FULL or REFUSED (both negative), with nothing changed, where the
        queue or the output could not hold all open tasks or something handed in cannot be.
    """
    q, used = queue, queue.used
    open_tasks = used[WAITING] + used[SERVING] + n_new
    if open_tasks > min(q.kind.size, done.row.size) or n_new > tasks.kind.size:
        return FULL
    if _refused(queue, first_day, end_day, servers, tasks, n_new):
        return REFUSED
    _hand_in(queue, tasks, n_new)
    _sort_by_age(queue, first_day, end_day, n_new)
    arrived = _wait_from_before(queue, first_day, n_new)
    # Arrays and counts by name: a field read inside the loop costs a count of references each time.
    kind, priority, arrival, who, row, work = q.kind, q.priority, q.arrival, q.who, q.row, q.work
    number, start, order, free = q.number, q.start, q.order, q.free
    after, before, first, last = q.after, q.before, q.first, q.last
    serving, until = q.serving, q.until
    d_row, d_kind, d_who, d_arrival = done.row, done.kind, done.who, done.arrival
    d_start, d_finish = done.start, done.finish
    n_waiting, n_serving, n_free, n_done = used[WAITING], used[SERVING], used[FREE], 0
    day, since, working, busy = first_day, first_day, n_serving, 0.0
    while True:
        while n_serving > 0 and until[0] <= day:
            d_finish[n_done] = until[0]
            slot = _end_first(serving, until, who, number, n_serving)
            n_serving -= 1
            d_row[n_done] = row[slot]
            d_kind[n_done] = kind[slot]
            d_who[n_done] = who[slot]
            d_arrival[n_done] = arrival[slot]
            d_start[n_done] = start[slot]
            n_done += 1
            free[n_free] = slot
            n_free += 1
        while arrived < n_new and arrival[order[arrived]] <= day:
            # Nobody who waits arose later, so the end of the list is the place.
            slot = order[arrived]
            _wait_behind(after, before, first, last, priority[slot], slot, last[priority[slot]])
            n_waiting += 1
            arrived += 1
        if day >= end_day:
            break
        while n_serving < servers and n_waiting > 0:
            slot = _take(after, before, first, last)
            n_waiting -= 1
            start[slot] = day
            _serve(serving, until, who, number, n_serving, slot, day + work[slot])
            n_serving += 1
        if n_serving != working:
            busy += working * (day - since)
            since, working = day, n_serving
        day = end_day
        if n_serving > 0:
            day = min(day, until[0])
        if arrived < n_new:
            day = min(day, arrival[order[arrived]])
    done.busy[0] = busy + working * (end_day - since)
    q.day[0] = end_day
    used[WAITING], used[SERVING], used[FREE] = n_waiting, n_serving, n_free
    return n_done


@kernel
def count_waiting(queue, kind):  # type: ignore[no-untyped-def]
    """Return how many tasks of a kind wait for a caseworker."""
    total = 0
    for priority in range(PRIORITIES):
        slot = queue.first[priority]
        while slot != NOBODY:
            total += queue.kind[slot] == kind
            slot = queue.after[slot]
    return total
