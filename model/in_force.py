"""What a municipality is told to put in force, checked and copied as compiled rules take it."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trappen.agents.levers import LEVERS, LINK_OF
from trappen.agents.states import Belief, FosterHardCases, Link, StepDown
from trappen.model.engine import InForce


def as_levers(given: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return an own copy of lever values, as compiled rules take them."""
    levers = np.array(given, np.float64)
    if levers.shape != shape:
        raise ValueError(f"levers in force have the shape {levers.shape} where {shape} is needed")
    return levers


def constant(levers: NDArray[np.float64], months: int) -> InForce:
    """Return the same levers in force for so many months, at no cost of changing."""
    every_month = np.tile(levers, (months, 1))
    return InForce(felt=every_month, paid=every_month, transition=np.zeros(months))


def as_felt(in_force: InForce, today: NDArray[np.float64], links: Mapping[str, bool], months: int) -> InForce:
    """Return what is in force, with today's levers felt where a link does not hold."""
    unknown = set(links) - {link.name.lower() for link in Link}
    if unknown:
        raise ValueError(f"no link is called {min(unknown)!r}")
    felt = as_levers(in_force.felt, (months, LEVERS))
    for lever, link in LINK_OF.items():
        if not links.get(link.name.lower(), True):
            felt[:, lever] = today[lever]
    transition = np.array(in_force.transition, np.float64)
    if transition.shape != (months,):
        raise ValueError(f"the cost of changing has the shape {transition.shape}, not ({months},)")
    return InForce(felt, as_levers(in_force.paid, (months, LEVERS)), transition, in_force.programmes)


def as_structure(switches: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the structural switches as compiled rules take them."""
    kinds = (Belief, StepDown, FosterHardCases)
    return np.array([kind(int(switch)) for kind, switch in zip(kinds, switches, strict=True)], np.int64)
