"""A family's quarter: what happens in it, who brings the children up, fatigue, and what follows."""

from math import exp, sqrt

from .luck import Luck, Q, f4, family_key
from .names import (
    CHILD_FOCUSED_MILD,
    COMMUNITY_PROBLEM,
    DOMAINS,
    HOME_BASED,
    MULTI_PROBLEM,
    NEW_PARTNER,
    NO_KIND,
    NONE,
    ONE_PARENT,
)
from .others import Month
from .people import Child, Family, Parameters


def is_its_quarter(family: Family, month: int) -> bool:
    """Say whether a family's domains move in this month; its children's lives move in the same."""
    return (month + family.who) % 3 == 0


def live_a_quarter(family: Family, p: Parameters, luck: Luck, now: Month) -> None:
    """Move domains, household, fatigue and passivity, and settle what follows from them."""
    u0, u1, u2, _ = luck.of(family_key(family.who), now.number, "DOMAIN")
    below = 0.0
    for name, rate in zip(DOMAINS, p.domain_renewal, strict=True):
        if below <= u0 < below + rate / 4.0:
            unexplained = coping_beyond_strain(family, p)
            passing = p.alone * Q(u1) - p.coping_buffers * (unexplained - family.passivity)
            setattr(family, f"domain_{name}", f4(p.domain_loading * family.liability + p.own_part * passing))
        below += rate / 4.0
    if family.household == ONE_PARENT:
        if u2 < p.new_partner_rate / 4.0:
            family.household = NEW_PARTNER
    else:
        a = p.separation_liability
        if u2 < p.separation_rate / 4.0 * exp(a * family.liability - a * a / 2.0):
            family.household = ONE_PARENT
            family.domain_functioning = f4(family.domain_functioning + p.separation_strain)
    family.adults = 1 if family.household == ONE_PARENT else 2
    if family.helped != NONE:
        gain = p.fatigue_gain / 4.0 * now.conditions.wearing
        family.fatigue = f4(family.fatigue + gain * (1.0 - family.fatigue))
        gain = p.passivity_gain / 4.0 * now.conditions.taking_over
        family.passivity = f4(min(family.passivity + gain, p.passivity_cap))
    else:
        family.fatigue = f4(family.fatigue * (1.0 - p.fatigue_recovery / 4.0))
        family.passivity = f4(family.passivity * (1.0 - p.fatigue_recovery / 4.0))
    family.help_at_home, family.helped = family.helped, NONE
    family.lived = now.number
    settle(family, p)


def coping_beyond_strain(family: Family, p: Parameters) -> float:
    """Return c, the part of coping that strain does not explain."""
    explained = -p.coping_liability * (family.liability - p.need_level)
    return (family.coping - explained) / sqrt(1.0 - p.coping_liability**2)


def strain(family: Family, domain: str, u: float, p: Parameters) -> None:
    """Draw the passing part of a domain anew, and set the strain in it."""
    passing = p.alone * Q(u) - p.coping_buffers * (coping_beyond_strain(family, p) - family.passivity)
    setattr(family, f"domain_{domain}", f4(p.domain_loading * family.liability + p.own_part * passing))


def settle(family: Family, p: Parameters) -> None:
    """Set what follows from the domains: load, kind of family and kind of problem."""
    strain = [getattr(family, f"domain_{name}") for name in DOMAINS]
    family.load = f4(p.load_weight * (sum(strain) - 7.0 * p.domain_loading * family.liability) / p.own_part)
    over = [value >= p.domain_cut for value in strain]
    if sum(over) >= p.multi_problem_domains:
        family.kind = MULTI_PROBLEM
    elif over[4] or over[5] or over[6]:
        family.kind = COMMUNITY_PROBLEM
    else:
        family.kind = CHILD_FOCUSED_MILD if any(over) else NO_KIND
    between = (strain[1] + strain[3] - strain[0] - strain[4]) / 2.0
    family.problem = int(between / p.own_part > p.hidden_above)


def note_help(family: Family, child: Child) -> None:
    """Write down the highest help at home that a child of the family has this quarter."""
    if NONE < child.step <= HOME_BASED:
        family.helped = max(family.helped, child.step)
