"""Equity: the figures of the catalogue by kind of family, sex, age and district."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from trappen.agents.ledger import Group, Measure
from trappen.agents.problem import Problem
from trappen.agents.states import Step
from trappen.model.nearest import nearest
from trappen.scenarios.intervals import freedom_of, spread_of
from trappen.scenarios.runner import Run

M = Measure


class Row(NamedTuple):
    """One figure of a group: a sum over the years, divided by another.

    Attributes
    ----------
    per
        What it is divided by; None for a yearly mean.
    direction
        -1 where lower is better, +1 where higher is, 0 where neither can be said beforehand.
    """

    name: str
    measure: int
    per: int | None = M.CHILDREN
    factor: float = 100.0
    direction: int = 0


PAID_STEPS = tuple(step for step in Step if step >= Step.PREVENTIVE)

ROWS: tuple[Row, ...] = (
    Row("children", M.CHILDREN, None, 1.0),
    Row("in_need", M.IN_NEED, direction=-1),
    Row("deep_need", M.DEEP_NEED, direction=-1),
    Row("school", M.SCHOOL, M.SCHOOL_CHILDREN, 1e-3, 1),
    Row("notified", M.NOTIFIED),
    Row("notifications_per_notified", M.NOTIFICATIONS, M.NOTIFIED, 1.0),
    Row("first_contacts", M.FIRST_CONTACTS),
    Row("first_contact_age", M.FIRST_CONTACT_AGE, M.FIRST_CONTACTS, 1 / 12, -1),
    Row("first_helps", M.FIRST_HELPS),
    Row("need_to_help", M.NEED_TO_HELP, M.FIRST_HELPS, 1.0, -1),
    Row("cases", M.CASES),
    Row("review_kept", M.REVIEWS_KEPT, M.REVIEWS, direction=1),
    Row("assessments", M.ASSESSMENTS),
    Row("assessment_kept", M.ASSESSMENTS_KEPT, M.ASSESSMENTS, direction=1),
    Row("follow_ups_per_case", M.FOLLOW_UPS, M.CASES, 1.0),
    Row("follow_up_kept", M.FIRST_FOLLOW_UPS_KEPT, M.FIRST_FOLLOW_UPS, direction=1),
    Row("complaints", M.COMPLAINTS, factor=1e4, direction=-1),
    Row("waiting", M.WAITING, direction=-1),
    Row("helped", M.HELPED),
    Row("placed", M.PLACED),
    Row("in_kin", M.IN_KIN, M.PLACED),
    Row("in_foster", M.IN_FOSTER, M.PLACED),
    Row("in_institution", M.IN_INSTITUTION, M.PLACED),
    Row("new_placements", M.NEW_PLACEMENTS),
    Row("first_placed", M.FIRST_PLACED),
    Row("first_placed_age", M.FIRST_PLACED_AGE, M.FIRST_PLACED, 1 / 12),
    Row("placements_ended", M.PLACEMENTS_ENDED),
    Row("placement_length", M.PLACEMENT_MONTHS, M.PLACEMENTS_ENDED, 1.0),
    Row("moves", M.MOVES, M.PLACED, direction=-1),
    Row("breakdowns", M.BREAKDOWNS, M.PLACED, direction=-1),
    Row("missed", M.MISSED, direction=-1),
    Row("unhelped", M.UNHELPED, direction=-1),
    Row("unnecessary", M.UNNECESSARY, M.NEW_PLACEMENTS, direction=-1),
    Row("under_matched", M.UNDER_MATCHED, direction=-1),
    Row("false_alarms", M.FALSE_ALARMS, M.NOTIFICATIONS, direction=-1),
    Row("cost", M.COST, factor=1.0),
    *(Row(f"cost_{step.name.lower()}", M.COST_OF_STEP + step, factor=1.0) for step in PAID_STEPS),
)
"""Every figure that is kept by group. What has no group, a caseworker's caseload, stands with the whole."""


def row_named(name: str) -> Row:
    """Return the figure of a name.

    Raises
    ------
    Problem
        If there is none.
    """
    for row in ROWS:
        if row.name == name:
            return row
    names = [row.name for row in ROWS]
    raise Problem(
        "experiment.no_row", field="--row", given=name, near=", ".join(nearest(name, names) or names)
    )


def equity(a: Run, b: Run, rows: tuple[Row, ...] = ROWS) -> pd.DataFrame:
    """Return figures by group under both policies, with the 90 % range of the difference.

    A figure is a quotient of sums over the years: stocks as each year ends, events as they happen. Ages are
    in years, waits and lengths in months, costs in kroner a year and child.
    """
    found = []
    for kind in Group:
        for at in range(kind, kind + kind.width):
            if not a.groups[:, :, at].any():
                continue
            for row in rows:
                first, second = (_read(run.groups[:, :, at], row) for run in (a, b))
                seen = spread_of(second - first, freedom=freedom_of(a.sets))
                found.append(
                    {
                        "group_kind": kind.name.lower(),
                        "group": f"{kind.name.lower()}_{at - kind}",
                        "measure": row.name,
                        "direction": row.direction,
                        "a": spread_of(first)["mean"],
                        "b": spread_of(second)["mean"],
                        "difference": seen["mean"],
                        "low": seen["low"],
                        "high": seen["high"],
                    }
                )
    return pd.DataFrame(found)


def _read(group: np.ndarray, row: Row) -> np.ndarray:
    """Return a figure by replicate; not a number where there is nothing to divide by.

    Parameters
    ----------
    group
        Shape (replicates, years, MEASURES).
    """
    top = row.factor * group[..., row.measure].sum(axis=1)
    if row.per is None:
        return np.asarray(top / group.shape[1], float)
    bottom = group[..., row.per].sum(axis=1)
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom != 0)
