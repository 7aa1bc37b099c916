"""Every example of docs/policies.md is run as it stands there, in order, in one folder."""

import re
import shlex
from pathlib import Path

import pytest

from trappen.cli import main
from trappen.policies import library

PAGE = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(yaml file=(\S+))?\n(.*?)^```$", PAGE, re.M | re.S)
LONGEST_PRACTICE = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("page")


@pytest.fixture(autouse=True)
def there(folder, monkeypatch):
    monkeypatch.chdir(folder)
    library.use_folder(None)
    yield
    library.use_folder(None)


def steps():
    for _, file, text in BLOCKS:
        if file:
            yield pytest.param("write", file, text, id=file)
        for line in () if file else text.splitlines():
            yield pytest.param("run", line, "", id=line)


def test_there_are_examples_of_everything():
    told = PAGE.replace("\n", " ")
    assert len(BLOCKS) >= 8
    for verb in ("catalogue", "show", "diff", "new", "check", "schema", "run", "compare"):
        assert f"trappen {verb}" in told


@pytest.mark.parametrize(("what", "first", "text"), list(steps()))
def test_an_example_runs(what, first, text, folder, capsys):
    if what == "write":
        path = folder / first
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return
    program, *args = shlex.split(first)
    assert program == "trappen"
    assert main(args) == 0, capsys.readouterr().err
    assert capsys.readouterr().out.strip() or "--output" in args


def test_a_city_s_own_practice_takes_at_most_thirty_lines():
    (text,) = (text for _, file, text in BLOCKS if file.endswith("nordby.yaml"))
    assert len(text.splitlines()) <= LONGEST_PRACTICE
