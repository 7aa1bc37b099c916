"""Comparisons that sharpen while somebody looks at them, shared by all who look at the same.

A comparison is worked on replicate by replicate. Whoever has no answer yet is served first, one after the
other: taken in turns, all would get theirs as late as the last. Then whoever has the fewest replicates done.
As many threads as the machine has cores do nothing but first answers; as many others do the rest, and wait
before a run and after each of its years while first answers take all cores.

The first answer of a municipality of any size is a sketch: a town a whole number of times smaller, counted
so many times. Each of its replicates has a parameter set of its own, and more luck in it than the
municipality has, which its intervals show. A sharper sketch of a larger town follows, or, while a crowd waits
for first answers, of the same town; then the municipality itself, once it tells more. What nobody watches any
more is dropped. Replicates are the command line's own, in its order: when all of them are done, so is the
same comparison, bit for bit.

The rest gives way to pages, too: its threads yield the processor to whatever else wants it, a browser on the
same machine included.
"""

import hashlib
import itertools
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from time import monotonic
from typing import Any, NamedTuple

import numpy as np

from trappen.model.kernels.world import Desk, World
from trappen.model.parameter_set import Rules
from trappen.scenarios.compare import STRUCTURE_REPLICATES
from trappen.scenarios.intervals import FEW
from trappen.scenarios.parameter_sets import ALTERNATIVES, DEFAULT
from trappen.scenarios.runner import LUCK_PER_SET, WARM_UP_YEARS, Run, ready, run_through, set_of, start
from trappen.scenarios.scenario import Scenario, Structure, check_comparable
from trappen.scenarios.watched.answers import Answer, Preliminary, Remembered, Sketch
from trappen.scenarios.watched.folded import fold, size, unfold
from trappen.scenarios.watched.kept import Kept, memory
from trappen.scenarios.watched.polite import yield_the_processor

FIRST_SHOWN = 4
"""Replicates of the first answer: two parameter sets, the fewest that say anything of both uncertainties."""

SKETCH_CHILDREN = 1_500
"""About so many children live in the town of a first sketch."""

SHARPER_CHILDREN, SHARPER_REPLICATES = 4_500, FEW
"""And in that of the sharper one; so many replicates have an interval that is read off, not reckoned."""

SKETCH, SHARPER = -2, -1
"""Numbers of the sketches among a comparison's variants."""

SHOWN_AT = (4, 8, 14, 20, 30, 40)
"""Replicates after which a sharper answer is shown; then every 25, and at the end."""

HUSHED, DRAWN = 0.6, 0.3
"""Seconds for which all else is held back when somebody alone asks, and when the first answer is there."""

KEPT_TABLES = 150_000_000
"""Bytes of yearly tables that are kept."""

KEPT_STARTS = 300_000_000
KEPT_SKETCHED_STARTS = 200_000_000
"""Bytes of municipalities at the start of their horizon, and of the towns of sketches, that are kept."""

SHARE_OF_MEMORY, MOST_STARTS = 0.1, 2_000_000_000
"""Where there is more memory they take this share of it, up to so many bytes: a warm-up is half of a run."""

KEPT_ANSWERS = 40

TABLES = tuple(part.name for part in fields(Run) if part.name != "sets")
"""The yearly tables of a run."""

Tables = dict[str, np.ndarray]
Start = tuple[World, Desk, Rules, int]
"""What `runner.start` returns."""


class _Variant(NamedTuple):
    """The two scenarios as run under one structural choice or in a sketch, and in which replicates."""

    name: tuple[str, str] | None
    pair: tuple[Scenario, Scenario]
    replicates: Sequence[int]
    fold: int = 1


@dataclass(eq=False)
class _Job:
    key: str
    a: Scenario
    b: Scenario
    variants: dict[int, _Variant]
    turn: int
    enough: int = 0
    sketch_shown: tuple[int, int] = (SKETCH, 0)
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
        self._jobs: OrderedDict[str, _Job] = OrderedDict()
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
        key = _digest(a.resolved(), b.resolved(), structure)
        with self.news:
            job = self._jobs.get(key)
            if job is None:
                turn, crowded = next(self._turns), self._is_crowded()
                job = self._jobs[key] = _new_job(key, a, b, structure, turn, crowded)
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
        while len(self._threads) < 2 * self.workers:
            quick = len(self._threads) < self.workers
            name = "trappen-first" if quick else "trappen-live"
            thread = threading.Thread(target=self._work, args=(quick,), daemon=True, name=name)
            self._threads.append(thread)
            thread.start()

    def _next(self, *, quick: bool) -> tuple[_Job, tuple[int, int]] | None:
        """Return the next piece of work; see the module for whose it is. Called under the lock."""
        waiting = [job for job in self._wanted() if quick == _is_hurried(job)]
        if not waiting or not (quick or self._has_room()):
            return None
        job = min(waiting, key=_rank)
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
        hurried = self._hurried >= self.workers or any(map(_is_hurried, self._wanted()))
        return not hurried and not self._quiet()

    def _work(self, quick: bool) -> None:
        if not quick:
            yield_the_processor()
        while True:
            with self.news:
                while (found := self._next(quick=quick)) is None:
                    self.news.wait(self._quiet() or None)
            self._do(*found, None if quick else self._give_way)
            if quick:
                with self.news:
                    self._hurried -= 1
                    self.news.notify_all()

    def _give_way(self) -> None:
        """Wait until first answers leave a core."""
        with self.news:
            while not self._has_room():
                self.news.wait(self._quiet() or None)

    def _do(self, job: _Job, unit: tuple[int, int], between: Callable[[], None] | None) -> None:
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

    def _note(self, job: _Job, unit: tuple[int, int], pair: tuple[Tables, Tables]) -> None:
        """Lay a piece of work with the rest, and publish a sharper answer when one is due."""
        with self.news:
            job.done[unit] = pair
        with job.pen:  # one at a time, so that a later answer never gives way to an earlier one
            with self.news:
                done, last = dict(job.done), job.answer
            ready = _ready(job, done, 0)
            counted = sum(at >= 0 for at, _ in done)
            finished = counted == job.wanted
            due = finished or (ready > last.shown and _is_due(job, last.shown, ready))
            comparison = _assemble(job, done, ready, finished) if due else last.comparison
            shown = ready if due else last.shown
            if not shown and (better := _better_sketch(job, done)):
                job.sketch_shown = better
                comparison = _sketched(job, done, *better)
            with self.news:
                if self._hushed and comparison is not last.comparison:
                    self._quiet_until, self._hushed = monotonic() + DRAWN, False
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


def _is_due(job: _Job, last: int, ready: int) -> bool:
    """Return whether the municipality's own replicates tell more than what is shown."""
    if ready >= job.a.replicates:
        return True
    if ready < job.enough:
        return False
    return any(last < at <= ready for at in SHOWN_AT) or (ready >= 50 and ready // 25 > last // 25)


def _ready(job: _Job, done: dict[tuple[int, int], Any], at: int) -> int:
    """Return how many replicates of a variant are done without a gap."""
    return next(k for k in range(len(job.variants[at].replicates) + 1) if (at, k) not in done)


def _better_sketch(job: _Job, done: dict[tuple[int, int], Any]) -> tuple[int, int] | None:
    """Return variant and replicates of a sketch that tells more than the one shown, if there is one."""
    for at in (SHARPER, SKETCH):
        if at in job.variants:
            ready, of = _ready(job, done, at), len(job.variants[at].replicates)
            first = at == SKETCH and ready >= FIRST_SHOWN > job.sketch_shown[1]
            if (first or ready == of) and (at, ready) > job.sketch_shown:
                return at, ready
    return None


def _rank(job: _Job) -> tuple[int, int, int]:
    """Return a place in the queue, lowest first.

    First answers in order of asking; then sketches, one after the other; then whoever has the least done.
    """
    if job.begun < FIRST_SHOWN:
        return 0, 0, job.turn
    if job.units[job.begun][0] < 0:
        return 1, -job.begun, -job.turn
    return 2, job.begun, -job.turn


def _left(job: _Job) -> bool:
    return job.begun < len(job.units)


def _is_hurried(job: _Job) -> bool:
    """Return whether what comes next is a first answer, and little work."""
    small = job.a.casework != "simpy" and (SKETCH in job.variants or job.a.children < 2 * SKETCH_CHILDREN)
    return small and job.begun < FIRST_SHOWN and _left(job)


def _new_job(key: str, a: Scenario, b: Scenario, structure: bool, turn: int, crowded: bool) -> _Job:
    """Lay out the work: sketches, all replicates, then the alternatives as `compare_scenarios` has them."""
    told = [_Variant(None, (a, b), range(a.replicates))]
    if structure and a.structure == DEFAULT and a.replicates >= LUCK_PER_SET:
        few = range(min(STRUCTURE_REPLICATES, a.replicates))
        for switch, choice in ALTERNATIVES:
            changed = Structure(**{switch: choice})  # type: ignore[arg-type]
            pair = (a.model_copy(update={"structure": changed}), b.model_copy(update={"structure": changed}))
            told.append(_Variant((switch, choice), pair, few))
    job = _Job(key, a, b, dict(enumerate(told)), turn)
    job.wanted = sum(len(variant.replicates) for variant in told)
    if a.replicates > FIRST_SHOWN and a.casework != "simpy":
        job.variants |= _sketches(a, b, crowded)
    if any(at < 0 for at in job.variants):  # the municipality tells more from as many parameter sets on
        sharp = max(len(job.variants[at].replicates) for at in job.variants if at < 0)
        job.enough = min(LUCK_PER_SET * sharp, FEW)
    job.units = [(at, k) for at in sorted(job.variants) for k in range(len(job.variants[at].replicates))]
    job.answer = Answer(None, 0, job.wanted, 0, False)
    return job


def _sketches(a: Scenario, b: Scenario, crowded: bool) -> dict[int, _Variant]:
    """Return the sketches of a comparison: none of a small town; in a crowd, all of one town."""
    sharp = a.replicates > SHARPER_REPLICATES and round(a.children / SHARPER_CHILDREN) > 1
    towns = {SKETCH: (SKETCH_CHILDREN, SHARPER_REPLICATES if sharp and crowded else FIRST_SHOWN)}
    if sharp and not crowded:
        towns[SHARPER] = SHARPER_CHILDREN, SHARPER_REPLICATES
    found = {}
    for at, (children, of) in towns.items():
        fold = round(a.children / children)
        if fold > 1:
            small = {"children": round(a.children / fold)}
            pair = (a.model_copy(update=small), b.model_copy(update=small))
            found[at] = _Variant(None, pair, range(0, LUCK_PER_SET * of, LUCK_PER_SET), fold)
    return found


def _assemble(
    job: _Job, tables: dict[tuple[int, int], tuple[Tables, Tables]], ready: int, finished: bool
) -> Remembered:
    whole = ready >= job.a.replicates
    a, b = job.a, job.b
    if not whole:
        a, b = (scenario.model_copy(update={"replicates": ready}) for scenario in (a, b))
    alternatives = {}
    if finished:
        for at, (name, pair, of, _) in job.variants.items():
            if name is not None:
                alternatives[name] = _both(pair, tables, at, of)
    kind = Preliminary if not whole and ready < FEW else Remembered
    return kind(a, b, _both((job.a, job.b), tables, 0, range(ready)), alternatives)


def _sketched(job: _Job, tables: dict[tuple[int, int], tuple[Tables, Tables]], at: int, of: int) -> Sketch:
    """Return the comparison of `of` replicates of a smaller town, counted so many times."""
    sketch = job.variants[at]
    a, b = (scenario.model_copy(update={"replicates": of}) for scenario in (job.a, job.b))
    runs = _both((a, b), tables, at, sketch.replicates[:of], sketch.fold)
    return Sketch(a, b, runs, {}, fold=sketch.fold)


def _both(
    pair: tuple[Scenario, Scenario],
    tables: dict[tuple[int, int], tuple[Tables, Tables]],
    variant: int,
    replicates: Sequence[int],
    fold: int = 1,
) -> tuple[Run, Run]:
    """Return the runs of both under a variant, of these replicates in this order."""
    a, b = (_stacked(pair[which], tables, variant, replicates, which, fold) for which in (0, 1))
    return a, b


def _stacked(
    scenario: Scenario,
    tables: dict[tuple[int, int], tuple[Tables, Tables]],
    variant: int,
    replicates: Sequence[int],
    which: int,
    fold: int = 1,
) -> Run:
    parts = [tables[(variant, place)][which] for place in range(len(replicates))]
    sets = np.array([set_of(scenario, replicate) for replicate in replicates])
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
