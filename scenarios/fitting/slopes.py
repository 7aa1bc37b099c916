"""Slopes: how every target moves with every fitted number at the country's best fit.

A fit's first Jacobian costs a run a number. Its slopes hardly differ from one municipality to another, so the
country's are packaged; Broyden's rule mends them where the ground is otherwise.
"""

import csv
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from trappen.model.parameter_set import Values
from trappen.policies.lever import levers
from trappen.scenarios.fitting.calibration import THREADS, slopes_of
from trappen.scenarios.fitting.targets import targets
from trappen.scenarios.fitting.task import ALSO, CHILDREN, Aim, Task, make_task
from trappen.scenarios.whole import whole_file

FILE = "slopes.csv"


@cache
def packaged_slopes() -> pd.DataFrame:
    """Return d target / d way between the bounds: a row a target, a column a number; or an empty frame."""
    resource = files("trappen.scenarios.fitting") / FILE
    if not resource.is_file():
        return pd.DataFrame()
    with resource.open(encoding="utf-8") as file:
        return pd.read_csv(file, comment="#", index_col="target")


def every_figure() -> Aim:
    """Return all targets as an aim: a municipality may give figures that the country's fit does not."""
    names = [name for name in targets() if name not in levers()]
    told = [targets()[name] for name in names]
    return Aim(
        tuple(names), np.array([t.value for t in told], float), np.array([t.spread for t in told], float)
    )


def slopes_task(structure: np.ndarray, children: int = CHILDREN) -> Task:
    """Return the task whose slopes are packaged: every figure, and every number that moves anywhere."""
    return make_task(structure, aim=every_figure(), children=children, also=ALSO)


def first_jacobian(task: Task) -> np.ndarray:
    """Return d residual / d unit from the packaged slopes, shape (targets, numbers).

    A column of not-a-numbers stands for each number no slopes are packaged for: a fit runs for those.
    """
    known = packaged_slopes().reindex(index=list(task.aim.names), columns=list(task.names))
    table = known.to_numpy(float)
    table[:, np.isnan(table).any(axis=0)] = np.nan
    return table / task.aim.spread[:, None]


def write_slopes(task: Task, values: Values, path: Path | None = None, threads: int = THREADS) -> Path:
    """Take the slopes at a parameter set and write them.

    Raises
    ------
    Problem
        The file cannot be written.
    """
    path = path or Path(str(files("trappen.scenarios.fitting"))) / FILE
    found = slopes_of(task, values, threads) * task.aim.spread[:, None]
    with whole_file(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        file.write(
            "# d target / d way of a fitted number between its bounds, at the best fit: a regression\n"
            f"# over runs of {task.children} children. Written by `trappen calibrate --all --register`.\n"
        )
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["target", *task.names])
        for name, row in zip(task.aim.names, found, strict=True):
            writer.writerow([name, *(f"{value:.5g}" for value in row)])
    packaged_slopes.cache_clear()
    return path
