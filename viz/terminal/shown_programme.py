"""A programme in words: whom it is for, what it does and costs, what is known and how well."""

from collections.abc import Iterable, Sequence
from math import inf

from trappen.agents.programme import TargetSign
from trappen.policies.programme import Effect, Programme
from trappen.policies.target import NAMED, WORDS, Bounds, Target
from trappen.viz import wording
from trappen.viz.wording import say

IN_SD = (TargetSign.NEED, TargetSign.SCHOOL, TargetSign.COPING, TargetSign.STRAIN)
"""Signs that are told as standard deviations from the mean."""


def target_in_words(target: Target, lang: str) -> str:
    """Return whom a programme is for, as one sentence without a full stop."""
    told = [_alternative(bounds, lang) for bounds in _simplest(target.alternatives)]
    return say("target_words.or", lang).join(dict.fromkeys(told))


def _simplest(alternatives: Sequence[Bounds]) -> list[dict[TargetSign, list[tuple[float, float]]]]:
    """Leave out what another alternative holds, and put together those that differ in one named sign only."""
    kept = [
        each
        for number, each in enumerate(alternatives)
        if not any(
            _holds(other, each) and not (_holds(each, other) and at > number)
            for at, other in enumerate(alternatives)
            if at != number
        )
    ]
    made: list[dict[TargetSign, list[tuple[float, float]]]] = []
    for each in kept:
        bounds = {sign: [span] for sign, span in each.items()}
        for other in made:
            differs = [sign for sign in bounds if other.get(sign) != bounds[sign]]
            if other.keys() == bounds.keys() and len(differs) == 1 and differs[0] in NAMED:
                other[differs[0]] = other[differs[0]] + bounds[differs[0]]
                break
        else:
            made.append(bounds)
    return made


def _holds(wide: Bounds, narrow: Bounds) -> bool:
    """Tell whether everybody who fits the narrow alternative fits the wide one."""
    everybody = (-inf, inf)
    return all(
        low <= narrow.get(sign, everybody)[0] and narrow.get(sign, everybody)[1] <= high
        for sign, (low, high) in wide.items()
    )


def _alternative(bounds: dict[TargetSign, list[tuple[float, float]]], lang: str) -> str:
    parts = [_sign(sign, spans, lang) for sign, spans in bounds.items()]
    return say("target_words.and", lang).join(parts)


def _sign(sign: TargetSign, spans: list[tuple[float, float]], lang: str) -> str:
    low, high = spans[0]
    if sign is TargetSign.AGE:
        return _age(low, high, lang)
    if sign is TargetSign.MOTHER_AGE:
        return _mother_age(low, high, lang)
    word = next(word for word, known in WORDS.items() if known is sign)
    if sign in NAMED:
        fits = [name for name, v in NAMED[sign].items() if any(low <= v <= high for low, high in spans)]
        told = say("target_words.or", lang).join(say(f"target_words.{word}.{name}", lang) for name in fits)
        return say("target_words.is", lang, sign=say(f"target_words.{word}.sign", lang), value=told).strip()
    label = say(f"target_words.{word}", lang)
    if low == high:
        return say("target_words.is", lang, sign=label, value=_number(low, lang))
    level = _level if sign in IN_SD else _number
    if low == -inf:
        return say("target_words.most", lang, sign=label, value=level(high, lang))
    if high == inf:
        return say("target_words.least", lang, sign=label, value=level(low, lang))
    return say("target_words.between", lang, sign=label, low=level(low, lang), high=level(high, lang))


def _level(value: float, lang: str) -> str:
    """Return a number of standard deviations as so much over or under the mean."""
    key = "above" if round(value, 6) > 0 else "below" if round(value, 6) < 0 else "mean"
    key += "_one" if round(abs(value), 6) == 1 else ""
    return say(f"target_words.{key}", lang, value=_number(abs(value), lang))


def _number(value: float, lang: str) -> str:
    return wording.plain(round(value, 6), lang)


def _age(low: float, high: float, lang: str) -> str:
    if high < 0:
        return say("target_words.pregnancy", lang)
    years = low in (-inf, -9) or low % 12 == 0, high == inf or (high + 1) % 12 == 0
    if not all(years):
        return say("target_words.age_months", lang, low=max(int(max(low, 0)), 0), high=int(high))
    last = 17 if high == inf else int((high + 1) // 12) - 1
    if low in (-inf, -9):
        return say("target_words.age_to", lang, high=last)
    return say("target_words.age", lang, low=int(low // 12), high=last)


def _mother_age(low: float, high: float, lang: str) -> str:
    """Return the mother's age in whole years, as the rule counts it."""
    from_, below = (_number(round(age / 12, 1), lang) for age in (low, high + 1))
    if low == -inf:
        return say("target_words.mother_below", lang, below=below)
    if high == inf:
        return say("target_words.mother_from", lang, low=from_)
    return say("target_words.mother_between", lang, low=from_, below=below)


def effect_in_words(effect: Effect, lang: str) -> str:
    """Return what an effect moves, by how much, for whom, and how it fades."""
    size, low, high = (wording.plain(x, lang) for x in (effect.size.value, effect.size.low, effect.size.high))
    unit = say(f"effect_words.{effect.moves}", lang)
    told = [say("effect_words.size", lang, what=unit, size=size, low=low, high=high)]
    fade = effect.fade
    hold, gone = wording.plain(fade.hold_months, lang), wording.plain(fade.gone_months, lang)
    if effect.moves == "need":
        told.append(say(f"effect_words.fade.{fade.shape}", lang, hold=hold, gone=gone))
    shares = effect.families.model_dump()
    if len(set(shares.values())) > 1:
        kinds = [
            f"{say(f'target_words.family.{kind}', lang)} {wording.percent(share, lang, 0)}"
            for kind, share in shares.items()
        ]
        told.append(say("effect_words.by_family", lang, shares=", ".join(kinds)))
    if effect.by_need:
        key = "effect_words.grows" if effect.by_need > 0 else "effect_words.shrinks"
        told.append(say(key, lang, share=wording.percent(abs(effect.by_need), lang, 0)))
    return "; ".join(told) + "."


def facts_of(programme: Programme, lang: str) -> Iterable[tuple[str, list[str]]]:
    """List what there is to know of a programme: heading (`show.head.*`) and lines."""
    told, price = programme, programme.price
    everyone = told.uptake.trust == 0
    offered = say(
        "programme_words.offer_to_all" if everyone else "programme_words.offer",
        lang,
        reach=wording.percent(told.reach, lang, 0),
        served=wording.plain(told.served, lang),
        base=wording.percent(min(told.uptake.base, 1), lang, 0),
        full=wording.percent(min(told.uptake.base + told.uptake.trust, 1), lang, 0),
    )
    dose = say(
        "programme_words.length" if told.dose.unit.en == "months" else "programme_words.dose",
        lang,
        amount=wording.plain(told.dose.amount, lang),
        unit=getattr(told.dose.unit, lang),
        months=told.months,
    )
    key = "dropout" if told.dropout.monthly else "no_dropout"
    leaving = say(f"programme_words.{key}", lang, monthly=wording.percent(told.dropout.monthly, lang, 1))
    if told.dropout.by_need > 0:
        leaving += " " + say("programme_words.selective", lang)
    yield "target", [target_in_words(told.rule, lang) + "."]
    yield (
        "given",
        [
            say(
                "programme_words.given",
                lang,
                by=getattr(told.delivered_by, lang),
                place=say(f"place.{told.place}", lang),
                leg=say(f"leg.{told.leg}", lang),
                prevention=say(f"prevention.{told.prevention}", lang),
                step=say("programme_words.step", lang, step=told.step),
            )
        ],
    )
    yield "offered", [offered, dose, leaving]
    yield "effects", [effect_in_words(effect, lang) for effect in told.effects]
    costs = [
        say(
            "programme_words.price",
            lang,
            value=wording.plain(price.value, lang),
            low=wording.plain(price.low, lang),
            high=wording.plain(price.high, lang),
            payer=say(f"programme_payer.{price.payer}", lang),
            grade=say(f"grade.{price.grade}", lang),
        ),
        getattr(price.source, lang),
    ]
    if told.benefit is not None:
        costs.append(
            say(
                "programme_words.benefit",
                lang,
                share=wording.percent(told.benefit.share.value, lang, 0),
                yearly=wording.plain(told.benefit.per_year.value, lang),
                hold=wording.plain(told.benefit.hold_years, lang),
                gone=wording.plain(told.benefit.gone_years, lang),
                net=wording.number(round(told.net_benefit(), -3), 0, lang),
                low=wording.number(round(told.benefit.worth().low - price.high, -3), 0, lang),
                high=wording.number(round(told.benefit.worth().high - price.low, -3), 0, lang),
            )
        )
        costs.append(getattr(told.benefit.source, lang))
    yield "price", costs
    yield (
        "known",
        [
            say(
                "programme_words.known",
                lang,
                grade=say(f"grade.{told.evidence.grade}", lang),
                readiness=say(f"readiness.{told.evidence.readiness}", lang),
            ),
            getattr(told.evidence.study, lang),
        ],
    )
    yield "tried", [getattr(told.evidence.tried, lang) + "."]
    if told.excludes:
        yield "excludes", [", ".join(told.excludes)]
    if told.systems:
        yield "systems", [", ".join(told.systems)]
