"""A child's month of need, scars, relief and school attachment (`live`)."""

from math import exp, log

from .home import is_its_quarter, note_help
from .luck import Luck, Q, f4
from .names import CHILD, FOSTER, HOME_BASED, INSTITUTION, KIN, NEVER, NONE
from .others import Month, age_of
from .people import Child, Family, Parameters


def set_point(child: Child, p: Parameters, age: int) -> float:
    """Return the need a child tends towards at this age."""
    age = max(0, age)
    share = p.spread_at_birth + (1.0 - p.spread_at_birth) * min(age / 216.0, 1.0)
    point = child.propensity * share
    if child.onset_age != NEVER and age > child.onset_age:
        late = child.onset_size * min((age - child.onset_age) / p.onset_months, 1.0)
        passed = min(max(0.0, (age - 216) / p.desisting_months), 1.0)
        point += late * (1.0 - p.onset_desists * passed)
    return point


def relief_aimed_at(child: Child, family: Family, p: Parameters, now: Month) -> float:
    """Return what relief builds up to on the child's step."""
    untreated = child.need + child.relief
    aim = p.effect[child.step]
    if child.step in (KIN, FOSTER) and not p.price_only:
        aim -= p.foster_hard_case_loss * max(0.0, untreated - p.hard_case_from)
    if child.step == INSTITUTION:
        beyond = now.number - child.step_since - p.institution_full_months
        aim -= p.institution_drift * max(0.0, beyond) / 12.0
    if aim > 0.0:
        aim *= exp(-p.match_loss * max(0.0, untreated - p.step_level[child.step]))
    if child.beside != NONE:
        aim += p.beside_relief * p.effect[child.beside]
    if aim > 0.0:
        aim *= p.kind_effect[family.kind] * (1.0 - p.fatigue_loss * (family.fatigue - p.fatigue_usual))
        at_home = child.step <= HOME_BASED
        aim *= now.conditions.at_home if at_home else now.conditions.fidelity
    return aim


def live_a_month(child: Child, family: Family, p: Parameters, luck: Luck, now: Month, quality: float) -> None:
    """Move need, scars, relief and school attachment by a month, and count months in need."""
    age = age_of(child, now)
    quarter = is_its_quarter(family, now.number)
    need_before, relief_before = child.need, child.relief
    relief, scar, school, deviation = child.relief, child.scar, child.school, child.deviation
    if quarter:
        u0, u1, u2, _ = luck.of(child.who, now.number, "COURSE")
        rate = p.shock_rate / 4.0
        deviation = p.quarter_kept * deviation + p.quarter_spread * Q(u0) - rate * p.shock_size
        if u1 < rate:
            deviation -= p.shock_size * log(u2)
        note_help(family, child)
        scar *= 1.0 - p.scar_recovery / 4.0
        if child.step == NONE and need_before >= p.need_cut and scar < p.scar_cap:
            late = child.first_need - child.birth_month >= 72
            growth = p.untreated_growth * (1.0 + (-p.early_starter if late else p.early_starter))
            scar = min(scar + growth / 4.0, p.scar_cap)
        towards = child.aptitude + p.institution_school * quality
        school += p.school_recovery / 4.0 * (towards - school)
        school -= p.school_need_loss / 4.0 * max(0.0, need_before - p.need_cut)
        if child.step == INSTITUTION:
            school -= p.school_institution_loss / 4.0
        if child.step == NONE and family.help_at_home != NONE:
            reach = p.sibling_share * p.effect[family.help_at_home]
            if relief < reach:
                relief += min(1.0, 3.0 / p.relief_build_months) * (reach - relief)
    if child.step != NONE:
        relief += (relief_aimed_at(child, family, p, now) - relief) / p.relief_build_months
    else:
        relief *= 1.0 - 1.0 / p.relief_fade_months
        if abs(relief) < 0.0001:
            relief = 0.0
    child.deviation, child.scar, child.school, child.relief = f4(deviation), f4(scar), f4(school), f4(relief)
    if quarter:
        need = set_point(child, p, age) + family.load + child.deviation + child.scar - relief
        need -= p.institution_need * quality
        need += p.school_protection * f4(child.aptitude - child.school)
    else:
        need = need_before + (relief_before - relief)
    child.need = f4(need)
    if child.life == CHILD and age >= 0:
        in_need = need >= p.need_cut
        child.months_unhelped = child.months_unhelped + 1 if in_need and child.step == NONE else 0
        if in_need:
            child.months_need += 1
            child.first_need = min(child.first_need, now.number)
