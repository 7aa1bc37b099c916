"""Policies are found by name in the packaged catalogue, or by path in a user's own file."""

from functools import cache
from pathlib import Path

from trappen.agents.problem import Problem, Problems
from trappen.model.checking import Origin
from trappen.model.strict_yaml import load, parse, read_bytes
from trappen.policies import library
from trappen.policies.compose import read_policy
from trappen.policies.policy import Policy
from trappen.policies.programme import Programme, is_programme


def names() -> list[str]:
    """List the policies of the catalogue, the user's own last; today's practice first."""
    return list(library.entries("policy"))


def is_path(name_or_path: str | Path) -> bool:
    """Tell whether this is meant as a file and not as a name in the catalogue."""
    text = str(name_or_path)
    return (
        isinstance(name_or_path, Path) or text.lower().endswith((".yaml", ".yml")) or bool({*text} & {*"/\\"})
    )


def find(name_or_path: str | Path) -> Policy:
    """Find a policy by its name in the catalogue or by the path of its file.

    Raises
    ------
    Problem
        There is no such policy, or its file is wrong; `Problems` when several things are.
    """
    if is_path(name_or_path):
        return load_policy(name_or_path)
    name = str(name_or_path)
    if name in names():
        return _named(name)
    raise no_such_policy(name)


def no_such_policy(name: str, *, file: str | Path | None = None, line: int | None = None) -> Problem:
    """Make the problem of a name that the catalogue does not hold."""
    return library.no_such(name, "policy", file=file, line=line, field=None if file is None else "policy")


def load_policy(path: str | Path) -> Policy:
    """Read a user's own policy file, and tell every mistake in it at once."""
    data, marks, found = parse(read_bytes(path), path)
    if "policy" in data:
        raise Problem("policy_file.is_scenario", file=path, line=marks.line("policy"), field="policy")
    policy, problems = read_policy(data, Origin(path, marks))
    if found or problems or policy is None:
        raise Problems(in_order(found + problems))
    return policy


def read_any(path: str | Path) -> Policy | Programme:
    """Read a user's own file, be it a policy or a programme, and tell every mistake in it at once."""
    data, _, _ = parse(read_bytes(path), path)
    return library.load_programme(path) if is_programme(data) else load_policy(path)


def _named(name: str) -> Policy:
    entry = library.entries("policy")[name]
    return load_policy(entry.path) if entry.own else _packaged(entry.path)


@cache
def _packaged(path: Path) -> Policy:
    data, marks = load(path, trusted=True)
    policy, problems = read_policy(data, Origin(path, marks))
    if policy is None:
        raise Problems(problems)
    return policy


def in_order(problems: list[Problem]) -> list[Problem]:
    """Order problems by the line they stand on."""
    return sorted(problems, key=lambda problem: (problem.file or "", problem.line or 0))
