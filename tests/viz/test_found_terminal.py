"""An experiment's tables on terminals of any width: no figure, no word and no head is broken."""

import io

import pandas as pd
import pytest
from rich.console import Console

from trappen.scenarios.experiments.found import Found
from trappen.viz.terminal.evidence_view import print_evidence
from trappen.viz.terminal.found_terminal import print_fitting, print_found, print_listed
from trappen.viz.wording import NO_BREAK, say

HEADS = ["On the frontier", *(f"Lever {n}, difference from today" for n in range(14))]
CELLS = [["yes", f"+1.4{n}", *["0.80"] * 12, f"-12,34{n}"] for n in range(3)]


def printed(show, width=80):
    out = io.StringIO()
    show(Console(file=out, width=width, color_system=None))
    told = out.getvalue()
    assert max(map(len, told.splitlines())) <= width
    assert all(line == line.rstrip() for line in told.splitlines())
    return told


def fitting(heads, cells, texts, width):
    return printed(lambda out: print_fitting(heads, cells, texts, "en", out), width)


@pytest.mark.parametrize(("lang", "shared"), [("da", "Ens i alle"), ("en", "The same in all")])
def test_a_table_too_wide_is_listed_with_every_figure_whole_and_what_is_shared_once(lang, shared):
    for show in (
        lambda out: print_listed(HEADS, CELLS, lang, out),
        lambda out: print_fitting(HEADS, CELLS, [0], lang, out),
    ):
        told = printed(show)
        assert told.count(shared) == 1
        assert told.count("0.80") == 12
        for row in CELLS:
            assert told.count(row[1]) == told.count(row[-1]) == 1


def test_a_narrow_table_stays_a_table():
    heads, row = ["Lever", "Share", "90% interval"], ["Cases per caseworker", "12", "-1 to 4"]
    assert len(fitting(heads, [row, row], [0], 60).splitlines()) == 3


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_word_of_a_head_and_no_cell_is_broken_at_any_width(width):
    heads = [
        "Set fra",
        "Nuværende praksis",
        "Omlægning",
        f"90{NO_BREAK}%-interval",
        "Undersøgelser, sagsbehandler",
    ]
    heads += ["Overtime", "Tjent hjem"]
    cells = [["Børne- og familiebudgettet", "1.234,56", "11", "+0,12 til +1,15", "0,1", "12", "aldrig"]] * 2
    told = fitting(heads, cells, [0, 6], width)
    words = told.split()
    for word in [word for head in heads for word in head.split(" ")] + cells[0][1:3] + cells[0][4:]:
        assert set(word.split()) <= set(words), word
    assert "+0,12 til +1,15" in told
    assert f"90{NO_BREAK}%-interval" in told


def test_a_table_a_little_too_wide_is_printed_in_parts_that_each_say_what_a_row_is():
    heads = ["Caseload", *(f"A rather long heading {n}x" for n in range(12))]
    told = fitting(heads, [[f"row{at}", *["1.234.567"] * 12] for at in range(4)], [0], 80)
    assert told.count("row3") == told.count("Caseload") == 2
    assert say("experiment.shared", "en") not in told


@pytest.mark.parametrize(("lang", "interval"), [("da", f"90{NO_BREAK}%-interval"), ("en", "90% interval")])
@pytest.mark.parametrize("width", range(70, 90))
def test_an_answer_is_broken_at_ordinary_spaces_only(lang, interval, width):
    silo = pd.DataFrame(
        [["state", 3.0, 2.0, -1.0, -1.5, -0.5]], columns=["budget", "a", "b", "difference", "low", "high"]
    )
    sides = silo.rename(columns={"budget": "perspective"}).assign(perspective="accounts")
    facts = {"a": "status_quo", "b": "omlaegning", "perspective": "accounts", "net": -1.0, "years": 20}
    facts |= {"break_even": 2036.0, "chance": 0.8, "never": 0.2}
    found = Found("budget", {"silo": silo, "perspectives": sides}, facts)
    told = printed(lambda out: print_found(found, lang, out=out), width)
    if lang == "da":
        assert interval in told
        assert "90\n" not in told


def test_a_trial_says_what_it_ran_and_names_its_two_estimates_of_power():
    arms = pd.DataFrame([{"controls": "none", "truth": -0.2, "power": 0.0, "wrong_sign": 0.25}])
    power = pd.DataFrame({"municipalities": [2, 3], "chance": [0.05, 0.06], "chance_clean": [0.05, 0.06]})
    facts = {"measure": "first_contact_age", "municipalities": 5, "districts": 8, "children": 700, "years": 3}
    facts |= {"trials": 4, "truth": -0.2, "estimate": -0.3, "estimate_error": 0.1, "spread": 0.8, "called": 0}
    facts |= {"power": 0.05, "bias": 0.0, "bias_error": 0.0, "controls": 0.0, "power_clean": 0.05}
    facts |= {"needed": None, "most_places": 98}
    manifest = {"municipality": "opsporingsmodellen", "municipalities": 5, "trials": 4, "children": 700}
    manifest |= {"years": 3, "start_year": 2026, "replicates": 20, "price_year": 2023}
    found = Found("trial", {"arms": arms, "power": power}, facts, manifest)
    told = printed(lambda out: print_found(found, "da", out=out), 100).replace(NO_BREAK, " ")
    assert "4 forsøg, hvert i 5 kommuner med 700 børn" in told
    assert "opsporingsmodellen:" not in told
    assert "Regnet ud fra sandheden og spredningen mellem kommuner er styrken 5 %" in " ".join(told.split())
    assert "finder en virkning" in told
    assert " 0 %" in told
    assert "<1 %" not in told
    assert "0,05" not in told


@pytest.mark.parametrize(("lang", "words"), [("da", "Ingen af modellens tal"), ("en", "None of the model's")])
def test_a_search_that_finds_no_number_says_so_in_place_of_an_empty_table(lang, words):
    from trappen.scenarios.evidence_table import evidence

    told = printed(lambda out: print_evidence(evidence("no such word"), lang, console=out))
    assert told.startswith(words)
    assert ": ." not in told
