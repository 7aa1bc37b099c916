"""Let atheris look for a file that harms: inputs are bred by which lines of the readers they reach.

    coverage_run.py FORMAT RUNS

The library itself ends the run with a failure where a reader raises anything but a Problem, takes more
than two seconds for a file, or memory passes 500 MB; the file is then kept in tests/input/corpus.
"""

import os
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["trappen"]):
    from formats import FORMATS, answer

    import trappen.model.checking
    import trappen.model.strict_yaml
    import trappen.scenarios.kept.manifest
    import trappen.scenarios.kept.storage
    import trappen.scenarios.scenario
    import trappen.scenarios.studies.study  # noqa: F401

from trappen.agents.problem import Problem
from trappen.viz.wording import problem_wording

name, runs = sys.argv[1], sys.argv[2]
corpus = Path(__file__).parents[1] / "corpus" / name
corpus.mkdir(parents=True, exist_ok=True)
Problem.wording = staticmethod(problem_wording("en"))
sys.stdin = open(os.devnull)  # noqa: SIM115 - for as long as the process lives
place = Path(tempfile.mkdtemp())
seeds = Path(tempfile.mkdtemp())
for number, good in enumerate(FORMATS[name].good()):
    (seeds / f"good-{number}").write_bytes(good)
answer(name, FORMATS[name].good()[0], place)


def one(raw):
    """Read one file."""
    answer(name, raw, place)


atheris.Setup(
    [
        sys.argv[0],
        *(f"-atheris_runs={runs}", f"-runs={runs}", "-timeout=2", "-rss_limit_mb=500", "-max_len=20000"),
        *("-seed=1", "-verbosity=0", f"-artifact_prefix={corpus}/found-", str(seeds), str(corpus)),
    ],
    one,
)
atheris.Fuzz()
