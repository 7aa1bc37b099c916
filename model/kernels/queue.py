"""The caseworkers' desks, compiled: who waits, who is served, by whom, month by month.

The rule book, which `trappen.model.casework` states a second time in SimPy (docs/casework.md tells it in
words):

1. A task belongs to a caseworker's post, its owner, or to anyone. Its owner does it, except that
   anyone may do what cannot wait (reviews, acute or not) and what belongs to a post nobody holds.
2. A caseworker works in sittings. After one that did not end the task, the task waits again in its
   place; so what is more urgent comes in between. Whoever begins another's task becomes its owner.
3. Of two waiting tasks the one with the lesser (priority, rank, who) comes first, and of equals the one
   handed in first. The rank is the day the task arose, unless a caseworker ranks otherwise.
4. At every instant, while somebody who is there and free may begin a waiting task, the first such
   task is begun: by its owner if there and free, else by whoever has been free longest, of equals
   the lowest post.
5. On whole working days a caseworker can be away (holiday, sickness, course); a sitting that was begun
   is ended first. A post that nobody holds is away for good, and its tasks are anyone's.
6. Nobody starts before the month with which the task is handed in.
7. All that happens at one instant (arrivals, sittings that end, people who come and go) has happened
   before anyone begins a task at that instant. An instant between two months belongs to the earlier
   one for ending and to the later one for beginning.

Times are working days. A sitting's end is its beginning plus its length, one addition; nothing else is
computed with times but what is left of a task, so both engines give the same bits.
"""

import numpy as np

from trappen.model.kernels import inlined, kernel
from trappen.model.kernels.desks import (
    DAYS_TOLD,
    FREE,
    FULL,
    HANDED_IN,
    LEAST_WORK,
    NOBODY,
    POSTS,
    PRIORITIES,
    REFUSED,
    SERVING,
    SHARED_TO,
    VACANT,
    WAITING,
)
from trappen.model.kernels.waiting import (
    before,
    end_first,
    first_of,
    list_of,
    older,
    sit_down,
    take,
    wait_from_end,
    wait_from_start,
)


@kernel
def _refused(last, first_day, end_day, posts, sitting, tasks, n_new):  # type: ignore[no-untyped-def]
    """Tell whether the month does not follow the last one or a task cannot be (NaN included)."""
    if posts < 0 or not first_day < end_day or (last == last and last != first_day):
        return True
    if not sitting >= LEAST_WORK:
        return True
    for i in range(n_new):
        if not -np.inf < tasks.arrival[i] < end_day or not LEAST_WORK <= tasks.work[i] < np.inf:
            return True
        if tasks.priority[i] < 0 or tasks.priority[i] >= PRIORITIES or tasks.rank[i] != tasks.rank[i]:
            return True
    return False


@kernel
def _hand_in(queue, tasks, n_new):  # type: ignore[no-untyped-def]
    """Give each new task a slot and a number; `order` lists the slots."""
    slots, free, used, order = queue.slots, queue.free, queue.used, queue.order
    kind, priority, arrival, who = tasks.kind, tasks.priority, tasks.arrival, tasks.who
    row, work, owner, rank = tasks.row, tasks.work, tasks.owner, tasks.rank
    for i in range(n_new):
        used[FREE] -= 1
        slot = free[used[FREE]]
        task = slots[slot]
        task.kind = kind[i]
        task.priority = priority[i]
        task.arrival = arrival[i]
        task.who = who[i]
        task.row = row[i]
        task.left = work[i]
        task.owner = owner[i]
        task.rank = rank[i]
        task.worker = NOBODY
        task.start = np.nan
        task.number = used[HANDED_IN]
        used[HANDED_IN] += 1
        order[i] = slot


@kernel
def _sort_by_age(queue, first_day, end_day, n_new):  # type: ignore[no-untyped-def]
    """Sort the `order` of the new tasks by (arrival, who, number).

    They are dealt into as many equal stretches of this month and the last as there are tasks, which
    leaves next to nothing to the insertion sort behind it; older ones share the first stretch.
    """
    slots, free, order, bucket = queue.slots, queue.free, queue.order, queue.bucket
    begin = first_day - (end_day - first_day)
    scale = n_new / (end_day - begin)
    bucket[: n_new + 1] = 0
    for i in range(n_new):
        stretch = int(max(0.0, (slots[order[i]].arrival - begin) * scale))
        bucket[min(stretch, n_new - 1) + 1] += 1
    for i in range(n_new):
        bucket[i + 1] += bucket[i]
    # `serving` and its like are in use; `free` above its top is not, and has room for all new tasks.
    top = queue.used[FREE]
    for i in range(n_new):
        slot = order[i]
        stretch = min(int(max(0.0, (slots[slot].arrival - begin) * scale)), n_new - 1)
        free[top + bucket[stretch]] = slot
        bucket[stretch] += 1
    for i in range(n_new):
        slot = free[top + i]
        at = i
        while at > 0 and older(slots, slot, order[at - 1]):
            order[at] = order[at - 1]
            at -= 1
        order[at] = slot


@kernel
def _lay_out(queue, posts, away):  # type: ignore[no-untyped-def]
    """Make what waits for a post that nobody holds anyone's, and what is held again its owner's."""
    slots, first, last = queue.slots, queue.first, queue.last
    anyone = queue.desks.size
    for post in range(queue.used[POSTS]):
        if post < posts and away[post] != VACANT:
            continue
        for priority in range(PRIORITIES):
            line = post * PRIORITIES + priority
            while first[line] != NOBODY:
                slot = first[line]
                take(slots, first, last, line, slot)
                wait_from_end(slots, first, last, anyone * PRIORITIES + priority, slot)
    for priority in range(SHARED_TO + 1, PRIORITIES):
        line = anyone * PRIORITIES + priority
        slot = first[line]
        while slot != NOBODY:
            behind = slots[slot].after
            owned = list_of(slots, slot, posts, away, anyone)
            if owned != line:
                take(slots, first, last, line, slot)
                wait_from_end(slots, first, last, owned, slot)
            slot = behind


@inlined
def _is_there(away, day):  # type: ignore[no-untyped-def]
    """Return whether somebody away on those days is at work on a day counted from the month's first."""
    if away == VACANT:
        return 0
    return 1 if day > DAYS_TOLD else 1 - ((away >> day) & 1)


@inlined
def _longest_free(desks, posts):  # type: ignore[no-untyped-def]
    """Return the post of whoever is there and has been free longest, or NOBODY."""
    best = NOBODY
    for post in range(posts):
        desk = desks[post]
        if (
            desk.there == 1
            and desk.at == NOBODY
            and (best == NOBODY or desk.free_since < desks[best].free_since)
        ):
            best = post
    return best


@inlined
def _day_begins(desks, called, posts, away, day):  # type: ignore[no-untyped-def]
    """Let people come and go for a day counted from the month's first; call all who are there and free."""
    n_called = 0
    for post in range(posts):
        there = _is_there(away[post], day)
        desks[post].there = there
        if there == 1 and desks[post].at == NOBODY:
            called[n_called] = post
            n_called += 1
    return n_called


@inlined
def _own_first(slots, desks, first, called, n_called):  # type: ignore[no-untyped-def]
    """Return which of those called has the first task of their own to begin, and that task.

    Whoever is called and can begin nothing of their own is called no longer: only a caseworker who has
    just come, ended a sitting or been given a task can have something.
    """
    best, by, at = np.int64(NOBODY), np.int64(NOBODY), 0
    while at < n_called:
        post = called[at]
        own = np.int64(NOBODY)
        if desks[post].there == 1 and desks[post].at == NOBODY:
            own = np.int64(first_of(first, post))
        if own == NOBODY:
            n_called -= 1
            called[at] = called[n_called]
            continue
        if best == NOBODY or before(slots, own, best):
            best, by = own, post
        at += 1
    return best, by, n_called


@inlined
def _begin(slots, desks, slot, post, day, sitting):  # type: ignore[no-untyped-def]
    """Begin a sitting at a task and return its length."""
    task = slots[slot]
    task.owner = post
    task.worker = post
    if task.start != task.start:
        task.start = day
    desks[post].at = slot
    desks[post].since = day
    length = task.left
    if length - sitting < LEAST_WORK:
        task.left = 0.0
        return length
    task.left = length - sitting
    return sitting


@kernel
def _count_undone(queue, posts, end_day, n_serving, undone):  # type: ignore[no-untyped-def]
    """Write the days of work that each post, and anyone, has still to do."""
    slots, first, anyone = queue.slots, queue.first, queue.desks.size
    undone[:] = 0.0
    for at in range(n_serving):
        task = slots[queue.serving[at]]
        undone[task.worker] = queue.until[at] - end_day + task.left
    for number in range(posts + 1):
        owner = anyone if number == posts else number
        for priority in range(PRIORITIES):
            slot = first[owner * PRIORITIES + priority]
            while slot != NOBODY:
                undone[owner] += slots[slot].left
                slot = slots[slot].after


@kernel
def run_month(queue, first_day, end_day, posts, away, sitting, tasks, n_new, done):  # type: ignore[no-untyped-def]
    """Let the caseworkers work for one month and return how many tasks they finished.

    Parameters
    ----------
    queue
        From `empty_queue`; changed in place.
    first_day, end_day
        Working days; the month must begin where the last one ended.
    posts
        Posts of caseworkers this month, 0 or more.
    away
        By post the days away, bit 0 for the month's first, or VACANT.
    sitting
        Longest sitting, days; infinite for whoever does not leave a task before it is done.
    tasks
        `Tasks`; the first `n_new` are handed in. Each arrives before `end_day`, has a priority of
        `Priority` and at least `LEAST_WORK`.
    n_new
        How many.
    done
        `Done`; tasks finished up to and with `end_day` are written in order of (finish, who).

    Returns
    -------
    :
        Number of tasks finished; FULL or REFUSED (both negative), with nothing changed, where the
        queue or the output could not hold all open tasks or something handed in cannot be.
    """
    slots, desks, used = queue.slots, queue.desks, queue.used
    open_tasks = used[WAITING] + used[SERVING] + n_new
    if open_tasks > min(slots.size, done.row.size) or n_new > tasks.kind.size:
        return FULL
    if posts > min(desks.size, min(away.size, done.busy.size - 1)):
        return FULL
    if _refused(queue.day[0], first_day, end_day, posts, sitting, tasks, n_new):
        return REFUSED
    _hand_in(queue, tasks, n_new)
    _sort_by_age(queue, first_day, end_day, n_new)
    _lay_out(queue, posts, away)
    for post in range(posts, used[POSTS]):
        desks[post].there = 0
    used[POSTS] = max(posts, used[POSTS])
    # Arrays by name: a field read inside the loop costs a count of references each time.
    first, last, order, free, called = queue.first, queue.last, queue.order, queue.free, queue.called
    serving, until, busy = queue.serving, queue.until, done.busy
    d_row, d_kind, d_priority, d_who = done.row, done.kind, done.priority, done.who
    d_arrival, d_start, d_finish, d_worker = done.arrival, done.start, done.finish, done.worker
    busy[:] = 0.0
    anyone = desks.size
    n_waiting, n_serving, n_free, n_done, arrived = used[WAITING], used[SERVING], used[FREE], 0, 0
    day, whole = first_day, 0
    n_called = _day_begins(desks, called, posts, away, whole)
    while True:
        while n_serving > 0 and until[0] <= day:
            end = until[0]
            slot = end_first(slots, serving, until, n_serving)
            n_serving -= 1
            task = slots[slot]
            post = task.worker
            busy[post] += end - max(desks[post].since, first_day)
            desks[post].at = NOBODY
            desks[post].free_since = end
            called[n_called] = post
            n_called += 1
            if task.left > 0.0:
                wait_from_start(slots, first, last, list_of(slots, slot, posts, away, anyone), slot)
                n_waiting += 1
                continue
            d_finish[n_done] = end
            d_row[n_done] = task.row
            d_kind[n_done] = task.kind
            d_priority[n_done] = task.priority
            d_who[n_done] = task.who
            d_arrival[n_done] = task.arrival
            d_start[n_done] = task.start
            d_worker[n_done] = post
            n_done += 1
            free[n_free] = slot
            n_free += 1
        while arrived < n_new and slots[order[arrived]].arrival <= day:
            slot = order[arrived]
            line = list_of(slots, slot, posts, away, anyone)
            wait_from_end(slots, first, last, line, slot)
            owner = line // PRIORITIES
            if owner != anyone:
                called[n_called] = owner
                n_called += 1
            n_waiting += 1
            arrived += 1
        if day >= end_day:
            break
        while n_waiting > 0:
            slot, post, n_called = _own_first(slots, desks, first, called, n_called)
            line = post * PRIORITIES
            shared = first_of(first, anyone)
            if shared != NOBODY and (slot == NOBODY or before(slots, shared, slot)):
                owner = slots[shared].owner
                mine = owner >= 0 and owner < posts and desks[owner].there == 1 and desks[owner].at == NOBODY
                by = owner if mine else _longest_free(desks, posts)
                if by != NOBODY:
                    slot, post, line = shared, by, anyone * PRIORITIES
            if slot == NOBODY:
                break
            take(slots, first, last, line + slots[slot].priority, slot)
            length = _begin(slots, desks, slot, post, day, sitting)
            sit_down(slots, serving, until, n_serving, slot, day + length)
            n_serving += 1
            n_waiting -= 1
        n_called = 0
        day = end_day
        if n_serving > 0:
            day = min(day, until[0])
        if arrived < n_new:
            day = min(day, slots[order[arrived]].arrival)
        if first_day + (whole + 1) <= day:
            whole += 1
            day = first_day + whole
            if day < end_day:
                n_called = _day_begins(desks, called, posts, away, whole)
    for at in range(n_serving):
        post = slots[serving[at]].worker
        busy[post] += end_day - max(desks[post].since, first_day)
    _count_undone(queue, posts, end_day, n_serving, done.undone)
    queue.day[0] = end_day
    used[WAITING], used[SERVING], used[FREE] = n_waiting, n_serving, n_free
    return n_done


@kernel
def count_waiting(queue, kind):  # type: ignore[no-untyped-def]
    """Return how many tasks of a kind wait for a caseworker."""
    total = 0
    for line in range(queue.first.size):
        slot = queue.first[line]
        while slot != NOBODY:
            total += queue.slots[slot].kind == kind
            slot = queue.slots[slot].after
    return total
