"""The other commands answer in both languages, and help fits a terminal of 80 columns."""

import json

import pytest

from trappen.model.evidence import register
from trappen.policies.catalogue import names
from trappen.policies.lever import levers
from trappen.scenarios.fitting.targets import targets

LANGUAGES = ("da", "en")
COMMANDS = (
    *("compare", "run", "rerun", "municipalities", "targets"),
    *("calibrate", "bench", "catalogue", "show"),
    *(
        "budget",
        "explain",
        "seek",
        "optimise",
        "sensitivity",
        "trial",
        "early",
        "prices",
        "indicators",
        "report",
    ),
)
ENGLISH_OF_ARGPARSE = ("usage:", "options:", "positional arguments:", "show this help", "default:")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_and_is_in_one_language(trappen, command, lang):
    said = trappen([*filter(None, [command]), "--help"], lang)
    assert said.code == 0
    assert said.err == ""
    assert all(len(line) <= 80 for line in said.out.splitlines()), said.out
    assert said.out.startswith("brug: trappen" if lang == "da" else "usage: trappen")
    if lang == "da":
        assert [words for words in ENGLISH_OF_ARGPARSE if words in said.out] == []
    if not command:
        assert all(f"  {name}" in said.out for name in COMMANDS)


def test_without_a_command_help_is_shown(trappen):
    assert trappen([]).out == trappen(["--help"]).out


@pytest.mark.parametrize("lang", LANGUAGES)
def test_run_tells_money_and_children(trappen, given, here, lang):
    said = trappen(["run", given / "reform.yaml"], lang)
    assert said.code == 0, said.err
    assert len(said.out.splitlines()) > 30
    assert all(len(line) <= 80 for line in said.out.splitlines())
    assert list(here.iterdir()) == []


def test_run_as_json(trappen, given, here):
    said = trappen(["run", given / "reform.yaml", "--json", "--years", "1"])
    found = json.loads(said.out, parse_constant=lambda constant: pytest.fail(constant))
    assert found["manifest"]["years"] == 1
    groups = {"cost", "step_cost", "outcome", "system", "sub_goal", "harm"}
    assert {row["group"] for row in found["summary"]} == groups
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_municipalities_are_98_in_both_forms(trappen, lang):
    listed = json.loads(trappen(["municipalities", "--json"], lang).out)
    lines = trappen(["municipalities"], lang, columns=400).out.splitlines()
    assert len(listed) == 98
    assert len(lines) == 99
    for row, line in zip(listed, lines, strict=False):
        assert f"{row['code']:>4}  {row['name']}" in line
    herning = next(line for line in lines if "Herning" in line)
    assert ("17.380" if lang == "da" else "17,380") in herning


@pytest.mark.parametrize("lang", LANGUAGES)
def test_targets_stand_beside_the_result(trappen, here, lang):
    said = trappen(["targets"], lang)
    assert said.code == 0, said.err
    assert all(len(line) <= 80 for line in said.out.splitlines())
    assert list(here.iterdir()) == []


def test_targets_as_json(trappen):
    rows = json.loads(trappen(["targets", "--json"]).out)
    assert [row["target"] for row in rows] == list(targets())
    assert {row["verdict"] for row in rows} <= {"met", "low", "high"}
    assert all(row["low"] <= row["target_value"] <= row["high"] for row in rows)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_catalogue_lists_policies_and_levers(trappen, lang):
    said = trappen(["catalogue"], lang, columns=200)
    assert said.code == 0
    for name in (*names(), *levers()):
        assert f"  {name} " in said.out
    titles = [lever.title[lang] for lever in levers().values()]
    assert all(title in said.out for title in titles)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_show_tells_every_policy_lever_and_parameter(trappen, lang):
    pytest.importorskip("trappen.viz.terminal.shown", reason="`trappen show` is still to come")
    for name in (*names(), *levers(), *register().names()):
        said = trappen(["show", name], lang)
        assert said.code == 0, said.err
        assert name in said.out
    lever = levers()["caseload"]
    shown = " ".join(trappen(["show", "caseload"], lang).out.split())
    assert lever.title[lang] in shown
    assert lever.source[lang].split(",")[0] in shown
