"""What a scenario is when nothing is wrong: defaults, overrides, whole and back again, comparable or not."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trappen.agents.problem import Problem, Problems
from trappen.policies.catalogue import find
from trappen.policies.lever import defaults, levers
from trappen.scenarios.scenario import (
    Scenario,
    check_comparable,
    load_scenario,
    scenario_from,
    scenarios_from,
)

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "scenarios/examples").glob("*.yaml"))


def said(do, *arguments, **more):
    with pytest.raises(Problem) as caught:
        do(*arguments, **more)
    return str(caught.value).split("\n")


def test_a_policy_alone_is_the_main_job_in_herning():
    scenario = scenario_from("omlaegning")
    assert (scenario.name, scenario.municipality, scenario.municipality_code) == (
        "omlaegning",
        "Herning",
        657,
    )
    assert (scenario.children, scenario.children_source) == (17_380, "flat_share_0195")
    assert (scenario.start_year, scenario.years, scenario.replicates, scenario.seed) == (2026, 20, 50, 1)
    assert scenario.uncertainty
    assert scenario.casework == "compiled"
    assert scenario.structure.model_dump() == {
        "belief": "bayes",
        "step_down": "readiness",
        "foster_hard_cases": "costly",
    }
    assert scenario.links.model_dump() == dict.fromkeys(("notice", "attention", "match", "effect"), True)
    assert scenario.policy == find("omlaegning")


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_loads_and_is_named_after_its_file(file):
    scenario = load_scenario(file)
    assert scenario.name == file.stem
    assert scenario.label == str(file)
    assert Scenario.from_resolved(json.loads(json.dumps(scenario.resolved()))) == scenario


def test_there_are_three_examples():
    assert len(EXAMPLES) >= 3


def test_overrides_replace_what_a_file_says(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(
        "name: x\nmunicipality: Herning\nchildren: 99\npolicy: omlaegning\n"
        "levers: {caseload: 20, kin_search: 0.4}\n",
        encoding="utf-8",
    )
    scenario = scenario_from(path, years=3, seed=None, levers={"kin_search": 0.5})
    assert (scenario.children, scenario.children_source) == (99, "given")
    assert (scenario.years, scenario.seed) == (3, 1)
    assert scenario.levers == {"caseload": 20, "kin_search": 0.5}
    moved = scenario_from(path, municipality="Vejle")  # the 99 children were Herning's
    assert (moved.municipality, moved.children_source) == ("Vejle", "flat_share_0195")


def test_a_number_of_children_alone_is_an_own_municipality():
    scenario = scenario_from("status_quo", children=10_000)
    assert (scenario.municipality, scenario.municipality_code, scenario.children) == (None, None, 10_000)


def test_a_policy_file_is_a_scenario_in_herning():
    scenario = scenario_from(ROOT / "policies/catalogue/omlaegning.yaml")
    assert (scenario.municipality, scenario.policy.name) == ("Herning", "omlaegning")


def test_a_mistake_in_an_override_names_no_file(tmp_path, english):
    path = tmp_path / "x.yaml"
    path.write_text("name: x\nmunicipality: Herning\npolicy: omlaegning\nyears: 99\n", encoding="utf-8")
    assert said(scenario_from, path, seed=-1, levers={"kin_searc": 1}) == [
        "seed: -1 lies outside what is possible; write a number from 0 to 9223372036854775807.",
        'levers.kin_searc: "kin_searc" is not a lever; did you mean kin_search?',
        f"{path}:4: years: 99 lies outside what is possible; write a number from 1 to 60.",
    ]


@pytest.mark.parametrize(
    ("source", "more", "sentence"),
    [
        ("omlægning", {}, "no policy is called “omlægning”; did you mean omlaegning?"),
        ("omlaegning", {"yeers": 3}, 'yeers: "yeers" is not a field here; did you mean years, levers?'),
        (
            "omlaegning",
            {"years": float("nan")},
            "years: nan is not a whole number; write it with digits alone, for example 20.",
        ),
        (
            "omlaegning",
            {"levers": {"caseload": float("inf")}},
            "levers.caseload: inf is not a finite number; write a number, for example 0.5.",
        ),
        (
            "omlaegning",
            {"municipality": "Hernnig"},
            "municipality: no municipality is called “Hernnig”; did you mean Herning, Hjørring?",
        ),
    ],
)
def test_a_mistake_in_python_or_on_the_command_line(source, more, sentence, english):
    assert sentence in said(scenario_from, source, **more)


SCENARIOS = st.fixed_dictionaries(
    {},
    optional={
        "municipality": st.sampled_from(["Vejle", 657, "Ærø"]),
        "children": st.integers(1, 2_000_000),
        "years": st.integers(1, 60),
        "replicates": st.integers(1, 100_000),
        "seed": st.integers(0, 2**63 - 1),
        "start_year": st.integers(2000, 2100),
        "uncertainty": st.booleans(),
        "casework": st.sampled_from(["compiled", "simpy"]),
        "structure": st.fixed_dictionaries({}, optional={"belief": st.just("fixed_gain")}),
        "links": st.fixed_dictionaries({}, optional={"notice": st.booleans(), "effect": st.booleans()}),
        "levers": st.fixed_dictionaries(
            {}, optional={name: st.floats(lever.low, lever.high) for name, lever in levers().items()}
        ),
        "title": st.text(min_size=1, max_size=200, alphabet=st.characters(codec="utf-8")),
    },
)


@given(policy=st.sampled_from(["status_quo", "omlaegning"]), overrides=SCENARIOS)
def test_a_resolved_scenario_comes_back_the_same(policy, overrides):
    scenario = scenario_from(policy, **overrides)
    written = json.dumps(scenario.resolved(), allow_nan=False)
    again = Scenario.from_resolved(json.loads(written))
    assert again == scenario
    assert json.dumps(again.resolved()) == written


def test_a_resolved_scenario_is_checked_like_a_file(english):
    data = scenario_from("omlaegning").resolved()
    data["years"] = 99
    data["policy"]["levers"]["caseload"] = 5
    del data["children"]
    assert said(Scenario.from_resolved, data, file="manifest.json") == [
        "manifest.json: years: 99 lies outside what is possible; write a number from 1 to 60.",
        "manifest.json: children: the field is missing; add it.",
        "manifest.json: policy.levers.caseload: 5 lies outside what is possible; "
        "write a number from 10 to 60.",
    ]
    assert said(Scenario.from_resolved, ["x"], file="manifest.json") == [
        "manifest.json: [...] is not a set of fields; "
        "write the fields below this one, indented, each as “field: value”."
    ]


def test_own_lever_targets_are_laid_over_the_policy_and_its_phases():
    scenario = scenario_from("omlaegning", levers={"caseload": 15})
    values = scenario.levers_paid(range(-3, 60))
    column = list(levers()).index("caseload")
    assert (values[:3, column] == 31).all()
    assert (values[-1] == [15 if n == "caseload" else scenario.policy.levers[n] for n in levers()]).all()
    assert scenario.policy.levers["caseload"] == 23


@pytest.mark.parametrize("link", ["notice", "attention", "match", "effect"])
def test_a_link_that_is_off_is_paid_for_but_reaches_nobody(link):
    whole = scenario_from("omlaegning")
    cut = scenario_from("omlaegning", links={link: False})
    months = range(-12, 240)
    assert (cut.levers_paid(months) == whole.levers_paid(months)).all()
    for column, (name, lever) in enumerate(levers().items()):
        reaching = cut.levers_reaching(months)[:, column]
        if lever.link == link:
            assert (reaching == defaults()[name]).all()
        else:
            assert np.array_equal(reaching, whole.levers_paid(months)[:, column])


def test_two_policies_in_the_same_world_can_be_compared():
    check_comparable(scenario_from("status_quo"), scenario_from("omlaegning", levers={"caseload": 20}))


@pytest.mark.parametrize(
    ("ours", "theirs", "sentence"),
    [
        (
            {"municipality": "Vejle"},
            {"municipality": "Herning", "children": 22_699},
            'municipality: status_quo has "Vejle" but omlaegning has "Herning"',
        ),
        ({"children": 5}, {"children": 6}, "children: status_quo has 5 but omlaegning has 6"),
        ({"years": 5}, {}, "years: status_quo has 5 but omlaegning has 20"),
        ({"start_year": 2030}, {}, "start_year: status_quo has 2030 but omlaegning has 2026"),
        ({"seed": 0}, {}, "seed: status_quo has 0 but omlaegning has 1"),
        ({"replicates": 5}, {}, "replicates: status_quo has 5 but omlaegning has 50"),
        ({"uncertainty": False}, {}, "uncertainty: status_quo has false but omlaegning has true"),
        ({"casework": "simpy"}, {}, 'casework: status_quo has "simpy" but omlaegning has "compiled"'),
        (
            {"structure": {"belief": "fixed_gain"}},
            {},
            'structure.belief: status_quo has "fixed_gain" but omlaegning has "bayes"',
        ),
        (
            {"parameters": {"shock_rate": 0.3}},
            {},
            "parameters.shock_rate: status_quo has 0.3 but omlaegning has -",
        ),
    ],
)
def test_two_worlds_cannot_be_compared(ours, theirs, sentence, english, register):
    a = scenario_from("status_quo", register=register, **ours)
    b = scenario_from("omlaegning", register=register, **theirs)
    instead = "write the same in both, for a comparison needs the same municipality, children and luck."
    assert f"{sentence}; {instead}" in said(check_comparable, a, b)


PLAN = """\
name: vores plan
municipality: Lemvig
years: 2
replicates: 2
seed: 9
policy: omlaegning
levers: {caseload: 20}
parameters: {shock_rate: 0.3}
"""


def test_a_policy_named_beside_a_file_is_tried_where_the_file_is(tmp_path, register):
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN, encoding="utf-8")
    own = file.with_name("own.yaml")
    told = PLAN.replace("omlaegning", "status_quo").replace("levers: {caseload: 20}\n", "")
    told = told.replace("vores plan", "status_quo")
    own.write_text(told, encoding="utf-8")
    for sources in ((file, "status_quo"), ("status_quo", file)):
        found = scenarios_from(sources, register=register)
        check_comparable(*found)
        (alone,) = (one for one in found if one.policy.name == "status_quo")
        assert alone == scenario_from(own, register=register)
    assert scenarios_from(("status_quo", file), register=register, years=4)[0].years == 4
    far = scenarios_from((file, own, "omlaegning"), register=register, seed=3)
    assert [one.seed for one in far] == [3, 3, 3]
    own.write_text(told.replace("Lemvig", "Vejle"), encoding="utf-8")
    with pytest.raises(Problems):  # two files that differ are for their writer to bring in line
        check_comparable(*scenarios_from((file, own), register=register))
    usual = scenarios_from(("status_quo", "omlaegning"), register=register)
    assert [one.municipality for one in usual] == ["Herning", "Herning"]


def test_a_world_is_taken_over_without_the_policy_in_it():
    own = {"levers": {"caseload": 20}, "programmes": ["hpa"]}
    plan = scenario_from("omlaegning", municipality="Lemvig", years=3, **own)
    assert plan.programmes
    other = scenario_from("status_quo", levers={"caseload": 40}).in_the_world_of(plan)
    assert (other.municipality, other.years, other.name) == ("Lemvig", 3, "status_quo")
    assert (other.levers, other.programmes) == ({"caseload": 40}, [])


def test_every_difference_is_told_at_once():
    with pytest.raises(Problems) as caught:
        check_comparable(scenario_from("status_quo", years=3, seed=2), scenario_from("omlaegning"))
    assert [problem.field for problem in caught.value.found] == ["years", "seed"]


def test_the_model_s_own_register_is_asked(english):
    assert said(scenario_from, "omlaegning", parameters={"no_such_thing_at_all": 1}) == [
        'parameters.no_such_thing_at_all: "no_such_thing_at_all" is not one of the model\'s parameters; '
        "see their names in model/parameters."
    ]
