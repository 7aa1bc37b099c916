"""A command line that cannot be followed gets its sentence and exit code 2, and nothing is written."""

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

with (Path(__file__).parent / "broken.toml").open("rb") as stream:
    CASES = tomllib.load(stream)

IN_A_PROCESS = ("misspelt_command", "years_decimal_comma", "files_of_two_municipalities", "rerun_not_json")
LONG = {"long": "x" * 5000, "nines": "9" * 5000}


def filled(text, given):
    for name, value in {**LONG, "given": str(given), "version": version("trappen")}.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def listing(folder):
    return sorted(
        (path.relative_to(folder).as_posix(), path.stat().st_mtime_ns) for path in folder.rglob("*")
    )


def test_there_are_enough_of_them():
    assert len(CASES) >= 40
    for case in CASES.values():
        for lang in ("da", "en"):
            for sentence in case[lang].split("\n"):
                assert sentence.endswith((".", "?")), sentence
                assert "; " in sentence, sentence
        assert case["da"] != case["en"]


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("name", CASES)
def test_it_is_told_in_both_languages(name, lang, trappen, given, here):
    before = listing(given)
    args = [filled(arg, given) for arg in CASES[name]["args"]]
    said = trappen(args, lang)
    assert said.err == filled(CASES[name][lang], given) + "\n"
    assert said.code == 2
    assert said.out == ""
    assert listing(here) == []
    assert listing(given) == before


@pytest.mark.parametrize("name", IN_A_PROCESS)
def test_the_installed_command_says_the_same(name, started, given, here):
    args = [filled(arg, given) for arg in CASES[name]["args"]]
    done = started(*args, LANG="en_GB.UTF-8")
    assert done.stderr == filled(CASES[name]["en"], given) + "\n"
    assert done.returncode == 2
    assert done.stdout == ""
    assert listing(here) == []


def test_bytes_that_are_no_text(started, here):
    done = started("run", b"\xff\xfe".decode("utf-8", "surrogateescape"), LANG="en_GB.UTF-8")
    lost = "\N{REPLACEMENT CHARACTER}" * 2
    assert done.stderr.startswith(
        f"no policy is called “{lost}”; the catalogue holds status_quo, omlaegning, "
    )
    assert done.returncode == 2
    assert listing(here) == []


def test_show_names_the_nearest(trappen, here):
    pytest.importorskip("trappen.viz.terminal.shown", reason="`trappen show` is still to come")
    for lang in ("da", "en"):
        said = trappen(["show", "caselaod"], lang)
        assert said.code == 2
        assert "caseload" in said.err
        assert said.out == ""


def test_nothing_is_kept_where_nothing_can_be_written(trappen, given, here):
    """A place that looks writable and is not: found only when the result is to be written."""
    if not Path("/proc/self").exists():
        pytest.skip("no such place here")
    said = trappen(["compare", given / "today.yaml", given / "reform.yaml", "--output", "/proc/x"], "en")
    assert said.code == 2
    assert said.err.splitlines()[-1].startswith("/proc/x")
    assert said.out == ""
    assert listing(here) == []
