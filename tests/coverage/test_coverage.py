"""Every system of the source documents is carried, and the tests that are named are there."""

import re
from pathlib import Path

import pytest

from trappen.policies import library
from trappen.policies.coverage import coverage, systems
from trappen.policies.lever import levers
from trappen.viz.terminal.coverage_table import markdown

ROOT = Path(__file__).parents[2]
ROWS = coverage()


def test_all_sixty_systems_are_listed():
    assert [row.system for row in ROWS] == systems()
    assert len(ROWS) == 60


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.system)
def test_a_system_is_carried_and_its_tests_are_there(row):
    assert row.carried
    for text in (row.title, row.says):
        assert text["da"]
        assert text["en"]
    for test in row.tests:
        path, _, name = test.partition("::")
        function, _, case = name.partition("[")
        assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8"), test
        if case and "every_programme" in path:
            assert case.rstrip("]") in library.entries("programme")
        elif case:
            assert case.rstrip("]") in levers()


def test_the_docs_table_is_what_the_program_says():
    written = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert written == markdown(ROWS)
    assert not re.search(r"nothing yet|no test yet", written)
