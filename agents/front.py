"""Those who meet children by day: health visitors, pedagogues and teachers (frontpersonale)."""

from typing import Any

import numpy as np

from trappen.agents.family import DISTRICTS
from trappen.agents.fields import Field, make_table
from trappen.agents.row import Row
from trappen.agents.states import FrontKind, Life

FIELDS = (
    Field("kind", "i1", "FrontKind", "health visitor, pedagogue or teacher", 0, "population"),
    Field("district", "i1", "-", "district the person works in", 0, "population"),
    Field("institution", "i4", "row", "day care or school the person works at; -1 if none", -1, "population"),
    Field("place_in", "i2", "-", "number among those who share its children", 0, "population"),
    Field("colleagues", "i2", "-", "how many share them, the person counted", 1, "population"),
    Field("courage", "f4", "factor", "readiness to notify, against others in the arena", 1.0, "population"),
    Field("concerns", "i4", "-", "concerns the person has had so far", 0, "notice"),
    Field("notifications", "i4", "-", "notifications the person has made so far", 0, "notice"),
)
"""Every column of the table of front workers."""

SCRIPTABLE = ("courage",)
"""What a script may change: how readily this person's concern becomes a notification."""


class FrontWorker(
    Row,
    table="front",
    fields=FIELDS,
    scriptable=SCRIPTABLE,
    row_numbers=[("institution", "institution_row")],
):
    """One health visitor, pedagogue or teacher: a row of the table of front workers.

    A child's concern in an arena is had by the one who has the child there, so their concerns and
    notifications add up to the arena's.
    """

    __slots__ = ()

    @property
    def institution(self) -> Any:
        """The day care or school; None for a health visitor."""
        row = self.institution_row
        return self.model.institutions[row] if row >= 0 else None

    @property
    def early_meetings(self) -> int:
        """Concerns so far that were talked through in an early meeting and not notified."""
        return self.concerns - self.notifications

    @property
    def children(self) -> Any:
        """The children whom the person has now, at the age for it.

        A health visitor's are those of pre-school age, the unborn included; those of school age are the
        same visitor's too, and seldom met.
        """
        children, families = self.model.children, self.model.families
        family = children.column("family")
        age = self.model.month - children.column("birth_month").astype(np.int64)
        of_age = (age >= 0) & (age < SCHOOL_AGE) if self.kind == FrontKind.PEDAGOGUE else age >= SCHOOL_AGE
        if self.kind == FrontKind.HEALTH_VISITOR:
            of_age = age < SCHOOL_AGE
            visitors = int(self.model.world.lookup["visitors"][0])
            own = families.column("district")[family].astype(np.int64) * visitors // DISTRICTS
            mine = own == self.row - self.place_in
            keys = families.column("who")[family].astype(np.int64)
        else:
            at = "day_care" if self.kind == FrontKind.PEDAGOGUE else "school_at"
            mine = families.column(at)[family] == self.institution_row
            keys = children.column("who").astype(np.int64)
        mine &= of_age & (children.column("life") == Life.CHILD)
        return children.select(mine & (shared_out(keys, self.colleagues) == self.place_in))


def shared_out(key: Any, among: int) -> Any:
    """Return which of so many people has whoever has this key."""
    return (key ^ (key >> 7) ^ (key >> 15)) % among


SCHOOL_AGE = 72
"""Age in months at which children go from day care to school."""


def make_front(rows: int) -> np.ndarray:
    """Return a table of that many front workers, every field at its default."""
    return make_table(FIELDS, rows)
