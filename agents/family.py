"""A family (familie): what siblings share."""

from typing import Any

import numpy as np

from trappen.agents.fields import Field, make_table
from trappen.agents.row import Row
from trappen.agents.states import NEVER, Domain

DISTRICTS = 8

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
    Field(
        "load",
        "f4",
        "SD",
        "passing strain: what the domains, over their usual level, add to the children's need",
        0.0,
        "population, life",
    ),
    Field("day_care", "i2", "row", "day-care institution its children go to", 0, "population"),
    Field("school_at", "i2", "row", "school its children go to", 0, "population"),
    Field("caseworker", "i2", "slot", "the caseworker who last had a child of it", -1, "casework"),
    Field("trust", "f4", "0-1", "trust in the municipality (tillid)", 0.5, "population, casework"),
    Field("coping", "f4", "SD", "coping (mestring) as it is without help", 0.0, "population"),
    Field("passivity", "f4", "SD", "coping lost to long help at home", 0.0, "life"),
    Field("fatigue", "f4", "0-1", "treatment fatigue (behandlingstraethed)", 0.0, "life"),
    Field("kind", "i1", "FamilyKind", "kind of family, from its domains", 0, "population, life"),
    Field("problem", "i1", "Problem", "whether its problems are visible or hidden", 0, "population, life"),
    Field("household", "i1", "Household", "who brings the children up", 0, "population, life"),
    Field("adults", "i1", "-", "caring adults in the household", 2, "population, life"),
    Field("network", "i1", "0/1", "somebody in family or network could care for a child", 0, "population"),
    Field("district", "i1", "-", "district it lives in, 0 the least strained", 0, "population"),
    Field("helped", "i1", "Step", "help at home some child has had this quarter", 0, "life"),
    Field("help_at_home", "i1", "Step", "help at home some child had last quarter", 0, "life"),
    Field("team", "i2", "row", "the team that gives home-based help; -1 if none", -1, "staircase"),
    Field("in_team", "i1", "children", "children of it whom that team helps", 0, "staircase"),
    Field("therapist", "i2", "row", "the provider of preventive help; -1 if none", -1, "staircase"),
    Field("in_therapy", "i1", "children", "children of it whom that provider helps", 0, "staircase"),
    Field("leaves", "i2", "month", "month it moves out of the municipality", NEVER, "population"),
    Field("arrives", "i2", "month", "month it moves in; NEVER if it was always here", NEVER, "population"),
    Field(
        "mother_age", "i2", "month of age", "the mother's age when the first child is born", 0, "population"
    ),
    Field(
        "mother",
        "i4",
        "row",
        "row of the mother if she grew up here; -1 if not, -2 if she will have",
        -1,
        "population, generations",
    ),
    Field(
        "father",
        "i4",
        "row",
        "row of the father if he grew up here; -1 if not, -2 if he will have",
        -1,
        "population, generations",
    ),
    Field("in_kin", "i1", "-", "its children who live with kin or network now", 0, "staircase"),
    Field("lived", "i2", "month", "latest month in which its domains moved", NEVER, "life"),
    Field("domain_child", "f4", "SD", "strain from the children's own difficulties", 0.0, "population, life"),
    Field("domain_parent", "f4", "SD", "strain from the parents' own difficulties", 0.0, "population, life"),
    Field("domain_parenting", "f4", "SD", "strain in bringing up", 0.0, "population, life"),
    Field("domain_functioning", "f4", "SD", "strain in how the family works", 0.0, "population, life"),
    Field(
        "domain_context",
        "f4",
        "SD",
        "strain from housing, money, work, neighbourhood",
        0.0,
        "population, life",
    ),
    Field("domain_network", "f4", "SD", "strain from a thin network", 0.0, "population, life"),
    Field("domain_care", "f4", "SD", "strain from care that is missing or unfit", 0.0, "population, life"),
)
"""Every column of the table of families, in the order of the table."""

DOMAINS = tuple(f"domain_{domain.name.lower()}" for domain in Domain)
"""The columns of the seven domains, in the order of `Domain`."""

SCRIPTABLE = ("network", "trust", *DOMAINS)
"""What a script may change in a family.

Kind of family, kind of problem and load follow from the domains within a quarter. Liability only counted
when the children were drawn.
"""


class Family(
    Row,
    table="families",
    fields=FIELDS,
    scriptable=SCRIPTABLE,
    row_numbers=[
        ("mother", "mother_row"),
        ("father", "father_row"),
        ("caseworker", "caseworker_post"),
        ("team", "team_row"),
        ("therapist", "therapist_row"),
    ],
):
    """One family: a row of the table of families, with every field of `FIELDS` by name.

    `mother` and `father` are children of earlier families, `caseworker`, `team` and `therapist` agents; the
    numbers in those columns are `mother_row`, `father_row`, `caseworker_post`, `team_row`, `therapist_row`.
    """

    __slots__ = ()

    @property
    def mother(self) -> Any:
        """The mother, if she grew up in this municipality; else None."""
        return self.model.children[self.mother_row] if self.mother_row >= 0 else None

    @property
    def father(self) -> Any:
        """The father, if he grew up in this municipality; else None."""
        return self.model.children[self.father_row] if self.father_row >= 0 else None

    @property
    def caseworker(self) -> Any:
        """The caseworker who last had a child of it; None if there was none, or the post is no more."""
        post, caseworkers = self.caseworker_post, self.model.caseworkers
        return caseworkers[post] if 0 <= post < len(caseworkers) else None

    @property
    def team(self) -> Any:
        """The interdisciplinary team that helps at home; None if none does."""
        return self.model.providers[self.team_row] if self.team_row >= 0 else None

    @property
    def therapist(self) -> Any:
        """The family therapist or other provider of preventive help; None if there is none."""
        return self.model.providers[self.therapist_row] if self.therapist_row >= 0 else None

    @property
    def children(self) -> Any:
        """All its children, oldest first, those not yet born included."""
        return self.model.children.select(family=self.row)


def make_families(rows: int) -> np.ndarray:
    """Return a table of that many families, every field at its default."""
    return make_table(FIELDS, rows)
