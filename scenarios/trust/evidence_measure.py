"""What the result owes to each uncertain number: all are drawn at once, then regressed on."""

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
DRAWS = 240
RIDGE = 0.05
"""Weight of a mild pull to zero, in shares of the number of draws: there are nearly as many numbers."""

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
    spread = x.std(axis=0)
    told = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)

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
    beta, error = regress(told, np.array(found))
    return {
        name: {
            key: float(table[k, j])
            for j, column in enumerate(READ_OFF)
            for key, table in ((column, beta), (f"{column}_error", error))
        }
        for k, name in enumerate(names)
    }


def regress(told: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return ridge coefficients of standardised numbers and their standard errors, shape (numbers, results).

    Parameters
    ----------
    told
        Standardised draws, shape (draws, numbers).
    y
        Results, shape (draws, results).
    """
    draws, numbers = told.shape
    y = y - y.mean(axis=0)
    inverse = np.linalg.inv(told.T @ told + RIDGE * draws * np.eye(numbers))
    beta = inverse @ told.T @ y
    left = y - told @ beta
    freedom = max(draws - np.trace(told @ inverse @ told.T) - 1.0, 1.0)
    error = np.sqrt(np.outer(np.diag(inverse @ told.T @ told @ inverse), (left**2).sum(axis=0) / freedom))
    return beta, error


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
        f"# uncertain number: {draws} joint draws, {CHILDREN} children over 20 years, ridge\n"
        "# regression. cost: m DKK a year; need: months in need. Written by `trappen evidence --measure`.\n"
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
