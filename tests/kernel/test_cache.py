"""Compiled code is kept between processes, and an edit anywhere it is built from is seen."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from trappen.model import kernels

KERNELS = Path(kernels.__file__).parent


@pytest.fixture
def sources(tmp_path):
    folder = tmp_path / "sources"
    shutil.copytree(KERNELS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_hash_sees_an_edit_in_every_source(sources):
    before = kernels.source_hash((sources,))
    assert before == kernels.source_hash((sources,))
    seen = {before}
    for file in sorted(sources.rglob("*.py")):
        file.write_text(file.read_text() + "# edited\n")
        seen.add(kernels.source_hash((sources,)))
    assert len(seen) == 1 + len(list(sources.rglob("*.py")))


def test_hash_sees_new_moved_and_removed_sources(sources):
    seen = [kernels.source_hash((sources,))]
    (sources / "new.py").write_text("A = 1\n")
    seen.append(kernels.source_hash((sources,)))
    (sources / "new.py").rename(sources / "newer.py")
    seen.append(kernels.source_hash((sources,)))
    (sources / "newer.py").unlink()
    assert kernels.source_hash((sources,)) == seen[0]
    assert len(set(seen)) == 3


def test_kernels_are_built_from_hashed_sources_only():
    """A kernel freezes what it imports, so a project module outside the hashed folders is not allowed."""
    hashed = ("trappen.model.kernels", "trappen.agents")
    assert KERNELS in kernels.compiled_folders()
    assert any(folder.name == "agents" for folder in kernels.compiled_folders())
    for file in KERNELS.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file.name}:{node.lineno}: relative import"
                names = [node.module or ""]
            for name in names:
                inside = any(name == known or name.startswith(known + ".") for known in hashed)
                assert inside or not name.startswith("trappen"), f"{file.name}:{node.lineno}: {name}"


def test_only_the_newest_folders_are_kept(tmp_path):
    bystander = tmp_path / "another-program"
    bystander.mkdir()
    made = []
    for age, key in enumerate("abcdefghijk"):
        folder = kernels.open_cache(tmp_path, key)
        assert folder is not None
        os.utime(folder, (1000 + age, 1000 + age))
        made.append(folder)
    forgotten = len(made) - kernels.FOLDERS_KEPT
    assert [folder.exists() for folder in made] == [False] * forgotten + [True] * kernels.FOLDERS_KEPT
    assert forgotten > 0
    assert bystander.exists()


def test_a_place_that_cannot_be_written_means_no_cache(tmp_path):
    occupied = tmp_path / "a file"
    occupied.write_text("")
    assert kernels.open_cache(occupied, "key") is None


def _run(code: str, cache: Path, path: Path | None = None) -> str:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


PROJECT_CODE = """
import numpy as np
from trappen.model.kernels import draws
draws._to_normals(np.array([0.5]))
stats = draws._to_normals.stats
print(sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))
"""


def test_a_second_process_finds_what_the_first_compiled(tmp_path):
    assert _run(PROJECT_CODE, tmp_path) == "0 1"
    assert _run(PROJECT_CODE, tmp_path) == "1 0"


def test_without_a_writable_place_the_program_still_runs(tmp_path):
    occupied = tmp_path / "a file"
    occupied.write_text("")
    assert _run(PROJECT_CODE, occupied) == _run(PROJECT_CODE, occupied) == "0 1"
    assert occupied.read_text() == ""


COPY_CODE = """
from pocket import calling
print(calling.answer())
"""


def test_an_edit_in_a_helper_reaches_a_cached_caller(tmp_path):
    """The fault this guards against: a kernel in one file, its inlined helper, edited, in another."""
    pocket = tmp_path / "pocket"
    pocket.mkdir()
    own_name = '__name__ == "kernels"'
    start = (KERNELS / "__init__.py").read_text()
    assert own_name in start
    (pocket / "__init__.py").write_text(start)
    helper = "from pocket import inlined\n\n@inlined\ndef one():\n    return {}\n"
    (pocket / "helping.py").write_text(helper.format(1))
    (pocket / "calling.py").write_text(
        "from pocket import kernel\nfrom pocket.helping import one\n\n"
        "@kernel\ndef answer():\n    return one() + 40\n"
    )
    cache = tmp_path / "cache"
    assert _run(COPY_CODE, cache, tmp_path) == "41"
    (pocket / "helping.py").write_text(helper.format(2))
    assert _run(COPY_CODE, cache, tmp_path) == "42"


def test_a_users_own_setting_is_left_alone():
    code = (
        "from numba.core import config\nbefore = config.CACHE_DIR\n"
        "from trappen.model.kernels import draws\nprint(config.CACHE_DIR == before)"
    )
    assert _run(code, Path(os.environ.get("NUMBA_CACHE_DIR", ""))) == "True"


@pytest.mark.parametrize("order", ["python first", "kernel first"])
def test_what_is_copied_into_kernels_can_be_called_from_python_too(order, tmp_path):
    """The two are compiled apart and kept apart on disk: loaded in each other's place they would crash."""
    calls = [
        "print(round(draws.normal_quantile(0.975), 6), *draws.philox(1, 2, 3, 4, 5, 6))",
        "print(draws.normals(5, np.arange(3), 1, draws.COURSE).tolist())",
    ]
    code = "import numpy as np; from trappen.model.kernels import draws; "
    code += "; ".join(calls if order == "python first" else calls[::-1])
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    told = [
        subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        for _ in range(2)
    ]
    assert told[0].stdout == told[1].stdout
    assert "1.959964" in told[0].stdout
    names = [path.name for path in tmp_path.rglob("*.nbi")]
    # a name of their own each
    assert any("normal_quantile_called" in name for name in names)
    assert any("normal_quantile-" in name for name in names)


FIRST_CALLS = """
from concurrent.futures import ThreadPoolExecutor
from trappen.model.kernels import draws, notice

calls = [
    (draws.normal_quantile, 0.3),
    (draws.nth, 1, 0.1, 0.2, 0.3, 0.4),
    (notice.age_band, 30),
    (notice.is_front, 2),
]
for found in ThreadPoolExecutor(8).map(lambda call: call[0](*call[1:]), calls * 8):
    print(found)
"""


def test_threads_that_call_for_the_first_time_write_to_the_folder_and_nowhere_else(tmp_path):
    """What Python calls is compiled at its first call: several at once must not undo each other's setting."""
    here, kept = tmp_path / "here", tmp_path / "kept"
    here.mkdir()
    environment = os.environ | {"NUMBA_CACHE_DIR": str(kept)}
    subprocess.run([sys.executable, "-c", FIRST_CALLS], env=environment, cwd=here, check=True)
    assert not list(here.iterdir())
    for name in ("normal_quantile", "nth", "age_band", "is_front"):
        assert list(kept.rglob(f"*{name}_called*.nbc"))
