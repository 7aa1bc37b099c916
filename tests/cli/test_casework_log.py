"""The log of casework as the installed command writes it: a tidy table one can follow, in both forms."""

import pandas as pd

COLUMNS = [
    "month", "task", "acute", "child", "caseworker",
    "arrival", "start", "finish", "waited", "deadline", "kept",
]  # fmt: skip


def test_who_what_when_waited_deadline_and_kept_from_either_engine(started, given, tmp_path):
    """Three months as CSV, and from the readable engine as Parquet: the same rows."""
    said = []
    for name, more in (("log.csv", []), ("log.parquet", ["--casework", "simpy"])):
        args = ("casework", given / "today.yaml", "--log", tmp_path / name, "--log-months", 3, *more)
        said.append(started(*args, LC_ALL="en_GB.UTF-8"))
    assert [done.returncode for done in said] == [0, 0], said[0].stderr
    log, simpy = pd.read_csv(tmp_path / "log.csv"), pd.read_parquet(tmp_path / "log.parquet")
    assert list(log.columns) == COLUMNS
    assert set(log["month"]) == {0, 1, 2}
    assert set(log["task"]) <= {"review", "assessment", "follow_up", "visit"}
    assert len(log) > 10
    pd.testing.assert_series_equal(log["waited"], log["start"] - log["arrival"], check_names=False)
    pd.testing.assert_series_equal(log["kept"], log["finish"] <= log["deadline"], check_names=False)
    assert (log["caseworker"] >= 0).all()
    told = " ".join(said[0].stdout.split())
    assert f"{len(log)} tasks in 3 months, {100 * log['kept'].mean():.0f}% within" in told
    pd.testing.assert_frame_equal(log, simpy, check_dtype=False, rtol=1e-12)
