"""Results do not depend on threads, processes, or the order of hashes: the same bits from each."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("replicates.py")
REPLICATES = 6


def run_script(kind, workers, hash_seed):
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), kind, str(workers), str(REPLICATES)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def one_process():
    return run_script("processes", 1, "0")


def test_replicates_differ(one_process):
    """The equalities below could fail."""
    assert len(set(one_process)) == REPLICATES


@pytest.mark.parametrize(
    ("kind", "workers", "hash_seed"),
    [("threads", 1, "1"), ("threads", 2, "1"), ("processes", 2, "4294967295")],
)
def test_the_same_in_another_arrangement(one_process, kind, workers, hash_seed):
    """One thread, two threads and two processes give what one process gave, under other hash seeds."""
    assert run_script(kind, workers, hash_seed) == one_process


def test_two_threads_on_one_compiled_program_do_not_disturb_each_other(lab):
    """Long runs side by side, started together many times over, give what each gives alone."""

    def run(replicate):
        return lab.town(children=400, years=5, replicate=replicate).run(60)

    alone = [run(replicate) for replicate in range(8)]
    with ThreadPoolExecutor(2) as pool:
        for _ in range(3):
            for one, other in zip(alone, pool.map(run, range(8)), strict=True):
                lab.same(one, other)
