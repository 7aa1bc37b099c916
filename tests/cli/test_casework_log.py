"""The log of casework as the installed command writes it: a tidy table one can follow, in both forms."""

import pandas as pd
import pytest

COLUMNS = [
    "month", "task", "acute", "child", "caseworker",
    "arrival", "start", "finish", "waited", "deadline", "kept",
]  # fmt: skip


@pytest.fixture(scope="module")
def written(started, given, tmp_path_factory):
    """Give the log of three months as CSV and, from the readable engine, as Parquet; and what was said."""
    folder = tmp_path_factory.mktemp("log")
    said = []
    for name, more in (("log.csv", []), ("log.parquet", ["--casework", "simpy"])):
        args = ("casework", given / "today.yaml", "--log", folder / name, "--log-months", 3, *more)
        said.append(started(*map(str, args), LC_ALL="en_GB.UTF-8"))
    return folder, said


def test_who_what_when_waited_deadline_and_kept(written):
    folder, said = written
    assert [done.returncode for done in said] == [0, 0], said[0].stderr
    log = pd.read_csv(folder / "log.csv")
    assert list(log.columns) == COLUMNS
    assert set(log["month"]) == {0, 1, 2}
    assert set(log["task"]) <= {"review", "assessment", "follow_up", "visit"}
    assert len(log) > 10
    pd.testing.assert_series_equal(log["waited"], log["start"] - log["arrival"], check_names=False)
    pd.testing.assert_series_equal(log["kept"], log["finish"] <= log["deadline"], check_names=False)
    assert (log["caseworker"] >= 0).all()
    assert f"{len(log)} tasks in 3 months, {100 * log['kept'].mean():.0f}% within" in said[0].stdout


def test_both_engines_and_both_forms_hold_the_same(written):
    folder, _ = written
    log, simpy = pd.read_csv(folder / "log.csv"), pd.read_parquet(folder / "log.parquet")
    pd.testing.assert_frame_equal(log, simpy, check_dtype=False, rtol=1e-12)
