"""The benchmark's figures as data and as a table; nothing here depends on how long anything takes."""

import io
import json
import math

import numpy as np
import pytest
from rich.console import Console

from trappen.scenarios.bench import BY_NAME, PARTS, benchmark
from trappen.scenarios.bench import life as benchmark_life
from trappen.scenarios.bench import program as benchmark_program
from trappen.scenarios.bench import studies as benchmark_studies
from trappen.scenarios.bench import visitors as benchmark_visitors
from trappen.scenarios.bench import whole as benchmark_whole
from trappen.scenarios.bench.benchmark import GOALS, Goal, Row
from trappen.scenarios.scenario import scenario_from
from trappen.scenarios.watched.live import Live
from trappen.viz import wording
from trappen.viz.terminal.bench_table import print_bench, shown

LIFE = {"engine": 6e8, "numpy": 4e7, "mesa": 1e6, "mesa_create": 4000.0, "apart": 1e-6, "unlike": 1.0}
AT_RISK = {"month": 10.0, "draws": 1.0, "block": 3.0}
REPLICATE = {"seconds": 0.1, "child_months": 1e7, "at_risk_months": 1e6, "children": 17380.0}
QUEUE = {"compiled_events_per_second": 8e6, "simpy_events_per_second": 2e5, "ratio": 40.0}
WAITS = benchmark_visitors.Waits([0.2, 0.4], [1.0, 2.0])

PAGE = benchmark_visitors.Page(
    Live(), scenario_from("status_quo", children=900), scenario_from("omlaegning", children=900)
)

STUDIES = {
    **{
        "threads": {1000: 0.01, 100_000: 0.011},
        "processes": 0.03,
        "dask": math.nan,
        "growth": 1.1,
        "growth_processor": 1.0,
        "few": 1000,
        "many": 100_000,
    },
    **{"share": 0.88, "seconds": 0.5, "bytes": 800.0, "runs": 40, "runs_per_task": 20.0, "index": 400.0},
}


@pytest.fixture
def figures(monkeypatch):
    """All rows, from parts that measure nothing."""
    finished = benchmark_program.Finished(3.0, 4.0, 5.0, math.nan)
    for module, name, found in (
        (benchmark_life, "measure_life", LIFE),
        (benchmark_life, "measure_at_risk", AT_RISK),
        (benchmark_whole, "measure_replicate", REPLICATE),
        (benchmark_whole, "measure_pairing", {"seconds": 0.05, "cpu": 0.09, "saved": 12.0, "outputs": 0.5}),
        (benchmark_whole, "bytes_held", 2_000_000),
        (benchmark_program, "measure_help", (0.25, 0.15)),
        (benchmark_program, "measure_compare", finished),
        (benchmark_program, "measure_country", finished),
        (benchmark, "bench_queue", QUEUE),
        (benchmark, "bench_year", {"children": 17380.0, "tasks": 9000.0, "compiled": 0.01, "simpy": 1.0}),
        (benchmark_studies, "measure_studies", STUDIES),
        (benchmark_studies, "kernel_share", STUDIES),
        (benchmark_visitors, "open_page", PAGE),
        (benchmark_visitors, "measure_visitors", WAITS),
        (benchmark_visitors, "measure_burst", WAITS),
        (benchmark_visitors, "measure_beside_long", WAITS),
    ):
        monkeypatch.setattr(module, name, lambda *_, _found=found, **__: _found)
    return benchmark.measure_all()


def by_name(figures, row):
    return next(found for found in figures["rows"] if found["row"] == row)


def test_every_goal_has_a_row_and_is_judged(figures):
    assert {row["row"] for row in figures["rows"] if row["goal"] is not None} == set(GOALS)
    assert by_name(figures, "life_over_mesa")["reached"] is True
    assert by_name(figures, "life_over_mesa")["value"] == pytest.approx(600)
    assert by_name(figures, "queue_over_simpy")["reached"] is False
    assert by_name(figures, "at_risk_over_draws")["reached"] is True
    assert by_name(figures, "help")["reached"] is False
    assert by_name(figures, "herning_100")["value"] == pytest.approx(5.5)
    assert by_name(figures, "whole_month")["value"] == pytest.approx(100)
    assert by_name(figures, "life_engine")["goal"] is None


def test_the_quick_way_holds_a_rough_figure_against_no_goal(figures):
    rows = benchmark.measure_all(quick=True)["rows"]
    rough = next(row for row in rows if row["row"] == "unpaired_over_paired_rough")
    assert (rough["goal"], rough["reached"]) == (None, None)
    assert len(rows) < len(figures["rows"])
    for row in rows:
        for lang in wording.languages():
            assert wording.say(f"bench.row.{row['row']}", lang, **row["about"])


def test_what_the_system_does_not_tell_is_null_in_json(figures):
    assert by_name(figures, "compare_few_memory")["value"] is None
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures


def test_groups_come_whole_and_in_order(figures):
    groups = list(dict.fromkeys(row["group"] for row in figures["rows"]))
    assert groups == list(benchmark.GROUPS)
    assert [row["group"] for row in figures["rows"]] == sorted(
        (row["group"] for row in figures["rows"]), key=benchmark.GROUPS.index
    )


@pytest.mark.parametrize(
    ("goal", "value", "reached"),
    [
        (Goal(10, True), 10, True),
        (Goal(10, True), 9.99, False),
        (Goal(10, False), 10, True),
        (Goal(10, False), 10.01, False),
    ],
)
def test_a_goal_is_reached_at_its_limit(goal, value, reached):
    assert goal.reached(value) is reached


def test_a_figure_nobody_knows_reaches_nothing():
    told = Row("program", "help", math.nan, "s").told()
    assert (told["value"], told["goal"], told["reached"]) == (None, 0.2, None)


@pytest.mark.parametrize("lang", wording.languages())
@pytest.mark.parametrize("width", [80, 140])
def test_the_table_shows_every_row_and_how_many_goals_are_reached(figures, lang, width):
    out = io.StringIO()
    print_bench(figures, lang, console=Console(file=out, width=width, highlight=False))
    text = out.getvalue()
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    for group in benchmark.GROUPS:
        assert wording.say(f"bench.group.{group}", lang) in text
    goals = [row["reached"] for row in figures["rows"] if row["reached"] is not None]
    assert wording.say("bench.reached", lang, reached=sum(goals), of=len(goals)) in text


@pytest.mark.parametrize("lang", wording.languages())
def test_no_word_of_the_table_is_broken_on_80_columns(figures, lang):
    told = []
    for width in (80, 400):
        out = io.StringIO()
        print_bench(figures, lang, console=Console(file=out, width=width, highlight=False))
        told.append(set(out.getvalue().split()))
    assert told[0] - told[1] == set()


@pytest.mark.parametrize(
    ("value", "unit", "figure", "words"),
    [
        (123_456_789, "per_second", "123", "million/s"),
        (1_234_567, "per_second", "1.23", "million/s"),
        (0.0456, "s", "0.0456", "s"),
        (871.4, "times", "871", "times"),
        (12.34, "times", "12.3", "times"),
        (440.0, "bytes", "440", "bytes"),
        (381_644_800, "bytes", "382", "MB"),
        (3.2e-7, "sd", "3e-07", "SD"),
        (0.0, "s", "0", "s"),
        (1.0, "children", "1", "children"),
        (None, "bytes", "–", "bytes"),
    ],
)
def test_three_digits_count(value, unit, figure, words):
    assert shown(value, unit, "en") == (figure, words)


def test_what_pairing_saves_is_a_ratio_of_variances():
    a = np.array([1.0, 2.0, 3.0, 4.0])
    assert benchmark_whole.replicates_saved(a, a + np.array([0.1, -0.1, 0.1, -0.1])) > 100
    # Independent: neither saves nor costs.
    b = np.array([1.0, -1.0, -1.0, 1.0])
    assert benchmark_whole.replicates_saved(np.array([1.0, 1.0, -1.0, -1.0]), b) == pytest.approx(1)


def test_a_process_tells_its_own_memory():
    assert benchmark_program.peak_memory() > 1e6


def test_a_program_that_fails_is_not_measured(tmp_path):
    with pytest.raises(RuntimeError, match="no-such-command"):
        benchmark_program.run_program(["no-such-command"], tmp_path)


def test_a_program_is_timed_to_its_first_output_and_to_its_end(tmp_path):
    finished = benchmark_program.run_program(["--help"], tmp_path)
    assert 0 < finished.first_output <= finished.end
    assert finished.cpu > 0
    assert any((tmp_path / "bytecode").rglob("*.pyc"))
    assert finished.peak > 1e6


def test_the_slowest_of_visitors_is_told_and_who_never_got_an_answer_counts_as_slower():
    assert benchmark_visitors.high([0.1] * 19 + [0.9]) == 0.9
    assert benchmark_visitors.high([0.1, math.nan]) == math.inf


def test_visitors_each_get_an_answer_of_their_own():
    small = {"children": 400, "years": 2, "replicates": 4, "seed": 3}
    found = benchmark_visitors.measure_burst(benchmark_visitors.open_page(**small), 3)
    assert len(found.first) == 3
    assert all(first > 0 for first in found.first)


def test_a_part_is_measured_by_itself_and_all_parts_are_everything(figures):
    every = {row["row"] for row in figures["rows"]}
    parts = [{row["row"] for row in benchmark.measure_all(only=name)["rows"]} for name in PARTS]
    assert all(parts)
    assert set.union(*parts) == every
    queue = parts[PARTS.index("queue")]
    assert queue == {row["row"] for row in figures["rows"] if row["group"] == "queue"}


def test_the_study_of_an_hour_is_measured_when_it_is_named_and_only_then(figures):
    long = benchmark.measure_all(only="long_study")["rows"]
    assert [row["row"] for row in long] == ["study_kernels", "study_run", "study_bytes"]
    assert not set(BY_NAME) & set(PARTS)
