"""Comparisons that sharpen while somebody looks at them, shared by all who look at the same.

A comparison is worked on replicate by replicate. Whoever has no answer yet is served first, one after the
other: taken in turns, all would get theirs as late as the last. Then whoever has the fewest replicates done.
As many threads as the machine has cores do nothing but first answers; as many others do the rest, and wait
before a run and after each of its years while first answers take all cores.

The first answer of a municipality of some size is a sketch: a town a whole number of times smaller, counted
so many times. Each of its replicates has a parameter set of its own, and more luck in it than the
municipality has, which its intervals show. A sharper sketch of a larger town follows, or, while a crowd waits
for first answers, of the same town; then the municipality itself, once it tells more. What nobody watches any
more is dropped. Replicates are the command line's own, in its order: when all of them are done, so is the
same comparison, bit for bit.

The rest gives way to pages, too: its threads yield the processor to whatever else wants it, a browser on the
same machine included.
"""

import itertools
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from trappen.model.kernels.world import Desk, World
from trappen.model.parameter_set import Rules
from trappen.scenarios.runner import WARM_UP_YEARS, ready, run_through, start
from trappen.scenarios.scenario import Scenario, check_comparable
from trappen.scenarios.watched.answers import Answer
from trappen.scenarios.watched.folded import fold, size, unfold
from trappen.scenarios.watched.jobs import (
    FIRST_SHOWN,
    SHARPER_CHILDREN,
    TABLES,
    Job,
    Tables,
    assemble,
    better_sketch,
    digest,
    has_left,
    is_due,
    is_hurried,
    keys_of,
    new_job,
    rank,
    ready_of,
    sketched,
)
from trappen.scenarios.watched.kept import Kept, memory
from trappen.scenarios.watched.polite import yield_the_processor

HUSHED, DRAWN = 0.6, 0.3
"""Seconds for which all else is held back when somebody alone asks, and when the first answer is there."""

LOOKS_AGAIN = 1.0
"""Seconds after which whoever waits looks again: the quiet may end between two looks at the clock."""

KEPT_TABLES = 150_000_000
"""Bytes of yearly tables that are kept."""

KEPT_STARTS = 300_000_000
KEPT_SKETCHED_STARTS = 200_000_000
"""Bytes of municipalities at the start of their horizon, and of the towns of sketches, that are kept."""

SHARE_OF_MEMORY, MOST_STARTS = 0.1, 2_000_000_000
"""Where there is more memory they take this share of it, up to so many bytes: a warm-up is half of a run."""

KEPT_ANSWERS = 40

Start = tuple[World, Desk, Rules, int]
"""What `runner.start` returns."""


class Watch:
    """One look at a comparison; `close` it when nobody looks any more, or the work would go on."""

    def __init__(self, live: "Live", job: Job) -> None:
        self._live, self._job, self._open = live, job, True

    @property
    def answer(self) -> Answer:
        """What is known now."""
        return self._job.answer

    def changed(self, since: int, seconds: float) -> int:
        """Wait until there is news beyond version `since`, or so long; return the version there is now."""
        with self._live.news:
            self._live.news.wait_for(lambda: self._job.version > since or not self._open, seconds)
            return self._job.version

    def beyond(self, known: Answer | None, seconds: float) -> Answer:
        """Wait until more can be shown than is known, or so long; return what is known then.

        How far the work has come is no more to show, and is told when the time is up.
        """

        def is_more() -> bool:
            if not self._open or known is None:
                return True
            now = self._job.answer
            return now.comparison is not known.comparison or now.finished > known.finished

        with self._live.news:
            self._live.news.wait_for(is_more, seconds)
            return self._job.answer

    @property
    def is_open(self) -> bool:
        """Whether anybody still looks."""
        return self._open

    def close(self) -> None:
        """Look away."""
        with self._live.news:
            if self._open:
                self._open = False
                self._live.leave(self._job)
                self._live.news.notify_all()


class Live:
    """Works on all comparisons that somebody watches.

    Parameters
    ----------
    workers
        Threads; as many as the machine has cores unless given.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or max(1, os.cpu_count() or 1)
        self.news = threading.Condition()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._turns = itertools.count()
        self._threads: list[threading.Thread] = []
        self._hurried = 0
        self._quiet_until, self._hushed = 0.0, False
        self._tables = Kept(KEPT_TABLES)
        share = min(MOST_STARTS, round(SHARE_OF_MEMORY * memory()))
        self._starts = Kept(max(KEPT_STARTS, share))
        self._sketched_starts = Kept(KEPT_SKETCHED_STARTS)

    def watch(self, a: Scenario, b: Scenario, *, structure: bool = True) -> Watch:
        """Begin to work on a comparison, or join those who already watch it.

        Raises
        ------
        Problem
            If the two are not the same municipality, horizon, luck and structure.
        """
        check_comparable(a, b)
        key = digest(a.resolved(), b.resolved(), structure)
        with self.news:
            job = self._jobs.get(key)
            if job is None:
                turn, crowded = next(self._turns), self._is_crowded()
                job = self._jobs[key] = new_job(key, a, b, structure, turn, crowded)
            self._jobs.move_to_end(key)
            job.watchers += 1
            if job.begun >= FIRST_SHOWN:  # who waits for a first answer keeps the place in the queue
                job.turn = next(self._turns)
            self._start_threads()
            self._forget()
            self.news.notify_all()
        return Watch(self, job)

    def leave(self, job: Job) -> None:
        """Note that one watcher less looks at a job; called under the lock."""
        job.watchers -= 1

    def _is_crowded(self) -> bool:
        """Return whether whoever asks now must wait for others' first answers. Called under the lock."""
        return sum(job.begun < FIRST_SHOWN for job in self._wanted()) >= self.workers

    def busy(self) -> int:
        """Return how many comparisons are still being worked on."""
        with self.news:
            return len(self._wanted())

    def _wanted(self) -> list[Job]:
        """Return the comparisons that somebody looks at and that have work left. Called under the lock."""
        return [job for job in self._jobs.values() if job.watchers > 0 and has_left(job)]

    def _forget(self) -> None:
        """Drop the oldest answers that nobody looks at."""
        idle = [key for key, job in self._jobs.items() if not job.watchers]
        for key in idle[: max(0, len(self._jobs) - KEPT_ANSWERS)]:
            del self._jobs[key]

    def _start_threads(self) -> None:
        while len(self._threads) < 2 * self.workers:
            quick = len(self._threads) < self.workers
            name = "trappen-first" if quick else "trappen-live"
            thread = threading.Thread(target=self._work, args=(quick,), daemon=True, name=name)
            self._threads.append(thread)
            thread.start()

    def _next(self, *, quick: bool) -> tuple[Job, tuple[int, int]] | None:
        """Return the next piece of work; see the module for whose it is. Called under the lock."""
        waiting = [job for job in self._wanted() if quick == is_hurried(job)]
        if not waiting or not (quick or self._has_room()):
            return None
        job = min(waiting, key=rank)
        unit = job.units[job.begun]
        job.begun += 1
        self._hurried += quick
        return job, unit

    def hush(self) -> None:
        """Hold back all but the first answer for a moment: the only visitor there is has asked something.

        Whoever runs the dashboard at their own desk has the browser on the same cores, and it draws now.
        """
        with self.news:
            if sum(job.watchers for job in self._jobs.values()) <= 1:
                self._quiet_until, self._hushed = monotonic() + HUSHED, True

    def _quiet(self) -> float:
        """Return for how many seconds still all but first answers is held back. Called under the lock."""
        return max(0.0, self._quiet_until - monotonic())

    def _has_room(self) -> bool:
        """Return whether first answers leave a core to the rest. Called under the lock."""
        hurried = self._hurried >= self.workers or any(map(is_hurried, self._wanted()))
        return not hurried and not self._quiet()

    def _work(self, quick: bool) -> None:
        if not quick:
            yield_the_processor()
        while True:
            with self.news:
                while (found := self._next(quick=quick)) is None:
                    self.news.wait(self._quiet() or LOOKS_AGAIN)
            self._do(*found, None if quick else self._give_way)
            if quick:
                with self.news:
                    self._hurried -= 1
                    self.news.notify_all()

    def _give_way(self) -> None:
        """Wait until first answers leave a core."""
        with self.news:
            while not self._has_room():
                self.news.wait(self._quiet() or LOOKS_AGAIN)

    def _do(self, job: Job, unit: tuple[int, int], between: Callable[[], None] | None) -> None:
        try:
            a, b = job.variants[unit[0]].pair
            replicate = job.variants[unit[0]].replicates[unit[1]]
            pair = (self._run(a, replicate, between), self._run(b, replicate, between))
            self._note(job, unit, pair)
        except Exception as failed:
            with self.news:
                job.answer = Answer(None, len(job.done), job.wanted, 0, True, failed)
                job.version += 1
                job.begun = len(job.units)
                self._jobs.pop(job.key, None)
                self.news.notify_all()

    def _note(self, job: Job, unit: tuple[int, int], pair: tuple[Tables, Tables]) -> None:
        """Lay a piece of work with the rest, and publish a sharper answer when one is due."""
        with self.news:
            job.done[unit] = pair
        with job.pen:  # one at a time, so that a later answer never gives way to an earlier one
            with self.news:
                done, last = dict(job.done), job.answer
            ready = ready_of(job, done, 0)
            counted = sum(at >= 0 for at, _ in done)
            finished = counted == job.wanted
            due = finished or (ready > last.shown and is_due(job, last.shown, ready))
            comparison = assemble(job, done, ready, finished) if due else last.comparison
            shown = ready if due else last.shown
            if not shown and (better := better_sketch(job, done)):
                job.sketch_shown = better
                comparison = sketched(job, done, *better)
            with self.news:
                if job.answer.failed is not None:  # what else was under way then takes nothing back
                    return
                if self._hushed and comparison is not last.comparison:
                    self._quiet_until, self._hushed = monotonic() + DRAWN, False
                job.answer = Answer(comparison, counted, job.wanted, shown, finished)
                job.version += 1
                self.news.notify_all()

    def _run(self, scenario: Scenario, replicate: int, between: Callable[[], None] | None) -> Tables:
        """Return the yearly tables of one replicate; the same numbers as `runner.run_replicate`."""
        world_key, own_key = keys_of(scenario)
        kept: Tables | None = self._tables.get((world_key, own_key, replicate))
        if kept is not None:
            return kept
        if scenario.casework == "simpy":
            from trappen.scenarios.runner import run_replicate

            (ended,) = run_replicate([scenario], replicate)
        else:
            world, desk, rules, number = self._start(scenario, world_key, replicate, between)
            ended, desk, force = ready(scenario, (world, desk, rules, number), copied=False)
            run_through(ended, desk, rules, force, scenario, 0, between)
        tables = {name: getattr(ended, name)[WARM_UP_YEARS:].copy() for name in TABLES}
        self._tables.put(
            (world_key, own_key, replicate), tables, sum(table.nbytes for table in tables.values())
        )
        return tables

    def _start(
        self, scenario: Scenario, world_key: str, replicate: int, between: Callable[[], None] | None
    ) -> Start:
        """Return one's own municipality at the start of its horizon, warmed up unless one was kept."""
        small = scenario.children < 2 * SHARPER_CHILDREN
        starts = self._sketched_starts if small else self._starts
        kept: Start | None = starts.get((world_key, replicate))
        if kept is None:
            begun = start(scenario, replicate, between)
            kept = (fold(begun[0]), fold(begun[1]), *begun[2:])
            starts.put((world_key, replicate), kept, size(kept[0]) + size(kept[1]))
            return begun
        return (unfold(kept[0]), unfold(kept[1]), *kept[2:])
