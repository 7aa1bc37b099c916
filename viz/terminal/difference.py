"""Two policies side by side in words a politician understands: what changes, from what to what."""

from typing import Any

from trappen.policies.lever import GRADES, Lever, levers
from trappen.policies.policy import Offer, Policy
from trappen.viz import wording
from trappen.viz.terminal.shown import is_share, value_of
from trappen.viz.terminal.shown_programme import target_in_words
from trappen.viz.wording import say

TOLD_OF_LESS = ("caseload", "follow_up_interval", "decision_delay")
"""Levers whose text says what a lower value gives; all others say what a higher one does."""


def differences(a: Policy, b: Policy) -> dict[str, Any]:
    """Return what differs: levers with both values and grade, programmes gone, new and changed."""
    ours, theirs = ({o.programme.name: o for o in policy.programmes} for policy in (a, b))
    return {
        "levers": {
            name: {"from": a.levers[name], "to": b.levers[name], "grade": lever.grade}
            for name, lever in levers().items()
            if a.levers[name] != b.levers[name]
        },
        "programmes_gone": [name for name in ours if name not in theirs],
        "programmes_new": [name for name in theirs if name not in ours],
        "programmes_changed": [name for name in ours if name in theirs and ours[name] != theirs[name]],
    }


def difference_text(a: Policy, b: Policy, lang: str) -> str:
    """Return the difference as lines of text."""
    found = differences(a, b)
    titles = [getattr(policy.title, lang) for policy in (a, b)]
    lines = [say("difference.head", lang, a=titles[0], b=titles[1]), ""]
    for name, values in found["levers"].items():
        lines.append("- " + _lever(levers()[name], values["from"], values["to"], lang))
    new = {offer.programme.name: offer for offer in b.programmes}
    old = {offer.programme.name: offer for offer in a.programmes}
    lines += ["- " + _new(new[name], lang) for name in found["programmes_new"]]
    lines += [
        "- " + say("difference.gone", lang, title=getattr(old[name].programme.title, lang))
        for name in found["programmes_gone"]
    ]
    lines += [
        "- " + say("difference.changed", lang, title=getattr(new[name].programme.title, lang))
        for name in found["programmes_changed"]
    ]
    if len(lines) == 2:
        return say("difference.none", lang, a=titles[0], b=titles[1])
    lines += ["", _when(b, lang), _known(found["levers"], lang)]
    return "\n".join(line for line in lines if line is not None)


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


def _new(offer: Offer, lang: str) -> str:
    programme = offer.programme
    served = programme.served if offer.served is None else offer.served
    return say(
        "difference.new",
        lang,
        title=getattr(programme.title, lang),
        target=target_in_words(programme.rule, lang),
        served=wording.plain(served, lang),
        price=wording.plain(programme.price.value, lang),
        grade=say(f"grade.{programme.evidence.grade}", lang),
    )


def _when(policy: Policy, lang: str) -> str:
    phase = policy.phase_in
    return say("difference.when", lang, year=phase.start_year + 1, months=phase.months)


def _known(moved: dict[str, Any], lang: str) -> str:
    counts = [(grade, sum(value["grade"] == grade for value in moved.values())) for grade in GRADES]
    told = "; ".join(
        say("difference.known_of", lang, number=number, grade=say(f"grade.{grade}", lang))
        for grade, number in counts
        if number
    )
    return say("difference.known", lang, grades=told) if told else ""
