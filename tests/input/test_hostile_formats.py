"""Spoilt files of every format get a sentence: quickly, in little memory, and nothing is ever a traceback.

A few hundred are spoilt in the usual run; ten thousand, and those bred by coverage, in the slow one. What
was ever found, and what is known to do harm elsewhere, is kept in `corpus/` and read in every run.
"""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest

HERE = Path(__file__).parent
HOSTILE = HERE / "hostile"
CORPUS = HERE / "corpus"


def _load(name):
    spec = importlib.util.spec_from_file_location(name, HOSTILE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


formats = _load("formats")
KEPT = sorted(path for path in CORPUS.glob("*/*") if path.is_file())
MAY_BE_TAKEN = {"a-billion-tasks", "odd-titles"}
"""Kept because they must not hang or disturb a terminal, not because they must be refused."""


def run(program, *args, seconds=1800):
    done = subprocess.run(
        [sys.executable, str(HOSTILE / program), *map(str, args)],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-1000:]
    return done.stdout


@pytest.mark.parametrize("name", formats.FORMATS)
def test_good_files_are_taken(name, tmp_path, english):
    """Otherwise every spoilt one would be refused for a reason that has nothing to do with it."""
    for number, good in enumerate(formats.FORMATS[name].good()):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert formats.answer(name, good, folder) == "taken", number


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_was_found_is_answered(path, tmp_path, english):
    formats.answer(path.parent.name, formats.FORMATS[path.parent.name].good()[0], tmp_path)
    begun = process_time()
    answer = formats.answer(path.parent.name, path.read_bytes(), tmp_path)
    assert process_time() - begun < 2
    if path.name not in MAY_BE_TAKEN and not path.name.startswith("found-"):
        assert answer != "taken"


def test_every_format_has_its_kept_files_and_no_other_has():
    assert {path.parent.name for path in KEPT} <= set(formats.FORMATS)
    assert len(KEPT) >= 20


def test_a_few_hundred_spoilt_files_get_sentences():
    told = json.loads(run("run.py", 350))
    assert told["files"] >= 350
    assert told["peak"] < 500e6
    assert all(entry["longest"] < 2 for entry in told["formats"].values())
    for name, entry in told["formats"].items():
        assert set(entry["answers"]) - {"taken"}, f"{name}: nothing was spoilt"


@pytest.mark.slow
def test_ten_thousand_spoilt_files_get_sentences():
    told = json.loads(run("run.py", 10_500))
    assert told["files"] >= 10_000
    assert told["peak"] < 500e6
    assert all(entry["longest"] < 2 for entry in told["formats"].values())
    assert set(told["formats"]) == set(formats.FORMATS)


@pytest.mark.slow
@pytest.mark.parametrize("name", formats.FORMATS)
def test_files_bred_by_coverage_get_sentences(name):
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris has no wheel for this system")
    run("coverage_run.py", name, 5000)
