"""Through every failure nothing is lost: interrupted and resumed equals uninterrupted, to the byte."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
from small_study import STUDY, table_of, write

from trappen.agents.problem import Problem
from trappen.scenarios.studies import store
from trappen.scenarios.studies.drive import drive, prepare
from trappen.scenarios.studies.folder import FILE, read_planned
from trappen.scenarios.studies.index import Index
from trappen.scenarios.studies.study import load_study

TASKS = 8
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def wait_for(condition, seconds=300):
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come to that")


def results(folder):
    return len(store.kept(folder))


@posix
@pytest.mark.parametrize("engine", ["threads", "processes"])
def test_a_killed_driver_loses_no_result_and_its_successor_ends_complete(
    driver, study, uninterrupted, tmp_path, engine
):
    folder = tmp_path / "killed"
    first = driver(folder, work="slow", engine=engine, slowly=1)
    wait_for(lambda: results(folder) >= 2)
    first.send_signal(signal.SIGKILL)
    first.wait()
    before = {name: store.file_of(folder, name).stat().st_mtime_ns for name in store.kept(folder)}
    assert 2 <= len(before) < TASKS
    for name in before:
        store.read_result(store.file_of(folder, name), name)
    counts = drive(study, folder)
    assert counts["done"].tasks == TASKS
    after = {name: store.file_of(folder, name).stat().st_mtime_ns for name in before}
    assert after == before, "what was done is not done again"
    assert table_of(folder) == uninterrupted


@posix
def test_workers_end_with_a_killed_driver(driver, tmp_path):
    process = driver(tmp_path / "orphans", work="slow", engine="processes", said=subprocess.DEVNULL)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        pytest.skip("this system does not tell a process's children")
    wait_for(lambda: results(tmp_path / "orphans") >= 1)
    workers = children.read_text().split()
    assert workers
    process.kill()
    process.wait()
    wait_for(lambda: not any(running(worker) for worker in workers), 20)


def running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


@posix
def test_a_killed_worker_is_replaced(driver, study, uninterrupted, tmp_path):
    folder = tmp_path / "worker"
    process = driver(folder, work="slow", engine="processes")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        pytest.skip("this system does not tell a process's children")
    wait_for(lambda: results(folder) >= 1)
    workers = [pid for pid in children.read_text().split() if b"spawn_main" in cmdline(pid)]
    os.kill(int(workers[0]), signal.SIGKILL)
    out, _ = process.communicate(timeout=600)
    assert process.returncode == 0, out
    assert table_of(folder) == uninterrupted


def cmdline(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.parametrize("engine", ["threads", "processes"])
def test_a_task_that_raises_is_set_aside_and_the_others_are_done(driver, study, tmp_path, engine):
    folder = tmp_path / "poison"
    process = driver(folder, work="raises", engine=engine)
    out, _ = process.communicate(timeout=600)
    assert process.returncode == 2
    assert "1 of 8 tasks were set aside after three attempts" in out
    assert "outgrew its room" in out
    assert "status_quo" in out
    assert results(folder) == TASKS - 1


@posix
def test_a_task_that_kills_its_worker_is_set_aside_and_no_other_with_it(
    driver, study, uninterrupted, tmp_path
):
    folder = tmp_path / "deadly"
    process = driver(folder, work="kills", engine="processes")
    out, _ = process.communicate(timeout=600)
    assert process.returncode == 2, out
    assert "1 of 8 tasks were set aside" in out
    assert results(folder) == TASKS - 1
    with pytest.raises(Problem):  # it stays aside until asked for
        drive(study, folder)
    assert drive(study, folder, retry=True)["done"].tasks == TASKS
    assert table_of(folder) == uninterrupted


@posix
def test_a_task_that_kills_its_driver_is_set_aside_after_three_drivers(driver, study, tmp_path):
    folder = tmp_path / "deadliest"
    drivers = 0
    for _ in range(6):
        drivers += 1
        process = driver(folder, work="kills", engine="threads")
        out, _ = process.communicate(timeout=600)
        if process.returncode == 2:
            break
        assert process.returncode == -signal.SIGKILL, out
    assert drivers <= 4
    assert "1 of 8 tasks were set aside" in out
    assert results(folder) == TASKS - 1


@posix
def test_two_drivers_share_a_study_and_no_task_is_done_twice(driver, study, uninterrupted, tmp_path):
    folder, marks = tmp_path / "shared", tmp_path / "marks"
    two = [driver(folder, work="counted", engine="threads", marks=marks) for _ in range(2)]
    for process in two:
        out, _ = process.communicate(timeout=600)
        assert process.returncode == 0, out
    assert Counter(mark.stat().st_size for mark in marks.iterdir()) == {1: TASKS}
    assert table_of(folder) == uninterrupted


@posix
def test_a_driver_waits_for_another_and_takes_over_when_that_dies(driver, study, uninterrupted, tmp_path):
    folder = tmp_path / "relay"
    first = driver(folder, work="slow", engine="threads", workers=8, slowly=30)
    wait_for(lambda: (folder / "index.sqlite").exists() and running_tasks(folder) == TASKS)
    second = driver(folder, engine="threads")
    time.sleep(2)
    assert second.poll() is None, "all tasks are in the hands of the first"
    first.kill()
    out, _ = second.communicate(timeout=600)
    assert second.returncode == 0, out
    assert table_of(folder) == uninterrupted


def running_tasks(folder):
    index = Index(folder)
    try:
        return index.counts()["running"].tasks
    except Problem:
        return 0
    finally:
        index.close()


@pytest.fixture
def small_disk(tmp_path):
    """A real disk of 256 kB."""
    mount = shutil.which("mount")
    if mount is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=256k", "tmpfs", place], check=False)
    if done.returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_gets_a_sentence_and_the_study_goes_on_when_there_is_room(
    small_disk, study, uninterrupted, english
):
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 150_000)
    folder = small_disk / "full"
    with pytest.raises(Problem) as caught:
        drive(study, folder)
    assert caught.value.key == "study.disk_full"
    assert "the disk is full; all that is done is kept" in str(caught.value)
    kept = results(folder)
    assert kept < TASKS
    for name in store.kept(folder):
        store.read_result(store.file_of(folder, name), name)
    ballast.unlink()
    subprocess.run(["mount", "-o", "remount,size=8m", small_disk], check=True)
    assert drive(study, folder)["done"].tasks == TASKS
    assert store.leftovers(folder) == []
    assert table_of(folder) == uninterrupted


@posix
def test_a_file_that_may_grow_no_more_is_a_full_disk(tmp_path):
    """Where no disk can be mounted, a limit on the size of files gives the same error of the system."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
        with pytest.raises(store.DiskFull):
            store.write_atomically(tmp_path / "x.parquet", b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert list(tmp_path.iterdir()) == []


CLOCK = """\
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long jump(void) { static long calls; return (calls++ % 2 ? -1 : 1) * 400L * 24 * 3600; }

int clock_gettime(clockid_t which, struct timespec *now) {
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int answer = real(which, now);
    if (which == CLOCK_REALTIME) now->tv_sec += jump();
    return answer;
}
int gettimeofday(struct timeval *now, void *zone) {
    int (*real)(struct timeval *, void *) = dlsym(RTLD_NEXT, "gettimeofday");
    int answer = real(now, zone);
    now->tv_sec += jump();
    return answer;
}
time_t time(time_t *now) {
    struct timespec seen;
    clock_gettime(CLOCK_REALTIME, &seen);
    if (now) *now = seen.tv_sec;
    return seen.tv_sec;
}
"""


@posix
def test_a_clock_that_jumps_by_years_changes_nothing(driver, environment, study, uninterrupted, tmp_path):
    compiler = shutil.which("cc")
    if compiler is None or not Path("/proc").exists():
        pytest.skip("no C compiler, or no LD_PRELOAD, to make a clock that jumps")
    source, library = tmp_path / "clock.c", tmp_path / "clock.so"
    source.write_text(CLOCK)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    seen = subprocess.run(
        ["python3", "-c", "import time; print(abs(time.time() - time.time()) > 1e7)"],
        env=os.environ | {"LD_PRELOAD": str(library)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert seen.stdout.strip() == "True", "the clock must jump for this to test anything"
    folder, marks = tmp_path / "jumping", tmp_path / "marks"
    two = [
        driver(folder, work="counted", engine="threads", marks=marks, ld_preload=library) for _ in range(2)
    ]
    for process in two:
        out, _ = process.communicate(timeout=600)
        assert process.returncode == 0, out
    assert Counter(mark.stat().st_size for mark in marks.iterdir()) == {1: TASKS}
    for file in folder.rglob("*"):  # and files from the future are results like others
        os.utime(file, (4e9, 4e9))
    assert drive(study, folder)["done"].tasks == TASKS
    assert table_of(folder) == uninterrupted


def test_no_decision_rests_on_a_clock():
    folder = Path(store.__file__).parent
    for file in folder.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "datetime" not in text, file.name
        assert "time.time" not in text, file.name
        assert "st_mtime" not in text, file.name


def test_results_of_another_program_are_readable_and_not_mixed_with_new_ones(
    study, uninterrupted, tmp_path, english
):
    folder = tmp_path / "old"
    drive(study, folder)
    file = folder / FILE
    now = read_planned(folder).program
    file.write_text(file.read_text().replace(now, "0123456789abcdef"))
    with pytest.raises(Problem) as caught:
        drive(study, folder)
    assert caught.value.key == "study.other_program"
    assert "--output" in str(caught.value)
    assert "trappen study export" in str(caught.value)
    assert read_planned(folder).of_this_program is False


def test_a_lost_index_is_made_anew_from_the_results(study, uninterrupted, tmp_path):
    folder = tmp_path / "lost"
    drive(study, folder)
    for file in folder.glob("index.sqlite*"):
        file.unlink()
    before = {path: path.stat().st_mtime_ns for path in folder.glob("tasks/*/*")}
    assert drive(study, folder)["done"].tasks == TASKS
    assert {path: path.stat().st_mtime_ns for path in folder.glob("tasks/*/*")} == before
    assert table_of(folder) == uninterrupted


def test_a_damaged_index_gets_a_sentence(study, tmp_path, english):
    folder = tmp_path / "torn"
    drive(study, folder)
    for name in ("-wal", "-shm"):
        (folder / f"index.sqlite{name}").unlink(missing_ok=True)
    (folder / "index.sqlite").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(Problem) as caught:
        drive(study, folder)
    assert caught.value.key == "study.index_damaged"
    (folder / "index.sqlite").unlink()
    assert drive(study, folder)["done"].tasks == TASKS


def test_an_index_that_computes_is_refused(study, tmp_path):
    """A view that never ends, in a folder somebody else made, must not be asked."""
    folder = tmp_path / "view"
    prepare(study, folder)[1].close()
    (folder / "index.sqlite").unlink()
    with sqlite3.connect(folder / "index.sqlite") as db:
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n"
        db.execute(f"CREATE VIEW tasks AS {endless}")
    db.close()
    with pytest.raises(Problem) as caught:
        Index(folder)
    assert caught.value.key == "study.index_damaged"


def test_a_refused_index_is_let_go_of(study, tmp_path):
    """Left open, it held the file against whoever asked next, who waited a minute for it."""
    folder = tmp_path / "held"
    prepare(study, folder)[1].close()
    with sqlite3.connect(folder / "index.sqlite") as db:
        db.execute("CREATE VIEW odd AS SELECT 1")
    db.close()
    with pytest.raises(Problem) as caught:
        Index(folder)
    with sqlite3.connect(folder / "index.sqlite", timeout=0) as db:
        db.execute("PRAGMA journal_mode = DELETE")  # needs the file for itself alone
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    db.close()
    assert caught.value.key == "study.index_damaged"


def test_a_damaged_result_is_found_and_computed_anew(study, uninterrupted, tmp_path):
    from trappen.scenarios.kept.verified import verify

    folder = tmp_path / "damaged"
    drive(study, folder)
    names = sorted(store.kept(folder))
    flipped, cut = (store.file_of(folder, name) for name in names[:2])
    content = bytearray(flipped.read_bytes())
    content[len(content) // 3] ^= 1
    flipped.write_bytes(content)
    cut.write_bytes(cut.read_bytes()[:-100])
    found = verify(folder)
    assert not found.whole
    assert found.good == TASKS - 2
    with pytest.raises(Problem) as caught:
        table_of(folder)
    assert caught.value.key == "study.result_damaged"
    verify(folder, mend=True)
    assert drive(study, folder)["done"].tasks == TASKS
    assert table_of(folder) == uninterrupted


def test_a_longer_study_uses_what_is_there(study, tmp_path):
    folder = tmp_path / "grown"
    drive(study, folder)
    before = {path: path.stat().st_mtime_ns for path in folder.glob("tasks/*/*")}
    longer = load_study(write(tmp_path, STUDY.replace("replicates: 2", "replicates: 3")))
    assert drive(longer, folder)["done"].tasks == TASKS * 3 // 2
    after = {path: path.stat().st_mtime_ns for path in folder.glob("tasks/*/*")}
    assert {path: after[path] for path in before} == before


def test_a_driver_whose_plan_was_replaced_says_so(study, tmp_path):
    folder = tmp_path / "replaced"
    planned, index = prepare(study, folder)
    other = load_study(write(tmp_path, STUDY.replace("years: 2", "years: 3")))
    prepare(other, folder)[1].close()
    with pytest.raises(Problem) as caught:
        index.claim(planned.identity, "driver-x.lock", 1)
    index.close()
    assert caught.value.key == "study.planned_anew"
