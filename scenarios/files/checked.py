"""A file is checked: told what it is meant as, and everything that is wrong with it at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from trappen.model.strict_yaml import parse, read_bytes
from trappen.policies.catalogue import read_any
from trappen.policies.programme import Programme, is_programme
from trappen.scenarios.scenario import load_scenario

type Kind = Literal["scenario", "policy", "programme"]


@dataclass(frozen=True)
class Checked:
    """A file in which nothing is wrong."""

    kind: Kind
    name: str
    title: Mapping[str, str]


def kind_of(path: Path) -> Kind:
    """Tell what a file is meant as, by the fields in it."""
    data, _, _ = parse(read_bytes(path), path)
    if "policy" in data or data.keys() & {"municipality", "children", "replicates", "years"}:
        return "scenario"
    return "programme" if is_programme(data) else "policy"


def check_file(path: Path) -> Checked:
    """Check a scenario, a policy or a programme.

    Raises
    ------
    Problems
        One sentence for each thing that is wrong.
    """
    kind = kind_of(path)
    if kind == "scenario":
        scenario = load_scenario(path)
        told = scenario.title or scenario.name
        return Checked(kind, scenario.name, {"da": told, "en": told})
    made = read_any(path)
    kind = "programme" if isinstance(made, Programme) else "policy"
    return Checked(kind, made.name, made.title.model_dump())
