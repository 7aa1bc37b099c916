"""What strict reading makes of values, where it says they stand, and how quickly shipped files are read."""

import time

import pytest

from trappen.agents.problem import Problem, Problems
from trappen.model import yaml_cache
from trappen.model.strict_yaml import load

TEXT = """\
# a comment
whole: 12
real: -1.5e-3
small: 0.125
exact: 20.0
yes_is_text: yes
day: 2026-01-01
clock: 12:30:45
old_octal: 0o17
hex: 0x1F
quoted: "0,015"
true_is_true: true
nothing: ~
many:
  - one
  - deep: 2
    deeper: {deepest: 3}
long: >-
  two
  lines
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(yaml_cache, "folder", lambda: tmp_path / "kept")
    return tmp_path / "kept"


def test_values_follow_the_core_schema_of_yaml_1_2(file):
    data, _ = load(file)
    assert data == {
        "whole": 12,
        "real": -0.0015,
        "small": 0.125,
        "exact": 20.0,
        "yes_is_text": "yes",
        "day": "2026-01-01",
        "clock": "12:30:45",
        "old_octal": 15,
        "hex": 31,
        "quoted": "0,015",
        "true_is_true": True,
        "nothing": None,
        "many": ["one", {"deep": 2, "deeper": {"deepest": 3}}],
        "long": "two lines",
    }
    assert isinstance(data["exact"], float)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        (("whole",), 2),
        (("many",), 14),
        (("many", 0), 15),
        (("many", 1, "deep"), 16),
        (("many", 1, "deeper", "deepest"), 17),
        (("long",), 18),
        (("many", 1, "absent", "further"), 16),
        (("absent",), 2),
    ],
)
def test_marks_give_the_line_of_a_key_or_of_its_parent(file, path, line):
    _, marks = load(file)
    assert marks.line(*path) == line


def test_values_that_cannot_be_read_are_told_together(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("a: 0,5\nb: .inf\nb: 2\n", encoding="utf-8")
    with pytest.raises(Problems) as caught:
        load(path)
    assert [(p.key, p.line, p.field) for p in caught.value.found] == [
        ("file.decimal_comma", 1, "a"),
        ("file.not_finite", 2, "b"),
        ("file.duplicate", 3, "b"),
    ]


def test_a_trusted_file_is_the_same_from_the_cache(file, cache):
    first = load(file, trusted=True)
    assert len(list(cache.iterdir())) == 1
    assert load(file, trusted=True) == first == load(file)


def test_a_trusted_file_that_changed_is_read_anew(file, cache):
    load(file, trusted=True)
    file.write_text("whole: 13\n", encoding="utf-8")
    assert load(file, trusted=True)[0] == {"whole": 13}


def test_a_damaged_cache_costs_only_time(file, cache):
    data, _ = load(file, trusted=True)
    for kept in cache.iterdir():
        kept.write_text('{"data": 1', encoding="utf-8")
    assert load(file, trusted=True)[0] == data


def test_a_cache_that_cannot_be_written_costs_only_time(file, tmp_path, monkeypatch):
    (tmp_path / "in_the_way").write_text("", encoding="utf-8")
    monkeypatch.setattr(yaml_cache, "folder", lambda: tmp_path / "in_the_way" / "yaml")
    assert load(file, trusted=True)[0]["whole"] == 12


def test_a_broken_trusted_file_is_not_kept(tmp_path, cache):
    path = tmp_path / "x.yaml"
    path.write_text("a: 0,5\n", encoding="utf-8")
    with pytest.raises(Problem):
        load(path, trusted=True)
    assert not cache.exists()


def test_ten_shipped_files_of_parameters_are_read_in_a_quarter_of_a_second(tmp_path, cache):
    files = []
    for number in range(10):
        path = tmp_path / f"{number}.yaml"
        keys = (
            "  value: 0.5\n  low: 0.1\n  high: 0.9\n  unit: a month\n  source: x\n  grade: assumed\n  da: d\n"
        )
        path.write_text("".join(f"p{number}_{entry}:\n{keys}" for entry in range(15)), encoding="utf-8")
        files.append(path)
        load(path, trusted=True)
    begun = time.process_time()
    for path in files:
        load(path, trusted=True)
    assert time.process_time() - begun < 0.25
