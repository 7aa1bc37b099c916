"""Every number of the model, with its unit, range, source and grade."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np

GRADES = ("trial", "register", "evaluation", "expert", "assumed", "calibrated")
"""Best first; `calibrated`: no source gives the value, it is fitted to named targets."""

VARIES = ("fixed", "evidence", "calibrated")
"""How a number varies between parameter sets: not, drawn from its range, or fitted to targets."""

ROOMS = ("population", "life", "notice", "casework", "staircase", "outcomes", "money", "programmes")
"""The files of parameters, one a phase of the month."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One number, or one table of numbers, and what is known of it."""

    name: str
    room: str
    value: Any
    low: float | None
    high: float | None
    unit: str
    grade: str
    varies: Literal["fixed", "evidence", "calibrated"]
    source: str
    meaning: Mapping[str, str]
    index: str | None = None


class Register(Mapping[str, Entry]):
    """All entries by name."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def names(self) -> list[str]:
        """Return every name, in the order of the files."""
        return list(self._entries)

    def varying(self, how: str) -> list[Entry]:
        """Return the entries that vary so between parameter sets: evidence or calibrated."""
        return [entry for entry in self._entries.values() if entry.varies == how]

    def grades(self) -> dict[str, int]:
        """Return how many entries stand on each grade of evidence."""
        return {grade: sum(e.grade == grade for e in self._entries.values()) for grade in GRADES}


@cache
def register() -> Register:
    """Return the packaged register, read from `model/parameters/*.yaml`.

    Raises
    ------
    ValueError
        If an entry lacks a field, has an unknown one, or its value lies outside its range.
    """
    from trappen.model.strict_yaml import load

    entries: dict[str, Entry] = {}
    for room in ROOMS:
        resource = files("trappen.model.parameters") / f"{room}.yaml"
        for name, raw in load(resource, trusted=True)[0].items():
            if name in entries:
                raise ValueError(f"{room}.yaml: {name} stands in {entries[name].room}.yaml too")
            entries[name] = _entry(name, room, dict(raw))
    return Register(entries)


def _entry(name: str, room: str, raw: dict[str, Any]) -> Entry:
    try:
        entry = Entry(
            name=name,
            room=room,
            value=raw.pop("value"),
            low=raw.pop("low", None),
            high=raw.pop("high", None),
            unit=raw.pop("unit"),
            grade=raw.pop("grade"),
            varies=raw.pop("varies"),
            source=raw.pop("source"),
            meaning={"en": raw.pop("en"), "da": raw.pop("da")},
            index=raw.pop("index", None),
        )
    except KeyError as error:
        raise ValueError(f"{room}.yaml: {name}: {error.args[0]} is missing") from None
    if raw:
        raise ValueError(f"{room}.yaml: {name}: unknown field {next(iter(raw))}")
    if entry.grade not in GRADES:
        raise ValueError(f"{room}.yaml: {name}: grade {entry.grade} is none of {', '.join(GRADES)}")
    if entry.low is not None and entry.high is not None:
        values = np.atleast_1d(np.asarray(entry.value, float))
        if values.min() < entry.low or values.max() > entry.high:
            raise ValueError(f"{room}.yaml: {name}: the value lies outside {entry.low} to {entry.high}")
    return entry
