"""A family (familie): what siblings share."""

from typing import Any

import numpy as np

from trappen.agents.fields import Field, make_table
from trappen.agents.row import Row

FIELDS = (
    Field("who", "u4", "-", "family key: the family's own luck hangs on it", 0, "population"),
    Field(
        "liability",
        "f4",
        "SD",
        "stable strain on the family; its share of the children's need",
        0.0,
        "population",
    ),
    Field("problem", "i1", "Problem", "whether its problems are visible or hidden", 0, "population"),
    Field("adults", "i1", "-", "caring adults in the household", 2, "population"),
    Field("network", "i1", "0/1", "somebody in family or network could care for a child", 0, "population"),
    Field("trust", "f4", "0-1", "trust in the municipality (tillid)", 0.5, "population, casework"),
)
"""Every column of the table of families, in the order of the table."""

SCRIPTABLE = ("problem", "network", "trust")
"""What a script may change in a family. Liability and adults only counted when the children were drawn."""


class Family(Row, table="families", fields=FIELDS, scriptable=SCRIPTABLE):
    """One family: a row of the table of families, with every field of `FIELDS` by name."""

    __slots__ = ()

    @property
    def children(self) -> Any:
        """All its children, oldest first, those not yet born included."""
        return self.model.children.select(family=self.row)


def make_families(rows: int) -> np.ndarray:
    """Return a table of that many families, every field at its default."""
    return make_table(FIELDS, rows)
