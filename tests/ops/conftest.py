"""Small studies, and a table of one in a single run, against which every interrupted one is held."""

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from trappen.agents.problem import Problem
from trappen.scenarios.studies.drive import drive
from trappen.scenarios.studies.study import load_study
from trappen.viz.wording import problem_wording

HERE = Path(__file__).parent


def _beside(name):
    """Load a module that stands beside the tests, under the name by which they import it."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_beside("faults")
small_study = _beside("small_study")
table_of, write = small_study.table_of, small_study.write


@pytest.fixture
def english(monkeypatch):
    monkeypatch.setattr(Problem, "wording", staticmethod(problem_wording("en")))


@pytest.fixture
def study_file(tmp_path):
    return write(tmp_path)


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    return load_study(write(tmp_path_factory.mktemp("study")))


@pytest.fixture(scope="session")
def uninterrupted(study, tmp_path_factory):
    """The export of the study run in one go, on one thread."""
    folder = tmp_path_factory.mktemp("whole") / "whole"
    drive(study, folder, workers=1)
    return table_of(folder)


@pytest.fixture
def environment():
    """The environment of processes that must find the faulty work of these tests."""
    return os.environ | {"PYTHONPATH": str(HERE)}


@pytest.fixture
def driver(environment, study_file, tmp_path):
    """Start a driver in a process of its own, which can be killed."""
    started = []

    def start(folder, *, work="do_task", engine="local", workers=2, said=subprocess.PIPE, **more):
        command = [sys.executable, str(HERE / "faults.py"), str(study_file), str(folder), work, engine]
        process = subprocess.Popen(
            [*command, str(workers)],
            env=environment | {name.upper(): str(value) for name, value in more.items()},
            stdout=said,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=tmp_path,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.fixture
def cluster(environment, tmp_path):
    """A real local scheduler with separate worker processes, each on one thread; killed at the end."""
    pytest.importorskip("distributed")
    address = tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment, "cwd": tmp_path}
    base = [sys.executable, "-m", "distributed.cli"]
    scheduler = subprocess.Popen(
        [
            *(*base[:2], "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"),
            *("--no-dashboard", "--scheduler-file", str(address)),
        ],
        **quiet,
    )
    processes = [scheduler]

    def worker():
        process = subprocess.Popen(
            [
                *(*base[:2], "distributed.cli.dask_worker", "--scheduler-file", str(address)),
                *("--nworkers", "1", "--nthreads", "1", "--no-dashboard"),
            ],
            **quiet,
        )
        processes.append(process)
        return process

    yield Cluster(address, scheduler, worker)
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()


class Cluster:
    """A scheduler, where it writes its address, and a function that starts a worker."""

    def __init__(self, file: Path, scheduler, worker):
        self.file, self.scheduler, self.worker = file, scheduler, worker

    @property
    def address(self):
        for _ in range(300):
            if self.file.exists() and self.file.stat().st_size:
                return json.loads(self.file.read_text())["address"]
            time.sleep(0.1)
        raise TimeoutError("the scheduler did not start")
