"""A driver works through what is missing of a study, until all is done or a sentence says why not."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from trappen.agents.problem import Problem
from trappen.scenarios.studies.compute import OtherProgram, Stopped, do_task
from trappen.scenarios.studies.engines import Engine, Work, open_engine
from trappen.scenarios.studies.folder import Planned, write_planned
from trappen.scenarios.studies.index import Count, Driver, Index
from trappen.scenarios.studies.plan import work_of
from trappen.scenarios.studies.store import DiskFull, file_of, kept, sha256, write_atomically
from trappen.scenarios.studies.study import Study
from trappen.scenarios.studies.tasks import Cut, Task

PATIENCE = 0.5
"""Seconds between two looks at what other drivers are doing."""

TOLD_EVERY = 0.2
"""Seconds between two times the index and the reader are told, so that small tasks are not held up by it."""

COUNTING_SHARE = 0.02
"""Share of the time that counting may take: the more tasks there are, the more seldom it is done."""

WRITERS = 8
"""Results written at once: a writer mostly waits for the disk, and the disk takes several in one go."""

LAID_BY = 4 * WRITERS
"""Results that may wait to be written before no new task is given out."""

DIED = "the driver ended while the task was under way"

Told = Callable[["Progress"], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a study is.

    Attributes
    ----------
    counts
        Tasks waiting, running, done and set aside.
    seconds_left
        By the tasks done so far, or None before the first.
    """

    counts: dict[str, Count]
    seconds_left: float | None


@dataclass
class _Hand:
    """A task that a worker has in hand."""

    task: Task
    attempts: int
    begun: float


Kept = tuple[str, int, str, float]
"""A result on disk: name of its task, bytes, checksum, seconds the task took."""


@dataclass
class _Drive:
    """One driver at work."""

    cut: Cut
    identity: str
    folder: Path
    index: Index
    driver: Driver
    engine: Engine
    told: Told | None
    writers: ThreadPoolExecutor
    hands: dict[Future[bytes], _Hand] = field(default_factory=dict)
    writing: set[Future[Kept]] = field(default_factory=set)
    finished: list[Kept] = field(default_factory=list)
    last: float = 0.0
    next_count: float = 0.0

    def run(self) -> None:
        self.index.bury(DIED)
        while True:
            self._claim()
            if not self.hands and not self.writing:
                self._hand_in()
                counts = self._count()
                if not counts["waiting"].tasks and not counts["running"].tasks:
                    return
                if not self.index.bury(DIED) and not counts["waiting"].tasks:
                    _rest(PATIENCE)  # others are at work
                continue
            under_way: list[Future[Any]] = [*self.hands, *self.writing]
            wait(under_way, timeout=PATIENCE, return_when=FIRST_COMPLETED)
            for future in [future for future in self.hands if future.done()]:
                self._take(future)
            self._written()
            now = monotonic()
            if now - self.last > TOLD_EVERY:
                self._hand_in()
                if now >= self.next_count:
                    self._count()

    def _claim(self) -> None:
        """Give the engine work. A task that has failed before is given alone, so that it falls alone."""
        room = self.engine.room() - len(self.hands)
        behind = len(self.writing) > LAID_BY  # a slow disk: what waits to be written waits in memory
        if room <= 0 or behind or any(hand.attempts > 1 for hand in self.hands.values()):
            return
        claimed = self.index.claim(self.identity, self.driver.name, room)
        if any(attempts > 1 for _, attempts in claimed):
            alone = [found for found in claimed if found[1] > 1]
            fresh = [found for found in claimed if found[1] == 1]
            # Those that never failed come first; of the others one, when nothing else is under way.
            for task, _ in alone if fresh or self.hands else alone[1:]:
                self.index.put_back(task.name)
            claimed = fresh or ([] if self.hands else alone[:1])
        for task, attempts in claimed:
            self.hands[self._submit(task)] = _Hand(task, attempts, monotonic())

    def _submit(self, task: Task) -> Future[bytes]:
        try:
            return self.engine.submit(self.cut.body(task))
        except Exception as error:  # a pool may be found broken only now
            failed: Future[bytes] = Future()
            failed.set_exception(error)
            return failed

    def _take(self, future: Future[bytes]) -> None:
        """Keep what a worker gave, or see to what went wrong."""
        hand = self.hands.pop(future, None)
        if hand is None:  # it fell with another one
            return
        try:
            content = future.result()
        except (Problem, Stopped):
            raise
        except OtherProgram as other:
            raise Problem("study.other_worker", field="--engine", workers=1, given=str(other)[:80]) from None
        except (Exception, CancelledError) as error:
            self._failed(hand, error)
            return
        seconds = monotonic() - hand.begun
        self.writing.add(self.writers.submit(_keep, self.folder, hand.task.name, content, seconds))

    def _written(self) -> None:
        """Note the results that are on disk by now."""
        for future in [future for future in self.writing if future.done()]:
            self.writing.remove(future)
            self.finished.append(future.result())

    def leave(self) -> None:
        """Note what is on disk when the writers have ended, whatever became of the rest."""
        for future in self.writing:
            if future.done() and not future.cancelled() and future.exception() is None:
                self.finished.append(future.result())
        with suppress(DiskFull):
            self.index.done(self.finished)

    def _failed(self, hand: _Hand, error: BaseException) -> None:
        lost = self.engine.lost(error)
        if lost == "cluster":
            raise Problem("study.cluster_lost", file=self.folder)
        said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        self.index.failed(hand.task.name, said, for_good=lost == "task")
        if lost == "worker":
            for future in list(self.hands):
                if future.done() and future.exception() is None:
                    self._take(future)
                else:
                    self.index.failed(self.hands.pop(future).task.name, said)
            self.engine.restart()

    def _hand_in(self) -> None:
        """Tell the index what is done."""
        if self.finished:
            self.index.done(self.finished)
            self.finished = []
        self.last = monotonic()

    def _count(self) -> dict[str, Count]:
        """Count how far the study is, and tell the reader."""
        begun = monotonic()
        counts = self.index.counts()
        if self.told is not None:
            self.told(Progress(counts, seconds_left(self.index, counts, max(1, len(self.hands)))))
        ended = monotonic()
        self.next_count = ended + (ended - begun) / COUNTING_SHARE
        return counts


def _keep(folder: Path, name: str, content: bytes, seconds: float) -> Kept:
    write_atomically(file_of(folder, name), content)
    return name, len(content), sha256(content), seconds


def _rest(seconds: float) -> None:
    from threading import Event

    Event().wait(seconds)


def seconds_left(index: Index, counts: dict[str, Count], at_once: int) -> float | None:
    """Return the seconds left by the pace of the tasks done so far, with so many at once."""
    seconds, work = index.timed()
    if not work:
        return None
    return (counts["waiting"].work + counts["running"].work) * seconds / work / at_once


@contextmanager
def _giving_back(index: Index, driver: Driver) -> Iterator[None]:
    try:
        yield
    finally:
        with suppress(Problem, sqlite3.Error):
            index.give_back(driver.name)


def prepare(study: Study, folder: Path) -> tuple[Planned, Index]:
    """Plan a study in its folder: write it out, cut it, and see what is there already.

    Raises
    ------
    Problem
        If the folder cannot be written, or holds results of another program.
    """
    planned = write_planned(folder, study)
    index = Index(folder, create=True)
    try:
        tasks = ((task, work_of(study, task)) for task in planned.cut)
        index.plan(planned.identity, tasks, kept(folder))
    except BaseException:
        index.close()
        raise
    return planned, index


def drive(
    study: Study,
    folder: Path,
    *,
    engine: str = "local",
    workers: int | None = None,
    retry: bool = False,
    told: Told | None = None,
    work: Work = do_task,
) -> dict[str, Count]:
    """Run what is missing of a study; it can be stopped at any moment and started again.

    Parameters
    ----------
    engine, workers
        As `open_engine`; no number depends on them.
    retry
        Try tasks anew that were set aside before.
    told
        Told how far it is, now and then.
    work
        Does a task and returns its file.

    Returns
    -------
    :
        Tasks done, and none waiting or running.

    Raises
    ------
    Problem
        If tasks were set aside after three attempts, the disk is full, a worker runs another program, the
        cluster is gone: what is done is kept, and the same call goes on from there.
    """
    planned, index = prepare(study, folder)
    try:
        if retry:
            index.retry()
        driver = Driver(folder)
        try:
            opened = open_engine(engine, workers, work)
            writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="trappen-writer")
            at_work = _Drive(planned.cut, planned.identity, folder, index, driver, opened, told, writers)
            with _giving_back(index, driver):
                try:
                    at_work.run()
                finally:
                    opened.close()
                    writers.shutdown()
                    at_work.leave()
        finally:
            driver.close()
        counts = index.counts()
        if aside := index.aside():
            task, said = aside[0]
            raise Problem(
                "study.aside",
                file=folder,
                aside=len(aside),
                of=sum(count.tasks for count in counts.values()),
                task=described(study, task),
                said=said,
            )
        return counts
    finally:
        index.close()


def described(study: Study, task: Task) -> str:
    """Return what a task is, for a reader: municipality, policies and replicates."""
    labels = [entry.label for entry in study.policies[slice(*task.policies)]]
    numbers = study.replicate_numbers[slice(*task.replicates)]
    policies = labels[0] if len(labels) == 1 else f"{labels[0]} ... {labels[-1]}"
    return f"{study.places[task.place].name}, {policies}, {numbers[0]}-{numbers[-1]}"
