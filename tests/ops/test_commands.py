"""The whole way by the command line: plan, run, status, export, and the keeping of results."""

import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
from small_study import STUDY, table_of, write

from trappen import __version__, cli
from trappen.agents.problem import Problem
from trappen.scenarios.checksums import write_checksums
from trappen.scenarios.experiments.found import Found
from trappen.scenarios.experiments.store import write_found
from trappen.scenarios.kept.compared import Compared
from trappen.scenarios.studies import store
from trappen.scenarios.studies.drive import drive
from trappen.scenarios.studies.study import load_study
from trappen.viz.terminal.study_text import compared_lines
from trappen.viz.wording import say


@pytest.fixture
def trappen(capsys, monkeypatch, tmp_path):
    """Call the command line in a folder of its own and return its code and what it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Problem, "wording", Problem.wording)

    def call(*args, lang="en"):
        code = cli.main([*map(str, args), "--lang", lang])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_the_whole_way(trappen, tmp_path):
    file = write(tmp_path)
    code, out, _ = trappen("study", file, "--plan")
    assert code == 0
    assert "Runs: 16 in 8 tasks; 0 are there already" in out
    assert not (tmp_path / "results").exists()
    code, out, _ = trappen("study", file, lang="da")
    assert code == 0
    assert "Færdig: 8 opgaver, 16 kørsler" in out
    assert trappen("study", "status", file)[1].splitlines()[1].strip() == "done: 8 tasks, 16 runs"
    code, out, _ = trappen("study", "export", file, "--to", "all.csv", "--json")
    assert json.loads(out) == {"file": "all.csv", "rows": 16, "missing": 0}
    assert len(pd.read_csv("all.csv")) == 16
    code, out, _ = trappen("study", file, "--plan", "--json")
    assert json.loads(out)["done"] == 8

    code, out, _ = trappen("results", "list", "--json")
    (kept,) = json.loads(out)
    assert (kept["kind"], kept["state"]) == ("study", "current")
    assert "seed: 1" in trappen("results", "show", "results/study-small")[1]
    assert trappen("results", "verify", "results/study-small")[0] == 0
    assert trappen("results", "prune")[1] == "There is nothing to prune.\n"

    other = tmp_path / "other"
    other.mkdir()
    changed = write(other, STUDY.replace("years: 2", "years: 2\nseed: 2"))
    assert trappen("study", changed, "--output", "results/seed-2")[0] == 0
    code, out, _ = trappen("results", "compare", "results/study-small", "results/seed-2")
    assert code == 0
    assert "seed: 1 against 2" in out
    assert "columns have other numbers" in out
    same = trappen("results", "compare", "results/study-small", "results/study-small")[1]
    assert same == "The same numbers to the last bit.\n"


@pytest.mark.parametrize("lang", ["da", "en"])
def test_experiments_are_listed_shown_and_verified_too(trappen, tmp_path, lang):
    """They have no manifest.json of their own: what they found stands in result.json."""
    manifest = {"program_version": __version__, "municipality": "Samsø", "children": 713, "seed": 7}
    found = Found("budget", {"silo": pd.DataFrame([{"budget": "state", "a": 1.0}])}, {}, manifest)
    folder = write_found(found, tmp_path / "results")
    title = say("experiment.title.budget", lang)
    code, out, _ = trappen("results", "list", lang=lang)
    assert code == 0
    assert str(folder.relative_to(tmp_path)) in out
    assert title in out
    assert say("results.state_of_this", lang) in out
    (kept,) = json.loads(trappen("results", "list", "--json")[1])
    assert (kept["kind"], kept["state"]) == ("experiment", "current")
    out = trappen("results", "show", folder, lang=lang)[1]
    assert title in out
    assert "seed: 7" in out
    assert trappen("results", "verify", folder)[0] == 0
    table = folder / "tables" / "silo.csv"
    table.write_text(table.read_text(encoding="utf-8-sig").replace("1.0", "2.0"), encoding="utf-8")
    code, out, err = trappen("results", "verify", folder, lang=lang)
    assert code == 2
    assert f"tables/silo.csv: {say('results.bad_changed', lang)}" in out
    code, _, err = trappen("results", "compare", folder, folder, lang=lang)
    assert code == 2
    assert "tables/" in err
    (folder / "result.json").write_text("[]", encoding="utf-8")
    assert say("results.state_unreadable", lang) in trappen("results", "list", lang=lang)[1]


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("kind", ["experiment", "rerun"])
def test_a_folder_without_checksums_says_what_a_reader_gets(trappen, tmp_path, lang, kind):
    found = Found("budget", {"silo": pd.DataFrame([{"budget": "state", "a": 1.0}])}, {}, {"seed": 7})
    folder = write_found(found, tmp_path / "results")
    if kind == "rerun":  # a comparison has a manifest of its own
        manifest = json.dumps({"program": "trappen", "program_version": "0.0.9", "seed": 7})
        (folder / "manifest.json").write_text(manifest, encoding="utf-8")
        write_checksums(folder)
    told = say(f"results.unchecked_{kind}", lang)
    assert told not in " ".join(trappen("results", "show", folder, lang=lang)[1].split())
    (folder / "checksums.sha256").unlink()
    code, out, _ = trappen("results", "show", folder, lang=lang)
    assert code == 0
    assert told in " ".join(out.split())
    assert "seed: 7" in out
    assert json.loads(trappen("results", "show", folder, "--json")[1])["checked"] is False


def test_what_differs_is_columns_told_in_the_readers_numbers():
    rows = pd.DataFrame([{"row": "cost", "common": 1234, "unlike": 2, "largest": 0.012345}])
    told = {lang: list(compared_lines(Compared([], rows), lang)) for lang in ("da", "en")}
    assert told["da"][0].startswith("1 af tabellens 1 kolonner")
    assert "2 af 1.234 rækker er forskellige, højst med 0,01235" in told["da"][1]
    assert "2 of 1,234 rows differ, by at most 0.01235" in told["en"][1]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("engine", "request_to_end"), [("processes", signal.SIGINT), ("threads", signal.SIGTERM)]
)
def test_stopped_by_the_user_or_a_batch_system_it_goes_on(tmp_path, engine, request_to_end):
    """Ctrl-C reaches all processes of a terminal; the request to end only the one that drives."""
    told = STUDY.replace("children: 400", "children: 5000").replace("years: 2", "years: 8")
    file, folder = write(tmp_path, told), tmp_path / "stopped"
    command = [sys.executable, "-m", "trappen", "study", str(file), "--output", str(folder), "--lang", "en"]
    process = subprocess.Popen(
        [*command, "--engine", engine, "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A shell that runs the tests in the background makes them, and so their children, ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    for _ in range(6000):
        if process.poll() is not None or store.kept(folder):
            break
        time.sleep(0.02)
    if request_to_end == signal.SIGINT:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(request_to_end)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 130, said
    assert "tasks are kept" in said
    assert "Traceback" not in said
    kept = store.kept(folder)
    assert 1 <= len(kept) < 8
    before = {name: store.file_of(folder, name).stat().st_mtime_ns for name in kept}
    again = subprocess.run(
        [*command, "--workers", "2"], capture_output=True, text=True, check=False, timeout=300
    )
    assert again.returncode == 0, again.stderr
    assert f"; {len(kept)} are there already" in again.stdout
    assert {name: store.file_of(folder, name).stat().st_mtime_ns for name in kept} == before
    drive(load_study(file), tmp_path / "whole", workers=2)
    assert table_of(folder) == table_of(tmp_path / "whole")


def test_what_no_plan_uses_is_shown_and_removed_only_when_asked(trappen, tmp_path):
    file = write(tmp_path)
    trappen("study", file)
    folder = tmp_path / "results" / "study-small"
    trappen("study", write(tmp_path, STUDY.replace("[15, 25]", "[15]")))
    draft = folder / "tasks" / ".draft-x"
    draft.write_text("half")
    before = len(list(folder.glob("tasks/*/*.parquet")))
    out = trappen("results", "prune")[1]
    assert "draft of an interrupted run" in out
    assert "Nothing is removed" in out
    assert draft.exists()
    out = trappen("results", "prune", "--yes")[1]
    assert "things were removed" in out
    assert not draft.exists()
    assert len(list(folder.glob("tasks/*/*.parquet"))) < before
    assert trappen("study", "status", folder)[0] == 0


def test_a_changed_result_is_named(trappen, tmp_path):
    from trappen.scenarios.checksums import write_checksums

    folder = tmp_path / "results" / "one"
    (folder / "tables").mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"program": "trappen", "program_version": "0.0.7"}))
    (folder / "tables" / "summary.csv").write_text("a;b")
    write_checksums(folder)
    assert trappen("results", "verify", folder)[0] == 0
    (folder / "tables" / "summary.csv").write_text("a;c")
    (folder / "new.txt").write_text("x")
    code, _, err = trappen("results", "verify", folder)
    assert code == 2
    assert "1 files are changed or missing" in err
    assert "older version" in trappen("results", "list")[1]
    assert trappen("rerun", folder)[0] == 2
    trappen("results", "prune", "--older", "--yes")
    assert not folder.exists()


@pytest.mark.parametrize(
    ("args", "begins"),
    [
        (["study", "nothing.yaml"], "nothing.yaml: there is no such file"),
        (["study", "status", "nothing"], "nothing: there is no study here"),
        (["study", "status"], "after status and export"),
        (["study", "small.yaml", "--engine", "ray"], "--engine: nothing is computed on ray"),
        (["study", "small.yaml", "more"], "is one word too many"),
        (["study", "export", "small.yaml", "--to", "x.xlsx"], "results/study-small"),
        (["results", "remove"], "“remove” cannot be done"),
        (["results", "compare", "x"], "compare takes 2 folder(s)"),
        (["results", "show", "nothing"], "nothing: here is no result, experiment or study"),
        (["results", "list", "--yes"], "--yes does not belong to list"),
        (["results", "list", "nothing"], "nothing: there is no folder here"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(trappen, tmp_path, args, begins):
    write(tmp_path)
    code, out, err = trappen(*args)
    assert code == 2
    assert out == ""
    assert begins in err
    assert "Traceback" not in err
