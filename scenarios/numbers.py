"""Levers and parameters that a scenario sets itself are held against their names and bounds."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from trappen.agents.problem import Problem
from trappen.model.checking import Origin, out_of_range, shown
from trappen.model.nearest import nearest
from trappen.policies.policy import MOST_NEAR, lever_problems

OWN_PRICE = 3
"""A municipality's own unit cost may be this many times the top of the national range."""

OWN_PRICE_LEAST = 0.1
"""And no less than this share of its bottom: what is lower is most likely written in thousands of kroner."""


class Register(Protocol):
    """The model parameters by name."""

    def names(self) -> Iterable[str]:
        """List the names of the parameters."""

    def __getitem__(self, name: str, /) -> Any:
        """Give one parameter with `value`, `low` and `high`."""


type FindRegister = Callable[[], Register]


def number_problems(raw: dict[str, Any], origin: Origin, register: FindRegister) -> list[Problem]:
    """Say which levers and parameters are unknown or outside their bounds."""
    problems = lever_problems(raw.get("levers"), origin.below("levers"))
    overridden = raw.get("parameters")
    if not isinstance(overridden, Mapping) or not overridden:
        return problems
    known = register()
    names_known = list(known.names())
    for name, value in overridden.items():
        if name not in names_known:
            # Names near to it are sought for the first few only: a file can hold thousands.
            sought = names_known if len(problems) < MOST_NEAR else []
            problems.append(_unknown_parameter(name, sought, origin))
            continue
        entry, path = known[name], ("parameters", name)
        if isinstance(getattr(entry, "value", None), list | tuple | dict):
            problems.append(origin.problem("scenario.table_parameter", path))
        elif entry.low is None or entry.high is None:
            problems.append(origin.problem("scenario.fixed_parameter", path))
        elif type(value) in (int, float) and not (
            entry.low <= value <= entry.high or is_own_price(name, value, entry)
        ):
            problems.append(out_of_range(value, entry, path, origin))
    return problems


def is_own_price(name: str, value: float, entry: Any) -> bool:
    """Tell whether a price outside its national range can still be a municipality's own."""
    return name.startswith("price_") and OWN_PRICE_LEAST * entry.low <= value <= OWN_PRICE * entry.high


def _unknown_parameter(name: str, known: list[str], origin: Origin) -> Problem:
    """Name the nearest parameters; all of them would be some hundred."""
    near = nearest(name, known)
    if near:
        key, values = "scenario.unknown_parameter_near", {"nearest": ", ".join(near)}
    else:
        key, values = "scenario.unknown_parameter", {}
    return origin.problem(key, ("parameters", name), given=shown(name), **values)
