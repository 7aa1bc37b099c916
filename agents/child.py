"""A child (barn): the columns that describe it, the table they make, and one row of it."""

from typing import Any

import numpy as np

from trappen.agents.fields import Field, make_table
from trappen.agents.row import Row
from trappen.agents.states import NEVER, AdultOutcome, Step

FIELDS = (
    # The first 64 bytes, one cache line: all that the monthly rules ask of a child nobody knows.
    Field("who", "u4", "-", "person key: the child's own luck hangs on it", 0, "population"),
    Field("family", "i4", "row", "row of its family", -1, "population"),
    Field(
        "birth_month", "i2", "month", "month of birth, counted from the policy's start", NEVER, "population"
    ),
    Field(
        "onset_age", "i2", "month of age", "age at which problems of adolescence set in", NEVER, "population"
    ),
    Field("last_notified", "i2", "month", "month of the latest notification (underretning)", NEVER, "notice"),
    Field("step_since", "i2", "month", "month it came to this step", NEVER, "staircase"),
    Field("life", "i1", "Life", "where in life the person is", 0, "life"),
    Field("step", "i1", "Step", "the step of the staircase it stands on", 0, "staircase"),
    Field("case", "i1", "CaseState", "how far the case is", 0, "casework, staircase"),
    Field("wanted", "i1", "Step", "step decided on and not yet begun", 0, "casework, staircase"),
    Field(
        "propensity", "f4", "SD", "stable part of need: family's share and the child's own", 0.0, "population"
    ),
    Field("need", "f4", "SD", "severity of the problem development; 0 is the mean child", 0.0, "life"),
    Field("deviation", "f4", "SD", "passing part of need: moods, crises, events", 0.0, "life"),
    Field(
        "scar",
        "f4",
        "SD",
        "lasting part of need from going without help, moves and breakdowns",
        0.0,
        "life, staircase",
    ),
    Field("relief", "f4", "SD", "how much help has lowered need by now", 0.0, "life"),
    Field("aid", "f4", "SD", "how much programmes have lowered need by now", 0.0, "programmes"),
    Field("school", "f4", "SD", "school attachment (skoletilknytning)", 0.0, "life"),
    Field(
        "exposure",
        "f4",
        "-",
        "chance of being noticed left until the next concern (Exp(1) at each)",
        1.0,
        "notice",
    ),
    Field("aptitude", "f4", "SD", "school attachment the child tends towards", 0.0, "population"),
    Field("months_unhelped", "i2", "month", "months in a row in need and without help", 0, "life"),
    Field("first_need", "i2", "month", "first month in need", NEVER, "life"),
    Field("months_need", "i2", "month", "months lived in need", 0, "life"),
    Field("known", "i1", "0/1", "those who meet the child know of its difficulty", 0, "notice"),
    Field("beside", "i1", "Step", "lower measure beside the step, or none", 0, "staircase"),
    # The second: what few children need in a month.
    Field("sex", "i1", "-", "0 girl, 1 boy", 0, "population"),
    Field("onset_size", "f4", "SD", "how much need then grows over two years", 0.0, "population"),
    Field("death_month", "i2", "month", "month of death, if before 25", NEVER, "population"),
    Field("first_contact", "i2", "month", "month the authority first heard of the child", NEVER, "notice"),
    Field("notified_year", "i2", "year", "latest year with a notification", NEVER, "notice"),
    Field("acute", "i1", "0/1", "the pending notification is acute", 0, "notice"),
    Field("belief", "f4", "SD", "the caseworker's belief about need", 0.0, "casework"),
    Field("doubt", "f4", "SD^2", "variance of that belief", 1.0, "casework"),
    Field("believed", "i2", "month", "month of the latest reading", NEVER, "casework"),
    Field("caseworker", "i2", "slot", "the caseworker who knows the child", -1, "casework"),
    Field(
        "acquainted",
        "i2",
        "month",
        "month this caseworker took over: keys the persistent error",
        NEVER,
        "casework",
    ),
    Field(
        "follow_up_due", "i2", "month", "month the next follow-up is planned", NEVER, "casework, staircase"
    ),
    Field(
        "reviews_pending",
        "i1",
        "-",
        "reviews of notifications that stand in the queue, at most two",
        0,
        "notice, casework",
    ),
    Field("visit_due", "i2", "month", "month the next supervisory visit is planned", NEVER, "casework"),
    Field("visit_pending", "i1", "0/1", "a supervisory visit stands in the queue", 0, "casework"),
    Field(
        "concern",
        "f4",
        "working day",
        "day of the notification that led to a case, until help begins",
        NEVER,
        "casework",
    ),
    Field("follow_up_pending", "i1", "0/1", "a follow-up stands in the queue", 0, "casework"),
    Field("ready", "i2", "month", "month child and home are ready for a lower step", NEVER, "staircase"),
    Field("wanted_from", "i2", "month", "month the decision takes effect", NEVER, "casework, staircase"),
    Field("first_help", "i2", "month", "month help first began", NEVER, "staircase"),
    Field("first_placed", "i2", "month", "month of the first placement", NEVER, "staircase"),
    Field("placed_since", "i2", "month", "month the running placement began", NEVER, "staircase"),
    Field("place", "i4", "row", "the foster family or institution it lives in", -1, "staircase"),
    Field("went_home", "i2", "month", "month it last came home from a placement", NEVER, "staircase"),
    Field("pregnancy_level", "i1", "1-4", "level of pregnancy care (svangreomsorg)", 1, "notice"),
    Field("consent", "i1", "0/1", "the family agreed to the placement", 1, "staircase"),
    Field("moves", "i2", "-", "moves between places", 0, "staircase"),
    Field("breakdowns", "i2", "-", "breakdowns (sammenbrud) of placements", 0, "staircase"),
    Field("months_placed", "i2", "month", "months lived in placement", 0, "life"),
    Field("year_cost", "i4", "DKK", "cost of the child's own case this calendar year", 0, "money"),
    Field("paid", "i4", "DKK", "cost of the child's own case in all", 0, "money"),
    Field("founded", "i4", "row", "row of the family this person founded", -1, "generations"),
    Field("adult", "i1", "bits", "adult outcomes that came true (AdultOutcome)", 0, "outcomes"),
    Field("entries", "i8", "bits", "how often it has come to each step, six bits a step", 0, "staircase"),
)
"""Every column of the table of children, in the order of the table."""

SCRIPTABLE = (
    "propensity",
    "onset_age",
    "onset_size",
    "aptitude",
    "deviation",
    "scar",
    "school",
    "belief",
)
"""What a script may change in a child: what the rules read afresh and nothing else is counted from.

So a script can give a child a harder life, a crisis (`deviation`), a lasting wound or its healing
(`scar`), a better school, or its caseworker a better or worse judgement (`belief`). Need itself is the
sum of such parts and follows when the rules next add them up, within three months. Steps, cases, months
and counts are refused: places, accounts and waiting lists are kept in step with them.
"""


class Child(
    Row,
    table="children",
    fields=FIELDS,
    scriptable=SCRIPTABLE,
    row_numbers=[
        ("family", "family_row"),
        ("founded", "founded_row"),
        ("caseworker", "caseworker_post"),
        ("place", "place_row"),
    ],
):
    """One child, from before birth to 25: a row of the table of children.

    It has every field of `FIELDS` by name, except that `family`, `founded` and `caseworker` are agents;
    the numbers in those columns are `family_row`, `founded_row` and `caseworker_post`. It
    stands as it does on the first day of `model.month`.
    """

    __slots__ = ()

    @property
    def age_months(self) -> int:
        """Age in months; negative before birth."""
        return self.model.month - self.birth_month

    @property
    def age_years(self) -> int:
        """Age in whole years; negative before birth."""
        return self.age_months // 12

    @property
    def family(self) -> Any:
        """The family, with all its children."""
        return self.model.families[self.family_row]

    @property
    def founded(self) -> Any:
        """The family it founded as mother or father; None if none."""
        return self.model.families[self.founded_row] if self.founded_row >= 0 else None

    @property
    def mother(self) -> Any:
        """The mother, if she grew up in this municipality; else None."""
        row = self.family.mother_row
        return self.model.children[row] if row >= 0 else None

    @property
    def father(self) -> Any:
        """The father, if he grew up in this municipality; else None."""
        row = self.family.father_row
        return self.model.children[row] if row >= 0 else None

    @property
    def siblings(self) -> Any:
        """The other children of the family, those not yet born included."""
        together = self.family.children
        return together.select(together.column("who") != self.who)

    @property
    def caseworker(self) -> Any:
        """The caseworker who knows the child; None if there is none, or the post is no more."""
        post, caseworkers = self.caseworker_post, self.model.caseworkers
        return caseworkers[post] if 0 <= post < len(caseworkers) else None

    @property
    def place(self) -> Any:
        """The foster family or institution it lives in; None if in neither."""
        row = self.place_row
        return self.model.places[row] if row >= 0 else None

    @property
    def is_placed(self) -> bool:
        """Whether it lives out of home (anbragt)."""
        return Step.KIN <= self.step <= Step.OWN_ROOM

    @property
    def is_waiting(self) -> bool:
        """Whether a step has been decided on and has not begun (venteliste)."""
        return self.wanted != Step.NONE

    @property
    def adult_outcomes(self) -> tuple[AdultOutcome, ...]:
        """What came true of what is read at 25; nothing before."""
        return tuple(outcome for outcome in AdultOutcome if self.adult >> outcome & 1)


def make_children(rows: int) -> np.ndarray:
    """Return a table of that many unborn children, every field at its default."""
    return make_table(FIELDS, rows)
