"""An instrument in words: whom it is for, how wrong it is, and what it finds and misses in the model."""

from typing import Any

from trappen.agents.states import Instrument
from trappen.model.evidence import register
from trappen.viz import wording
from trappen.viz.wording import say

MEASURING, DETECTING_INFANTS = "E7", "C2"
INFANTS_UNTIL = 24
"""Months of age."""


def names() -> list[str]:
    """Return the names of all instruments."""
    return [instrument.name.lower() for instrument in Instrument]


def title_of(name: str, lang: str) -> str:
    """Return what an instrument is called."""
    return say(f"instrument_title.{name}", lang)


def systems_of(name: str) -> list[str]:
    """Return the systems of the source documents that an instrument belongs to."""
    last = register()["instrument_to"].value[names().index(name)]
    return [DETECTING_INFANTS, MEASURING] if last <= INFANTS_UNTIL else [MEASURING]


def rows(lang: str) -> list[dict[str, Any]]:
    """Return every instrument as a row of the catalogue."""
    first, last = (register()[f"instrument_{end}"].value for end in ("from", "to"))
    return [
        {
            "name": name,
            "kind": "instrument",
            "title": title_of(name, lang),
            "text": title_of(name, lang),
            "systems": systems_of(name),
            "grade": register()["instrument_error"].grade,
            "ages": (int(first[k]) // 12, (int(last[k]) - 1) // 12),
        }
        for k, name in enumerate(names())
    ]


def facts_of(name: str, lang: str) -> list[tuple[str, list[str]]]:
    """Return the facts of an instrument as pairs of head and lines; what it finds is tried in the model."""
    k = names().index(name)
    first, last, error, school, passing = (
        register()[f"instrument_{part}"].value[k] for part in ("from", "to", "error", "school", "passing")
    )
    kit = register()["measured_by"].value
    reads = say("instrument.need", lang)
    if school:
        reads = say("instrument.school", lang, share=wording.percent(school, lang))
    if passing != 1.0:
        reads = say("instrument.passing_more", lang, reads=reads, weight=wording.number(passing, 1, lang))
    ages = {"first": wording.age(int(first), lang), "last": wording.age(int(last), lang)}
    return [
        ("ages", [say("instrument.ages_text", lang, **ages)]),
        ("error", [say("instrument.error_text", lang, error=wording.number(error, 2, lang))]),
        ("reads", [reads]),
        ("finds", _finds(Instrument(k), lang)),
        ("used", [say(f"instrument.used_by_{'casework' if k in kit else 'none'}", lang)]),
    ]


def _finds(instrument: Instrument, lang: str) -> list[str]:
    from trappen.scenarios.instruments_tried import tried
    from trappen.scenarios.intervals import wilson

    lines = []
    for found in (cuts := tried(instrument)):
        low, high = wilson(found.sensitivity, found.in_need)
        shares = {
            "flagged": found.flagged,
            "sensitivity": found.sensitivity,
            "s_low": low,
            "s_high": high,
            "specificity": found.specificity,
        }
        told = {key: wording.percent(share, lang) for key, share in shares.items()}
        lines.append(say("instrument.finds_text", lang, **told))
    counts = {"children": cuts[0].in_need + cuts[0].others, "in_need": cuts[0].in_need}
    lines.append(say("instrument.how", lang, **{key: wording.plain(n, lang) for key, n in counts.items()}))
    return lines
