"""Every claim of the documents on trust points at a test, and no assumption has outlived its date."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from trappen.scenarios.own.own_figures import in_model_units, read_figures
from trappen.scenarios.trust.validation import read_cases

ROOT = Path(__file__).parents[2]
DOCUMENTS = ["trace.md", "odd-d.md", "assumptions.md", "cheers.md", "what-it-can-tell.md"]
STATEMENTS = {"25", "27", "28"}
"""Items of CHEERS that no machine can hold."""


def names_in(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def cited(text):
    return re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_test_named_exists(name):
    found = cited((ROOT / "docs" / name).read_text(encoding="utf-8"))
    assert len(found) >= 5
    for path, test in found:
        assert (ROOT / path).exists(), path
        assert test in names_in(path), f"{path}::{test}"


@pytest.mark.parametrize("name", DOCUMENTS[:4])
def test_every_row_names_a_test(name):
    rows = [line for line in (ROOT / "docs" / name).read_text("utf-8").splitlines() if line.startswith("| ")]
    heads = {"claim", "aspect", "assumption", "item"}
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if cells[0] not in heads and not (name == "cheers.md" and cells[0] in STATEMENTS):
            assert cited(row), row


def test_trace_has_its_eight_elements():
    heads = re.findall(r"^## (\d)\. ", (ROOT / "docs" / "trace.md").read_text("utf-8"), re.M)
    assert heads == list("12345678")


def test_cheers_has_its_28_items():
    items = re.findall(r"^\| (\d+) \|", (ROOT / "docs" / "cheers.md").read_text("utf-8"), re.M)
    assert items == [str(n) for n in range(1, 29)]


def test_no_assumption_has_outlived_its_date():
    rows = re.findall(
        r"^\| (.+?) \| (.+?) \| (.+?) \| (\d{4}-\d\d-\d\d) \|",
        (ROOT / "docs" / "assumptions.md").read_text("utf-8"),
        re.M,
    )
    assert len(rows) > 8
    for what, owner, source, until in rows:
        assert owner.strip(), what
        assert source.strip(), what
        assert date.fromisoformat(until) >= date.today(), f"look at it again: {what}"


def test_every_claim_of_the_plain_page_stands_in_both_languages_with_a_test():
    danish, english = re.split(
        r"^# What this model can tell", (ROOT / "docs" / "what-it-can-tell.md").read_text("utf-8"), flags=re.M
    )
    assert cited(danish) == cited(english)
    assert len(cited(danish)) >= 5


def test_the_page_on_validation_names_every_group_of_cases():
    text = (ROOT / "docs" / "validation.md").read_text("utf-8")
    for group in {case.group for case in read_cases()}:
        assert f"| {group} |" in text


def test_the_example_of_own_figures_can_be_read():
    found = in_model_units(read_figures(ROOT / "scenarios" / "examples" / "figures_example.csv"), 1.0)
    assert found["placed_on_a_day"] == pytest.approx(104 / 0.9)
    assert found["caseload"] == 28.0
