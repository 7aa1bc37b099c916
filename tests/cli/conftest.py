"""A folder of given files, an empty folder to stand in, and the command line called from Python."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from trappen import cli
from trappen.agents.problem import Problem

SMALL = """\
name: small
children: 800
policy: {policy}
years: 2
replicates: 2
seed: 5
"""
LOCALES = {"da": "da_DK.UTF-8", "en": "en_GB.UTF-8"}


@dataclass(frozen=True)
class Said:
    """What a command line answered."""

    code: int
    out: str
    err: str


def call(args, lang="en", columns=80):
    """Call the command line in this process, in the language of a locale and at a terminal's width."""
    kept = {name: os.environ.get(name) for name in ("LC_ALL", "COLUMNS", "TERM")}
    wording = Problem.__dict__["wording"]
    out, err = io.StringIO(), io.StringIO()
    try:
        os.environ.update(LC_ALL=LOCALES[lang], COLUMNS=str(columns), TERM="dumb")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.main([str(arg) for arg in args])
    finally:
        Problem.wording = wording
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def trappen():
    """Call the command line in this process."""
    return call


@pytest.fixture(scope="session")
def installed():
    """The path of the command as it is installed."""
    found = shutil.which("trappen", path=str(Path(sys.executable).parent))
    assert found, "the command `trappen` is not installed beside this Python"
    return found


@pytest.fixture
def started(installed):
    """Run the installed command in a process of its own."""

    def run(*args, **environment):
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHONIO", "PYTHONUTF8"))
        }
        return subprocess.run(
            [installed, *map(str, args)],
            env=kept | {"COLUMNS": "80"} | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
            encoding="utf-8",
            errors="replace",
        )

    return run


@pytest.fixture(scope="session")
def given(tmp_path_factory):
    """A folder of files that command lines name; none of them may be changed."""
    folder = tmp_path_factory.mktemp("given")
    for name, policy in (("today", "status_quo"), ("reform", "omlaegning")):
        (folder / f"{name}.yaml").write_text(SMALL.format(policy=policy), encoding="utf-8")
    vejle = SMALL.format(policy="omlaegning").replace("children: 800", "municipality: Vejle")
    (folder / "vejle.yaml").write_text(vejle, encoding="utf-8")
    wrong = SMALL.format(policy="omlaegning").replace("years: 2", "years: 200").replace("seed", "sed")
    (folder / "wrong.yaml").write_text(wrong, encoding="utf-8")
    (folder / "folder").mkdir()
    manifest = {
        "program": "trappen",
        "format": 1,
        "program_version": "0.0.7",
        "scenarios": {"a": {}, "b": {}},
    }
    for name, text in {
        "not_json.json": "years: 20\n",
        "deep.json": "[" * 100_000,
        "list.json": "[1, 2]\n",
        "another_program.json": json.dumps(manifest | {"program": "somebody else's"}),
        "another_format.json": json.dumps(manifest | {"format": 99}),
        "no_scenarios.json": json.dumps({k: v for k, v in manifest.items() if k != "scenarios"}),
        "other_parameters.json": json.dumps(manifest | {"parameter_hash": "0" * 64}),
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "latin.json").write_bytes('{"kommune": "Ærø"}'.encode("cp1252"))
    return folder


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def compared(tmp_path_factory, given):
    """A small comparison by the command line: its folder and what was said, by language."""
    found = {}
    for lang in LOCALES:
        place = tmp_path_factory.mktemp(f"compared-{lang}")
        said = call(["compare", given / "today.yaml", given / "reform.yaml", "--output", place], lang)
        assert said.code == 0, said.err
        (folder,) = place.iterdir()
        found[lang] = (folder, said)
    return found
