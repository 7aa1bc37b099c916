"""A programme is an effort offered to a target group: to whom, by whom, at what price, with what effect."""

from typing import Annotated, Any, Literal
from zlib import crc32

from pydantic import Field

from trappen.agents.problem import Problem
from trappen.model.checking import Note, Origin, Strict, Titles, check, shown
from trappen.policies.lever import Grade, is_system
from trappen.policies.target import Target, TargetError, read_target

Share = Annotated[float, Field(ge=0, le=1)]
Kroner = Annotated[float, Field(ge=0, le=100_000_000)]
Months = Annotated[int, Field(ge=1, le=240)]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\s/\\<>:\"|?*.][^/\\<>:\"|?*\n\t]*$")]

Place = Literal[
    "pregnancy_care", "health_visiting", "day_care", "school", "health_care", "leisure", "home", "elsewhere"
]
Leg = Literal["general", "authority", "provider"]
Prevention = Literal["primary", "secondary", "tertiary"]
Moves = Literal[
    "need", "school", "trust", "coping", "notice",
    "child", "parent", "parenting", "functioning", "context", "network", "care",
]  # fmt: skip
Payer = Literal["social", "general", "state"]
Readiness = Literal["idea", "in_trial", "tried", "in_operation"]


class Range(Strict):
    """A number with its range; the range is drawn from between parameter sets."""

    value: float
    low: float
    high: float

    def at(self, u: float) -> float:
        """Give the number that lies at a share of the range; at one half it is the value."""
        if u < 0.5:
            return self.low + (self.value - self.low) * 2.0 * u
        return self.value + (self.high - self.value) * (2.0 * u - 1.0)


class ShareRange(Range):
    """A share with its range."""

    value: Share
    low: Share
    high: Share


class Price(Range):
    """Kroner for a participant who stays to the end, 2023 prices; who leaves costs the months attended."""

    value: Kroner
    low: Kroner
    high: Kroner
    payer: Payer
    source: Note
    grade: Grade


class Uptake(Strict):
    """The chance of a yes: `base` for a family without trust, and what full trust adds."""

    base: Share
    trust: Share = 0.0


class Dropout(Strict):
    """The chance a month of leaving early for a child with mean need, and its growth per SD (log scale)."""

    monthly: Share = 0.0
    by_need: Annotated[float, Field(ge=-2, le=2)] = 0.0


class Dose(Strict):
    """How much of what a participant who stays gets."""

    amount: Annotated[float, Field(gt=0, le=10_000)]
    unit: Titles


class Fading(Strict):
    """What becomes of an effect after the end.

    Attributes
    ----------
    shape
        `permanent`; `linear`: whole for `hold_months`, then evenly to nothing at `gone_months`;
        `exponential`: whole for `hold_months`, then halved every `gone_months`; `stop`: nothing after
        `hold_months`.
    """

    shape: Literal["permanent", "linear", "exponential", "stop"]
    hold_months: Annotated[float, Field(ge=0, le=600)] = 0.0
    gone_months: Annotated[float, Field(ge=0, le=600)] = 0.0

    def left(self, months: float) -> float:
        """Give the share that is left so many months after the end."""
        if months <= self.hold_months or self.shape == "permanent":
            return 1.0
        if self.shape == "linear" and self.gone_months > self.hold_months:
            return max(0.0, (self.gone_months - months) / (self.gone_months - self.hold_months))
        if self.shape == "exponential" and self.gone_months > 0:
            left = 0.5 ** ((months - self.hold_months) / self.gone_months)
            return left if left > 0.01 else 0.0
        return 0.0


class ByFamily(Strict):
    """How much of an effect reaches each kind of family."""

    none: Annotated[float, Field(ge=-1, le=3)] = 1.0
    community: Annotated[float, Field(ge=-1, le=3)] = 1.0
    child_focused: Annotated[float, Field(ge=-1, le=3)] = 1.0
    multi_problem: Annotated[float, Field(ge=-1, le=3)] = 1.0


class Effect(Strict):
    """One thing that a programme moves.

    Attributes
    ----------
    moves
        `need` (size in SD of relief, a trial's d); `school`, `coping` (SD gained); `trust` (0-1 gained);
        `notice` (concerns a year per squared SD); or a domain of the family (SD of strain taken off).
    by_need
        What a SD more of need at the start adds to the share of the effect that reaches a child.
    build_months
        Months of attendance until it is whole; the programme's length if left out.
    """

    moves: Moves
    size: Range
    families: ByFamily = ByFamily()
    by_need: Annotated[float, Field(ge=-1, le=1)] = 0.0
    build_months: Annotated[float, Field(gt=0, le=240)] | None = None
    fade: Fading


class Evidence(Strict):
    """What is known of a programme, how well, and where it was tried."""

    study: Note
    grade: Grade
    readiness: Readiness
    tried: Titles


class Benefit(Strict):
    """What a course is worth to society, for how many and for how long (benefit-cost studies).

    Constant for `hold_years`, then evenly to nothing at `gone_years`; kroner at the price level of the study.

    Attributes
    ----------
    per_year
        Kroner a year for each participant to whom it makes the difference.
    share
        Share of the participants to whom it does: all of them, if left out.
    """

    per_year: Range
    share: ShareRange = ShareRange(value=1.0, low=1.0, high=1.0)
    hold_years: Annotated[float, Field(ge=0, le=60)]
    gone_years: Annotated[float, Field(ge=0, le=60)]
    source: Note
    grade: Grade

    def years(self) -> float:
        """Give the number of whole years of benefit that the course adds up to."""
        return self.hold_years + max(0.0, self.gone_years - self.hold_years) / 2.0

    def worth(self) -> Range:
        """Give what a participant's course is worth over all the years, kroner, not discounted."""
        ends = {
            end: getattr(self.per_year, end) * getattr(self.share, end) * self.years()
            for end in ("value", "low", "high")
        }
        return Range(**ends)


class Programme(Strict):
    """An effort offered to a target group (program)."""

    name: Name
    title: Titles
    description: Titles
    systems: list[str] = Field(default_factory=list)
    leg: Leg
    step: Annotated[int, Field(ge=0, le=6)]
    prevention: Prevention
    target: str
    place: Place
    delivered_by: Titles
    takes_part: Literal["child", "family"] = "child"
    reach: Share
    uptake: Uptake
    dropout: Dropout = Dropout()
    dose: Dose
    months: Months
    served: Annotated[float, Field(ge=0, le=1000)]
    fidelity: Annotated[float, Field(gt=0, le=1.5)] = 1.0
    price: Price
    effects: Annotated[list[Effect], Field(max_length=6)]
    benefit: Benefit | None = None
    excludes: list[str] = Field(default_factory=list)
    evidence: Evidence

    @property
    def key(self) -> int:
        """Key of the programme's own luck: other programmes in force do not change it."""
        return crc32(self.name.encode())

    @property
    def rule(self) -> Target:
        """The target group as bounds."""
        return read_target(self.target)

    def net_benefit(self) -> float:
        """Give the public benefit of a completed course less its price, kroner, not discounted."""
        if self.benefit is None:
            return -self.price.value
        return self.benefit.worth().value - self.price.value


def read_programme(data: Any, origin: Origin) -> tuple[Programme | None, list[Problem]]:
    """Build a programme from the data of a file, or say everything that is wrong with it."""
    programme, problems = check(Programme, data, origin)
    if isinstance(data, dict):
        problems += _content_problems(data, origin)
    return (programme if not problems else None), problems


def is_programme(data: Any) -> bool:
    """Tell whether a file's data is meant as a programme."""
    return isinstance(data, dict) and bool(data.keys() & {"target", "effects", "uptake"})


def _content_problems(data: dict[str, Any], origin: Origin) -> list[Problem]:
    problems = []
    if isinstance(data.get("target"), str):
        try:
            read_target(data["target"])
        except TargetError as error:
            problems.append(origin.problem(error.key, ("target",), **error.values))
    for number, system in enumerate(data["systems"] if isinstance(data.get("systems"), list) else []):
        if isinstance(system, str) and not is_system(system):
            problems.append(
                origin.problem("policy_file.unknown_system", ("systems", number), given=shown(system))
            )
    effects = data.get("effects")
    for number, effect in enumerate(effects if isinstance(effects, list) else []):
        if isinstance(effect, dict):
            problems += _order(effect.get("size"), origin, ("effects", number, "size", "value"))
            problems += _fade(effect.get("fade"), origin, ("effects", number, "fade"))
    problems += _order(data.get("price"), origin, ("price", "value"))
    if isinstance(data.get("benefit"), dict):
        problems += _order(data["benefit"].get("per_year"), origin, ("benefit", "per_year", "value"))
        problems += _order(data["benefit"].get("share"), origin, ("benefit", "share", "value"))
    return problems


def _order(told: Any, origin: Origin, path: tuple[str | int, ...]) -> list[Problem]:
    """Say where value does not lie between low and high."""
    ends: list[Any] = [told.get(key) for key in ("low", "value", "high")] if isinstance(told, dict) else []
    if not ends or not all(type(end) in (int, float) for end in ends) or ends == sorted(ends):
        return []
    values = {"given": shown(ends[1]), "low": shown(ends[0]), "high": shown(ends[2])}
    return [origin.problem("policy_file.cost_order", path, **values)]


def _fade(fade: Any, origin: Origin, path: tuple[str | int, ...]) -> list[Problem]:
    """Say where an effect would be gone before it begins to fade."""
    if not isinstance(fade, dict) or fade.get("shape") not in ("linear", "exponential"):
        return []
    hold, gone = fade.get("hold_months", 0), fade.get("gone_months")
    if gone is None:
        return [origin.problem("programme.no_fade", path, shape=fade["shape"])]
    numbers = type(hold) in (int, float) and type(gone) in (int, float)
    if numbers and fade["shape"] == "linear" and gone < hold:
        return [
            origin.problem(
                "programme.fade_order", (*path, "gone_months"), given=shown(gone), hold=shown(hold)
            )
        ]
    return []
