"""Casework in SimPy that goes on where the compiled queue stands, as after a compiled warm-up."""

from collections.abc import Generator, Iterator

import simpy

from trappen.agents.casework_task import CompletedTask, Task
from trappen.model.casework import HAND_OVER, MONTH_END, Caseworkers, SimPyCasework, WorkingDays
from trappen.model.kernels import queue as compiled


class ContinuedCasework(SimPyCasework):
    """SimPy casework that begins with the tasks of a compiled queue, waiting and in service.

    Parameters
    ----------
    queue
        Read and left as it is; from here on the two go their own ways.
    """

    def __init__(self, queue: compiled.Queue) -> None:
        super().__init__()
        day = float(queue.day[0])
        if day != day:  # no month has been run
            return
        self._clock = WorkingDays(day)
        self._staff = Caseworkers(self._clock)
        self._handed_in = int(queue.used[compiled.HANDED_IN])
        serving = [int(slot) for slot in queue.serving[: queue.used[compiled.SERVING]]]
        # With so many caseworkers, each task in service finds one, and no other does.
        self._staff.employ(len(serving))
        for place, slot in enumerate(serving):
            number, task, finish = int(queue.number[slot]), _task(queue, slot), float(queue.until[place])
            self._served[number] = task
            self._clock.process(self._finish(self._clock, number, task, float(queue.start[slot]), finish))
        for slot in sorted(_waiting(queue), key=lambda slot: queue.number[slot]):
            number, task = int(queue.number[slot]), _task(queue, slot)
            self._waiting[number] = task
            self._clock.process(self._handle(self._clock, number, task, day))
        self._clock.run(until=self._clock.at(day, MONTH_END))

    def _finish(
        self, clock: WorkingDays, number: int, task: Task, start: float, finish: float
    ) -> Generator[simpy.Event]:
        """Follow a task in service to its end."""
        with self._staff.request(priority=(task.priority, task.arrival, task.who)) as turn:  # type: ignore[arg-type]
            yield turn
            yield clock.at(finish)
            del self._served[number]
            self._changes.append((clock.now, -1))
            record = CompletedTask(task.row, task.kind, task.who, task.arrival, start, clock.now)
            self._done.append((number, record))
            yield clock.at(clock.now, HAND_OVER)


def _waiting(queue: compiled.Queue) -> Iterator[int]:
    """Yield the slot of every waiting task."""
    for priority in range(compiled.PRIORITIES):
        slot = int(queue.first[priority])
        while slot != compiled.NOBODY:
            yield slot
            slot = int(queue.after[slot])


def _task(queue: compiled.Queue, slot: int) -> Task:
    return Task(
        kind=int(queue.kind[slot]),
        priority=int(queue.priority[slot]),
        arrival=float(queue.arrival[slot]),
        who=int(queue.who[slot]),
        row=int(queue.row[slot]),
        work=float(queue.work[slot]),
    )
