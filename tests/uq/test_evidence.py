"""The evidence register: whole, searchable, used, and weighed."""

import ast
import json

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import linregress

from trappen.agents.states import AdultOutcome
from trappen.cli import main
from trappen.model.evidence import GRADES, register
from trappen.model.kernels.draws import Purpose, uniforms
from trappen.scenarios import evidence_table
from trappen.scenarios.evidence_table import (
    COLUMNS,
    assumed_range,
    assumed_share,
    distribution,
    evidence,
    told_from_luck,
    uses,
)
from trappen.scenarios.fitting.adult_fit import published
from trappen.scenarios.intervals import Z
from trappen.scenarios.scenario import scenario_from
from trappen.scenarios.trust.evidence_measure import measure_sensitivity, slopes, write_sensitivity
from trappen.viz.findings import share_line
from trappen.viz.report.evidence_section import register_rows
from trappen.viz.wording import interval, say

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


DRAWS, REAL, NULL = 240, 20, 200


def planted(seed):
    """Return stratified, independent draws, a result they decide linearly with luck beside, and the slopes.

    As many numbers to a draw as where the weights were measured first; 20 of 220 matter, and carry half.
    """
    numbers = REAL + NULL
    u = np.array([uniforms(seed, np.arange(DRAWS), k, Purpose.ENSEMBLE)[:, :2] for k in range(numbers)])
    x = ((np.argsort(u[:, :, 0]) + u[:, :, 1]) / DRAWS).T
    luck = ndtri(uniforms(seed, np.arange(DRAWS), numbers, Purpose.ENSEMBLE)[:, 0])
    truth = np.zeros(numbers)
    truth[:REAL] = np.linspace(-1.0, 1.0, REAL)
    told = (x - x.mean(axis=0)) / x.std(axis=0)
    return x, told @ truth + np.sqrt((truth**2).sum()) * luck, truth


def test_slopes_are_unbiased_and_their_errors_honest():
    """Of a number without effect the slope over its error has variance one, exactly but for 1/draws.

    Over 5 studies of 200 such numbers the mean square of it has a standard deviation of sqrt(2 / 1000) or
    0.045, and the share of 1,100 intervals of 90 % that hold the truth one of sqrt(0.09 / 1100) or 0.009:
    bounds at four of these are broken by luck once in 16,000.
    """
    square, held = [], []
    for seed in range(5):
        x, y, truth = planted(seed)
        beta, error = slopes(x, np.column_stack([y, 2.0 * y]))
        assert beta[:, 1] == pytest.approx(2.0 * beta[:, 0])
        assert error[:, 1] == pytest.approx(2.0 * error[:, 0])
        z = (beta[:, 0] - truth) / error[:, 0]
        square.append(np.mean(z[REAL:] ** 2))
        held.append(np.mean(np.abs(z) < Z))
    assert 0.82 < np.mean(square) < 1.18
    assert 0.864 < np.mean(held) < 0.936


def test_the_error_of_a_slope_is_that_of_a_straight_line():
    x = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    y = np.array([1.0, 3.0, 2.0, 5.0, 4.0])
    beta, error = slopes(x[:, None], y[:, None])
    line = linregress(x, y)
    assert beta[0, 0] == pytest.approx(line.slope * x.std())
    assert error[0, 0] == pytest.approx(line.stderr * x.std())


def table_of(rows):
    table = {name: {"cost": value, "cost_error": error} for name, value, error in rows}
    return lambda: table


def test_numbers_without_effect_are_seldom_said_to_be_told_from_luck(monkeypatch):
    """Where nothing matters, anything is named in one study of ten; of 400: 40, and 4 SD are 24."""
    names = list(register())[:200]
    named = 0
    for seed in range(400):
        z = ndtri(uniforms(seed, np.arange(200), 0, Purpose.ENSEMBLE)[:, 0])
        monkeypatch.setattr(evidence_table, "measured", table_of(zip(names, z, np.ones(200), strict=True)))
        named += bool(told_from_luck())
    assert 16 <= named <= 64


def test_what_can_be_told_from_luck_is_named_the_heaviest_first(monkeypatch):
    first, second, *rest = list(register())[:50]
    rows = [(first, -5.0, 1.0), (second, 6.0, 1.0), *((name, 1.2, 1.0) for name in rest)]
    monkeypatch.setattr(evidence_table, "measured", table_of(rows))
    assert told_from_luck() == (second, first)


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
    assert "roughly 10%" in share_line({"assumed": 0.1}, "en", (0.05, 0.2))
    assert "interval 5 to 20%" in share_line({"assumed": 0.1}, "en", (0.05, 0.2))


def test_the_share_on_assumed_numbers_is_not_raised_by_luck_and_its_interval_covers(monkeypatch):
    """Ten numbers carry 30 % as assumed and 70 % as read; 100 that are assumed and do nothing stand beside.

    Of 400 studies 360 intervals should hold 30 %; 4 SD are 24, and a quarter of that is left for what is not
    exact in it.
    """
    grades = {
        grade: [e.name for e in register().values() if e.grade == grade] for grade in ("assumed", "register")
    }
    names = [*grades["register"][:5], *grades["assumed"][:105]]
    truth = np.zeros(110)
    truth[:5], truth[5:10] = np.sqrt(0.7 / 5), np.sqrt(0.3 / 5)
    error = 0.07
    middle, held = [], 0
    for seed in range(400):
        seen = truth + error * ndtri(uniforms(seed, np.arange(110), 0, Purpose.ENSEMBLE)[:, 0])
        rows = [(name, value, error) for name, value in zip(names, seen, strict=True)]
        monkeypatch.setattr(evidence_table, "measured", table_of(rows))
        middle.append(assumed_share()["assumed"])
        low, high = assumed_range()
        assert low <= middle[-1] <= high
        held += low <= 0.3 <= high
    assert np.mean(middle) == pytest.approx(0.3, abs=0.03)
    assert 330 <= held <= 390


def test_where_nothing_was_measured_or_told_the_range_says_so(monkeypatch):
    monkeypatch.setattr(evidence_table, "measured", dict)
    assert assumed_range() is None
    names = ("trust_mean", "relief_preventive")
    monkeypatch.setattr(evidence_table, "measured", table_of((name, 1.0, 1.0) for name in names))
    assert assumed_range() == (0.0, 1.0)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_weight_is_shown_with_its_interval_and_what_is_luck_says_so(lang, monkeypatch, capsys):
    rows = [("trust_mean", -5.0, 1.0), ("trust_spread", 1.0, 1.0)]
    table = {name: row | {"need": 0.0, "need_error": 1.0} for name, row in table_of(rows)().items()}
    monkeypatch.setattr(evidence_table, "measured", lambda: table)
    luck = say("evidence.luck", lang)
    span = interval(-5.0 - Z, -5.0 + Z, 2, lang)
    for command in ("evidence", "show"):
        assert main([command, "trust_mean", "--lang", lang]) == 0
        told = " ".join(capsys.readouterr().out.split())
        assert f"({span})" in told
        assert luck not in told
        assert main([command, "trust_spread", "--lang", lang]) == 0
        assert luck in " ".join(capsys.readouterr().out.split())
    row = {row[0].partition("(")[2].rstrip(")"): row for row in register_rows(lang)}
    assert span in row["trust_mean"][5]
    assert luck in row["trust_spread"][5]


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_command_shows_a_part_and_all_of_it_as_json(lang, capsys):
    assert main(["evidence", "trust", "--grade", "assumed", "--lang", lang]) == 0
    told = capsys.readouterr().out
    assert "trust_mean" in "".join(told.split())
    assert "{" not in told
    assert main(["evidence", "--json"]) == 0
    assert [row["parameter"] for row in json.loads(capsys.readouterr().out)] == list(register())
    assert main(["evidence", "--grade", "bad", "--lang", lang]) == 2
