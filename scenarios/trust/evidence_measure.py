"""What the result owes to each uncertain number: all are drawn at once, then each slope is taken."""

import csv
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from trappen.model.evidence import register
from trappen.model.outcomes import INDICATORS
from trappen.model.readers import Ledger
from trappen.scenarios.fitting.calibration import THREADS, Say, quiet, slopes_of
from trappen.scenarios.fitting.drawn import draw_evidence
from trappen.scenarios.fitting.slopes import first_jacobian
from trappen.scenarios.fitting.task import calibrated_names, make_task
from trappen.scenarios.own.municipal_fit import identified
from trappen.scenarios.parameter_sets import codes, members, values_of
from trappen.scenarios.runner import Run, run_replicates
from trappen.scenarios.scenario import Scenario, Structure, scenario_from
from trappen.scenarios.whole import whole_file

CHILDREN = 10_000
DRAWS = 600
"""Joint draws; three to four minutes on two cores that have nothing else to do."""

CLEAR = 4.0
"""Errors from nothing beyond which a number is held constant; luck does that once in 16,000."""

READ_OFF = {"cost": "net_cost_per_year", "need": "need_months"}


def measure_sensitivity(
    a: Scenario | None = None,
    b: Scenario | None = None,
    *,
    draws: int = DRAWS,
    threads: int = THREADS,
    say: Say = quiet,
) -> dict[str, dict[str, float]]:
    """Return by number the change of the difference b less a for one standard deviation of it.

    Every draw has luck of its own; both policies of a draw share it. The calibrated numbers stay at the
    best fit, so that what refitting would take back is not taken back here.

    Returns
    -------
    :
        For each number that varies as evidence: `cost` and `need` with their standard errors.
    """
    a = a or scenario_from("status_quo", children=CHILDREN, years=20, replicates=1)
    b = b or scenario_from("omlaegning", children=CHILDREN, years=20, replicates=1)
    drawn = draw_evidence(draws, a.seed)
    names = list(drawn[0])
    x = np.array([[one[name] for name in names] for one in drawn])

    def one(k: int) -> list[float]:
        pair = [
            s.model_copy(
                update={"parameters": {**drawn[k], **s.parameters}, "uncertainty": False, "seed": s.seed + k}
            )
            for s in (a, b)
        ]
        runs = run_replicates(pair, [0], threads=1)
        return [_difference(row, runs) for row in READ_OFF.values()]

    found = []
    with ThreadPoolExecutor(threads) as pool:
        for done, values in enumerate(pool.map(one, range(draws)), 1):
            found.append(values)
            say("measure", done, draws)
    beta, error = slopes(x, np.array(found))
    return {
        name: {
            key: float(table[k, j])
            for j, column in enumerate(READ_OFF)
            for key, table in ((column, beta), (f"{column}_error", error))
        }
        for k, name in enumerate(names)
    }


def slopes(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the slope of the results on each number, and its standard error.

    The numbers are drawn independently, so that the slope on one by itself is unbiased whatever the others
    do, and what they do is counted as luck: over its error, that of a number without effect has mean zero and
    variance one, however the results lie. The few that are clear beyond doubt are held constant for the
    others, as they would drown them; not all are, for with nearly as many numbers as draws a joint regression
    tells its errors too small.

    Parameters
    ----------
    x
        Independent draws, shape (draws, numbers).
    y
        Results, shape (draws, results).

    Returns
    -------
    :
        The change of each result for one standard deviation of each number, and the errors, both of shape
        (numbers, results).
    """
    spread = x.std(axis=0)
    told = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    y = y - y.mean(axis=0)
    found = [_slopes_beside(told, column, []) for column in y.T]
    clear = [np.flatnonzero(np.abs(beta) > CLEAR * error).tolist() for beta, error in found]
    found = [_slopes_beside(told, column, held) for column, held in zip(y.T, clear, strict=True)]
    return np.array([beta for beta, _ in found]).T, np.array([error for _, error in found]).T


def _slopes_beside(told: np.ndarray, y: np.ndarray, held: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the slope on each number with those of `held` (but itself) constant, and its error."""
    beta, error = np.zeros(told.shape[1]), np.zeros(told.shape[1])
    rest = _without(told[:, held], told, y)
    for k in range(told.shape[1]):
        others = [one for one in held if one != k]
        x, left = _without(told[:, others], told[:, [k]], y) if k in held else (rest[0][:, [k]], rest[1])
        size = float(x[:, 0] @ x[:, 0])
        if size > 0.0:
            beta[k] = x[:, 0] @ left / size
        freedom = len(y) - 2.0 - len(others)
        error[k] = np.sqrt(((left - beta[k] * x[:, 0]) ** 2).sum() / freedom / (size or len(y)))
    return beta, error


def _without(held: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers and result less what the numbers held constant say of them."""
    basis, _ = np.linalg.qr(held)
    return x - basis @ (basis.T @ x), y - basis @ (basis.T @ y)


def _difference(row: str, runs: list[Run]) -> float:
    indicator = next(one for one in INDICATORS if one.row == row)
    a, b = (
        np.asarray(indicator.read(Ledger(run.counts, run.sums, run.accounts).over_years()), float)
        for run in runs
    )
    return float((b - a)[0])


def write_sensitivity(found: Mapping[str, Mapping[str, float]], path: Path, draws: int = DRAWS) -> Path:
    """Write it as the packaged table.

    Raises
    ------
    Problem
        The file cannot be written.
    """
    head = (
        "# Change of the default comparison (reorientation less today's practice) for one SD of each\n"
        f"# uncertain number, with its standard error: {draws} joint draws, {CHILDREN} children, 20 years,\n"
        "# the slope on each with the clearest held constant. cost: m DKK a year; need: months in need.\n"
        "# Written by `trappen evidence --measure`.\n"
    )
    with whole_file(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        file.write(head)
        writer = csv.writer(file, lineterminator="\n")
        columns = list(next(iter(found.values())))
        writer.writerow(["parameter", *columns])
        for name, row in found.items():
            writer.writerow([name, *(f"{row[column]:.4g}" for column in columns)])
    return path


def identification(children: int = 20_000, threads: int = THREADS, say: Say = quiet) -> pd.DataFrame:
    """Return which targets identify which calibrated number, and which number none does, at the best fit."""
    task = make_task(codes(Structure()), children=children)
    values = values_of(members("default")[0])
    say("identify", 0, 1)
    jacobian = first_jacobian(task)
    if np.isnan(jacobian).any():  # a number is new since the slopes were taken
        jacobian = slopes_of(task, values, threads)
    say("identify", 1, 1)
    table = identified(jacobian, task.names, task.aim.names)
    assert set(table["parameter"]) == set(calibrated_names())
    table["grade"] = [register()[name.rpartition(".")[0] or name].grade for name in table["parameter"]]
    return table
