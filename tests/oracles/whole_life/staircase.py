"""The staircase: decisions, waiting for a place, breakdowns, dropping out, courses that end."""

from math import exp

from .luck import Luck, f4
from .names import (
    AFTERCARE,
    DECIDED,
    EARLY,
    FOSTER,
    HOME_BASED,
    INSTITUTION,
    KIN,
    NEVER,
    NO_CASE,
    NONE,
    OWN_ROOM,
    PREVENTIVE,
    is_placed,
)
from .others import Month, age_of
from .people import Child, Family, Parameters
from .seeing import accepts, offer_early_help
from .steps import enter
from .thresholds import called_for, institution_threshold


def decide(number: int, child: Child, family: Family, p: Parameters, luck: Luck, now: Month) -> None:
    """Take the decision whose time has come."""
    if child.case != DECIDED or child.wanted != NONE or child.wanted_from > now.number:
        return
    step = called_for(child.belief, age_of(child, now), p, now)
    if step == NONE:
        child.case, child.wanted_from = NO_CASE, NEVER
        offer_early_help(number, child, family, p, luck, now, "decide")
    else:
        want(child, family, step, p, luck, now)


def want(child: Child, family: Family, step: int, p: Parameters, luck: Luck, now: Month) -> None:
    """Ask the family, and put the child on the list for the step that was decided."""
    u0, u1, u2, u3 = luck.of(child.who, now.number, "DECISION")
    if step > HOME_BASED and not is_placed(child.step) and u2 >= accepts(family, p, now):
        if child.belief < p.placement_threshold + p.grave_gap:
            step = HOME_BASED
        else:
            child.consent = 0
            family.trust = f4(max(0.0, family.trust - p.trust_placement))
    if step <= HOME_BASED and u3 >= accepts(family, p, now):
        if child.step in (NONE, EARLY):
            child.case, child.wanted_from = NO_CASE, NEVER
        return
    if step == child.step:
        return
    if step == FOSTER:
        kin = now.levers.kin_search * p.kin_chance
        if family.network and family.in_kin < p.kin_room and u0 < kin:
            step = KIN
        elif age_of(child, now) >= p.own_room_from and u1 < p.own_room_share:
            step = OWN_ROOM
    child.wanted, child.wanted_from = step, now.number


def allot(number: int, child: Child, family: Family, p: Parameters, luck: Luck, now: Month) -> None:
    """Let a child that waits into its step if there is room, or to where else it may go."""
    if child.wanted == NONE or child.wanted_from > now.number:
        return
    room, step, waited = now.others.room, child.wanted, now.number - child.wanted_from
    if step == KIN and family.in_kin >= p.kin_room:
        step = FOSTER
    if step == FOSTER and waited >= p.foster_wait and not room(number, FOSTER):
        step = INSTITUTION
    if step == HOME_BASED:
        begins = family.in_team > 0 or room(number, step)
    elif step == PREVENTIVE:
        begins = family.in_therapy > 0 or room(number, step)
    elif step == INSTITUTION:
        begins = waited >= p.institution_wait or room(number, step)
    else:
        begins = step != FOSTER or room(number, step)
    if begins:
        enter(number, child, family, step, p, luck, now)


def run_step(number: int, child: Child, family: Family, p: Parameters, luck: Luck, now: Month) -> None:
    """Let a placement go on or break down, a family drop out, a course end."""
    month = now.number
    if is_placed(child.step):
        child.months_placed += 1
        if child.step == FOSTER and now.others.place_stopped(number):
            enter(number, child, family, FOSTER, p, luck, now)
            return
        u0, u1, _, _ = luck.of(child.who, month, "BREAKDOWN")
        if u0 < breakdown_chance(child, p, now):
            child.breakdowns += 1
            child.scar = f4(child.scar + p.breakdown_scar)
            to = _after_breakdown(number, child, u1, p, now)
            enter(number, child, family, to, p, luck, now)
    elif child.step in (EARLY, AFTERCARE) and month >= child.ready:
        enter(number, child, family, NONE, p, luck, now)
    elif EARLY <= child.step <= HOME_BASED and not is_placed(child.wanted):
        chance = p.dropout * (1.0 - family.trust) * now.conditions.leaving
        if luck.of(child.who, month, "DROPOUT")[0] < chance:
            enter(number, child, family, NONE, p, luck, now)


def breakdown_chance(child: Child, p: Parameters, now: Month) -> float:
    """Return the chance that a placement breaks down this month."""
    chance = p.breakdown_level * p.breakdown_rate[child.step] / 12.0
    if now.number - child.step_since < 12:
        chance *= p.breakdown_first_year
    if age_of(child, now) >= 156:
        chance *= p.breakdown_teen
    if child.step in (KIN, FOSTER):
        if not p.price_only:
            chance *= exp(p.breakdown_need * max(0.0, child.need - p.hard_case_from))
        chance *= exp(-p.support_effect * now.levers.foster_support / 4.0)
    return chance


def _after_breakdown(number: int, child: Child, u1: float, p: Parameters, now: Month) -> int:
    age, others = age_of(child, now), now.others
    if child.step == KIN:
        return FOSTER if others.foster_free(number) else INSTITUTION
    if child.step == FOSTER:
        nearly = institution_threshold(p, age, now) - p.step_down_hysteresis
        return INSTITUTION if child.belief >= nearly or others.foster_overfull(number) else FOSTER
    if child.step == INSTITUTION:
        return OWN_ROOM if age >= p.own_room_from and u1 < p.own_room_share else INSTITUTION
    return NONE
