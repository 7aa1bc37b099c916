"""Run replicates in threads or processes and print a fingerprint of each; run by `test_workers`.

A script of its own, because a spawned process must be able to import what it runs.
"""

import hashlib
import importlib.util
import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

CONFTEST = Path(__file__).parents[1] / "conftest.py"


def load_lab():
    """Return the tests' shared helper."""
    spec = importlib.util.spec_from_file_location("conftest_of_replicates", CONFTEST)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Lab()


def fingerprint(replicate):
    """Return a hash of everything a replicate ends with."""
    lab = load_lab()
    town = lab.town(children=600, years=2, seed=7, replicate=replicate).run(24)
    digest = hashlib.sha256()
    for name, array in sorted(lab.arrays_of(town).items()):
        digest.update(name.encode())
        digest.update(lab.bits(array))
    return digest.hexdigest()


def main(kind, workers, replicates):
    """Print the fingerprints of the replicates in order, as JSON."""
    if kind == "threads":
        pool = ThreadPoolExecutor(workers)
    else:
        pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    with pool:
        print(json.dumps(list(pool.map(fingerprint, range(replicates)))))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
