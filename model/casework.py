"""Casework by the day: notifications, assessments and follow-ups wait for caseworkers.

The rules stand in `trappen.model.kernels.queue`. Here they are written a second time, in SimPy and
to be read; this version is the judge of the compiled one, and tests hold that both give the same
bits. Either can run the municipality month by month.
"""

from collections.abc import Generator, Sequence
from heapq import heappush
from itertools import groupby
from math import inf

import simpy

from trappen.agents.casework_task import CompletedTask, Task
from trappen.model.kernels import queue as compiled

# The phases of one instant, so that all who arrive are known before anyone who just became free
# takes a task. SimPy's own events (something arrives, something is finished) stand first.
ARRIVAL, MONTH_END, HAND_OVER = 1, 2, 3


class WorkingDays(simpy.Environment):
    """SimPy's clock, on which something can also be set for a day and a phase of it."""

    def at(self, day: float, phase: int = ARRIVAL) -> simpy.Event:
        """Return an event of that day.

        A timeout will not do: now plus the delay until a day can miss that day by a rounding.
        """
        event = simpy.Event(self)
        event._ok, event._value = True, None
        heappush(self._queue, (day, phase, next(self._eid), event))  # type: ignore[misc]
        return event


class Caseworkers(simpy.PriorityResource):
    """The caseworkers of a municipality (sagsbehandlere), whose number changes by the month."""

    def employ(self, number: int) -> None:
        """Set their number; whoever must leave finishes a begun task first."""
        self._capacity = number

    def take_tasks(self) -> None:
        """Let everyone who is free take a waiting task."""
        for _ in range(int(self._capacity) - self.count):
            self._trigger_put(None)


class SimPyCasework:
    """A municipality's casework in SimPy, where each task is a process.

    Attributes
    ----------
    busy_days
        Caseworker days worked in the last month run.
    """

    def __init__(self) -> None:
        self.busy_days = 0.0
        self._clock: WorkingDays | None = None
        self._waiting: dict[int, Task] = {}
        self._served: dict[int, Task] = {}
        self._handed_in = 0
        self._done: list[tuple[int, CompletedTask]] = []
        self._changes: list[tuple[float, int]] = []

    @property
    def waiting(self) -> int:
        """Number of tasks that wait for a caseworker."""
        return len(self._waiting)

    @property
    def in_service(self) -> int:
        """Number of tasks begun and not finished."""
        return len(self._served)

    def count_waiting(self, kind: int) -> int:
        """Return how many tasks of a kind wait for a caseworker."""
        return sum(task.kind == kind for task in self._waiting.values())

    def run_month(
        self, first_day: float, end_day: float, servers: int, tasks: Sequence[Task]
    ) -> list[CompletedTask]:
        """Let the caseworkers work for one month.

        Parameters
        ----------
        first_day, end_day
            Working days; the month begins where the last one ended.
        servers
            Caseworkers this month, 0 or more.
        tasks
            What is handed in; each arrives before `end_day` and has at least
            `trappen.model.kernels.queue.LEAST_WORK`.

        Returns
        -------
        :
            Tasks finished up to and with `end_day`, in order of (finish, who).

        Raises
        ------
        ValueError
            If the month or a task cannot be; nothing has changed then.
        """
        _refuse(self._clock.now if self._clock else None, first_day, end_day, servers, tasks)
        if self._clock is None:
            self._clock = WorkingDays(first_day)
            self._staff = Caseworkers(self._clock)
        self._done, self._changes, before = [], [], self.in_service

        self._staff.employ(servers)
        handed_in = list(enumerate(tasks, start=self._handed_in))
        self._handed_in += len(handed_in)
        # Those who arrive at one instant ask for a caseworker in the order in which they get one.
        for number, task in sorted(
            handed_in, key=lambda pair: (max(pair[1].arrival, first_day), *_turn(pair))
        ):
            self._waiting[number] = task
            self._clock.process(self._handle(self._clock, number, task, first_day))
        self._clock.process(self._begin_month(self._clock, first_day))
        self._clock.run(until=self._clock.at(end_day, MONTH_END))

        self.busy_days = _busy_days(before, self._changes, first_day, end_day)
        self._done.sort(key=lambda pair: (pair[1].finish, pair[1].who, pair[0]))
        return [record for _, record in self._done]

    def _begin_month(self, clock: WorkingDays, first_day: float) -> Generator[simpy.Event]:
        """Let newly employed caseworkers take tasks once all of the first instant have arrived."""
        yield clock.at(first_day, HAND_OVER)
        self._staff.take_tasks()

    def _handle(
        self, clock: WorkingDays, number: int, task: Task, first_day: float
    ) -> Generator[simpy.Event]:
        """Follow one task from its arrival to its end."""
        yield clock.at(max(task.arrival, first_day))
        # SimPy compares priorities with `<` only, so the whole order of the queue can be one.
        with self._staff.request(priority=(task.priority, task.arrival, task.who)) as turn:  # type: ignore[arg-type]
            yield turn
            start = clock.now
            self._served[number] = self._waiting.pop(number)
            self._changes.append((start, +1))

            yield clock.timeout(task.work)
            del self._served[number]
            self._changes.append((clock.now, -1))
            record = CompletedTask(task.row, task.kind, task.who, task.arrival, start, clock.now)
            self._done.append((number, record))
            yield clock.at(clock.now, HAND_OVER)

    def run_columns(
        self,
        first_day: float,
        end_day: float,
        servers: int,
        tasks: compiled.Tasks,
        n_new: int,
        done: compiled.Done,
    ) -> int:
        """Do what the compiled `run_month` does, on the same columns, with the same returns."""
        if self.waiting + self.in_service + n_new > done.row.size or n_new > tasks.kind.size:
            return compiled.FULL
        rows = zip(*(column[:n_new].tolist() for column in tasks), strict=True)
        try:
            finished = self.run_month(first_day, end_day, servers, [Task(*row) for row in rows])
        except ValueError:
            return compiled.REFUSED
        for i, record in enumerate(finished):
            done.row[i], done.kind[i], done.who[i] = record.row, record.kind, record.who
            done.arrival[i], done.start[i], done.finish[i] = record.arrival, record.start, record.finish
        done.busy[0] = self.busy_days
        return len(finished)


class CompiledCasework:
    """The same casework, compiled, under the interface of `SimPyCasework`; it grows as needed.

    Parameters
    ----------
    capacity
        Tasks it has room for at first.
    """

    def __init__(self, capacity: int = 256) -> None:
        self.busy_days = 0.0
        self._queue = compiled.empty_queue(capacity)

    @property
    def waiting(self) -> int:
        """Number of tasks that wait for a caseworker."""
        return int(self._queue.used[compiled.WAITING])

    @property
    def in_service(self) -> int:
        """Number of tasks begun and not finished."""
        return int(self._queue.used[compiled.SERVING])

    def count_waiting(self, kind: int) -> int:
        """Return how many tasks of a kind wait for a caseworker."""
        return int(compiled.count_waiting(self._queue, int(kind)))

    def run_month(
        self, first_day: float, end_day: float, servers: int, tasks: Sequence[Task]
    ) -> list[CompletedTask]:
        """Let the caseworkers work for one month; see `SimPyCasework.run_month`."""
        last = float(self._queue.day[0])
        _refuse(None if last != last else last, first_day, end_day, servers, tasks)
        room = self.waiting + self.in_service + len(tasks)
        if room > self._queue.kind.size:
            self._queue = compiled.grown(self._queue, 2 * room)
        columns, done = compiled.empty_tasks(len(tasks)), compiled.empty_done(room)
        for i, task in enumerate(tasks):
            columns.kind[i], columns.priority[i], columns.arrival[i] = task.kind, task.priority, task.arrival
            columns.who[i], columns.row[i], columns.work[i] = task.who, task.row, task.work
        finished = compiled.run_month(
            self._queue, float(first_day), float(end_day), int(servers), columns, len(tasks), done
        )
        self.busy_days = float(done.busy[0])
        records = zip(*(column[:finished].tolist() for column in done[:6]), strict=True)
        return [CompletedTask(*record) for record in records]


def _turn(handed_in: tuple[int, Task]) -> tuple[int, float, int, int]:
    """Return what decides who is served first."""
    number, task = handed_in
    return task.priority, task.arrival, task.who, number


def _refuse(
    last_day: float | None, first_day: float, end_day: float, servers: int, tasks: Sequence[Task]
) -> None:
    """Raise ValueError if the month does not follow the last one or a task cannot be."""
    if last_day is not None and first_day != last_day:
        raise ValueError(f"the month begins on day {first_day}; the last one ended on day {last_day}")
    if not first_day < end_day or servers < 0:
        raise ValueError(f"no month of {servers} caseworkers from day {first_day} to day {end_day}")
    for task in tasks:
        if not 0 <= task.priority < compiled.PRIORITIES:
            raise ValueError(f"{task} has a priority outside 0 to {compiled.PRIORITIES - 1}")
        if not -inf < task.arrival < end_day or not compiled.LEAST_WORK <= task.work < inf:
            raise ValueError(
                f"{task} must arrive before day {end_day} and need {compiled.LEAST_WORK} days of work or more"
            )


def _busy_days(busy: int, changes: list[tuple[float, int]], first_day: float, end_day: float) -> float:
    """Return the caseworker days between two days, given who was busy and each later change."""
    days, since = 0.0, first_day
    for day, at_once in groupby(changes, key=lambda change: change[0]):
        change = sum(step for _, step in at_once)
        if change:
            days += busy * (day - since)
            busy, since = busy + change, day
    return days + busy * (end_day - since)
