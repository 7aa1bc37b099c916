"""Calibration: the parameters no source gives are fitted to published figures of today's practice.

Gauss-Newton on standardised residuals. The Jacobian is a regression over runs spread about the point,
each with luck of its own, then kept up by Broyden's rule from the tries themselves; tries share their
luck, and steps are least squares within the bounds. A fit begins where the packaged best fit stands, so
that a changed model is refitted and not fitted anew. The result is an ensemble, not a point: each member
draws the numbers evidence leaves open from their ranges, disturbs the targets by their spread, and is
refitted (randomised maximum likelihood); members that cannot meet the targets are dropped.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import lsq_linear

from trappen.agents.levers import LEVERS, Lever
from trappen.model.engine import InForce, luck_key, make_desk, make_world, run_months
from trappen.model.evidence import register
from trappen.model.kernels.draws import Purpose, normals, uniforms
from trappen.model.kernels.world import World
from trappen.model.municipalities import national_age_distribution
from trappen.model.parameter_set import Values, base_values, make_rules, with_changes
from trappen.model.population import WARM_UP_MONTHS
from trappen.policies.lever import defaults
from trappen.scenarios.fitting.adult_fit import ADULT, solve_outcomes
from trappen.scenarios.fitting.targets import measure, targets

CHILDREN = 60_000
"""Children of the municipality that is fitted: at fewer, luck in the placed stock would be fitted."""

YEARS = 6
PRIOR_WEIGHT = 1.5
"""What moving a parameter from one bound to the other costs, in spreads: it holds a fit to where it began
where no target says anything."""

REACH = 0.15
"""How far about a point its slopes are taken, in shares of the way between the bounds."""

RUNS_A_NUMBER = 3
"""Runs a number that moves, of which its slopes are read."""

RIDGE = 0.02
"""A mild pull of slopes to zero, in shares of the runs."""

THREADS = 2

Say = Callable[[str, int, int], None]
"""Told of progress: what, done, of how many."""


def quiet(what: str, done: int, of: int) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One parameter set and how it meets the targets.

    Attributes
    ----------
    moved
        Values of the calibrated parameters; elements of tables are named `table.3`.
    drawn
        Values drawn from the ranges of evidence.
    model
        The model's value of every target.
    misfit
        Mean of squared standardised distances to the fitted targets.
    """

    moved: dict[str, float]
    drawn: dict[str, float]
    model: dict[str, float]
    misfit: float


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


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a fit stands: a point, the world it gave, the figures read off it and their distances."""

    unit: np.ndarray
    world: World
    model: dict[str, float]
    residual: np.ndarray

    def cost(self, anchor: np.ndarray) -> float:
        away = PRIOR_WEIGHT * (self.unit - anchor)
        return float(self.residual @ self.residual + away @ away)


def _try(task: Task, values: Values, unit: np.ndarray) -> _Place:
    here = with_changes(values, from_unit(task, unit))
    world = today(task.structure, here, task.children, task.seed, YEARS, task.today)
    model = measure(world, YEARS)
    return _Place(unit, world, model, task.aim.residuals(model))


def jacobian_at(
    task: Task, values: Values, unit: np.ndarray, pool: ThreadPoolExecutor, known: np.ndarray | None = None
) -> np.ndarray:
    """Return d residual / d unit around a point, shape (targets, numbers), by regression over runs about it.

    Moving one number at a time by little drowns in luck: any change leads children elsewhere. Here every
    run moves all numbers, by up to `REACH`, under luck of its own, and tells of all of them.

    Parameters
    ----------
    known
        A Jacobian of which only the columns that are no numbers are wanted.
    """
    numbers = len(unit)
    wanted = np.arange(numbers) if known is None else np.flatnonzero(np.isnan(known).any(axis=0))
    if not len(wanted):
        assert known is not None
        return known
    runs = RUNS_A_NUMBER * len(wanted) + 2
    low, high = np.maximum(unit - REACH, 0.0), np.minimum(unit + REACH, 1.0)
    points = np.tile(unit, (runs, 1))
    for k in wanted:
        u = uniforms(task.seed, np.arange(runs), int(k), Purpose.ENSEMBLE, 1)
        strata = (np.argsort(np.argsort(u[:, 0])) + u[:, 1]) / runs
        points[:, k] = low[k] + (high[k] - low[k]) * strata

    def told(run: int) -> np.ndarray:
        return _try(replace(task, seed=task.seed + run), values, points[run]).residual

    residuals = np.array(list(pool.map(told, range(runs))))
    moved = points[:, wanted] - points[:, wanted].mean(axis=0)
    pull = RIDGE * moved.var(axis=0).mean() * runs * np.eye(len(wanted))
    found = np.linalg.solve(moved.T @ moved + pull, moved.T @ (residuals - residuals.mean(axis=0))).T
    table = np.empty((residuals.shape[1], numbers)) if known is None else known.copy()
    table[:, wanted] = found
    return table


def slopes_of(task: Task, values: Values, threads: int = THREADS) -> np.ndarray:
    """Return d residual / d unit at a parameter set."""
    with ThreadPoolExecutor(threads) as pool:
        return jacobian_at(task, values, to_unit(task, values), pool)


def _step(
    jacobian: np.ndarray, residual: np.ndarray, unit: np.ndarray, anchor: np.ndarray, damping: float
) -> np.ndarray:
    """Return the next point: least squares within the bounds, damped, and held weakly to the anchor."""
    eye = np.eye(len(unit))
    matrix = np.vstack([jacobian, PRIOR_WEIGHT * eye, damping**0.5 * eye])
    right = np.concatenate([-residual, -PRIOR_WEIGHT * (unit - anchor), np.zeros(len(unit))])
    low, high = -unit, 1.0 - unit
    found = lsq_linear(matrix, right, (low - 1e-12, high + 1e-12)).x
    return np.clip(unit + found, 0.0, 1.0)


def _descend(
    task: Task,
    values: Values,
    place: _Place,
    anchor: np.ndarray,
    jacobian: np.ndarray,
    tries: int,
    damping: float,
) -> tuple[_Place, np.ndarray]:
    """Take steps, learning the Jacobian by Broyden's rule from each, and return the best place."""
    jacobian = jacobian.copy()
    for _ in range(tries):
        unit = _step(jacobian, place.residual, place.unit, anchor, damping)
        step = unit - place.unit
        length = step @ step
        if length < 1e-10:
            break
        tried = _try(task, values, unit)
        jacobian += np.outer(tried.residual - place.residual - jacobian @ step, step) / (length + REACH**2)
        if tried.cost(anchor) < place.cost(anchor):
            place, damping = tried, max(damping / 4.0, 0.02)
        else:
            damping = max(damping, 0.05) * 5.0
    return place, jacobian


def fit(
    task: Task,
    start: Mapping[str, float] | None = None,
    *,
    rounds: int = 3,
    tries: int = 5,
    jacobian: np.ndarray | None = None,
    threads: int = THREADS,
    say: Say = quiet,
) -> tuple[Fit, np.ndarray]:
    """Fit what may move and return the fit, with adult outcomes solved for, and the last Jacobian.

    Parameters
    ----------
    start
        Values to begin from; the register's by default. Names the register no longer has are left out.
    rounds
        How often the Jacobian is taken anew: one run a parameter.
    tries
        Steps after each.
    jacobian
        A Jacobian to begin with, as that of a fit under another structure. Columns that are no numbers are
        taken anew.
    """
    values = with_changes(base_values(), known(start or {}))
    anchor = to_unit(task, values)
    place = _try(task, values, anchor)
    with ThreadPoolExecutor(threads) as pool:
        for turn in range(rounds):
            say("calibrate", turn, rounds)
            fresh = turn > 0 or jacobian is None or jacobian.shape != (len(place.residual), len(anchor))
            jacobian = jacobian_at(task, values, place.unit, pool, None if fresh else jacobian)
            before = place.cost(anchor)
            place, jacobian = _descend(task, values, place, anchor, jacobian, tries, 1.0)
            if turn > 0 and place.cost(anchor) > 0.98 * before:
                break
    say("calibrate", rounds, rounds)
    assert jacobian is not None
    return _told(task, values, place, {}), jacobian


def _told(task: Task, values: Values, place: _Place, drawn: dict[str, float]) -> Fit:
    moved = from_unit(task, place.unit)
    adults = solve_outcomes(place.world, with_changes(values, moved))
    return Fit(moved | adults, drawn, place.model, float(np.mean(place.residual**2)))


def draw_evidence(members: int, seed: int) -> list[dict[str, float]]:
    """Draw what evidence leaves open: triangular on each range with its mode at the register value.

    Each parameter's draws are stratified (a Latin hypercube), so that few members cover each range.
    """
    entries = [entry for entry in register().varying("evidence") if entry.index is None]
    drawn: list[dict[str, float]] = [{} for _ in range(members)]
    who = np.arange(members)
    for number, entry in enumerate(entries):
        u = uniforms(seed, who, number, Purpose.ENSEMBLE)
        strata = (np.argsort(u[:, 0]) + u[:, 1]) / members
        if entry.low is None or entry.high is None:
            continue
        for k, share in enumerate(strata):
            drawn[k][entry.name] = _triangular(float(share), entry.low, float(entry.value), entry.high)
    return drawn


def _triangular(u: float, low: float, mode: float, high: float) -> float:
    if high <= low:
        return mode
    cut = (mode - low) / (high - low)
    if u < cut:
        return low + (u * (high - low) * (mode - low)) ** 0.5
    return high - ((1.0 - u) * (high - low) * (high - mode)) ** 0.5


def ensemble(
    task: Task,
    best: Fit,
    jacobian: np.ndarray,
    drawn: Sequence[Mapping[str, float]],
    *,
    tries: int = 8,
    already: Mapping[int, Fit] | None = None,
    keep: Callable[[int, Fit], None] | None = None,
    threads: int = THREADS,
    say: Say = quiet,
) -> list[Fit]:
    """Return parameter sets that all meet the targets about as well as the targets are known.

    Every member lays its draws over the best fit, disturbs the targets, and is refitted under luck of
    its own.

    Parameters
    ----------
    drawn
        For each member, the values laid over the best fit.
    already
        Members that an interrupted calibration has made.
    keep
        Told of each member made, so that it can be kept.
    """
    done = dict(already or {})
    begin = with_changes(base_values(), best.moved)

    def member(k: int) -> tuple[int, Fit]:
        values = with_changes(begin, drawn[k])
        own = replace(task, seed=task.seed + k, aim=task.aim.disturbed(task.seed, k))
        anchor = to_unit(own, values)
        place, _ = _descend(own, values, _try(own, values, anchor), anchor, jacobian, tries, 0.3)
        fixed = {name: value for name, value in drawn[k].items() if name not in task.names}
        told = _told(own, values, place, fixed)
        return k, replace(told, misfit=float(np.mean(task.aim.residuals(place.model) ** 2)))

    missing = [k for k in range(len(drawn)) if k not in done]
    with ThreadPoolExecutor(threads) as pool:
        for k, made in pool.map(member, missing):
            done[k] = made
            if keep is not None:
                keep(k, made)
            say("ensemble", len(done), len(drawn))
    return [done[k] for k in range(len(drawn))]


def rows_of(fits: list[Fit]) -> Iterator[dict[str, float]]:
    """Return a flat row a parameter set, for the packaged ensemble file."""
    for number, one in enumerate(fits):
        yield {"set": float(number), "misfit": one.misfit, **one.moved, **one.drawn}
