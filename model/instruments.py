"""Instruments: what a questionnaire or a ruler reads of a child, each with its own error.

A reading is on the scale of need: standard deviations of a general child population, higher for more
difficulties. It is the child's need, its passing part weighed as the instrument weighs it, mixed with weak
school attachment where the instrument has school or day care in view, and an error of its own.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from trappen.agents.states import Instrument, Life
from trappen.model.kernels import draws


def usable(instrument: Instrument, age_months: NDArray[np.int64], life: Any) -> NDArray[np.bool_]:
    """Return at which of these ages an instrument is used.

    Parameters
    ----------
    life
        Record of life parameters.
    """
    first, last = life["instrument_from"][instrument], life["instrument_to"][instrument]
    return np.asarray((age_months >= first) & (age_months < last))


def seen_by(instrument: Instrument, children: NDArray[Any], life: Any) -> NDArray[np.float64]:
    """Return what an instrument would read of these rows if it had no error (SD)."""
    need, passing = children["need"].astype(float), children["deviation"].astype(float)
    weighed = need + (life["instrument_passing"][instrument] - 1.0) * passing
    school = life["instrument_school"][instrument]
    return np.asarray((1.0 - school) * weighed - school * children["school"].astype(float))


def read(
    instrument: Instrument, children: NDArray[Any], month: int, key: NDArray[np.uint32], life: Any
) -> NDArray[np.float64]:
    """Return an instrument's readings of these rows in a month, not a number where it is not used.

    Parameters
    ----------
    children
        Rows of the table of children.
    key
        Key of the municipality's draws: the same child in the same month reads the same.
    life
        Record of life parameters.
    """
    seed = int(key[0]) + (int(key[1]) << 32)
    z = draws.normals(seed, children["who"].astype(np.int64), month, draws.INSTRUMENT, int(instrument))[:, 0]
    readings = seen_by(instrument, children, life) + life["instrument_error"][instrument] * z
    age = month - children["birth_month"].astype(np.int64)
    return np.where(usable(instrument, age, life), readings, np.nan)


class Found(NamedTuple):
    """What an instrument finds and misses at one cut.

    Attributes
    ----------
    flagged
        Share of all children it reads that lie at or over the cut.
    in_need, others
        Children it reads who are in need, and who are not.
    sensitivity
        Share of those in need that are flagged; not a number if nobody is.
    specificity
        Share of the others that are not flagged.
    """

    flagged: float
    in_need: int
    others: int
    sensitivity: float
    specificity: float


def found_at(
    instrument: Instrument,
    children: NDArray[Any],
    month: int,
    key: NDArray[np.uint32],
    life: Any,
    flagged: float | None = None,
) -> Found:
    """Return what an instrument finds where everybody of its ages is read once.

    Parameters
    ----------
    children, month, key, life
        As `read` takes them.
    flagged
        Share of those read that the cut flags; as many as are in need if not given.
    """
    here = children[(children["life"] == Life.CHILD) & (children["birth_month"] <= month)]
    readings = read(instrument, here, month, key, life)
    used = ~np.isnan(readings)
    readings, need = readings[used], here["need"][used] >= life["need_cut"]
    share = float(need.mean()) if flagged is None else flagged
    over = readings >= np.quantile(readings, 1.0 - share)
    in_need, others = int(need.sum()), int((~need).sum())
    sensitivity = float(over[need].mean()) if in_need else float("nan")
    return Found(float(over.mean()), in_need, others, sensitivity, float((~over[~need]).mean()))
