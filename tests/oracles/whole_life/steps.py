"""What happens when a child comes to a step: the old one is left, events leave marks, readiness is drawn."""

from math import log

from .luck import Luck, f4
from .names import (
    AFTERCARE,
    CHILD,
    DECIDED,
    EARLY,
    HOME_BASED,
    INSTITUTION,
    KIN,
    NEVER,
    NO_CASE,
    NONE,
    OPEN,
    OWN_ROOM,
    PREVENTIVE,
    is_placed,
)
from .others import Month, age_of
from .people import Child, Family, Parameters


def enter(
    number: int, child: Child, family: Family, step: int, p: Parameters, luck: Luck, now: Month
) -> None:
    """Move a child to a step, which may be another place of the same step."""
    old, month = child.step, now.number
    _leave_helpers(child, family)
    _mark_the_move(child, old, step, p, now)
    if step == KIN:
        family.in_kin += 1
    if not (old == EARLY and step == NONE and child.case == DECIDED):
        child.wanted, child.wanted_from = NONE, NEVER
    child.step, child.step_since = step, month
    if step == NONE:
        child.step_since = child.ready = child.follow_up_due = NEVER
        if child.case == OPEN:
            child.case = NO_CASE
        return
    times = child.entries >> 6 * step & 63
    u0, u1, _, _ = luck.of(child.who, 9 * times + step, "STAIRCASE")
    if times < 63:
        child.entries += 1 << 6 * step
    child.ready = month + months_until_ready(step, u0, u1, p, now)
    child.first_help = min(child.first_help, month)
    if PREVENTIVE <= step <= OWN_ROOM:
        child.case = OPEN
        child.follow_up_due = month + int(p.first_follow_up)
    else:
        child.follow_up_due = NEVER
    _begin_with_helpers(number, child, family, p, luck, now)


def _leave_helpers(child: Child, family: Family) -> None:
    if child.step == HOME_BASED:
        family.in_team -= 1
    if PREVENTIVE in (child.step, child.beside):
        family.in_therapy -= 1
    if child.step == KIN:
        family.in_kin -= 1
    child.beside = NONE


def _mark_the_move(child: Child, old: int, step: int, p: Parameters, now: Month) -> None:
    month = now.number
    if is_placed(old) and is_placed(step):
        child.moves += 1
        child.scar = f4(child.scar + p.move_scar)
        child.school = f4(child.school - p.school_move_loss)
    elif is_placed(step):
        child.placed_since = month
        child.first_placed = min(child.first_placed, month)
    elif is_placed(old):
        child.placed_since, child.consent = NEVER, 1
        if child.life == CHILD and age_of(child, now) < 216:
            child.went_home = month
            child.deviation = f4(child.deviation + p.return_strain)


def _begin_with_helpers(
    number: int, child: Child, family: Family, p: Parameters, luck: Luck, now: Month
) -> None:
    if child.step == HOME_BASED:
        family.in_team += 1
    if child.step == PREVENTIVE:
        family.in_therapy += 1
    if child.step == HOME_BASED or is_placed(child.step):
        chance = p.beside_placed if is_placed(child.step) else p.beside_home
        if luck.of(child.who, now.number, "BESIDE")[0] < chance and (
            family.in_therapy > 0 or now.others.room_beside(number)
        ):
            child.beside = PREVENTIVE
            family.in_therapy += 1


def months_until_ready(step: int, u0: float, u1: float, p: Parameters, now: Month) -> int:
    """Return the months until child and home are ready for a lower step."""
    levers = now.levers
    if step == EARLY:
        mean = p.ready_early
    elif step == AFTERCARE:
        mean = p.aftercare_months
    elif step in (PREVENTIVE, HOME_BASED):
        mean = p.ready_preventive
    else:
        mean = p.ready_short if u0 < p.ready_short_share else p.ready_long
        mean *= 1.0 - min(0.9, p.parallel_work_effect * levers.parallel_home_work / 4.0)
        if step == INSTITUTION:
            mean *= 1.0 - p.aim_shortens * levers.institution_aim
    return 1 + min(int(-log(u1) * mean), 600)
