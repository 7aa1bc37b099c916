"""What a large study costs besides its kernels: overhead a task, growth with their number, bytes a run."""

import json
import tempfile
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from time import perf_counter, process_time, thread_time
from typing import Any, NamedTuple

import pyarrow as pa

from trappen.scenarios import runner
from trappen.scenarios.studies.compute import head, to_parquet
from trappen.scenarios.studies.drive import drive
from trappen.scenarios.studies.study import Place, Study, StudyPolicy


def nothing(body: str, stop: object = None) -> bytes:
    """Answer a task with the smallest result there is: what it costs is the overhead."""
    task = json.loads(body)
    return to_parquet(pa.table({"replicate": task["replicates"]}), head(task["program"], task["name"]))


def empty_study(tasks: int) -> Study:
    """Return a study of so many tasks of one run each."""
    from trappen.policies.catalogue import find

    place = Place(code=0, name="-", children=100, children_source="given")
    policy = StudyPolicy(label="status_quo", policy=find("status_quo"))
    told = {"places": [place], "policies": [policy], "replicates_per_task": 1}
    # A study has at most so many replicates: more tasks come of more municipalities alike but in name.
    places = [place.model_copy(update={"name": f"{n}"}) for n in range(max(1, tasks // 1000))]
    told |= {"places": places, "replicates": min(tasks, 1000)}
    return Study(name="overhead", **told)  # type: ignore[arg-type]


class Overhead(NamedTuple):
    """What a task that does nothing costs: seconds by the clock and of processors, bytes in the index."""

    seconds: float
    processor: float
    bytes_indexed: float


def overhead(engine: str, tasks: int) -> Overhead:
    """Return what a task costs besides its work.

    Two workers, all of it planned, counted and kept on disk as in any study.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "study"
        begun, spent = perf_counter(), process_time()
        counts = drive(empty_study(tasks), folder, engine=engine, workers=2, work=nothing)
        assert counts["done"].tasks == tasks
        seconds, spent = perf_counter() - begun, process_time() - spent
        size = (folder / "index.sqlite").stat().st_size
        return Overhead(seconds / tasks, spent / tasks, size / tasks)


def cluster_overhead(tasks: int) -> float:
    """Return the seconds on a local Dask cluster of two worker processes; NaN where Dask is not installed."""
    if find_spec("distributed") is None:
        return float("nan")
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        return overhead(f"dask:{cluster.scheduler_address}", tasks).seconds


def herning(runs: int, runs_per_task: int | None = None) -> Study:
    """Return a study of so many runs of Herning, half under each of two policies, cut as studies are."""
    from trappen.model.municipalities import find as find_municipality
    from trappen.policies.catalogue import find

    town = find_municipality("Herning")
    source: Any = town.children_source
    place = Place(code=town.code, name=town.name, children=town.children, children_source=source)
    policies = [StudyPolicy(label=name, policy=find(name)) for name in ("status_quo", "omlaegning")]
    return Study(
        name="share",
        places=[place],
        policies=policies,
        replicates=runs // 2,
        parameter_sets=1,
        replicates_per_task=None if runs_per_task is None else runs_per_task // 2,
    )


LONG = 10_000
"""Runs of the study whose share in kernels the goal speaks of: about an hour on two cores."""


def kernel_share(runs: int, runs_per_task: int | None = None) -> dict[str, float]:
    """Drive a study of Herning and return the share of all its processor time that is spent in kernels.

    The whole drive counts: planning, the index, populations, copies, tables, files, on two threads. Kernels
    are compiled, and what is loaded once a process is loaded, before the clock starts: that is no share of
    a study of hours.

    Parameters
    ----------
    runs
        Runs of the study; half of them under each of two policies.
    runs_per_task
        By default as many as a study of that size puts into a task by itself.

    Returns
    -------
    :
        `share`; `seconds` of processors and `bytes` on disk a run; `runs` and `runs_per_task`.
    """
    spent: list[float] = []
    lock = Lock()
    real = runner.run_months

    def timed(*told: Any) -> None:
        begun = thread_time()
        real(*told)
        seconds = thread_time() - begun
        with lock:
            spent.append(seconds)

    with tempfile.TemporaryDirectory() as place:
        drive(herning(2), Path(place) / "first", engine="threads", workers=1)
        runner.run_months = timed  # type: ignore[assignment]
        try:
            begun = process_time()
            counts = drive(herning(runs, runs_per_task), Path(place) / "study", engine="threads", workers=2)
            seconds = process_time() - begun
        finally:
            runner.run_months = real
    done = counts["done"]
    return {
        "share": sum(spent) / seconds,
        "seconds": seconds / done.runs,
        "bytes": done.bytes / done.runs,
        "runs": done.runs,
        "runs_per_task": done.runs / done.tasks,
    }


def measure_studies(quick: bool) -> dict[str, Any]:
    """Return all figures of studies; `threads` by the number of tasks, fewest first."""
    sizes = (200, 1_000) if quick else (1_000, 10_000, 100_000)
    overhead("threads", 50)  # what is loaded once a process is no matter of a task
    grown = {tasks: overhead("threads", tasks) for tasks in sizes}
    few, many = grown[sizes[0]], grown[sizes[-1]]
    found = {
        "threads": {tasks: one.seconds for tasks, one in grown.items()},
        "processes": overhead("processes", sizes[0]).seconds,
        "dask": cluster_overhead(sizes[0]),
        "growth": many.seconds / few.seconds,
        "growth_processor": many.processor / few.processor,
        "index": many.bytes_indexed,
        "few": sizes[0],
        "many": sizes[-1],
    }
    # Two tasks, one a thread: so small a study would be one task by itself.
    return found | (kernel_share(8, 4) if quick else kernel_share(40, 20))
