"""A scenario written as a file or as a link is the same scenario when it is read again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trappen.agents.problem import Problem
from trappen.model.checking import Titles
from trappen.policies.catalogue import find, names
from trappen.policies.lever import levers
from trappen.scenarios.files.sent import scenario_sent
from trappen.scenarios.files.written import as_yaml, changed, from_link, to_link, with_lever
from trappen.scenarios.scenario import load_scenario, scenario_from

TARGETS = st.fixed_dictionaries(
    {},
    optional={
        name: st.floats(lever.low, lever.high, allow_nan=False).map(lambda x: round(x, 4))
        for name, lever in levers().items()
    },
)
TOWNS = st.sampled_from(["Herning", "Vejle", "Aarhus", "Samsø", "Læsø", None])


@st.composite
def pairs(draw):
    town = draw(TOWNS)
    world = {
        "municipality": town,
        "children": draw(st.integers(1, 100_000)) if town is None or draw(st.booleans()) else None,
        "years": draw(st.integers(1, 60)),
        "replicates": draw(st.integers(1, 500)),
        "seed": draw(st.integers(0, 2**53)),
        "uncertainty": draw(st.booleans()),
        "structure": draw(st.sampled_from([{}, {"belief": "fixed_gain"}])),
    }
    sides = []
    for name in draw(st.lists(st.sampled_from(names()), min_size=2, max_size=2)):
        policy = find(name)
        if draw(st.booleans()):
            policy = policy.model_copy(update={"name": "Egen æøå", "title": Titles(da="Egen", en="Own")})
        targets = {key: value for key, value in draw(TARGETS).items() if in_range(key, value)}
        sides.append(scenario_from(policy, **world, levers=targets))
    return tuple(sides)


def in_range(name, value):
    return levers()[name].low <= value <= levers()[name].high


@settings(max_examples=40, deadline=None)
@given(pairs())
def test_a_link_restores_the_whole_comparison(pair):
    assert from_link(to_link(*pair)) == pair


@settings(max_examples=25, deadline=None)
@given(pairs())
def test_a_file_is_what_the_command_line_reads(tmp_path_factory, pair):
    for scenario in pair:
        text = as_yaml(scenario)
        path = tmp_path_factory.mktemp("saved") / "scenario.yaml"
        path.write_text(text, encoding="utf-8")
        assert load_scenario(path) == scenario == scenario_sent(text.encode("utf-8"), "scenario.yaml")


@pytest.mark.parametrize(
    "words",
    [
        {"a": "status_qou"},
        {"nonsense": "1"},
        {"b.levers.caseload": "900"},
        {"b.levers.caselaod": "20"},
        {"b": "~not-base64!"},
        {"b": "~" + "A" * 80},
        {"years": "many"},
        {"municipality": "Hernign"},
        {"levers.caseload": "20"},
        {"a.children": "[1]"},
        {"a.years": "3"},
        {"b": "../../secret.yaml"},
        {"name": "x" * 20_000},
    ],
)
def test_a_link_that_cannot_be_used_gets_a_sentence(words):
    with pytest.raises(Problem) as told:
        from_link(words)
    assert str(told.value)


def test_a_sent_file_may_name_no_file_of_this_machine():
    with pytest.raises(Problem) as told:
        scenario_sent(b"name: x\nmunicipality: Herning\npolicy: ../secret.yaml\n", "x.yaml")
    assert told.value.key == "dashboard.policy_is_path"


def test_a_lever_set_to_the_policys_own_target_is_no_change():
    start = scenario_from("omlaegning")
    moved = with_lever(start, "caseload", 20)
    assert moved.levers == {"caseload": 20}
    assert with_lever(moved, "caseload", start.policy.levers["caseload"]) == start
    assert changed(start, municipality="Vejle").children != start.children
