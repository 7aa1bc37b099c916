"""Arenas' knowledge: the level of care in pregnancy, and what is lost when a child changes hands."""

from trappen.agents.ledger import Count
from trappen.agents.levers import Lever
from trappen.agents.states import PREGNANCY_MONTHS, Life, Problem
from trappen.model.kernels import draws, inlined, kernel
from trappen.model.kernels.draws import draw, normal_quantile
from trappen.model.kernels.world import Meter

TRANSITIONS = 3
HIGH_LEVEL = 3


@inlined
def in_use(levers, tool):  # type: ignore[no-untyped-def]
    """Return the share in which a tool of the detection model is used: with all seven, or by itself."""
    return 1.0 - (1.0 - levers[Lever.DETECTION_TOOLS]) * (1.0 - levers[tool])


@inlined
def arm_of(world, family):  # type: ignore[no-untyped-def]
    """Return the arm of a trial a family's district is in: 1 goes on as before, 2 gets what is tried."""
    treated = int(world.meters[Meter.TREATED])
    return 1 + (treated >> int(world.families[family].district) & 1)


@inlined
def pregnancy_level(strain, problem, visited, u, p):  # type: ignore[no-untyped-def]
    """Return the level of pregnancy care, 1 to 4, by a coarse index of medical and social risk.

    Hidden strain hardly shows in it, unless the health visitor has visited.
    """
    shown = 1.0
    if problem == Problem.HIDDEN:
        shown = p.visit_shows_hidden if visited else p.pregnancy_hidden
    index = shown * strain + p.pregnancy_error * normal_quantile(u)
    level = 1
    for k in range(TRANSITIONS):
        if index >= p.pregnancy_levels[k]:
            level = k + 2
    return level


@inlined
def kept(transition, levers, p):  # type: ignore[no-untyped-def]
    """Return the chance that what is known of a child goes along at a transition."""
    lost = 1.0 - p.handover_kept[transition]
    lost *= 1.0 - p.form_keeps * in_use(levers, Lever.TRANSITION_FORM)
    lost *= 1.0 - p.coordinator_keeps * in_use(levers, Lever.CHILD_COORDINATOR)
    return 1.0 - lost


@kernel
def pass_on(world, p, levers, month, year):  # type: ignore[no-untyped-def]
    """Grade the pregnancies that begin, and let children change hands: nursery, kindergarten, school.

    Who is on a high level of pregnancy care is known to the health visitor at birth. In a trial this runs
    once for each arm, through the children of its districts.
    """
    arm = int(world.meters[Meter.ARM])
    children = world.children
    base = world.first_month[0]
    ahead = month + PREGNANCY_MONTHS - base
    for i in range(world.row_of_month[ahead], world.row_of_month[ahead + 1]):
        child = children[i]
        if child.life != Life.CHILD or (arm != 0 and arm != arm_of(world, child.family)):
            continue
        family = world.families[child.family]
        u0, u1, _, _ = draw(world.key, child.who, month, draws.PREGNANCY)
        visited = u1 < levers[Lever.PREGNANCY_VISIT]
        level = pregnancy_level(float(family.liability), family.problem, visited, u0, p)
        child.pregnancy_level = level
        if level >= HIGH_LEVEL:
            child.known = 1
    counts = world.counts[year]
    for k in range(TRANSITIONS):
        age = int(p.handover_ages[k])
        for i in range(world.row_of_month[month - age - base], world.row_of_month[month - age + 1 - base]):
            child = children[i]
            if child.known == 0 or child.life != Life.CHILD:
                continue
            if arm != 0 and arm != arm_of(world, child.family):
                continue
            u0, _, _, _ = draw(world.key, child.who, month, draws.HANDOVER)
            if u0 < kept(k, levers, p):
                counts[Count.KNOWN_KEPT] += 1
            else:
                child.known = 0
                counts[Count.KNOWN_LOST] += 1
