"""The work on one comparison: which replicates of which towns, in which order, and what they come to."""

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import numpy as np

from trappen.scenarios.compare import STRUCTURE_REPLICATES
from trappen.scenarios.intervals import FEW
from trappen.scenarios.parameter_sets import ALTERNATIVES, DEFAULT
from trappen.scenarios.runner import LUCK_PER_SET, Run, set_of
from trappen.scenarios.scenario import Scenario, Structure
from trappen.scenarios.watched.answers import Answer, Preliminary, Remembered, Sketch

FIRST_SHOWN = 4
"""Replicates of the first answer: four parameter sets in a sketch; two, and the luck in each, else."""

SKETCH_CHILDREN = 1_500
"""About so many children live in the town of a first sketch."""

SHARPER_CHILDREN, SHARPER_REPLICATES = 4_500, FEW
"""And in that of the sharper one; so many replicates have an interval that is read off, not reckoned."""

SKETCH, SHARPER = -2, -1
"""Numbers of the sketches among a comparison's variants."""

SHOWN_AT = (4, 8, 14, 20, 30, 40)
"""Replicates after which a sharper answer is shown; then every 25, and at the end."""

TABLES = tuple(part.name for part in fields(Run) if part.name != "sets")
"""The yearly tables of a run."""

Tables = dict[str, np.ndarray]


class Variant(NamedTuple):
    """The two scenarios as run under one structural choice or in a sketch, and in which replicates."""

    name: tuple[str, str] | None
    pair: tuple[Scenario, Scenario]
    replicates: Sequence[int]
    fold: int = 1


@dataclass(eq=False)
class Job:
    """A comparison that is worked on, what of it is done, and what is known so far."""

    key: str
    a: Scenario
    b: Scenario
    variants: dict[int, Variant]
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


def is_due(job: Job, last: int, ready: int) -> bool:
    """Return whether the municipality's own replicates tell more than what is shown."""
    if ready >= job.a.replicates:
        return True
    if ready < job.enough:
        return False
    return any(last < at <= ready for at in SHOWN_AT) or (ready >= 50 and ready // 25 > last // 25)


def ready_of(job: Job, done: dict[tuple[int, int], Any], at: int) -> int:
    """Return how many replicates of a variant are done without a gap."""
    return next(k for k in range(len(job.variants[at].replicates) + 1) if (at, k) not in done)


def better_sketch(job: Job, done: dict[tuple[int, int], Any]) -> tuple[int, int] | None:
    """Return variant and replicates of a sketch that tells more than the one shown, if there is one."""
    for at in (SHARPER, SKETCH):
        if at in job.variants:
            ready, of = ready_of(job, done, at), len(job.variants[at].replicates)
            first = at == SKETCH and ready >= FIRST_SHOWN > job.sketch_shown[1]
            if (first or ready == of) and (at, ready) > job.sketch_shown:
                return at, ready
    return None


def rank(job: Job) -> tuple[int, int, int]:
    """Return a place in the queue, lowest first.

    First answers in order of asking; then sketches, one after the other; then whoever has the least done.
    """
    if job.begun < FIRST_SHOWN:
        return 0, 0, job.turn
    if job.units[job.begun][0] < 0:
        return 1, -job.begun, -job.turn
    return 2, job.begun, -job.turn


def has_left(job: Job) -> bool:
    """Return whether anything is not begun yet."""
    return job.begun < len(job.units)


def is_hurried(job: Job) -> bool:
    """Return whether what comes next is a first answer, and little work."""
    small = job.a.casework != "simpy" and (SKETCH in job.variants or job.a.children < 2 * SKETCH_CHILDREN)
    return small and job.begun < FIRST_SHOWN and has_left(job)


def new_job(key: str, a: Scenario, b: Scenario, structure: bool, turn: int, crowded: bool) -> Job:
    """Lay out the work: sketches, all replicates, then the alternatives as `compare_scenarios` has them."""
    told = [Variant(None, (a, b), range(a.replicates))]
    if structure and a.structure == DEFAULT and a.replicates >= LUCK_PER_SET:
        few = range(min(STRUCTURE_REPLICATES, a.replicates))
        for switch, choice in ALTERNATIVES:
            changed = Structure(**{switch: choice})  # type: ignore[arg-type]
            pair = (a.model_copy(update={"structure": changed}), b.model_copy(update={"structure": changed}))
            told.append(Variant((switch, choice), pair, few))
    job = Job(key, a, b, dict(enumerate(told)), turn)
    job.wanted = sum(len(variant.replicates) for variant in told)
    if a.replicates > FIRST_SHOWN and a.casework != "simpy":
        job.variants |= _sketches(a, b, crowded)
    if any(at < 0 for at in job.variants):  # the municipality tells more from as many parameter sets on
        sharp = max(len(job.variants[at].replicates) for at in job.variants if at < 0)
        job.enough = min(LUCK_PER_SET * sharp, FEW)
    job.units = [(at, k) for at in sorted(job.variants) for k in range(len(job.variants[at].replicates))]
    job.answer = Answer(None, 0, job.wanted, 0, False)
    return job


def _sketches(a: Scenario, b: Scenario, crowded: bool) -> dict[int, Variant]:
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
            found[at] = Variant(None, pair, range(0, LUCK_PER_SET * of, LUCK_PER_SET), fold)
    return found


def assemble(
    job: Job, tables: dict[tuple[int, int], tuple[Tables, Tables]], ready: int, finished: bool
) -> Remembered:
    """Return the comparison of the municipality's own replicates that are done without a gap."""
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


def sketched(job: Job, tables: dict[tuple[int, int], tuple[Tables, Tables]], at: int, of: int) -> Sketch:
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


def keys_of(scenario: Scenario) -> tuple[str, str]:
    """Return what decides the warm-up, and what decides the policy after it.

    Whose money is counted decides neither: it is read off the same tables.
    """
    told = scenario.resolved()
    for name in ("name", "title", "replicates", "children_source", "municipality", "perspective"):
        told.pop(name, None)
    own = {name: told.pop(name) for name in ("policy", "levers", "programmes", "links", "start_year")}
    return digest(told), digest(own)


def digest(*told: Any) -> str:
    """Return a short name for what is told."""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
