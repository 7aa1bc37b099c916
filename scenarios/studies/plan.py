"""What a study will take, before it starts: runs, time from a short measurement, and room on disk."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from time import thread_time

from trappen.agents.problem import Problem
from trappen.model.population import WARM_UP_MONTHS
from trappen.scenarios.studies.compute import do_task
from trappen.scenarios.studies.store import kept
from trappen.scenarios.studies.study import Place, Study
from trappen.scenarios.studies.tasks import Task, cut

PROBE_CHILDREN = 3_000
PROBE_REPLICATES = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """What a study will take.

    Attributes
    ----------
    municipalities, policies, sets, replicates, runs, tasks
        How many of each; `replicates` for each set.
    done
        How many tasks are there already.
    core_seconds
        Of all that is missing, from the measurement on this machine.
    bytes
        What all results take up on disk, and `bytes_free` what there is.
    """

    municipalities: int
    policies: int
    sets: int
    replicates: int
    runs: int
    tasks: int
    done: int
    core_seconds: float
    bytes: float
    bytes_free: int


def work_of(study: Study, task: Task) -> float:
    """Return how much work a task is: child-months of all its runs, the shared warm-up counted once."""
    luck = task.replicates[1] - task.replicates[0]
    policies = task.policies[1] - task.policies[0]
    months = WARM_UP_MONTHS + policies * 12 * study.years
    return float(study.places[task.place].children * luck * months)


def _probe(study: Study) -> tuple[float, float, float]:
    """Measure a small task of the study's own kind: seconds a unit of work, bytes a file, bytes a row."""
    place = Place(code=0, name="-", children=PROBE_CHILDREN, children_source="given")
    policies = study.policies[: study.policies_per_task]
    few = {"places": [place], "policies": policies, "parameter_sets": min(1, study.parameter_sets)}
    measured = []
    for luck in (1, 1 + PROBE_REPLICATES):  # the first finds the kernels compiled
        probe = cut(study.model_copy(update=few | {"replicates": luck, "replicates_per_task": luck}))
        task = next(iter(probe))
        begun = thread_time()
        size = len(do_task(probe.body(task)))
        measured.append((size, (thread_time() - begun) / work_of(probe.study, task)))
    (small, _), (large, per_unit) = measured
    rows = len(policies) * (study.years if study.keep.by == "year" else 1)
    a_row = max(0.0, (large - small) / (PROBE_REPLICATES * rows))
    return per_unit, max(0.0, small - a_row * rows), a_row


def plan(study: Study, folder: Path) -> Plan:
    """Return what a study will take, from a short measurement of its own kind on this machine.

    Raises
    ------
    Problem
        If the disk has not the room for it.
    """
    whole = cut(study)
    there = kept(folder)
    missing = 0.0
    tasks = done = 0
    for task in whole:
        tasks += 1
        if task.name in there:
            done += 1
        else:
            missing += work_of(study, task)
    per_unit, a_file, a_row = _probe(study)
    rows = study.runs * (study.years if study.keep.by == "year" else 1)
    needed = tasks * a_file + rows * a_row
    existing = folder
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    free = shutil.disk_usage(existing).free
    if needed * (tasks - done) / max(1, tasks) > free:
        raise Problem("study.no_room", file=folder, needed=f"{needed / 1e9:.1f}", free=f"{free / 1e9:.1f}")
    return Plan(
        municipalities=len(study.places),
        policies=len(study.policies),
        sets=max(1, study.parameter_sets),
        replicates=study.replicates,
        runs=study.runs,
        tasks=tasks,
        done=done,
        core_seconds=missing * per_unit,
        bytes=needed,
        bytes_free=free,
    )
