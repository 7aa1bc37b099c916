"""The page of columns is what the declarations say, and the declarations are what the code does."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

from trappen.agents import caseworker, child, family, place
from trappen.cli import main
from trappen.model.story import QUESTIONS, answers, phases
from trappen.viz.terminal.columns_page import columns_page

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "columns.md"
TABLES = {"child": child, "family": family, "caseworker": caseworker, "place": place}
ROWS = {
    "child": ("child", "person", "woman", "man", "children", "world.children"),
    "family": ("family", "known", "families", "world.families"),
    "caseworker": ("worker", "workers", "world.caseworkers"),
    "place": ("place", "places", "world.places"),
}
"""What a row of each table, or the table it is a row of, is called in the kernels."""

ROOM = {
    **dict.fromkeys(("posts", "belief", "tasks"), "casework"),
    **dict.fromkeys(("steps", "places", "providers"), "staircase"),
    "households": "life",
    "arenas": "notice",
    "institutions": "population",
}
"""The room of a kernel file whose rules belong to a larger one."""


def test_the_page_is_up_to_date(tmp_path):
    assert main(["columns", "--output", str(tmp_path / "columns.md")]) == 0
    assert (tmp_path / "columns.md").read_text(encoding="utf-8") == columns_page()
    assert PAGE.read_text(encoding="utf-8") == columns_page(), "run: trappen columns --output docs/columns.md"


def table_of(value):
    """Return the table whose row an expression is, if it is one."""
    name = ast.unparse(value.value if isinstance(value, ast.Subscript) else value)
    return next((table for table, names in ROWS.items() if name in names), None)


def written():
    """Return the rooms of rules that write each column, by table and column."""
    found = defaultdict(set)
    for file in (ROOT / "model" / "kernels").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
            for target in targets if isinstance(node, ast.Assign | ast.AugAssign) else ():
                if isinstance(target, ast.Attribute) and (table := table_of(target.value)):
                    found[table, target.attr].add(ROOM.get(file.stem, file.stem))
    return found


@pytest.mark.parametrize("table", list(TABLES))
def test_columns_are_written_by_whom_they_say(table):
    found, made = written(), {"population"}
    for field in TABLES[table].FIELDS:
        told, by = set(field.writer.split(", ")), found[table, field.name]
        assert by <= told, field.name
        assert told - by <= made, field.name
    names = {field.name for field in TABLES[table].FIELDS}
    assert {column for of, column in found if of == table} <= names


def test_every_question_is_answered_by_a_function_that_says_so():
    assert len(QUESTIONS) >= 30
    for question, found in answers():
        assert question.endswith("?")
        assert found.says.endswith("."), found
        assert f"def {found.name}(" in (ROOT / found.file).read_text(encoding="utf-8")


def test_when_a_teacher_notifies_is_the_first_thing_the_page_tells():
    """A newcomer opens the page: the question stands in its first row, with file and function."""
    row = next(
        line for line in columns_page().splitlines() if line.startswith("| When does a teacher notify?")
    )
    assert "`model/kernels/notice.py` | `courage`" in row
    assert columns_page().index(row) < 800


def test_the_phases_are_those_of_the_mesa_step():
    """The compiled month and `Municipality.step` run the same phases in the same order."""
    tree = ast.parse((ROOT / "model" / "municipality.py").read_text(encoding="utf-8"))
    called = [n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    for phase in phases():
        assert phase.says.endswith(".")
        assert phase.name in called or phase.name in ("serve",), phase.name
