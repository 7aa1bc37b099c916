import math

import pytest
from fake_comparison import FakeComparison

from trappen.viz import account_groups, captions, findings

COST, NEED = "net_cost_per_year", "need_months"


@pytest.mark.parametrize("lang", ["da", "en"])
def test_an_interval_that_spans_zero_cannot_be_told(lang):
    cost, need, *_ = findings.headline(
        FakeComparison(**{COST: (-1.2, -4.5, 2.0), NEED: (-2.9, -5.8, 0.2)}), lang
    )
    words = {"da": "kan ikke afgøres", "en": "cannot be told"}[lang]
    assert words in cost
    assert words in need


@pytest.mark.parametrize(
    ("moved", "danish", "english"),
    [
        ((-4.2, -8.9, -0.4), "mindre om året", "less a year"),
        ((4.2, 0.4, 8.9), "mere om året", "more a year"),
        ((0.0, 0.0, 0.0), "nøjagtig det samme", "exactly the same"),
    ],
)
def test_the_headline_says_what_it_costs(moved, danish, english):
    comparison = FakeComparison(**{COST: moved})
    assert danish in findings.headline(comparison, "da")[0]
    assert english in findings.headline(comparison, "en")[0]


@pytest.mark.parametrize(
    ("moved", "english"),
    [
        ((-3.0, -5.0, -1.0), "less time in need"),
        ((3.0, 1.0, 5.0), "more time in need"),
        ((0.0, 0.0, 0.0), "no difference"),
    ],
)
def test_the_headline_says_what_it_does_to_children(moved, english):
    assert english in findings.headline(FakeComparison(**{NEED: moved}), "en")[1]


def test_the_headline_carries_the_interval_and_the_chance():
    cost = findings.headline(FakeComparison(**{COST: (-4.21, -8.9, -0.35)}), "da")[0]
    assert cost.startswith("Omlægningen koster kommunen 4,2")
    assert "−8,9 til −0,3" in cost
    assert "95\N{NO-BREAK SPACE}%" in cost


def test_harm_that_grew_comes_first_and_none_is_left_out():
    sentences = findings.harm_sentences(FakeComparison(), "en")
    assert sentences[0].startswith("More harm")
    for label in ("missed", "unnecessary", "under-matched", "false alarms"):
        assert any(label in sentence for sentence in sentences)


def test_never_is_said_plainly():
    comparison = FakeComparison()
    comparison.break_even_answer = {"year": None, "chance_within_horizon": 0.2, "never_share": 0.8}
    assert findings.break_even_line(comparison, "en").startswith("Never")
    assert findings.break_even_line(comparison, "da").startswith("Aldrig")


def test_the_median_of_a_lucky_few_is_not_a_break_even_year():
    comparison = FakeComparison()
    comparison.break_even_answer = {"year": 2030, "chance_within_horizon": 0.3, "never_share": 0.7}
    assert findings.break_even_year(comparison) is None


@pytest.mark.parametrize("year", [2035, 9])
def test_a_break_even_year_may_be_given_on_the_calendar_or_from_the_start(year):
    comparison = FakeComparison()
    comparison.break_even_answer["year"] = year
    assert findings.break_even_year(comparison) == 2035


def test_the_structure_line_names_the_choice_that_turns_the_verdict():
    line = findings.structure_line(FakeComparison(), "en")
    assert "cheaper in 3" in line
    assert "fixed weight on news" in line
    assert "\n" not in line


def test_a_verdict_that_holds_is_said_to_hold():
    comparison = FakeComparison()
    frame = comparison.structure()
    frame["low"], frame["high"] = -2.0, -1.0
    comparison.structure = lambda: frame
    assert "same however the model is built on the disputed points (4 " in findings.structure_line(
        comparison, "en"
    )


def test_losing_parameter_sets_are_counted_and_the_numbers_named():
    lines = findings.losing_lines(FakeComparison(), "en")
    assert "3 of 20" in lines[0]
    assert "belief.error_per_caseload" in lines[1]
    comparison = FakeComparison()
    comparison.lose = set()
    assert "does not rule out" in findings.losing_lines(comparison, "en")[0]


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(-2, -1, "less"), (1, 2, "more"), (-1, 1, "unclear"), (0, 1, "unclear"), (0, 0, "same")],
)
def test_a_verdict_needs_an_interval_without_zero(low, high, found):
    assert findings.verdict(low, high) == found


def test_a_judgement_follows_the_direction():
    row = {"low": 1.0, "high": 2.0}
    assert findings.judgement({**row, "direction": 1}) == "better"
    assert findings.judgement({**row, "direction": -1}) == "worse"
    assert findings.judgement({**row, "direction": 0}) == "moved"


def test_an_interval_without_zero_is_not_rounded_to_one_with_zero():
    row = {"a": 150.0, "b": 145.0, "difference": -5.0, "low": -9.0, "high": -0.02}
    assert findings.row_decimals(row) == 2


def test_the_net_cost_is_the_sum_of_what_the_municipality_pays():
    comparison = FakeComparison()
    grouped = account_groups.grouped_accounts(comparison.accounts())
    yearly = comparison.yearly()
    for policy in comparison.names:
        cost = yearly[(yearly["policy"] == policy) & (yearly["row"] == "net_cost")].set_index("year")["mean"]
        assert math.isclose(grouped.loc[policy]["net"].sum(), cost.sum(), rel_tol=1e-12)
        posts = grouped.loc[policy].drop(columns="net").sum(axis=1)
        assert math.isclose(posts.sum(), cost.sum(), rel_tol=1e-12)


def test_a_policy_without_a_text_is_called_by_its_own_title():
    comparison = FakeComparison()
    comparison.names = ("status_quo", "vores-plan")
    assert captions.policy_name(comparison, 1, "da") == "vores-plan"
    comparison.manifest["titles"] = {"vores-plan": {"da": "Vores plan", "en": "Our plan"}}
    assert captions.policy_name(comparison, 1, "en") == "Our plan"


def test_discount_rates_are_told():
    assert findings.discount_text(0.035, "en") == "3.5%"
    steps = [{"from_year": 0, "rate": 0.035}, {"from_year": 36, "rate": 0.025}]
    assert findings.discount_text(steps, "en") == "3.5%, 2.5% from year 36"
    assert findings.discount_text(None, "da") == ""


def test_numbers_are_named_only_where_chance_among_so_many_would_not_name_them():
    comparison = FakeComparison()
    frame = comparison.losing_parameters()
    frame["by_chance"] = [0.0001, 0.02, 0.2, 0.6]
    comparison.losing_parameters = lambda: frame
    named = findings.losing_lines(comparison, "en")[-1]
    assert "belief.error_per_caseload" in named
    assert "effect.preventive" not in named
    frame["by_chance"] = [0.02, 0.03, 0.2, 0.6]
    told = findings.losing_lines(comparison, "en")[-1]
    assert "cannot be told from 20 parameter sets: 4 numbers are uncertain" in told


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({}, "Reorientation"),
        ({"levers": {"caseload": 23.0}}, "Reorientation"),
        ({"levers": {"caseload": 10.0}}, "Reorientation (changed)"),
        ({"programmes": [{"programme": "i_gang"}]}, "Reorientation (changed)"),
        ({"hook_sha256": "ab"}, "Reorientation (changed)"),
    ],
)
def test_a_policy_that_is_changed_says_so_wherever_it_is_named(own, told):
    scenario = {"policy": {"levers": {"caseload": 23.0}}, **own}
    assert captions.marked("Reorientation", scenario, "en") == told


def test_a_comparison_names_its_changed_policy_as_changed():
    comparison = FakeComparison()
    comparison.manifest |= {"scenarios": {"a": {}, "b": {"levers": {"caseload": 10.0}}}}
    assert captions.policy_head(comparison, 0, "en") == "Today's practice"
    assert captions.policy_name(comparison, 1, "en") == "the reorientation (changed)"


@pytest.mark.parametrize(("replicates", "words"), [(1, "no intervals"), (2, "Only 2 replicates"), (20, "")])
def test_few_replicates_are_told(replicates, words):
    told = captions.few_line({"replicates": replicates}, "en")
    assert words in told
    assert bool(told) == bool(words)


def test_a_mean_outside_its_interval_is_explained_where_there_is_one():
    inside, outside = FakeComparison(), FakeComparison(**{COST: (0.5, 0.0, 0.0)})
    assert "outside the interval" not in findings.rounding_note(inside.summary(), "en")
    assert "outside the interval" in findings.rounding_note(outside.summary(), "en")


def test_net_cost_seen_from_another_side_is_explained_from_that_side():
    comparison = FakeComparison()
    assert "All the municipality pays" in captions.row_help(comparison, COST, "en")
    comparison.manifest |= {"perspective": "society"}
    assert captions.row_help(comparison, COST, "en").startswith("What society comes to pay")
