"""Six lessons: each a question with a number for an answer, and the experiment that gives it.

Every answer comes from runs of the model, with a range that says what it is a range of; none is written
down here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from trappen.agents.ledger import Count
from trappen.agents.states import Life, Step
from trappen.model.engine import run_months
from trappen.model.outcomes import INDICATORS
from trappen.model.readers import Ledger
from trappen.scenarios.compare import Comparison
from trappen.scenarios.intervals import break_even_of, ratio_of_means, spread_of, wilson
from trappen.scenarios.parameter_sets import codes
from trappen.scenarios.runner import LUCK_PER_SET, Run, ready, run_replicates, start
from trappen.scenarios.scenario import scenario_from
from trappen.scenarios.watched.tipping import tipping_curve

Wanted = Callable[[], bool]

LESSONS = ("prevention", "queue", "selection", "inheritance", "investment", "evaluation")
CASELOADS = (15.0, 20.0, 25.0, 31.0, 38.0, 46.0, 55.0)
"""Cases per caseworker; the published mean of today is one of them."""

LIGHT, TODAY, HEAVY = 20.0, 31.0, 46.0

HORIZON: Mapping[str, int] = {"investment": 20}
"""Years looked at by a lesson whose answer is a year; what has not come by then is not within them."""

GENERATIONS_YEARS = 40
"""Years after which children have mothers who were themselves children in the run."""

ENTRY_YEARS = 3
"""Years in which children are looked at as they come to a step."""

_GROUPS = ((Step.INSTITUTION,), (Step.PREVENTIVE, Step.HOME_BASED))
_OTHER_PLACEMENTS = (Step.KIN, Step.FOSTER, Step.OWN_ROOM)

A_YEAR = 12
"""Months in need from which a need was no passing one."""

HEIRS_SEEN = 10
"""The last years of it, in which the mothers' own children are looked at."""
TENTH = 0.9
FIRST_SEEN, LAST_SEEN = 0, 4
"""Years of the horizon between which an evaluation looks before and after."""


@dataclass(frozen=True)
class Told:
    """What an experiment told.

    Attributes
    ----------
    answer, low, high
        The number asked for with its range; infinite where the answer lies beyond the lesson's horizon.
    ranged
        What the range is: of `replicates` (the next lies in it with a chance of 90 %); of a `count` or of a
        `mean` (its 90 % interval); `back`: from the earliest replicate to the latest of those that earned
        the money back.
    rows
        Figures to discuss and to explain the range, by name; whole numbers are counts.
    frame
        A table behind a chart, if the lesson has one.
    comparison
        The comparison behind it, if the lesson has one.
    """

    answer: float
    low: float
    high: float
    rows: dict[str, float] = field(default_factory=dict)
    ranged: str = "replicates"
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


def _with_range(name: str, values: list[float] | np.ndarray, *, share: bool = False) -> dict[str, float]:
    """Return a figure to discuss with its 90 % range over replicates, under three names."""
    seen = spread_of(np.array(values, float), level=share, most=100.0 if share else None)
    return {name: seen["mean"], f"{name}_low": seen["low"], f"{name}_high": seen["high"]}


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
    """Return the share of the children ever in need who were not among the tenth with the highest risk.

    Ever is in a single month at least. Beside it stands the same of those in need for a year or more, for
    the share hangs on how much need counts.
    """
    worlds = _worlds(children, min(replicates, 6), wanted)
    if worlds is None:
        return None
    shares, risk_high, risk_low, of_a_year, all_ever, all_year = [], [], [], [], [], []
    for rows, _, _ in worlds:
        old = rows[rows["birth_month"] <= -72]
        high = old["propensity"] >= np.quantile(old["propensity"], TENTH)
        ever, a_year = old["months_need"] > 0, old["months_need"] >= A_YEAR
        shares.append(100.0 * np.mean(~high[ever]))
        risk_high.append(100.0 * np.mean(ever[high]))
        risk_low.append(100.0 * np.mean(ever[~high]))
        of_a_year.append(100.0 * np.mean(~high[a_year]))
        all_ever.append(100.0 * np.mean(ever))
        all_year.append(100.0 * np.mean(a_year))
    told = {"risk_high": float(np.mean(risk_high)), "risk_low": float(np.mean(risk_low))}
    told |= {"ever": float(np.mean(all_ever)), "ever_year": float(np.mean(all_year))}
    return _spread(shares, rows=told | _with_range("year", of_a_year, share=True))


def _queue(children: int, replicates: int, wanted: Wanted) -> Told | None:
    """Return the share of first follow-ups on time at a heavy caseload, once it has settled."""
    scenario = scenario_from("status_quo", children=children, years=6, replicates=max(4, replicates // 2))

    def still(_: str, __: int, ___: int) -> None:
        if not wanted():
            raise InterruptedError

    try:
        frame = tipping_curve(scenario, CASELOADS, say=still)
    except InterruptedError:
        return None
    seen = {(row["row"], row["caseload"]): row for row in frame.drop(columns="published").to_dict("records")}
    heavy = seen["first_follow_ups_kept", HEAVY]
    rows = {
        f"{name}{suffix}": float(seen[row, load][column])
        for name, row, load in (
            ("light", "first_follow_ups_kept", LIGHT),
            ("today", "first_follow_ups_kept", TODAY),
            ("left_today", "turnover", TODAY),
            ("left_heavy", "turnover", HEAVY),
        )
        for suffix, column in (("", "mean"), ("_low", "low"), ("_high", "high"))
    }
    return Told(float(heavy["mean"]), float(heavy["low"]), float(heavy["high"]), rows, frame=frame)


def _selection(children: int, replicates: int, wanted: Wanted) -> Told | None:
    """Return how much higher need is among children in institutions than among those helped at home.

    That is of all who live there. Beside it stands the difference between those who came to either in these
    years, in the month before they came; how much higher all who live there were born; and where those who
    came to an institution came from.
    """
    scenario = scenario_from(
        "status_quo", children=children, years=ENTRY_YEARS, replicates=min(replicates, 6)
    )
    gaps, before, born = [], [], []
    came_from: list[np.ndarray] = []
    for replicate in range(scenario.replicates):
        if not wanted():
            return None
        begun = start(scenario, replicate)
        world, desk, force = ready(scenario, begun)
        entered: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
        for month in range(scenario.months):
            earlier = world.children[["step", "need"]].copy()
            part = force.part(slice(month, month + 1))
            run_months(world, desk, begun[2], part, codes(scenario.structure), month)
            now = world.children["step"]
            for which, steps in enumerate(_GROUPS):
                came = np.isin(now, steps) & ~np.isin(earlier["step"], steps)
                entered[which].append(earlier["need"][came])
                if which == 0:
                    came_from.append(earlier["step"][came])
        rows = world.children[world.children["life"] == Life.CHILD]
        inside, home = (rows[np.isin(rows["step"], steps)] for steps in _GROUPS)
        came_in, came_home = (np.concatenate(found) for found in entered)
        if len(inside) and len(home) and len(came_in) and len(came_home):
            gaps.append(float(inside["need"].mean() - home["need"].mean()))
            before.append(float(came_in.mean() - came_home.mean()))
            born.append(float(inside["propensity"].mean() - home["propensity"].mean()))
    start_of = np.concatenate(came_from)
    placed, unhelped = (
        100.0 * float(np.isin(start_of, which).mean()) if len(start_of) else np.nan
        for which in (_OTHER_PLACEMENTS, (Step.NONE,))
    )
    told = {"from_placement": placed, "from_help": 100.0 - placed - unhelped, "from_none": unhelped}
    return _spread(gaps, rows=told | _with_range("before", before) | _with_range("born", born))


def _inheritance(children: int, replicates: int, wanted: Wanted) -> Told | None:
    """Return how many times as often children of mothers who were notified themselves are in need.

    Mothers of both groups grew up in the same municipality, in the same run; their children are looked at
    in its last years.
    """
    scenario = scenario_from(
        "status_quo",
        children=children,
        years=GENERATIONS_YEARS,
        replicates=LUCK_PER_SET * max(6, replicates // 2),
    )
    known, others, shares, sets = [], [], [], []
    # Each with a parameter set of its own: how much passes on is what is least sure here.
    for replicate in range(0, scenario.replicates, LUCK_PER_SET):
        if not wanted():
            return None
        (run,) = run_replicates([scenario], [replicate])
        counts = run.counts[0, -HEIRS_SEEN:].sum(axis=0).astype(float)
        heirs, of_known = counts[Count.HEIRS], counts[Count.HEIRS_OF_KNOWN]
        known.append(100.0 * counts[Count.HEIRS_OF_KNOWN_IN_NEED] / max(1.0, of_known))
        others.append(100.0 * counts[Count.HEIRS_OF_OTHERS_IN_NEED] / max(1.0, heirs - of_known))
        in_need = counts[Count.HEIRS_OF_KNOWN_IN_NEED] + counts[Count.HEIRS_OF_OTHERS_IN_NEED]
        shares.append(100.0 * counts[Count.HEIRS_OF_OTHERS_IN_NEED] / max(1.0, in_need))
        sets.append(int(run.sets[0]))
    rows = {
        "known": float(np.mean(known)),
        "others": float(np.mean(others)),
        "not_inherited": float(np.mean(shares)),
        "replicates": len(sets),
    }
    # Of the two shares that are told: the mean of each replicate's own ratio is another, higher number.
    ratio = ratio_of_means(np.array(known), np.array(others), np.array(sets))
    return Told(ratio["mean"], ratio["low"], ratio["high"], rows, "mean")


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
    """Return after how many years the change is typically earned back, as the comparison itself tells it.

    A year counts when it is over, as in the figures to discuss: who is square at the end of the eighth has
    earned the money back after eight years. Where most replicates never do, the answer lies beyond the
    horizon.
    """
    comparison = _pair(children, 2 * replicates, HORIZON["investment"], wanted)
    if comparison is None:
        return None
    line = comparison.yearly("cumulative_net_difference")
    spent = next(one for one in INDICATORS if one.row == "net_cost_per_year")
    a, b = (np.asarray(spent.read(Ledger(r.counts, r.sums, r.accounts)), float) for r in comparison.runs)
    each = [break_even_of(extra[None], 1)["year"] for extra in b - a]
    back = [float(year) for year in each if year is not None]
    typical = comparison.break_even()["year"]
    rows = {
        "third": float(line["mean"].iloc[2]),
        "last": float(line["mean"].iloc[-1]),
        "back": len(back),
        "replicates": len(each),
    }
    return Told(
        np.inf if typical is None else float(typical - comparison.a.start_year + 1),
        min(back, default=np.inf),
        max(back, default=np.inf),
        rows,
        "back",
        comparison=comparison,
    )


def _evaluation(children: int, replicates: int, wanted: Wanted) -> Told | None:
    """Return in how many of 100 municipalities before-and-after points the way the mean true effect does.

    The true effect is the paired difference in months of need in the last year; before and after are the
    first and the last year of the same municipality under the reorientation, measured without error.
    """
    comparison = _pair(children, max(20, replicates), LAST_SEEN + 1, wanted)
    if comparison is None:
        return None
    need = next(one for one in INDICATORS if one.row == "need_months")
    a, b = (np.asarray(need.read(Ledger(r.counts, r.sums, r.accounts)), float) for r in comparison.runs)
    true = b[:, LAST_SEEN] - a[:, LAST_SEEN]
    seen = b[:, LAST_SEEN] - b[:, FIRST_SEEN]
    right = 100.0 * float(np.mean(np.sign(seen) == np.sign(true.mean())))
    low, high = wilson(right / 100.0, len(seen))
    rows = {
        **_with_range("true", true),
        "seen_low": float(np.quantile(seen, 0.05)),
        "seen_high": float(np.quantile(seen, 0.95)),
        "replicates": len(seen),
    }
    return Told(right, 100.0 * low, 100.0 * high, rows, "count", comparison=comparison)


_EXPERIMENTS = {
    "prevention": _prevention,
    "queue": _queue,
    "selection": _selection,
    "inheritance": _inheritance,
    "investment": _investment,
    "evaluation": _evaluation,
}
