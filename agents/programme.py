"""A programme (indsats) as the rules read it: its terms, whom it is for, what it moves, who is in it."""

from enum import IntEnum, auto

import numpy as np

from trappen.agents.fields import Field, table_type
from trappen.agents.states import NEVER


class _Columns(IntEnum):
    """Columns counted from 0 in the order they are declared."""

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[int]) -> int:
        return count


class Term(_Columns):
    """Columns of the table of programmes in force, one row a programme."""

    KEY = auto()
    """Key of the programme's own luck, from its name."""
    YOUNGEST = auto()
    """Months of age from which a child can be in the target group; -9 from conception."""
    OLDEST = auto()
    """Months of age to which it can."""
    FIRST_RULE = auto()
    END_RULE = auto()
    """Rows of the table of target rules; a child that one of them fits is in the target group."""
    FIRST_EFFECT = auto()
    END_EFFECT = auto()
    """Rows of the table of effects."""
    BY_FAMILY = auto()
    """1: a family takes part as one and pays once; siblings in the target group take part with it."""
    REACH = auto()
    """Share of the target group to whom it is offered."""
    UPTAKE = auto()
    """Chance that a family without trust says yes."""
    UPTAKE_TRUST = auto()
    """What full trust adds to that chance."""
    DROPOUT = auto()
    """Chance a month of leaving early, for a child with mean need."""
    DROPOUT_NEED = auto()
    """How much it grows with need, per SD (log scale)."""
    MONTHS = auto()
    """Length."""
    SERVED = auto()
    """Participants that can begin a year per 1,000 children aged 0-17."""
    FIDELITY = auto()
    """How much of the trial's effect is left as the programme is usually run."""
    PLACE = auto()
    """The arena it is given in; day care and school bring the composition of their children."""
    MONTH_PRICE = auto()
    """Kroner a participant and month."""
    PAYER = auto()
    """One of `Payer`."""


class TargetSign(_Columns):
    """What a target rule can ask of a child and its family; columns of the table of rules."""

    AGE = auto()
    """Months."""
    NEED = auto()
    """SD, as a screening reads it: true need and an error."""
    SCHOOL = auto()
    STEP = auto()
    CASE = auto()
    """1 while the authority has an open case."""
    KIND = auto()
    """One of `FamilyKind`."""
    PROBLEM = auto()
    ADULTS = auto()
    TRUST = auto()
    COPING = auto()
    FATIGUE = auto()
    STRAIN = auto()
    """The family's stable strain, SD."""
    NETWORK = auto()
    DISTRICT = auto()
    SEX = auto()
    MOTHER_AGE = auto()
    """Months."""


class EffectTerm(_Columns):
    """Columns of the table of effects, one row an effect."""

    QUANTITY = auto()
    """One of `Quantity`."""
    SIZE = auto()
    """In the quantity's unit; a lowering of need is positive."""
    BUILD = auto()
    """Months of attendance until it is whole."""
    FADE = auto()
    """One of `Fade`."""
    HOLD = auto()
    """Months after the end during which it stays whole."""
    GONE = auto()
    """Months after the end at which nothing is left; half-life where the fade is exponential."""
    KIND_NONE = auto()
    KIND_COMMUNITY = auto()
    KIND_CHILD = auto()
    KIND_MULTI = auto()
    """How much of it reaches each kind of family."""
    NEED_SLOPE = auto()
    """What a SD more of need at the start adds to that share; less than 0 where the worst off gain least."""


class Quantity(_Columns):
    """What an effect moves."""

    NEED = auto()
    """SD of need: the trial's d, as a relief that builds up and fades."""
    SCHOOL = auto()
    """SD of school attachment, won evenly over the build-up; fades as school attachment does."""
    TRUST = auto()
    """Trust in the municipality, won evenly."""
    COPING = auto()
    """SD of the family's coping, won evenly."""
    NOTICE = auto()
    """Concerns a year per squared SD of need above the floor, while it lasts."""
    DOMAIN = auto()
    """SD of strain taken off a domain of the family, evenly; seven of them, one a domain."""


class Fade(_Columns):
    """What becomes of an effect when the programme has ended."""

    PERMANENT = auto()
    LINEAR = auto()
    """Whole for `HOLD` months, then a straight line to nothing at `GONE`."""
    EXPONENTIAL = auto()
    """Whole for `HOLD` months, then halved every `GONE` months."""
    STOP = auto()
    """Whole for `HOLD` months, then nothing."""


class Tally(_Columns):
    """What is counted of each programme in a year."""

    OFFERED = auto()
    STARTED = auto()
    COMPLETED = auto()
    DROPPED_OUT = auto()
    TURNED_AWAY = auto()
    """Child-months of waiting because every place was taken."""
    MONTHS = auto()
    COST = auto()
    """Kroner."""


TERMS, SIGNS, EFFECT_TERMS, TALLIES = len(Term), len(TargetSign), len(EffectTerm), len(Tally)

MOST_PROGRAMMES = 62
"""In force at once: which of them a child has met are bits of one whole number."""

FIELDS = (
    Field("child", "i4", "row", "row of the child that takes part", -1, "programmes"),
    Field("programme", "i2", "row", "row of the programme", -1, "programmes"),
    Field("since", "i2", "month", "month it began", NEVER, "programmes"),
    Field("attended", "i2", "month", "months attended", 0, "programmes"),
    Field("ended", "i2", "month", "month it ended, by completion or by leaving early", NEVER, "programmes"),
    Field("pays", "i1", "0/1", "its price is paid for this participant", 1, "programmes"),
    Field("kind", "i1", "FamilyKind", "kind of family when it began", 0, "programmes"),
    Field("need", "f4", "SD", "need when it began", 0.0, "programmes"),
    Field("strength", "f4", "-", "fidelity, place and luck of the site together", 1.0, "programmes"),
)
"""Every column of the table of participations (deltagelser)."""


def make_enrolments(rows: int) -> np.ndarray:
    """Return room for that many participations; each field is written when one begins."""
    return np.zeros(rows, table_type(FIELDS))
