"""Every broken file gets its sentences, word for word: file, line, field, what is wrong, what instead."""

import re
import tomllib
from pathlib import Path

import pytest

from trappen.agents.problem import Problem
from trappen.policies.catalogue import load_policy
from trappen.policies.lever import levers
from trappen.scenarios.scenario import load_scenario

BROKEN = Path(__file__).parent / "broken"
SCENARIO = (BROKEN / "good_scenario.yaml").read_text(encoding="utf-8")


def cases(name):
    with (BROKEN / f"{name}.toml").open("rb") as stream:
        return [pytest.param(case, id=key) for key, case in tomllib.load(stream).items()]


def broken_text(case, good):
    text = case.get("text", good)
    for old, new in case.get("change", []):
        assert text.count(old) >= 1, f"{old!r} is not in the good file"
        text = text.replace(old, new, 1)
    return text


def said(read, path):
    with pytest.raises(Problem) as caught:
        read(path)
    sentences = str(caught.value).replace(str(path), "FILE").replace(str(path.parent), "FOLDER")
    return sentences.replace(", ".join(levers()), "LEVERS").split("\n")


def test_there_are_enough_of_them():
    assert len(cases("files") + cases("scenarios") + cases("policies")) >= 100


def test_the_good_files_are_good(register):
    assert load_scenario(BROKEN / "good_scenario.yaml", register=register).years == 10
    assert load_policy(BROKEN / "good_policy.yaml").stop_year == 5


@pytest.mark.parametrize("case", cases("files") + cases("scenarios"))
def test_a_broken_scenario_file(case, tmp_path, english, register):
    path = tmp_path / "x.yaml"
    path.write_text(broken_text(case, SCENARIO), encoding="utf-8")
    assert said(lambda file: load_scenario(file, register=register), path) == case["says"]


@pytest.mark.parametrize("case", cases("policies"))
def test_a_broken_policy_file(case, tmp_path, english):
    path = tmp_path / "x.yaml"
    path.write_text(broken_text(case, (BROKEN / "good_policy.yaml").read_text("utf-8")), encoding="utf-8")
    assert said(load_policy, path) == case["says"]


@pytest.mark.parametrize("case", cases("files") + cases("scenarios"))
def test_danish_names_the_same_places(case, tmp_path, danish, register):
    path = tmp_path / "x.yaml"
    path.write_text(broken_text(case, SCENARIO), encoding="utf-8")
    sentences = said(lambda file: load_scenario(file, register=register), path)
    assert len(sentences) == len(case["says"])
    for ours, english_one in zip(sentences, case["says"], strict=True):
        place = re.match(r"(FILE|FOLDER)\S*( [a-z_0-9.]+: )?", english_one)
        assert place
        assert ours.startswith(place.group())
        assert ours != english_one
        assert ";" in ours
        assert ours.endswith((".", "?"))
        assert "{" not in ours.replace("{...}", "")


ENCODINGS = {
    "utf-16": ("utf-16", 1, "UTF-16"),
    "utf-16-without-mark": ("utf-16-le", 1, "UTF-16"),
    "utf-32": ("utf-32", 1, "UTF-32"),
    "windows": ("cp1252", 2, "Windows-1252"),
}


@pytest.mark.parametrize(("encoding", "line", "name"), ENCODINGS.values(), ids=ENCODINGS)
def test_a_wrong_encoding_is_named(encoding, line, name, tmp_path, english):
    path = tmp_path / "x.yaml"
    path.write_bytes(SCENARIO.replace("Herning", "Ærø").encode(encoding))
    assert said(load_scenario, path) == [
        f"FILE:{line}: the file is not UTF-8 but looks like {name}; save it as UTF-8."
    ]


def test_utf_8_with_a_mark_and_windows_line_ends_are_fine(tmp_path, register):
    path = tmp_path / "x.yaml"
    path.write_bytes(SCENARIO.replace("\n", "\r\n").replace("Herning", "Ærø").encode("utf-8-sig"))
    assert load_scenario(path, register=register).municipality == "Ærø"


def test_a_control_character(tmp_path, english):
    path = tmp_path / "x.yaml"
    path.write_text(SCENARIO.replace("policy", "pol\x07icy"), encoding="utf-8")
    assert said(load_scenario, path) == [
        "FILE:3: the character U+0007 cannot stand in a text file; delete it."
    ]


def test_a_number_of_5000_digits(tmp_path, english):
    path = tmp_path / "x.yaml"
    path.write_text(SCENARIO.replace("seed: 3", "seed: " + "9" * 5000), encoding="utf-8")
    sentence = f"FILE:7: seed: {'9' * 40}... is too long a number; write it with fewer digits."
    assert said(load_scenario, path)[0] == sentence


def test_a_long_title(tmp_path, english, register):
    path = tmp_path / "x.yaml"
    path.write_text(SCENARIO + f"title: {'x' * 201}\n", encoding="utf-8")
    sentence = "FILE:19: title: the text is too long; use at most 200 characters."
    assert said(lambda file: load_scenario(file, register=register), path) == [sentence]


def test_no_file_names_the_nearest(tmp_path, english):
    (tmp_path / "herning.yaml").write_text(SCENARIO, encoding="utf-8")
    assert said(load_scenario, tmp_path / "hernning.yaml") == [
        "FILE: there is no such file; did you mean FOLDER/herning.yaml?"
    ]
    assert said(load_scenario, tmp_path / "zzz.yml") == ["FILE: there is no such file; correct the path."]


def test_a_folder_is_not_a_file(tmp_path, english):
    folder = tmp_path / "folder.yaml"
    folder.mkdir()
    assert said(load_scenario, folder) == ["FILE: this is not a file; give the path of a YAML file."]


def test_a_mistake_in_a_policy_file_is_told_with_that_file(tmp_path, english, register):
    (tmp_path / "p.yaml").write_text(
        (BROKEN / "good_policy.yaml").read_text("utf-8").replace("caseload: 25", "caseload: 2,5"),
        encoding="utf-8",
    )
    path = tmp_path / "x.yaml"
    path.write_text(SCENARIO.replace("omlaegning", "p.yaml"), encoding="utf-8")
    assert said(lambda file: load_scenario(file, register=register), path) == [
        "FOLDER/p.yaml:6: levers.caseload: 2,5 has a decimal comma; write 2.5 "
        "(or put it in quotes if it is text)."
    ]
