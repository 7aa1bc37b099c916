"""`trappen rerun` gives a result again bit for bit from its manifest alone, and says so when it cannot."""

import json
import shutil

import pandas as pd
import pytest

from trappen.scenarios.kept.results import TABLES


@pytest.fixture
def manifest(compared, tmp_path):
    """A copy of a result's manifest, to be changed, in a folder of its own."""
    place = tmp_path / "changed"
    place.mkdir()
    return shutil.copy(compared["da"][0] / "manifest.json", place / "manifest.json")


def change(manifest, *paths_and_value):
    """Write a value to the places of a manifest that dotted paths name."""
    *paths, value = paths_and_value
    data = json.loads(manifest.read_text(encoding="utf-8"))
    for path in paths:
        *above, last = path.split(".")
        part = data
        for name in above:
            part = part[name]
        part[last] = value
    manifest.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def test_the_same_numbers_bit_for_bit(trappen, compared, here):
    folder, first = compared["da"]
    said = trappen(["rerun", folder / "manifest.json", "--output", here / "again"], "da")
    assert said.code == 0, said.err
    (again,) = (here / "again").iterdir()
    assert again.name == folder.name
    for name in TABLES:
        ours, theirs = (pd.read_parquet(one / "tables" / f"{name}.parquet") for one in (again, folder))
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
        csv = f"tables/{name}.csv"
        assert (again / csv).read_bytes() == (folder / csv).read_bytes()
    assert (again / "manifest.json").read_bytes() == (folder / "manifest.json").read_bytes()
    before_the_path = "Rapport og tabeller"
    assert said.out.split(before_the_path)[0] == first.out.split(before_the_path)[0]
    assert "Trappen" in said.out.split(before_the_path)[1]


def test_the_folder_itself_will_do_and_the_json_is_equal(trappen, compared, given, here):
    folder, _ = compared["en"]
    first = trappen(
        ["compare", given / "today.yaml", given / "reform.yaml", "--json", "--output", here / "a"], "en"
    )
    again = trappen(["rerun", folder, "--json", "--output", here / "b"], "en")
    assert first.code == again.code == 0, again.err
    assert json.loads(again.out) == json.loads(first.out)
    assert again.out == first.out


def test_another_seed_gives_other_numbers_and_is_refused(trappen, manifest, here):
    change(manifest, "scenarios.a.seed", "scenarios.b.seed", 6)
    said = trappen(["rerun", manifest, "--output", here / "x"], "en")
    assert said.code == 2
    sentence = "the run gave other numbers than the manifest stands for"
    assert f"{manifest}: {sentence}" in said.err
    assert said.out == ""
    assert not (here / "x").exists()


def test_two_seeds_are_no_comparison(trappen, manifest, here):
    change(manifest, "scenarios.b.seed", 6)
    said = trappen(["rerun", manifest, "--output", here / "x"], "en")
    assert said.code == 2
    assert "seed: " in said.err
    assert not (here / "x").exists()


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("scenarios.a.years", 200, "{file}: years: 200 lies outside what is possible"),
        ("scenarios.a.years", "2", '{file}: years: "2" is not a whole number'),
        ("scenarios.b.policy.levers.caseload", 999, "{file}: policy.levers.caseload: 999 lies outside"),
        ("scenarios.a.policy", "status_quo", "{file}: policy: "),
        ("scenarios.a.policy.name", "../../outside", "{file}: policy.name: "),
        ("scenarios.a.name", "a/b", "{file}: name: "),
        ("scenarios.a.nothing", 1, "{file}: nothing: "),
        ("scenarios.a", None, "{file}: "),
        ("scenarios.a.children", 10**12, "{file}: children: 1000000000000 lies outside"),
        ("parameter_hash", None, "{file}: the result was made with other parameters"),
        ("program", ["trappen"], "{file}: the file is no manifest of Trappen"),
        ("scenarios", [1], "{file}: the file is no manifest of Trappen"),
    ],
)
def test_a_changed_manifest_is_told_with_the_place(trappen, manifest, here, path, value, says):
    change(manifest, path, value)
    said = trappen(["rerun", manifest, "--output", here / "x"], "en")
    assert said.code == 2
    assert said.err.startswith(says.format(file=manifest)), said.err
    assert said.out == ""
    assert not (here / "x").exists()
