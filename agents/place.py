"""Where placed children live: foster families and institutions (plejefamilie, døgninstitution)."""

from typing import Any

import numpy as np

from trappen.agents.fields import Field, make_table
from trappen.agents.row import Row
from trappen.agents.states import NEVER

FIELDS = (
    Field("kind", "i1", "Step", "foster family or institution", 0, "staircase"),
    Field(
        "external", "i1", "0/1", "bought outside the municipality because its own were full", 0, "staircase"
    ),
    Field("capacity", "i1", "children", "children it takes", 0, "staircase"),
    Field("used", "i1", "children", "children who live there", 0, "staircase"),
    Field("since", "i2", "month", "month it took its first child", NEVER, "staircase"),
    Field("closed", "i2", "month", "month it stopped taking children", NEVER, "staircase"),
)
"""Every column of the table of places."""


class Place(Row, table="places", fields=FIELDS):
    """One foster family or institution: a row of the table of places."""

    __slots__ = ()

    @property
    def children(self) -> Any:
        """The children who live there."""
        return self.model.children.select(place=self.row)


def make_places(rows: int) -> np.ndarray:
    """Return a table of that many rows not yet in use, every field at its default."""
    return make_table(FIELDS, rows)
