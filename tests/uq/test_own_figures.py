"""A municipality's own figures: read strictly, fitted to, and drawn from by later runs, also in a rerun."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from banks import refused

from trappen.agents.problem import Problem
from trappen.cli import main
from trappen.model.parameter_set import base_values, make_rules
from trappen.scenarios.compare import compare_scenarios
from trappen.scenarios.experiments.goal import read_goal
from trappen.scenarios.experiments.seek import seek
from trappen.scenarios.fitting.calibration import _try, fit
from trappen.scenarios.fitting.ensemble_file import key_of
from trappen.scenarios.fitting.slopes import first_jacobian, packaged_slopes
from trappen.scenarios.fitting.targets import targets
from trappen.scenarios.fitting.task import ALSO, make_task, to_unit
from trappen.scenarios.kept.manifest import read_manifest
from trappen.scenarios.own.csv_in import number_in, read_csv
from trappen.scenarios.own.figures_template import write_template
from trappen.scenarios.own.municipal_fit import fit_municipality, identified
from trappen.scenarios.own.own_figures import (
    UNIT_WORDS,
    figure_names,
    in_model_units,
    municipal_aim,
    read_figures,
)
from trappen.scenarios.own_prices import factor_from
from trappen.scenarios.own_sets import read_own_sets
from trappen.scenarios.parameter_sets import codes, members, sets_of
from trappen.scenarios.runner import in_force, parameters_of, practice_of, target_of, todays_practice
from trappen.scenarios.scenario import Scenario, Structure, load_scenario, scenario_from
from trappen.scenarios.watched.tipping import find_tipping

SIZE = 2_000


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """A small fit with a high caseload of notifications and few caseworkers' cases."""
    folder = tmp_path_factory.mktemp("own")
    own = {"notifications": 1900.0, "placed_on_a_day": 130.0, "caseload": 26.0}
    path = folder / "herning.csv"
    return fit_municipality("Herning", own, 16_000, size=SIZE, rounds=1, tries=3, most=3, output=path), path


def filled(folder, rows, head="tal;værdi;enhed;år;note", name="figures.csv"):
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_template_holds_every_figure_and_can_be_filled_in(lang, tmp_path):
    path = write_template(tmp_path / "t.csv", lang)
    sheet = read_csv(path)
    assert [row.cells[0] for row in sheet.rows] == figure_names()
    with refused("figures.none"):
        read_figures(path)
    rows = [[*row.cells] for row in sheet.rows]
    for row in rows:
        row[1] = "7"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([sheet.header, *rows])
    assert [figure.name for figure in read_figures(path)] == figure_names()


def test_counts_and_shares_become_what_the_targets_state(tmp_path):
    rows = [
        "children_0_17;16.000;antal;2024;",
        "Underretninger;2400;antal;2024;",
        "notifier_school;480;antal;2024;",
        "mix_foster;61,5;procent;2024;",
        "placed_on_a_day;120;pr. 10000;2024;",
        "cost;208;mio. kr.;2024;",
        "caseload;27;sager;2024;",
    ]
    with pytest.raises(Problem) as told:  # 16.000 has two meanings
        read_figures(filled(tmp_path, rows))
    assert told.value.found[0].line == 2
    rows[0] = "children_0_17;16000;antal;2024;"
    found = in_model_units(read_figures(filled(tmp_path, rows)), 1.0)
    assert found == pytest.approx(
        {
            "notifications": 1500.0,
            "notifier_school": 20.0,
            "mix_foster": 61.5,
            "placed_on_a_day": 120.0,
            "cost": 130.0 * factor_from(2024),  # in prices of 2023
            "caseload": 27.0,
        }
    )


@pytest.mark.parametrize(
    ("year", "factor"), [("2015", 1.16), ("2023", 1.0), ("", 1.0), ("2024", 0.966), ("2026", 0.91)]
)
def test_amounts_are_brought_to_the_price_year(year, factor, tmp_path):
    rows = ["children_0_17;16000;antal;2024;", f"cost;208;mio. kr.;{year};"]
    assert in_model_units(read_figures(filled(tmp_path, rows)), 1.0)["cost"] == pytest.approx(130 * factor)
    rows = [f"cost;130;pr. 10000;{year};"]
    assert in_model_units(read_figures(filled(tmp_path, rows)), 1.0)["cost"] == pytest.approx(130 * factor)


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        (["cost;208;mio. kr.;1999;"], "figures.price_year"),
        (["caseload;260;sager;2024;"], "figures.not_practised"),
        (["mix_kin;80;procent;2024;", "mix_foster;62;procent;2024;"], "figures.over"),
        (["notifier_school;70;procent;2024;", "notifier_police;40;procent;2024;"], "figures.over"),
    ],
)
def test_figures_that_cannot_be_get_a_sentence_with_their_line(rows, key, tmp_path, capsys):
    path = filled(tmp_path, rows)
    with pytest.raises(Problem) as told:
        in_model_units(read_figures(path), 1000.0)
    found = told.value.found[0]
    assert (found.key, found.line) == (key, 1 + len(rows))
    assert main(["figures", "show", "--municipality", "Lemvig", "--figures", str(path), "--lang", "en"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_mix_rounded_up_is_taken(tmp_path):
    rows = [
        f"mix_{part};{share};procent;2024;"
        for part, share in zip(("kin", "foster", "institution", "own_room"), (8, 55, 32, 6), strict=True)
    ]
    assert sum(in_model_units(read_figures(filled(tmp_path, rows)), 1000.0).values()) == 101.0


def test_a_workbook_says_the_same(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for row in (("tal", "værdi", "enhed"), ("notifications", 1900, "antal"), ("mix_foster", 61.5, "procent")):
        sheet.append(row)
    book.save(tmp_path / "own.xlsx")
    rows = ["notifications;1900;antal;;", "mix_foster;61,5;procent;;"]
    found, same = (read_figures(path) for path in (tmp_path / "own.xlsx", filled(tmp_path, rows)))
    assert [(f.name, f.value, f.unit) for f in found] == [(f.name, f.value, f.unit) for f in same]


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ("notificatoins;3;antal;;", "figures.unknown_near"),
        ("xyzzy;3;antal;;", "figures.unknown"),
        ("notifications;many;antal;;", "figures.not_a_number"),
        ("notifications;-3;antal;;", "figures.negative"),
        ("placed_on_a_day;70000;antal;;", "figures.too_many"),
        ("open_cases;10001;pr 10000;;", "figures.too_many"),
        ("notifications;3;procent;;", "figures.unit"),
        ("caseload;3;antal;;", "figures.unit"),
        ("notifications;3;antal;24;", "figures.year"),
        ("notifications;3;antal;;\nnotifications;4;antal;;", "figures.twice"),
        ("notifier_school;480;antal;;", "figures.share_of"),
        ("mix_foster;150;procent;;", "figures.over"),
        ("notifications;3;antal;;010203-1234", "sheet.personal"),
        ("notifications;3;antal", "sheet.columns"),
    ],
)
def test_a_wrong_line_gets_a_sentence(row, key, tmp_path, capsys):
    path = filled(tmp_path, row.split("\n"))
    with pytest.raises(Problem) as told:
        in_model_units(read_figures(path), 1000.0)
    problem = getattr(told.value, "found", [told.value])[0]
    assert problem.key == key
    assert problem.line in (2, 3)
    for lang in ("da", "en"):
        args = ["figures", "show", "--municipality", "Herning", "--figures", str(path), "--lang", lang]
        assert main(args) == 2
        said = capsys.readouterr().err
        assert str(path) in said
        assert "{" not in said
        assert "010203" not in said


@pytest.mark.parametrize(
    ("head", "units"),
    [("tal;værdi;enhed", "antal, pr 10000"), ("figure;value;unit", "count, per_10000")],
)
def test_what_is_told_of_columns_and_units_is_what_the_files_own_template_says(head, units, tmp_path):
    """In the language of the file, whatever the reader's: he corrects what stands there."""
    with pytest.raises(Problem) as told:
        read_figures(filled(tmp_path, ["notifications;3;sager"], head))
    assert told.value.found[0].values["known"] == units
    lang = "da" if head.startswith("tal") else "en"
    assert all(unit in map(str.lower, UNIT_WORDS[lang].values()) for unit in units.split(", "))
    first, value, unit = head.split(";")
    for name, row, lacking in (
        (first, "3;antal", head.removeprefix(f"{first};")),
        (value, "notifications;antal", f"{first};{unit}"),
    ):
        with pytest.raises(Problem) as told:
            read_figures(filled(tmp_path, [row], lacking))
        assert (told.value.key, told.value.values["wanted"]) == ("figures.column", name)
    with pytest.raises(Problem) as told:
        read_figures(filled(tmp_path, ["notifications;;antal"], head))
    assert told.value.values["column"] == value


@pytest.mark.parametrize(("lang", "column"), [("da", "værdi"), ("en", "value")])
def test_the_instruction_names_the_column_that_stands_in_the_template(lang, column, tmp_path, capsys):
    path = tmp_path / "t.csv"
    assert main(["figures", "template", "--output", str(path), "--lang", lang]) == 0
    assert column in capsys.readouterr().out.removeprefix(str(path))
    assert read_csv(path).header[1] == column


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("option", ["--figures", "--prices"])
def test_a_folder_in_the_place_of_a_table_is_asked_for_as_a_table(lang, option, tmp_path, capsys):
    command = ["figures", "show", "--municipality", "Herning"] if option == "--figures" else ["run"]
    assert main([*command, option, str(tmp_path), "--lang", lang]) == 2
    said = capsys.readouterr().err
    assert "CSV" in said
    assert "YAML" not in said


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234", 1234.0),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("12,5", 12.5),
        ("0.125", 0.125),
        ("1.234.567", 1234567.0),
        ("-3", -3.0),
        ("1.234", None),
        ("1,234", None),
        ("", None),
        ("nan", None),
        ("1e999", None),
        ("1 234", 1234.0),
    ],
)
def test_a_number_is_read_in_one_way_or_not_at_all(text, value):
    assert number_in(text) == value


def test_own_figures_are_held_as_closely_as_their_luck_allows():
    small, large = (municipal_aim({"new_placements": 30.0}, n) for n in (2_000, 200_000))
    at = small.names.index("new_placements")
    assert small.spread[at] > 3 * large.spread[at]
    assert small.value[at] == 30.0
    other = small.names.index("placed_on_a_day")
    assert small.spread[other] == pytest.approx((targets()["placed_on_a_day"].high - 50) / 4)


def test_the_fit_moves_towards_the_figures_and_says_what_moved(fitted):
    found, _ = fitted
    fit = found.fit_table().set_index("target")
    assert bool(fit.loc["notifications", "own"])
    assert not bool(fit.loc["mix_foster", "own"])
    assert abs(fit.loc["notifications", "model_value"] - 1900) < abs(1280 - 1900)
    assert fit.loc["caseload", "model_value"] == pytest.approx(26.0, rel=0.02)
    moved = found.moved_table()
    assert moved["moved"].abs().is_monotonic_decreasing
    assert "need_level" in set(moved["parameter"])
    assert len(found.kept) >= 1


def test_own_spending_is_reckoned_in_the_prices_it_was_paid_in():
    """Twice the price of every placement is more spending in the fit, and nothing else in the model."""
    task = make_task(codes(Structure()), children=2_000)
    values = base_values()
    unit = to_unit(task, values)
    doubled = {name: 2.0 * values[name] for name in ("price_foster", "price_institution")}
    country, own = (_try(replace(task, prices=prices), values, unit).model for prices in ({}, doubled))
    assert own.pop("cost") > 1.2 * country.pop("cost")
    assert own == country
    assert key_of(task) != key_of(replace(task, prices=doubled))


def test_the_commands_own_prices_reach_the_fit_and_what_it_says(tmp_path, capsys, monkeypatch):
    told = {}

    def fitted(name, own, children, **given):
        told.update(given)
        raise Problem("figures.no_fit", field=name, misfit="1")

    monkeypatch.setattr("trappen.scenarios.own.municipal_fit.fit_municipality", fitted)
    prices = tmp_path / "prices.csv"
    prices.write_text("name;value;price_year\nprice_foster;600000;2019\n", encoding="utf-8")
    figures = filled(tmp_path, ["notifications;1500;pr. 10000;2024;"])
    command = ["calibrate", "--municipality", "Lemvig", "--lang", "en", "--output", str(tmp_path / "own.csv")]
    assert main([*command, "--figures", str(figures), "--prices", str(prices)]) == 2
    assert told["prices"] == pytest.approx({"price_foster": 600_000 * factor_from(2019)})
    assert "no spending" in capsys.readouterr().err
    assert main(["calibrate", "--prices", str(prices), "--lang", "en"]) == 2
    assert "--municipality" in capsys.readouterr().err


def test_own_stays_take_the_place_of_the_countrys():
    """A municipality's own length of stays is aimed at, and longer readiness makes the model's longer."""
    aim = municipal_aim({"stay_months": 30.0}, 60_000)
    assert aim.value[aim.names.index("stay_months")] == 30.0
    assert packaged_slopes().loc["stay_months", "ready_long"] > 0


def test_a_fit_follows_a_municipalitys_own_stays():
    """Shown stays of 36 and of 68 months, the fit makes children ready sooner and later, and stays with them.

    Error rate. Over seven lucks the logarithms of `ready_long` lay 0.62 apart (spread 0.28) and the stays 7
    months (spread 4.3): the mean of four passes 0.1 by 3.7 standard errors and 1 month by 2.8.
    """
    country = {name: value for name, value in members("default")[0].items() if name not in ("set", "misfit")}
    readiness, stays = [], []
    for luck in (11, 12, 13, 14):
        found = []
        for months in (36.0, 68.0):
            aim = municipal_aim({"stay_months": months}, 60_000)
            task = make_task(codes(Structure()), aim=aim, children=20_000, seed=luck, also=ALSO)
            found.append(fit(task, country, rounds=1, tries=5, jacobian=first_jacobian(task))[0])
        short, long = found
        readiness.append(np.log(long.moved["ready_long"] / short.moved["ready_long"]))
        stays.append(long.model["stay_months"] - short.model["stay_months"])
    assert np.mean(readiness) > 0.1
    assert np.mean(stays) > 1.0


def test_later_runs_draw_from_the_municipalitys_own_sets(fitted, tmp_path):
    found, path = fitted
    own = read_own_sets(path)
    assert own.name == "Herning"
    assert own.today == {"caseload": 26.0}
    assert len(own.sets) == len(found.kept) + 1
    file = tmp_path / "s.yaml"
    (tmp_path / "own.csv").write_bytes(path.read_bytes())
    file.write_text(
        "name: s\nmunicipality: Herning\npolicy: status_quo\nensemble: own.csv\n", encoding="utf-8"
    )
    scenario = load_scenario(file)
    assert sets_of(scenario) == tuple(own.sets)
    values = parameters_of(scenario, 1)
    assert values["need_level"] == own.sets[1]["need_level"]
    assert practice_of(scenario)["caseload"] == 26.0
    column = list(practice_of(scenario)).index("caseload")
    assert (todays_practice(3, scenario).felt[:, column] == 26.0).all()
    again = Scenario.from_resolved(json.loads(json.dumps(scenario.resolved())))
    assert again == scenario
    country = scenario_from("status_quo", municipality="Herning")
    assert country.ensemble is None
    assert sets_of(country) == members("default")


def test_a_policy_begins_where_the_municipality_stands(fitted):
    _, path = fitted
    rules = make_rules(base_values())
    names = list(practice_of(scenario_from("status_quo")))
    column = names.index("caseload")
    for policy, end in (("status_quo", 26.0), ("omlaegning", None)):
        here = scenario_from(policy, municipality="Herning", ensemble=str(path), years=10)
        there = scenario_from(policy, municipality="Herning", years=10)
        own, usual = (in_force(s, rules, 0, 10.0).paid[:, column] for s in (here, there))
        if end is not None:
            assert (own == end).all()
        else:
            assert own[0] <= 26.0
            assert own[-1] == pytest.approx(usual[-1])
            assert (np.diff(own) <= 1e-9).all()


def test_the_countrys_caseload_can_be_asked_for_by_name(fitted):
    """31 cases are today's in the country and no longer in a municipality with 26: named, they are meant."""
    _, path = fitted
    rules = make_rules(base_values())
    column = list(practice_of(scenario_from("status_quo"))).index("caseload")
    asked = scenario_from("status_quo", municipality="Herning", ensemble=str(path), years=2)
    asked = asked.model_copy(update={"levers": {"caseload": 31.0}})
    assert (in_force(asked, rules, 0, 10.0).paid[:, column] == 31.0).all()
    assert target_of(asked, "caseload") == 31.0
    left = asked.model_copy(update={"levers": {}})
    assert target_of(left, "caseload") == 26.0


def test_what_is_told_of_today_is_the_municipalitys_own(fitted):
    """The tipping curve stands at 26 cases, and beside no figure of the country's."""
    _, path = fitted
    small = {"children": 400, "years": 2, "replicates": 1, "uncertainty": False}
    own = scenario_from("status_quo", ensemble=str(path), **small)
    found = find_tipping(own)
    assert found.facts["today"] == 26.0
    assert 26.0 in list(found.tables["casework_curve"]["caseload"])
    assert not len(found.tables["casework_published"])
    goal = read_goal("review_kept>=1")
    assert seek(own, lever="caseload", goal=goal).facts["here"] == 26.0


def test_under_another_structure_what_sets_it_apart_is_laid_over_the_countrys_sets(fitted):
    _, path = fitted
    here = scenario_from("status_quo", ensemble=str(path), structure={"belief": "fixed_gain"})
    rows, country = sets_of(here), members("fixed_gain")
    assert len(rows) == len(country)
    own = read_own_sets(path).sets[0]
    assert rows[0]["need_level"] == pytest.approx(own["need_level"])
    assert rows[0]["assessment_error"] == country[0]["assessment_error"]


def test_a_rerun_needs_no_other_file_and_gives_the_same_bits(fitted, tmp_path):
    from trappen.scenarios.kept import results

    _, path = fitted
    how = {"children": 500, "years": 1, "replicates": 2, "ensemble": str(path)}
    a, b = (scenario_from(name, **how) for name in ("status_quo", "omlaegning"))
    comparison = compare_scenarios(a, b, structure=False)
    folder = results.write(comparison, tmp_path)
    path.rename(path.with_suffix(".away"))
    try:
        _, first, second = read_manifest(folder)
        again = compare_scenarios(first, second, structure=False)
    finally:
        path.with_suffix(".away").rename(path)
    assert again.result_hash == comparison.result_hash
    plain = [
        scenario_from(name, children=500, years=1, replicates=2) for name in ("status_quo", "omlaegning")
    ]
    assert compare_scenarios(*plain, structure=False).result_hash != comparison.result_hash


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda text: "", "sets.not_sets"),
        (lambda text: text.replace("# trappen own", "# own"), "sets.not_sets"),
        (lambda text: text.replace("need_level", "need_levle"), "sets.unknown"),
        (lambda text: text.replace("\n0,", "\n0,x", 1), "sets.not_a_number"),
        (lambda text: text.replace("26.0", "2600.0", 1), "sets.lever"),
        (lambda text: text.rstrip() + ",3\n", "sets.columns"),
        (
            lambda text: text.replace("\n0,", "\n0,nan,", 1).replace(
                "set,misfit", "set,need_floor,misfit", 1
            ),
            "",
        ),
    ],
)
def test_a_damaged_file_of_sets_gets_a_sentence(fitted, change, key, tmp_path):
    _, path = fitted
    damaged = tmp_path / "damaged.csv"
    damaged.write_text(change(path.read_text("utf-8")), encoding="utf-8")
    with pytest.raises(Problem) as told:
        read_own_sets(damaged)
    if key:
        assert told.value.key == key
    with pytest.raises(Problem):
        scenario_from("status_quo", ensemble=str(damaged))


def test_which_targets_identify_which_parameter():
    """A parameter two targets feel is identified; one that none feels is left wholly open."""
    jacobian = np.array([[20.0, 0.0, 0.0], [3.0, 0.0, 0.1]])
    table = identified(jacobian, ("kin_chance", "boost", "postponed"), ("mix_kin", "mix_foster"))
    found = table.set_index("parameter")
    assert bool(found.loc["kin_chance", "identified"])
    assert found.loc["kin_chance", "targets"][0] == ("mix_kin", 20.0)
    assert found.loc["boost", "left_open"] == pytest.approx(1.0)
    assert not bool(found.loc["postponed", "identified"])
