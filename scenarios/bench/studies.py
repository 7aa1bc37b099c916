"""What a large study costs besides its kernels: overhead a task, growth with their number, bytes a run."""

import json
import tempfile
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import pyarrow as pa

from trappen.scenarios import runner
from trappen.scenarios.studies.compute import do_task, head, scenarios_of, to_parquet
from trappen.scenarios.studies.drive import drive
from trappen.scenarios.studies.study import Place, Study, StudyPolicy
from trappen.scenarios.studies.tasks import cut


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


def overhead(engine: str, tasks: int) -> float:
    """Return wall seconds a task of doing nothing, two workers, kept on disk as any study is."""
    with tempfile.TemporaryDirectory() as place:
        begun = perf_counter()
        counts = drive(empty_study(tasks), Path(place) / "study", engine=engine, workers=2, work=nothing)
        assert counts["done"].tasks == tasks
        return (perf_counter() - begun) / tasks


def cluster_overhead(tasks: int) -> float:
    """Return the same on a local Dask cluster of two worker processes; NaN where Dask is not installed."""
    if find_spec("distributed") is None:
        return float("nan")
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        return overhead(f"dask:{cluster.scheduler_address}", tasks)


def kernel_share(replicates: int) -> dict[str, float]:
    """Do a task of Herning runs and return the share of its processor time in kernels, and bytes a run.

    A study of 10,000 such runs is made of tasks alike, so one is measured.
    """
    from trappen.model.municipalities import find as find_municipality
    from trappen.policies.catalogue import find

    town = find_municipality("Herning")
    source: Any = town.children_source
    place = Place(code=town.code, name=town.name, children=town.children, children_source=source)
    policies = [StudyPolicy(label=name, policy=find(name)) for name in ("status_quo", "omlaegning")]
    study = Study(
        name="share",
        places=[place],
        policies=policies,
        replicates=replicates,
        parameter_sets=1,
        replicates_per_task=replicates,
    )
    whole = cut(study)
    (task,) = whole
    # The first run of a process may compile; that is no share of a study of ten thousand.
    runner.run_replicate(scenarios_of(json.loads(whole.body(task))), 0)
    spent = 0.0
    real = runner.run_months

    def timed(*told: Any) -> None:
        nonlocal spent
        begun = thread_time()
        real(*told)
        spent += thread_time() - begun

    runner.run_months = timed  # type: ignore[assignment]
    try:
        begun = thread_time()
        content = do_task(whole.body(task))
        seconds = thread_time() - begun
    finally:
        runner.run_months = real
    return {"share": spent / seconds, "seconds": seconds / task.runs, "bytes": len(content) / task.runs}


def measure_studies(quick: bool) -> dict[str, float]:
    """Return all figures of studies."""
    few, many = (200, 1_000) if quick else (1_000, 100_000)
    threads, grown = overhead("threads", few), overhead("threads", many)
    found = {
        "threads": threads,
        "processes": overhead("processes", few),
        "dask": cluster_overhead(few),
        "growth": grown / threads,
        "few": few,
        "many": many,
    }
    return found | kernel_share(2 if quick else 10)
