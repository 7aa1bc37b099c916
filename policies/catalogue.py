"""Policies are found by name in the packaged catalogue, or by path in a user's own file."""

from functools import cache
from pathlib import Path

from trappen.agents.problem import Problem, Problems
from trappen.model.checking import Origin
from trappen.model.nearest import nearest
from trappen.model.strict_yaml import load, parse, read_bytes
from trappen.policies.policy import Policy, read_policy

_FOLDER = Path(__file__).parent / "catalogue"


def names() -> list[str]:
    """List the policies of the catalogue; today's practice first."""
    found = sorted(file.stem for file in _FOLDER.glob("*.yaml"))
    return sorted(found, key=lambda name: name != "status_quo")


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
        return _packaged(name)
    raise no_such_policy(name)


def no_such_policy(name: str, *, file: str | Path | None = None, line: int | None = None) -> Problem:
    """Make the problem of a name that the catalogue does not hold."""
    given = name if len(name) <= 40 else name[:37] + "..."
    at = "policy" if file is not None else None
    if near := ", ".join(nearest(name, names())):
        return Problem("policy_file.unknown_near", file=file, line=line, field=at, given=given, nearest=near)
    known = ", ".join(names())
    return Problem("policy_file.unknown", file=file, line=line, field=at, given=given, known=known)


def load_policy(path: str | Path) -> Policy:
    """Read a user's own policy file, and tell every mistake in it at once."""
    data, marks, found = parse(read_bytes(path), path)
    if "policy" in data:
        raise Problem("policy_file.is_scenario", file=path, line=marks.line("policy"), field="policy")
    policy, problems = read_policy(data, Origin(path, marks))
    if found or problems or policy is None:
        raise Problems(in_order(found + problems))
    return policy


@cache
def _packaged(name: str) -> Policy:
    path = _FOLDER / f"{name}.yaml"
    data, marks = load(path, trusted=True)
    policy, problems = read_policy(data, Origin(path, marks))
    if policy is None:
        raise Problems(problems)
    return policy


def in_order(problems: list[Problem]) -> list[Problem]:
    """Order problems by the line they stand on."""
    return sorted(problems, key=lambda problem: (problem.file or "", problem.line or 0))
