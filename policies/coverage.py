"""Every system of the source documents is carried by something that works, and a test shows it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from trappen.model.strict_yaml import load
from trappen.policies import library
from trappen.policies.catalogue import find, names
from trappen.policies.lever import SYSTEM_COUNTS, levers

_FILE = Path(__file__).parent / "coverage.yaml"


@dataclass(frozen=True)
class Carried:
    """One system of the source documents, what carries it, and the tests that show its stated effect.

    Attributes
    ----------
    system
        Its id, such as A8.
    title
        What it is called, by language.
    says
        What the source says that it moves, by language.
    short
        Where the model does not give what the source says, by language; empty where it does.
    note
        What a reader should know where it does, by language; mostly empty.
    policies, programmes, levers
        Entries of the catalogue that name the id.
    mechanisms
        What in the program carries it besides: a rule, an indicator, a command.
    tests
        Tests that show the stated effect, as pytest names them.
    """

    system: str
    title: dict[str, str]
    says: dict[str, str]
    short: dict[str, str]
    note: dict[str, str]
    policies: tuple[str, ...]
    programmes: tuple[str, ...]
    levers: tuple[str, ...]
    mechanisms: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def carried(self) -> bool:
        """Whether something carries it and a test shows it."""
        return bool(self.tests) and bool(self.policies + self.programmes + self.levers + self.mechanisms)

    def as_data(self) -> dict[str, Any]:
        """Return the row as plain data."""
        return {
            "system": self.system,
            "title": self.title,
            "says": self.says,
            "short": self.short,
            "note": self.note,
            "policies": self.policies,
            "programmes": self.programmes,
            "levers": self.levers,
            "mechanisms": self.mechanisms,
            "tests": self.tests,
            "carried": self.carried,
        }


def systems() -> list[str]:
    """List the ids of every system of the source documents."""
    return [f"{letter}{number}" for letter, count in SYSTEM_COUNTS.items() for number in range(1, count + 1)]


@cache
def _told() -> dict[str, dict[str, Any]]:
    data, _ = load(_FILE, trusted=True)
    unknown = set(data) - set(systems())
    if unknown:
        raise ValueError(f"coverage.yaml names {sorted(unknown)}, which no source document holds")
    return data


def coverage() -> list[Carried]:
    """List every system with what carries it, in the order of the documents."""
    policies = {name: find(name).systems for name in names()}
    programmes = {name: library.programme(name).systems for name in library.entries("programme")}
    moved = {name: lever.systems for name, lever in levers().items()}
    rows = []
    for system in systems():
        told = _told().get(system, {})
        rows.append(
            Carried(
                system=system,
                title=dict(told.get("title", {"da": "", "en": ""})),
                says=dict(told.get("says", {"da": "", "en": ""})),
                short=dict(told.get("short", {})),
                note=dict(told.get("note", {})),
                policies=tuple(name for name, carries in policies.items() if system in carries),
                programmes=tuple(name for name, carries in programmes.items() if system in carries),
                levers=tuple(name for name, carries in moved.items() if system in carries),
                mechanisms=tuple(told.get("mechanisms", [])),
                tests=tuple(told.get("tests", [])),
            )
        )
    return rows
