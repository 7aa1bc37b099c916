"""Generations: who is born, moves, comes of age, grows up, and becomes a mother in turn."""

import numpy as np

from trappen.agents.ledger import Count, Sum
from trappen.agents.states import (
    ADULT_AGE,
    AFTERCARE_END,
    AGE_OF_MAJORITY,
    NEVER,
    PREGNANCY_MONTHS,
    AdultOutcome,
    CaseState,
    Life,
    Step,
)
from trappen.model.kernels import draws, inlined, kernel
from trappen.model.kernels.draws import A_DRAW, draw, draw_block, nth
from trappen.model.kernels.institutions import enrol_family
from trappen.model.kernels.life import set_point, vulnerability
from trappen.model.kernels.population import (
    SOUGHT,
    bear_child,
    found_family,
    inherited_liability,
    years_early,
)
from trappen.model.kernels.steps import enter_step, is_placement
from trappen.model.kernels.world import Meter

ADULT_OUTCOMES = len(AdultOutcome)
CANDIDATES = 40
"""About so many girls and boys of a cohort are looked at to find one mother."""
WIDEST_COHORT = 24


@kernel
def grow(world, p, levers, month, year):  # type: ignore[no-untyped-def]
    """Births and moves: conception, birth, moving, the 18th and 23rd birthday, and death."""
    children = world.children
    counts = world.counts[year]
    base = world.first_month[0]
    for i in range(world.row_of_month[month + 9 - base], world.row_of_month[month + 10 - base]):
        if children[i].life == Life.UNBORN:
            children[i].life = Life.CHILD
    for i in range(world.row_of_month[month - base], world.row_of_month[month + 1 - base]):
        if children[i].life == Life.CHILD:
            counts[Count.BIRTHS] += 1
    turning = month - AGE_OF_MAJORITY - base
    for i in range(world.row_of_month[turning], world.row_of_month[turning + 1]):
        if children[i].life == Life.CHILD:
            come_of_age(world, p, levers, i, month, year)
    turning = month - AFTERCARE_END - base
    for i in range(world.row_of_month[turning], world.row_of_month[turning + 1]):
        child = children[i]
        if child.life == Life.YOUTH:
            child.life = Life.ADULT
            if child.step != Step.NONE:
                enter_step(world, p, levers, i, Step.NONE.value, month, year)
    for k in range(world.deaths.size):
        i = world.deaths[k]
        child = children[i]
        when = child.death_month
        if when > month:
            break
        if when == month and child.life >= Life.CHILD and child.life <= Life.ADULT:
            leave_the_books(world, p, levers, i, month, year)
            child.life = Life.DEAD
            counts[Count.DEATHS] += 1


@inlined
def leave_the_books(world, p, levers, i, month, year):  # type: ignore[no-untyped-def]
    """Close whatever the municipality has open on a child."""
    child = world.children[i]
    if child.step != Step.NONE:
        enter_step(world, p, levers, i, Step.NONE.value, month, year)
    child.case = CaseState.NONE
    child.wanted = Step.NONE
    child.wanted_from = NEVER


@kernel
def move_house(world, staircase, p, life, levers, month, year):  # type: ignore[no-untyped-def]
    """Let families move out and others with children of the same ages move in.

    A placed child stays: the municipality that placed it goes on acting and paying for it. Who moves in
    has lived unseen until then.
    """
    base = world.first_month[0]
    counts = world.counts[year]
    for k in range(world.move_of_month[month - base], world.move_of_month[month + 1 - base]):
        i = world.moves[k]
        child = world.children[i]
        family = world.families[child.family]
        if family.leaves == month:
            if child.life == Life.CHILD and not is_placement(child.step):
                leave_the_books(world, staircase, levers, i, month, year)
                child.life = Life.MOVED
                counts[Count.MOVED_OUT] += 1
        elif child.life == Life.MOVED and child.death_month > month:
            bear_child(child, float(family.liability), float(family.load), world.key, p)
            age = month - child.birth_month
            onset = float(child.onset_size)
            stable = set_point(float(child.propensity), age, child.onset_age, onset, life)
            child.need = stable + float(child.deviation) + float(family.load)
            child.life = Life.CHILD
            counts[Count.MOVED_IN] += 1


@kernel
def beget(world, p, month, year):  # type: ignore[no-untyped-def]
    """Find the mothers of first conceptions, let what they have become pass on, and draw the children.

    Each mother-to-be of a cohort has a luck of her own with each family that is to begin, weighed by her
    vulnerability where mothers are young, against it where they are late; the best luck has it. So what
    changes in one woman's life changes only families that she begins, or would have begun.
    """
    children = world.children
    counts = world.counts[year]
    sums = world.sums[year]
    base = world.first_month[0]
    born = month + PREGNANCY_MONTHS
    for i in range(world.row_of_month[born - base], world.row_of_month[born + 1 - base]):
        child = children[i]
        if child.life != Life.CHILD:
            continue
        family = world.families[child.family]
        if child.who % 4 == 0 and family.mother == SOUGHT:
            mother = find_mother(world, p, family, born, month)
            family.mother = mother
            if mother >= 0:
                woman = children[mother]
                woman.founded = child.family
                strain = vulnerability(woman, p)
                found_family(family, world.key, inherited_liability(family, strain, world.key, p), p)
                enrol_family(family, world.key, world.lookup[0])
                counts[Count.FOUNDED] += 1
                if woman.first_contact != NEVER:
                    counts[Count.FOUNDED_BY_KNOWN] += 1
                sums[Sum.MOTHER_AGE] += family.mother_age
        bear_child(child, float(family.liability), float(family.load), world.key, p)


@inlined
def find_mother(world, p, family, born, month):  # type: ignore[no-untyped-def]
    """Return the row of the mother of a family whose first child is born in `born`, or -1.

    The cohort is of her age, to a few months either way where few are born in a month; where many are,
    every cohort is looked at in parts, one part for a family.
    """
    base = world.first_month[0]
    a_month = world.meters[Meter.BIRTHS_A_MONTH]
    half = min(WIDEST_COHORT, int(0.5 * CANDIDATES / a_month))
    parts = max(1, int(a_month * (2 * half + 1) / CANDIDATES))
    part = family.who % parts
    birth = born - family.mother_age
    if birth - half < base:
        return np.int64(-1)
    early = years_early(family.mother_age, p)
    found = np.int64(-1)
    best = np.inf
    for i in range(world.row_of_month[birth - half - base], world.row_of_month[birth + half + 1 - base]):
        woman = world.children[i]
        if woman.sex == 1 or woman.founded >= 0 or woman.life == Life.DEAD or woman.life == Life.MOVED:
            continue
        if (woman.who // 4) % parts != part:
            continue
        strain = vulnerability(woman, p)
        if woman.first_placed != NEVER:
            strain += p.mother_placed
        u, _, _, _ = draw_block(world.key, woman.who, month, draws.PARENT, family.who)
        wait = -np.log(u) * np.exp(-p.young_mothers * early * strain)
        if wait < best:
            best = wait
            found = np.int64(i)
    return found


@inlined
def come_of_age(world, p, levers, i, month, year):  # type: ignore[no-untyped-def]
    """End what ends at 18: the case is closed, and the placed may go on in aftercare (eftervaern)."""
    child = world.children[i]
    counts = world.counts[year]
    counts[Count.TURNED_18] += 1
    if child.first_placed != NEVER:
        counts[Count.TURNED_18_EVER_PLACED] += 1
    if child.first_contact != NEVER:
        counts[Count.TURNED_18_NOTIFIED] += 1
        world.sums[year][Sum.NEED_AT_18] += child.need
    placed = is_placement(child.step)
    if child.step != Step.NONE:
        u0, _, _, _ = draw(world.key, child.who, month, draws.ACCEPT)
        stays = placed and u0 < p.aftercare_uptake
        enter_step(world, p, levers, i, np.int64(Step.AFTERCARE if stays else Step.NONE), month, year)
    child.case = CaseState.NONE
    child.wanted = Step.NONE
    child.wanted_from = NEVER
    child.life = Life.YOUTH


@kernel
def read_adults(world, p, month, year):  # type: ignore[no-untyped-def]
    """Read what became of those who turn 25, from need and school attachment as youths."""
    children = world.children
    counts = world.counts[year]
    turning = month - ADULT_AGE - world.first_month[0]
    for i in range(world.row_of_month[turning], world.row_of_month[turning + 1]):
        child = children[i]
        if child.life != Life.ADULT:
            continue
        child.life = Life.GROWN
        index = (1.0 - p.school_weight) * float(child.need) - p.school_weight * float(child.school)
        placed = child.first_placed != NEVER
        notified = child.first_contact != NEVER
        counts[Count.TURNED_25] += 1
        counts[Count.TURNED_25_EVER_PLACED] += 1 if placed else 0
        counts[Count.TURNED_25_NOTIFIED] += 1 if notified else 0
        u0, u1, u2, u3 = draw(world.key, child.who, 0, draws.ADULT)
        v0, v1, v2, v3 = draw(world.key, child.who, 1, draws.ADULT)
        happened = 0
        for k in range(ADULT_OUTCOMES):
            u = nth(k, u0, u1, u2, u3) if k < A_DRAW else nth(k - A_DRAW, v0, v1, v2, v3)
            odds = np.exp(p.adult_level[k] + p.adult_slope[k] * index)
            if u < odds / (1.0 + odds):
                happened |= 1 << k
                if notified:
                    counts[Count.ADULT_NOTIFIED + k] += 1
                if placed:
                    counts[Count.ADULT_PLACED + k] += 1
                else:
                    counts[Count.ADULT_NOT_PLACED + k] += 1
        child.adult = happened
