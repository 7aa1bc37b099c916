"""Whom a programme is for: what a rule asks of a child and its family, and whether one of the rules fits."""

import numpy as np

from trappen.agents.programme import TargetSign
from trappen.agents.states import CaseState
from trappen.model.kernels import inlined
from trappen.model.kernels.population import first_birth

SIGNS = len(TargetSign)


@inlined
def sign_of(sign, child, family, age, reading):  # type: ignore[no-untyped-def]
    """Return what a target rule asks of a child and its family."""
    if sign == TargetSign.AGE:
        return float(age)
    if sign == TargetSign.NEED:
        return reading
    if sign == TargetSign.SCHOOL:
        return float(child.school)
    if sign == TargetSign.STEP:
        return float(child.step)
    if sign == TargetSign.CASE:
        return 1.0 if child.case >= CaseState.ASSESSMENT else 0.0
    if sign == TargetSign.KIND:
        return float(family.kind)
    if sign == TargetSign.PROBLEM:
        return float(family.problem)
    if sign == TargetSign.ADULTS:
        return float(family.adults)
    if sign == TargetSign.TRUST:
        return float(family.trust)
    if sign == TargetSign.COPING:
        return float(family.coping) - float(family.passivity)
    if sign == TargetSign.FATIGUE:
        return float(family.fatigue)
    if sign == TargetSign.STRAIN:
        return float(family.liability)
    if sign == TargetSign.NETWORK:
        return float(family.network)
    if sign == TargetSign.DISTRICT:
        return float(family.district)
    if sign == TargetSign.SEX:
        return float(child.sex)
    born = age + child.birth_month - first_birth(family)  # months since she first became a mother
    return float(family.mother_age + born)


@inlined
def in_target(rules, first, end, child, family, age, reading):  # type: ignore[no-untyped-def]
    """Return whether one of a programme's target rules fits a child."""
    for rule in range(first, end):
        fits = True
        for sign in range(SIGNS):
            low, high = rules[rule, 0, sign], rules[rule, 1, sign]
            if low == -np.inf and high == np.inf:
                continue
            value = sign_of(sign, child, family, age, reading)
            if value < low or value > high:
                fits = False
                break
        if fits:
            return True
    return False


@inlined
def least_reading(rules, first, end):  # type: ignore[no-untyped-def]
    """Return the least need as read that any of a programme's rules allows."""
    least = np.inf
    for rule in range(first, end):
        least = min(least, rules[rule, 0, TargetSign.NEED])
    return least
