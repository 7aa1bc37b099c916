import math

import pandas as pd
import pytest

from trappen.scenarios.experiments.found import Found
from trappen.viz import found_words
from trappen.viz.wording import say


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("value", [None, math.nan])
def test_an_investment_never_earned_back_is_told_as_never(value, lang):
    """A table keeps it as not a number, a fact as nothing: neither is a year."""
    assert found_words._shown("break_even", value, "budget", lang) == say("experiment.never", lang)
    assert found_words._shown("break_even", 2036.0, "budget", lang) == "2036"


def budget(rows, never=0.2):
    silo = pd.DataFrame(rows, columns=["budget", "a", "b", "difference", "low", "high"])
    row = {"perspective": "accounts", "a": 41.9, "b": 42.3, "difference": 0.4, "low": -1.9, "high": 2.9}
    sides = pd.DataFrame([row])
    facts = {"a": "status_quo", "b": "omlaegning", "perspective": "accounts", "net": 0.4, "years": 20}
    facts |= {"break_even": 2036.0, "chance": 1 - never, "never": never}
    return Found("budget", {"silo": silo, "perspectives": sides}, facts)


SURE = ("state", 3.0, 2.0, -1.0, -1.5, -0.5)
UNSURE = ("municipality_social", 41.0, 38.0, -3.0, -7.0, 1.0)


def test_a_budget_is_named_as_gaining_only_where_its_interval_says_so():
    """The mean of the first is larger, and it may as well pay."""
    told = " ".join(found_words.answer(budget([UNSURE, SURE]), "en"))
    assert "90% interval −1.9 to +2.9" in told
    assert "most is saved by the state: DKK 1.0 million a year (90% interval 0.5 to 1.5)" in told
    assert (
        "saving on average, the municipality's social services (−3.0, −7.0 to +1.0), cannot be told" in told
    )
    assert "Whether any budget comes to pay more cannot be told" in told
    assert "to save cannot be told" in " ".join(found_words.answer(budget([UNSURE]), "en"))


@pytest.mark.parametrize(
    ("never", "words"),
    [
        (0.05, "in 2036 (median)"),
        (0.2, "cannot be told: the chance is 80%"),
        (0.7, "Never earned back within"),
    ],
)
def test_a_median_of_few_is_no_year_of_breaking_even(never, words):
    assert words in found_words.answer(budget([SURE], never), "en")[-1]


@pytest.mark.parametrize(
    ("goal", "lang", "words"),
    [
        ("review_kept>=95", "en", "≥ 95"),
        ("change:net_cost_per_year<=-2.5", "da", "ændring i nettoudgift for kommunen ≤ −2,5"),
        ("not a goal", "da", "not a goal"),
    ],
)
def test_a_goal_is_told_in_words(goal, lang, words):
    told = found_words.goal_words(goal, lang)
    assert words in told
    assert ">=" not in told
    assert "<=" not in told


def sensitivity(method, **facts):
    frame = pd.DataFrame(
        [
            {
                "parameter": "price_institution",
                "beyond_luck": facts.pop("sure"),
                "total_error": 0.1,
                "luck": 0.3,
            }
        ]
    )
    told = {"method": method, "row": "net_cost_per_year", "unit": "m_dkk_per_year", "numbers": 40}
    told |= {"most": "price_institution", "grade": "assumed", "most_value": 0.5, "runs": 80, "replicates": 4}
    return Found("sensitivity", {"parameters": frame}, told | facts)


@pytest.mark.parametrize("method", ["tornado", "sobol"])
@pytest.mark.parametrize("sure", [True, False])
def test_what_drowns_in_luck_is_said_to(method, sure):
    told = " ".join(found_words.answer(sensitivity(method, sure=sure, beyond=3), "en"))
    assert "3 of 40 numbers" in told
    assert ("drowns in luck" in told) != sure


def test_shares_at_odds_are_told():
    told = found_words.answer(sensitivity("sobol", sure=True, beyond=3, at_odds=2), "en")
    assert "For 2 of the numbers the share alone is larger" in told[-1]


@pytest.mark.parametrize(("chance", "named"), [(0.0001, True), (0.03, False)])
def test_over_few_sets_a_number_is_named_only_where_chance_would_not_name_it(chance, named):
    found = sensitivity("posterior", sure=True, by_chance=chance, evpi=0.5, size=21)
    told = " ".join(found_words.answer(found, "en"))
    assert ("goes most with" in told) == named
    assert ("cannot be told on which of the 40" in told) != named


def test_what_a_policy_changes_is_told_for_each_row_with_its_unit_and_its_surest_part():
    parts = [
        ("net_cost_per_year", "match", -14.0, -16.0, -12.0),
        ("net_cost_per_year", "whole", 10.0, -1, 20),
    ]
    parts += [("need_months", "match", -0.2, -0.6, 0.1), ("need_months", "whole", -1.3, -2.3, -0.7)]
    frame = pd.DataFrame(parts, columns=["row", "part", "share", "low", "high"])
    facts = {"policy": "omlaegning", "exact": True, "policies_run": 4}
    cost, need, _ = found_words.answer(Found("explain", {"parts": frame}, facts), "en")
    assert "+10.0 DKK m a year in all (90% interval −1.0 to +20.0)" in cost
    assert "“Match” carries most: −14.0 (−16.0 to −12.0)" in cost
    assert "months per 100 child-years" in need
    assert "Which part carries most cannot be told" in need
