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
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import lsq_linear

from trappen.model.kernels.draws import Purpose, uniforms
from trappen.model.kernels.world import World
from trappen.model.parameter_set import Values, base_values, with_changes
from trappen.scenarios.fitting.adult_fit import solve_outcomes
from trappen.scenarios.fitting.targets import measure
from trappen.scenarios.fitting.task import (
    YEARS,
    Task,
    from_unit,
    known,
    to_unit,
    today,
)

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
    here = with_changes(values, from_unit(task, unit) | dict(task.prices))
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


def ensemble(
    task: Task,
    best: Fit,
    jacobian: np.ndarray,
    drawn: Sequence[Mapping[str, float]],
    *,
    tries: int = 5,
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
