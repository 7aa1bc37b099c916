"""Let atheris look for a file that harms: inputs are bred by which lines of the readers they reach.

    coverage_run.py FORMAT RUNS

The run ends with a failure where a reader raises anything but a Problem, takes more than two seconds of
processor time for a file, or memory passes 500 MB; the file is then kept in tests/input/corpus.
"""

import os
import sys
import tempfile
from pathlib import Path
from time import process_time

import atheris

with atheris.instrument_imports(
    include=[
        *("trappen.agents.problem", "trappen.model.checking", "trappen.model.strict_yaml"),
        *("trappen.policies", "trappen.scenarios"),
    ],
    exclude=["trappen.scenarios.bench"],
):
    from formats import FORMATS, answer

    import trappen.model.checking
    import trappen.model.strict_yaml
    import trappen.policies.catalogue
    import trappen.policies.library
    import trappen.scenarios.files.sent
    import trappen.scenarios.kept.compared
    import trappen.scenarios.kept.pruned
    import trappen.scenarios.kept.stored
    import trappen.scenarios.kept.verified
    import trappen.scenarios.own.episode_tables
    import trappen.scenarios.own.own_figures
    import trappen.scenarios.own.statbank
    import trappen.scenarios.own_prices
    import trappen.scenarios.own_sets
    import trappen.scenarios.scenario
    import trappen.scenarios.studies.study
    import trappen.scenarios.trust.backtest  # noqa: F401

from trappen.agents.problem import Problem
from trappen.viz.wording import problem_wording

SECONDS = 2.0
STUCK = 30
"""Wall seconds after which the library itself ends a reader that never answers, on however busy a machine."""

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
    begun = process_time()
    answer(name, raw, place)
    took = process_time() - begun
    assert took < SECONDS, f"{took:.1f} s"


atheris.Setup(
    [
        sys.argv[0],
        *(f"-runs={runs}", f"-timeout={STUCK}", "-rss_limit_mb=500", "-max_len=20000", "-seed=1"),
        *(
            "-verbosity=0",
            "-print_final_stats=1",
            f"-artifact_prefix={corpus}/found-",
            str(seeds),
            str(corpus),
        ),
    ],
    one,
)
atheris.Fuzz()
