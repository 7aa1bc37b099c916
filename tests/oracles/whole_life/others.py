"""What others decide: all that a family's life takes from the rest of the municipality, as inputs."""

from dataclasses import dataclass
from math import exp, log
from types import SimpleNamespace
from typing import Protocol

from .people import Child, Parameters

Levers = SimpleNamespace
"""Levers in force in a month as the children feel them, by name."""


@dataclass(frozen=True, slots=True)
class Institutions:
    """The day care and the school of a family: what each does for a child, and how readily it sees."""

    day_care_quality: float
    school_quality: float
    day_care_sight: float
    school_sight: float

    def quality(self, age: int) -> float:
        """Return the quality of where a child is by day: 0 before its first and from its 18th birthday."""
        if not 12 <= age < 216:
            return 0.0
        return self.day_care_quality if age < 72 else self.school_quality

    def sight(self, age: int) -> float:
        """Return how readily the staff of where a child is by day see."""
        return self.day_care_sight if age < 72 else self.school_sight


@dataclass(frozen=True, slots=True)
class Reader:
    """Who did a task: the post, and what of its holder touches a reading."""

    post: int
    hired: int
    contact: float
    worth: float
    """What an hour of the team leader's supervision is worth."""


@dataclass(frozen=True, slots=True)
class Finished:
    """One task of the family's that the desks finished this month, in the order of (finish, person)."""

    child: int
    """Number of the child in its family's list."""
    kind: int
    arrival: float
    finish: float
    reader: Reader


class Others(Protocol):
    """The rest of the municipality in one month, asked by one family; children by number in its list."""

    def courage(self, child: int, arena: int) -> float:
        """Return the courage of whoever among front staff has the child."""

    def course_left(self, child: int, phase: str) -> bool:
        """Say whether an early course can be started at this point of the month."""

    def caseworkers(self) -> list[tuple[int, int]]:
        """Return by child the post sharing out left it with, and the month they became acquainted."""

    def given(self, child: int) -> int:
        """Return the post that sharing out gives a child whose case begins now."""

    def finished(self) -> list[Finished]:
        """Return the family's tasks that the desks finished."""

    def room(self, child: int, step: int) -> bool:
        """Say whether a step has room, or a provider of it, when the child's turn comes."""

    def room_beside(self, child: int) -> bool:
        """Say whether a provider of preventive help has room for the family."""

    def foster_free(self, child: int) -> bool:
        """Say whether fewer children are in foster families than there are places."""

    def foster_overfull(self, child: int) -> bool:
        """Say whether all foster places are used when the child's own is not counted."""

    def place_stopped(self, child: int) -> bool:
        """Say whether the foster family the child lives in stopped this month."""


@dataclass(slots=True)
class Conditions:
    """How well efforts are carried out and how families are met, from the levers (`set_conditions`)."""

    fidelity: float
    at_home: float
    entry: float
    leaving: float
    wearing: float
    taking_over: float


def conditions_of(p: Parameters, levers: Levers, new_efforts: float) -> Conditions:
    """Return the conditions that the levers make."""
    fidelity = exp(
        p.fidelity_leadership * levers.leadership
        + p.fidelity_staffing * log(levers.staffing)
        + p.fidelity_manuals * levers.programme_manuals
        - p.fidelity_overload * max(0.0, new_efforts - p.efforts_borne)
    )
    fidelity = min(max(fidelity, p.fidelity_least), p.fidelity_most)
    return Conditions(
        fidelity=fidelity,
        at_home=fidelity * exp(p.solution_gain * levers.solution_focus),
        entry=p.entry_gain * levers.trustful_entry,
        leaving=exp(-p.situated_stay * levers.situated_effort),
        wearing=1.0 - p.taper_spares * levers.tapering,
        taking_over=1.0 - p.empowerment_spares * levers.empowerment,
    )


def use_of(levers: Levers, tool: str) -> float:
    """Return the use of one of the seven tools: `detection_tools` is all of them together."""
    return 1.0 - (1.0 - levers.detection_tools) * (1.0 - getattr(levers, tool))


@dataclass(slots=True)
class Month:
    """The month a family lives through, and all that is given in it."""

    number: int
    levers: Levers
    conditions: Conditions
    others: Others


def age_of(child: Child, month: Month) -> int:
    """Return the age in months."""
    return month.number - child.birth_month
