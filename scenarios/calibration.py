"""Calibration: the parameters no source gives are fitted to published figures of today's practice.

Gauss-Newton on standardised residuals with common random numbers: every trial runs the same children
with the same luck, so that small steps are seen. The result is an ensemble, not a point: each member
draws the numbers evidence leaves open from their ranges, disturbs the targets by their spread, and is
refitted (randomised maximum likelihood); members that cannot meet the targets are dropped.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from trappen.agents.levers import LEVERS, Lever
from trappen.agents.states import AdultOutcome, Life
from trappen.model.engine import InForce, luck_key, make_desk, make_world, run_months
from trappen.model.evidence import register
from trappen.model.kernels.draws import Purpose, normals, uniforms
from trappen.model.kernels.world import World
from trappen.model.municipalities import national_age_distribution
from trappen.model.parameter_set import Values, base_values, make_rules, with_changes
from trappen.model.population import WARM_UP_MONTHS
from trappen.policies.lever import defaults
from trappen.scenarios.targets import measure, targets

CHILDREN = 60_000
"""Children of the municipality that is fitted: at fewer, luck in the placed stock would be fitted."""

YEARS = 6
PRIOR_WEIGHT = 0.15
"""How hard a fit is held to where it began, where no target says anything."""

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


@dataclass(slots=True)
class _Task:
    """What a fit is done with: structure, luck, size and the names of what may move."""

    structure: np.ndarray
    children: int = CHILDREN
    seed: int = 20_26
    names: list[str] = field(default_factory=list)
    low: np.ndarray = field(default_factory=lambda: np.zeros(0))
    high: np.ndarray = field(default_factory=lambda: np.zeros(0))


ADULT = tuple(f"{outcome.name.lower()}_{part}" for outcome in AdultOutcome for part in ("level", "slope"))


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


def today(structure: np.ndarray, values: Values, children: int, seed: int, years: int) -> World:
    """Run today's practice, warm-up and `years`, in a municipality with the country's ages."""
    rules = make_rules(values)
    ages = np.asarray(national_age_distribution(), float)
    world = make_world(children, ages, rules, luck_key(seed, 0, 0), years)
    practice = defaults()
    row = np.array([practice[Lever(k).name.lower()] for k in range(LEVERS)])
    months = WARM_UP_MONTHS + 12 * years
    force = np.tile(row, (months, 1))
    run_months(
        world, make_desk(world), rules, InForce(force, force, np.zeros(months)), structure, -WARM_UP_MONTHS
    )
    return world


def _start(names: list[str], values: Values) -> np.ndarray:
    return np.array([_value(values, name) for name in names])


def _value(values: Values, name: str) -> float:
    table, dot, element = name.rpartition(".")
    return float(values[table][int(element)]) if dot else float(values[name])


def _task(structure: np.ndarray, children: int, seed: int) -> _Task:
    names = calibrated_names()
    entries = [register()[name.rpartition(".")[0] or name] for name in names]
    return _Task(
        structure,
        children,
        seed,
        names,
        np.array([entry.low for entry in entries], float),
        np.array([entry.high for entry in entries], float),
    )


class _Aim:
    """Fitted targets, possibly disturbed, as residuals of a run."""

    def __init__(self, disturbance: np.ndarray | None = None) -> None:
        fitted = [target for target in targets().values() if target.fitted]
        self.names = [target.name for target in fitted]
        self.spread = np.array([target.spread for target in fitted])
        self.value = np.array([target.value for target in fitted])
        if disturbance is not None:
            self.value = self.value + self.spread * disturbance

    def residuals(self, model: Mapping[str, float]) -> np.ndarray:
        """Return distances in units of spread; what cannot be read counts as ten."""
        distance = (np.array([model[name] for name in self.names]) - self.value) / self.spread
        return np.nan_to_num(np.clip(distance, -30, 30), nan=10.0)


def _to_unit(task: _Task, theta: np.ndarray) -> np.ndarray:
    """Return values as places between their bounds, 0 to 1; by their logs where bounds lie far apart."""
    far = _far(task)
    linear = (theta - task.low) / (task.high - task.low)
    low, high = np.where(far, task.low, 1.0), np.where(far, task.high, 2.0)
    logs = np.log(np.where(far, theta, 1.0) / low) / np.log(high / low)
    return np.where(far, logs, linear)


def _from_unit(task: _Task, unit: np.ndarray) -> np.ndarray:
    far = _far(task)
    unit = np.clip(unit, 0.0, 1.0)
    low, high = np.where(far, task.low, 1.0), np.where(far, task.high, 2.0)
    return np.where(far, low * (high / low) ** unit, task.low + unit * (task.high - task.low))


def _far(task: _Task) -> np.ndarray:
    return (task.low > 0.0) & (task.high > 7.0 * task.low)


def _run(task: _Task, values: Values, unit: np.ndarray) -> dict[str, float]:
    theta = _from_unit(task, unit)
    moved = with_changes(values, dict(zip(task.names, theta, strict=True)))
    return measure(today(task.structure, moved, task.children, task.seed, YEARS), YEARS)


def _jacobian(
    task: _Task, values: Values, aim: _Aim, unit: np.ndarray, base: np.ndarray, pool: ThreadPoolExecutor
) -> np.ndarray:
    """Return d residual / d unit by forward differences (backward at an upper bound), on threads."""
    steps = np.where(unit > 0.9, -0.02, 0.02)

    def column(k: int) -> np.ndarray:
        moved = unit.copy()
        moved[k] += steps[k]
        return (aim.residuals(_run(task, values, moved)) - base) / steps[k]

    return np.column_stack(list(pool.map(column, range(len(unit)))))


def _gauss_newton_step(
    jacobian: np.ndarray, residual: np.ndarray, unit: np.ndarray, anchor: np.ndarray, damping: float
) -> np.ndarray:
    """Return the next point: damped Gauss-Newton, held weakly to the anchor, within bounds."""
    weight = PRIOR_WEIGHT / 0.1
    normal = jacobian.T @ jacobian + (weight**2 + damping) * np.eye(len(unit))
    gradient = jacobian.T @ residual + weight**2 * (unit - anchor)
    return np.clip(unit - np.linalg.solve(normal, gradient), 0.0, 1.0)


def fit(
    structure: np.ndarray,
    *,
    values: Values | None = None,
    rounds: int = 8,
    children: int = CHILDREN,
    seed: int = 2026,
    say: Say = quiet,
) -> tuple[Fit, np.ndarray]:
    """Fit the calibrated parameters to the targets and return the fit and the last Jacobian.

    Parameters
    ----------
    structure
        Structural switches, int64, shape (3,).
    values
        Parameter set to begin from; the register's by default.
    rounds
        Gauss-Newton iterations, each one run a parameter and one a try.
    """
    values = base_values() if values is None else values
    task = _task(structure, children, seed)
    aim = _Aim()
    anchor = _to_unit(task, _start(task.names, values))
    unit, damping = anchor.copy(), 5.0
    model = _run(task, values, unit)
    residual = aim.residuals(model)
    jacobian = np.zeros((len(residual), len(unit)))
    with ThreadPoolExecutor(2) as pool:
        for turn in range(rounds):
            say("calibrate", turn, rounds)
            jacobian = _jacobian(task, values, aim, unit, residual, pool)
            for _ in range(4):
                trial = _gauss_newton_step(jacobian, residual, unit, anchor, damping)
                tried = _run(task, values, trial)
                if np.mean(aim.residuals(tried) ** 2) < np.mean(residual**2):
                    unit, model, residual = trial, tried, aim.residuals(tried)
                    damping = max(damping / 4.0, 0.05)
                    break
                damping *= 5.0
            else:
                break
    say("calibrate", rounds, rounds)
    theta = _from_unit(task, unit)
    moved = {name: float(value) for name, value in zip(task.names, theta, strict=True)}
    return Fit(moved, {}, model, float(np.mean(residual**2))), jacobian


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
    structure: np.ndarray,
    best: Fit,
    jacobian: np.ndarray,
    *,
    members: int = 40,
    tries: int = 9,
    children: int = CHILDREN,
    seed: int = 2026,
    say: Say = quiet,
) -> list[Fit]:
    """Return parameter sets that all meet the targets about as well as the targets are known.

    Every member draws what evidence leaves open, disturbs the targets, and is refitted from the best
    fit by Gauss-Newton whose Jacobian is updated by Broyden's rule from its own tries.
    """
    task = _task(structure, children, seed)
    drawn = draw_evidence(members, seed)
    fitted = sum(target.fitted for target in targets().values())
    begin = with_changes(base_values(), best.moved)

    def member(k: int) -> Fit:
        values = with_changes(begin, drawn[k])
        wide = [normals(seed, np.array([k]), -1, Purpose.ENSEMBLE, b)[0] for b in range(fitted // 4 + 1)]
        aim = _Aim(np.concatenate(wide)[:fitted])
        return _refit(task, values, drawn[k], aim, jacobian.copy(), tries, luck=seed + k)

    done: list[Fit] = []
    with ThreadPoolExecutor(2) as pool:
        for fit_ in pool.map(member, range(members)):
            done.append(fit_)
            say("ensemble", len(done), members)
    return done


def _refit(
    task: _Task,
    values: Values,
    drawn: dict[str, float],
    aim: _Aim,
    jacobian: np.ndarray,
    tries: int,
    luck: int,
) -> Fit:
    own = _Task(task.structure, task.children, luck, task.names, task.low, task.high)
    anchor = _to_unit(task, _start(task.names, values))
    unit = anchor.copy()
    model = _run(own, values, unit)
    residual = aim.residuals(model)
    damping = 0.3
    best = (unit, model, residual)
    for _ in range(tries):
        trial = _gauss_newton_step(jacobian, best[2], best[0], anchor, damping)
        tried = _run(own, values, trial)
        found = aim.residuals(tried)
        step = trial - best[0]
        if step @ step > 0.0:
            jacobian += np.outer(found - best[2] - jacobian @ step, step) / (step @ step)
        if np.mean(found**2) < np.mean(best[2] ** 2):
            best = (trial, tried, found)
            damping = max(damping / 3.0, 0.02)
        else:
            damping *= 4.0
    unit, model, _ = best
    theta = _from_unit(task, unit)
    moved = {name: float(value) for name, value in zip(task.names, theta, strict=True)}
    adults = solve_adults(with_changes(values, moved), own)
    true_misfit = float(np.mean(_Aim().residuals(model) ** 2))
    return Fit(moved | adults, drawn, model, true_misfit)


def solve_adults(values: Values, task: "_Task") -> dict[str, float]:
    """Return levels and slopes at which those ever placed and the others have the published shares."""
    world = today(task.structure, values, task.children, task.seed, YEARS)
    return solve_outcomes(world, values)


def solve_adults_of(best: Fit, structure: np.ndarray, children: int, seed: int) -> Fit:
    """Return a fit with the adult outcomes solved for too."""
    values = with_changes(base_values(), best.moved)
    found = solve_adults(values, _task(structure, children, seed))
    return Fit(best.moved | found, best.drawn, best.model, best.misfit)


PUBLISHED = {
    AdultOutcome.NO_UPPER_SECONDARY: (0.70, 0.21),
    AdultOutcome.NEET: (0.40, 0.11),
    AdultOutcome.CONVICTION: (0.35, 0.12),
    AdultOutcome.DIAGNOSIS: (0.44, 0.07),
    AdultOutcome.NO_LEAVING_EXAM: (0.40, 0.06),
}


def solve_outcomes(world: World, values: Values) -> dict[str, float]:
    """Return log-odds level and slope of each adult outcome from who turned 25 in a run."""
    from scipy.optimize import root

    children = world.children
    grown = children["life"] == Life.GROWN
    weight = float(values["school_weight"])
    index = (1.0 - weight) * children["need"][grown] - weight * children["school"][grown]
    placed = children["first_placed"][grown] != np.iinfo(np.int16).max
    found: dict[str, float] = {}
    for outcome, (of_placed, of_others) in PUBLISHED.items():

        def gap(x: np.ndarray, a: float = of_placed, b: float = of_others) -> np.ndarray:
            risk = 1.0 / (1.0 + np.exp(-(x[0] + x[1] * index)))
            return np.array([risk[placed].mean() - a, risk[~placed].mean() - b])

        solution = root(gap, np.array([-2.0, 1.0])).x
        name = outcome.name.lower()
        found[f"{name}_level"] = float(np.clip(solution[0], -8.0, 2.0))
        found[f"{name}_slope"] = float(np.clip(solution[1], 0.0, 4.0))
    return found


def rows_of(fits: list[Fit]) -> Iterator[dict[str, float]]:
    """Return a flat row a parameter set, for the packaged ensemble file."""
    for number, one in enumerate(fits):
        yield {"set": float(number), "misfit": one.misfit, **one.moved, **one.drawn}
