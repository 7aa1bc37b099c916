"""Day care and schools as institutions (dagtilbud, skole): the columns that describe one, and one of them."""

from typing import Any

import numpy as np

from trappen.agents.fields import Field, make_table
from trappen.agents.row import Row

FIELDS = (
    Field("kind", "i1", "InstitutionKind", "day care or school", 0, "population"),
    Field("district", "i1", "-", "district of the municipality it lies in", 0, "population"),
    Field(
        "burdened", "i1", "0/1", "one of the few that half of the vulnerable children go to", 0, "population"
    ),
    Field("size", "f4", "children", "children it is made for", 0.0, "population"),
    Field(
        "vulnerable_share", "f4", "0-1", "share of its children from vulnerable families", 0.0, "population"
    ),
    Field("staffing", "f4", "SD", "staff per child, against other institutions", 0.0, "population"),
    Field("competence", "f4", "SD", "staff's competence, against other institutions", 0.0, "population"),
    Field("quality", "f4", "SD", "what it does for a child: 0 for the mean child", 0.0, "population"),
    Field(
        "sight", "f4", "factor", "how readily its staff see a child's need: 1 on average", 1.0, "population"
    ),
    Field("first_worker", "i4", "row", "the first of its pedagogues or teachers", 0, "population"),
    Field("workers", "i2", "-", "how many of them there are", 1, "population"),
)
"""Every column of the table of institutions."""


class Institution(Row, table="institutions", fields=FIELDS):
    """One day-care institution or school: a row of the table of institutions."""

    __slots__ = ()

    @property
    def staff(self) -> Any:
        """Its pedagogues or teachers."""
        return self.model.front.select(institution=self.row)

    @property
    def families(self) -> Any:
        """The families whose children go to it, at the age for it."""
        column = "day_care" if self.kind == 0 else "school_at"
        return self.model.families.select(**{column: self.row})


def make_institutions(rows: int) -> np.ndarray:
    """Return a table of that many institutions, every field at its default."""
    return make_table(FIELDS, rows)
