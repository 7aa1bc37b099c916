"""A municipality's own unit costs: named, brought to the price year, and kept within reason."""

import pytest

from trappen.agents.problem import Problem, Problems
from trappen.cli import main
from trappen.model.evidence import register
from trappen.scenarios.own_prices import factor_from, price_list, read_prices
from trappen.scenarios.scenario import Scenario, scenario_from
from trappen.viz.captions import own_prices_line
from trappen.viz.wording import problem_wording


def written(tmp_path, text):
    path = tmp_path / "priser.csv"
    path.write_text(text, encoding="cp1252")
    return path


def test_danish_prices_of_another_year_stand_in_prices_of_2023(tmp_path):
    path = written(
        tmp_path, "navn;pris;prisår\nprice_foster;500.000,00;2019\nprice_kin;181000;2023\nprice_own_room;;\n"
    )
    found = read_prices(path)
    assert found == {"price_foster": pytest.approx(500_000 * factor_from(2019)), "price_kin": 181_000.0}
    assert factor_from(2019) == 1.10
    assert factor_from(2023) == 1.0
    assert factor_from(1999) is None


def test_own_prices_reach_the_scenario_and_its_manifest(tmp_path):
    path = written(tmp_path, "navn;pris\nprice_institution;2000000\n")  # above the national range
    scenario = scenario_from("status_quo", parameters=read_prices(path))
    assert scenario.parameters == {"price_institution": 2_000_000.0}
    assert Scenario.from_resolved(scenario.resolved()) == scenario


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("navn;pris\nprice_fosterr;1\n", "prices.unknown", 2),
        ("navn;pris\nneed_cut;1\n", "prices.unknown", 2),
        ("navn;pris\nprice_kin;180000\nprice_kin;190000\n", "prices.twice", 3),
        ("navn;pris;prisår\nprice_kin;180000;1999\n", "prices.year", 2),
        ("navn;pris;prisår\nprice_kin;180000;\n", "prices.year", 2),
        ("navn;pris\nprice_kin;-5\n", "prices.out_of_range", 2),
        ("navn;pris\nprice_kin;99999999\n", "prices.out_of_range", 2),
        ("navn;pris\nprice_institution;1400\n", "prices.too_low", 2),
        ("navn;pris\nrefund_low_share;25\n", "prices.share_out_of_range", 2),
        ("navn;pris\nrefund_low;1000000\n", "prices.fixed", 2),
        ("navn;pris;low;high\nprice_kin;150000;160000;170000\n", "prices.own_ends", 2),
        ("navn;pris\nprice_kin;meget\n", "table.not_a_number", 2),
        ("navn;beløb\nprice_kin;1\n", "table.no_column", 1),
    ],
)
def test_each_mistake_has_its_sentence(tmp_path, text, key, line):
    with pytest.raises(Problem) as caught:
        read_prices(written(tmp_path, text))
    assert (caught.value.key, caught.value.line) == (key, line)


@pytest.mark.parametrize(
    ("lang", "line", "words"),
    [
        ("da", "price_institution;1.400", "1.400 kr. i 2023-priser er under en tiendedel"),
        ("da", "price_institution;1.400", "(990.000 til 1.540.000). Er beløbet skrevet i tusinde kroner"),
        ("en", "price_institution;1400", "(990,000 to 1,540,000). Is the amount written in thousands"),
        ("da", "refund_low_share;25", "25 er ikke en mulig andel her; skriv en andel fra 0,25 til 0,25"),
    ],
)
def test_amounts_are_told_as_the_reader_writes_them_and_a_share_is_no_kroner(tmp_path, lang, line, words):
    with pytest.raises(Problem) as caught:
        read_prices(written(tmp_path, f"navn;pris\n{line}\n"))
    told = problem_wording(lang)(caught.value.key, caught.value.values)
    assert words in told
    assert "share" not in caught.value.key or "kr." not in told


def test_the_national_ends_of_the_form_bind_no_own_price(tmp_path):
    """Who fills the form in writes his amount beside the country's range, and may lie above it."""
    path = written(tmp_path, "navn;pris;low;high\nprice_institution;2000000;990000;1540000\n")
    assert read_prices(path) == {"price_institution": 2_000_000.0}


def test_all_mistakes_are_told_at_once(tmp_path):
    with pytest.raises(Problems) as caught:
        read_prices(written(tmp_path, "navn;pris\nx;1\ny;2\n"))
    assert len(caught.value.found) == 2


@pytest.mark.parametrize("separator", [(";", ","), (",", ".")])
def test_of_the_form_only_the_lines_somebody_changed_are_own_prices(tmp_path, separator):
    """The others keep their range: to pin them at its middle would move a result nobody asked to move."""
    path = tmp_path / "form.csv"
    sep, decimal = separator
    prices = price_list("da")
    assert len(prices) > 15
    prices.to_csv(path, index=False, encoding="utf-8-sig", sep=sep, decimal=decimal)
    assert read_prices(path) == {}
    prices["value"] = [value if value == 1.0 else value * 0.999 for value in prices["value"]]
    movable = [one.low < one.high for one in map(register().__getitem__, prices["name"])]
    prices[movable].to_csv(path, index=False, encoding="utf-8-sig", sep=sep, decimal=decimal)
    changed = {row["name"]: row["value"] for row in prices[movable].to_dict("records")}
    assert read_prices(path) == pytest.approx(changed)
    assert len(changed) > 10


@pytest.mark.parametrize(
    ("lang", "words"), [("da", "2.000.000 (landet 1.276.000)"), ("en", "2,000,000 (country")]
)
def test_a_result_says_which_own_prices_it_rests_on(lang, words):
    manifest = {"scenario": {"parameters": {"price_institution": 2_000_000.0, "need_cut": 1.0}}}
    told = own_prices_line(manifest, lang)
    assert words in told
    assert register()["price_institution"].meaning[lang] in told
    assert told.count("(") == 1
    both = {"scenarios": {"a": manifest["scenario"], "b": manifest["scenario"]}}
    assert own_prices_line(both, lang) == told
    national = {"price_institution": register()["price_institution"].value}
    assert own_prices_line({"scenario": {"parameters": national}}, lang) == ""


@pytest.mark.parametrize(
    ("lang", "grade", "unit"), [("da", "antaget", "kr. pr. forløb"), ("en", "assumed", "DKK per")]
)
def test_the_list_and_the_form_have_grades_and_units_in_the_readers_language(
    lang, grade, unit, tmp_path, capsys
):
    assert main(["prices", "--lang", lang]) == 0
    told = capsys.readouterr().out.splitlines()
    at = next(number for number, row in enumerate(told) if row.startswith("price_early"))
    assert unit in told[at]
    assert grade in told[at + 1]
    assert "[" not in "".join(told)
    path = tmp_path / "form.csv"
    assert main(["prices", "--lang", lang, "--output", str(path)]) == 0
    row = next(line for line in path.read_text("utf-8-sig").splitlines() if line.startswith("price_early"))
    assert unit in row
    assert grade in row
    assert "15000" in row
    assert read_prices(path) == {}
