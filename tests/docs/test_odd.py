"""The ODD protocol stands in its form and names all of the model."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest

from trappen.agents import caseworker, child, family, front, institution, leader, place, provider
from trappen.agents.states import Step
from trappen.model.evidence import register
from trappen.policies.lever import levers

ROOT = Path(__file__).parents[2]
ODD = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
TABLES = (child, family, caseworker, leader, institution, front, place, provider)
ELEMENTS = (
    "Purpose and patterns",
    "Entities, state variables and scales",
    "Process overview and scheduling",
    "Design concepts",
    "Initialization",
    "Input data",
    "Submodels",
)
CONCEPTS = (
    "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing",
    "Interaction", "Stochasticity", "Collectives", "Observation",
)  # fmt: skip


def section(name):
    return re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", ODD, re.M | re.S).group(1)


def phases():
    """List the kernels that `advance` calls in its loop over months, in order."""
    tree = ast.parse((ROOT / "model" / "kernels" / "month.py").read_text(encoding="utf-8"))
    advance = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "advance")
    loop = next(n for n in advance.body if isinstance(n, ast.For))
    calls = [n for n in ast.walk(loop) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.args]
    inner = [n for n in calls if isinstance(n.args[0], ast.Name) and n.args[0].id == "world"]
    return [n.func.id for n in sorted(inner, key=lambda n: n.lineno)]


def test_the_seven_elements_stand_in_order():
    assert re.findall(r"^## (.+)$", ODD, re.M) == list(ELEMENTS)


def test_the_eleven_design_concepts_stand_in_order():
    assert re.findall(r"^\*\*(.+?)\.\*\*", section("Design concepts"), re.M) == list(CONCEPTS)


@pytest.mark.parametrize("name", list(register()))
def test_every_parameter_is_named_in_a_rule(name):
    assert f"`{name}`" in section("Initialization") + section("Submodels") + section("Design concepts")


@pytest.mark.parametrize("name", list(levers()))
def test_every_lever_is_named_in_a_rule(name):
    assert f"`{name}`" in section("Submodels")


@pytest.mark.parametrize("table", [module.FIELDS for module in TABLES])
def test_every_field_is_named_with_its_unit_and_meaning(table):
    rows = [f"| `{field.name}` | {field.unit} | {field.meaning} |" for field in table]
    text = section("Entities, state variables and scales")
    assert [row for row in rows if row not in text] == []


def test_every_phase_of_the_month_is_named_in_order():
    told = re.findall(r"^\d+\. \*\*`(\w+)`\*\*", section("Process overview and scheduling"), re.M)
    assert len(told) > 10
    assert told == phases()


def test_every_phase_has_its_submodel_in_the_same_order():
    heads = re.findall(r"^### `(\w+)`", section("Submodels"), re.M)
    assert heads == phases()
    assert all(len(text) > 40 for text in re.split(r"^### .*\n", section("Submodels"), flags=re.M)[1:])


def test_every_step_stands_with_its_number():
    numbers = re.findall(r"^\| (\d) ([A-Z_]+) \|", ODD, re.M)
    assert [(int(code), name) for code, name in numbers] == [(step.value, step.name) for step in Step]
    assert all(int(a) + 1 == int(b) for (a, _), (b, _) in pairwise(numbers))


def test_a_name_in_code_exists():
    """What stands in code is a parameter, a lever, a field, a phase or a word of the scenario files."""
    known = {
        *register(),
        *levers(),
        *phases(),
        *(f.name for t in TABLES for f in t.FIELDS),
    }
    words = {
        "code", "status_quo", "omlaegning", "years", "month", "linear", "s_curve", "step", "belief", "bayes",
        "start_year", "stop_year", "months", "fixed_gain", "step_down", "readiness", "per_follow_up",
        "foster_hard_cases", "target", "phase",
    }  # fmt: skip
    uniforms = {f"{letter}{k}" for letter in "uv" for k in range(4)}
    named = set(re.findall(r"`([a-z_0-9]+)`", ODD))
    assert named - known - words - uniforms == set()
