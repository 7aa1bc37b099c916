"""Optimise: the policies nobody should pass over, for cost and for children, within budget and capacity."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from trappen.policies.lever import levers
from trappen.scenarios.experiments.found import NET_COST, Found, indicator, manifest_of, reading
from trappen.scenarios.experiments.variants import today_of, with_levers
from trappen.scenarios.intervals import freedom_of, spread_of
from trappen.scenarios.runner import Run, run_replicates
from trappen.scenarios.scenario import Scenario

Point = tuple[int, ...]
"""Which level each lever stands at."""

Say = Callable[[str, int, int], None]
Worth = Callable[[list[Point]], dict[Point, np.ndarray]]

BATCH = 6


def levels_of(scenario: Scenario, names: Sequence[str], levels: int) -> dict[str, tuple[float, ...]]:
    """Return the levels of each lever: from today's practice to the policy's target and as far beyond it.

    A lever that the policy does not move goes from today to the nearer of its bounds that lies further off.
    """
    found = {}
    for name in names:
        lever = levers()[name]
        target = float(scenario.policy_as_run.levers[name])
        if target == lever.default:
            target = lever.high if lever.high - lever.default >= lever.default - lever.low else lever.low
        found[name] = tuple(float(v) for v in np.linspace(lever.default, target, levels))
    return found


def optimise(
    scenario: Scenario,
    names: Sequence[str] | None = None,
    *,
    levels: int = 3,
    row: str = "need_months",
    most_extra_cost: float | None = None,
    most_caseworkers: float | None = None,
    tries: int = 60,
    threads: int = 2,
    say: Say | None = None,
) -> Found:
    """Return the frontier of net cost and an outcome over combinations of levels of some levers.

    If there are no more combinations than `tries`, all are run; else the frontier is sought from today and
    the policy outwards: neighbours of what is on it so far are tried until no neighbour is left or the
    tries are spent (Pareto local search). Points are compared by means over the same replicates.

    Parameters
    ----------
    names
        Levers to set; those the policy moves by default. All others stay as today.
    row
        The outcome, with a direction.
    most_extra_cost
        Million kroner a year the municipality may spend beyond today; None for no bound.
    most_caseworkers
        Full-time caseworkers there may be; None for no bound.
    """
    direction = indicator(row).direction or -1
    names = list(names) if names else scenario.policy_as_run.moved()
    today = today_of(scenario)
    grid = levels_of(scenario, names, levels)
    runs: dict[Point, Run] = {}

    def worth(points: list[Point]) -> dict[Point, np.ndarray]:
        new = [point for point in dict.fromkeys(points) if point not in runs]
        for at in range(0, len(new), BATCH):
            some = new[at : at + BATCH]
            variants = [with_levers(today, _targets(grid, point)) for point in some]
            runs.update(zip(some, run_replicates(variants, threads=threads), strict=True))
            if say is not None:
                say("optimise", min(len(runs), tries), tries)
        return {point: _objectives(runs[point], row, direction, scenario) for point in points}

    first = tuple(0 for _ in names)
    last = tuple(levels - 1 for _ in names)
    base = worth([first])[first]

    def allowed(point: Point) -> bool:
        if most_extra_cost is not None and worth([point])[point][0] - base[0] > most_extra_cost:
            return False
        crowded = most_caseworkers is not None and float(reading(runs[point], "caseworkers").mean()) > float(
            most_caseworkers
        )
        return not crowded

    total = levels ** len(names)
    if total <= tries:
        points = list(product(range(levels), repeat=len(names)))
        worth(points)
    else:
        points = local_search([first, last], worth, allowed, levels, tries)
    kept = [point for point in points if allowed(point)]
    values = {point: _objectives(runs[point], row, direction, scenario) for point in kept}
    front = pareto(values)
    table = _table(runs, values, front, first, grid, row, scenario)
    facts = {
        "row": row,
        "tried": len(runs),
        "combinations": total,
        "complete": total <= tries,
        "front": len(front),
        "allowed": len(kept),
        "levers": names,
    }
    on_front = table[table["on_front"]].reset_index(drop=True)
    manifest = manifest_of(scenario, levers=names, levels=levels, row=row, tries=tries)
    return Found("optimise", {"front": on_front, "tried": table}, facts, manifest)


def _targets(grid: Mapping[str, tuple[float, ...]], point: Point) -> dict[str, float]:
    return {name: steps[at] for (name, steps), at in zip(grid.items(), point, strict=True)}


def _objectives(run: Run, row: str, direction: int, scenario: Scenario) -> np.ndarray:
    """Return net cost and the outcome as something to be small."""
    return np.array([reading(run, NET_COST, scenario).mean(), -direction * reading(run, row).mean()])


def pareto(values: Mapping[Point, np.ndarray]) -> list[Point]:
    """Return the points no other is better than in one way and no worse in any, cheapest first."""
    points = list(values)
    found = []
    for point in points:
        own = values[point]
        beaten = any(
            np.all(values[other] <= own) and np.any(values[other] < own) for other in points if other != point
        )
        if not beaten:
            found.append(point)
    return sorted(found, key=lambda point: tuple(values[point]))


def neighbours(point: Point, levels: int) -> Iterator[Point]:
    """List the points one level away in one lever."""
    for at, level in enumerate(point):
        for moved in (level - 1, level + 1):
            if 0 <= moved < levels:
                yield (*point[:at], moved, *point[at + 1 :])


def local_search(
    begin: Sequence[Point], worth: Worth, allowed: Callable[[Point], bool], levels: int, tries: int
) -> list[Point]:
    """Return all points tried while the frontier was widened neighbour by neighbour."""
    tried: dict[Point, np.ndarray] = dict(worth(list(begin)))
    searched: set[Point] = set()
    while len(tried) < tries:
        front = pareto({point: value for point, value in tried.items() if allowed(point)})
        open_points = [point for point in front or list(begin) if point not in searched]
        if not open_points:
            break
        point = open_points[len(open_points) // 2]
        searched.add(point)
        new = [one for one in neighbours(point, levels) if one not in tried][: tries - len(tried)]
        tried |= worth(new)
    return list(tried)


def _table(
    runs: Mapping[Point, Run],
    values: Mapping[Point, np.ndarray],
    front: Sequence[Point],
    first: Point,
    grid: Mapping[str, tuple[float, ...]],
    row: str,
    scenario: Scenario,
) -> pd.DataFrame:
    rows = []
    for point in values:
        freedom = freedom_of(runs[first].sets)
        dearer = reading(runs[point], NET_COST, scenario) - reading(runs[first], NET_COST, scenario)
        cost = spread_of(dearer, freedom=freedom)
        gain = spread_of(reading(runs[point], row) - reading(runs[first], row), freedom=freedom)
        rows.append(
            {
                "on_front": point in front,
                "cost_difference": cost["mean"],
                "cost_low": cost["low"],
                "cost_high": cost["high"],
                "outcome_difference": gain["mean"],
                "outcome_low": gain["low"],
                "outcome_high": gain["high"],
                "caseworkers": float(reading(runs[point], "caseworkers").mean()),
                **{f"lever:{name}": value for name, value in _targets(grid, point).items()},
            }
        )
    return pd.DataFrame(rows).sort_values("cost_difference", kind="stable").reset_index(drop=True)
