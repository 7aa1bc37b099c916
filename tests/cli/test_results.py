"""`trappen compare` in both languages: what it prints, and the folder it writes."""

import json
import re
import shutil
import unicodedata

import pandas as pd
import pytest

import trappen as face
from trappen.scenarios.kept.results import TABLES

LANGUAGES = ("da", "en")
HEADINGS = {
    "da": ("Svaret", "Økonomi og børn", "De syv delmål", "Skadevirkninger", "Regnskab år for år", "Refusion"),
    "en": (
        "The answer",
        "Cost and outcomes",
        "The seven sub-goals",
        "Harm",
        "Accounts year by year",
        "Refund",
    ),
}
JSON_TABLES = {"summary", "indicators", "harm", "accounts", "structure", "losing", "equity"}


def refused(constant):
    raise AssertionError(f"{constant} is no JSON")


def read_csv(file):
    return pd.read_csv(file, encoding="utf-8-sig")


@pytest.fixture(scope="session")
def as_json(trappen, given, tmp_path_factory):
    place = tmp_path_factory.mktemp("as-json")
    args = ["compare", given / "today.yaml", given / "reform.yaml", "--output", place, "--json"]
    said = trappen(args, "da")
    assert said.code == 0, said.err
    return json.loads(said.out, parse_constant=refused)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_terminal_tells_all_of_it_in_80_columns(compared, lang):
    _, said = compared[lang]
    for heading in HEADINGS[lang]:
        assert heading in said.out
    for heading in set(HEADINGS["da" if lang == "en" else "en"]) - {"Refund"}:
        assert heading not in said.out
    for line in said.out.splitlines():
        width = sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in line)
        assert width <= 80 or "/" in line, line  # a path is not broken
        assert line == line.rstrip() or not line.strip()
    assert "\x1b" not in said.out, "no colours where nobody looks"
    assert "Traceback" not in said.err


def test_the_report_of_a_folder_is_made_anew_in_the_other_language(trappen, compared, tmp_path):
    folder = tmp_path / "moved"
    shutil.copytree(compared["da"][0], folder)
    (folder / "report.html").unlink()
    said = trappen(["report", folder], "en")
    assert said.code == 0, said.err
    made = (folder / "report.html").read_text(encoding="utf-8")
    assert re.search(r'<html[^>]* lang="en"', made)
    assert made.count("<svg") == (compared["en"][0] / "report.html").read_text(encoding="utf-8").count("<svg")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_folder_holds_report_tables_and_manifest(compared, lang):
    folder, said = compared[lang]
    assert str(folder) in said.out.replace("\n", "")
    tables = {f"tables/{name}.{ending}" for name in TABLES for ending in ("csv", "parquet")}
    held = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    told = {"report.html", "report.xlsx", "manifest.json", "answer.json", "budget.json", "checksums.sha256"}
    assert held == told | tables
    assert not [path for path in folder.parent.iterdir() if path != folder], "no draft is left behind"
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert re.search(rf'<html[^>]* lang="{lang}"', report)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"), parse_constant=refused)
    assert manifest["program_version"] == face.__version__
    assert manifest["seed"] == manifest["scenarios"]["a"]["seed"] == 5
    assert len(manifest["parameter_hash"]) == len(manifest["evidence_hash"]) == 64


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_the_same_in_both_forms_and_both_languages(compared, name):
    frames = []
    for lang in LANGUAGES:
        tables = compared[lang][0] / "tables"
        frames += [pd.read_parquet(tables / f"{name}.parquet"), read_csv(tables / f"{name}.csv")]
    for frame in frames[1:]:
        pd.testing.assert_frame_equal(frame, frames[0], check_exact=True, check_dtype=False)
    assert frames[0].columns.is_unique
    if name != "losing_parameters":  # too few parameter sets here to say
        assert len(frames[0])


def test_json_holds_the_numbers_of_the_tables(compared, as_json):
    folder, _ = compared["da"]
    assert as_json.keys() == JSON_TABLES | {"break_even", "budget", "manifest"}
    budget = json.loads((folder / "budget.json").read_text(encoding="utf-8"))
    assert as_json["budget"] == budget["tables"]
    for name in JSON_TABLES:
        frame = pd.read_parquet(folder / "tables" / f"{name}.parquet")
        assert as_json[name] == json.loads(frame.to_json(orient="records"))
    assert as_json["manifest"] == json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_python_gives_the_numbers_of_the_command(compared, given):
    folder, _ = compared["da"]
    found = face.compare(str(given / "today.yaml"), given / "reform.yaml")
    for name in TABLES:
        frame = pd.read_parquet(folder / "tables" / f"{name}.parquet")
        pd.testing.assert_frame_equal(getattr(found, name)(), frame, check_exact=True, check_dtype=False)


def test_without_output_the_folder_stands_below_results(trappen, given, here, compared):
    said = trappen(["compare", given / "today.yaml", given / "reform.yaml", "--threads", "1"], "en")
    assert said.code == 0, said.err
    (folder,) = (here / "results").iterdir()
    assert folder.name == compared["en"][0].name, "neither threads nor the place change a number"


def test_options_are_laid_over_the_file(trappen, given, here):
    args = ["compare", given / "today.yaml", given / "reform.yaml", "--years", "1", "--seed", "6", "--json"]
    args += [
        "--no-uncertainty",
        "--structure",
        "belief=fixed_gain",
        "--replicates",
        "1",
        "--output",
        here / "x",
    ]
    said = trappen(args, "en")
    assert said.code == 0, said.err
    for scenario in json.loads(said.out)["manifest"]["scenarios"].values():
        assert (scenario["years"], scenario["seed"], scenario["replicates"]) == (1, 6, 1)
        assert scenario["uncertainty"] is False
        assert scenario["structure"]["belief"] == "fixed_gain"
        assert scenario["children"] == 800
