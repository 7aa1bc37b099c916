"""Comparisons that sharpen while somebody looks at them, shared by all who look at the same.

A comparison is worked on replicate by replicate, on as many threads as the machine has cores. Whoever
has no answer yet is served first, one after the other: taken in turns, all would get theirs as late as the
last. Then whoever has the fewest replicates done. A run gives way to a first answer after each of its years.

The first answer of a municipality of any size is a sketch: a town a whole number of times smaller, counted
so many times. It has as few replicates, and each of them more luck in it, which its intervals show; it gives
way to the municipality itself. Where a crowd waits for first answers the town is smaller still, so that each
gets one before asking something else. What nobody watches any more is dropped. Replicates are the command
line's own, in its order: when all of them are done, so is the same comparison, bit for bit.
"""

import hashlib
import itertools
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import numpy as np

from trappen.scenarios.compare import STRUCTURE_REPLICATES, Comparison
from trappen.scenarios.intervals import FEW
from trappen.scenarios.parameter_sets import ALTERNATIVES, DEFAULT
from trappen.scenarios.runner import LUCK_PER_SET, WARM_UP_YEARS, Run, ready, run_through, set_of, start
from trappen.scenarios.scenario import Scenario, Structure, check_comparable
from trappen.scenarios.watched.answers import Answer, Preliminary, Remembered, Sketch
from trappen.scenarios.watched.kept import Kept

FIRST_SHOWN = 4
"""Replicates of the first answer: two parameter sets, the fewest that say anything of both uncertainties."""

SKETCH_CHILDREN = 4_500
"""About so many children live in the town of a sketch."""

CROWD_CHILDREN = 1_500
"""And so many where as many as there are threads already wait for a first answer."""

SKETCH = -1
"""Number of the sketch among a comparison's variants."""

SHOWN_AT = (4, 8, 14, 20, 30, 40)
"""Replicates after which a sharper answer is shown; then every 25, and at the end."""

KEPT_TABLES = 150_000_000
KEPT_STARTS = 300_000_000
"""Bytes of yearly tables, and of municipalities at the start of their horizon, that are kept."""

KEPT_ANSWERS = 40

TABLES = tuple(part.name for part in fields(Run) if part.name != "sets")
"""The yearly tables of a run."""

Tables = dict[str, np.ndarray]


class _Variant(NamedTuple):
    """The two scenarios as they are run under one structural choice, and in how many replicates."""

    name: tuple[str, str] | None
    pair: tuple[Scenario, Scenario]
    replicates: int


@dataclass(eq=False)
class _Job:
    key: str
    a: Scenario
    b: Scenario
    variants: dict[int, _Variant]
    turn: int
    fold: int = 1
    watchers: int = 0
    begun: int = 0
    done: dict[tuple[int, int], tuple[Tables, Tables]] = field(default_factory=dict)
    units: list[tuple[int, int]] = field(default_factory=list)
    wanted: int = 0
    answer: Answer = field(default_factory=lambda: Answer(None, 0, 0, 0, False))
    version: int = 0
    pen: threading.Lock = field(default_factory=threading.Lock)


class Watch:
    """One look at a comparison; `close` it when nobody looks any more, or the work would go on."""

    def __init__(self, live: "Live", job: _Job) -> None:
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
        self._jobs: OrderedDict[str, _Job] = OrderedDict()
        self._turns = itertools.count()
        self._threads: list[threading.Thread] = []
        self._tables = Kept(KEPT_TABLES)
        self._starts = Kept(KEPT_STARTS)

    def watch(self, a: Scenario, b: Scenario, *, structure: bool = True) -> Watch:
        """Begin to work on a comparison, or join those who already watch it.

        Raises
        ------
        Problem
            If the two are not the same municipality, horizon, luck and structure.
        """
        check_comparable(a, b)
        key = _digest(a.resolved(), b.resolved(), structure)
        with self.news:
            job = self._jobs.get(key)
            if job is None:
                town = CROWD_CHILDREN if self._is_crowded() else SKETCH_CHILDREN
                job = self._jobs[key] = _new_job(key, a, b, structure, next(self._turns), town)
            self._jobs.move_to_end(key)
            job.watchers += 1
            job.turn = next(self._turns)
            self._start_threads()
            self._forget()
            self.news.notify_all()
        return Watch(self, job)

    def leave(self, job: _Job) -> None:
        """Note that one watcher less looks at a job; called under the lock."""
        job.watchers -= 1

    def _is_crowded(self) -> bool:
        """Return whether whoever asks now must wait for others' first answers. Called under the lock."""
        return sum(job.begun < FIRST_SHOWN for job in self._wanted()) >= self.workers

    def busy(self) -> int:
        """Return how many comparisons are still being worked on."""
        with self.news:
            return len(self._wanted())

    def _wanted(self) -> list[_Job]:
        """Return the comparisons that somebody looks at and that have work left. Called under the lock."""
        return [job for job in self._jobs.values() if job.watchers > 0 and _left(job)]

    def _forget(self) -> None:
        """Drop the oldest answers that nobody looks at."""
        idle = [key for key, job in self._jobs.items() if not job.watchers]
        for key in idle[: max(0, len(self._jobs) - KEPT_ANSWERS)]:
            del self._jobs[key]

    def _start_threads(self) -> None:
        while len(self._threads) < self.workers:
            thread = threading.Thread(target=self._work, daemon=True, name="trappen-live")
            self._threads.append(thread)
            thread.start()

    def _next(self, *, first_only: bool = False) -> tuple[_Job, tuple[int, int]] | None:
        """Return the next piece of work; see the module for whose it is. Called under the lock."""
        waiting = self._wanted()
        if first_only:
            waiting = [job for job in waiting if job.begun < FIRST_SHOWN and _is_small(job)]
        if not waiting:
            return None
        job = min(waiting, key=_rank)
        unit = job.units[job.begun]
        job.begun += 1
        return job, unit

    def _work(self) -> None:
        while True:
            with self.news:
                while (found := self._next()) is None:
                    self.news.wait()
            self._do(*found)

    def _give_way(self) -> None:
        """Do what others need for a first answer before going on."""
        while True:
            with self.news:
                found = self._next(first_only=True)
            if found is None:
                return
            self._do(*found)

    def _do(self, job: _Job, unit: tuple[int, int]) -> None:
        try:
            a, b = job.variants[unit[0]].pair
            # What is small gives way to nobody, or one piece of work would stand on the next without end.
            first = _is_small(job) and unit in job.units[:FIRST_SHOWN]
            between = None if first else self._give_way
            pair = (self._run(a, unit[1], between), self._run(b, unit[1], between))
            self._note(job, unit, pair)
        except Exception as failed:
            with self.news:
                job.answer = Answer(None, len(job.done), job.wanted, 0, True, failed)
                job.version += 1
                job.begun = len(job.units)
                self._jobs.pop(job.key, None)
                self.news.notify_all()

    def _note(self, job: _Job, unit: tuple[int, int], pair: tuple[Tables, Tables]) -> None:
        """Lay a piece of work with the rest, and publish a sharper answer when one is due."""
        with self.news:
            job.done[unit] = pair
        with job.pen:  # one at a time, so that a later answer never gives way to an earlier one
            with self.news:
                done, last = dict(job.done), job.answer
            ready = next(k for k in range(job.a.replicates + 1) if (0, k) not in done)
            counted = sum(at != SKETCH for at, _ in done)
            finished = counted == job.wanted
            due = finished or (ready > last.shown and _is_due(last.shown, ready, job.a.replicates))
            comparison = _assemble(job, done, ready, finished) if due else last.comparison
            shown = ready if due else last.shown
            if comparison is None and len(done) - counted == FIRST_SHOWN:
                comparison = _sketched(job, done)
            with self.news:
                job.answer = Answer(comparison, counted, job.wanted, shown, finished)
                job.version += 1
                self.news.notify_all()

    def _run(self, scenario: Scenario, replicate: int, between: Callable[[], None] | None) -> Tables:
        """Return the yearly tables of one replicate; the same numbers as `runner.run_replicate`."""
        world_key, own_key = _keys(scenario)
        kept: Tables | None = self._tables.get((world_key, own_key, replicate))
        if kept is not None:
            return kept
        if scenario.casework == "simpy":
            from trappen.scenarios.runner import run_replicate

            (ended,) = run_replicate([scenario], replicate)
        else:
            begun = self._starts.get((world_key, replicate))
            if begun is None:
                begun = start(scenario, replicate, between)
                self._starts.put((world_key, replicate), begun, _size(begun[0]) + _size(begun[1]))
            ended, desk, force = ready(scenario, begun)
            run_through(ended, desk, begun[2], force, scenario, 0, between)
        tables = {name: getattr(ended, name)[WARM_UP_YEARS:].copy() for name in TABLES}
        self._tables.put(
            (world_key, own_key, replicate), tables, sum(table.nbytes for table in tables.values())
        )
        return tables


def _is_due(last: int, ready: int, of: int) -> bool:
    if ready >= of:
        return True
    return any(last < at <= ready for at in SHOWN_AT) or (ready >= 50 and ready // 25 > last // 25)


def _rank(job: _Job) -> tuple[int, int]:
    """Return a place in the queue, lowest first: first answers in order of asking, then the least done."""
    return (0, job.turn) if job.begun < FIRST_SHOWN else (job.begun, -job.turn)


def _left(job: _Job) -> bool:
    return job.begun < len(job.units)


def _is_small(job: _Job) -> bool:
    """Return whether a first answer is little work."""
    return job.a.casework != "simpy" and (job.fold > 1 or job.a.children < 2 * SKETCH_CHILDREN)


def _new_job(key: str, a: Scenario, b: Scenario, structure: bool, turn: int, town: int) -> _Job:
    """Lay out the work: a sketch, all replicates, then the alternatives as `compare_scenarios` has them.

    `town` is about the number of children in the sketch.
    """
    told = [_Variant(None, (a, b), a.replicates)]
    if structure and a.structure == DEFAULT and a.replicates >= LUCK_PER_SET:
        for switch, choice in ALTERNATIVES:
            changed = Structure(**{switch: choice})  # type: ignore[arg-type]
            pair = (a.model_copy(update={"structure": changed}), b.model_copy(update={"structure": changed}))
            told.append(_Variant((switch, choice), pair, min(STRUCTURE_REPLICATES, a.replicates)))
    job = _Job(key, a, b, dict(enumerate(told)), turn)
    job.wanted = sum(variant.replicates for variant in told)
    fold = round(a.children / town)
    if fold > 1 and a.replicates > FIRST_SHOWN and a.casework != "simpy":
        small = {"children": round(a.children / fold)}
        pair = (a.model_copy(update=small), b.model_copy(update=small))
        job.variants[SKETCH] = _Variant(None, pair, FIRST_SHOWN)
        job.fold = fold
    job.units = [(at, k) for at in sorted(job.variants) for k in range(job.variants[at].replicates)]
    job.answer = Answer(None, 0, job.wanted, 0, False)
    return job


def _assemble(
    job: _Job, tables: dict[tuple[int, int], tuple[Tables, Tables]], ready: int, finished: bool
) -> Comparison:
    whole = ready >= job.a.replicates
    a, b = job.a, job.b
    if not whole:
        a, b = (scenario.model_copy(update={"replicates": ready}) for scenario in (a, b))
    alternatives = {}
    if finished:
        for at, (name, pair, of) in job.variants.items():
            if name is not None:
                alternatives[name] = _both(pair, tables, at, of)
    kind = Preliminary if not whole and ready < FEW else Remembered
    return kind(a, b, _both((job.a, job.b), tables, 0, ready), alternatives)


def _sketched(job: _Job, tables: dict[tuple[int, int], tuple[Tables, Tables]]) -> Comparison:
    """Return the comparison of a town `fold` times smaller, what is counted in it counted `fold` times."""
    a, b = (scenario.model_copy(update={"replicates": FIRST_SHOWN}) for scenario in (job.a, job.b))
    return Sketch(a, b, _both((a, b), tables, SKETCH, FIRST_SHOWN, job.fold), {}, fold=job.fold)


def _both(
    pair: tuple[Scenario, Scenario],
    tables: dict[tuple[int, int], tuple[Tables, Tables]],
    variant: int,
    of: int,
    fold: int = 1,
) -> tuple[Run, Run]:
    a, b = (_stacked(pair[which], tables, variant, of, which, fold) for which in (0, 1))
    return a, b


def _stacked(
    scenario: Scenario,
    tables: dict[tuple[int, int], tuple[Tables, Tables]],
    variant: int,
    of: int,
    which: int,
    fold: int = 1,
) -> Run:
    parts = [tables[(variant, replicate)][which] for replicate in range(of)]
    sets = np.array([set_of(scenario, replicate) for replicate in range(of)])
    return Run(**{name: fold * np.stack([part[name] for part in parts]) for name in TABLES}, sets=sets)


def _keys(scenario: Scenario) -> tuple[str, str]:
    """Return what decides the warm-up, and what decides the policy after it.

    Whose money is counted decides neither: it is read off the same tables.
    """
    told = scenario.resolved()
    for name in ("name", "title", "replicates", "children_source", "municipality", "perspective"):
        told.pop(name, None)
    own = {name: told.pop(name) for name in ("policy", "levers", "programmes", "links", "start_year")}
    return _digest(told), _digest(own)


def _digest(*told: Any) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _size(state: Any) -> int:
    total = 0
    for part in state:
        arrays = [part] if isinstance(part, np.ndarray) else list(part)
        total += sum(array.nbytes for array in arrays)
    return total
