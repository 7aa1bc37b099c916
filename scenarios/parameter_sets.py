"""The ensemble of calibrated parameter sets that runs draw from, one for each choice of structure."""

import csv
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Protocol

import numpy as np

from trappen.agents.states import Belief, FosterHardCases, StepDown
from trappen.model.evidence import Entry, register
from trappen.model.parameter_set import Values, base_values, with_changes
from trappen.scenarios.own_sets import OwnSets
from trappen.scenarios.scenario import Structure

DEFAULT = Structure()
ALTERNATIVES: tuple[tuple[str, str], ...] = (
    ("belief", "fixed_gain"),
    ("step_down", "per_follow_up"),
    ("foster_hard_cases", "price_only"),
)
"""Each structural switch and its alternative to the argued default."""


class Drawing(Protocol):
    """What draws from parameter sets: a scenario, or a study."""

    @property
    def structure(self) -> Structure:
        """The structural choices."""

    @property
    def ensemble(self) -> OwnSets | None:
        """Own parameter sets, or None for the country's."""


def codes(structure: Structure) -> np.ndarray:
    """Return the switches as kernels read them: belief, step_down, foster_hard_cases; int64."""
    return np.array(
        [
            Belief[structure.belief.upper()],
            StepDown[structure.step_down.upper()],
            FosterHardCases[structure.foster_hard_cases.upper()],
        ],
        np.int64,
    )


def ensemble_name(structure: Structure) -> str:
    """Return the name of the packaged ensemble fitted under a structure.

    Each switch has an ensemble fitted with it alone moved from the default; where several are moved,
    the first of them decides and the fit is less close, which `trappen targets` shows.
    """
    for switch, choice in ALTERNATIVES:
        if getattr(structure, switch) == choice:
            return choice
    return "default"


@cache
def members(name: str) -> tuple[dict[str, float], ...]:
    """Return the rows of a packaged ensemble: set 0 is the best fit, the others are drawn."""
    return read_members(files("trappen.scenarios.ensembles") / f"{name}.csv")


def read_members(resource: Traversable) -> tuple[dict[str, float], ...]:
    """Return the rows of an ensemble file that this program wrote."""
    with resource.open(encoding="utf-8") as file:
        rows = [
            {key: float(value) for key, value in row.items()}
            for row in csv.DictReader(line for line in file if not line.startswith("#"))
        ]
    return tuple(rows)


def sets_of(scenario: Drawing) -> tuple[dict[str, float], ...]:
    """Return the rows a scenario draws from: the municipality's own, or those of the country.

    Own sets were fitted under one structure. Under another, what sets the municipality apart (its best
    fit less the country's, under the structure of its own sets) is laid over the country's sets.
    """
    name = ensemble_name(scenario.structure)
    own = scenario.ensemble
    if own is None:
        return members(name)
    fitted_under = ensemble_name(Structure(**own.structure))  # type: ignore[arg-type]
    if fitted_under == name:
        return tuple(own.sets)
    country = members(fitted_under)[0]
    apart = {
        key: value - _value(country, key)
        for key, value in own.sets[0].items()
        if entry_of(key).varies != "evidence"
    }
    return tuple(
        {**row, **{key: _within(key, _value(row, key) + by) for key, by in apart.items()}}
        for row in members(name)
    )


def entry_of(name: str) -> Entry:
    """Return the register's entry of a parameter, or of the table an element belongs to."""
    return register()[name.rpartition(".")[0] or name]


def _value(row: dict[str, float], name: str) -> float:
    if name in row:
        return row[name]
    table, dot, element = name.rpartition(".")
    return float(base_values()[table][int(element)]) if dot else float(base_values()[name])


def _within(name: str, value: float) -> float:
    entry = entry_of(name)
    assert entry.low is not None
    assert entry.high is not None
    return min(max(value, entry.low), entry.high)


def best(structure: Structure) -> Values:
    """Return the parameter set of the best fit under a structure."""
    return values_of(members(ensemble_name(structure))[0])


def values_of(row: dict[str, float]) -> Values:
    """Return the whole parameter set of one row of an ensemble."""
    changes = {name: value for name, value in row.items() if name not in ("set", "misfit")}
    return with_changes(base_values(), changes)
