"""The programmes of a scenario's policy as the compiled rules read them."""

from collections.abc import Sequence

import numpy as np

from trappen.agents.ledger import Payer
from trappen.agents.problem import Problem
from trappen.agents.programme import (
    EFFECT_TERMS,
    MOST_PROGRAMMES,
    TERMS,
    EffectTerm,
    Fade,
    Quantity,
    Term,
)
from trappen.agents.states import Arena, Domain
from trappen.model.engine import NO_PROGRAMMES, Programmes
from trappen.model.kernels.draws import Purpose, uniforms
from trappen.model.parameter_set import Rules
from trappen.policies.policy import Offer
from trappen.policies.programme import Effect, Range
from trappen.scenarios.scenario import Scenario

FIRST_PROGRAMME_DRAW = 20_000
"""Months of the ensemble's draws from which programmes' effects and prices are drawn."""

PAYERS = {
    "social": Payer.MUNICIPALITY_SOCIAL,
    "general": Payer.MUNICIPALITY_GENERAL,
    "state": Payer.STATE,
}


def programmes_of(scenario: Scenario, number: int) -> Programmes:
    """Return the programmes of a scenario's policy in a parameter set.

    Set 0 has every effect and price at its value; others draw them from their ranges, each programme by
    luck of its own. Where the link `effect` is cut, programmes are paid for and move nothing.
    """
    offers = scenario.policy_as_run.programmes
    if len(offers) > MOST_PROGRAMMES:
        raise Problem("programme.too_many", given=len(offers), limit=MOST_PROGRAMMES)
    return tables(offers, number, works=scenario.links.effect)


def tables(offers: Sequence[Offer], number: int = 0, *, works: bool = True) -> Programmes:
    """Return programmes as the compiled rules read them."""
    if not offers:
        return NO_PROGRAMMES
    terms = np.zeros((len(offers), TERMS))
    effects: list[np.ndarray] = []
    rules: list[np.ndarray] = []
    for row, offer in zip(terms, offers, strict=True):
        told, target = offer.programme, offer.programme.rule
        youngest, oldest = target.ages
        bounds = target.table()
        row[Term.KEY] = told.key
        row[Term.YOUNGEST], row[Term.OLDEST] = youngest, oldest
        row[Term.FIRST_RULE] = sum(map(len, rules))
        row[Term.END_RULE] = row[Term.FIRST_RULE] + len(bounds)
        row[Term.FIRST_EFFECT] = len(effects)
        row[Term.END_EFFECT] = len(effects) + len(told.effects)
        row[Term.BY_FAMILY] = told.takes_part == "family"
        row[Term.REACH] = told.reach if offer.reach is None else offer.reach
        row[Term.UPTAKE], row[Term.UPTAKE_TRUST] = told.uptake.base, told.uptake.trust
        row[Term.DROPOUT], row[Term.DROPOUT_NEED] = told.dropout.monthly, told.dropout.by_need
        row[Term.MONTHS] = told.months
        row[Term.SERVED] = told.served if offer.served is None else offer.served
        row[Term.FIDELITY] = told.fidelity
        row[Term.PLACE] = Arena[told.place.upper()] if told.place.upper() in Arena.__members__ else -1
        row[Term.MONTH_PRICE] = _drawn(told.price, told.key, number, 0) / told.months
        row[Term.PAYER] = PAYERS[told.price.payer]
        rules.append(bounds)
        for place, effect in enumerate(told.effects, 1):
            size = _drawn(effect.size, told.key, number, place) if works else 0.0
            effects.append(_effect(effect, size, told.months))
    return Programmes(terms, np.concatenate(rules), np.array(effects).reshape(-1, EFFECT_TERMS))


def _effect(effect: Effect, size: float, months: int) -> np.ndarray:
    row = np.zeros(EFFECT_TERMS)
    if effect.moves.upper() in Domain.__members__:
        row[EffectTerm.QUANTITY] = Quantity.DOMAIN + Domain[effect.moves.upper()]
    else:
        row[EffectTerm.QUANTITY] = Quantity[effect.moves.upper()]
    row[EffectTerm.SIZE] = size
    row[EffectTerm.BUILD] = effect.build_months or months
    row[EffectTerm.FADE] = Fade[effect.fade.shape.upper()]
    row[EffectTerm.HOLD], row[EffectTerm.GONE] = effect.fade.hold_months, effect.fade.gone_months
    kinds = effect.families
    row[EffectTerm.KIND_NONE : EffectTerm.KIND_MULTI + 1] = (
        kinds.none,
        kinds.community,
        kinds.child_focused,
        kinds.multi_problem,
    )
    row[EffectTerm.NEED_SLOPE] = effect.by_need
    return row


def _drawn(told: Range, key: int, number: int, place: int) -> float:
    """Return a number of a programme in a parameter set."""
    if number == 0:
        return told.value
    when = FIRST_PROGRAMME_DRAW + place
    u = uniforms(0, np.array([number]), when, Purpose.ENSEMBLE, key)[0, 0]
    return Range(value=told.value, low=told.low, high=told.high).at(float(u))


def in_force(scenario: Scenario, rules: Rules) -> np.ndarray | None:
    """Return how far each programme is in force by month, and last how many efforts are new to the staff."""
    policy, months = scenario.policy_as_run, range(scenario.months)
    if not policy.programmes and not policy.moved():
        return None
    new = policy.new_efforts(months, int(rules.programmes["effort_new_months"]))
    if not scenario.links.effect:
        new[:] = 0.0
    return np.column_stack([policy.programme_phases(months), new])
