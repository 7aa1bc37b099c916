"""Calibration to one municipality: its own figures draw it away from the country, as far as they say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from trappen.agents.problem import Problem
from trappen.policies.lever import levers
from trappen.scenarios.fitting.calibration import THREADS, Fit, Say, ensemble, fit, quiet
from trappen.scenarios.fitting.ensemble_file import KEPT_MISFIT, Unfinished, key_of, write_ensemble
from trappen.scenarios.fitting.fit_report import verdict_of
from trappen.scenarios.fitting.slopes import first_jacobian
from trappen.scenarios.fitting.targets import targets
from trappen.scenarios.fitting.task import ALSO, calibrated_names, make_task
from trappen.scenarios.own.own_figures import municipal_aim
from trappen.scenarios.own_sets import first_line
from trappen.scenarios.parameter_sets import codes, ensemble_name, entry_of, members
from trappen.scenarios.scenario import Structure

CHILDREN = 30_000
"""Children of the municipality that is fitted, whatever the size of the real one: its luck is no concern."""


@dataclass(frozen=True)
class MunicipalFit:
    """What came of it.

    Attributes
    ----------
    best
        The best fit.
    kept, tried
        Members of the ensemble that meet the figures, and all.
    country
        The country's best fit, from which it began.
    """

    name: str
    structure: Structure
    own: dict[str, float]
    spreads: dict[str, float]
    today: dict[str, float]
    best: Fit
    kept: list[Fit]
    tried: int
    country: dict[str, float]
    file: Path | None

    def fit_table(self) -> pd.DataFrame:
        """Return every target: the figure aimed at, its range, the model, the distance, whose it is."""
        rows = []
        for name, target in targets().items():
            own = name in self.own
            value = self.own[name] if own else target.value
            spread = self.spreads.get(name, float("nan"))
            model = self.best.model[name]
            spread_over = [one.model[name] for one in self.kept]
            # No figure is negative, and no share over the whole.
            most = 100.0 if target.unit.startswith("%") else float("inf")
            ends = (max(value - 2 * spread, 0.0), min(value + 2 * spread, most))
            low, high = ends if own else (target.low, target.high)
            rows.append(
                {
                    "target": name,
                    "meaning": target.meaning,
                    "unit": target.unit,
                    "own": own,
                    "target_value": value,
                    "low": low,
                    "high": high,
                    "model_value": model,
                    "model_low": min(spread_over, default=float("nan")),
                    "model_high": max(spread_over, default=float("nan")),
                    "distance": (model - value) / spread,
                    "verdict": verdict_of(model, low, high),
                }
            )
        return pd.DataFrame(rows)

    def moved_table(self) -> pd.DataFrame:
        """Return the parameters that moved away from the country's best fit, farthest first.

        `moved` is the way in shares of the parameter's range.
        """
        rows = []
        for name in (*ALSO, *calibrated_names()):
            entry = entry_of(name)
            assert entry.low is not None
            assert entry.high is not None
            here = self.best.moved[name]
            start = self.country.get(name, float(entry.value) if entry.index is None else here)
            over = [one.moved[name] for one in self.kept]
            rows.append(
                {
                    "parameter": name,
                    "meaning": entry.meaning,
                    "unit": entry.unit,
                    "country": start,
                    "here": here,
                    "low": min(over, default=float("nan")),
                    "high": max(over, default=float("nan")),
                    "moved": (here - start) / (entry.high - entry.low),
                }
            )
        frame = pd.DataFrame(rows)
        order = frame["moved"].abs().sort_values(ascending=False).index
        return frame.loc[order].reset_index(drop=True)


def fit_municipality(
    name: str,
    own: Mapping[str, float],
    children: float,
    *,
    structure: Structure | None = None,
    output: Path | None = None,
    size: int = CHILDREN,
    rounds: int = 2,
    tries: int = 5,
    most: int = 1000,
    seed: int = 2026,
    prices: Mapping[str, float] | None = None,
    threads: int = THREADS,
    say: Say = quiet,
) -> MunicipalFit:
    """Fit to a municipality's own figures and, if a file is named, write the parameter sets into it.

    Each member begins with what one of the country's sets drew for the numbers evidence leaves open,
    disturbs the figures by their spread, and is refitted.

    Parameters
    ----------
    own
        Figures as the targets state them, by name; caseload sets today's lever.
    children
        Children of the municipality, which decide how much luck lies in its figures.
    most
        At most that many members.
    prices
        Own unit costs in prices of the price year, in which spending is reckoned. The sets do not hold them:
        later runs are given them too.

    Raises
    ------
    Problem
        No set meets the figures: they contradict one another, or the model.
    """
    structure = structure or Structure()
    today = {"caseload": own["caseload"]} if "caseload" in own else {}
    _check_today(today)
    aim = municipal_aim(own, children)
    task = make_task(codes(structure), aim=aim, children=size, seed=seed, also=ALSO)
    task = replace(task, today=today, prices=dict(prices or {}))
    rows = members(ensemble_name(structure))
    country = {key: value for key, value in rows[0].items() if key not in ("set", "misfit")}
    path = output or Path(f"{name}.csv")
    unfinished = Unfinished(path, key_of(task, rounds, tries, most, today)) if output else None
    if unfinished is None or unfinished.best is None:
        begin = first_jacobian(task)
        best, jacobian = fit(
            task, country, rounds=rounds, tries=tries, jacobian=begin, threads=threads, say=say
        )
        if unfinished is not None:
            unfinished.keep_best(best, jacobian)
    else:
        best = unfinished.best
        assert unfinished.jacobian is not None
        jacobian = unfinished.jacobian
    drawn = [_drawn(row) for row in rows[1 : most + 1]]
    made = ensemble(
        task,
        best,
        jacobian,
        drawn,
        tries=tries,
        already=unfinished.made if unfinished else None,
        keep=unfinished.keep if unfinished else None,
        threads=threads,
        say=say,
    )
    kept = [one for one in made if one.misfit <= max(KEPT_MISFIT, 2.0 * best.misfit)]
    if not kept:
        raise Problem("figures.no_fit", field=name, misfit=f"{best.misfit:.1f}")
    if output is not None and unfinished is not None:
        head = (
            first_line(name, structure.model_dump(), today).removeprefix("# "),
            f"{len(own)} own figures; set 0 is the best fit, mean squared distance {best.misfit:.2f}",
        )
        write_ensemble(path, [best, *kept], head)
        unfinished.done()
    spreads = dict(zip(aim.names, map(float, aim.spread), strict=True))
    return MunicipalFit(name, structure, dict(own), spreads, today, best, kept, len(made), country, output)


def _drawn(row: Mapping[str, float]) -> dict[str, float]:
    """Return what a set of the country drew from the ranges of evidence."""
    return {
        key: value
        for key, value in row.items()
        if key not in ("set", "misfit") and entry_of(key).varies == "evidence"
    }


def _check_today(today: Mapping[str, float]) -> None:
    for name, value in today.items():
        lever = levers()[name]
        if not lever.low <= value <= lever.high:
            raise Problem("field.out_of_range", field=name, given=value, low=lever.low, high=lever.high)


def identified(jacobian: np.ndarray, names: tuple[str, ...], aim_names: tuple[str, ...]) -> pd.DataFrame:
    """Return which targets identify which parameter, and which parameter none does.

    Parameters
    ----------
    jacobian
        d residual / d place between bounds, shape (targets, parameters).

    Returns
    -------
    :
        For each parameter the three targets it moves most (spreads over its whole range), how much of its
        range the targets leave open (`left_open`, posterior over prior standard deviation, 1: all), and
        whether it is identified (below a half).
    """
    prior = 12**-0.5  # standard deviation of a flat distribution over the range
    posterior = np.linalg.inv(jacobian.T @ jacobian + np.eye(len(names)) / prior**2)
    rows = []
    for k, name in enumerate(names):
        order = np.argsort(-np.abs(jacobian[:, k]))[:3]
        left = float(posterior[k, k] ** 0.5 / prior)
        rows.append(
            {
                "parameter": name,
                "meaning": entry_of(name).meaning,
                "left_open": left,
                "identified": left < 0.5,
                "targets": [(aim_names[j], float(jacobian[j, k])) for j in order],
            }
        )
    return pd.DataFrame(rows)
