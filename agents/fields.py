"""How a column is declared: once, with type, unit, meaning, default and who may write it.

A table is one array of rows: an agent is a row, and its fields lie together. Columns apart were
tried first; compiled rules that take sixty arrays compile and call ten times slower than rules that
take one, and rules read better (`child.need`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

CACHE_LINE = 64
"""Bytes a processor fetches at once."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table of agents.

    Parameters
    ----------
    name
        Singular noun, with its unit where it has one.
    dtype
        numpy type of the column.
    unit
        Unit in words; `-` for a code or a count.
    meaning
        What a row's value says.
    default
        Value before anybody has written.
    writer
        The phases that may write it.
    """

    name: str
    dtype: str
    unit: str
    meaning: str
    default: float
    writer: str


def table_type(fields: Iterable[Field]) -> np.dtype:
    """Return the numpy type of a row with these fields, filled up to whole cache lines if it is long."""
    packed = np.dtype([(field.name, field.dtype) for field in fields], align=True)
    known = dict(packed.fields or {})
    if packed.itemsize < CACHE_LINE:
        return packed
    size = -(-packed.itemsize // CACHE_LINE) * CACHE_LINE
    names = list(packed.names or ())
    kinds, offsets = zip(*(known[name][:2] for name in names), strict=True)
    return np.dtype({"names": names, "formats": kinds, "offsets": offsets, "itemsize": size})


def make_table(fields: Iterable[Field], rows: int) -> np.ndarray:
    """Return a table of that many rows, every field at its default; `table["need"]` is a column."""
    fields = tuple(fields)
    row = np.zeros(1, table_type(fields))
    for field in fields:
        row[field.name] = field.default
    return np.repeat(row, rows)  # whole rows at once: column by column took thirty times as long
