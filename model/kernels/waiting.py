"""Lists of tasks that wait and the heap of sittings: whose turn it is, and where a task stands."""

import numpy as np

from trappen.model.kernels import inlined
from trappen.model.kernels.desks import NOBODY, PRIORITIES, SHARED_TO, VACANT


@inlined
def ends_before(slots, day, slot, other_day, other):  # type: ignore[no-untyped-def]
    """Tell whether a sitting ends before another, by (end, who, number)."""
    if day != other_day:
        return day < other_day
    if slots[slot].who != slots[other].who:
        return slots[slot].who < slots[other].who
    return slots[slot].number < slots[other].number


@inlined
def sit_down(slots, serving, until, size, slot, finish):  # type: ignore[no-untyped-def]
    """Put a task on the heap of the `size` in service."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if not ends_before(slots, finish, slot, until[parent], serving[parent]):
            break
        until[at], serving[at] = until[parent], serving[parent]
        at = parent
    until[at], serving[at] = finish, slot


@inlined
def end_first(slots, serving, until, size):  # type: ignore[no-untyped-def]
    """Take the sitting that ends first off the heap of the `size` in service and return its slot."""
    top = serving[0]
    size -= 1
    finish, slot = until[size], serving[size]
    at, child = 0, 1
    while child < size:
        right = child + 1
        if right < size and ends_before(slots, until[right], serving[right], until[child], serving[child]):
            child = right
        if not ends_before(slots, until[child], serving[child], finish, slot):
            break
        until[at], serving[at] = until[child], serving[child]
        at, child = child, 2 * child + 1
    until[at], serving[at] = finish, slot
    return top


@inlined
def older(slots, slot, other):  # type: ignore[no-untyped-def]
    """Tell whether a task arose before another, by (arrival, who, number)."""
    if slots[slot].arrival != slots[other].arrival:
        return slots[slot].arrival < slots[other].arrival
    if slots[slot].who != slots[other].who:
        return slots[slot].who < slots[other].who
    return slots[slot].number < slots[other].number


@inlined
def before(slots, slot, other):  # type: ignore[no-untyped-def]
    """Tell whether a waiting task comes before another, by (priority, rank, who, number)."""
    if slots[slot].priority != slots[other].priority:
        return slots[slot].priority < slots[other].priority
    if slots[slot].rank != slots[other].rank:
        return slots[slot].rank < slots[other].rank
    if slots[slot].who != slots[other].who:
        return slots[slot].who < slots[other].who
    return slots[slot].number < slots[other].number


@inlined
def list_of(slots, slot, posts, away, anyone):  # type: ignore[no-untyped-def]
    """Return the number of the list in which a task waits: its owner's or anyone's."""
    owner, priority = slots[slot].owner, slots[slot].priority
    if priority <= SHARED_TO or owner < 0 or owner >= posts or away[owner] == VACANT:
        owner = anyone
    return owner * PRIORITIES + priority


@inlined
def wait_behind(slots, first, last, line, slot, ahead):  # type: ignore[no-untyped-def]
    """Put a task into a list behind another, or NOBODY to put it first."""
    behind = first[line] if ahead == NOBODY else slots[ahead].after
    slots[slot].before = ahead
    slots[slot].after = behind
    if ahead == NOBODY:
        first[line] = slot
    else:
        slots[ahead].after = slot
    if behind == NOBODY:
        last[line] = slot
    else:
        slots[behind].before = slot


@inlined
def wait_from_end(slots, first, last, line, slot):  # type: ignore[no-untyped-def]
    """Put a task into a list, looking for its place from the end: there it mostly is."""
    ahead = last[line]
    while ahead != NOBODY and before(slots, slot, ahead):
        ahead = slots[ahead].before
    wait_behind(slots, first, last, line, slot, ahead)


@inlined
def wait_from_start(slots, first, last, line, slot):  # type: ignore[no-untyped-def]
    """Put a task that was begun back into a list, looking for its place from the start."""
    ahead, behind = np.int64(NOBODY), first[line]
    while behind != NOBODY and before(slots, behind, slot):
        ahead, behind = behind, slots[behind].after
    wait_behind(slots, first, last, line, slot, ahead)


@inlined
def take(slots, first, last, line, slot):  # type: ignore[no-untyped-def]
    """Take a task off its list."""
    ahead, behind = slots[slot].before, slots[slot].after
    if ahead == NOBODY:
        first[line] = behind
    else:
        slots[ahead].after = behind
    if behind == NOBODY:
        last[line] = ahead
    else:
        slots[behind].before = ahead


@inlined
def first_of(first, owner):  # type: ignore[no-untyped-def]
    """Return the first waiting task of an owner, the least priority first, or NOBODY."""
    line = owner * PRIORITIES
    for priority in range(PRIORITIES):
        if first[line + priority] != NOBODY:
            return first[line + priority]
    return NOBODY
