"""The evidence register: whole, searchable, used, and weighed."""

import ast
import json

import numpy as np
import pytest

from trappen.agents.states import AdultOutcome
from trappen.cli import main
from trappen.model.evidence import GRADES, register
from trappen.scenarios import evidence_table
from trappen.scenarios.evidence_table import COLUMNS, assumed_share, distribution, evidence, uses
from trappen.scenarios.fitting.adult_fit import published
from trappen.scenarios.scenario import scenario_from
from trappen.scenarios.trust.evidence_measure import measure_sensitivity, regress, write_sensitivity
from trappen.viz.findings import share_line

KERNEL_FRACTIONS = {
    0.5: "a half: rounding and midpoints",
    0.25: "bounds within which attention is kept, and quarters of a year",
    0.9: "work with the home never takes away more than this of a stay",
    0.1: "a floor that keeps divisors and factors above nothing",
    0.999: "a draw within an age band never reaches the next",
    0.01: "an effect smaller than this is over",
    1e-6: "work smaller than this is none",
    0.0001: "relief smaller than this is none",
}
"""Fractions that may stand in the kernels' code, with why; all other numbers are parameters."""


def test_every_number_is_there_with_all_that_is_asked_of_it():
    frame = evidence()
    assert list(frame["parameter"]) == list(register())
    assert list(frame.columns) == list(COLUMNS)
    assert frame["source"].str.strip().ne("").all()
    assert set(frame["distribution"]) == {"fixed", "triangular", "fitted"}
    money = frame[frame["unit"].str.contains("DKK|kr")]
    assert len(money) > 5
    assert money["price_year"].eq(2023).all()
    assert frame.loc[~frame.index.isin(money.index), "price_year"].isna().all()


def test_every_number_names_the_functions_that_use_it():
    assert [name for name, where in uses().items() if not where] == []
    assert "kernels.casework.read_need" in uses()["assessment_error"] or any(
        where.startswith("kernels.casework") for where in uses()["assessment_error"]
    )


def test_no_number_stands_in_the_kernels_that_is_no_parameter(trees_of_kernels):
    """Fractions, as ages and bounds of tables are whole; the normal curve's own coefficients are apart."""
    found = {}
    for name, tree in trees_of_kernels.items():
        for node in ast.walk(tree):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, float) and value % 1.0 and value not in KERNEL_FRACTIONS:
                found.setdefault(value, []).append(f"{name}:{node.lineno}")
    assert found == {}


@pytest.fixture
def trees_of_kernels(root):
    return {
        path.name: ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((root / "model" / "kernels").glob("*.py"))
        if path.name != "draws.py"
    }


def test_the_register_can_be_searched_and_filtered():
    assert set(evidence("breakdown foster")["parameter"]) <= set(evidence("breakdown")["parameter"])
    assert set(evidence(grade="trial")["grade"]) == {"trial"}
    assert set(evidence(room="money")["room"]) == {"money"}
    assert (evidence(varies="calibrated")["distribution"] == "fitted").all()
    assert len(evidence("no such words at all")) == 0
    assert sum(len(evidence(grade=grade)) for grade in GRADES) == len(register())


def test_a_fixed_number_is_no_distribution():
    for entry in register().values():
        assert (distribution(entry) == "fixed") == (entry.varies == "fixed")


def test_adult_outcomes_have_published_shares():
    assert {outcome.name.lower() for outcome in AdultOutcome} <= set(published())
    assert all(placed > others > 0.0 for placed, others in published().values())


def test_a_regression_finds_what_was_planted_and_how_sure_it_is():
    """Twelve of a hundred numbers matter; errors cover: fewer than 4 of 100 lie over 3.5 errors off."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((400, 100))
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    truth = np.zeros(100)
    truth[:12] = 1.0
    y = x @ truth + rng.standard_normal(400)
    beta, error = regress(x, np.column_stack([y, 2 * y]))
    assert beta[:, 1] == pytest.approx(2 * beta[:, 0])
    assert np.abs(beta[:12, 0] - 1.0).max() < 0.35
    assert np.sum(np.abs(beta[12:, 0]) > 3.5 * error[12:, 0]) < 4


def test_weights_are_measured_kept_and_told(tmp_path, monkeypatch):
    a, b = (scenario_from(p, children=150, years=1, replicates=1) for p in ("status_quo", "omlaegning"))
    found = measure_sensitivity(a, b, draws=6)
    names = {entry.name for entry in register().varying("evidence") if entry.index is None}
    assert set(found) == names
    assert all(np.isfinite(value) for row in found.values() for value in row.values())
    path = write_sensitivity(found, tmp_path / "measured.csv", 6)
    monkeypatch.setattr(evidence_table, "MEASURED", str(path))
    evidence_table.measured.cache_clear()
    try:
        read = evidence_table.measured()
        assert set(read) == names
    finally:
        evidence_table.measured.cache_clear()


def test_the_share_on_assumed_numbers_is_of_the_squares_beyond_chance(monkeypatch):
    grades = {"trial": "relief_preventive", "assumed": "trust_mean"}
    table = {
        grades["trial"]: {"cost": 3.0, "cost_error": 0.0},
        grades["assumed"]: {"cost": 2.0, "cost_error": 3.0**0.5},
        "a_number_of_an_older_version": {"cost": 9.0, "cost_error": 0.0},
    }
    monkeypatch.setattr(evidence_table, "measured", lambda: table)
    assert assumed_share() == pytest.approx({"trial": 0.9, "assumed": 0.1})
    assert "10%" in share_line(assumed_share(), "en")
    monkeypatch.setattr(evidence_table, "measured", dict)
    assert assumed_share() == {}
    assert share_line({}, "da") == ""


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_command_shows_a_part_and_all_of_it_as_json(lang, capsys):
    assert main(["evidence", "trust", "--grade", "assumed", "--lang", lang]) == 0
    told = capsys.readouterr().out
    assert "trust_mean" in "".join(told.split())
    assert "{" not in told
    assert main(["evidence", "--json"]) == 0
    assert [row["parameter"] for row in json.loads(capsys.readouterr().out)] == list(register())
    assert main(["evidence", "--grade", "bad", "--lang", lang]) == 2
