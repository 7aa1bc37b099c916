"""Six lessons: each a question with a number for an answer, and the experiment that gives it.

Every answer comes from runs of the model, with its interval over replicates; none is written down here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from trappen.agents.states import Life, Step
from trappen.model.outcomes import INDICATORS, Ledger
from trappen.scenarios.compare import Comparison
from trappen.scenarios.intervals import spread_of
from trappen.scenarios.runner import Run, run_replicates, start
from trappen.scenarios.scenario import Scenario, scenario_from

Wanted = Callable[[], bool]

LESSONS = ("prevention", "queue", "selection", "inheritance", "investment", "evaluation")
CASELOADS = (15, 20, 25, 31, 38, 46, 55)
"""Cases per caseworker; the published mean of today is one of them."""

HEAVY = 46
TENTH = 0.9
FIFTH = 0.8
FIRST_SEEN, LAST_SEEN = 0, 4
"""Years of the horizon between which an evaluation looks before and after."""


@dataclass(frozen=True)
class Told:
    """What an experiment told.

    Attributes
    ----------
    answer, low, high
        The number asked for with its 90 % range over replicates.
    rows
        Figures to discuss, by name.
    frame
        A table behind a chart, if the lesson has one.
    comparison
        The comparison behind it, if the lesson has one.
    """

    answer: float
    low: float
    high: float
    rows: dict[str, float] = field(default_factory=dict)
    frame: pd.DataFrame | None = None
    comparison: Comparison | None = None


def lesson(
    name: str, *, children: int = 8000, replicates: int = 12, wanted: Wanted = lambda: True
) -> Told | None:
    """Carry out the experiment of a lesson; None if nobody wants it any more.

    Parameters
    ----------
    children
        Size of the municipality in which it is carried out.
    replicates
        How many times.
    """
    return _EXPERIMENTS[name](children, replicates, wanted)


def _spread(values: list[float], **more: object) -> Told:
    seen = spread_of(np.array(values, float))
    return Told(seen["mean"], seen["low"], seen["high"], **more)  # type: ignore[arg-type]


def _worlds(
    children: int, replicates: int, wanted: Wanted
) -> list[tuple[np.ndarray, np.ndarray, float]] | None:
    """Return children and families of municipalities under today's practice, and the limit of need."""
    scenario = scenario_from("status_quo", children=children, years=1, replicates=replicates)
    found = []
    for replicate in range(replicates):
        if not wanted():
            return None
        world, _, rules, _ = start(scenario, replicate)
        rows = world.children[world.children["life"] == Life.CHILD]
        found.append((rows.copy(), world.families.copy(), float(rules.life["need_cut"])))
    return found


def _prevention(children: int, replicates: int, wanted: Wanted) -> Told | None:
    """Return the share of the children ever in need who were not among the tenth with the highest risk."""
    worlds = _worlds(children, min(replicates, 6), wanted)
    if worlds is None:
        return None
    shares, risk_high, risk_low = [], [], []
    for rows, _, _ in worlds:
        old = rows[rows["birth_month"] <= -72]
        high = old["propensity"] >= np.quantile(old["propensity"], TENTH)
        ever = old["months_need"] > 0
        shares.append(100.0 * np.mean(~high[ever]))
        risk_high.append(100.0 * np.mean(ever[high]))
        risk_low.append(100.0 * np.mean(ever[~high]))
    return _spread(
        shares, rows={"risk_high": float(np.mean(risk_high)), "risk_low": float(np.mean(risk_low))}
    )


def caseload_curve(
    scenario: Scenario | None = None,
    *,
    children: int | None = None,
    years: int = 6,
    replicates: int = 6,
    wanted: Wanted = lambda: True,
) -> pd.DataFrame | None:
    """Return the shares of deadlines kept by caseload, the rest as in a scenario.

    Columns: caseload, row, mean, low, high.
    """
    base = scenario or scenario_from("status_quo")
    made = base.model_copy(
        update={"years": years, "replicates": replicates, "children": min(children or 8000, base.children)}
    )
    rows = []
    for load in CASELOADS:
        if not wanted():
            return None
        moved = made.model_copy(update={"levers": {**made.levers, "caseload": float(load)}})
        (run,) = run_replicates([moved])
        late = slice(years // 2, years)
        ledger = Ledger(run.counts[:, late], run.sums[:, late], run.accounts[:, late]).over_years()
        for indicator in INDICATORS:
            if indicator.row in ("review_kept", "assessment_kept", "follow_up_kept", "days_to_decision"):
                seen = spread_of(np.asarray(indicator.read(ledger), float))
                rows.append({"caseload": load, "row": indicator.row, **seen})
    return pd.DataFrame(rows)


def _queue(children: int, replicates: int, wanted: Wanted) -> Told | None:
    """Return the share of first follow-ups on time at a heavy caseload."""
    frame = caseload_curve(children=children, replicates=max(4, replicates // 2), wanted=wanted)
    if frame is None:
        return None
    kept = frame[frame["row"] == "follow_up_kept"]
    seen = {row["caseload"]: row for row in kept.to_dict("records")}
    heavy = seen[HEAVY]
    rows = {"light": float(seen[20]["mean"]), "today": float(seen[31]["mean"])}
    return Told(float(heavy["mean"]), float(heavy["low"]), float(heavy["high"]), rows, frame)


def _selection(children: int, replicates: int, wanted: Wanted) -> Told | None:
    """Return how much higher need is among children in institutions than among those helped at home."""
    worlds = _worlds(children, min(replicates, 6), wanted)
    if worlds is None:
        return None
    gaps, born = [], []
    for rows, _, _ in worlds:
        inside = rows[rows["step"] == Step.INSTITUTION]
        home = rows[(rows["step"] == Step.PREVENTIVE) | (rows["step"] == Step.HOME_BASED)]
        if len(inside) and len(home):
            gaps.append(float(inside["need"].mean() - home["need"].mean()))
            born.append(float(inside["propensity"].mean() - home["propensity"].mean()))
    return _spread(gaps, rows={"born": float(np.mean(born))})


def _inheritance(children: int, replicates: int, wanted: Wanted) -> Told | None:
    """Return how many times as often children of the most strained fifth of families are in need."""
    worlds = _worlds(children, min(replicates, 6), wanted)
    if worlds is None:
        return None
    ratios, high_risk, low_risk = [], [], []
    for rows, families, cut in worlds:
        liability = families["liability"][rows["family"]]
        high = liability >= np.quantile(liability, FIFTH)
        need = rows["need"] >= cut
        high_risk.append(100.0 * float(need[high].mean()))
        low_risk.append(100.0 * float(need[~high].mean()))
        ratios.append(high_risk[-1] / low_risk[-1])
    return _spread(ratios, rows={"high": float(np.mean(high_risk)), "low": float(np.mean(low_risk))})


def _pair(children: int, replicates: int, years: int, wanted: Wanted) -> Comparison | None:
    told: dict[str, Any] = {"children": children, "years": years, "replicates": replicates}
    a, b = scenario_from("status_quo", **told), scenario_from("omlaegning", **told)
    runs: list[list[Run]] = []
    for first in range(0, replicates, 2):
        if not wanted():
            return None
        runs.append(run_replicates([a, b], range(first, min(first + 2, replicates))))
    joined = [_joined([pair[which] for pair in runs]) for which in (0, 1)]
    return Comparison(a, b, (joined[0], joined[1]), {})


def _joined(runs: list[Run]) -> Run:
    names = ("counts", "sums", "accounts", "sets", "groups")
    return Run(**{name: np.concatenate([getattr(run, name) for run in runs]) for name in names})


def _investment(children: int, replicates: int, wanted: Wanted) -> Told | None:
    """Return after how many years the change is earned back; twenty where it never is."""
    comparison = _pair(children, replicates, 20, wanted)
    if comparison is None:
        return None
    yearly = comparison.yearly()
    line = yearly[yearly["row"] == "cumulative_net_difference"]
    found = comparison.break_even()
    year = 20.0 if found["year"] is None else float(found["year"] - comparison.a.start_year)
    rows = {
        "third": float(line["mean"].iloc[2]),
        "last": float(line["mean"].iloc[-1]),
        "chance": 100.0 * float(found["chance_within_horizon"]),
    }
    return Told(year, year, year, rows, None, comparison)


def _evaluation(children: int, replicates: int, wanted: Wanted) -> Told | None:
    """Return in how many of 100 municipalities before-and-after points the way the true effect does.

    The true effect is the paired difference in new placements; before and after are two years of the
    same municipality under the reorientation.
    """
    comparison = _pair(children, max(20, replicates), LAST_SEEN + 1, wanted)
    if comparison is None:
        return None
    placed = next(one for one in INDICATORS if one.row == "new_placements_per_1000")
    a, b = (np.asarray(placed.read(Ledger(r.counts, r.sums, r.accounts)), float) for r in comparison.runs)
    true = b[:, LAST_SEEN] - a[:, LAST_SEEN]
    seen = b[:, LAST_SEEN] - b[:, FIRST_SEEN]
    right = 100.0 * float(np.mean(np.sign(seen) == np.sign(true.mean())))
    error = 100.0 * float(np.sqrt(right / 100.0 * (1.0 - right / 100.0) / len(seen)))
    rows = {
        "true": float(true.mean()),
        "seen_low": float(np.quantile(seen, 0.05)),
        "seen_high": float(np.quantile(seen, 0.95)),
    }
    reach = 1.645 * error
    return Told(right, max(0.0, right - reach), min(100.0, right + reach), rows, None, comparison)


_EXPERIMENTS = {
    "prevention": _prevention,
    "queue": _queue,
    "selection": _selection,
    "inheritance": _inheritance,
    "investment": _investment,
    "evaluation": _evaluation,
}
