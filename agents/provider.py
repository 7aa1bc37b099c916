"""Those who deliver help at home (udførere): interdisciplinary teams, family therapists and others."""

from typing import Any

import numpy as np

from trappen.agents.fields import Field, make_table
from trappen.agents.row import Row
from trappen.agents.states import ProviderKind, Step

FIELDS = (
    Field("kind", "i1", "ProviderKind", "team, family therapist or another provider", 0, "staircase"),
    Field("staff", "f4", "persons", "full-time staff it has this month", 0.0, "staircase"),
    Field("room", "i2", "families", "families it has room for; 0 where it is not in use", 0, "staircase"),
    Field("families", "i2", "families", "families it works with", 0, "staircase"),
    Field("measures", "i2", "children", "children of these whom it gives a measure", 0, "staircase"),
    Field("begun", "i4", "families", "families it has begun with so far", 0, "staircase"),
)
"""Every column of the table of providers."""


class Provider(Row, table="providers", fields=FIELDS, row_numbers=[("families", "families_now")]):
    """One team, therapist or other provider: a row of the table of providers."""

    __slots__ = ()

    @property
    def step(self) -> Step:
        """The step it delivers."""
        return Step.HOME_BASED if self.kind == ProviderKind.TEAM else Step.PREVENTIVE

    @property
    def families(self) -> Any:
        """The families it works with."""
        column = "team" if self.kind == ProviderKind.TEAM else "therapist"
        return self.model.families.select(**{column: self.row})

    @property
    def is_full(self) -> bool:
        """Whether no more families can begin."""
        return self.families_now >= self.room

    @property
    def waiting(self) -> Any:
        """The children who wait for what it delivers, whichever provider they will come to."""
        return self.model.children.select(wanted=self.step)


def make_providers(rows: int) -> np.ndarray:
    """Return a table of that many rows: teams in its first half, therapists and others in the second."""
    table = make_table(FIELDS, rows)
    table["kind"][rows // 2 :] = ProviderKind.THERAPIST
    return table
