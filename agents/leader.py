"""Team leaders of caseworkers (teamledere, faglige koordinatorer): who supervises whom."""

from typing import Any

import numpy as np

from trappen.agents.fields import Field, make_table
from trappen.agents.row import Row

FIELDS = (
    Field("posts", "i2", "-", "caseworkers' posts led this month, vacant ones included", 0, "casework"),
    Field("hours", "f4", "h", "hours of supervision given this month", 0.0, "casework"),
    Field("worth", "f4", "factor", "what an hour of this leader's supervision is worth", 1.0, "casework"),
    Field("left", "i2", "-", "caseworkers led who have left so far", 0, "casework"),
)
"""Every column of the table of team leaders."""

SCRIPTABLE = ("worth",)
"""What a script may change: how much the supervision sharpens judgement and keeps staff."""


class TeamLeader(Row, table="leaders", fields=FIELDS, scriptable=SCRIPTABLE):
    """One team leader: a row of the table of team leaders."""

    __slots__ = ()

    @property
    def caseworkers(self) -> list[Any]:
        """The caseworkers led, as agents."""
        return [one for one in self.model.caseworkers if one.leader_row == self.row]


def make_leaders(rows: int) -> np.ndarray:
    """Return a table of that many team leaders, every field at its default."""
    return make_table(FIELDS, rows)
