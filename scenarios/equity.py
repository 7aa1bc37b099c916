"""Equity: the same figures by kind of family, sex, age and district."""

import numpy as np
import pandas as pd

from trappen.agents.ledger import Group, Measure
from trappen.scenarios.intervals import spread_of
from trappen.scenarios.runner import Run


def equity(a: Run, b: Run, measures: tuple[Measure, ...] = tuple(Measure)) -> pd.DataFrame:
    """Return means by group under both policies, with the range of the difference.

    Counts are per 100 children of the group, ages in years, waits in months, cost in kroner a year.
    """
    rows = []
    for kind in Group:
        for at in range(kind, kind + kind.width):
            children = [run.groups[:, :, at, Measure.CHILDREN].sum(axis=1) for run in (a, b)]
            if not children[0].any():
                continue
            for measure in measures:
                per = _denominator(measure)
                values = []
                for run in (a, b):
                    top = run.groups[:, :, at, measure].sum(axis=1).astype(float)
                    bottom = (
                        run.groups[:, :, at, per[0]].sum(axis=1)
                        if per
                        else np.full(len(top), run.groups.shape[1])
                    )
                    factor = per[1] if per else 1.0
                    values.append(
                        np.divide(factor * top, bottom, out=np.full(len(top), np.nan), where=bottom != 0)
                    )
                seen = spread_of(values[1] - values[0])
                rows.append(
                    {
                        "group_kind": kind.name.lower(),
                        "group": f"{kind.name.lower()}_{at - kind}",
                        "measure": measure.name.lower(),
                        "a": float(np.nanmean(values[0])) if np.isfinite(values[0]).any() else float("nan"),
                        "b": float(np.nanmean(values[1])) if np.isfinite(values[1]).any() else float("nan"),
                        "difference": seen["mean"],
                        "low": seen["low"],
                        "high": seen["high"],
                    }
                )
    return pd.DataFrame(rows)


def _denominator(measure: Measure) -> tuple[Measure, float] | None:
    """Return what a measure is divided by and its factor; None for a mean number of children."""
    if measure == Measure.CHILDREN:
        return None
    return {
        Measure.FIRST_CONTACT_AGE: (Measure.FIRST_CONTACTS, 1 / 12),
        Measure.NEED_TO_HELP: (Measure.FIRST_HELPS, 1.0),
        Measure.SCHOOL: (Measure.SCHOOL_CHILDREN, 1 / 1000),
        Measure.COST: (Measure.CHILDREN, 1.0),
    }.get(measure, (Measure.CHILDREN, 100.0))
