"""`trappen show` has words in both languages for all there is, and a sentence for a wrong name."""

import re

import pytest

from trappen.agents.problem import Problem
from trappen.cli import main
from trappen.model.evidence import register
from trappen.model.sources import source_in
from trappen.policies.catalogue import names
from trappen.policies.lever import levers
from trappen.viz import wording
from trappen.viz.terminal.shown import WIDTH, show_entry

EVERYTHING = [*names(), *levers(), *register()]


def test_no_name_means_two_things():
    assert len(EVERYTHING) == len(set(EVERYTHING))


@pytest.mark.parametrize("lang", wording.languages())
def test_everything_can_be_shown(lang):
    for name in EVERYTHING:
        told = show_entry(name, lang)
        assert told.startswith(f"{name}: ")
        assert not re.search(r"[{}]|None|show\.", told), name
        assert all(len(line) <= WIDTH for line in told.splitlines()), name


@pytest.mark.parametrize("lang", wording.languages())
def test_every_number_shows_its_unit_grade_and_source(lang):
    for name, entry in register().items():
        told = " ".join(show_entry(name, lang).replace(wording.NO_BREAK, " ").split())
        assert source_in(entry.source, lang) in told, name
        assert wording.unit(entry.unit, lang) in told, name
        assert wording.say(f"grade.{entry.grade}", lang) in told, name


def test_a_policy_says_from_what_to_what_in_the_readers_numbers():
    told = show_entry("omlaegning", "da")
    assert "Sager pr. sagsbehandler: fra 31 til 23 sager pr. sagsbehandler (caseload)" in told
    assert "Kapacitet hos udførerne: fra 1,15 til 1,4 gange" in told
    assert "25.000 (10.000 til 50.000)" in told
    assert "indfaset over 36 måneder" in told
    assert "B17" in told
    for name in levers():
        assert f"({name})" in " ".join(told.split())


def test_a_policy_file_of_ones_own_is_shown_too(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(
        "name: own\ntitle: {da: Egen, en: Own}\ndescription: {da: d, en: e}\nlevers: {caseload: 25.5}\n"
        "phase_in: {start_year: 2, months: 12, curve: step}\nstop_year: 5\n",
        encoding="utf-8",
    )
    told = show_entry(str(file), "en")
    assert "from 31 to 25.5 cases per caseworker" in told
    assert "From January 2 years after the start year, in full at once; the cost" in told
    assert "From January 5 years after the start year everything is as today again." in told
    assert "Months between follow-ups (follow_up_interval)" in told


def test_a_status_quo_changes_and_costs_nothing():
    told = show_entry("status_quo", "en")
    assert "every lever stands as it does today" in told
    assert "What changing costs (DKK, 2023 prices)\n  Nothing." in told


def test_a_table_is_shown_row_by_row():
    rows = show_entry("coverage", "en").split("Value:\n")[1].splitlines()[:9]
    assert [len(row.split()) for row in rows] == [5] * 9


@pytest.mark.parametrize("lang", wording.languages())
def test_a_table_of_instruments_tells_their_names_and_every_table_says_in_words_what_it_goes_by(lang):
    told = show_entry("measured_by", lang)
    assert "SDQ" in told.split("\n\n")[1]
    assert "Ages & Stages" in told.split("\n\n")[1]
    assert wording.say("show.head.plausible", lang) not in told
    for entry in register().values():
        if entry.index:
            index = wording.say(f"show.index.{wording.slug(entry.index)}", lang)
            assert f"{wording.say('show.head.index', lang)}: {index}" in show_entry(entry.name, lang)


@pytest.mark.parametrize(
    ("given", "lang", "sentence"),
    [
        ("caseloda", "en", "parameter or instrument; did you mean caseload?"),
        ("Omlægning", "da", "mente du omlaegning?"),
        ("zzzzz", "en", "see the names with: trappen catalogue."),
        ("x" * 500, "da", "..."),
    ],
)
def test_a_wrong_name_gets_a_sentence(given, lang, sentence, capsys):
    with pytest.raises(Problem):
        show_entry(given, lang)
    assert main(["show", given, "--lang", lang]) == 2
    told = capsys.readouterr()
    assert sentence in told.err
    assert len(told.err) < 250
    assert told.out == ""
