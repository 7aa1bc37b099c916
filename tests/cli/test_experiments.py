"""The experiments on the command line: answer, folder, report, workbook and JSON of small runs."""

import json

import pytest
from openpyxl import load_workbook

from trappen.scenarios.experiments.sensitivity import seconds_expected
from trappen.scenarios.scenario import load_scenario
from trappen.viz.wording import has

FILES = ("report.html", "report.xlsx", "result.json", "checksums.sha256")
COMMON = ("--years", "2", "--replicates", "2", "--no-uncertainty")

RUNS = {
    "budget": ["budget", "{today}", "{reform}"],
    "explain": ["explain", "{reform}", "--row", "net_cost_per_year"],
    "seek": ["seek", "{today}", "--lever", "caseload", "--goal", "caseload<=25", "--certainty", "0,5"],
    "optimise": ["optimise", "{reform}", "--levers", "caseload,kin_search", "--levels", "2"],
    "tornado": ["sensitivity", "{today}", "{reform}", "--parameters", "price_institution,price_caseworker"],
    "trial": ["trial", "{reform}", "--trials", "2", "--municipalities", "2", "--place-children", "600"],
    "early": ["early", "{today}"],
    "many": ["compare", "{today}", "{reform}", "{reform}"],
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenarios")
    found = {}
    for name, policy in (("today", "status_quo"), ("reform", "omlaegning")):
        found[name] = folder / f"{name}.yaml"
        found[name].write_text(f"name: {name}\nchildren: 600\npolicy: {policy}\nseed: 5\n", encoding="utf-8")
    return found


@pytest.mark.parametrize("name", RUNS)
def test_an_experiment_answers_and_leaves_report_workbook_and_tables(trappen, files, tmp_path, name):
    lang = "da" if len(name) % 2 else "en"
    args = [word.format(**files) for word in RUNS[name]]
    common = COMMON if name != "trial" else (*COMMON[:2], *COMMON[4:])  # a trial counts trials instead
    said = trappen([*args, *common, "--output", tmp_path], lang, columns=100)
    assert said.code == 0, said.err
    (folder,) = tmp_path.iterdir()
    assert {path.name for path in folder.iterdir()} == {*FILES, "tables"}
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert result["tables"]
    assert "{" not in said.out
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert f'lang="{lang}"' in report
    assert "<svg" in report
    assert "http" not in report
    book = load_workbook(folder / "report.xlsx")
    assert len(book.sheetnames) >= 2
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    if name == "explain":
        parts = {row["part"]: row["share"] for row in result["tables"]["parts"]}
        assert sum(share for part, share in parts.items() if part != "whole") == pytest.approx(parts["whole"])
    if name == "budget":
        rows = {row["budget"]: row["difference"] for row in result["tables"]["silo"]}
        public = next(r for r in result["tables"]["perspectives"] if r["perspective"] == "public")
        budgets = sum(amount for budget, amount in rows.items() if budget != "citizens")
        assert budgets == pytest.approx(public["difference"], abs=1e-9)
    if name == "seek":
        assert result["facts"]["answer"] < 31
    # The report can be written again, in the other language, from what stands in the folder.
    other = "en" if lang == "da" else "da"
    assert trappen(["report", folder], other).code == 0
    assert f'lang="{other}"' in (folder / "report.html").read_text(encoding="utf-8")


def test_a_scenario_file_that_says_how_many_replicates_is_believed(trappen, files, tmp_path):
    """The experiment has a number of its own for policies and for files that do not say; an option wins."""
    told = tmp_path / "told.yaml"
    told.write_text(f"{files['reform'].read_text('utf-8')}replicates: 3\n", encoding="utf-8")
    args = [
        "sensitivity",
        files["today"],
        told,
        "--parameters",
        "price_institution",
        "--years",
        "1",
        "--json",
    ]
    for more, replicates in (([], 3), (["--replicates", "2"], 2)):
        said = trappen([*args, *more, "--json", "--output", tmp_path / str(replicates)], "en")
        assert said.code == 0, said.err
        assert json.loads(said.out)["manifest"]["replicates"] == replicates


def test_every_indicator_has_its_words_and_says_what_it_is_held_against(trappen):
    rows = json.loads(trappen(["indicators", "--json"], "en").out)
    assert len(rows) > 50
    assert {row["sub_goal"] for row in rows} == {None, 1, 2, 3, 4, 5, 6, 7}
    assert sum(bool(row["source"]) for row in rows) > 15
    assert all(has(f"row.{row['row']}") and row["definition"].endswith(".") for row in rows)


def test_prices_are_listed_and_written_as_a_form(trappen, tmp_path):
    assert "price_foster" in trappen(["prices"], "da").out
    for name in ("own.csv", "own.xlsx"):
        assert trappen(["prices", "--output", tmp_path / name], "da").code == 0
        from trappen.scenarios.own_prices import read_prices

        assert read_prices(tmp_path / name) == {}  # nobody has changed a line of it yet


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["seek", "--lever", "caseloads"], "caseload"),
        (["seek", "--goal", "review_kept=95"], "review_kept>=95"),
        (["seek", "--certainty", "2"], "0.99"),
        (["optimise", "--row", "need_month"], "need_months"),
        (["sensitivity", "--parameters", "need_cut"], "need_cut"),
        (["sensitivity", "--method", "guess"], "tornado"),
        (["explain", "--row", "nothing"], "nothing"),
        (["sensitivity", "--method", "sobol"], "--parameters"),
        (["report", "nowhere"], "manifest.json"),
        (["budget", "--prices", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_what_cannot_be_used_gets_a_sentence(trappen, tmp_path, monkeypatch, args, word):
    monkeypatch.chdir(tmp_path)
    said = trappen(args, "en")
    assert said.code == 2
    assert word in said.err
    assert "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "instead"),
    [(("--replicates", "12"), "--trials"), (("--municipality", "Samsø"), "--place-children")],
)
@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_trial_says_what_it_does_not_use(trappen, given, instead, lang, tmp_path):
    said = trappen(["trial", *given, "--output", tmp_path], lang)
    assert said.code == 2
    assert given[0] in said.err
    assert instead in said.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("seconds", "told"), [(300.0, "5 min"), (3.0, "")])
def test_a_long_sensitivity_says_beforehand_how_long_it_takes(
    trappen, files, tmp_path, monkeypatch, seconds, told
):
    where = "trappen.scenarios.experiments.sensitivity"
    monkeypatch.setattr(f"{where}.seconds_expected", lambda a, b, runs, threads: seconds)
    args = ["sensitivity", files["today"], files["reform"], "--parameters", "price_kin", *COMMON]
    said = trappen([*args, "--output", tmp_path], "en")
    assert said.code == 0
    assert ("3 paired runs of 2 replicates" in said.err) == bool(told)
    assert told in said.err


def test_how_long_runs_take_grows_with_their_number(files):
    pair = [load_scenario(files[name]) for name in ("today", "reform")]
    few, many = (seconds_expected(*pair, runs, 1) for runs in (1, 1000))
    assert 0 < few < many
