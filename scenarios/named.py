"""What a scenario names and does not hold: its policy, its municipality and files of own figures."""

from pathlib import Path
from typing import Any

from trappen.agents.problem import Problem, Problems
from trappen.model.checking import Origin, shown
from trappen.model.municipalities import Municipality
from trappen.model.municipalities import find as find_municipality
from trappen.model.strict_yaml import BAD
from trappen.policies.catalogue import find as find_policy
from trappen.policies.catalogue import is_path, names, no_such_policy
from trappen.policies.compose import read_policy
from trappen.policies.policy import Policy
from trappen.scenarios.own_sets import OwnSets, read_own_sets


def policy_named(told: Any, origin: Origin) -> tuple[Policy | None, list[Problem]]:
    """Find or read the policy a scenario names or holds, or say why not."""
    if isinstance(told, Policy):
        return told, []
    if isinstance(told, dict):
        return read_policy(told, origin.below("policy"))
    if not isinstance(told, str):
        wrong = told is not None and told is not BAD
        return None, [origin.problem("scenario.odd_policy", ("policy",), given=shown(told))] if wrong else []
    if not is_path(told):
        if told in names():
            return find_policy(told), []
        place = origin.problem("", ("policy",))
        return None, [no_such_policy(told, file=place.file, line=place.line)]
    path = Path(told)
    if origin.file is not None and ("policy",) not in origin.given:
        path = Path(origin.file).parent / path
    try:
        if not path.exists():
            return None, [origin.problem("scenario.no_policy_file", ("policy",), path=str(path))]
        return find_policy(path), []
    except Problems as several:
        return None, several.found
    except (Problem, OSError, ValueError) as single:
        lost = origin.problem("scenario.no_policy_file", ("policy",), path=shown(told))
        return None, [single if isinstance(single, Problem) else lost]


def sets_named(told: Any, origin: Origin) -> tuple[OwnSets | None, list[Problem]]:
    """Read own parameter sets that a file names, or say why not; the path is seen from the file."""
    if isinstance(told, OwnSets):
        return told, []
    path, problems = _own_file(told, "ensemble", origin)
    if path is None:
        return None, problems
    try:
        return read_own_sets(path), []
    except Problems as several:
        return None, several.found
    except Problem as problem:
        return None, [problem]


def prices_named(told: Any, origin: Origin) -> tuple[dict[str, float], list[Problem]]:
    """Read the municipality's own unit costs, as parameters."""
    path, problems = _own_file(told, "prices", origin)
    if path is None:
        return {}, problems
    # Imported here because few scenarios have them.
    from trappen.scenarios.own_prices import read_prices

    try:
        return read_prices(path), []
    except Problems as several:
        return {}, several.found
    except Problem as problem:
        return {}, [problem]


def _own_file(told: Any, field: str, origin: Origin) -> tuple[Path | None, list[Problem]]:
    """Return the path of a file of own figures; it is seen from the scenario file."""
    if told is None or told is BAD:
        return None, []
    if not isinstance(told, str | Path) or not str(told):
        return None, [origin.problem("field.not_text", (field,), given=shown(told))]
    path = Path(told)
    if origin.file is not None and (field,) not in origin.given:
        path = Path(origin.file).parent / path
    return path, []


def municipality_named(raw: dict[str, Any], origin: Origin) -> tuple[Municipality | None, list[Problem]]:
    """Find the municipality of a scenario's data, if it names one, or say why not."""
    if "municipality" not in raw:
        return None, [] if "children" in raw else [origin.problem("scenario.no_population", ())]
    told = raw["municipality"]
    if type(told) is not int and not isinstance(told, str):
        return None, []  # the check of types tells it
    try:
        return find_municipality(told), []
    except Problem as problem:
        return None, [origin.problem(problem.key, ("municipality",), **problem.values)]
