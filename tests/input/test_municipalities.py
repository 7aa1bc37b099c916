import pytest

from trappen.agents.problem import Problem
from trappen.model.municipalities import FLAT_CHILD_SHARE, all_municipalities, find, national_age_distribution


def test_there_are_98_with_codes_and_names_of_their_own():
    found = all_municipalities()
    assert len(found) == 98
    assert len({m.code for m in found}) == len({m.name for m in found}) == 98
    assert sum(m.population for m in found) == 5_822_679


def test_children_are_the_flat_estimate_and_say_so():
    for municipality in all_municipalities():
        assert municipality.children_source == "flat_share_0195"
        assert abs(municipality.children - FLAT_CHILD_SHARE * municipality.population) <= 0.51


def test_each_is_found_by_name_and_code():
    for municipality in all_municipalities():
        for asked in (municipality.name, municipality.name.upper(), f"{municipality.name} Kommune"):
            assert find(asked) is municipality
        for code in (municipality.code, str(municipality.code), f"0{municipality.code}"):
            assert find(code) is municipality


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Århus", "Aarhus"),
        ("aalborg", "Aalborg"),
        ("ålborg", "Aalborg"),
        ("Koege", "Køge"),
        ("Koge", "Køge"),
        ("Aero", "Ærø"),
        ("hilleroed", "Hillerød"),
        ("lyngby taarbaek", "Lyngby-Taarbæk"),
        ("Ringkøbing - Skjern", "Ringkøbing-Skjern"),
        ("Copenhagen", "København"),
        ("Vejle\u0301", "Vejle"),
        ("Nordfyn", "Nordfyns"),
        ("Københavns Kommune", "København"),
    ],
)
def test_spelling_is_forgiven(asked, name):
    assert find(asked).name == name


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("Hernnig", "no municipality is called “Hernnig”; did you mean Herning, Hjørring?"),
        ("Stockholm", "no municipality is called “Stockholm”; “trappen municipalities” lists all 98."),
        ("", "no municipality is called “”; “trappen municipalities” lists all 98."),
        (658, "no municipality has the code 658; the nearest are 657 Herning, 661 Holstebro, 665 Lemvig."),
        ("²", "no municipality is called “²”; “trappen municipalities” lists all 98."),
        ("x" * 999, f"no municipality is called “{'x' * 37}...”; “trappen municipalities” lists all 98."),
    ],
)
def test_a_name_that_is_none_gets_a_sentence(asked, sentence, english):
    with pytest.raises(Problem) as caught:
        find(asked)
    assert str(caught.value) == sentence


def test_the_age_table_is_the_country():
    ages = national_age_distribution()
    assert len(ages) == 25
    assert ages[0] == 59_356
    assert ages[24] == 78_801
    assert 1_100_000 < sum(ages[:18]) < 1_200_000
