"""A programme in words: whom it is for, what it does and costs, what is known and how well."""

from collections.abc import Iterable
from math import inf

from trappen.agents.programme import TargetSign
from trappen.policies.programme import Effect, Programme
from trappen.policies.target import NAMED, WORDS, Bounds, Target
from trappen.viz import wording
from trappen.viz.wording import say

NEAR_WHOLE = 1e-9


def target_in_words(target: Target, lang: str) -> str:
    """Return whom a programme is for, as one sentence without a full stop."""
    told = [_alternative(bounds, lang) for bounds in target.alternatives]
    return say("target_words.or", lang).join(dict.fromkeys(told))


def _alternative(bounds: Bounds, lang: str) -> str:
    parts = [_sign(sign, low, high, lang) for sign, (low, high) in bounds.items()]
    return say("target_words.and", lang).join(parts)


def _sign(sign: TargetSign, low: float, high: float, lang: str) -> str:
    if sign is TargetSign.AGE:
        return _age(low, high, lang)
    if sign is TargetSign.MOTHER_AGE:
        return _mother_age(low, high, lang)
    word = next(word for word, known in WORDS.items() if known is sign)
    if sign in NAMED:
        names = [name for name, value in NAMED[sign].items() if low <= value <= high]
        told = say("target_words.or", lang).join(say(f"target_words.{word}.{name}", lang) for name in names)
        return say("target_words.is", lang, sign=say(f"target_words.{word}.sign", lang), value=told)
    label = say(f"target_words.{word}", lang)
    if low == high:
        return say("target_words.is", lang, sign=label, value=_number(low, lang))
    if low == -inf:
        return say("target_words.most", lang, sign=label, value=_number(high, lang))
    if high == inf:
        return say("target_words.least", lang, sign=label, value=_number(low, lang))
    return say("target_words.between", lang, sign=label, low=_number(low, lang), high=_number(high, lang))


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
    offered = say(
        "programme_words.offer",
        lang,
        reach=wording.percent(told.reach, lang, 0),
        served=wording.plain(told.served, lang),
        base=wording.percent(min(told.uptake.base, 1), lang, 0),
        full=wording.percent(min(told.uptake.base + told.uptake.trust, 1), lang, 0),
    )
    dose = say(
        "programme_words.dose",
        lang,
        amount=wording.plain(told.dose.amount, lang),
        unit=getattr(told.dose.unit, lang),
        months=told.months,
    )
    leaving = say("programme_words.dropout", lang, monthly=wording.percent(told.dropout.monthly, lang, 1))
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
        price.source,
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
        costs.append(told.benefit.source)
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
            told.evidence.study,
        ],
    )
    yield "tried", [getattr(told.evidence.tried, lang) + "."]
    if told.excludes:
        yield "excludes", [", ".join(told.excludes)]
    yield "systems", [", ".join(told.systems)]
