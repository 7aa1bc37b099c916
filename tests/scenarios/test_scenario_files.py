"""A scenario file says the municipality's own figures and what is written; both are checked in place."""

import json

import pandas as pd
import pytest

import trappen
from trappen.agents.problem import Problem, Problems
from trappen.cli import main
from trappen.scenarios.kept import results
from trappen.scenarios.outputs import TABLES
from trappen.scenarios.scenario import load_scenario

LITTLE = "name: lille\nchildren: 300\npolicy: {policy}\nyears: 1\nreplicates: 2\nuncertainty: false\n"


def told(tmp_path, more="", policy="status_quo", name="lille.yaml"):
    path = tmp_path / name
    path.write_text(LITTLE.format(policy=policy) + more, encoding="utf-8")
    return path


def refusal(tmp_path, more):
    with pytest.raises((Problem, Problems)) as caught:
        load_scenario(told(tmp_path, more))
    return getattr(caught.value, "found", [caught.value])


def test_own_prices_stand_beside_the_scenario_and_under_its_own_numbers(tmp_path):
    (tmp_path / "priser.csv").write_text("name,value\nprice_early,30000\nprice_kin_search,9000\n")
    scenario = load_scenario(told(tmp_path, "prices: priser.csv\nparameters: {price_kin_search: 8000}\n"))
    assert scenario.parameters == {"price_early": 30000.0, "price_kin_search": 8000.0}
    again = type(scenario).from_resolved(json.loads(json.dumps(scenario.resolved())))
    assert again == scenario  # a rerun needs no other file


@pytest.mark.parametrize(
    ("more", "key", "field"),
    [
        ("prices: nothing.csv\n", "file.missing", None),
        ("prices: [1]\n", "field.not_text", "prices"),
        ("outputs: report\n", "field.not_mapping", "outputs"),
        ("outputs: {pdf: true}\n", "field.unknown", "outputs.pdf"),
        ("outputs: {tables: [sumary]}\n", "field.choice", "outputs.tables.0"),
        ("outputs: {report: perhaps}\n", "field.not_bool", "outputs.report"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, more, key, field):
    problems = refusal(tmp_path, more)
    assert key in {problem.key for problem in problems}
    if field is not None:
        assert field in {problem.field for problem in problems}
        assert all(problem.line == 7 for problem in problems)
    assert all(str(problem) for problem in problems)


def test_a_comparison_writes_what_its_scenario_asks_for(tmp_path):
    asked = "outputs: {report: false, workbook: false, tables: [summary, accounts]}\n"
    b = told(tmp_path, asked, policy="herning", name="b.yaml")
    found = trappen.compare(told(tmp_path), b, structure_check=False)
    from trappen.running import write_comparison_beside

    folder = results.write(found, tmp_path / "out", lambda of, path: write_comparison_beside(of, path, "en"))
    written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    text = {name for name in written if name.endswith((".csv", ".html", ".xlsx"))}
    assert text == {"tables/summary.csv", "tables/accounts.csv"}
    # What the program reads back is there whatever was asked for, and a rerun gives the same files.
    assert {f"tables/{table}.parquet" for table in TABLES} <= written
    again = trappen.rerun(folder)
    assert again.outputs == found.outputs
    pd.testing.assert_frame_equal(again.summary(), found.summary())


HOOK = "def levers_in_force(month, levers):\n    levers['caseload'] = 20.0\n    return levers\n"


@pytest.fixture
def hooked(tmp_path):
    """A result that rests on a hook, and the hook's file."""
    from trappen.policies.hook import load_hook

    hook = tmp_path / "hook.py"
    hook.write_text(HOOK, encoding="utf-8")
    a, b = load_scenario(told(tmp_path)), load_scenario(told(tmp_path)).with_hook(load_hook(hook))
    found = trappen.compare(a, b, structure_check=False)
    return results.write(found, tmp_path / "out"), hook, found


def test_a_result_made_with_a_hook_is_had_again_with_the_same_file_only(hooked, tmp_path, capsys):
    folder, hook, found = hooked
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenarios"]["a"]["hook_sha256"] is None
    assert len(manifest["scenarios"]["b"]["hook_sha256"]) == 64
    moved = tmp_path / "elsewhere.py"
    moved.write_text(HOOK, encoding="utf-8")  # the same text under another name is the same hook
    assert trappen.rerun(folder, hook=moved).result_hash == found.result_hash
    assert main(["rerun", str(folder), "--hook", str(hook), "--output", str(tmp_path / "again")]) == 0
    capsys.readouterr()
    with pytest.raises(Problem) as caught:
        trappen.rerun(folder)
    assert caught.value.key == "hook.needed"


def test_another_hook_is_refused_and_not_run(hooked, tmp_path):
    folder, _, _ = hooked
    ran = tmp_path / "ran"
    other = tmp_path / "other.py"
    other.write_text(f"open({str(ran)!r}, 'w').close()\n" + HOOK, encoding="utf-8")
    with pytest.raises(Problem) as caught:
        trappen.rerun(folder, hook=other)
    assert caught.value.key == "hook.another"
    assert not ran.exists()


def test_a_result_that_rests_on_no_hook_takes_none(tmp_path):
    found = trappen.compare(told(tmp_path), told(tmp_path), structure_check=False)
    folder = results.write(found, tmp_path / "out")
    hook = tmp_path / "hook.py"
    hook.write_text(HOOK, encoding="utf-8")
    with pytest.raises(Problem) as caught:
        trappen.rerun(folder, hook=hook)
    assert caught.value.key == "hook.not_asked_for"
