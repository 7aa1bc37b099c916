"""The posts of caseworkers (sagsbehandlere): the columns that describe a post, and one post."""

from typing import Any

import numpy as np

from trappen.agents.fields import Field, make_table
from trappen.agents.row import Row
from trappen.agents.states import NEVER, CaseState

FIELDS = (
    Field("hired", "i2", "month", "month the present caseworker took the post", -NEVER, "casework"),
    Field("vacant_until", "i2", "month", "month a vacant post is filled again", -NEVER, "casework"),
)
"""Every column of the table of caseworker posts."""


class Caseworker(Row, table="caseworkers", fields=FIELDS):
    """One post, and who holds it: a row of the table of caseworker posts."""

    __slots__ = ()

    @property
    def is_vacant(self) -> bool:
        """Whether the post stands vacant."""
        return self.vacant_until > self.model.month

    @property
    def months_in_post(self) -> int | None:
        """Months since the present caseworker came; None if before the model began, or vacant."""
        if self.is_vacant or self.hired == -NEVER:
            return None
        return self.model.month - self.hired

    @property
    def cases(self) -> Any:
        """The children with an open case whom this caseworker knows."""
        children = self.model.children
        case = children.column("case")
        return children.select((children.column("caseworker") == self.row) & (case >= CaseState.ASSESSMENT))


def make_caseworkers(rows: int) -> np.ndarray:
    """Return a table of that many posts, every field at its default."""
    return make_table(FIELDS, rows)
