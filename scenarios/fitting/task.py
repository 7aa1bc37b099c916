"""What a fit is done with: figures aimed at, what may move between which bounds, and today's practice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from trappen.agents.levers import LEVERS, Lever
from trappen.model.engine import InForce, luck_key, make_desk, make_world, run_months
from trappen.model.evidence import register
from trappen.model.kernels.draws import Purpose, normals
from trappen.model.kernels.world import World
from trappen.model.municipalities import national_age_distribution
from trappen.model.parameter_set import Values, make_rules
from trappen.model.population import WARM_UP_MONTHS
from trappen.policies.lever import defaults
from trappen.scenarios.fitting.adult_fit import ADULT
from trappen.scenarios.fitting.targets import targets

CHILDREN = 30_000
"""Children of the municipality that is fitted: at fewer, luck in the placed stock would be fitted."""

ALSO = ("need_level",)
"""What moves besides the calibrated parameters in a municipality's fit: how strained its families are."""


YEARS = 6


@dataclass(frozen=True, slots=True)
class Aim:
    """The figures a fit aims at.

    Attributes
    ----------
    names
        Targets by name.
    value, spread
        What each should be, and the standard deviation one unit of misfit stands for.
    """

    names: tuple[str, ...]
    value: np.ndarray
    spread: np.ndarray

    def residuals(self, model: Mapping[str, float]) -> np.ndarray:
        """Return distances in units of spread; what cannot be read counts as ten."""
        distance = (np.array([model[name] for name in self.names]) - self.value) / self.spread
        return np.nan_to_num(np.clip(distance, -30, 30), nan=10.0)

    def disturbed(self, seed: int, member: int) -> "Aim":
        """Return an aim a spread or so away: as the figures might as well have come out."""
        who, blocks = np.array([member]), range(len(self.names) // 4 + 1)
        noise = np.concatenate([normals(seed, who, -1, Purpose.ENSEMBLE, block)[0] for block in blocks])
        return replace(self, value=self.value + self.spread * noise[: len(self.names)])


def national_aim() -> Aim:
    """Return the packaged targets that are fitted."""
    fitted = [target for target in targets().values() if target.fitted]
    return Aim(
        tuple(target.name for target in fitted),
        np.array([target.value for target in fitted], float),
        np.array([target.spread for target in fitted], float),
    )


@dataclass(frozen=True, slots=True)
class Task:
    """What a fit is done with: structure, aim, luck, size, and what may move between which bounds."""

    structure: np.ndarray
    aim: Aim
    children: int
    seed: int
    names: tuple[str, ...]
    low: np.ndarray
    high: np.ndarray
    today: Mapping[str, float] = field(default_factory=dict)
    """Levers that stand otherwise today than in the country."""
    prices: Mapping[str, float] = field(default_factory=dict)
    """Own unit costs, laid over those of every set, so that spending is reckoned in what was paid."""


def calibrated_names() -> list[str]:
    """Return the names of what Gauss-Newton moves; tables element by element.

    The levels and slopes of adult outcomes are solved for afterwards: nothing depends on them.
    """
    names = []
    for entry in register().varying("calibrated"):
        if entry.name in ADULT:
            continue
        if entry.index is None:
            names.append(entry.name)
        else:
            names.extend(f"{entry.name}.{k}" for k in range(len(entry.value)))
    return names


def today(
    structure: np.ndarray,
    values: Values,
    children: int,
    seed: int,
    years: int,
    practice: Mapping[str, float] | None = None,
) -> World:
    """Run today's practice, warm-up and `years`, in a municipality with the country's ages.

    Parameters
    ----------
    practice
        Levers that stand otherwise today than in the country.
    """
    rules = make_rules(values)
    ages = np.asarray(national_age_distribution(), float)
    world = make_world(children, ages, rules, luck_key(seed, 0, 0), years)
    levers = defaults() | dict(practice or {})
    row = np.array([levers[Lever(k).name.lower()] for k in range(LEVERS)])
    months = WARM_UP_MONTHS + 12 * years
    force = np.tile(row, (months, 1))
    run_months(
        world, make_desk(world), rules, InForce(force, force, np.zeros(months)), structure, -WARM_UP_MONTHS
    )
    return world


def make_task(
    structure: np.ndarray,
    *,
    aim: Aim | None = None,
    children: int = CHILDREN,
    seed: int = 2026,
    also: Sequence[str] = (),
) -> Task:
    """Return a fitting task; `also` names parameters that move besides the calibrated ones."""
    names = (*calibrated_names(), *also)
    entries = [register()[name.rpartition(".")[0] or name] for name in names]
    return Task(
        structure,
        aim or national_aim(),
        children,
        seed,
        names,
        np.array([entry.low for entry in entries], float),
        np.array([entry.high for entry in entries], float),
    )


def _value(values: Values, name: str) -> float:
    table, dot, element = name.rpartition(".")
    return float(values[table][int(element)]) if dot else float(values[name])


def known(changes: Mapping[str, float]) -> dict[str, float]:
    """Return those changes whose parameters the register still has: an older fit is a start, no more."""
    kept = {}
    for name, value in changes.items():
        table, dot, element = name.rpartition(".")
        entry = register().get(table if dot else name)
        if entry is not None and (not dot or int(element) < np.size(entry.value)):
            kept[name] = value
    return kept


def _far(task: Task) -> np.ndarray:
    return (task.low > 0.0) & (task.high > 7.0 * task.low)


def to_unit(task: Task, values: Values) -> np.ndarray:
    """Return values as places between their bounds, 0 to 1; by their logs where bounds lie far apart."""
    theta = np.clip([_value(values, name) for name in task.names], task.low, task.high)
    far = _far(task)
    linear = (theta - task.low) / (task.high - task.low)
    low, high = np.where(far, task.low, 1.0), np.where(far, task.high, 2.0)
    logs = np.log(np.where(far, theta, 1.0) / low) / np.log(high / low)
    return np.where(far, logs, linear)


def from_unit(task: Task, unit: np.ndarray) -> dict[str, float]:
    """Return the values at places between their bounds, by name."""
    far = _far(task)
    unit = np.clip(unit, 0.0, 1.0)
    low, high = np.where(far, task.low, 1.0), np.where(far, task.high, 2.0)
    theta = np.where(far, low * (high / low) ** unit, task.low + unit * (task.high - task.low))
    return dict(zip(task.names, map(float, theta), strict=True))
