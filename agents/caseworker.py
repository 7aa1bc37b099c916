"""The posts of caseworkers (sagsbehandlere): the columns that describe a post, and one post."""

from typing import Any

import numpy as np

from trappen.agents.fields import Field, make_table
from trappen.agents.row import Row
from trappen.agents.states import NEVER, CaseState

FIELDS = (
    Field("hired", "i2", "month", "month the present caseworker took the post", -NEVER, "casework"),
    Field("vacant_until", "i2", "month", "month a vacant post is filled again", -NEVER, "casework"),
    Field("cases", "i2", "-", "open cases this month", 0, "casework"),
    Field("load", "f4", "cases", "open cases by their weight", 0.0, "casework"),
    Field("away", "i8", "bits", "days away this month, bit 0 the first; -1 vacant", 0, "casework"),
    Field("ill_until", "f4", "working day", "day on which an illness ends", -NEVER, "casework"),
    Field("contact", "f4", "h", "hours of contact per case and year, smoothed", 0.0, "casework"),
    Field("backlog", "f4", "days", "days of work that waited when last month ended", 0.0, "casework"),
    Field("leader", "i2", "row", "the team leader who supervises", -1, "casework"),
    Field("steadied", "f4", "factor", "what that leader makes of errors: 1 as others do", 1.0, "casework"),
    Field("overtime", "f4", "share", "overtime over ordinary hours this month", 0.0, "casework"),
)
"""Every column of the table of caseworker posts."""


class Caseworker(
    Row, table="caseworkers", fields=FIELDS, row_numbers=[("cases", "open_cases"), ("leader", "leader_row")]
):
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
    def leader(self) -> Any:
        """The team leader who supervises; None before the first month."""
        return self.model.leaders[self.leader_row] if self.leader_row >= 0 else None

    @property
    def cases(self) -> Any:
        """The children with an open case whom this caseworker knows."""
        children = self.model.children
        case = children.column("case")
        return children.select((children.column("caseworker") == self.row) & (case >= CaseState.ASSESSMENT))


def make_caseworkers(rows: int) -> np.ndarray:
    """Return a table of that many posts, every field at its default."""
    return make_table(FIELDS, rows)
