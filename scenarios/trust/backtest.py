"""Rolling backtest: fitted on figures up to a year, the model forecasts the next three, and is scored.

It is scored against persistence (nothing changes) and against a stock-and-flow Markov model (a constant
chance of leaving and constant entries). The model knows of no trend but what its own population makes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from trappen.agents.problem import Problem
from trappen.model.nearest import nearest
from trappen.model.parameter_set import base_values, with_changes
from trappen.scenarios.fitting.targets import measure, targets
from trappen.scenarios.fitting.task import YEARS, today
from trappen.scenarios.own.csv_in import number_in, read_csv
from trappen.scenarios.own.municipal_fit import fit_municipality
from trappen.scenarios.parameter_sets import codes
from trappen.scenarios.scenario import Structure

AHEAD = 3
SIZE = 8_000
COUNTRY = 1_155_838
FLOW_OF = {"placed_on_a_day": "new_placements"}
"""Stocks whose entries are a figure of their own."""

Series = dict[str, dict[int, float]]


def national_series() -> Series:
    """Return the packaged series of the country."""
    with as_file(files("trappen.scenarios.trust") / "national_series.csv") as path:
        return read_series(path)


def read_series(path: str | Path) -> Series:
    """Read a table with the columns figure, year and value, as the targets state the figures.

    Raises
    ------
    Problem
        A column lacks, a figure is unknown, or a cell is no number.
    """
    sheet = read_csv(path)
    places = {name: sheet.header.index(name) for name in ("figure", "year", "value") if name in sheet.header}
    if len(places) < 3:
        raise Problem("figures.column", file=sheet.file, line=1, wanted="figure / year / value")
    found: Series = {}
    for row in sheet.rows:
        name, year, value = (row.cells[places[column]] for column in ("figure", "year", "value"))
        if name not in targets():
            near = ", ".join(nearest(name, targets()))
            raise Problem(
                "figures.unknown_near", file=sheet.file, line=row.line, given=name[:40], nearest=near
            )
        told = number_in(value)
        if told is None or told <= 0 or not (year.isdecimal() and len(year) == 4):
            raise Problem(
                "figures.not_a_number", file=sheet.file, line=row.line, field=name, given=value[:40]
            )
        found.setdefault(name, {})[int(year)] = told
    return found


def persistence(series: Mapping[int, float], origin: int) -> float:
    """Return the forecast that nothing changes."""
    return series[origin]


def markov(series: Series, name: str, origin: int, ahead: int) -> float:
    """Return the stock-and-flow forecast: entries as at the origin, and a constant chance of leaving.

    The chance of leaving is what holds the stock in balance with the mean of the entries known; where a
    stock has no entries of its own, or a figure is a flow, nothing changes.
    """
    flow = series.get(FLOW_OF.get(name, ""), {})
    known = [value for year, value in flow.items() if year <= origin]
    stock = series[name][origin]
    if not known:
        return stock
    past = [value for year, value in series[name].items() if year <= origin]
    leaving = min(float(np.mean(known)) / float(np.mean(past)), 1.0)
    entries = flow.get(origin, known[-1])
    for _ in range(ahead):
        stock = stock * (1.0 - leaving) + entries
    return stock


def forecast(
    own: Mapping[str, float], *, size: int = SIZE, sets: int = 6, children: float = COUNTRY, threads: int = 2
) -> list[dict[str, np.ndarray]]:
    """Return, a parameter set, each figure's growth from the year fitted to each of the next three.

    Sets are fitted to the figures of one year; each is run on with luck of its own.
    """
    fitted = fit_municipality(
        "backtest", own, children, size=size, rounds=1, tries=3, most=sets, threads=threads
    )
    grown = []
    for number, one in enumerate(fitted.kept):
        values = with_changes(base_values(), {**one.drawn, **one.moved})
        years = YEARS + AHEAD
        world = today(codes(Structure()), values, size, 100 + number, years, fitted.today)
        seen = [
            measure(_until(world, len(world.counts) - AHEAD + ahead), YEARS if ahead == 0 else 1)
            for ahead in range(AHEAD + 1)
        ]
        grown.append({name: np.array([s[name] / seen[0][name] for s in seen[1:]]) for name in own})
    return grown


def _until(world: Any, end: int) -> Any:
    return SimpleNamespace(counts=world.counts[:end], sums=world.sums[:end], accounts=world.accounts[:end])


def backtest(
    series: Series,
    *,
    origins: Sequence[int] | None = None,
    say: Any = lambda what, done, of: None,
    **how: Any,
) -> pd.DataFrame:
    """Return how each way of forecasting did, by figure and years ahead.

    Parameters
    ----------
    origins
        Years fitted on; those with at least two figures and a later one by default, the last three of them.

    Returns
    -------
    :
        figure, ahead, cases, mean absolute distance in per cent of what came (model, persistence, markov),
        and the share of cases within the model's interval over parameter sets (coverage).
    """
    years = sorted({year for one in series.values() for year in one})
    usable = [year for year in years[:-1] if sum(year in one for one in series.values()) >= 2]
    chosen = list(origins) if origins is not None else usable[-3:]
    rows = defaultdict[tuple[str, int], list[tuple[float, float, float, bool]]](list)
    for done, origin in enumerate(chosen):
        say("validate", done, len(chosen))
        own = {name: one[origin] for name, one in series.items() if origin in one}
        grown = forecast(own, **how)
        for name, value in own.items():
            for ahead in range(1, AHEAD + 1):
                came = series[name].get(origin + ahead)
                if came is None:
                    continue
                each = value * np.array([one[name][ahead - 1] for one in grown])
                low, high = np.quantile(each, (0.05, 0.95))
                told = (
                    float(np.mean(each)),
                    persistence(series[name], origin),
                    markov(series, name, origin, ahead),
                )
                off = [100.0 * abs(one - came) / came for one in told]
                rows[(name, ahead)].append((off[0], off[1], off[2], bool(low <= came <= high)))
    say("validate", len(chosen), len(chosen))
    table = [
        {
            "figure": name,
            "ahead": ahead,
            "cases": len(found),
            **{
                key: float(np.mean([one[k] for one in found]))
                for k, key in enumerate(("model", "persistence", "markov"))
            },
            "coverage": float(np.mean([one[3] for one in found])),
        }
        for (name, ahead), found in sorted(rows.items())
    ]
    return pd.DataFrame(table)
