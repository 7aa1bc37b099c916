"""Population: families and their children, from conception targets and the families' own luck."""

import math

import numpy as np

from trappen.agents.family import DISTRICTS
from trappen.agents.states import AGE_OF_MAJORITY, NEVER, Household
from trappen.model.kernels import allocating, draws, inlined, kernel
from trappen.model.kernels.draws import draw_block, normal_quantile
from trappen.model.kernels.households import found_domains
from trappen.model.kernels.life import set_point

ORIGIN = 1024
"""Months before the start at which family keys begin."""
INDEX_BITS = 18
EXTRA_INDEX = (1 << INDEX_BITS) - 1
MOVED_IN_BIT = 1 << (INDEX_BITS - 1)
"""Set in the index of a family that takes the place of one that moves out."""
NOT_HERE = -1
SOUGHT = -2
AGE_BANDS = 6
YOUNGEST_MOTHER = 15 * 12
BAND_MONTHS = 60
"""Index, within its month, of a family beyond the plan."""


@inlined
def family_key(month, index):  # type: ignore[no-untyped-def]
    """Return a family's key: its first child's month of birth and its place in that month.

    So one family more changes nobody else's key. Keys of persons are four times that plus the
    child's number, 3 standing for the family itself; they fit 32 bits for 131,071 families a month
    and 1,024 months either side of the start.
    """
    return ((month + ORIGIN) << INDEX_BITS) | index


@inlined
def first_birth(family):  # type: ignore[no-untyped-def]
    """Return the month a family's first child is born, which stands in its key."""
    return (np.int64(family.who) >> INDEX_BITS) - ORIGIN


@allocating
def plan_births(key, p, first_month, cumulative, extra_month):  # type: ignore[no-untyped-def]
    """Return month of birth, family and number of every child, and each family's key.

    Families start as first births; siblings follow at the family's own spacing; a month's first
    births are what is missing to the number of births the population needs.

    Parameters
    ----------
    key
        Key of the draws.
    p
        Record of population parameters.
    first_month
        Month of `cumulative[0]`.
    cumulative
        Births needed until the end of each month, float64.
    extra_month
        Month of one birth beyond the plan, or NEVER.
    """
    months = cumulative.size
    room = int(cumulative[months - 1]) * 2 + 8 * months + 64
    birth = np.empty(room, np.int32)
    family = np.empty(room, np.int32)
    number = np.empty(room, np.int8)
    keys = np.empty(room, np.uint32)
    due = np.zeros(months + 512, np.int64)
    children = families = born = 0
    for m in range(months):
        month = first_month + m
        born += due[m]
        wanted = max(0, int(np.floor(cumulative[m] + 0.5)) - born)
        more = 1 if month == extra_month else 0
        for k in range(wanted + more):
            index = k if k < wanted else EXTRA_INDEX
            own = family_key(month, index)
            keys[families] = own
            u0, u1, u2, _ = draw_block(key, own * 4 + 3, 0, draws.FAMILY, 0)
            size = 1 if u0 < p.families_one else (2 if u0 < p.families_one + p.families_two else 3)
            at = month
            for n in range(size):
                if n > 0:
                    gap = -np.log(u1 if n == 1 else u2)
                    at += 12 + int(gap * (p.spacing_months - 12))
                if at - first_month >= months:
                    break
                if children >= room:
                    return birth[:0], family[:0], number[:0], keys[:0]
                birth[children] = at
                family[children] = families
                number[children] = n
                children += 1
                if n > 0 and index != EXTRA_INDEX:
                    due[at - first_month] += 1
            families += 1
        born += wanted
    return birth[:children], family[:children], number[:children], keys[:families]


@inlined
def death_age(u, p):  # type: ignore[no-untyped-def]
    """Return the month of age at which a person dies, or NEVER if it lives to 25.

    Inverse of the life table with a constant rate in each age band.
    """
    target = -np.log(1.0 - u)
    hazard = 0.0
    for month in range(300):
        year = month // 12
        band = 0 if year < 1 else (1 if year < 5 else (2 if year < 15 else (3 if year < 20 else 4)))
        hazard += p.death_rate[band] / 12.0
        if hazard >= target:
            return month
    return NEVER


@inlined
def district_of(liability, u, p):  # type: ignore[no-untyped-def]
    """Return the district a family lives in: 0 the least strained, sorted by strain in part."""
    sorting = p.district_sorting
    z = sorting * (liability - p.need_level) + np.sqrt(1.0 - sorting * sorting) * normal_quantile(u)
    below = 0.5 * math.erfc(-z / math.sqrt(2.0))
    return min(int(below * DISTRICTS), DISTRICTS - 1)


@inlined
def drawn_liability(u_strain, u_lone, p):  # type: ignore[no-untyped-def]
    """Return a family's stable strain (SD), of variance 1, higher with one caring adult from the start."""
    shift = p.lone_parent_liability
    share = p.lone_parent_share
    scale = 1.0 / np.sqrt(1.0 + shift * shift * share * (1.0 - share))
    lone = 1.0 if u_lone < share else 0.0
    return scale * (normal_quantile(u_strain) + shift * (lone - share))


@inlined
def drawn_mother_age(u, p):  # type: ignore[no-untyped-def]
    """Return the mother's age (months) at her first birth: a band by its share, evenly within it."""
    left = u
    for band in range(AGE_BANDS):
        share = p.mother_age[band]
        if left < share or band == AGE_BANDS - 1:
            within = min(left / share, 1.0) if share > 0.0 else 0.0
            return int(YOUNGEST_MOTHER + BAND_MONTHS * (band + 0.999 * within))
        left -= share
    return YOUNGEST_MOTHER


@inlined
def years_early(age, p):  # type: ignore[no-untyped-def]
    """Return by how many years a first birth at this age (months) comes before the mean."""
    return (p.mother_age_mean - age) / 12.0


@inlined
def spread_of_mothers(p):  # type: ignore[no-untyped-def]
    """Return the spread (SD) of mothers' vulnerability: of an age it is 1, and means differ by age."""
    return np.sqrt(1.0 + (p.young_mothers * p.mother_age_spread) ** 2)


@inlined
def outside_mother(family, key, p):  # type: ignore[no-untyped-def]
    """Return the vulnerability (SD) of a mother from outside, higher the younger she is."""
    x0, _, _, _ = draw_block(key, family.who * 4 + 3, 0, draws.FAMILY, 5)
    return p.young_mothers * years_early(family.mother_age, p) + normal_quantile(x0)


@inlined
def outside_father(family, hers, key, p):  # type: ignore[no-untyped-def]
    """Return the vulnerability (SD) of a father from outside; like finds like, so it goes by hers."""
    _, x1, _, _ = draw_block(key, family.who * 4 + 3, 0, draws.FAMILY, 5)
    return p.partner_likeness * hers / spread_of_mothers(p) + normal_quantile(x1)


@inlined
def inherited_liability(family, hers, his, key, p):  # type: ignore[no-untyped-def]
    """Return a family's stable strain: both parents' vulnerability as far as it passes on, and the rest.

    Mothers of an age are more vulnerable than the mean the younger they are, and fathers are like
    mothers; over all families mean and spread are 0 and 1, whatever passes on.
    """
    who = family.who * 4 + 3
    _, _, _, u3 = draw_block(key, who, 0, draws.FAMILY, 0)
    v0, _, _, _ = draw_block(key, who, 0, draws.FAMILY, 1)
    likeness = p.partner_likeness
    among = np.sqrt(1.0 + likeness * likeness)
    passes = p.transmission
    his_passes = p.transmission_father
    passed = passes * passes + his_passes * his_passes + 2.0 * passes * his_passes * likeness / among
    rest = np.sqrt(1.0 - passed) * drawn_liability(u3, v0, p)
    return passes * hers / spread_of_mothers(p) + his_passes * his / among + rest + p.need_level


@inlined
def found_family(family, key, liability, p):  # type: ignore[no-untyped-def]
    """Draw what siblings share, given the family's stable strain."""
    who = family.who * 4 + 3
    v0, _, v2, v3 = draw_block(key, who, 0, draws.FAMILY, 1)
    w0, w1, _, _ = draw_block(key, who, 0, draws.FAMILY, 4)
    family.liability = liability
    lone = v0 < p.lone_parent_share
    family.household = Household.ONE_PARENT if lone else Household.BOTH_PARENTS
    family.adults = 1 if lone else 2
    family.network = 1 if v2 < p.network_share else 0
    trust = p.trust_mean - p.trust_liability * liability + p.trust_spread * normal_quantile(v3)
    family.trust = min(max(trust, 0.0), 1.0)
    link = p.coping_liability
    family.coping = np.sqrt(1.0 - link * link) * normal_quantile(w0) - link * (liability - p.need_level)
    family.district = district_of(liability, w1, p)
    found_domains(family, key, who, p)


@kernel
def found_families(families, keys, key, p):  # type: ignore[no-untyped-def]
    """Draw every family as one whose parents come from outside; the mother is of the age drawn for her.

    Where one of them will have grown up here, that one is found when the first child is conceived
    (`generations.beget`), and the family is drawn again from what the two have become.
    """
    for f in range(keys.size):
        family = families[f]
        family.who = keys[f]
        _, _, w2, w3 = draw_block(key, keys[f] * 4 + 3, 0, draws.FAMILY, 4)
        _, _, x2, _ = draw_block(key, keys[f] * 4 + 3, 0, draws.FAMILY, 5)
        family.mother_age = drawn_mother_age(w2, p)
        family.mother = SOUGHT if w3 >= p.mothers_from_outside and family.arrives == NEVER else NOT_HERE
        family.father = SOUGHT if x2 >= p.fathers_from_outside and family.arrives == NEVER else NOT_HERE
        hers = outside_mother(family, key, p)
        his = outside_father(family, hers, key, p)
        found_family(family, key, inherited_liability(family, hers, his, key, p), p)


@allocating
def plan_moves(key, keys, first, last, p, begin, end):  # type: ignore[no-untyped-def]
    """Return the month each family moves out, or NEVER.

    Parameters
    ----------
    first, last
        Months of birth of each family's first and last child.
    begin, end
        Nobody moves before the one, or in or after the other.
    """
    leaves = np.full(keys.size, NEVER, np.int16)
    if p.move_rate <= 0.0:
        return leaves
    for f in range(keys.size):
        if keys[f] & EXTRA_INDEX == EXTRA_INDEX:
            continue
        u0, _, _, _ = draw_block(key, keys[f] * 4 + 3, 0, draws.MOVE, 0)
        month = max(begin, first[f] - 9) + 1 + int(min(-12.0 * np.log(u0) / p.move_rate, 9999.0))
        if month < end and month < last[f] + AGE_OF_MAJORITY:
            leaves[f] = month
    return leaves


@inlined
def bear_child(child, liability, load, key, p):  # type: ignore[no-untyped-def]
    """Draw what a child brings with it; the columns who, family and birth_month are set already."""
    who = child.who
    u0, u1, u2, u3 = draw_block(key, who, 0, draws.BIRTH, 0)
    v0, v1, v2, v3 = draw_block(key, who, 0, draws.BIRTH, 1)
    child.sex = 1 if u0 < p.boy_share else 0
    propensity = np.sqrt(p.family_share) * liability + np.sqrt(p.own_share) * normal_quantile(u1)
    child.propensity = propensity
    deviation = p.own_passing_spread * normal_quantile(u2)
    child.deviation = deviation
    if u3 < p.onset_share:
        child.onset_age = int(p.onset_from_age + v0 * (p.onset_to_age - p.onset_from_age))
        child.onset_size = p.onset_size
    link = p.school_propensity_link
    stable = np.sqrt(p.own_share + p.family_share)
    aptitude = -link * propensity / stable + np.sqrt(1.0 - link * link) * normal_quantile(v1)
    child.aptitude = aptitude
    child.school = aptitude
    age = death_age(v2, p)
    if age != NEVER:
        child.death_month = child.birth_month + age
    child.exposure = -np.log(v3)
    child.need = set_point(propensity, -9, child.onset_age, float(child.onset_size), p) + deviation + load


@kernel
def bear_children(children, families, key, p):  # type: ignore[no-untyped-def]
    """Draw what every child brings with it."""
    for i in range(children.size):
        child = children[i]
        family = families[child.family]
        bear_child(child, float(family.liability), float(family.load), key, p)
