"""What a caseworker's task is: its kinds, its urgency, and the record of one that is done."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

ANYONE: Final = -1
"""The owner of a task that is nobody's in particular."""


class TaskKind(IntEnum):
    """What a caseworker is asked to do (sagsbehandlerens opgave).

    Attributes
    ----------
    REVIEW
        Review of a notification, due within 24 hours (vurdering af en underretning).
    ASSESSMENT
        Child-welfare assessment, due within four months (børnefaglig undersøgelse).
    FOLLOW_UP
        Talk with child and family and a new look at the measure (opfølgning, børnesamtale).
    VISIT
        Supervisory visit to a placed child, with a talk, twice a year (personrettet tilsyn).
    """

    REVIEW = 0
    ASSESSMENT = 1
    FOLLOW_UP = 2
    VISIT = 3


class Priority(IntEnum):
    """Which waiting task is taken first: the least (hastegrad).

    Attributes
    ----------
    ACUTE
        The child may be in danger now (akut).
    REVIEW, ASSESSMENT, FOLLOW_UP, VISIT
        The ordinary order of the four kinds.
    """

    ACUTE = 0
    REVIEW = 1
    ASSESSMENT = 2
    FOLLOW_UP = 3
    VISIT = 4


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work handed to the caseworkers (opgave).

    Attributes
    ----------
    kind
        One of `TaskKind`.
    priority
        Least first.
    arrival
        Working day on which the task arose; may lie before the month it is handed in with.
    who
        Key of the person; of two tasks equally urgent and old, the lower key's comes first.
    row
        What the caller needs to find the child again; not used here.
    work
        Working days of one caseworker, more than 0.
    owner
        Post of the caseworker whose task it is, or `ANYONE`.
    rank
        What decides among tasks of the same priority, least first; the arrival if left out.
    """

    kind: int
    priority: int
    arrival: float
    who: int
    row: int
    work: float
    owner: int = ANYONE
    rank: float | None = None


@dataclass(frozen=True, slots=True)
class CompletedTask:
    """One task that is done (udført opgave), by whom it was ended; times in working days."""

    row: int
    kind: int
    priority: int
    who: int
    arrival: float
    start: float
    finish: float
    worker: int
