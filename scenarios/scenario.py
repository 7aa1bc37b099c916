"""A scenario says which municipality lives under which policy, for how long and by which luck."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PrivateAttr

from trappen.agents.problem import Problem, Problems
from trappen.model.checking import Origin, Strict, check, shown
from trappen.model.strict_yaml import BAD, KeyPath, Marks, parse, read_bytes
from trappen.policies import library
from trappen.policies.catalogue import find as find_policy
from trappen.policies.catalogue import in_order, is_path
from trappen.policies.compose import read_offers
from trappen.policies.hook import Hook
from trappen.policies.lever import levers
from trappen.policies.policy import (
    Months,
    Name,
    Offer,
    Policy,
    content_problems,
)
from trappen.scenarios.named import municipality_named, policy_named, prices_named, sets_named
from trappen.scenarios.numbers import FindRegister, Register, number_problems
from trappen.scenarios.outputs import Outputs
from trappen.scenarios.own_sets import OwnSets, check_own_sets
from trappen.scenarios.structure import Links, Structure

DEFAULT_MUNICIPALITY = "Herning"


def model_register() -> Register:
    """Give the model's own parameters; imported here because most scenarios override none."""
    from trappen.model.evidence import register

    return register()  # type: ignore[no-any-return, unused-ignore]


class _Told(Strict):
    """What scenario files and resolved scenarios have in common."""

    name: Name
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    levers: dict[str, float] = Field(default_factory=dict)
    programmes: list[Offer] = Field(default_factory=list)
    start_year: Annotated[int, Field(ge=2000, le=2100)] = 2026
    years: Annotated[int, Field(ge=1, le=60)] = 20
    replicates: Annotated[int, Field(ge=1, le=100_000)] = 50
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1
    uncertainty: bool = True
    casework: Literal["compiled", "simpy"] = "compiled"
    perspective: Literal["accounts", "children_family", "municipality", "public", "society"] = "accounts"
    structure: Structure = Structure()
    links: Links = Links()
    parameters: dict[str, float] = Field(default_factory=dict)
    outputs: Outputs = Outputs()


class ScenarioFile(_Told):
    """A scenario as a file tells it; the municipality and the policy are still to be found.

    Attributes
    ----------
    ensemble, prices
        Files of the municipality's own parameter sets and own unit costs, seen from the scenario file.
    """

    municipality: str | None = None
    children: Annotated[int, Field(ge=1, le=2_000_000)] | None = None
    ensemble: Any = None
    prices: Any = None
    policy: Any


_OWN = frozenset(("name", "title", "policy", "levers", "programmes", "links", "hook_sha256"))
"""What of a scenario is its policy; the rest is its world."""


class Scenario(_Told):
    """A scenario with everything found and written out.

    Made by `load_scenario`, `scenario_from` and `Scenario.from_resolved`, which tell every mistake.

    Attributes
    ----------
    municipality, municipality_code
        Name and code; None for an own, unnamed municipality.
    children
        Children aged 0-17.
    perspective
        Whose money net cost and break-even count: the municipality's `accounts`, its children-and-family
        budget alone, the whole municipality, the public sector, or society.
    children_source
        `flat_share_0195` (an estimate, population times 0.195) or `given`.
    policy
        The policy before the scenario's own `levers` are laid over it; `policy_as_run` has them in.
    ensemble
        The municipality's own parameter sets; None draws from those of the country.
    hook_sha256
        Hash of the user's Python file that changes the levers, where one was asked for.
    """

    ensemble: OwnSets | None = None
    municipality: str | None
    municipality_code: int | None
    children: Annotated[int, Field(ge=1, le=2_000_000)]
    children_source: Literal["flat_share_0195", "given"]
    policy: Policy
    hook_sha256: str | None = None
    _file: str | None = PrivateAttr(default=None)
    _hook: Hook | None = PrivateAttr(default=None)

    def __eq__(self, other: object) -> bool:
        """Two scenarios are the same when they say the same, whichever files they came from."""
        return isinstance(other, Scenario) and self.resolved() == other.resolved()

    __hash__ = None  # type: ignore[assignment]

    @property
    def label(self) -> str:
        """The file the scenario came from, or its name."""
        return self._file or self.name

    @property
    def months(self) -> int:
        """Months of the horizon."""
        return 12 * self.years

    @property
    def policy_as_run(self) -> Policy:
        """The policy with the scenario's own lever targets and programmes."""
        return self.policy.with_levers(self.levers).with_programmes(self.programmes)

    def in_the_world_of(self, other: "Scenario") -> "Scenario":
        """Return this policy with the municipality, horizon, luck and model choices of another scenario."""
        told = {field: getattr(other, field) for field in type(other).model_fields if field not in _OWN}
        return self.model_copy(update=told)

    def with_hook(self, hook: Hook) -> "Scenario":
        """Give the same scenario with a hook, which the user has asked for by name."""
        made = self.model_copy(update={"hook_sha256": hook.sha256})
        made._hook = hook
        return made

    def levers_paid(self, months: Months) -> NDArray[np.float64]:
        """Give the lever values that are paid for in each month, shape (months, levers)."""
        values = self.policy_as_run.in_force(months)
        if self.hook_sha256 is None:
            return values
        if self._hook is None or self._hook.sha256 != self.hook_sha256:
            raise Problem("hook.needed", sha256=self.hook_sha256)
        return self._hook.changed(values)

    def levers_reaching(self, months: Months) -> NDArray[np.float64]:
        """Give the lever values that reach the children, shape (months, levers).

        Where a link is off, its levers stand at today's practice, exactly.
        """
        values = self.levers_paid(months)
        for column, lever in enumerate(levers().values()):
            if not getattr(self.links, lever.link):
                values[:, column] = lever.default
        return values

    def resolved(self) -> dict[str, Any]:
        """Write the whole scenario out as plain data that JSON can hold."""
        return self.model_dump(mode="json")

    @classmethod
    def from_resolved(
        cls, data: Any, *, file: str | Path | None = None, register: FindRegister = model_register
    ) -> "Scenario":
        """Rebuild a scenario from what `resolved` wrote.

        Raises
        ------
        Problems
            The data is not a whole and valid scenario.
        """
        origin = Origin(file)
        scenario, problems = check(cls, data, origin, empty=True)
        if isinstance(data, dict):
            problems += content_problems(data.get("policy"), origin.below("policy"))
            problems += number_problems(data, origin, register)
        if problems or scenario is None:
            raise Problems(problems)
        if scenario.ensemble is not None:
            check_own_sets(scenario.ensemble, file)
        return scenario


def load_scenario(path: str | Path, *, register: FindRegister = model_register) -> Scenario:
    """Read a scenario file, and tell every mistake in it at once.

    Raises
    ------
    Problem
        The file cannot be used; `Problems` when single values in it are wrong.
    """
    return scenario_from(Path(path), register=register)


def scenario_from(
    source: str | Path | Policy, *, register: FindRegister = model_register, **overrides: Any
) -> Scenario:
    """Make a scenario from a policy of the catalogue, or from a file.

    Parameters
    ----------
    source
        Name of a policy in the catalogue, path of a scenario file or of a policy file, or a policy. A policy
        alone gives the default scenario, in Herning.
    register
        Finds the model's parameters when the scenario overrides some.
    overrides
        Fields of a scenario that replace what `source` says; None leaves a field as it is. `levers`,
        `structure`, `links` and `parameters` replace only the entries they name.

    Raises
    ------
    Problem
        As `load_scenario`.
    """
    given = {key: value for key, value in overrides.items() if value is not None}
    if not isinstance(source, Policy) and is_path(source):
        library.look_beside(source)
    file: Path | None = None
    raw: dict[str, Any]
    marks, found = Marks(), list[Problem]()
    if isinstance(source, Policy):
        raw = {"name": source.name, "policy": source}
    elif not is_path(source):
        raw = {"name": find_policy(source).name, "policy": source}
    else:
        file = Path(source)
        raw, marks, found = parse(read_bytes(file), file)
        if is_policy_file(raw):
            policy = find_policy(file)
            raw, file = {"name": policy.name, "policy": policy}, None
    if file is None and "children" not in given:
        raw["municipality"] = DEFAULT_MUNICIPALITY
    if "municipality" in given:
        raw.pop("children", None)  # they were the other municipality's
    paths = _lay_over(raw, given)
    scenario, problems = build(raw, Origin(file, marks, given=paths), register)
    if found or problems or scenario is None:
        raise Problems(in_order(found + problems))
    scenario._file = None if file is None else str(file)
    return scenario


def scenarios_from(sources: Sequence[str | Path | Policy], **overrides: Any) -> list[Scenario]:
    """Make scenarios that are to be held against each other; sources, options and errors as `scenario_from`.

    A policy named alone says nothing of a municipality: beside a scenario file it is tried where that file
    is, with its children and its luck. Two files may differ, which `check_comparable` then tells.
    """
    return in_one_world([scenario_from(source, **overrides) for source in sources])


def in_one_world(found: Sequence[Scenario]) -> list[Scenario]:
    """Move the scenarios of policies that were named alone to the municipality of the first file."""
    world = next((one for one in found if one._file is not None), None)
    return [one if world is None or one._file is not None else one.in_the_world_of(world) for one in found]


def check_comparable(a: Scenario, b: Scenario) -> None:
    """Say what differs between two scenarios besides their policies: a comparison needs the same world.

    Raises
    ------
    Problems
        One sentence for each field that differs; it names both files and what each says.
    """
    ours, theirs = _world(a), _world(b)
    problems = [
        Problem(
            "scenario.not_comparable",
            field=name,
            first=a.label,
            given=ours.get(name, "-"),
            second=b.label,
            other=theirs.get(name, "-"),
        )
        for name in ours | theirs
        if ours.get(name) != theirs.get(name)
    ]
    if problems:
        raise Problems(problems)


_WORLD = (
    *("municipality", "children", "start_year", "years", "replicates", "seed", "uncertainty", "casework"),
    "perspective",
)


def _world(scenario: Scenario) -> dict[str, str]:
    """Write out what decides who lives in a scenario and with which luck and which model."""
    world = {name: shown(getattr(scenario, name) or "-") for name in _WORLD}
    world["uncertainty"] = shown(scenario.uncertainty)
    world["seed"] = shown(scenario.seed)
    world |= {f"structure.{name}": shown(value) for name, value in scenario.structure}
    world["ensemble"] = shown(scenario.ensemble.hash[:12] if scenario.ensemble else "-")
    return world | {f"parameters.{name}": shown(value) for name, value in scenario.parameters.items()}


def is_policy_file(raw: dict[str, Any]) -> bool:
    """Tell whether the data of a file are a policy's and no scenario's."""
    return "policy" not in raw and bool(
        raw.keys() & {"description", "phase_in", "transition", "stop_year", "practices"}
    )


def _lay_over(raw: dict[str, Any], given: dict[str, Any]) -> frozenset[KeyPath]:
    """Replace what the file says by what was given, and list the key paths that were replaced."""
    paths: set[KeyPath] = set()
    for key, value in given.items():
        if key in ("levers", "structure", "links", "parameters") and isinstance(value, Mapping):
            below = raw.get(key)
            raw[key] = {**(below if isinstance(below, dict) else {}), **value}
            paths |= {(key, name) for name in value}
        else:
            raw[key] = value
            paths.add((key,))
    return frozenset(paths)


def build(
    raw: dict[str, Any], origin: Origin, register: FindRegister
) -> tuple[Scenario | None, list[Problem]]:
    """Make a scenario of the data of a file, or say everything that is wrong with it."""
    policy, problems = policy_named(raw.get("policy"), origin)
    municipality, more = municipality_named(raw, origin)
    problems += more
    code = raw.get("municipality")
    simple = {**raw, "municipality": str(code)} if type(code) is int else dict(raw)
    if raw.get("programmes") is not None and raw["programmes"] is not BAD:
        offers, more = read_offers(raw["programmes"], origin)
        problems += more
        simple["programmes"] = offers or []
    if raw.get("policy") is not BAD and raw.get("policy") is not None:
        simple["policy"] = ""  # its inside has been checked already
    own, more = sets_named(simple.pop("ensemble", None), origin)
    problems += more
    prices, more = prices_named(simple.pop("prices", None), origin)
    problems += more
    told, more = check(ScenarioFile, simple, origin)
    problems += more + number_problems(raw, origin, register)
    if problems or told is None or policy is None:
        return None, problems
    children = told.children or (municipality.children if municipality else 0)
    scenario = Scenario(
        **told.model_dump(exclude={"municipality", "children", "policy", "ensemble", "prices", "parameters"}),
        parameters=prices | told.parameters,
        ensemble=own,
        municipality=municipality.name if municipality else None,
        municipality_code=municipality.code if municipality else None,
        children=children,
        children_source="given" if told.children else "flat_share_0195",
        policy=policy,
    )
    return scenario, []
