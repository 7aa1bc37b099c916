"""Adult outcomes are solved for: those ever placed and the others come out as published.

Nothing in a run depends on them, so they need no place in the fit itself.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from scipy.optimize import root
from scipy.special import expit

from trappen.agents.states import AdultOutcome, Life
from trappen.model.kernels.world import World
from trappen.model.parameter_set import Values

ADULT = tuple(f"{outcome.name.lower()}_{part}" for outcome in AdultOutcome for part in ("level", "slope"))
"""The parameters that are solved for."""


@cache
def sources() -> Mapping[str, str]:
    """Return where the published shares are from, by outcome."""
    return {name: str(entry["source"]) for name, entry in _entries().items()}


@cache
def published() -> Mapping[str, tuple[float, float]]:
    """Return the shares of those ever placed and of the others by outcome."""
    return {name: (float(entry["placed"]), float(entry["others"])) for name, entry in _entries().items()}


def _entries() -> Mapping[str, Any]:
    from trappen.model.strict_yaml import load

    return load(files("trappen.scenarios.fitting") / "adults.yaml", trusted=True)[0]


def solve_outcomes(world: World, values: Values) -> dict[str, float]:
    """Return log-odds level and slope of each adult outcome from who turned 25 in a run."""
    children = world.children
    grown = children["life"] == Life.GROWN
    weight = float(values["school_weight"])
    index = (1.0 - weight) * children["need"][grown] - weight * children["school"][grown]
    placed = children["first_placed"][grown] != np.iinfo(np.int16).max
    found: dict[str, float] = {}
    for outcome in AdultOutcome:
        name = outcome.name.lower()
        of_placed, of_others = published()[name]

        def gap(x: np.ndarray, a: float = of_placed, b: float = of_others) -> np.ndarray:
            risk = expit(x[0] + x[1] * index)
            return np.array([risk[placed].mean() - a, risk[~placed].mean() - b])

        solution = root(gap, np.array([-2.0, 1.0])).x
        found[f"{name}_level"] = float(np.clip(solution[0], -8.0, 2.0))
        found[f"{name}_slope"] = float(np.clip(solution[1], 0.0, 4.0))
    return found
