"""Generations: who is born, moves, comes of age, grows up, and becomes a parent in turn."""

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
    outside_father,
    outside_mother,
    spread_of_mothers,
    years_early,
)
from trappen.model.kernels.steps import enter_step, is_placement
from trappen.model.kernels.world import Meter

ADULT_OUTCOMES = len(AdultOutcome)
GIRL, BOY = 0, 1
CANDIDATES = 40
"""About so many girls and boys of a cohort are looked at to find one mother or father."""
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
    """Find the parents of first conceptions, let what they have become pass on, and draw the children."""
    children = world.children
    base = world.first_month[0]
    born = month + PREGNANCY_MONTHS
    for i in range(world.row_of_month[born - base], world.row_of_month[born + 1 - base]):
        child = children[i]
        if child.life != Life.CHILD:
            continue
        family = world.families[child.family]
        if child.who % 4 == 0 and (family.mother == SOUGHT or family.father == SOUGHT):
            find_parents(world, p, child.family, born, month, year)
        bear_child(child, float(family.liability), float(family.load), world.key, p)


@inlined
def find_parents(world, p, f, born, month, year):  # type: ignore[no-untyped-def]
    """Find who of a family's parents grew up here, and draw the family from what they have become.

    Who may become a parent has a luck of its own with each family that is to begin. A woman's is weighed by
    her vulnerability where the mother is young, against it where she is late; a man's by his and the
    mother's, so that like finds like. The best luck has it. So what changes in one person's life changes
    only families that this person begins, or would have begun.
    """
    children = world.children
    counts = world.counts[year]
    family = world.families[f]
    if family.mother == SOUGHT:
        early = years_early(family.mother_age, p)
        birth = born - family.mother_age
        family.mother = find_parent(
            world, p, family, GIRL, birth, p.young_mothers * early, p.mother_placed, -1, draws.PARENT, month
        )
        if family.mother >= 0:
            woman = children[family.mother]
            woman.founded = f
            counts[Count.FOUNDED] += 1
            if woman.first_contact != NEVER:
                counts[Count.FOUNDED_BY_KNOWN] += 1
            world.sums[year][Sum.MOTHER_AGE] += family.mother_age
    mother = int(family.mother)
    hers = vulnerability(children[mother], p) if mother >= 0 else outside_mother(family, world.key, p)
    if family.father == SOUGHT:
        birth = born - family.mother_age - int(p.father_older)
        weight = p.partner_likeness * hers / spread_of_mothers(p)
        siblings = children[mother].family if mother >= 0 else -1
        family.father = find_parent(world, p, family, BOY, birth, weight, 0.0, siblings, draws.FATHER, month)
        if family.father >= 0:
            children[family.father].founded = f
            counts[Count.FOUNDED_BY_MEN] += 1
    father = int(family.father)
    if mother < 0 and father < 0:
        return
    his = vulnerability(children[father], p) if father >= 0 else outside_father(family, hers, world.key, p)
    found_family(family, world.key, inherited_liability(family, hers, his, world.key, p), p)
    enrol_family(family, world.key, world.lookup[0])


@inlined
def find_parent(world, p, family, sex, birth, weight, placed, not_of, what, month):  # type: ignore[no-untyped-def]
    """Return the row of the woman or man born about `birth` who has the best luck with a family, or -1.

    The cohort is of that age, to a few months either way where few are born in a month; where many are,
    every cohort is looked at in parts, one part for a family.

    Parameters
    ----------
    weight
        Log odds that an SD of vulnerability adds.
    placed
        Having been placed counts as so much more vulnerability (SD).
    not_of
        Row of the family whose children are not looked at: the mother's brothers.
    what
        Purpose of the draw.
    """
    base = world.first_month[0]
    a_month = world.meters[Meter.BIRTHS_A_MONTH]
    half = min(WIDEST_COHORT, int(0.5 * CANDIDATES / a_month))
    parts = max(1, int(a_month * (2 * half + 1) / CANDIDATES))
    part = family.who % parts
    found = np.int64(-1)
    if birth - half < base:
        return found
    best = np.inf
    for i in range(world.row_of_month[birth - half - base], world.row_of_month[birth + half + 1 - base]):
        person = world.children[i]
        if person.sex != sex or person.founded >= 0 or person.life == Life.DEAD or person.life == Life.MOVED:
            continue
        if (person.who // 4) % parts != part or person.family == not_of:
            continue
        strain = vulnerability(person, p)
        if person.first_placed != NEVER:
            strain += placed
        u, _, _, _ = draw_block(world.key, person.who, month, what, family.who)
        wait = -np.log(u) * np.exp(-weight * strain)
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
