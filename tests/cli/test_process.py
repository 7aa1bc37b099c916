"""The command as a process: its language, letters it cannot write, readers that leave, and Ctrl-C."""

import os
import signal
import subprocess
import sys
import time

import pytest


@pytest.mark.parametrize(
    ("environment", "begins"),
    [
        ({}, "brug:"),
        ({"LANG": "C"}, "brug:"),
        ({"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, "brug:"),
        ({"LANG": "da_DK.UTF-8"}, "brug:"),
        ({"LANG": "en_GB.UTF-8"}, "usage:"),
        ({"LANG": "da_DK.UTF-8", "LC_ALL": "en_US.UTF-8"}, "usage:"),
    ],
)
def test_the_language_follows_the_locale(started, environment, begins):
    assert started("--help", **environment).stdout.startswith(begins)


@pytest.mark.parametrize("args", [("--lang", "en"), ("--lang=en",), ("catalogue", "--lang", "en", "--help")])
def test_a_language_asked_for_goes_before_the_locale(started, args):
    assert started(*args, LANG="da_DK.UTF-8").stdout.startswith("usage:")


def test_python_dash_m_does_the_same(started):
    done = subprocess.run(
        [sys.executable, "-m", "trappen", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == started("--version").stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437"])
def test_letters_a_pipe_cannot_take_are_replaced_by_near_ones(started, encoding):
    for args in (["--help"], ["catalogue"], ["municipalities"], ["frobnicate"]):
        done = started(*args, PYTHONIOENCODING=encoding)
        assert done.returncode == (2 if args == ["frobnicate"] else 0), done.stderr
        assert "Traceback" not in done.stderr
    if encoding == "ascii":
        assert "Haandtag" in started("catalogue", PYTHONIOENCODING=encoding).stdout


def test_a_minus_is_never_lost(started, given, tmp_path):
    args = ("compare", given / "today.yaml", given / "reform.yaml", "--output", tmp_path, "--no-uncertainty")
    args += ("--replicates", "2")
    whole, poor = (started(*args, PYTHONIOENCODING=encoding) for encoding in ("utf-8", "ascii"))
    assert whole.returncode == poor.returncode == 0, poor.stderr
    assert whole.stdout.count("\N{MINUS SIGN}") > 0
    assert "?" not in poor.stdout.replace("?\n", "\n")
    assert "Traceback" not in poor.stderr


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
@pytest.mark.parametrize("command", [["--help"], ["municipalities"], ["catalogue"], ["run", "{small}"]])
def test_a_reader_who_left_is_no_mistake(installed, given, command):
    args = [arg.format(small=given / "today.yaml") for arg in command]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [installed, *args], stdout=writing, stderr=subprocess.PIPE, text=True, check=False, timeout=240
        )
    finally:
        os.close(writing)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
    assert done.returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_ends_a_run_soon_and_keeps_nothing(installed, given, tmp_path):
    args = ["compare", given / "today.yaml", given / "reform.yaml", "--replicates", "5000", "--years", "60"]
    process = subprocess.Popen(
        [installed, *args, "--lang", "en"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        time.sleep(8)  # well into the run
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert out == ""
    assert err.splitlines()[-1] == "Interrupted; nothing was kept."
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []
