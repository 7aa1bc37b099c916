"""Two policies side by side in words a politician understands: what changes, from what to what."""

from collections.abc import Mapping
from typing import Any

from trappen.policies.lever import GRADES, Lever, levers
from trappen.policies.policy import Offer, PhaseIn, Policy
from trappen.viz import wording
from trappen.viz.terminal.shown import is_share, value_of, wrapped
from trappen.viz.terminal.shown_programme import target_in_words
from trappen.viz.wording import say

TOLD_OF_LESS = ("caseload", "follow_up_interval", "decision_delay")
"""Levers whose text says what a lower value gives; all others say what a higher one does."""


def differences(a: Policy, b: Policy) -> dict[str, Any]:
    """Return what differs: levers with both values and grade, programmes gone, new and changed, and dates.

    `programmes_terms` holds for each changed programme the terms that differ, `dates` the policies' own.
    """
    ours, theirs = ({o.programme.name: o for o in policy.programmes} for policy in (a, b))
    terms = {
        name: _moved(_terms(a, ours[name], dated), _terms(b, theirs[name], dated))
        for name in ours
        if name in theirs
        for dated in [ours[name].has_dates or theirs[name].has_dates]
    }
    changed = [n for n, moved in terms.items() if moved or ours[n].programme != theirs[n].programme]
    both = a.keeps_its_dates() and b.keeps_its_dates()
    return {
        "levers": {
            name: {"from": a.levers[name], "to": b.levers[name], "grade": lever.grade}
            for name, lever in levers().items()
            if a.levers[name] != b.levers[name]
        },
        "programmes_gone": [name for name in ours if name not in theirs],
        "programmes_new": [name for name in theirs if name not in ours],
        "programmes_changed": changed,
        "programmes_terms": {name: terms[name] for name in changed},
        "dates": _moved(_dates(a.phase_in, a.stop_year), _dates(b.phase_in, b.stop_year)) if both else {},
    }


def _terms(policy: Policy, offer: Offer, dated: bool) -> dict[str, Any]:
    """Return on what terms a policy gives a programme; its dates only where they are not the policy's."""
    terms = {"reach": offer.share_reached, "served": offer.places}
    return terms | (_dates(*policy.dates_of(offer)) if dated else {})


def _dates(phase: PhaseIn, stop_year: int | None) -> dict[str, Any]:
    dates = phase.model_dump() | {"stop_year": stop_year}
    if phase.months == 0:  # what comes at once has no course
        del dates["curve"]
    return dates


def _moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        term: {"from": before[term], "to": after[term]}
        for term in before
        if term in after and before[term] != after[term]
    }


def difference_text(a: Policy, b: Policy, lang: str) -> str:
    """Return the difference as lines of text."""
    found = differences(a, b)
    titles = [getattr(policy.title, lang) for policy in (a, b)]
    new = {offer.programme.name: offer for offer in b.programmes}
    old = {offer.programme.name: offer for offer in a.programmes}
    told = [_lever(levers()[name], move["from"], move["to"], lang) for name, move in found["levers"].items()]
    told += [_new(b, new[name], lang) for name in found["programmes_new"]]
    told += [
        say("difference.gone", lang, title=getattr(old[name].programme.title, lang))
        for name in found["programmes_gone"]
    ]
    told += [_changed(old[name], new[name], terms, lang) for name, terms in found["programmes_terms"].items()]
    if found["dates"]:
        told.append(say("difference.dates", lang, terms=_in_words(found["dates"], lang)))
    if not told:
        return wrapped(say("difference.none", lang, a=titles[0], b=titles[1]))
    when = _when(b.phase_in, b.stop_year, "", lang) if b.keeps_its_dates() else ""
    return "\n".join(
        [
            wrapped(say("difference.head", lang, a=titles[0], b=titles[1])),
            "",
            *(wrapped("- " + line, hanging="  ") for line in told),
            "",
            *(wrapped(line) for line in (when, _known(found["levers"], lang)) if line),
        ]
    ).rstrip()


def _lever(lever: Lever, before: float, after: float, lang: str) -> str:
    share = is_share(lever)
    first, then = (value_of(lever, x, lang) for x in (before, after))
    unit = lever.unit[lang]
    why = lever.mechanism[lang]
    if (after < before) != (lever.name in TOLD_OF_LESS):
        why = say("difference.less", lang, why=why[:1].lower() + why[1:])
    return say(
        "difference.lever_share" if share else "difference.lever",
        lang,
        title=lever.title[lang],
        before=first,
        after=then,
        unit=unit,
        why=why,
    )


def _new(policy: Policy, offer: Offer, lang: str) -> str:
    programme = offer.programme
    told = say(
        "difference.new",
        lang,
        title=getattr(programme.title, lang),
        target=target_in_words(programme.rule, lang),
        reach=wording.percent(offer.share_reached, lang, 0),
        served=wording.plain(offer.places, lang),
        price=wording.plain(programme.price.value, lang),
        grade=say(f"grade.{programme.evidence.grade}", lang),
    )
    return f"{told} {_when(*policy.dates_of(offer), 'own_', lang)}" if offer.has_dates else told


def _changed(before: Offer, after: Offer, terms: Mapping[str, Any], lang: str) -> str:
    told = [_in_words(terms, lang)] if terms else []
    if before.programme != after.programme:
        told.append(say("difference.term.programme", lang))
    title = getattr(after.programme.title, lang)
    return say("difference.changed", lang, title=title, terms="; ".join(told))


def _in_words(terms: Mapping[str, Mapping[str, Any]], lang: str) -> str:
    return "; ".join(
        say(
            f"difference.term.{term}",
            lang,
            before=_term(term, ends["from"], lang),
            after=_term(term, ends["to"], lang),
        )
        for term, ends in terms.items()
    )


def _term(term: str, value: Any, lang: str) -> str:
    """Return a term as it is read: years are counted from 1, as in the rest of the sentence."""
    if term == "reach":
        return wording.percent(value, lang, 0)
    if term == "curve":
        return say(f"show.curve.{value}", lang)
    if term == "stop_year":
        key = "stop_never" if value is None else "stop_in"
        return say(f"difference.term.{key}", lang, year=(value or 0) + 1)
    return wording.plain(value + 1 if term == "start_year" else value, lang)


def _when(phase: PhaseIn, stop: int | None, whose: str, lang: str) -> str:
    """Return when a change, or a programme (`own_`), begins, is in force and stops."""
    key = "at_once" if phase.months == 0 or phase.curve == "step" else "when"
    told = say(f"difference.{whose}{key}", lang, year=phase.start_year + 1, months=phase.months)
    return told if stop is None else f"{told} {say('difference.stops', lang, year=stop + 1)}"


def _known(moved: dict[str, Any], lang: str) -> str:
    counts = [(grade, sum(value["grade"] == grade for value in moved.values())) for grade in GRADES]
    told = "; ".join(
        say("difference.known_of", lang, number=number, grade=say(f"grade.{grade}", lang))
        for grade, number in counts
        if number
    )
    return say("difference.known", lang, grades=told) if told else ""
