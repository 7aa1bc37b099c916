"""Validation can fail: verdicts follow from what is within, cases are data, forecasts have rivals."""

import numpy as np
import pytest

from trappen.agents.ledger import Post
from trappen.agents.problem import Problem
from trappen.cli import main
from trappen.scenarios.fitting.targets import targets
from trappen.scenarios.runner import run_replicates
from trappen.scenarios.scenario import scenario_from
from trappen.scenarios.trust.backtest import backtest, markov, national_series, persistence, read_series
from trappen.scenarios.trust.validation import GROUPS, Case, figure_of, read_cases, validate, verdict_of
from trappen.scenarios.trust.verdicts import keep_verdicts, kept_verdicts
from trappen.viz.terminal.validation_view import as_rows, write_report, write_scores
from trappen.viz.wording import number

SMALL = {"children": 300, "years": 2, "replicates": 10}


def test_the_packaged_cases_say_what_they_are_and_cover_every_group():
    cases = read_cases()
    assert {case.group for case in cases} == set(GROUPS)
    assert len({case.name for case in cases}) == len(cases)
    assert all(case.source and set(case.title) == {"da", "en"} for case in cases)


def test_no_case_reads_what_the_model_was_fitted_to():
    fitted = {name for name, target in targets().items() if target.fitted}
    today = [case for case in read_cases() if not any(case.tried)]
    assert [case.name for case in today if case.figure in fitted | {"per_child"}] == []


def test_herning_is_tried_with_what_its_evaluation_names_and_nothing_that_moves_children_by_itself():
    tried = [case.tried for case in read_cases() if case.group == "herning"]
    assert len(tried) == 5
    assert set(tried) == {("", (("caseload", 24.0), ("follow_up_interval", 3.0)), ())}


@pytest.mark.parametrize(
    ("within", "verdict"), [(1.0, "pass"), (0.8, "pass"), (0.5, "cannot_say"), (0.2, "miss"), (0, "miss")]
)
def test_a_verdict_follows_from_the_share_within(within, verdict):
    assert verdict_of(within, 8) == verdict
    assert verdict_of(within, 4) == "cannot_say"


def case(name, low, high, **more):
    more = {"figure": "notifications", "kind": "value"} | more
    return Case(name, "patterns", {"da": name, "en": name}, "none", low=low, high=high, **more)


def test_what_cannot_be_is_a_miss_and_what_must_be_passes(tmp_path):
    cases = [
        case("possible", 0.0, 1e9, told=1280.0),
        case("impossible", 1e8, 1e9),
        case("nothing", -0.5, 0.5, kind="difference", figure="placed_on_a_day"),
        case(
            "moved",
            0.2,
            9.0,
            kind="relative",
            figure="follow_ups_per_case",
            levers={"follow_up_interval": 1.0},
        ),
        case("silent", 0, 0, without="before_after"),
    ]
    found = validate(cases, **SMALL)
    verdicts = {one.case.name: one.verdict for one in found}
    assert verdicts == {
        "possible": "pass",
        "impossible": "miss",
        "nothing": "pass",
        "moved": "pass",
        "silent": "cannot_say",
    }
    assert {one.sets for one in found} == {0, 5}
    trial = found[0].trial
    assert (trial.sets, trial.replicates, trial.children, trial.years) == (5, 10, 300, 2)
    for lang in ("da", "en"):
        written = write_report(found, tmp_path / f"r-{lang}", lang)
        assert [path.suffix for path in written] == [".md", ".html"]
        assert all("{" not in path.read_text("utf-8") for path in written)
    assert [row["verdict"] for row in as_rows(found, "da")] == list(verdicts.values())
    told = (tmp_path / "r-en.md").read_text("utf-8")
    assert "| 1,280; range 0 to 1,000,000,000 |" in told
    assert "| 5 of 5 |" in told
    assert "| 0 of 5 |" in told
    assert f"Tried {trial.date} with version {trial.version}: 5 parameter sets, 10 replicates, 300 " in told
    assert as_rows(found, "da")[0]["trial"]["replicates"] == 10


def test_verdicts_are_kept_with_how_they_were_found(tmp_path):
    cases = [case for case in read_cases() if case.name in ("spending", "family_places")]
    found = validate(cases, **SMALL)
    keep_verdicts(found, tmp_path / "kept.csv")
    kept, version = kept_verdicts(tmp_path / "kept.csv")
    assert [one.case.name for one in kept] == [one.case.name for one in found]
    assert [one.trial for one in kept] == [one.trial for one in found]
    assert [one.sets for one in kept] == [one.sets for one in found]
    assert version == found[0].trial.version


def test_the_share_of_prevention_is_of_what_is_spent_on_help_and_placements():
    pair = scenario_from("status_quo", children=300, years=2, replicates=2)
    run = run_replicates([pair], threads=1)[0]
    assert run.accounts.shape[:3:2] == (2, len(Post))
    spent = run.accounts.sum(axis=(1, 3))
    help_, placed = (
        spent[:, [Post[name] for name in names]].sum(axis=1)
        for names in (("EARLY", "PREVENTIVE", "HOME_BASED"), ("KIN", "FOSTER", "INSTITUTION", "OWN_ROOM"))
    )
    assert figure_of("prevention_share", run, 2) == pytest.approx(100.0 * help_ / (help_ + placed))


def test_a_case_of_ones_own_is_tried(tmp_path, capsys):
    file = tmp_path / "own.yaml"
    file.write_text(
        "own:\n  group: own\n  en: e\n  da: d\n  source: me\n  figure: notifications\n  as: value\n"
        "  low: 0.0\n  high: 100000.0\n",
        encoding="utf-8",
    )
    assert (
        main(["validate", "--cases", str(file), "--children", "500", "--replicates", "2", "--lang", "en"])
        == 0
    )
    assert "pass" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ("figure: notificatoins", "case.figure"),
        ("as: total", "case.kind"),
        ("low: 5.0", "case.kind"),
        ("low: many", "case.not_a_number"),
        ("colour: red", "case.unknown"),
        ("levers: {caselod: 3}", "case.figure"),
    ],
)
def test_a_wrong_case_gets_a_sentence(change, key, tmp_path):
    fields = {"group": "g", "en": "e", "da": "d", "source": "s", "figure": "notifications", "as": "value"}
    fields |= {"low": "0.0", "high": "1.0"}
    name, _, value = change.partition(": ")
    fields[name] = value
    file = tmp_path / "c.yaml"
    file.write_text("own:\n" + "".join(f"  {k}: {v}\n" for k, v in fields.items()), encoding="utf-8")
    with pytest.raises(Problem) as told:
        read_cases(file)
    assert told.value.key == key
    assert told.value.line


def test_the_rivals_forecast_what_they_should():
    series = {
        "placed_on_a_day": {2000: 100.0, 2001: 100.0, 2002: 120.0},
        "new_placements": {2000: 25.0, 2001: 25.0, 2002: 25.0},
    }
    assert persistence(series["placed_on_a_day"], 2001) == 100.0
    assert markov(series, "placed_on_a_day", 2001, 3) == pytest.approx(100.0)
    leaving = 25.0 / np.mean([100.0, 100.0, 120.0])
    one = 120.0 * (1 - leaving) + 25.0
    assert markov(series, "placed_on_a_day", 2002, 1) == pytest.approx(one)
    assert markov(series, "placed_on_a_day", 2002, 200) == pytest.approx(25.0 / leaving)
    assert markov(series, "new_placements", 2001, 2) == 25.0


def test_a_backtest_scores_the_model_beside_its_rivals(tmp_path):
    series = {
        name: dict(one)
        for name, one in national_series().items()
        if name in ("notifications", "children_notified")
    }
    found = backtest(series, origins=[2019], size=1_000, sets=2)
    assert set(found["figure"]) == set(series)
    assert list(found["ahead"].unique()) == [1, 2, 3]
    assert (found[["model", "persistence", "markov"]] >= 0).all().all()
    assert found["coverage"].between(0, 1).all()
    row = found[(found["figure"] == "notifications") & (found["ahead"] == 1)].iloc[0]
    assert row["persistence"] == pytest.approx(100 * (1194 - 1178) / 1178)
    markdown, page = write_scores(found, tmp_path / "score", "da")
    cells = [line.split(" | ") for line in markdown.read_text(encoding="utf-8").splitlines()]
    next_year = [line for line in cells if len(line) > 3 and line[1] == "1"]
    assert [line[0] for line in next_year] == ["| Børn med underretning", "| Underretninger"]
    assert next_year[1][4] == number(row["persistence"], 1, "da")
    assert ">Underretninger<" in page.read_text(encoding="utf-8")


def test_a_wrong_series_gets_a_sentence(tmp_path):
    for text, key in (
        ("figure;value\nx;1\n", "figures.column"),
        ("figure;year;value\nnotificatoins;2020;1\n", "figures.unknown_near"),
        ("figure;year;value\nnotifications;20;1\n", "figures.not_a_number"),
    ):
        file = tmp_path / "s.csv"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(Problem) as told:
            read_series(file)
        assert told.value.key == key
