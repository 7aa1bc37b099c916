"""The prevention triangle and position by wellbeing as any month ends, in the terminal and from Python."""

import json

import numpy as np
import pytest

import trappen
from trappen.cli import main

TOLD = {"children": 500, "years": 2, "replicates": 2, "seed": 5}


@pytest.fixture(scope="module")
def december():
    return trappen.stock_of_month("status_quo", "omlaegning", month="2027-12", **TOLD)


def test_in_december_it_is_what_the_years_table_holds(december):
    """Two ways to the same figures: a run stopped as the month ends, and the count of a whole run."""
    whole = trappen.compare("status_quo", "omlaegning", structure_check=False, **TOLD)
    for frame, table, keys in (
        (december.triangle(), whole.prevention(), ["set"]),
        (december.matrix(), whole.position(), ["position", "wellbeing"]),
    ):
        last = table[table["year"] == 2027]
        for which, name in zip(("a", "b"), december.names, strict=True):
            of_policy = last[last["policy"] == name]
            np.testing.assert_array_equal(frame[keys].to_numpy(), of_policy[keys].to_numpy())
            np.testing.assert_allclose(frame[which], of_policy["mean"])


def test_every_child_stands_once_in_each_table_in_any_month(december):
    midway = trappen.stock_of_month("status_quo", month="2026-05", **TOLD)
    for stock in (december, midway):
        np.testing.assert_array_equal(stock.sets.sum(axis=2), stock.cells.sum(axis=2))
        assert np.all(np.abs(stock.sets.sum(axis=2) - 500) < 50)
    assert midway.names == ("status_quo",)
    assert list(midway.triangle()["set"]) == ["primary", "secondary", "tertiary", "unseen"]
    assert set(midway.matrix()["month"]) == {"2026-05"}
    both = december.triangle()
    np.testing.assert_allclose(both["difference"], both["b"] - both["a"])


def command(capsys, *arguments):
    code = main([*arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


SMALL = ["--years", "1", "--replicates", "1", "--municipality", "Læsø"]


@pytest.mark.parametrize("lang", ["da", "en"])
def test_run_shows_both_tables_of_the_month(capsys, lang):
    code, out, _ = command(capsys, "run", *SMALL, "--month", "2026-03", "--lang", lang)
    assert code == 0
    for words in {
        "da": (
            "Forebyggelsestrekanten, ved udgangen af 2026-03",
            "Udsat og med støttebehov, men ikke kendt",
            "Udsat, trives ikke",
        ),
        "en": (
            "The prevention triangle, as 2026-03 ends",
            "Exposed and in need, but not known",
            "Exposed, not thriving",
        ),
    }[lang]:
        assert words in out


def test_compare_has_them_beside_each_other_and_in_json(capsys, tmp_path):
    arguments = ["compare", *SMALL, "--month", "2026-03", "--output", str(tmp_path)]
    code, out, _ = command(capsys, *arguments, "--json")
    assert code == 0
    told = json.loads(out)
    assert [len(told[name]) for name in ("triangle_of_month", "matrix_of_month")] == [4, 6]
    assert {"a", "b", "difference", "low", "high"} <= set(told["triangle_of_month"][0])
    assert "summary" in told


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("2026-13", "2027-06"),
        ("June", "2027-06"),
        ("2027-01", "2026-01 to 2026-12"),
        ("2025-12", "2026-01 to"),
    ],
)
def test_a_month_that_is_none_or_outside_the_run_gets_a_sentence(capsys, given, words):
    code, out, err = command(capsys, "run", *SMALL, "--month", given, "--lang", "en")
    assert code == 2
    assert out == ""
    assert "--month" in err
    assert words in err


def test_it_is_for_one_municipality_at_a_time(capsys):
    code, _, err = command(capsys, "compare", "--municipality", "all", "--month", "2026-03", "--lang", "en")
    assert code == 2
    assert "one municipality at a time" in err
