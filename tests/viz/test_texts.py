import math
import re
import string

import pytest
from fake_comparison import POSTS, ROWS, SUB_GOALS

from trappen.agents.problem import Problem
from trappen.viz import account_groups, wording

LEVERS_AND_STEPS = ("none", "early", "preventive", "home_based", "kin", "foster", "institution", "own_room")


def placeholders(text):
    return sorted(field for _, field, _, _ in string.Formatter().parse(text) if field is not None)


def test_every_text_exists_in_both_languages_with_the_same_placeholders():
    assert len(wording.texts()) > 300
    for key, entry in wording.texts().items():
        assert set(entry) == set(wording.languages()), key
        assert placeholders(entry["da"]) == placeholders(entry["en"]), key
        assert all(text.strip() for text in entry.values()), key


def test_a_child_in_need_is_one_with_stoettebehov_in_danish():
    """*Behov* alone is how severe the difficulties are; the state above the cut has one word."""
    state = re.compile(r"\b(?:i|I|[Mm]ed|har|har været i|[Ff]år|stort) behov\b(?! (?:for|mindst|mellem))")
    assert [key for key, entry in wording.texts().items() if state.search(entry["da"])] == []


def test_percentages_are_written_as_each_language_does():
    for key, entry in wording.texts().items():
        assert not re.search(r"\d%", entry["da"]), key
        assert not re.search(r"\d\s%", entry["en"]), key


@pytest.mark.parametrize("row", [*ROWS, *SUB_GOALS, "net_cost", "cumulative_net_difference"])
def test_every_row_of_the_contract_has_a_label_and_a_help(row):
    for lang in wording.languages():
        assert wording.say(f"row.{row}", lang)
        assert wording.say(f"row_help.{row}", lang).endswith(".")


def test_every_unit_post_payer_group_goal_step_and_choice_has_words():
    units = {entry[1] for entry in (*ROWS.values(), *SUB_GOALS.values())}
    keys = [f"unit.{unit}" for unit in units]
    keys += [f"post.{post}" for post in (*POSTS, "refund")]
    keys += [f"payer.{payer}" for payer in ("municipality_social", "municipality_general", "state")]
    keys += [f"group.{group}" for group in ("cost", "outcome", "system", "sub_goal", "harm")]
    keys += [f"sub_goal.{goal}" for goal in range(1, 8)]
    keys += [f"step.{step}" for step in (*LEVERS_AND_STEPS, "aftercare")]
    keys += [f"switch.{switch}" for switch in ("belief", "step_down", "foster_hard_cases")]
    keys += ["choice.belief.bayes", "choice.belief.fixed_gain", "choice.step_down.readiness"]
    keys += ["choice.step_down.per_follow_up", "choice.foster_hard_cases.costly"]
    keys += ["choice.foster_hard_cases.price_only"]
    keys += [f"link.{link}" for link in ("notice", "attention", "match", "effect")]
    assert [key for key in keys if not wording.has(key)] == []


def test_every_post_of_the_accounts_is_in_exactly_one_group_of_posts():
    grouped = [post for posts in account_groups.POST_GROUPS.values() for post in posts]
    assert sorted(grouped) == sorted([*POSTS, "refund"])


def test_every_row_the_model_declares_has_words():
    outcomes = pytest.importorskip("trappen.model.outcomes")
    declared = getattr(outcomes, "INDICATORS", None)
    if declared is None:
        pytest.skip("the model declares no rows yet")
    values = declared.values() if isinstance(declared, dict) else declared
    for indicator in values:
        name = getattr(indicator, "row", None) or getattr(indicator, "id", None) or indicator.name
        assert wording.has(f"row.{name}"), name
        assert wording.has(f"row_help.{name}"), name
        assert wording.has(f"unit.{wording.slug(indicator.unit)}"), f"{name}: {indicator.unit}"


def test_a_missing_text_is_named():
    with pytest.raises(KeyError, match=r"no\.such\.text"):
        wording.say("no.such.text", "da")
    with pytest.raises(KeyError, match="amount"):
        wording.say("word.million", "en")


def test_the_catalogue_can_be_installed_as_the_wording_of_problems():
    said = wording.problem_wording("en")
    assert said("word.million", {"amount": "4.2"}) == "DKK 4.2 million"
    assert callable(Problem.wording)


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({}, "da"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en"}, "en"),
        ({"LANG": "da_DK.UTF-8"}, "da"),
        ({"LANG": "C.UTF-8"}, "da"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "da_DK"}, "da"),
        ({"LANG": "da_DK", "LC_MESSAGES": "en_US"}, "en"),
        ({"LANG": "en_US", "LC_ALL": ""}, "en"),
        ({"LANG": "enm_XX"}, "da"),
    ],
)
def test_the_language_follows_the_locale(environ, lang):
    assert wording.default_language(environ) == lang


@pytest.mark.parametrize(
    ("x", "decimals", "danish", "english"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (-1234567.891, 2, "−1.234.567,89", "−1,234,567.89"),
        (-0.04, 1, "0,0", "0.0"),
        (0.0, 0, "0", "0"),
        (math.nan, 1, "–", "–"),
        (math.inf, 1, "–", "–"),
        (None, 1, "–", "–"),
    ],
)
def test_numbers(x, decimals, danish, english):
    assert wording.number(x, decimals, "da") == danish
    assert wording.number(x, decimals, "en") == english


def test_signs_intervals_money_and_shares():
    assert wording.signed(4.21, 1, "da") == "+4,2"
    assert wording.signed(-4.21, 1, "en") == "−4.2"
    assert wording.signed(0.001, 1, "da") == "0,0"
    assert wording.signed(math.nan, 1, "da") == "–"
    assert wording.interval(-7.3, 1.1, 1, "da") == "−7,3 til +1,1"
    assert wording.interval(math.nan, 1.1, 1, "en") == "–"
    assert wording.money(4.21, "da", 1) == "4,2 mio.\N{NO-BREAK SPACE}kr."
    assert wording.money(1234.0, "en") == "DKK 1.23 billion"
    assert wording.percent(0.625, "da", 1) == "62,5\N{NO-BREAK SPACE}%"
    assert wording.percent(0.625, "en") == "62%"
    assert wording.chance(1.0, "en") == ">99%"
    assert wording.chance(0.0, "da") == "<1\N{NO-BREAK SPACE}%"
    assert wording.chance(math.nan, "da") == "–"


def test_a_value_as_typed_keeps_the_decimals_it_needs():
    assert [wording.plain(x, "da") for x in (31, 0.8, 1.15, True, "bayes")] == [
        "31",
        "0,8",
        "1,15",
        "ja",
        "bayes",
    ]


def test_every_unit_of_the_register_and_of_the_targets_has_danish_words():
    from trappen.model.evidence import register
    from trappen.scenarios.fitting.targets import targets

    units = {entry.unit for entry in register().values()} | {one.unit for one in targets().values()}
    assert len(units) > 50
    spelt = {unit for unit in units if wording.slug(unit)}
    assert [unit for unit in spelt if not wording.has(f"unit.{wording.slug(unit)}")] == []
    assert wording.unit("DKK per course", "da") == "kr. pr. forløb"


def test_a_policy_is_called_the_same_where_it_is_chosen_and_where_it_is_shown():
    from trappen.viz.dashboard.pages.parts import catalogue_title

    for lang in wording.languages():
        for name in ("status_quo", "omlaegning"):
            assert catalogue_title(name, lang) == wording.sentence(wording.say(f"policy_head.{name}", lang))


@pytest.mark.parametrize(
    ("lang", "years", "replicates", "told"),
    [
        ("en", 1, 1, "1 year from 2026, 21 children, 1 paired replicate,"),
        ("en", 21, 2, "21 years from 2026, 21 children, 2 paired replicates,"),
        ("da", 1, 1, "1 år fra 2026, 21 børn, 1 parret gentagelse,"),
        ("da", 1, 11, "1 år fra 2026, 21 børn, 11 parrede gentagelser,"),
    ],
)
def test_there_is_one_year_and_not_one_years(lang, years, replicates, told):
    facts = {"years": years, "start": 2026, "children": 21, "replicates": replicates, "price_year": 2023}
    assert wording.say("terminal.horizon", lang, **facts).startswith(told)
