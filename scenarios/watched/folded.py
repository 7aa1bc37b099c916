"""Municipalities at the start of their horizon, kept small: most of the room for tasks is empty then.

A table whose last rows are all alike is kept as the rows before them, one of them, and how many there are.
"""

from typing import Any, NamedTuple

import numpy as np

from trappen.model.engine import NEVER_CHANGES
from trappen.model.kernels.world import Desk, World


class Folded(NamedTuple):
    """A table: its first rows, of the rest one, and how many rows there are in all."""

    head: np.ndarray
    last: np.ndarray
    rows: int


def fold_array(array: np.ndarray) -> "np.ndarray | Folded":
    """Return an array folded where that saves room, else a copy of it."""
    rows = len(array)
    if rows < 2 or array[-1].tobytes() != array[-2].tobytes():
        return array.copy()
    plain = np.ascontiguousarray(array)
    bytes_ = plain.view(np.uint8).reshape(rows, -1)  # rows may hold NaN, which is not equal to itself
    other = np.flatnonzero((bytes_ != bytes_[-1]).any(axis=1))
    kept = int(other[-1]) + 1 if len(other) else 0
    return Folded(plain[:kept].copy(), plain[-1:].copy(), rows)


def unfold_array(told: "np.ndarray | Folded") -> np.ndarray:
    """Return an array of one's own, equal to the bit to the one that was folded."""
    if not isinstance(told, Folded):
        return told.copy()
    array = np.zeros((told.rows, *told.head.shape[1:]), told.head.dtype)
    array[: len(told.head)] = told.head
    if any(told.last.tobytes()):  # zeros are there already, and cost nothing until they are touched
        array[len(told.head) :] = told.last
    return array


def _each(state: Any, do: Any) -> Any:
    """Return a state with something done to each of its tables; what never changes is shared."""
    parts = {
        name: part if name in NEVER_CHANGES else do(part) if _is_table(part) else _each(part, do)
        for name, part in zip(state._fields, state, strict=True)
    }
    return type(state)(**parts)


def _is_table(part: Any) -> bool:
    return isinstance(part, np.ndarray | Folded)


def fold[T: (World, Desk)](state: T) -> T:
    """Return a world or a desk with its tables folded: fit to be kept, not to be run."""
    folded: T = _each(state, fold_array)
    return folded


def unfold[T: (World, Desk)](folded: T) -> T:
    """Return an independent world or desk, equal to the bit to the one that was folded."""
    state: T = _each(folded, unfold_array)
    return state


def size(state: Any) -> int:
    """Return how many bytes a world or a desk takes, folded or not."""
    if isinstance(state, np.ndarray):
        return state.nbytes
    return sum(size(part) for part in state if not isinstance(part, int))
