"""Every source of a number has its Danish, with the same references, and Danish readers are shown it."""

import json
import re

import pytest

from trappen.cli import main
from trappen.model.evidence import register
from trappen.model.sources import danish, source_in
from trappen.policies.lever import levers
from trappen.scenarios.evidence_table import evidence
from trappen.scenarios.fitting import adult_fit
from trappen.scenarios.fitting.targets import targets
from trappen.scenarios.indicators import TOLD
from trappen.scenarios.own_prices import price_list
from trappen.scenarios.trust.validation import read_cases
from trappen.viz.report.evidence_section import register_rows

MONTHS = {"Jan", "January"}
"""Stand before a year as the name of an author does."""


def written():
    """Return every source that is written in English alone, on one line, by what it is the source of."""
    found = {f"parameter {name}": entry.source for name, entry in register().items()}
    found |= {f"target {name}": target.source for name, target in targets().items()}
    found |= {f"adult outcome {name}": source for name, source in adult_fit.sources().items()}
    found |= {f"indicator {name}": source for name, source in TOLD.items()}
    found |= {f"case {case.name}": case.source for case in read_cases()}
    return {what: " ".join(source.split()) for what, source in found.items()}


def test_every_source_has_its_danish():
    missing = {source: what for what, source in written().items() if not danish().get(source, "").strip()}
    assert missing == {}, "write the Danish of these in model/sources.toml"


def test_what_no_source_gives_is_called_by_one_word():
    """A municipality writes *skøn*, as the notes of levers do; the grade says on what it rests."""
    told = [*danish().values(), *(lever.source["da"] for lever in levers().values())]
    assert [text for text in told if re.search(r"\bgæt", text)] == []
    assert sum(bool(re.search(r"\bskøn\b", text)) for text in told) > 50


def test_no_danish_is_left_of_a_source_that_is_gone():
    assert set(danish()) - set(written().values()) == set()


REFERENCES = {
    "document": (r"\bsource (\d{3})", r"\bkilde (\d{3})"),
    "section": (r"evidence\.md\)?, section (\w+)", r"evidence\.md\)?, afsnit (\w+)"),
    "law": (r"(?<!\.md, )(?<!\.md\), )\bsection (\d+a?)", r"§ (\d+a?)"),
    "file or address": (r"[\w./]+\.(?:md|dk)\b[\w/]*",) * 2,
    "code": (r"`[^`]+`",) * 2,
}
"""What a reader looks a figure up by, in English and in Danish. Figures: test_notes_in_danish.py."""


@pytest.mark.parametrize("kind", REFERENCES)
def test_references_are_the_same_in_both_languages(kind):
    ours, theirs = REFERENCES[kind]
    seen = 0
    for english, told in danish().items():
        given = sorted(re.findall(ours, english, re.I))
        assert sorted(re.findall(theirs, told, re.I)) == given, english
        seen += len(given)
    assert seen, "no source has one"


def test_a_named_study_is_named_in_both_languages():
    for english, told in danish().items():
        for name, year in re.findall(r"([A-ZÆØÅ][\wæøåÆØÅ]+)(?: et al\.)? ((?:19|20)\d\d)\b", english):
            assert name in MONTHS or re.search(rf"{name}(?: m\.fl\.)? {year}\b", told), english


def test_a_source_without_a_pair_stays_as_it_was_written():
    assert source_in("As\n  above", "da") == "Som ovenfor"
    assert source_in("As\n  above", "en") == "As above"
    assert source_in("Vores egen  optælling", "da") == "Vores egen optælling"


def test_the_register_is_searched_in_both_languages_whichever_is_read():
    for lang in ("da", "en"):
        by = {words: set(evidence(words, lang=lang)["parameter"]) for words in ("hukommelsen", "from memory")}
        assert "death_rate" in by["hukommelsen"] & by["from memory"]
    assert set(evidence("deloitte", lang="da")["source"]) == {danish()[register()["aftercare_uptake"].source]}


@pytest.mark.parametrize("lang", ["da", "en"])
def test_tables_tell_sources_in_the_readers_language(lang, capsys):
    told = [source_in(entry.source, lang) for entry in register().values()]
    assert [row[-1] for row in register_rows(lang)] == told
    prices = price_list(lang)
    assert list(prices["source"]) == [source_in(register()[name].source, lang) for name in prices["name"]]
    assert main(["evidence", "--json", "--lang", lang]) == 0
    assert [row["source"] for row in json.loads(capsys.readouterr().out)] == told
    assert main(["indicators", "--json", "--lang", lang]) == 0
    rows = {row["row"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["complaints"]["source"] == source_in(TOLD["complaints"], lang)
