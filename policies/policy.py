"""A policy sets levers, over time, at a cost; before and after it, today's practice is in force."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from trappen.agents.problem import Problem
from trappen.model.checking import Note, Origin, Strict, Titles, out_of_range, shown, unknown
from trappen.policies.lever import Grade, defaults, is_system, levers
from trappen.policies.programme import Programme

Months = int | Sequence[int] | range | NDArray[np.integer]
MOST_NEAR = 100
"""Unknown names of a file to which near ones are sought."""

Kroner = Annotated[float, Field(ge=0, le=100_000_000)]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\s/\\<>:\"|?*.][^/\\<>:\"|?*\n\t]*$")]


class PhaseIn(Strict):
    """When and how a policy comes into force.

    Attributes
    ----------
    start_year
        Year of the horizon, counted from 0; the policy begins in January of that year.
    months
        Months until it is fully in force.
    curve
        `linear`; `s_curve` (slow, fast, slow); `step`: fully in force at once, while the cost of changing
        is still spread over `months`.
    """

    start_year: Annotated[int, Field(ge=0, le=59)] = 0
    months: Annotated[int, Field(ge=0, le=240)] = 0
    curve: Literal["linear", "step", "s_curve"] = "linear"


class Cost(Strict):
    """A price in DKK at the 2023 price level, with its range, source and grade."""

    value: Kroner
    low: Kroner
    high: Kroner
    source: Note
    grade: Grade


class Transition(Strict):
    """What changing costs; nothing where a part is left out.

    Attributes
    ----------
    training_per_caseworker
        Once, for each of today's and of those whom the policy's caseload asks for beyond them.
    training_per_front_staff
        Once, for each of today's staff.
    project_per_year_per_1000_children
        Each year of the phase-in, per 1,000 children aged 0-17.
    """

    training_per_caseworker: Cost | None = None
    training_per_front_staff: Cost | None = None
    project_per_year_per_1000_children: Cost | None = None


class Offer(Strict):
    """A programme in a policy; what is left out is as the programme's own file and the policy's dates say.

    Attributes
    ----------
    reach, served
        In place of the programme's own.
    start_year, months, stop_year
        Year of the horizon in which it begins, months until it is wholly in force, year it stops.
    """

    programme: Programme
    reach: Annotated[float, Field(ge=0, le=1)] | None = None
    served: Annotated[float, Field(ge=0, le=1000)] | None = None
    start_year: Annotated[int, Field(ge=0, le=59)] | None = None
    months: Annotated[int, Field(ge=0, le=240)] | None = None
    stop_year: Annotated[int, Field(ge=1, le=60)] | None = None

    @property
    def has_dates(self) -> bool:
        """Whether any of its dates is its own."""
        return not (self.start_year is None and self.months is None and self.stop_year is None)

    @property
    def share_reached(self) -> float:
        """The share of the target group it is offered to."""
        return self.programme.reach if self.reach is None else self.reach

    @property
    def places(self) -> float:
        """How many a year it has room for, per 1,000 children."""
        return self.programme.served if self.served is None else self.served


class Policy(Strict):
    """A named set of lever targets and programmes with dates and the cost of changing.

    Attributes
    ----------
    practices
        Policies of the catalogue whose levers and programmes it is made of; its own come on top.
    levers
        The target of every lever, in the lever's unit; a lever that a file leaves out stays at its default.
    stop_year
        Year of the horizon in whose January everything returns to today's practice; None for never.
    """

    name: Name
    title: Titles
    description: Titles
    systems: list[str] = Field(default_factory=list)
    practices: list[str] = Field(default_factory=list)
    levers: dict[str, float] = Field(default_factory=dict)
    programmes: list[Offer] = Field(default_factory=list)
    phase_in: PhaseIn = PhaseIn()
    stop_year: Annotated[int, Field(ge=1, le=60)] | None = None
    transition: Transition = Transition()

    @model_validator(mode="after")
    def _every_lever(self) -> Self:
        whole = {name: float(self.levers.get(name, default)) + 0.0 for name, default in defaults().items()}
        rest = {name: value for name, value in self.levers.items() if name not in whole}
        self.levers.clear()
        self.levers.update(whole | rest)
        return self

    @property
    def start_month(self) -> int:
        """The month of the horizon in which the policy begins."""
        return 12 * self.phase_in.start_year

    def phase(self, month: Months) -> NDArray[np.float64]:
        """Give how far the policy is in force.

        The first month of a phase-in of n months already has its share, and month n is fully in force.

        Parameters
        ----------
        month
            Months of the horizon; negative in the warm-up. A single number is that month.

        Returns
        -------
        array, shape of `month`
            From 0 (today's practice, exactly) to 1 (the targets, exactly).
        """
        since = np.asarray(month, dtype=np.int64) - self.start_month
        begun = since >= 0
        if self.stop_year is not None:
            begun &= since < 12 * self.stop_year - self.start_month
        if self.phase_in.curve == "step" or self.phase_in.months == 0:
            return np.where(begun, 1.0, 0.0)
        share = np.clip((since + 1) / self.phase_in.months, 0.0, 1.0)
        if self.phase_in.curve == "s_curve":
            share = share * share * (3.0 - 2.0 * share)
        return np.where(begun, share, 0.0)

    def in_force(self, months: Months) -> NDArray[np.float64]:
        """Give the value of every lever in every month: default + (target - default) x phase.

        Parameters
        ----------
        months
            Months of the horizon, for example `range(-216, 240)`; a single number n means months 0 to n-1.

        Returns
        -------
        array, shape (months, levers)
            In each lever's unit, columns in the order of `levers()`. Where the phase is 0, or the target is
            the default, exactly the default; where it is 1, exactly the target.
        """
        phase = self.phase(_listed(months))[:, None]
        today = np.array([lever.default for lever in levers().values()])
        target = np.array([self.levers[name] for name in levers()])
        low, high = np.minimum(today, target), np.maximum(today, target)
        return np.where(phase == 1.0, target, np.clip(today + (target - today) * phase, low, high))

    def transition_share(self, months: Months) -> NDArray[np.float64]:
        """Give the share of the one-off costs of changing that is paid in each month.

        The costs are spread evenly over the phase-in, and paid at once where it has no months. A policy that
        stops before it is phased in pays no more.

        Parameters
        ----------
        months
            As in `in_force`.

        Returns
        -------
        array, shape (months,)
            Sums to 1 over a horizon that holds the phase-in.
        """
        length = max(self.phase_in.months, 1)
        return self._changing(_listed(months), length) / length

    def project_runs(self, months: Months) -> NDArray[np.float64]:
        """Give 1 in the months of the phase-in, when the project of changing is paid, and 0 in all others."""
        return self._changing(_listed(months), self.phase_in.months)

    def _changing(self, months: NDArray[np.int64], length: int) -> NDArray[np.float64]:
        since = months - self.start_month
        end = length if self.stop_year is None else min(length, 12 * self.stop_year - self.start_month)
        return np.where((since >= 0) & (since < end), 1.0, 0.0)

    def with_levers(self, targets: Mapping[str, float]) -> "Policy":
        """Give the same policy with other targets for some levers."""
        return self.model_copy(update={"levers": self.levers | {k: float(v) for k, v in targets.items()}})

    def with_programmes(self, offers: Sequence[Offer]) -> "Policy":
        """Give the same policy with further programmes; one it has already is replaced."""
        names = {offer.programme.name for offer in offers}
        kept = [offer for offer in self.programmes if offer.programme.name not in names]
        return self.model_copy(update={"programmes": [*kept, *offers]})

    def programme_phases(self, months: Months) -> NDArray[np.float64]:
        """Give how far each programme is in force in each month, shape (months, programmes)."""
        listed = _listed(months)
        phases = np.zeros((len(listed), len(self.programmes)))
        for k, offer in enumerate(self.programmes):
            phase_in, stop = self.dates_of(offer)
            phases[:, k] = self.model_copy(update={"phase_in": phase_in, "stop_year": stop}).phase(listed)
        return phases

    def dates_of(self, offer: Offer) -> tuple[PhaseIn, int | None]:
        """Give a programme's phase-in and the year it stops: its own, else the policy's."""
        phase_in = self.phase_in
        if offer.start_year is not None or offer.months is not None:
            start = phase_in.start_year if offer.start_year is None else offer.start_year
            length = phase_in.months if offer.months is None else offer.months
            phase_in = PhaseIn(start_year=start, months=length, curve="linear")
        return phase_in, self.stop_year if offer.stop_year is None else offer.stop_year

    def keeps_its_dates(self) -> bool:
        """Tell whether anything follows the policy's own dates: levers, or programmes without dates."""
        return bool(self.moved()) or any(not offer.has_dates for offer in self.programmes)

    def new_efforts(self, months: Months, new_for: int) -> NDArray[np.float64]:
        """Give how many efforts are new to the staff in each month: programmes just begun, and the change.

        Programmes in day care and school are not among them: each institution carries its own.
        """
        listed = _listed(months)
        elsewhere = [offer.programme.place not in ("day_care", "school") for offer in self.programmes]
        phases = self.programme_phases(listed)[:, elsewhere]
        earlier = self.programme_phases(listed - new_for)[:, elsewhere]
        new = ((phases > 0) & (earlier == 0)).sum(axis=1).astype(float)
        return new + self.project_runs(listed) if self.moved() else new

    def moved(self) -> list[str]:
        """List the levers whose target differs from today's practice."""
        return [name for name, default in defaults().items() if self.levers[name] != default]


def _listed(months: Months) -> NDArray[np.int64]:
    if isinstance(months, int | np.integer):
        return np.arange(months, dtype=np.int64)
    return np.asarray(months, dtype=np.int64)


def content_problems(data: Any, origin: Origin) -> list[Problem]:
    """Say what is wrong with a policy's data beyond its types: names, bounds, dates, order of costs."""
    problems: list[Problem] = []
    if isinstance(data, Mapping):
        problems += lever_problems(data.get("levers"), origin.below("levers"))
        problems += _system_problems(data.get("systems"), origin)
        problems += _date_problems(data, origin)
    return problems


def lever_problems(targets: Any, origin: Origin) -> list[Problem]:
    """Say which lever names are unknown and which targets lie outside their bounds.

    Values that are no numbers are left to the check of types.
    """
    problems: list[Problem] = []
    for name, value in targets.items() if isinstance(targets, Mapping) else ():
        lever = levers().get(name)
        if lever is None:
            # Levers near to it are sought for the first few only: a file can hold thousands.
            known = list(levers()) if len(problems) < MOST_NEAR else ["..."]
            problems.append(unknown(name, known, (name,), origin, "policy_file.unknown_lever"))
        elif type(value) in (int, float) and not lever.low <= value <= lever.high:
            problems.append(out_of_range(value, lever, (name,), origin))
    return problems


def _system_problems(systems: Any, origin: Origin) -> list[Problem]:
    return [
        origin.problem("policy_file.unknown_system", ("systems", number), given=shown(system))
        for number, system in enumerate(systems if isinstance(systems, list) else [])
        if isinstance(system, str) and not is_system(system)
    ]


def _date_problems(data: Mapping[str, Any], origin: Origin) -> list[Problem]:
    stop, phase_in = data.get("stop_year"), data.get("phase_in")
    start = phase_in.get("start_year", 0) if isinstance(phase_in, Mapping) else 0
    problems = []
    if type(stop) is int and type(start) is int and 1 <= stop <= start:
        values = {"given": str(stop), "start": str(start)}
        problems.append(origin.problem("policy_file.stops_before_start", ("stop_year",), **values))
    transition = data.get("transition")
    for name, cost in transition.items() if isinstance(transition, Mapping) else ():
        ends: list[Any] = (
            [cost.get(key) for key in ("low", "value", "high")] if isinstance(cost, Mapping) else []
        )
        told = bool(ends) and all(type(end) in (int, float) for end in ends)
        if told and min(ends) >= 0 and ends != sorted(ends):
            values = {"given": shown(ends[1]), "low": shown(ends[0]), "high": shown(ends[2])}
            problems.append(origin.problem("policy_file.cost_order", ("transition", name, "value"), **values))
    return problems
