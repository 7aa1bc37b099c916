"""Conception, moving, the 18th and the 23rd birthday, death, and what is read at 25; what it all costs."""

from math import exp

from .luck import Luck, f4
from .names import (
    ADULT,
    AFTERCARE,
    CHILD,
    DEAD,
    FOSTER,
    GROWN,
    MOVED,
    NEVER,
    NO_CASE,
    NONE,
    PREVENTIVE,
    UNBORN,
    YOUTH,
    is_placed,
)
from .need import set_point
from .others import Month, age_of
from .people import Child, Family, Parameters
from .steps import enter


def grow(number: int, child: Child, family: Family, p: Parameters, luck: Luck, now: Month) -> None:
    """Let a child be conceived, come of age and die."""
    age = age_of(child, now)
    if age == -9 and child.life == UNBORN:
        child.life = CHILD
    elif age == 216 and child.life == CHILD:
        was_placed = is_placed(child.step)
        child.life = YOUTH
        _end_case(child)
        if was_placed and luck.of(child.who, now.number, "ACCEPT")[0] < p.aftercare_uptake:
            enter(number, child, family, AFTERCARE, p, luck, now)
        elif child.step != NONE:
            enter(number, child, family, NONE, p, luck, now)
    elif age == 276 and child.life == YOUTH:
        child.life = ADULT
        if child.step != NONE:
            enter(number, child, family, NONE, p, luck, now)
    if child.death_month == now.number and child.life not in (DEAD, MOVED):
        child.life = DEAD
        _end_case(child)
        if child.step != NONE:
            enter(number, child, family, NONE, p, luck, now)


def move_house(number: int, child: Child, family: Family, p: Parameters, luck: Luck, now: Month) -> None:
    """Let a child move out or in with its family."""
    month, age = now.number, age_of(child, now)
    if month == family.leaves and child.life == CHILD and not is_placed(child.step):
        child.life = MOVED
        _end_case(child)
        if child.step != NONE:
            enter(number, child, family, NONE, p, luck, now)
    if month == family.arrives and child.life == MOVED and age < 216 and child.death_month > month:
        child.life = CHILD
        child.need = f4(set_point(child, p, age) + child.deviation + family.load)


def _end_case(child: Child) -> None:
    child.case, child.wanted, child.wanted_from = NO_CASE, NONE, NEVER


def pay(child: Child, p: Parameters, now: Month) -> None:
    """Pay for a child's step, and keep what it cost; the year's is settled as it ends."""
    if child.step >= PREVENTIVE:
        price = p.price[child.step] / 12.0
        if child.step == FOSTER and not p.price_only:
            factor = 1.0 + p.foster_fee_slope * (child.need - p.foster_fee_reference)
            price *= min(max(factor, 0.5), 2.0)
        cost = round(price)
        if child.beside != NONE:
            cost += round(p.price[child.beside] / 12.0)
        child.year_cost += cost
        child.paid += cost
    if now.number % 12 == 11:
        child.year_cost = 0


def read_adult(child: Child, p: Parameters, luck: Luck, now: Month) -> None:
    """Read what became of a person at 25."""
    if age_of(child, now) != 300 or child.life != ADULT:
        return
    child.life = GROWN
    index = (1.0 - p.school_weight) * child.need - p.school_weight * child.school
    draws = luck.of(child.who, 0, "ADULT") + luck.of(child.who, 1, "ADULT")
    for bit, (level, slope) in enumerate(zip(p.outcome_level, p.outcome_slope, strict=True)):
        if draws[bit] < 1.0 / (1.0 + exp(-(level + slope * index))):
            child.adult |= 1 << bit
