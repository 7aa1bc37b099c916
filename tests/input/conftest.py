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
    groups = {}
    for name in ("errors", "programme_errors"):
        with (ROOT / f"viz/texts/{name}.toml").open("rb") as stream:
            for group, entries in tomllib.load(stream).items():
                groups[group] = groups.get(group, {}) | entries
    found = {}
    for group, entries in groups.items():
        if "da" in entries:
            found[group] = entries[language]
        else:
            found |= {f"{group}.{name}": entry[language] for name, entry in entries.items()}
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
