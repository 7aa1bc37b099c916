"""The compiled desks under the interface of the SimPy ones, for whoever wants to run them by hand."""

from collections.abc import Sequence
from math import inf

import numpy as np

from trappen.agents.casework_task import CompletedTask, Task
from trappen.model.casework import Staff, days_away, refuse
from trappen.model.kernels import desks as compiled
from trappen.model.kernels.queue import count_waiting, run_month


class CompiledCasework:
    """The same casework, compiled, under the interface of `SimPyCasework`; it grows as needed.

    Parameters
    ----------
    capacity, posts
        Tasks and posts it has room for; the tasks at first.
    """

    def __init__(self, capacity: int = 256, posts: int = 64) -> None:
        self._queue = compiled.empty_queue(capacity, posts)
        self._done = compiled.empty_done(0, posts)

    @property
    def waiting(self) -> int:
        """Number of tasks that wait for a caseworker."""
        return int(self._queue.used[compiled.WAITING])

    @property
    def in_service(self) -> int:
        """Number of tasks somebody is at."""
        return int(self._queue.used[compiled.SERVING])

    @property
    def busy(self) -> list[float]:
        """Days worked in the last month run, by post."""
        return self._done.busy[: self._queue.used[compiled.POSTS]].tolist()

    @property
    def undone(self) -> list[float]:
        """Days of work that waited or were begun when it ended, by post."""
        return self._done.undone[: self._queue.used[compiled.POSTS]].tolist()

    @property
    def undone_by_anyone(self) -> float:
        """Days of work that waited for anyone."""
        return float(self._done.undone[-1])

    @property
    def busy_days(self) -> float:
        """Caseworker days worked in the last month run."""
        return sum(self.busy)

    def count_waiting(self, kind: int) -> int:
        """Return how many tasks of a kind wait for a caseworker."""
        return int(count_waiting(self._queue, int(kind)))

    def run_month(
        self, first_day: float, end_day: float, staff: Staff, tasks: Sequence[Task], sitting: float = inf
    ) -> list[CompletedTask]:
        """Let the caseworkers work for one month; see `SimPyCasework.run_month`."""
        away = np.array(days_away(staff), np.int64)
        last = float(self._queue.day[0])
        refuse(None if last != last else last, first_day, end_day, sitting, tasks)
        room = self.waiting + self.in_service + len(tasks)
        if room > self._queue.slots.size:
            self._queue = grown(self._queue, 2 * room)
        columns = compiled.empty_tasks(len(tasks))
        self._done = done = compiled.empty_done(room, self._queue.desks.size)
        for i, task in enumerate(tasks):
            columns.kind[i], columns.priority[i], columns.arrival[i] = task.kind, task.priority, task.arrival
            columns.who[i], columns.row[i], columns.work[i] = task.who, task.row, task.work
            columns.owner[i] = task.owner
            columns.rank[i] = task.arrival if task.rank is None else task.rank
        finished = run_month(
            self._queue, float(first_day), float(end_day), len(away), away, float(sitting), columns,
            len(tasks), done,
        )  # fmt: skip
        if finished < 0:
            raise ValueError(f"{len(away)} caseworkers are more than there is room for")
        records = zip(*(column[:finished].tolist() for column in done[:8]), strict=True)
        return [CompletedTask(*record) for record in records]


def grown(queue: compiled.Queue, capacity: int) -> compiled.Queue:
    """Return a copy of a queue with room for more tasks; a capacity below the present one changes nothing."""
    old = queue.slots.size
    capacity = max(capacity, old)
    bigger = compiled.empty_queue(capacity, queue.desks.size)
    for name, ours, theirs in zip(queue._fields, queue, bigger, strict=True):
        if name != "free":
            theirs[: ours.size] = ours
    # The new slots lie at the bottom of the stack already; the old free ones go on top of them.
    extra, unused = capacity - old, int(queue.used[compiled.FREE])
    bigger.free[extra : extra + unused] = queue.free[:unused]
    bigger.used[compiled.FREE] = extra + unused
    return bigger
