"""The same bytes come from any engine and any number of workers."""

import signal
import time

import pytest
from small_study import table_of

from trappen.agents.problem import Problem
from trappen.scenarios.studies import store
from trappen.scenarios.studies.drive import drive

TASKS = 8


@pytest.mark.parametrize(("engine", "workers"), [("threads", 2), ("threads", 5), ("processes", 2)])
def test_engines_of_this_machine_give_the_same_bytes(study, uninterrupted, tmp_path, engine, workers):
    folder = tmp_path / "same"
    assert drive(study, folder, engine=engine, workers=workers)["done"].tasks == TASKS
    assert table_of(folder) == uninterrupted


def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(
    cluster, driver, study, uninterrupted, tmp_path
):
    """A real scheduler and two worker processes, one of them killed in the middle of its work."""
    folder = tmp_path / "cluster"
    first, _ = cluster.worker(), cluster.worker()
    process = driver(folder, work="slow", engine=f"dask:{cluster.address}")
    for _ in range(6000):
        if len(store.kept(folder)) >= 1:
            break
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    out, _ = process.communicate(timeout=600)
    assert process.returncode == 0, out
    assert table_of(folder) == uninterrupted


def test_a_lost_cluster_gets_a_sentence_and_the_study_goes_on_without_it(
    cluster, driver, study, uninterrupted, tmp_path
):
    folder = tmp_path / "lost"
    cluster.worker()
    process = driver(folder, work="slow", engine=f"dask:{cluster.address}")
    for _ in range(6000):
        if len(store.kept(folder)) >= 1:
            break
        time.sleep(0.05)
    cluster.scheduler.kill()
    out, _ = process.communicate(timeout=600)
    assert process.returncode == 2, out
    assert "the cluster is lost; all that is done is kept" in out
    assert drive(study, folder)["done"].tasks == TASKS
    assert table_of(folder) == uninterrupted


def test_a_scheduler_that_is_not_there_gets_a_sentence(study, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    from trappen.scenarios.studies import engines

    monkeypatch.setattr(engines, "WAIT_FOR_WORKERS", 1)
    with pytest.raises(Problem) as caught:
        engines.Dask("tcp://127.0.0.1:9", engines.check_engine, wait=1)
    assert caught.value.key == "study.no_scheduler"


def test_a_cluster_without_workers_gets_a_sentence(cluster):
    from trappen.scenarios.studies import engines

    with pytest.raises(Problem) as caught:
        engines.Dask(cluster.address, engines.check_engine, wait=1)
    assert caught.value.key == "study.no_workers"


@pytest.mark.parametrize(
    "told",
    ["dask", "dask:", "dask:tcp://", "dask:http://x:1", "ray", "", "local ", "dask:file:///etc/passwd"],
)
def test_an_engine_that_is_none_is_refused(told):
    from trappen.scenarios.studies.engines import check_engine

    with pytest.raises(Problem) as caught:
        check_engine(told)
    assert caught.value.key == "study.odd_engine"
