"""The page of columns is what the declarations and the code say."""

import ast
from pathlib import Path

import pytest

from trappen.agents import caseworker, child, family, place
from trappen.cli import main
from trappen.model.story import QUESTIONS, answers, phases, writers
from trappen.viz.terminal.columns_page import columns_page

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "columns.md"
TABLES = {"child": child, "family": family, "caseworker": caseworker, "place": place}


def test_the_page_is_up_to_date(tmp_path):
    assert main(["columns", "--output", str(tmp_path / "columns.md")]) == 0
    assert (tmp_path / "columns.md").read_text(encoding="utf-8") == columns_page()
    assert PAGE.read_text(encoding="utf-8") == columns_page(), "run: trappen columns --output docs/columns.md"


@pytest.mark.parametrize("table", list(TABLES))
def test_what_the_kernels_write_are_columns_and_who_writes_is_told(table):
    """Every assignment to a row is to a declared column, and the page says in which file it stands."""
    names = {field.name for field in TABLES[table].FIELDS}
    written = {column: files for (of, column), files in writers().items() if of == table}
    assert set(written) <= names
    assert len(written) > 3
    page = columns_page()
    for column, files in written.items():
        assert f"| `{column}` |" in page
        for file in files:
            source = (ROOT / "model" / "kernels" / f"{file}.py").read_text(encoding="utf-8")
            assert f".{column} " in source


def test_a_column_with_a_well_known_writer_has_it():
    assert writers()["child", "step"] == ["steps"]
    assert writers()["child", "last_notified"] == ["notice"]
    assert "belief" in writers()["child", "belief"]


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
