"""What a Danish reader is shown of numbers, levers, programmes and practices is Danish, notes included."""

import re

import pytest

from trappen.model import sources
from trappen.model.checking import Note
from trappen.policies import library
from trappen.policies.catalogue import find, names
from trappen.policies.lever import levers
from trappen.policies.policy import Transition
from trappen.viz.terminal.shown import show_entry

ENGLISH = re.compile(
    r"\b(the|of|and|is|are|was|were|with|from|that|this|not|which|by|an|its|their|than|guess)\b", re.I
)
"""Words that stand in nearly every English sentence and in no Danish one."""


def notes():
    """Return every source of a number and every note of the packaged catalogue: Danish, English."""
    found = {f"source {english}": (danish, english) for english, danish in sources.danish().items()}
    found |= {f"lever {name}": (one.source["da"], one.source["en"]) for name, one in levers().items()}
    for name in library.entries("programme"):
        told = library.programme(name)
        own = {"price": told.price.source, "study": told.evidence.study}
        if told.benefit:
            own["benefit"] = told.benefit.source
        found |= {f"programme {name}, {what}": (note.da, note.en) for what, note in own.items()}
    for name in names():
        costs = {part: getattr(find(name).transition, part) for part in Transition.model_fields}
        found |= {
            f"policy {name}, {part}": (cost.source.da, cost.source.en) for part, cost in costs.items() if cost
        }
    return found


def proper_names():
    """Return titles that are the same in both languages, longest first: they stay as they are."""
    titles = [(one.title.da, one.title.en) for one in map(library.programme, library.entries("programme"))]
    kept = {title for pair in titles for title in pair if pair[0] == pair[1]}
    return sorted(kept | {"intention to treat"}, key=len, reverse=True)


def without_names(text):
    text = " ".join(text.split())
    for name in proper_names():
        text = re.sub(re.escape(name), "", text, flags=re.I)
    return text


def test_every_note_of_the_catalogue_stands_in_both_languages():
    found = notes()
    assert len(found) > 120
    seen = [bool(ENGLISH.search(english)) for _, english in found.values()]
    assert sum(seen) > 0.7 * len(seen), "these words would not tell an English note"
    for where, (danish, english) in found.items():
        assert danish.strip() != english.strip(), where
        assert not ENGLISH.search(without_names(danish)), where


def test_figures_are_the_same_in_both_languages():
    """A number that one language tells and the other does not is a slip of translation."""

    def figures(text, thousands, point):
        digits = re.findall(r"\d+(?:[.,]\d+)*", text)
        return sorted(float(one.replace(thousands, "").replace(point, ".")) for one in digits)

    for where, (danish, english) in notes().items():
        assert figures(danish, ".", ",") == figures(english, ",", "."), where


@pytest.mark.parametrize("kind", ["lever", "programme", "policy"])
def test_a_danish_page_holds_no_english_sentence(kind):
    entries = {"lever": levers(), "programme": library.entries("programme"), "policy": names()}[kind]
    for name in entries:
        for line in without_names(show_entry(name, "da")).split(". "):
            assert not ENGLISH.search(line), (name, line)


def test_a_text_alone_is_told_in_both_languages_and_an_empty_one_is_refused():
    assert Note.model_validate("Eget skøn") == Note(da="Eget skøn", en="Eget skøn")
    for wrong in ("", {"da": "Kun dansk"}, {"da": "", "en": "x"}, 5, None):
        with pytest.raises(ValueError, match="Note"):
            Note.model_validate(wrong)


def test_a_parameter_tells_its_source_in_the_readers_language():
    assert "Kilde: Gruppepriser for DUÅ" in show_entry("price_early", "da")
    assert "Source: DUÅ and PMTO group prices" in show_entry("price_early", "en")


def test_one_standard_deviation_is_told_in_the_singular_and_no_section_is_empty():
    from trappen.policies.target import read_target
    from trappen.viz.terminal.shown_programme import facts_of, target_in_words

    assert "1 standardafvigelse over" in target_in_words(read_target("need >= 1"), "da")
    assert "1 standard deviation " in target_in_words(read_target("strain >= 1"), "en")
    assert "1,5 standardafvigelser over" in target_in_words(read_target("need >= 1.5"), "da")
    bare = library.programme("hpa").model_copy(update={"systems": []})
    assert all(any(line.strip() for line in lines) for _, lines in facts_of(bare, "da"))
