"""A lever is one bounded, documented number that a municipality can change."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from trappen.model.strict_yaml import load

type Text = Mapping[str, str]

Link = Literal["notice", "attention", "match", "effect"]
Grade = Literal["trial", "register", "evaluation", "expert", "assumed"]
LINKS: tuple[Link, ...] = get_args(Link)
GRADES: tuple[Grade, ...] = get_args(Grade)

SYSTEM_COUNTS = {"A": 11, "B": 20, "C": 10, "D": 3, "E": 16}
"""How many systems the five source documents hold; ids run A1..A11, B1..B20 and so on."""

_PACKAGED = Path(__file__).parent / "levers.yaml"


@dataclass(frozen=True)
class Lever:
    """One thing a municipality can change (håndtag).

    Attributes
    ----------
    name
        Its id in files.
    title, meaning, unit, mechanism, source
        Texts by language, `da` and `en`; the source says where the figures come from.
    default
        Today's practice, in `unit`.
    low, high
        What a policy may set, in `unit`.
    link
        The link of the mechanism through which it reaches children.
    systems
        Ids of the systems of the source documents that it covers.
    grade
        How good the evidence of its figures is.
    """

    name: str
    title: Text
    meaning: Text
    unit: Text
    mechanism: Text
    default: float
    low: float
    high: float
    link: Link
    systems: tuple[str, ...]
    source: Text
    grade: Grade


@cache
def levers() -> Mapping[str, Lever]:
    """Give every lever by name, in the order of the file, which is the order of all lever columns."""
    return read_levers(_PACKAGED)


def read_levers(path: Path) -> Mapping[str, Lever]:
    """Read a lever file.

    Raises
    ------
    ValueError
        An entry lacks something or contradicts itself. The file ships with the program, so this is a
        fault of the program and not of its user.
    """
    data, _ = load(path, trusted=True)
    return MappingProxyType({name: _lever(name, entry) for name, entry in data.items()})


def _lever(name: str, entry: Mapping[str, Any]) -> Lever:
    declared = {field.name for field in fields(Lever)} - {"name"}
    if set(entry) != declared:
        raise ValueError(f"lever {name}: {sorted(set(entry) ^ declared)} missing or unknown")
    numbers = {key: float(entry[key]) for key in ("default", "low", "high")}
    lever = Lever(name=name, **{**entry, **numbers, "systems": tuple(entry["systems"])})
    for text in (lever.title, lever.meaning, lever.unit, lever.mechanism, lever.source):
        if not isinstance(text, Mapping) or set(text) != {"da", "en"} or not all(text.values()):
            raise ValueError(f"lever {name}: a text lacks a language")
    if not lever.low <= lever.default <= lever.high:
        raise ValueError(f"lever {name}: the default {lever.default} lies outside its bounds")
    if lever.link not in LINKS or lever.grade not in GRADES:
        raise ValueError(f"lever {name}: link or grade is wrong")
    if not lever.systems or not all(map(is_system, lever.systems)):
        raise ValueError(f"lever {name}: systems are wrong")
    return lever


def is_system(name: str) -> bool:
    """Tell whether this is the id of a system of the source documents, such as B6."""
    number = name[1:]
    return number.isdecimal() and 1 <= int(number) <= SYSTEM_COUNTS.get(name[:1], 0) and number[0] != "0"


def defaults() -> dict[str, float]:
    """Give today's practice: every lever's default, in `unit`, by name."""
    return {name: lever.default for name, lever in levers().items()}
