"""Casework in SimPy that goes on where the compiled queue stands, as after a compiled warm-up."""

from collections.abc import Iterator

from trappen.agents.casework_task import Task
from trappen.model.casework import MONTH_END, Desk, Piece, SimPyCasework, WorkingDays
from trappen.model.kernels import desks as compiled


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
        self._handed_in = int(queue.used[compiled.HANDED_IN])
        for desk in queue.desks[: queue.used[compiled.POSTS]]:
            self._desks.append(Desk(since=float(desk["since"]), free_since=float(desk["free_since"])))
        for place, slot in enumerate(queue.serving[: queue.used[compiled.SERVING]].tolist()):
            piece, post = _piece(queue, slot), int(queue.slots["worker"][slot])
            self._desks[post].piece, self._desks[post].until = piece, float(queue.until[place])
            self._clock.process(self._sit(self._clock, post, piece))
        for owner, slot in _waiting(queue):
            piece = _piece(queue, slot)
            self._lists.setdefault(owner, []).append((piece.turn, piece))
        self._clock.run(until=self._clock.at(day, MONTH_END))


def _waiting(queue: compiled.Queue) -> Iterator[tuple[int, int]]:
    """Yield the owner and the slot of every waiting task, in order."""
    anyone = queue.desks.size
    for line, slot in enumerate(queue.first.tolist()):
        owner = line // compiled.PRIORITIES
        while slot != compiled.NOBODY:
            yield compiled.NOBODY if owner == anyone else owner, slot
            slot = int(queue.slots["after"][slot])


def _piece(queue: compiled.Queue, slot: int) -> Piece:
    told = dict(zip(queue.slots.dtype.names or (), queue.slots[slot].item(), strict=True))
    names = ("kind", "priority", "arrival", "who", "row", "owner", "rank")
    # What its work was at first is not known and not asked for.
    task = Task(work=told["left"], **{name: told[name] for name in names})
    begun = None if told["start"] != told["start"] else told["start"]
    return Piece(told["number"], task, told["left"], task.owner, begun)
