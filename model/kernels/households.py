"""Families: how seven domains, the household, fatigue and coping move, and what follows from them.

A domain is the family's stable strain and a passing part that stays until something happens: an event in
a domain draws its passing part anew. So domains persist, events come at a rate, and neither their mean
nor their spread drifts, whatever that rate is.
"""

import numpy as np

from trappen.agents.states import Domain, FamilyKind, Household, Problem, Step
from trappen.model.kernels import draws, inlined, kernel
from trappen.model.kernels.draws import A_DRAW, draw, draw_block, normal_quantile, nth
from trappen.model.kernels.world import Meter

DOMAINS = len(Domain)


@inlined
def domain(family, k):  # type: ignore[no-untyped-def]
    """Return the strain (SD) in a domain."""
    if k == Domain.CHILD:
        return float(family.domain_child)
    if k == Domain.PARENT:
        return float(family.domain_parent)
    if k == Domain.PARENTING:
        return float(family.domain_parenting)
    if k == Domain.FUNCTIONING:
        return float(family.domain_functioning)
    if k == Domain.CONTEXT:
        return float(family.domain_context)
    return float(family.domain_network) if k == Domain.NETWORK else float(family.domain_care)


@inlined
def set_domain(family, k, strain):  # type: ignore[no-untyped-def]
    """Set the strain (SD) in a domain."""
    if k == Domain.CHILD:
        family.domain_child = strain
    elif k == Domain.PARENT:
        family.domain_parent = strain
    elif k == Domain.PARENTING:
        family.domain_parenting = strain
    elif k == Domain.FUNCTIONING:
        family.domain_functioning = strain
    elif k == Domain.CONTEXT:
        family.domain_context = strain
    elif k == Domain.NETWORK:
        family.domain_network = strain
    else:
        family.domain_care = strain


@inlined
def strain_with(liability, passing, p):  # type: ignore[no-untyped-def]
    """Return a domain's strain (SD) from the family's stable strain and the domain's passing part."""
    return p.domain_loading * liability + np.sqrt(1.0 - p.domain_loading * p.domain_loading) * passing


@inlined
def passing_part(family, z, p):  # type: ignore[no-untyped-def]
    """Return what an event makes of a domain's passing part: luck, and how well the family copes.

    Coping counts as it is beyond what the stable strain explains, and less what long help took over.
    """
    link = p.coping_liability
    own = (float(family.coping) + link * (float(family.liability) - p.need_level)) / np.sqrt(
        1.0 - link * link
    )
    buffer = p.coping_buffers
    return np.sqrt(1.0 - buffer * buffer) * z - buffer * (own - float(family.passivity))


@inlined
def settle_domains(family, p):  # type: ignore[no-untyped-def]
    """Set what follows from the domains: load on the children's need, kind of family, kind of problem.

    Problems are hidden where the strain lies between people (parents, family life) rather than where all
    can see it (the child's behaviour, the circumstances). The load weighs all domains alike, so it says
    nothing about which problems are hidden.
    """
    total = 0.0
    strained = 0
    around = False
    for k in range(DOMAINS):
        strain = domain(family, k)
        total += strain
        if strain >= p.domain_cut:
            strained += 1
            if k >= Domain.CONTEXT:
                around = True
    usual = DOMAINS * p.domain_loading * float(family.liability)
    own = np.sqrt(1.0 - p.domain_loading * p.domain_loading)
    family.load = p.load_weight * (total - usual) / own
    if strained >= p.multi_problem_domains:
        family.kind = FamilyKind.MULTI_PROBLEM
    elif strained == 0:
        family.kind = FamilyKind.NONE
    else:
        family.kind = FamilyKind.COMMUNITY_PROBLEM if around else FamilyKind.CHILD_FOCUSED_MILD
    between = domain(family, Domain.PARENT) + domain(family, Domain.FUNCTIONING)
    seen = domain(family, Domain.CHILD) + domain(family, Domain.CONTEXT)
    family.problem = Problem.HIDDEN if (between - seen) / (2.0 * own) > p.hidden_above else Problem.VISIBLE


@inlined
def found_domains(family, key, who, p):  # type: ignore[no-untyped-def]
    """Draw the passing parts of the seven domains for a family whose liability is set."""
    u0, u1, u2, u3 = draw_block(key, who, 0, draws.FAMILY, 2)
    v0, v1, v2, _ = draw_block(key, who, 0, draws.FAMILY, 3)
    for k in range(DOMAINS):
        u = nth(k, u0, u1, u2, u3) if k < A_DRAW else nth(k - A_DRAW, v0, v1, v2, v2)
        passing = passing_part(family, normal_quantile(u), p)
        set_domain(family, k, strain_with(float(family.liability), passing, p))
    settle_domains(family, p)


@inlined
def event_domain(u, p):  # type: ignore[no-untyped-def]
    """Return the domain in which something happens this quarter, or -1."""
    left = u
    for k in range(DOMAINS):
        left -= p.domain_renewal[k] / 4.0
        if left < 0.0:
            return k
    return -1


@inlined
def next_household(household, liability, u, p):  # type: ignore[no-untyped-def]
    """Return who brings the children up a quarter later: parents part, and new partners come."""
    if household == Household.ONE_PARENT:
        return np.int64(Household.NEW_PARTNER if u < p.new_partner_rate / 4.0 else Household.ONE_PARENT)
    slope = p.separation_liability
    rate = p.separation_rate * np.exp(slope * liability - slope * slope / 2.0)
    return np.int64(Household.ONE_PARENT if u < rate / 4.0 else household)


@kernel
def move_family(family, key, p, meters, month):  # type: ignore[no-untyped-def]
    """Move a family's domains, household, fatigue and coping by a quarter.

    Who copes well comes better through what happens. Help at home wears a family out and takes over
    what it did itself; both pass when help has ended. Tapering spares it the first, and being helped to
    do it itself the second.
    """
    family.lived = month
    u0, u1, u2, _ = draw(key, family.who * 4 + 3, month, draws.DOMAIN)
    k = event_domain(u0, p)
    if k >= 0:
        passing = passing_part(family, normal_quantile(u1), p)
        set_domain(family, k, strain_with(float(family.liability), passing, p))
    household = family.household
    then = next_household(household, float(family.liability), u2, p)
    if then != household:
        family.household = then
        family.adults = 1 if then == Household.ONE_PARENT else 2
        if then == Household.ONE_PARENT:
            family.domain_functioning += p.separation_strain
    settle_domains(family, p)
    family.help_at_home = family.helped
    family.helped = Step.NONE
    fatigue = float(family.fatigue)
    passivity = float(family.passivity)
    if family.help_at_home != Step.NONE:
        family.fatigue = fatigue + p.fatigue_gain / 4.0 * meters[Meter.WEARING] * (1.0 - fatigue)
        gain = p.passivity_gain / 4.0 * meters[Meter.TAKING_OVER]
        family.passivity = min(passivity + gain, p.passivity_cap)
    elif fatigue > 0.0 or passivity > 0.0:
        family.fatigue = fatigue * (1.0 - p.fatigue_recovery / 4.0)
        family.passivity = passivity * (1.0 - p.fatigue_recovery / 4.0)


@inlined
def receptive(family, p):  # type: ignore[no-untyped-def]
    """Return how much of a step's effect reaches this kind of family, worn as it is; 1 on average."""
    worn = 1.0 - p.fatigue_loss * (float(family.fatigue) - p.fatigue_usual)
    return p.kind_effect[family.kind] * worn
