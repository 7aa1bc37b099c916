"""Lives: one child's months under two policies, side by side, and what first told them apart.

The municipality is run as in a comparison, but a month at a time, and the child's row is kept after each
month. Up to the first difference both lives are the same to the last bit.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from trappen.agents import child, family
from trappen.agents.family import DOMAINS
from trappen.agents.problem import Problem
from trappen.agents.states import (
    AGE_OF_MAJORITY,
    NEVER,
    CaseState,
    FamilyKind,
    Household,
    Life,
    Step,
)
from trappen.agents.states import Problem as ProblemKind
from trappen.model.engine import InForce, luck_key, make_desk, make_world, run_months
from trappen.model.kernels.draws import Purpose, uniforms
from trappen.model.kernels.world import World
from trappen.model.municipalities import national_age_distribution
from trappen.model.parameter_set import make_rules
from trappen.model.population import WARM_UP_MONTHS
from trappen.scenarios.parameter_sets import codes
from trappen.scenarios.runner import parameters_of, ready, run_replicate, set_of, todays_practice
from trappen.scenarios.scenario import Scenario, check_comparable
from trappen.scenarios.watched.life_events import Event, events_of

YEARS_TO_SEE = 3
"""A child is drawn only if at least so much of its childhood lies in the horizon."""

Matches = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _either(test: Callable[[np.ndarray], np.ndarray]) -> Matches:
    """Return a pattern that a child has if it has it under one of the policies or both."""
    return lambda a, b: test(a) | test(b)


def _age_at(rows: np.ndarray, month: str) -> np.ndarray:
    """Return months of age at an event; far above any age if it never came."""
    age = rows[month].astype(int) - rows["birth_month"]
    return np.where(rows[month] == NEVER, NEVER, age)


def _missed(rows: np.ndarray) -> np.ndarray:
    return np.asarray((rows["months_need"] >= 36) & (rows["first_help"] == NEVER))


PATTERNS: dict[str, Matches] = {
    "any": lambda a, b: np.ones(len(a), bool),
    "need": _either(lambda rows: rows["months_need"] > 0),
    "notified": _either(lambda rows: rows["first_contact"] != NEVER),
    "placed": _either(lambda rows: rows["first_placed"] != NEVER),
    "broken_down": _either(lambda rows: rows["breakdowns"] > 0),
    "missed": _either(_missed),
    "early": _either(lambda rows: _age_at(rows, "first_help") < 36),
    "late": _either(
        lambda rows: (_age_at(rows, "first_help") >= 156) & (_age_at(rows, "first_help") < AGE_OF_MAJORITY)
    ),
    "differs": lambda a, b: (a["step"] != b["step"]) | (a["months_need"] != b["months_need"]),
    "spared_placement": lambda a, b: (a["first_placed"] != NEVER) & (b["first_placed"] == NEVER),
    "placed_instead": lambda a, b: (a["first_placed"] == NEVER) & (b["first_placed"] != NEVER),
    "better_off": lambda a, b: a["months_need"] - b["months_need"].astype(int) >= 12,
    "worse_off": lambda a, b: b["months_need"] - a["months_need"].astype(int) >= 12,
}
"""What a child can be asked for by; a is the first policy and b the second."""


@dataclass(frozen=True)
class OneLife:
    """A child's life under one policy, month by month.

    Attributes
    ----------
    policy
        Name of the policy.
    child_rows, family_rows
        The child's row and its family's at the end of each month of `months`, as tables of
        `agents.child` and `agents.family`.
    months
        Months counted from the policy's start.
    """

    policy: str
    child_rows: np.ndarray
    family_rows: np.ndarray
    months: np.ndarray

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a month from conception: age, need, school, step, case, the family, and what it costs."""
        rows, family_rows = self.child_rows, self.family_rows
        age = self.months - rows["birth_month"].astype(int)
        return pd.DataFrame(
            {
                "month": self.months,
                "age_months": age,
                "life": _names(Life, rows["life"]),
                "need": rows["need"].astype(float),
                "belief": np.where(rows["believed"] == NEVER, np.nan, rows["belief"]).astype(float),
                "school": rows["school"].astype(float),
                "relief": rows["relief"].astype(float),
                "aid": rows["aid"].astype(float),
                "scar": rows["scar"].astype(float),
                "step": _names(Step, rows["step"]),
                "wanted": _names(Step, rows["wanted"]),
                "case": _names(CaseState, rows["case"]),
                "notified": rows["last_notified"] == self.months,
                "trust": family_rows["trust"].astype(float),
                "fatigue": family_rows["fatigue"].astype(float),
                "family_kind": _names(FamilyKind, family_rows["kind"]),
                "problem": _names(ProblemKind, family_rows["problem"]),
                "household": _names(Household, family_rows["household"]),
                **{name: family_rows[name].astype(float) for name in DOMAINS},
                "year_cost": rows["year_cost"].astype(int),
            }
        )

    @cached_property
    def events(self) -> list[Event]:
        """What happened, in order."""
        return list(events_of(self.child_rows, self.family_rows, self.months))


def _names(enumeration: Any, column: np.ndarray) -> np.ndarray:
    """Return the names of a column of codes, in lower case."""
    names = np.array([enumeration(k).name.lower() for k in range(len(enumeration))])
    return np.asarray(names[column])


@dataclass(frozen=True)
class TwoLives:
    """One child's two lives: the same child, the same luck, two policies.

    Attributes
    ----------
    who
        The child's key.
    sex
        0 girl, 1 boy.
    birth_month
        Counted from the policies' start; negative if born before it.
    a, b
        The child's life under the first policy and the second.
    start_year
        Calendar year of month 0.
    need_cut
        Need from which a child is in need (SD).
    """

    who: int
    sex: int
    birth_month: int
    a: OneLife
    b: OneLife
    start_year: int
    need_cut: float

    @cached_property
    def first_difference(self) -> int | None:
        """The first month after which the two lives are not the same to the last bit; None if they are."""
        differing = [month for month, _ in self._differences()]
        return differing[0] if differing else None

    @cached_property
    def cause(self) -> tuple[str, str] | None:
        """What first told the lives apart: the phase that wrote it, and the field; None if nothing did.

        Where several fields differ in the same month, the one whose phase comes first in the month.
        """
        for _, fields in self._differences():
            return min(fields, key=lambda one: _PHASES.index(one[0]))
        return None

    @cached_property
    def first_visible_difference(self) -> int | None:
        """The first month in which need, step or case differ, by as much as a timeline shows.

        Or in which something happens in one life only, but for a follow-up, which no timeline tells of.
        """
        happens = self._first_of_one_life_only({"follow_up"})
        found = [month for month in (self._first_visible_state(), happens) if month is not None]
        return min(found, default=None)

    @cached_property
    def first_listed_difference(self) -> int | None:
        """The first month in which something happens in one life only, as the lists of both lives show it."""
        return self._first_of_one_life_only(set())

    def _first_of_one_life_only(self, left_out: set[str]) -> int | None:
        lists = [
            [(one.month, one.kind, str(one.values)) for one in life.events if one.kind not in left_out]
            for life in (self.a, self.b)
        ]
        alone = (Counter(lists[0]) - Counter(lists[1])) + (Counter(lists[1]) - Counter(lists[0]))
        return min((month for month, _, _ in alone), default=None)

    def _first_visible_state(self) -> int | None:
        for k, month in enumerate(self.a.months):
            one, other = self.a.child_rows[k], self.b.child_rows[k]
            if one["step"] != other["step"] or one["case"] != other["case"]:
                return int(month)
            if abs(float(one["need"]) - float(other["need"])) >= VISIBLE:
                return int(month)
        return None

    def _differences(self) -> Iterator[tuple[int, list[tuple[str, str]]]]:
        """Yield each month in which the rows differ, with phase and field of every difference."""
        for k, month in enumerate(self.a.months):
            found = []
            for fields, one, other in (
                (child.FIELDS, self.a.child_rows[k], self.b.child_rows[k]),
                (family.FIELDS, self.a.family_rows[k], self.b.family_rows[k]),
            ):
                for field in fields:
                    if field.writer != "population" and one[field.name] != other[field.name]:
                        found.append((field.writer.split(", ")[-1], field.name))
            if found:
                yield int(month), found

    def frame(self) -> pd.DataFrame:
        """Return both lives, one row a month and policy."""
        lives = (self.a, self.b)
        return pd.concat([life.frame.assign(policy=life.policy) for life in lives], ignore_index=True)


VISIBLE = 0.05
"""A difference in need (SD) that a timeline shows."""

_PHASES = ("life", "generations", "programmes", "notice", "casework", "staircase", "money", "outcomes")


def two_lives(
    a: Scenario,
    b: Scenario,
    who: int | None = None,
    pattern: str | None = None,
    replicate: int = 0,
    between: Callable[[], None] | None = None,
) -> TwoLives:
    """Return one child's life under two policies, with the same luck.

    Parameters
    ----------
    a, b
        Scenarios that differ in policy only.
    who
        The child's key; drawn among those with the pattern if left out.
    pattern
        One of `PATTERNS`; `placed` if neither is given.
    replicate
        Whose luck.
    between
        Called after each year that is run; what it raises ends the work.

    Raises
    ------
    Problem
        If there is no such child.
    """
    return draw_lives(a, b, 1, who=who, pattern=pattern, replicate=replicate, between=between)[0]


def draw_lives(
    a: Scenario,
    b: Scenario,
    number: int,
    who: int | None = None,
    pattern: str | None = None,
    replicate: int = 0,
    between: Callable[[], None] | None = None,
) -> list[TwoLives]:
    """Return the two lives of so many children drawn at random among those with a pattern.

    Parameters and errors as in `two_lives`; fewer lives come back if there are fewer such children.
    """
    check_comparable(a, b)
    ended = run_replicate([a, b], replicate, between)
    rows = _chosen(ended[0], ended[1], a, who, pattern, number)
    del ended
    kept = [_keep(scenario, replicate, rows, between) for scenario in (a, b)]
    return [_pair(a, b, kept, place) for place in range(len(rows))]


def _chosen(
    one: World, other: World, scenario: Scenario, who: int | None, pattern: str | None, number: int
) -> np.ndarray:
    """Return the rows of the children asked for."""
    children = one.children
    if who is not None:
        rows = np.flatnonzero(children["who"] == who)
        if not len(rows):
            raise Problem("lives.no_such_child", who=who)
        return rows[:1]
    wanted = pattern or "placed"
    if wanted not in PATTERNS:
        raise Problem("lives.no_such_pattern", pattern=wanted, known=", ".join(PATTERNS))
    birth = children["birth_month"].astype(int)
    # Born in the run, so that the whole life is there, with some of the childhood under the policy.
    seen = (birth >= -AGE_OF_MAJORITY + 12 * YEARS_TO_SEE) & (birth <= 12 * (scenario.years - YEARS_TO_SEE))
    lived = ~np.isin(children["life"], (Life.UNBORN, Life.MOVED)) & seen & (birth >= 9 - WARM_UP_MONTHS)
    # Who moved in lived the years before it unseen.
    lived &= one.families["arrives"][children["family"]] == NEVER
    rows = np.flatnonzero(lived & PATTERNS[wanted](children, other.children))
    if not len(rows):
        raise Problem("lives.none_with_pattern", pattern=wanted)
    low, high = (int(word) for word in one.key)
    luck = uniforms(low + (high << 32), children["who"][rows], 0, Purpose.CHOICE)[:, 0]
    return np.asarray(rows[np.argsort(luck, kind="stable")][:number])


def _keep(
    scenario: Scenario, replicate: int, rows: np.ndarray, between: Callable[[], None] | None
) -> tuple[np.ndarray, np.ndarray]:
    """Run a replicate month by month and return the rows of some children and their families after each."""
    number = set_of(scenario, replicate)
    rules = make_rules(parameters_of(scenario, number))
    key = luck_key(scenario.seed, scenario.municipality_code or 0, replicate)
    ages = np.asarray(national_age_distribution(), float)
    world: World = make_world(scenario.children, ages, rules, key, scenario.years)
    desk: Any = make_desk(world)
    structure = codes(scenario.structure)
    at = world.children["family"][rows]
    children, families = [], []

    def run(force: InForce, begin: int) -> None:
        for k in range(len(force.felt)):
            run_months(world, desk, rules, force.part(slice(k, k + 1)), structure, begin + k)
            children.append(world.children[rows])
            families.append(world.families[at])
            if between is not None and k % 12 == 11:
                between()

    run(todays_practice(WARM_UP_MONTHS, scenario), -WARM_UP_MONTHS)
    world, desk, force = ready(scenario, (world, desk, rules, number), copied=False)
    run(force, 0)
    return np.stack(children), np.stack(families)


def _pair(a: Scenario, b: Scenario, kept: Sequence[tuple[np.ndarray, np.ndarray]], place: int) -> TwoLives:
    """Return the two lives of one of the children kept."""
    months = np.arange(-WARM_UP_MONTHS, a.months)
    names = [scenario.policy_as_run.name for scenario in (a, b)]
    if names[0] == names[1]:
        names = [a.name, b.name]
    lives = []
    for name, (children, families) in zip(names, kept, strict=True):
        from_conception = months >= int(children["birth_month"][0, place]) - 9
        lives.append(
            OneLife(
                name,
                children[from_conception, place],
                families[from_conception, place],
                months[from_conception],
            )
        )
    row = lives[0].child_rows[0]
    return TwoLives(
        who=int(row["who"]),
        sex=int(row["sex"]),
        birth_month=int(row["birth_month"]),
        a=lives[0],
        b=lives[1],
        start_year=a.start_year,
        need_cut=float(parameters_of(a, 0)["need_cut"]),
    )
