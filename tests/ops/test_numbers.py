"""A study's numbers are those of a comparison, and what decides them is in the names of its tasks."""

import io
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from small_study import write

from trappen.agents.problem import Problem
from trappen.model.evidence import register
from trappen.model.outcomes import INDICATORS
from trappen.model.readers import Ledger
from trappen.scenarios.own_sets import first_line
from trappen.scenarios.parameter_sets import members
from trappen.scenarios.runner import run_replicates
from trappen.scenarios.scenario import scenario_from
from trappen.scenarios.structure import Structure
from trappen.scenarios.studies import program
from trappen.scenarios.studies.compute import do_task
from trappen.scenarios.studies.drive import drive
from trappen.scenarios.studies.export import export
from trappen.scenarios.studies.folder import read_planned
from trappen.scenarios.studies.study import (
    CHILD_RUNS,
    CHILD_RUNS_OF_MANY,
    MOST_RUNS_OF_A_TASK,
    Study,
    load_study,
)
from trappen.scenarios.studies.tasks import Cut, cut


def test_every_indicator_is_that_of_a_comparison_to_the_bit(study, tmp_path):
    folder = tmp_path / "study"
    drive(study, folder)
    export(folder, read_planned(folder), tmp_path / "runs.parquet")
    rows = pd.read_parquet(tmp_path / "runs.parquet")
    assert sorted(rows["replicate"].unique()) == [0, 1, 2, 3]
    assert sorted(rows["parameter_set"].unique()) == [1, 2]
    for policy in ("status_quo", "omlaegning"):
        scenario = scenario_from(policy, children=400, years=2, replicates=4, levers={"caseload": 15.0})
        (run,) = run_replicates([scenario])
        total = Ledger(run.counts, run.sums, run.accounts).over_years()
        ours = rows[(rows["policy"] == f"{policy} [caseload=15]")].sort_values("replicate")
        assert (ours["lever_caseload"] == 15.0).all()
        np.testing.assert_array_equal(ours["parameter_set"], run.sets)
        for indicator in INDICATORS:
            np.testing.assert_array_equal(
                ours[indicator.row].to_numpy(float), np.asarray(indicator.read(total), float), indicator.row
            )


def own_sets(folder, name="Herning"):
    """Write two parameter sets of a municipality's own beside a study, and return the file's name."""
    names = [key for key in members("default")[0] if key not in ("set", "misfit")][:5]
    rows = [[str(n), "1.0", *(str(members("default")[n][key]) for key in names)] for n in (0, 1)]
    lines = [
        first_line(name, Structure().model_dump(), {"caseload": 22.0}),
        ",".join(["set", "misfit", *names]),
    ]
    (folder / "own.csv").write_text("\n".join([*lines, *(",".join(row) for row in rows)]) + "\n")
    return "own.csv"


def test_a_study_runs_with_parameter_sets_of_its_own_as_a_comparison_does(tmp_path):
    told = f"name: own\nchildren: 400\npolicies: [omlaegning]\nensemble: {own_sets(tmp_path)}\n"
    file = write(tmp_path, f"{told}parameter_sets: 1\nreplicates: 2\nyears: 2\n")
    study = load_study(file)
    drive(study, tmp_path / "own")
    export(tmp_path / "own", read_planned(tmp_path / "own"), tmp_path / "own.parquet")
    ours = pd.read_parquet(tmp_path / "own.parquet")
    scenario = scenario_from(
        "omlaegning", children=400, years=2, replicates=2, ensemble=str(tmp_path / "own.csv")
    )
    (run,) = run_replicates([scenario])
    total = Ledger(run.counts, run.sums, run.accounts).over_years()
    for indicator in INDICATORS:
        np.testing.assert_array_equal(
            ours[indicator.row].to_numpy(float), np.asarray(indicator.read(total), float), indicator.row
        )
    country = Study.from_resolved(study.resolved() | {"ensemble": None})
    assert {task.name for task in cut(study)}.isdisjoint(task.name for task in cut(country))
    own_sets(tmp_path, "Vejle")
    renamed = load_study(file)
    assert {task.name for task in cut(study)}.isdisjoint(task.name for task in cut(renamed))


def test_accounts_and_years_are_kept_when_asked_for(study, tmp_path):
    data = study.resolved()
    data["keep"] = {"by": "year", "indicators": ["need_months"], "accounts": True}
    folder = tmp_path / "by-year"
    drive(Study.from_resolved(data), folder)
    export(folder, read_planned(folder), tmp_path / "runs.csv")
    rows = pd.read_csv(tmp_path / "runs.csv")
    assert len(rows) == 16 * 2
    assert set(rows["year"]) == {2026, 2027}
    assert [name for name in rows if name.startswith("dkk_")]
    assert "net_cost_per_year" not in rows


def test_a_task_is_named_by_all_that_decides_it(study):
    before = {task.name for task in cut(study)}
    free = next(e for e in register().values() if e.low is not None and not isinstance(e.value, list))
    for change in (
        {"seed": 2},
        {"years": 3},
        {"start_year": 2027},
        {"parameters": {free.name: float(free.high)}},
        {"structure": {**study.structure.model_dump(), "belief": "fixed_gain"}, "parameter_sets": 1},
        {"links": {**study.links.model_dump(), "match": False}},
        {"keep": {"by": "year"}},
        {"parameter_sets": 0},
    ):
        changed = Study.from_resolved(study.resolved() | change)
        assert before.isdisjoint(task.name for task in cut(changed)), change
    assert before.isdisjoint(task.name for task in Cut(study, "another program"))
    for change in ({"title": "Another"}, {"name": "another"}):
        changed = Study.from_resolved(study.resolved() | change)
        assert before == {task.name for task in cut(changed)}, change
    fewer = Study.from_resolved(study.resolved() | {"parameter_sets": 1})
    assert before > {task.name for task in cut(fewer)}


def test_what_a_run_loads_of_the_scenarios_floor_counts_in_the_hash(study):
    code = """
import json, sys
from trappen.scenarios.studies.compute import do_task
do_task(sys.stdin.read())
print(json.dumps([name for name in sys.modules if name.startswith("trappen.scenarios.")]))
"""
    body = Cut(study, program.program_hash()).body(next(iter(cut(study))))
    done = subprocess.run(
        [sys.executable, "-c", code], input=body, capture_output=True, text=True, check=True
    )
    loaded = {name.removeprefix("trappen.scenarios.").replace(".", "/") for name in json.loads(done.stdout)}
    counted = {name.removesuffix(".py") for name in program.SCENARIOS}
    assert loaded - counted <= {"studies", "studies/program"}


def test_many_replicates_of_one_parameter_set_can_all_be_run(study):
    """Their numbers go beyond what a comparison may have; the last of 10,000 runs once fell for it."""
    many = Study.from_resolved(study.resolved() | {"parameter_sets": 1, "replicates": 6_000})
    *_, last = cut(many)
    body = Cut(many, program.program_hash()).body(last)
    assert max(json.loads(body)["replicates"]) > 100_000
    rows = pq.read_table(io.BytesIO(do_task(body))).to_pandas()
    assert set(rows["parameter_set"]) == {1}
    assert rows["placed_on_a_day"].notna().all()


def test_the_plan_of_the_whole_country_is_made_at_once(tmp_path):
    file = tmp_path / "national.yaml"
    file.write_text("name: national\nparameter_sets: 3\nreplicates: 2\n")
    study = load_study(file)
    assert len(study.places) == 98
    assert study.runs == 98 * 2 * 6
    names = [task.name for task in cut(study)]
    assert len(names) == len(set(names)) == study.tasks
    assert sum(task.runs for task in cut(study)) == study.runs


def test_tasks_are_small_until_there_would_be_very_many(tmp_path):
    """Little is lost in a study of an afternoon, and the index of a national one stays small."""
    told = "name: x\nmunicipalities: [Herning, Samsø]\npolicies: [status_quo]\n"
    few = load_study(write(tmp_path, f"{told}replicates: 1000\n"))
    many = load_study(write(tmp_path, f"{told.replace('[Herning, Samsø]', 'all')}replicates: 90000\n"))
    for study, about in ((few, CHILD_RUNS), (many, CHILD_RUNS_OF_MANY)):
        assert study.tasks == len(list(cut(study)))
        herning = next(n for n, place in enumerate(study.places) if place.name == "Herning")
        runs = [task.runs for task in cut(study) if task.place == herning]
        assert runs[0] * study.places[herning].children == pytest.approx(about, rel=0.1)
        assert sum(runs) == study.replicates
        assert max(runs) == runs[0]
    small = [task.runs for task in cut(few) if task.place == 1]
    assert max(small) <= MOST_RUNS_OF_A_TASK
    assert many.tasks < 1_000_000


BROKEN = {
    "municipalities: [Herningg]": "municipality.unknown_near",
    "municipalities: [Herning, 657]": "study.twice",
    "municipalities: none": "study.odd_municipalities",
    "municipalities: all\nchildren: 5": "study.two_populations",
    "policies: omlaegning": "study.odd_policies",
    "policies: [omlaegningen]": "study.no_policy",
    "policies: [status_quo, status_quo]": "study.twice",
    "grid: {caseload: []}": "study.empty_grid",
    "grid: {caselaod: [20]}": "policy_file.unknown_lever_near",
    "grid: {caseload: [2000]}": "field.out_of_range",
    "parameter_sets: 5000": "study.few_sets",
    "ensemble: [1]": "field.not_text",
    "replicates: 100000\nreplicates_per_task: 1": "study.many_tasks",
    "keep: {indicators: [net_cost]}": "study.unknown_indicator_near",
    "keep: {by: month}": "field.choice",
    "years: 100": "field.out_of_range",
    "engine: dask": "field.unknown",
    "name: ../x": "file.duplicate",
}


@pytest.mark.parametrize("line", BROKEN)
def test_a_broken_study_gets_its_sentence(line, tmp_path, english):
    file = tmp_path / "x.yaml"
    file.write_text(f"name: x\n{line}\n", encoding="utf-8")
    with pytest.raises(Problem) as caught:
        load_study(file)
    found = getattr(caught.value, "found", [caught.value])
    assert BROKEN[line] in [problem.key for problem in found], str(caught.value)
    assert str(file) in str(caught.value)


def test_parameter_sets_that_are_not_there_are_named(tmp_path):
    with pytest.raises(Problem) as caught:
        load_study(write(tmp_path, "name: x\nensemble: nothing.csv\n"))
    assert [(problem.key, problem.file) for problem in caught.value.found] == [
        ("sets.unreadable", str(tmp_path / "nothing.csv"))
    ]


def test_a_name_that_climbs_out_of_its_folder_is_refused(tmp_path):
    file = tmp_path / "x.yaml"
    file.write_text("name: ../x\nchildren: 5\n")
    with pytest.raises(Problem):
        load_study(file)
