"""A study says which municipalities live under which policies, with which parameter sets and luck."""

import itertools
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from trappen.agents.problem import Problem, Problems
from trappen.model.checking import Origin, Strict, check, shown, unknown
from trappen.model.municipalities import all_municipalities
from trappen.model.municipalities import find as find_municipality
from trappen.model.strict_yaml import BAD, parse, read_bytes
from trappen.policies.catalogue import find as find_policy
from trappen.policies.catalogue import in_order, is_path
from trappen.policies.policy import Name, Policy, content_problems, lever_problems
from trappen.scenarios.named import sets_named
from trappen.scenarios.own_sets import OwnSets, check_own_sets
from trappen.scenarios.parameter_sets import sets_of
from trappen.scenarios.scenario import (
    FindRegister,
    Links,
    Structure,
    model_register,
    number_problems,
)

MOST_POLICIES = 5_000
MOST_TASKS = 1_000_000

CHILD_RUNS = 300_000
"""Children times runs in a task, about: some ten seconds of work, so that little is lost when a worker is
killed and progress is told often, and a dozen runs, so that the head of its file weighs little."""

CHILD_RUNS_OF_MANY = 2_000_000
"""The same in a study that would else have more than `MANY_TASKS`: a minute or two of work each."""

MANY_TASKS = 20_000

MOST_RUNS_OF_A_TASK = 500

Whole = Annotated[int, Field(ge=1, le=100_000)]


class Keep(Strict):
    """What is kept of each run.

    Attributes
    ----------
    by
        `run`: one row a run, over the whole horizon; `year`: one row a run and year.
    indicators
        Which indicators; all of them when left out.
    accounts
        Whether the accounts are kept too, a column for each post and payer, kroner.
    """

    by: Literal["run", "year"] = "run"
    indicators: list[str] = Field(default_factory=list)
    accounts: bool = False


class _Told(Strict):
    """What study files and resolved studies have in common."""

    name: Name
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    parameter_sets: Annotated[int, Field(ge=0, le=100_000)] = 0
    replicates: Whole = 10
    start_year: Annotated[int, Field(ge=2000, le=2100)] = 2026
    years: Annotated[int, Field(ge=1, le=60)] = 20
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1
    structure: Structure = Structure()
    links: Links = Links()
    parameters: dict[str, float] = Field(default_factory=dict)
    keep: Keep = Keep()
    replicates_per_task: Whole | None = None
    policies_per_task: Annotated[int, Field(ge=1, le=1000)] = 8


class _File(_Told):
    """A study as a file tells it; municipalities and policies are still to be found."""

    municipalities: Any = "all"
    children: Annotated[int, Field(ge=1, le=2_000_000)] | None = None
    policies: Any = None
    ensemble: Any = None
    grid: dict[str, list[float]] = Field(default_factory=dict)


class Place(Strict):
    """A municipality of a study; code 0 is an own, unnamed one."""

    code: Annotated[int, Field(ge=0, le=9999)]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    children: Annotated[int, Field(ge=1, le=2_000_000)]
    children_source: Literal["flat_share_0195", "given"]


class StudyPolicy(Strict):
    """A policy of a study under the name it has there, with the lever values of the grid in it."""

    label: Annotated[str, Field(min_length=1, max_length=2000)]
    policy: Policy
    grid: dict[str, float] = Field(default_factory=dict)


class Study(_Told):
    """A study with everything found and written out; made by `load_study` and `Study.from_resolved`.

    Attributes
    ----------
    parameter_sets
        How many fitted parameter sets each policy is run with; 0 for the best fit alone.
    replicates
        Pieces of luck for each parameter set.
    ensemble
        Own parameter sets that all municipalities of the study run with; None draws from the country's.
    replicates_per_task, policies_per_task
        How the work is cut; no number depends on it.
    """

    places: Annotated[list[Place], Field(min_length=1, max_length=1000)]
    policies: Annotated[list[StudyPolicy], Field(min_length=1)]
    ensemble: OwnSets | None = None

    @property
    def drawn(self) -> int:
        """How many parameter sets there are to run with, the best fit not counted."""
        return len(sets_of(self)) - 1

    @property
    def replicate_numbers(self) -> list[int]:
        """The replicates by the numbers they have in a comparison, ordered by parameter set.

        Replicate 2k and 2k+1 of a comparison run with the k-th set, and again from the first set when
        all have had their turn: so every run of a study is a run that `trappen compare` can repeat.
        """
        if self.parameter_sets == 0:
            return list(range(self.replicates))
        drawn = self.drawn
        return [
            2 * (number + drawn * (luck // 2)) + luck % 2
            for number in range(self.parameter_sets)
            for luck in range(self.replicates)
        ]

    @property
    def policy_blocks(self) -> list[tuple[int, int]]:
        """Policies that are run together, first and last + 1: they share the years before the start."""
        return _blocks(len(self.policies), self.policies_per_task)

    def replicate_blocks(self, children: int) -> list[tuple[int, int]]:
        """Replicates that are run together in a municipality of that size, first and last + 1."""
        return _blocks(max(1, self.parameter_sets) * self.replicates, self._together(children))

    def _together(self, children: int) -> int:
        """Return how many replicates are run together in a municipality of that size."""
        if self.replicates_per_task is not None:
            return self.replicates_per_task
        policies = min(self.policies_per_task, len(self.policies))
        whole = self.runs / len(self.places) * sum(place.children for place in self.places)
        most = CHILD_RUNS if whole <= MANY_TASKS * CHILD_RUNS else CHILD_RUNS_OF_MANY
        return max(1, min(most // (children * policies), MOST_RUNS_OF_A_TASK // policies))

    @property
    def tasks(self) -> int:
        """How many tasks the study is cut into."""
        # Reckoned and not counted: a file may ask for more tasks than can be written down.
        blocks = -(-len(self.policies) // self.policies_per_task)
        luck = max(1, self.parameter_sets) * self.replicates
        return blocks * sum(-(-luck // self._together(place.children)) for place in self.places)

    @property
    def grid(self) -> list[str]:
        """The levers of the grid, in order."""
        return list(self.policies[0].grid)

    @property
    def runs(self) -> int:
        """How many runs the study has."""
        return len(self.places) * len(self.policies) * max(1, self.parameter_sets) * self.replicates

    def resolved(self) -> dict[str, Any]:
        """Write the whole study out as plain data that JSON can hold."""
        return self.model_dump(mode="json")

    @classmethod
    def from_resolved(cls, data: Any, *, file: str | Path | None = None) -> "Study":
        """Rebuild a study from what `resolved` wrote.

        Raises
        ------
        Problems
            The data is not a whole and valid study.
        """
        origin = Origin(file)
        study, problems = check(cls, data, origin, empty=True)
        if isinstance(data, dict):
            told = data.get("policies")
            for place, entry in enumerate(told if isinstance(told, list) else []):
                if isinstance(entry, dict):
                    problems += content_problems(
                        entry.get("policy"), origin.below("policies", place, "policy")
                    )
            problems += number_problems(data, origin, model_register)
        if study is not None and study.ensemble is not None:
            check_own_sets(study.ensemble, file)
        if study is not None and not problems:
            problems = _whole_problems(study, origin)
        if problems or study is None:
            raise Problems(problems)
        return study


def load_study(path: str | Path, *, register: FindRegister = model_register) -> Study:
    """Read a study file, and tell every mistake in it at once.

    Raises
    ------
    Problem
        The file cannot be used; `Problems` when single values in it are wrong.
    """
    file = Path(path)
    raw, marks, found = parse(read_bytes(file), file)
    origin = Origin(file, marks)
    told, problems = check(_File, raw, origin)
    places, more = _places(raw, origin)
    policies, again = _policies(raw, origin)
    problems += more + again + number_problems(raw, origin, register)
    grid, more = _grid(raw, origin)
    own, again = sets_named(raw.get("ensemble"), origin)
    problems += more + again
    if found or problems or told is None:
        raise Problems(in_order(found + problems))
    if len(policies) * math.prod(len(values) for values in grid.values()) > MOST_POLICIES:
        raise origin.problem("study.many_policies", ("grid",), limit=str(MOST_POLICIES))
    study = Study(
        **told.model_dump(exclude={"municipalities", "children", "policies", "ensemble", "grid"}),
        ensemble=own,
        places=places,
        policies=_laid_over(policies, grid),
    )
    if problems := _whole_problems(study, origin):
        raise Problems(in_order(problems))
    return study


def _blocks(length: int, size: int) -> list[tuple[int, int]]:
    return [(first, min(first + size, length)) for first in range(0, length, size)]


def _places(raw: dict[str, Any], origin: Origin) -> tuple[list[Place], list[Problem]]:
    told = raw.get("municipalities", None if "children" in raw else "all")
    if "municipalities" in raw and "children" in raw:
        return [], [origin.problem("study.two_populations", ("children",))]
    if told is BAD:
        return [], []
    if told is None:
        children = raw.get("children")
        if "municipalities" in raw or type(children) is not int or not 1 <= children <= 2_000_000:
            return [], []  # the check of types tells it
        name = str(raw.get("name"))[:80] or "-"
        return [Place(code=0, name=name, children=children, children_source="given")], []
    if told == "all":
        return [_place(m) for m in all_municipalities()], []
    if not isinstance(told, list) or not told:
        return [], [origin.problem("study.odd_municipalities", ("municipalities",), given=shown(told))]
    found, problems = dict[int, Place](), list[Problem]()
    for number, name in enumerate(told):
        path = ("municipalities", number)
        if name is BAD or name is None:
            continue
        if type(name) is not int and not isinstance(name, str):
            problems.append(origin.problem("study.odd_municipalities", path, given=shown(name)))
            continue
        try:
            place = _place(find_municipality(name))
        except Problem as problem:
            problems.append(origin.problem(problem.key, path, **problem.values))
            continue
        if place.code in found:
            problems.append(origin.problem("study.twice", path, given=shown(name)))
        found[place.code] = place
    return list(found.values()), problems


def _place(municipality: Any) -> Place:
    return Place(
        code=municipality.code,
        name=municipality.name,
        children=municipality.children,
        children_source=municipality.children_source,
    )


def _policies(raw: dict[str, Any], origin: Origin) -> tuple[list[Policy], list[Problem]]:
    told = raw.get("policies", ["status_quo", "omlaegning"])
    if told is BAD or told is None:
        return [], []
    if not isinstance(told, list) or not told:
        return [], [origin.problem("study.odd_policies", ("policies",), given=shown(told))]
    found, problems = dict[str, Policy](), list[Problem]()
    for number, name in enumerate(told):
        path = ("policies", number)
        if name is BAD or name is None:
            continue
        if not isinstance(name, str):
            problems.append(origin.problem("study.odd_policies", path, given=shown(name)))
            continue
        try:
            policy = find_policy(_beside(name, origin) if is_path(name) else name)
        except Problems as several:
            problems += several.found
            continue
        except (Problem, OSError, ValueError) as single:
            known = isinstance(single, Problem) and single.file is not None
            lost = origin.problem("study.no_policy", path, given=shown(name))
            problems.append(single if known and isinstance(single, Problem) else lost)
            continue
        if policy.name in found:
            problems.append(origin.problem("study.twice", path, given=shown(policy.name)))
        found[policy.name] = policy
    return list(found.values()), problems


def _beside(name: str, origin: Origin) -> Path:
    return Path(origin.file or ".").parent / name


def _grid(raw: dict[str, Any], origin: Origin) -> tuple[dict[str, list[float]], list[Problem]]:
    told = raw.get("grid")
    problems: list[Problem] = []
    grid: dict[str, list[float]] = {}
    for lever, values in told.items() if isinstance(told, Mapping) else ():
        if not isinstance(values, list):
            continue  # the check of types tells it
        path = ("grid", lever)
        if not values:
            problems.append(origin.problem("study.empty_grid", path))
        numbers = [value for value in values if type(value) in (int, float)]
        if len(set(numbers)) < len(numbers):
            problems.append(origin.problem("study.twice", path, given=shown(lever)))
        for value in numbers:
            wrong = lever_problems({lever: value}, origin.below("grid"))
            problems += wrong
            if any(problem.key.startswith("policy_file.unknown_lever") for problem in wrong):
                break
        grid[lever] = [float(value) for value in numbers]
    return grid, problems


def _laid_over(policies: list[Policy], grid: dict[str, list[float]]) -> list[StudyPolicy]:
    """Lay every point of the grid over every policy."""
    found = []
    for policy in policies:
        for point in itertools.product(*grid.values()):
            values = dict(zip(grid, point, strict=True))
            said = ", ".join(f"{lever}={value:g}" for lever, value in values.items())
            label = f"{policy.name} [{said}]" if said else policy.name
            found.append(StudyPolicy(label=label, policy=policy.with_levers(values), grid=values))
    return found


def _whole_problems(study: Study, origin: Origin) -> list[Problem]:
    """Say what is wrong with a study that is right in every field."""
    from trappen.model.outcomes import INDICATORS

    problems = []
    known = [indicator.row for indicator in INDICATORS]
    for number, name in enumerate(study.keep.indicators):
        if name not in known:
            path = ("keep", "indicators", number)
            problems.append(unknown(name, known, path, origin, "study.unknown_indicator"))
    if study.parameter_sets > study.drawn:
        values = {"given": str(study.parameter_sets), "drawn": str(study.drawn)}
        problems.append(origin.problem("study.few_sets", ("parameter_sets",), **values))
    if max(1, study.parameter_sets) * study.replicates > MOST_TASKS or study.tasks > MOST_TASKS:
        problems.append(origin.problem("study.many_tasks", ("replicates",), limit=str(MOST_TASKS)))
    if any(list(entry.grid) != study.grid for entry in study.policies):
        problems.append(origin.problem("study.uneven_grid", ("policies",)))
    return problems
