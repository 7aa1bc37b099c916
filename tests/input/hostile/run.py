"""Spoil files of every format and let the program read them: `python tests/input/hostile/run.py 10000`.

Tells as JSON how many were read, what became of them, the longest time and the most memory. The first
file that gets anything but a sentence, takes over two seconds, or brings memory over 500 MB is kept in
tests/input/corpus, and ends the run.

    run.py COUNT [FORMAT ...]
"""

import json
import os
import sys
import tempfile
from collections import Counter
from hashlib import sha256
from pathlib import Path
from time import process_time

from formats import FORMATS, answer
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from spoil import CHANGES, spoilt

from trappen.agents.problem import Problem
from trappen.scenarios.bench.program import peak_memory
from trappen.viz.wording import problem_wording

SECONDS = 2.0
BYTES = 500e6
CORPUS = Path(__file__).parents[1] / "corpus"


def run(name, count, luck=1):
    """Spoil so many files of a format; return answers and the longest time."""
    answers: Counter[str] = Counter()
    longest = [0.0]
    with tempfile.TemporaryDirectory() as place:

        @seed(luck)
        @settings(
            max_examples=count,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(choice=st.integers(0, 9), changes=CHANGES)
        def one(choice, changes):
            raw = spoilt(name, choice, changes)
            begun = process_time()
            try:
                found = answer(name, raw, Path(place))
                took = process_time() - begun
                assert took < SECONDS, f"{took:.1f} s"
                assert peak_memory() < BYTES, f"{peak_memory() / 1e6:.0f} MB"
            except Exception:
                kept = CORPUS / name / f"found-{sha256(raw).hexdigest()[:8]}"
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(raw)
                print(f"{name}: kept as {kept}", file=sys.stderr)
                raise
            answers[found] += 1
            longest[0] = max(longest[0], took)

        answer(name, FORMATS[name].good()[0], Path(place))  # what is loaded once is no input's doing
        one()
    return answers, longest[0]


def main(count, names):
    """Run all formats, equally many files each."""
    Problem.wording = staticmethod(problem_wording("en"))
    sys.stdin = open(os.devnull)  # noqa: SIM115 - for as long as the process lives
    names = names or list(FORMATS)
    each = -(-count // len(names))
    told = {}
    for name in names:
        answers, longest = run(name, each)
        told[name] = {"files": sum(answers.values()), "longest": longest, "answers": dict(answers)}
    whole = {"files": sum(entry["files"] for entry in told.values()), "peak": peak_memory(), "formats": told}
    print(json.dumps(whole, indent=1))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
