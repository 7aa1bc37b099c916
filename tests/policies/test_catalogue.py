"""The shipped levers and policies are whole: both languages, sources, grades, bounds."""

from pathlib import Path

import pytest

from trappen.agents.problem import Problem
from trappen.model.strict_yaml import load
from trappen.policies import catalogue
from trappen.policies.lever import GRADES, LINKS, defaults, is_system, levers, read_levers

FOLDER = Path(catalogue.__file__).parent / "catalogue"

DECLARED = {  # unit-free figures that other rooms rely on: default, low, high, link, omlaegning's target
    "caseload": (31, 10, 60, "attention", 23),
    "follow_up_interval": (6, 1, 12, "attention", 3),
    "decision_delay": (20, 0, 120, "attention", 7),
    "detection_tools": (0, 0, 1, "notice", 0.8),
    "notification_courage": (0, 0, 1, "notice", 0.8),
    "early_help_places": (20, 0, 100, "match", 40),
    "provider_places": (1.15, 0.5, 3, "match", 1.4),
    "family_placement_shift": (0, -1, 1.5, "match", 0.3),
    "kin_search": (0.3, 0, 1, "match", 0.8),
    "foster_recruitment": (0.02, 0, 0.3, "match", 0.06),
    "institution_aim": (0, 0, 1, "match", 0.8),
    "foster_support": (0, 0, 20, "effect", 4),
    "parallel_home_work": (1, 0, 20, "effect", 4),
    "leadership": (0, 0, 1, "effect", 0),
    "staffing": (1, 0.7, 1.5, "effect", 1),
    "programme_manuals": (0, 0, 1, "effect", 0),
    "trustful_entry": (0, 0, 1, "effect", 0),
    "solution_focus": (0, 0, 1, "effect", 0),
    "situated_effort": (0, 0, 1, "effect", 0),
    "tapering": (0, 0, 1, "effect", 0),
    "empowerment": (0, 0, 1, "effect", 0),
    "pregnancy_visit": (0, 0, 1, "notice", 0),
    "front_supervision": (0, 0, 1, "notice", 0),
    "infant_teams": (0, 0, 1, "notice", 0),
    "wellbeing_form": (0, 0, 1, "notice", 0),
    "transition_form": (0, 0, 1, "notice", 0),
    "child_coordinator": (0, 0, 1, "notice", 0),
    "dialogue_model": (0, 0, 1, "notice", 0),
    "childs_reform": (0, 0, 1, "notice", 0),
    "supervision": (2, 0, 8, "attention", 2),
    "manuals": (0, 0, 1, "attention", 0),
    "case_coordinator": (0, 0, 1, "attention", 0),
    "roles_apart": (0, 0, 1, "attention", 0),
    "measuring": (0, 0, 1, "attention", 0),
}


def test_the_levers_and_their_order_are_as_declared():
    assert list(levers()) == list(DECLARED)
    target = catalogue.find("omlaegning").levers
    for name, lever in levers().items():
        assert (lever.default, lever.low, lever.high, lever.link, target[name]) == DECLARED[name]


@pytest.mark.parametrize("lever", levers().values(), ids=list(levers()))
def test_a_lever_is_documented(lever):
    for text in (lever.title, lever.meaning, lever.unit, lever.mechanism):
        assert set(text) == {"da", "en"}
        assert all(words.strip() for words in text.values())
    for text in (lever.title, lever.meaning, lever.mechanism):
        assert text["da"] != text["en"]
    assert min(map(len, lever.source.values())) > 40
    assert lever.grade in GRADES
    assert lever.link in LINKS
    assert lever.systems
    assert all(map(is_system, lever.systems))


def test_every_link_has_a_lever():
    assert {lever.link for lever in levers().values()} == set(LINKS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("grade: evaluation", "grade: sure"),
        ("link: attention", "link: magic"),
        ("default: 31", "default: 61"),
        ("systems: [B6, B17]", "systems: [B99]"),
        ("  low: 10\n", ""),
        ("  low: 10\n", "  low: 10\n  colour: red\n"),
        ('da: "Sager pr. sagsbehandler", ', ""),
    ],
)
def test_a_lever_file_with_a_fault_is_not_taken(old, new, tmp_path):
    text = (FOLDER.parent / "levers.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "levers.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match="lever caseload"):
        read_levers(path)


def test_the_catalogue_lists_its_files_with_today_s_practice_first():
    assert catalogue.names()[:2] == ["status_quo", "omlaegning"]
    assert {f"{name}.yaml" for name in catalogue.names()} == {file.name for file in FOLDER.iterdir()}


@pytest.mark.parametrize("name", catalogue.names())
def test_a_catalogue_file_is_whole(name):
    policy = catalogue.find(name)
    assert policy.name == name
    assert policy.systems
    for text in (policy.title, policy.description):
        assert text.da
        assert text.en
        assert text.da != text.en
    for _, cost in policy.transition:
        assert cost is None or (cost.low <= cost.value <= cost.high and cost.source)
    assert catalogue.load_policy(FOLDER / f"{name}.yaml") == policy  # passes as a user's own file too


def test_omlaegning_moves_what_it_writes_out():
    data, _ = load(FOLDER / "omlaegning.yaml")
    assert set(catalogue.find("omlaegning").moved()) == set(data["levers"])


def test_omlaegning_pays_for_changing():
    assert all(cost is not None and cost.value > 0 for _, cost in catalogue.find("omlaegning").transition)


def test_the_status_quo_moves_nothing_and_pays_for_nothing():
    policy = catalogue.find("status_quo")
    assert policy.moved() == []
    assert policy.levers == defaults()
    assert all(cost is None for _, cost in policy.transition)


@pytest.mark.parametrize(
    ("asked", "key", "nearest"),
    [
        ("omlægning", "policy_file.unknown_near", "omlaegning"),
        ("statusquo", "policy_file.unknown_near", "status_quo"),
        ("zzz", "policy_file.unknown", None),
    ],
)
def test_an_unknown_name_gets_the_nearest(asked, key, nearest):
    with pytest.raises(Problem) as caught:
        catalogue.find(asked)
    assert caught.value.key == key
    assert caught.value.values.get("nearest") == nearest


def test_what_is_a_system():
    for name in ("A1", "A11", "B20", "C10", "D3", "E16"):
        assert is_system(name)
    for name in ("", "A", "A0", "A12", "B21", "D4", "E17", "F1", "B06", "b6", "B6 ", "B²"):
        assert not is_system(name)
