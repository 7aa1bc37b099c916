"""Whatever field of a file is broken, the answer is a sentence with its line, never silence."""

import copy

import pytest
from ruamel.yaml import YAML

from trappen.agents.problem import Problem
from trappen.policies import library
from trappen.scenarios.files.checked import check_file

SCENARIO = """
name: x
municipality: Vejle
policy: herning
levers: {caseload: 25}
programmes: [{programme: hpa, reach: 0.5, served: 3, start_year: 1, months: 3, stop_year: 4}]
start_year: 2026
years: 3
replicates: 2
seed: 1
uncertainty: true
casework: compiled
structure: {belief: bayes}
links: {notice: true}
parameters: {price_early: 30000}
outputs: {report: true, tables: [summary]}
"""
FREE = {"name", "title", "da", "en", "source", "study"}
"""Fields that any text will do for."""


def whole(kind):
    """Return the data of a file in which nearly every field stands."""
    reader = YAML(typ="safe")
    if kind == "scenario":
        return reader.load(SCENARIO)
    entries = library.entries("programme" if kind == "programme" else "policy")
    name = "i_gang" if kind == "programme" else "tingbjerg"
    data = reader.load(entries[name].path.read_text(encoding="utf-8"))
    return data if kind == "programme" else data | {"stop_year": 10, "practices": ["halsnaes"]}


def places(node, path=()):
    """Yield every place in some data."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, below in items:
        yield (*path, key)
        yield from places(below, (*path, key))


def found(path, tmp_path, data):
    """Return what is wrong with a file, as problems."""
    file = tmp_path / "x.yaml"
    with file.open("w", encoding="utf-8") as out:
        YAML().dump(data, out)
    try:
        check_file(file)
    except Problem as problem:
        return getattr(problem, "found", [problem])
    return []


@pytest.mark.parametrize("kind", ["programme", "policy", "scenario"])
@pytest.mark.parametrize("broken", ["nonsense!", -7, None, [[]]])
def test_a_broken_field_is_told_with_its_line(kind, broken, tmp_path):
    data = whole(kind)
    assert not found((), tmp_path, data)
    for path in places(data):
        if path[-1] in FREE and broken == "nonsense!":
            continue
        if path[-1] == "low" and broken == -7 and "size" in path:
            continue  # an effect may do harm
        if path == ("benefit", "per_year", "low") and broken == -7:
            continue  # and cost society something
        made = copy.deepcopy(data)
        inner = made
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = broken
        problems = found(path, tmp_path, made)
        assert problems, (path, broken)
        for problem in problems:
            assert problem.key != "field.invalid", (path, problem)
            assert problem.line, (path, problem)
            bounds = {problem.values.get("low"), problem.values.get("high")}
            assert "..." not in bounds, (path, problem.values)
