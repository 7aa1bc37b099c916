"""No number without a source, and none that nothing reads."""

import ast
import csv

import pytest

from trappen.agents.levers import LEVERS, LINK_OF, Lever
from trappen.agents.states import AdultOutcome, Link, Step
from trappen.model.evidence import GRADES, register
from trappen.policies.lever import levers
from trappen.scenarios.fitting.targets import targets

ENTRIES = list(register().values())


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_parameter_says_what_it_is_and_where_it_comes_from(entry):
    for text in (entry.unit, entry.source, *entry.meaning.values()):
        assert isinstance(text, str)
        assert text.strip()
    assert entry.grade in GRADES
    assert set(entry.meaning) == {"da", "en"}
    assert entry.varies in ("fixed", "evidence", "calibrated")
    if entry.varies != "fixed":
        assert entry.low < entry.high
    if entry.varies == "calibrated":
        assert entry.grade == "calibrated"
    if isinstance(entry.value, list):
        assert entry.index, "a table says what its places stand for"


def test_every_parameter_is_read_by_the_model(trees):
    """By the kernels as a field of a record, or by name; that calibration moves it is no use of it."""
    read = {f"relief_{step.name.lower()}" for step in Step if step is not Step.NONE}
    read |= {f"price_{step.name.lower()}" for step in Step if step > Step.EARLY}
    read |= {f"{outcome.name.lower()}_{part}" for outcome in AdultOutcome for part in ("level", "slope")}
    for path, tree in trees.items():
        if not path.startswith(("model/", "scenarios/")) or "calibration" in path or "/peers/" in path:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                read.add(node.attr)
            elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                read.add(node.slice.value)
    assert [entry.name for entry in ENTRIES if entry.name not in read] == []


def test_levers_stand_in_the_same_order_everywhere():
    assert [Lever(k).name.lower() for k in range(LEVERS)] == list(levers())


def test_levers_work_through_the_link_their_data_name():
    assert set(LINK_OF) == set(Lever)
    for name, lever in levers().items():
        assert LINK_OF[Lever[name.upper()]] is Link[lever.link.upper()], name


@pytest.mark.parametrize("name", list(levers()))
def test_every_lever_says_what_it_is_and_where_it_comes_from(name):
    lever = levers()[name]
    for texts in (lever.title, lever.meaning, lever.unit, lever.mechanism):
        assert set(texts) == {"da", "en"}
        assert all(text.strip() for text in texts.values())
    assert all(text.strip() for text in lever.source.values())
    assert lever.grade in GRADES
    assert lever.low <= lever.default <= lever.high
    assert lever.low < lever.high


def test_every_target_says_what_it_is_and_where_it_comes_from():
    assert targets()
    for name, target in targets().items():
        assert target.unit.strip(), name
        assert target.source.strip(), name
        assert target.grade in GRADES, name
        assert target.low <= target.value <= target.high, name


def test_every_ensemble_moves_only_what_may_move_and_within_its_range(root):
    files = sorted((root / "scenarios" / "ensembles").glob("*.csv"))
    assert {file.stem for file in files} == {"default", "fixed_gain", "per_follow_up", "price_only"}
    for file in files:
        lines = file.read_text(encoding="utf-8").splitlines()
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        assert [int(row["set"]) for row in rows] == list(range(len(rows))), file.name
        assert len(rows) >= 2, file.name
        for row in rows:
            for column, value in row.items():
                if column not in ("set", "misfit"):
                    entry = register()[column.partition(".")[0]]
                    assert entry.varies != "fixed", f"{file.name}: {column}"
                    slack = 1e-5 * max(abs(entry.low), abs(entry.high))  # six digits are written
                    assert entry.low - slack <= float(value) <= entry.high + slack, f"{file.name}: {column}"


SHAPE_OF = {
    3: "a quarter in months, a place in a table, or the last of a draw's four uniforms",
    4: "a draw's four uniforms, a row's keys, or a place in a table",
    5: "a place in a table, or a block of draws",
    6: "a place in a table, or July counted from January",
    8: "room in an array",
    9: "months of pregnancy, or October counted from January",
    10: "the month after birth, counted from conception",
    11: "December counted from January, or the months before this one in a year",
    12: "months of a year",
    15: "an age in years that begins a band",
    18: "the age of majority, or bits of a packed number",
    20: "an age in years that begins a band",
    21: "working days of a month",
    24: "the width of a table",
    36: "an age or a span in months: three years",
    40: "how many candidates are looked at",
    60: "an age or a span in months: five years",
    62: "how many days fit in a word of bits",
    63: "the highest bit of a word",
    64: "room in an array",
    72: "an age in months: six years",
    144: "an age in months: twelve years",
    156: "an age in months: thirteen years",
    215: "a month short of eighteen years",
    216: "an age in months: eighteen years",
    275: "a month short of twenty-three years, where aftercare ends",
    287: "a month short of twenty-four years",
    300: "an age in months: twenty-five years",
    512: "room in an array",
    1024: "room in an array",
    2048: "the width of a packed number",
    2**32: "the width of a packed number",
}
"""Whole numbers the compiled rules may hold: the calendar, ages in months, shapes; others are parameters."""

WIRING = ("draws.py", "world.py", "__init__.py")
"""Files of kernels that hold no rule: the generator's own constants, and the layout of arrays."""


def test_whole_numbers_of_the_rules_are_calendar_or_shape(trees):
    found = []
    for path, tree in trees.items():
        if not path.startswith("model/kernels/") or path.endswith(WIRING):
            continue
        for node in ast.walk(tree):
            whole = isinstance(node, ast.Constant) and type(node.value) is int and abs(node.value) > 2
            if whole and node.value not in SHAPE_OF:
                found.append(f"{path}:{node.lineno}: {node.value}")
    assert not found, "a number of the model belongs in model/parameters"
