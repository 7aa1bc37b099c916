"""Casework by the day: notifications, assessments, follow-ups and visits wait for caseworkers.

The rule book stands in `trappen.model.kernels.queue`. Here it is written a second time, in SimPy and
to be read; this version is the judge of the compiled one, and tests hold that both give the same
bits. Either can run the municipality month by month.
"""

from bisect import insort
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappush
from math import inf
from typing import NamedTuple

import numpy as np
import simpy

from trappen.agents.casework_task import CompletedTask, Task
from trappen.model.kernels import desks as compiled

# The phases of one instant, so that all who arrive, come, go and end a sitting are known before
# anyone begins a task. SimPy's own events (something arrives, a sitting ends) stand first.
ARRIVAL, MONTH_END, HAND_OVER = 1, 2, 3

Staff = int | Sequence[int]
"""Days away by post (see `trappen.model.kernels.queue.run_month`); a number stands for so many who stay."""


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


class Turn(NamedTuple):
    """What decides which of two waiting tasks comes first."""

    priority: int
    rank: float
    who: int
    number: int


@dataclass(slots=True)
class Piece:
    """A task on its way: what is left of it, whose it is, and when it was begun."""

    number: int
    task: Task
    left: float
    owner: int
    start: float | None = None

    @property
    def turn(self) -> Turn:
        """Its place among those that wait."""
        task = self.task
        rank = task.arrival if task.rank is None else task.rank
        return Turn(task.priority, rank, task.who, self.number)


@dataclass(slots=True)
class Desk:
    """A caseworker's desk: whether somebody sits at it, at what, and what waits there."""

    there: bool = False
    piece: Piece | None = None
    since: float = 0.0
    until: float = inf
    free_since: float = -inf

    @property
    def is_free(self) -> bool:
        """Whether its holder is at work and has nothing in hand."""
        return self.there and self.piece is None


class SimPyCasework:
    """A municipality's casework in SimPy: every task arrives, and every sitting is, a process.

    Attributes
    ----------
    busy
        Days worked in the last month run, by post.
    undone
        Days of work that waited or were begun when it ended, by post; `undone_by_anyone` belongs to none.
    """

    def __init__(self) -> None:
        self.busy: list[float] = []
        self.undone: list[float] = []
        self.undone_by_anyone = 0.0
        self._clock: WorkingDays | None = None
        self._desks: list[Desk] = []
        self._lists: dict[int, list[tuple[Turn, Piece]]] = {}
        self._away: Sequence[int] = ()
        self._sitting = inf
        self._first_day = 0.0
        self._handed_in = 0
        self._called: float | None = None
        self._done: list[tuple[int, CompletedTask]] = []

    @property
    def waiting(self) -> int:
        """Number of tasks that wait for a caseworker."""
        return sum(map(len, self._lists.values()))

    @property
    def in_service(self) -> int:
        """Number of tasks somebody is at."""
        return sum(desk.piece is not None for desk in self._desks)

    @property
    def busy_days(self) -> float:
        """Caseworker days worked in the last month run."""
        return sum(self.busy)

    def count_waiting(self, kind: int) -> int:
        """Return how many tasks of a kind wait for a caseworker."""
        return sum(piece.task.kind == kind for line in self._lists.values() for _, piece in line)

    def run_month(
        self, first_day: float, end_day: float, staff: Staff, tasks: Sequence[Task], sitting: float = inf
    ) -> list[CompletedTask]:
        """Let the caseworkers work for one month.

        Parameters
        ----------
        first_day, end_day
            Working days; the month begins where the last one ended.
        staff
            By post the days its holder is away, bit 0 for the first, or `VACANT`; or a number of
            caseworkers who are there all month.
        tasks
            What is handed in; each arrives before `end_day` and has at least
            `trappen.model.kernels.desks.LEAST_WORK`.
        sitting
            Longest sitting, days.

        Returns
        -------
        :
            Tasks finished up to and with `end_day`, in order of (finish, who).

        Raises
        ------
        ValueError
            If the month or a task cannot be; nothing has changed then.
        """
        away = days_away(staff)
        refuse(self._clock.now if self._clock else None, first_day, end_day, sitting, tasks)
        if self._clock is None:
            self._clock = WorkingDays(first_day)
        clock = self._clock
        self._done, self._away, self._sitting, self._first_day = [], away, sitting, first_day
        self._called = None
        self._desks += [Desk() for _ in range(len(away) - len(self._desks))]
        self.busy = [0.0] * len(self._desks)
        self._lay_out()
        for task in tasks:
            clock.process(self._arrive(clock, Piece(self._handed_in, task, task.work, task.owner)))
            self._handed_in += 1
        clock.process(self._come_and_go(clock, first_day, end_day))
        clock.run(until=clock.at(end_day, MONTH_END))

        self._count(end_day)
        self._done.sort(key=lambda pair: (pair[1].finish, pair[1].who, pair[0]))
        return [record for _, record in self._done]

    def _arrive(self, clock: WorkingDays, piece: Piece) -> Generator[simpy.Event]:
        """Let a task arise, but not before the month with which it is handed in."""
        yield clock.at(max(piece.task.arrival, self._first_day))
        self._wait(piece)
        self._call(clock)

    def _come_and_go(self, clock: WorkingDays, first_day: float, end_day: float) -> Generator[simpy.Event]:
        """Let people come and go on every whole day of the month."""
        day = 0
        while first_day + day < end_day:
            yield clock.at(first_day + day)
            for post, desk in enumerate(self._desks):
                desk.there = post < len(self._away) and _is_there(self._away[post], day)
            self._call(clock)
            day += 1

    def _sit(self, clock: WorkingDays, post: int, piece: Piece) -> Generator[simpy.Event]:
        """Follow one sitting to its end; what is left of the task waits again."""
        desk = self._desks[post]
        yield clock.at(desk.until)
        self.busy[post] += clock.now - max(desk.since, self._first_day)
        desk.piece, desk.free_since = None, clock.now
        if piece.left > 0.0:
            self._wait(piece)
        else:
            task, start = piece.task, clock.now if piece.start is None else piece.start
            record = CompletedTask(
                task.row, task.kind, task.priority, task.who, task.arrival, start, clock.now, post
            )
            self._done.append((piece.number, record))
        self._call(clock)

    def _wait(self, piece: Piece) -> None:
        """Put a task into its owner's list, or into the one that is anyone's."""
        owner = piece.owner
        shared = piece.task.priority <= compiled.SHARED_TO
        if shared or not 0 <= owner < len(self._away) or self._away[owner] == compiled.VACANT:
            owner = compiled.NOBODY
        insort(self._lists.setdefault(owner, []), (piece.turn, piece))

    def _lay_out(self) -> None:
        """Make what waits for a post that nobody holds anyone's, and what is held again its owner's."""
        for waiting in [self._lists.pop(owner) for owner in list(self._lists)]:
            for _, piece in waiting:
                self._wait(piece)

    def _call(self, clock: WorkingDays) -> None:
        """Have tasks begun at the end of this instant."""
        if self._called != clock.now:
            self._called = clock.now
            clock.process(self._begin(clock))

    def _begin(self, clock: WorkingDays) -> Generator[simpy.Event]:
        """Let everyone begin who is there, free and has something to do."""
        yield clock.at(clock.now, HAND_OVER)
        self._called = None
        while (found := self._first_to_begin()) is not None:
            post, waiting = found
            _, piece = waiting.pop(0)
            piece.owner = post
            piece.start = clock.now if piece.start is None else piece.start
            is_last = piece.left - self._sitting < compiled.LEAST_WORK
            length = piece.left if is_last else self._sitting
            piece.left = 0.0 if is_last else piece.left - length
            desk = self._desks[post]
            desk.piece, desk.since, desk.until = piece, clock.now, clock.now + length
            clock.process(self._sit(clock, post, piece))

    def _first_to_begin(self) -> tuple[int, list[tuple[Turn, Piece]]] | None:
        """Return who begins next, and the list of which they take the first; None if nobody can."""
        free = [post for post, desk in enumerate(self._desks) if desk.is_free]
        if not free:
            return None
        own = [(post, self._lists[post]) for post in free if self._lists.get(post)]
        choices = [(waiting[0][0], post, waiting) for post, waiting in own]
        shared = self._lists.get(compiled.NOBODY)
        if shared:
            turn, piece = shared[0]
            longest = min(free, key=lambda post: (self._desks[post].free_since, post))
            choices.append((turn, piece.owner if piece.owner in free else longest, shared))
        if not choices:
            return None
        _, post, waiting = min(choices, key=lambda choice: choice[0])
        return post, waiting

    def _count(self, end_day: float) -> None:
        """Count what was worked and what is left as the month ends."""
        self.undone = [0.0] * len(self._desks)
        for post, desk in enumerate(self._desks):
            if desk.piece is not None:
                self.busy[post] += end_day - max(desk.since, self._first_day)
                self.undone[post] = desk.until - end_day + desk.piece.left
        self.undone_by_anyone = 0.0
        for owner, waiting in self._lists.items():
            for _, piece in waiting:
                if owner == compiled.NOBODY:
                    self.undone_by_anyone += piece.left
                else:
                    self.undone[owner] += piece.left

    def run_columns(
        self,
        first_day: float,
        end_day: float,
        posts: int,
        away: np.ndarray,
        sitting: float,
        tasks: compiled.Tasks,
        n_new: int,
        done: compiled.Done,
    ) -> int:
        """Do what the compiled `run_month` does, on the same columns, with the same returns."""
        if self.waiting + self.in_service + n_new > done.row.size or n_new > tasks.kind.size:
            return compiled.FULL
        if posts > min(away.size, done.busy.size - 1):
            return compiled.FULL
        rows = zip(*(column[:n_new].tolist() for column in tasks), strict=True)
        staff = away[:posts].tolist() if posts >= 0 else posts
        try:
            finished = self.run_month(first_day, end_day, staff, [Task(*row) for row in rows], sitting)
        except ValueError:
            return compiled.REFUSED
        for i, record in enumerate(finished):
            done.row[i], done.kind[i], done.priority[i] = record.row, record.kind, record.priority
            done.who[i], done.worker[i], done.arrival[i] = record.who, record.worker, record.arrival
            done.start[i], done.finish[i] = record.start, record.finish
        done.busy[:] = done.undone[:] = 0.0
        done.busy[: len(self.busy)], done.undone[: len(self.undone)] = self.busy, self.undone
        done.undone[-1] = self.undone_by_anyone
        return len(finished)


def days_away(staff: Staff) -> list[int]:
    """Return the days away by post."""
    if not isinstance(staff, int):
        return list(staff)
    if staff < 0:
        raise ValueError(f"there are no {staff} caseworkers")
    return [0] * staff


def _is_there(away: int, day: int) -> bool:
    """Return whether the holder of a post is at work on a day counted from the month's first."""
    return away != compiled.VACANT and (day > compiled.DAYS_TOLD or not away >> day & 1)


def refuse(
    last_day: float | None, first_day: float, end_day: float, sitting: float, tasks: Iterable[Task]
) -> None:
    """Raise ValueError if the month does not follow the last one or a task cannot be."""
    if last_day is not None and first_day != last_day:
        raise ValueError(f"the month begins on day {first_day}; the last one ended on day {last_day}")
    if not first_day < end_day or not sitting >= compiled.LEAST_WORK:
        raise ValueError(f"no month from day {first_day} to day {end_day} in sittings of {sitting} days")
    for task in tasks:
        if not 0 <= task.priority < compiled.PRIORITIES or task.rank != task.rank:
            raise ValueError(f"{task} has no rank or a priority outside 0 to {compiled.PRIORITIES - 1}")
        if not -inf < task.arrival < end_day or not compiled.LEAST_WORK <= task.work < inf:
            raise ValueError(
                f"{task} must arrive before day {end_day} and need {compiled.LEAST_WORK} days of work or more"
            )
