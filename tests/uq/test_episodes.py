"""Placement episodes: read in two layouts, checked, summed up rightly, and without a person in the result."""

import json

import numpy as np
import pytest
from banks import refused

from trappen.agents.problem import Problem
from trappen.cli import main
from trappen.scenarios.own.episode_tables import (
    duration_curve,
    figures,
    hazards,
    recoverable,
    returns,
    stays,
    summary,
    suppress,
)
from trappen.scenarios.own.episodes import read_episodes

HEAD = "person;start;end;type;reason;born"
SSDA = "CHILD,DOB,DECOM,RNE,LS,CIN,PLACE,DEC,REC"


def table(folder, rows, head=HEAD, name="e.csv"):
    file = folder / name
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return file


def many(children=400, seed=4, hazard=0.4):
    """Children who come into care at random days and leave with a constant hazard; half of them move once."""
    rng = np.random.default_rng(seed)
    rows = []
    last = np.datetime64("2024-12-31")
    for child in range(children):
        start = np.datetime64("2012-01-01") + np.timedelta64(int(rng.integers(0, 4700)), "D")
        length = np.timedelta64(int(rng.exponential(365.25 / hazard)) + 2, "D")
        born = start - np.timedelta64(int(rng.integers(1, 17 * 365)), "D")
        kind = ["kin", "foster", "institution", "own_room"][int(rng.integers(4))]
        end = start + length
        cut = start + length // 2
        if child % 2:
            rows.append((child, start, min(cut, last), "foster", born, cut <= last))
            start = cut + np.timedelta64(1, "D")
        if start <= last:
            rows.append((child, start, min(end, last), kind, born, end <= last))
    return [f"{c};{s};{e if over else ''};{kind};;{b}" for c, s, e, kind, b, over in rows]


def test_both_layouts_say_the_same(tmp_path):
    plain = ["a;2020-01-01;2020-06-30;foster;S;2010-05-01", "a;2020-07-01;;institution;;2010-05-01"]
    english = ["7,01/05/2010,01/01/2020,S,V2,N1,U4,30/06/2020,X1", "7,01/05/2010,01/07/2020,P,V2,N1,K2,,"]
    one = read_episodes(table(tmp_path, plain))
    two = read_episodes(table(tmp_path, english, SSDA, "ssda.csv"))
    for name in ("child", "start", "end", "open", "kind", "age"):
        assert (getattr(one, name) == getattr(two, name)).all(), name
    told = stays(one)
    assert len(told) == 1
    assert told.loc[0, "moves"] == 1
    assert bool(told.loc[0, "open"])


@pytest.mark.parametrize(
    ("row", "key", "line"),
    [
        ("a;2020-13-01;;foster;;", "episodes.not_a_date", 3),
        ("a;2020-02-01;2019-01-01;foster;;", "episodes.backwards", 3),
        ("a;2020-02-01;;palace;;", "episodes.type", 3),
        (";2020-02-01;;foster;;", "episodes.no_person", 3),
        ("b;2020-01-15;;foster;;", "episodes.overlap", 3),
        ("b;2021-01-15;;foster;;2001-01-01", "episodes.two_births", 2),
        ("c;2021-01-15;;foster;;1990-01-01", "episodes.too_old", 3),
        ("0102031234;2021-01-15;;foster;;", "sheet.personal", 3),
        ("c;2021-01-15;;foster", "sheet.columns", 3),
    ],
)
def test_a_wrong_row_gets_a_sentence_with_its_line(row, key, line, tmp_path, capsys):
    file = table(tmp_path, ["b;2020-01-01;2020-02-01;foster;;2005-01-01", row])
    with pytest.raises(Problem) as told:
        read_episodes(file)
    problem = getattr(told.value, "found", [told.value])[0]
    assert (problem.key, problem.line) == (key, line)
    assert main(["episodes", str(file), "--lang", "da"]) == 2
    said = capsys.readouterr().err
    assert "0102031234" not in said
    assert "{" not in said


def test_a_column_of_personal_numbers_is_refused_by_its_name(tmp_path):
    file = table(tmp_path, ["1;2020-01-01;;foster;x"], "person;start;end;type;cpr")
    with refused("sheet.personal_column"):
        read_episodes(file)


def test_durations_and_hazards_are_those_the_data_were_made_with(tmp_path):
    """Constant hazard 0.4: the curve lies within 4 errors of exp(-0.4 t) at every point."""
    episodes = read_episodes(table(tmp_path, many(1500)))
    curve = duration_curve(episodes)
    assert len(curve) >= 8
    off = np.abs(curve["share"] - np.exp(-0.4 * curve["years"])) / curve["error"]
    assert off.max() < 4.0
    rates = hazards(episodes)["hazard"].dropna()
    assert len(rates) >= 8
    assert rates.median() == pytest.approx(0.4, rel=0.2)


def test_the_duration_curve_agrees_with_another_program(tmp_path):
    statsmodels = pytest.importorskip("statsmodels.duration.survfunc")
    episodes = read_episodes(table(tmp_path, many(300, seed=9)))
    told = stays(episodes)
    length = ((told["end"] - told["start"]) / 365.25).to_numpy()
    other = statsmodels.SurvfuncRight(length, (~told["open"].astype(bool)).to_numpy().astype(int))
    for row in duration_curve(episodes).to_dict("records"):
        before = np.flatnonzero(other.surv_times <= row["years"])
        share = other.surv_prob[before[-1]] if len(before) else 1.0
        assert row["share"] == pytest.approx(share, abs=1e-12)


def test_figures_for_calibration_and_returns(tmp_path):
    episodes = read_episodes(table(tmp_path, many(1500)))
    found = figures(episodes)
    assert {"placed_on_a_day", "new_placements", "mix_kin", "mix_foster"} <= set(found)
    assert sum(
        found[f"mix_{kind}"] for kind in ("kin", "foster", "institution", "own_room")
    ) == pytest.approx(100)
    assert found["stay_months"] == pytest.approx(12 / 0.4, rel=0.25)  # the longest have not ended yet
    assert returns(episodes) == {}  # nobody comes back: under the threshold
    back = [f"k{c};201{y}-01-01;201{y}-06-01;kin;;" for c in range(20) for y in ((0, 2) if c % 2 else (0,))]
    told = returns(read_episodes(table(tmp_path, [*back, "z;2024-01-01;;kin;;"])))
    assert told["came_back"] == pytest.approx(10 / 30)


def test_small_counts_and_what_gives_them_away_are_gone():
    shown = suppress(np.array([[100, 2], [50, 60], [70, 80]]))
    assert np.isnan(shown[0, 1])
    assert not recoverable(np.isnan(shown))
    assert not np.isnan(suppress(np.array([[10, 20], [30, 40]]))).any()
    assert not np.isnan(suppress(np.array([[100, 2], [50, 60]]), threshold=2)).any()


def test_no_suppressed_cell_can_be_worked_out_in_any_random_table():
    rng = np.random.default_rng(1)
    for _ in range(150):
        counts = rng.poisson(rng.choice([1, 4, 12], size=(rng.integers(2, 6), rng.integers(2, 5))))
        shown = suppress(counts)
        hidden = np.isnan(shown)
        assert recoverable(hidden) == [] or hidden.all()
        assert not ((shown > 0) & (shown < 5)).any()


def test_the_summary_adds_up_and_nothing_personal_is_written(tmp_path, capsys):
    rows = [row.replace(";", "x;", 1) for row in many(300)]
    file = table(tmp_path, [f"secret-{row}" for row in rows])
    told = summary(read_episodes(file))
    assert told.iloc[-1]["all"] == len(rows)
    folder = tmp_path / "out"
    assert main(["episodes", str(file), "--output", str(folder), "--json", "--lang", "en"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"summary", "duration", "hazards", "figures", "returns"}
    written = "".join(path.read_text("utf-8-sig") for path in folder.iterdir())
    assert "secret" not in written + json.dumps(told)
