import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from trappen.agents.problem import Problem

ROOT = Path(__file__).parents[2]


class Known(dict[str, Any]):
    """A register of parameters small enough to test with."""

    def names(self) -> list[str]:
        return list(self)


def texts(language: str) -> dict[str, str]:
    """The sentences of errors, read here so that this test does not trust the program's own reader."""
    found = {}

    def take(path, entries):
        if isinstance(entries.get(language), str):
            found[path] = entries[language]
            return
        for name, below in entries.items():
            if isinstance(below, dict):
                take(f"{path}.{name}".removeprefix("."), below)

    for file in sorted((ROOT / "viz/texts").glob("*.toml")):
        take("", tomllib.loads(file.read_text(encoding="utf-8")))
    return found


@pytest.fixture
def english(monkeypatch):
    sentences = texts("en")
    monkeypatch.setattr(Problem, "wording", staticmethod(lambda key, values: sentences[key].format(**values)))


@pytest.fixture
def danish(monkeypatch):
    sentences = texts("da")
    monkeypatch.setattr(Problem, "wording", staticmethod(lambda key, values: sentences[key].format(**values)))


@pytest.fixture
def register():
    parameters = Known(
        shock_rate=SimpleNamespace(value=0.2, low=0.1, high=0.5),
        shock_size=SimpleNamespace(value=0.2, low=0.1, high=0.5),
        births=SimpleNamespace(value=[1, 2], low=0.0, high=3.0),
        discount=SimpleNamespace(value=0.035, low=None, high=None),
    )
    return lambda: parameters


@pytest.fixture
def good_scenario():
    return (ROOT / "tests/input/broken/good_scenario.yaml").read_text(encoding="utf-8")
