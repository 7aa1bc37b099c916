"""The tipping point: what overload does to deadlines, staff and waiting, caseload by caseload.

Undone work leaves less contact, drives caseworkers away and so leaves more undone: the loop holds up to a
caseload and tips beyond it. The published compliance figures were met at the published caseload.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from trappen.agents.ledger import Count, Sum
from trappen.agents.levers import Lever
from trappen.model.engine import WARM_UP_YEARS, InForce, copy_state, run_months
from trappen.model.kernels.world import Desk
from trappen.scenarios.experiments.found import Found, manifest_of
from trappen.scenarios.fitting.targets import targets
from trappen.scenarios.intervals import spread_of
from trappen.scenarios.parameter_sets import codes
from trappen.scenarios.runner import practice_of, start, todays_practice
from trappen.scenarios.scenario import Scenario

CASELOADS = (15.0, 20.0, 25.0, 28.0, 31.0, 34.0, 37.0, 40.0, 44.0, 48.0)
SETTLING_YEARS = 3
"""Years a municipality has a caseload before it is looked at."""

PUBLISHED = {
    "reviews_kept": "review_kept",
    "assessments_kept": "assessment_kept",
    "first_follow_ups_kept": "follow_up_kept",
}
"""Rows of the curve that a published figure stands beside, and the target that holds it."""

FIRST = (*PUBLISHED, "turnover", "months_waited")
"""Rows that are shown first."""

DAYS_A_MONTH = 21.0

Say = Callable[[str, int, int], None]
Read = Callable[[np.ndarray, np.ndarray], float]


def _share(part: Count, whole: Count) -> Read:
    return lambda counts, sums: 100.0 * counts[part] / max(1, counts[whole])


def _per_post(total: Sum) -> Read:
    """Read a sum by full-time post and year."""
    return lambda counts, sums: 12.0 * sums[total] / max(1e-9, sums[Sum.POSTS_PAID])


ROWS: Mapping[str, Read] = {
    "reviews_kept": _share(Count.REVIEWS_KEPT, Count.REVIEWS),
    "assessments_kept": _share(Count.ASSESSMENTS_KEPT, Count.ASSESSMENTS),
    "first_follow_ups_kept": _share(Count.FIRST_FOLLOW_UPS_KEPT, Count.FIRST_FOLLOW_UPS),
    "visits_kept": _share(Count.VISITS_KEPT, Count.VISITS),
    "turnover": lambda counts, sums: 100.0 * 12.0 * counts[Count.CASEWORKERS_LEFT] / counts[Count.POSTS],
    "vacant": _share(Count.VACANT, Count.POSTS),
    "months_waited": lambda counts, sums: (
        sums[Sum.CONCERN_DAYS] / DAYS_A_MONTH / max(1, counts[Count.HELPED_AFTER_CONCERN])
    ),
    "undone_days": lambda counts, sums: sums[Sum.UNDONE_DAYS] / counts[Count.POSTS],
    "contact_hours": lambda counts, sums: 12.0 * sums[Sum.HOURS_CONTACT] / max(1, counts[Count.OPEN_CASES]),
    "follow_ups_per_case": lambda counts, sums: (
        12.0 * counts[Count.FOLLOW_UPS] / max(1, counts[Count.OPEN_CASES])
    ),
    "child_talks": _share(Count.CHILD_TALKS, Count.ASSESSMENTS),
    "overtime_hours": _per_post(Sum.HOURS_OVERTIME),
    "trust": lambda counts, sums: 100.0 * sums[Sum.TRUST_IN_CASES] / max(1, counts[Count.OPEN_CASES]),
}
"""What is read at each caseload, from the counts and sums of the years looked at, added up."""


SHARES = ("reviews_kept", "assessments_kept", "first_follow_ups_kept", "visits_kept", "vacant", "child_talks")
"""Rows that cannot pass 100 %; more may leave in a year than there are posts."""


def tipping_curve(
    scenario: Scenario, caseloads: Sequence[float] = CASELOADS, *, say: Say | None = None
) -> pd.DataFrame:
    """Return what becomes of casework at each caseload, all else as today, on the same children and luck.

    Parameters
    ----------
    caseloads
        Open cases by full-time caseworker that posts are fitted to from the scenario's start.

    Returns
    -------
    :
        Columns caseload, row, mean, low, high, published: a row of `ROWS` with its 90 % range over
        replicates, read over the years after the first `SETTLING_YEARS` (the last, if there are no more),
        and the published figure where there is one and the caseload is today's.
    """
    found: dict[tuple[float, str], list[float]] = {
        (caseload, row): [] for caseload in caseloads for row in ROWS
    }
    first = WARM_UP_YEARS + _settling(scenario)
    structure = codes(scenario.structure)
    for replicate in range(scenario.replicates):
        world, desk, rules, _ = start(scenario, replicate)
        for caseload in caseloads:
            own = copy_state(world)
            own_desk: Desk = copy_state(desk)
            force = todays_practice(scenario.months, scenario)
            felt = force.felt.copy()
            felt[:, Lever.CASELOAD] = caseload
            run_months(own, own_desk, rules, InForce(felt, felt, force.transition), structure, 0)
            counts, sums = own.counts[first:].sum(axis=0), own.sums[first:].sum(axis=0)
            for row, read in ROWS.items():
                found[caseload, row].append(float(read(counts, sums)))
        if say is not None:
            say("casework", replicate + 1, scenario.replicates)
    # What is published is the country's, so it stands beside the country's caseload.
    today = practice_of(scenario)["caseload"]
    comparable = today if scenario.ensemble is None else np.nan
    rows = []
    for (caseload, row), values in found.items():
        spread = spread_of(np.array(values), level=True, most=100.0 if row in SHARES else None)
        told = targets()[PUBLISHED[row]].value if row in PUBLISHED and caseload == comparable else np.nan
        rows.append(
            {"caseload": caseload, "row": row}
            | {name: spread[name] for name in ("mean", "low", "high")}
            | {"published": told}
        )
    return pd.DataFrame(rows)


def _settling(scenario: Scenario) -> int:
    """Return how many years are run before any is read; one is read at least."""
    return min(SETTLING_YEARS, scenario.years - 1)


def find_tipping(
    scenario: Scenario, caseloads: Sequence[float] = CASELOADS, *, say: Say | None = None
) -> Found:
    """Return the curve as an experiment's result, with the caseload at which casework tips.

    That is where first follow-ups kept fall most by case between two caseloads tried; `sure` says whether
    they surely fall there, and more than one gap was tried.
    """
    here = practice_of(scenario)["caseload"]
    usual = {here} if tuple(caseloads) == CASELOADS else set()
    tried = sorted({float(caseload) for caseload in caseloads} | usual)
    curve = tipping_curve(scenario, tried, say=say)
    wide = curve.pivot_table(index="caseload", columns="row", values="mean")[list(ROWS)].reset_index()
    wide.columns.name = None
    kept = wide["first_follow_ups_kept"].to_numpy()
    falls = -np.diff(kept) / np.diff(wide["caseload"])
    at = int(falls.argmax()) if len(falls) else 0
    ranges = curve[curve["row"] == "first_follow_ups_kept"].sort_values("caseload")
    after = min(at + 1, len(ranges) - 1)
    facts = {
        "sure": len(wide) > 2 and bool(ranges["low"].iloc[at] > ranges["high"].iloc[after]),
        "years_read": scenario.years - _settling(scenario),
        "from_caseload": float(wide["caseload"].iloc[at]),
        "to_caseload": float(wide["caseload"].iloc[min(at + 1, len(wide) - 1)]),
        "kept_before": float(kept[at]),
        "kept_after": float(kept[min(at + 1, len(kept) - 1)]),
        "turnover_low": float(wide["turnover"].iloc[0]),
        "turnover_high": float(wide["turnover"].iloc[-1]),
        "lowest": float(wide["caseload"].iloc[0]),
        "highest": float(wide["caseload"].iloc[-1]),
        "today": here,
    }
    beside = curve[(curve["caseload"] == here) & curve["published"].notna()].copy()
    told = [targets()[PUBLISHED[row]] for row in beside["row"]]
    beside["published_low"], beside["published_high"] = [t.low for t in told], [t.high for t in told]
    tables = {
        "casework_curve": wide[["caseload", *FIRST]],
        "casework_more": wide[["caseload", *(row for row in ROWS if row not in FIRST)]],
        "casework_published": beside[
            ["row", "mean", "low", "high", "published", "published_low", "published_high"]
        ].reset_index(drop=True),
        "casework_ranges": curve.drop(columns="published"),
    }
    return Found("casework", tables, facts, manifest_of(scenario, caseloads=tried))
