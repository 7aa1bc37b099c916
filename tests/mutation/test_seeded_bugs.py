"""Eight bugs put into the source one by one: each is caught by a test that is named here.

They are the bugs that a suite for such a model must see: what statistical tests miss (a bias of
5 % in one hazard, a discount off by a year) is caught by an exact one. Slow, as each bug compiles anew:
`uv run pytest -m slow tests/mutation`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BUGS = {
    "discount off by a year": (
        "model/outcomes.py",
        "np.concatenate([[1.0], 1.0 / np.cumprod(1.0 + rates)])",
        "(1.0 / np.cumprod(1.0 + np.concatenate([rates, rates[-1:]])))",
        "tests/scenarios/test_present_value.py",
    ),
    "a policy begins a month late": (
        "policies/policy.py",
        "begun = since >= 0",
        "begun = since > 0",
        "tests/policies/test_in_force.py",
    ),
    "prices of two steps swapped": (
        "model/kernels/money.py",
        "accounts[Post.PREVENTIVE + step - Step.PREVENTIVE, Payer.MUNICIPALITY_SOCIAL] += price",
        "accounts[Post.AFTERCARE - step + Step.PREVENTIVE, Payer.MUNICIPALITY_SOCIAL] += price",
        "tests/conservation/test_money.py::test_every_krone_is_counted_once",
    ),
    "two decisions share a stream": (
        "model/kernels/staircase.py",
        "draw(world.key, child.who, month, draws.DROPOUT)",
        "draw(world.key, child.who, month, draws.BREAKDOWN)",
        "tests/kernel/test_replay_steps.py",
    ),
    "luck keyed by the row": (
        "model/kernels/notice.py",
        "draw(world.key, child.who, month, draws.NOTICE)",
        "draw(world.key, i, month, draws.NOTICE)",
        "tests/kernel/test_replay_notice.py",
    ),
    "the grown-up come back": (
        "model/kernels/generations.py",
        "        child.life = Life.GROWN\n",
        "        child.life = Life.CHILD\n",
        "tests/conservation/test_children.py::test_every_row_can_be_in_every_month",
    ),
    "a draw used for two months": (
        "model/kernels/staircase.py",
        "draw(world.key, child.who, month, draws.BREAKDOWN)",
        "draw(world.key, child.who, (month + 1) // 2, draws.BREAKDOWN)",
        "tests/kernel/test_replay_steps.py",
    ),
    "one hazard 5 % too high": (
        "model/kernels/staircase.py",
        "rate = p.breakdown_level * p.breakdown_rate[step] / 12.0",
        "rate = 1.05 * p.breakdown_level * p.breakdown_rate[step] / 12.0",
        "tests/kernel/test_u_grid.py::test_breakdown_is_the_product_of_its_factors",
    ),
}


def copied(to: Path) -> Path:
    """Copy the project's own files, and nothing that was made from them."""
    skip = shutil.ignore_patterns(".git", ".venv", "__pycache__", "*.egg-info", "results", ".*_cache")
    shutil.copytree(ROOT, to, symlinks=True, ignore=skip)
    return to


def run(tests: str, where: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run some tests of a copy, with compiled code of its own."""
    environment = os.environ | {"PYTHONPATH": str(where), "NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", tests]
    return subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("bug", BUGS)
def test_the_bug_can_be_put_in(bug):
    """What a bug replaces stands in the source exactly once, so that a green run below means something."""
    path, old, new, test = BUGS[bug]
    assert (ROOT / path).read_text(encoding="utf-8").count(old) == 1
    assert old != new
    assert (ROOT / test.partition("::")[0]).is_file()


@pytest.mark.slow
def test_the_copy_itself_is_sound(tmp_path):
    """Without a bug the tests that catch them pass in a copy, and they do run the copy."""
    where = copied(tmp_path / "project")
    for test in sorted({bug[3] for bug in BUGS.values()}):
        done = run(test, where, tmp_path / "cache")
        assert done.returncode == 0, done.stdout[-2000:]
    found = subprocess.run(
        [sys.executable, "-c", "import trappen; print(trappen.__file__)"],
        cwd=where,
        env=os.environ | {"PYTHONPATH": str(where)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(found.stdout.strip()).is_relative_to(where)


@pytest.mark.slow
@pytest.mark.parametrize("bug", BUGS)
def test_each_bug_is_caught(bug, tmp_path):
    path, old, new, test = BUGS[bug]
    where = copied(tmp_path / "project")
    source = where / path
    source.write_text(source.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    done = run(test, where, tmp_path / "cache")
    assert done.returncode == 1, f"not caught: {done.stdout[-2000:]} {done.stderr[-2000:]}"
    assert " failed" in done.stdout
