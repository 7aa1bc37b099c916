"""What stands on the caseworkers' desks, as compiled code holds it: open tasks, new ones, those done."""

from typing import NamedTuple

import numpy as np

from trappen.agents.casework_task import ANYONE, Priority
from trappen.model.kernels import allocating

FULL = -1  # the queue or the output is too small; nothing was changed
REFUSED = -2  # a task or a month that cannot be; nothing was changed

LEAST_WORK = 1e-6
"""Working days; less could vanish when it is added to a day."""

PRIORITIES = len(Priority)
SHARED_TO = Priority.REVIEW.value
"""Tasks up to this priority are done by anyone."""
NOBODY = -1
VACANT = -1
"""What stands among the days away of a post that nobody holds."""
DAYS_TOLD = 62
"""Days of a month on which one can be away: bits of a whole number."""
WAITING, SERVING, FREE, HANDED_IN, POSTS = 0, 1, 2, 3, 4


OPEN_TASK = np.dtype(
    [
        ("kind", "i8"),
        ("priority", "i8"),
        ("who", "i8"),
        ("row", "i8"),
        ("number", "i8"),
        ("owner", "i8"),
        ("worker", "i8"),
        ("after", "i8"),
        ("before", "i8"),
        ("arrival", "f8"),
        ("rank", "f8"),
        ("left", "f8"),
        ("start", "f8"),
    ],
    align=True,
)
"""A task not done: `left` is the work not done yet, `worker` the post whose sitting it is; `after` and
`before` are its neighbours in the list it waits in."""

DESK = np.dtype([("there", "i8"), ("at", "i8"), ("free_since", "f8"), ("since", "f8")], align=True)
"""A post's desk: whether its holder is there, at which task, and since when free or at it."""


class Queue(NamedTuple):
    """Every task not done and where it stands; make it with `empty_queue`.

    The tasks lie in slots 0 to capacity - 1 of `slots`. Those waiting form one list for each owner and
    priority, `first` to `last`, in order of (rank, who, number); the lists of the last owner are
    anyone's. Those in a sitting form a binary heap of slots, `serving`, by its end in `until`. `free` is
    a stack of unused slots; `used` says how many are WAITING, SERVING, FREE, how many tasks were ever
    HANDED_IN, which numbers them, and how many POSTS there are. `day` is the end of the last month run
    (NaN before the first). `desks` stand by post. `order`, `bucket` and `called` are room to work in.
    """

    slots: np.ndarray
    desks: np.ndarray
    first: np.ndarray
    last: np.ndarray
    serving: np.ndarray
    until: np.ndarray
    free: np.ndarray
    used: np.ndarray
    day: np.ndarray
    order: np.ndarray
    bucket: np.ndarray
    called: np.ndarray


class Tasks(NamedTuple):
    """New tasks as columns: `agents.casework_task.Task`, field by field."""

    kind: np.ndarray
    priority: np.ndarray
    arrival: np.ndarray
    who: np.ndarray
    row: np.ndarray
    work: np.ndarray
    owner: np.ndarray
    rank: np.ndarray


class Done(NamedTuple):
    """Finished tasks as columns, in order of (finish, who), and by post the month's days.

    `busy` are days worked, and `undone` days of work that wait or are begun when the month ends; what
    is anyone's stands behind the last there is room for.
    """

    row: np.ndarray
    kind: np.ndarray
    priority: np.ndarray
    who: np.ndarray
    arrival: np.ndarray
    start: np.ndarray
    finish: np.ndarray
    worker: np.ndarray
    busy: np.ndarray
    undone: np.ndarray


def empty_queue(capacity: int, posts: int) -> Queue:
    """Return a queue with room for so many tasks, waiting and in service together, and so many posts."""
    used = np.zeros(5, np.int64)
    used[FREE] = capacity
    desks = np.zeros(posts, DESK)
    desks["at"], desks["free_since"] = NOBODY, -np.inf
    lists = (posts + 1) * PRIORITIES
    return Queue(
        slots=np.zeros(capacity, OPEN_TASK),
        desks=desks,
        first=np.full(lists, NOBODY),
        last=np.full(lists, NOBODY),
        serving=np.zeros(posts + 1, np.int64),
        until=np.zeros(posts + 1),
        free=np.arange(capacity)[::-1].copy(),
        used=used,
        day=np.full(1, np.nan),
        order=np.zeros(capacity, np.int64),
        bucket=np.zeros(capacity + 1, np.int64),
        called=np.zeros(capacity + 2 * posts + 1, np.int64),
    )


@allocating
def empty_tasks(capacity):  # type: ignore[no-untyped-def]
    """Return columns for so many new tasks."""
    return Tasks(
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.float64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.float64),
        np.full(capacity, ANYONE),
        np.zeros(capacity, np.float64),
    )


@allocating
def empty_done(capacity, posts):  # type: ignore[no-untyped-def]
    """Return columns for so many finished tasks and so many posts."""
    return Done(
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.float64),
        np.zeros(capacity, np.float64),
        np.zeros(capacity, np.float64),
        np.zeros(capacity, np.int64),
        np.zeros(posts + 1, np.float64),
        np.zeros(posts + 1, np.float64),
    )
