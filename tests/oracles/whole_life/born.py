"""What a family and a child are drawn as: liability and domains, and what a child is at its conception."""

from dataclasses import dataclass
from math import floor, log, sqrt
from statistics import NormalDist

from .home import settle, strain
from .luck import Luck, Q, f4, family_key
from .names import BOTH_PARENTS, DOMAINS, NEVER, ONE_PARENT, UNBORN
from .people import Child, Family, Parameters

FIRST_BAND, BAND = 180, 60
"""Mothers' ages stand in bands of five years, the first from the 15th birthday; months."""
DEATH_BANDS = (0, 12, 60, 180, 240, 300)
"""Ages in months between which a death rate holds."""
DISTRICTS = 8


@dataclass(frozen=True, slots=True)
class Parents:
    """Vulnerability of a mother and a father who grew up here; None of one who did not, or is to be found."""

    mother: float | None = None
    father: float | None = None


def vulnerability(parent: Child, p: Parameters) -> float:
    """Return what of a person's strain and school passes to a family of its own, of variance 1 at birth."""
    w = p.inherit_school
    stable = f4(parent.propensity + parent.scar) / sqrt(p.family_share + p.own_share)
    spread = sqrt((1.0 - w) ** 2 + w**2 + 2.0 * w * (1.0 - w) * p.school_propensity_link)
    return ((1.0 - w) * stable - w * parent.school) / spread


def _mothers_age(u: float, p: Parameters) -> int:
    band, left = 0, u
    while band < len(p.mother_age) - 1 and left >= p.mother_age[band]:
        left -= p.mother_age[band]
        band += 1
    within = min(left / p.mother_age[band], 1.0) if p.mother_age[band] > 0.0 else 0.0
    return floor(FIRST_BAND + BAND * (band + 0.999 * within))


def _mean_and_spread_of_mothers_age(p: Parameters) -> tuple[float, float]:
    """Return both in years, each band filled evenly."""
    middles = [(FIRST_BAND + BAND * (band + 0.5)) / 12.0 for band in range(len(p.mother_age))]
    mean = sum(share * age for share, age in zip(p.mother_age, middles, strict=True))
    within = (BAND / 12.0) ** 2 / 12.0
    spread = sum(s * ((age - mean) ** 2 + within) for s, age in zip(p.mother_age, middles, strict=True))
    return mean, sqrt(spread)


def inherited(who: int, lone: bool, parents: Parents, p: Parameters, luck: Luck) -> float:
    """Return a family's liability: both parents' vulnerability as far as it passes on, and the rest."""
    mean, spread = _mean_and_spread_of_mothers_age(p)
    early = mean - _mothers_age(luck.of(family_key(who), 0, "FAMILY", 4)[2], p) / 12.0
    x0, x1, _, _ = luck.of(family_key(who), 0, "FAMILY", 5)
    hers = parents.mother
    if hers is None:
        hers = p.young_mothers * early + Q(x0)
    k, b = sqrt(1.0 + (p.young_mothers * spread) ** 2), p.partner_likeness
    his = b * hers / k + Q(x1) if parents.father is None else parents.father
    length = sqrt(1.0 + b * b)
    t, tf = p.transmission, p.transmission_father
    rest = sqrt(1.0 - t * t - tf * tf - 2.0 * t * tf * b / length)
    share, weight = p.lone_parent_share, p.lone_parent_liability
    scale = 1.0 / sqrt(1.0 + weight * weight * share * (1.0 - share))
    own = scale * (Q(luck.of(family_key(who), 0, "FAMILY", 0)[3]) + weight * (lone - share))
    return t * hers / k + tf * his / length + rest * own + p.need_level


def draw_family(who: int, leaves: int, arrives: int, parents: Parents, p: Parameters, luck: Luck) -> Family:
    """Return a family as it is founded."""
    v0, _, v2, v3 = luck.of(family_key(who), 0, "FAMILY", 1)
    lone = v0 < p.lone_parent_share
    liability = inherited(who, lone, parents, p, luck)
    w0, w1, _, _ = luck.of(family_key(who), 0, "FAMILY", 4)
    link, sorting = p.coping_liability, p.district_sorting
    over = liability - p.need_level
    coping = f4(sqrt(1.0 - link**2) * Q(w0) - link * over)
    lies = NormalDist().cdf(sorting * over + sqrt(1.0 - sorting**2) * Q(w1))
    trust = p.trust_mean - p.trust_liability * liability + p.trust_spread * Q(v3)
    family = Family(
        who=who,
        liability=f4(liability),
        load=0.0,
        trust=f4(min(max(trust, 0.0), 1.0)),
        coping=coping,
        kind=0,
        problem=0,
        household=ONE_PARENT if lone else BOTH_PARENTS,
        adults=1 if lone else 2,
        network=int(v2 < p.network_share),
        district=min(int(DISTRICTS * lies), DISTRICTS - 1),
        leaves=leaves,
        arrives=arrives,
        **{f"domain_{name}": 0.0 for name in DOMAINS},
    )
    us = luck.of(family_key(who), 0, "FAMILY", 2) + luck.of(family_key(who), 0, "FAMILY", 3)
    for name, u in zip(DOMAINS, us[:7], strict=True):
        strain(family, name, u, p)
    settle(family, p)
    return family


def draw_child(who: int, birth_month: int, family: Family, p: Parameters, luck: Luck) -> Child:
    """Return a child as it is conceived in a family as that stands then."""
    u0, u1, u2, u3 = luck.of(who, 0, "BIRTH", 0)
    v0, v1, v2, v3 = luck.of(who, 0, "BIRTH", 1)
    propensity = sqrt(p.family_share) * family.liability + sqrt(p.own_share) * Q(u1)
    deviation = sqrt((1.0 - p.family_share - p.own_share) * (1.0 - p.load_share)) * Q(u2)
    link = p.school_propensity_link
    aptitude = -link * propensity / sqrt(p.family_share + p.own_share) + sqrt(1.0 - link**2) * Q(v1)
    late = u3 < p.onset_share
    child = Child(
        who=who,
        birth_month=birth_month,
        onset_age=floor(p.onset_from_age + v0 * (p.onset_to_age - p.onset_from_age)) if late else NEVER,
        life=UNBORN,
        propensity=f4(propensity),
        need=0.0,
        deviation=f4(deviation),
        school=f4(aptitude),
        aptitude=f4(aptitude),
        exposure=f4(-log(v3)),
        sex=int(u0 < p.boy_share),
        onset_size=f4(p.onset_size) if late else 0.0,
        death_month=birth_month + age if (age := age_at_death(v2, p)) < NEVER else NEVER,
    )
    child.need = f4(propensity * p.spread_at_birth + deviation + family.load)
    return child


def age_at_death(u: float, p: Parameters) -> int:
    """Return the age in months by which a share `u` has died, NEVER if beyond 25."""
    left = -log(1.0 - u)
    for rate, begin, end in zip(p.death_rate, DEATH_BANDS, DEATH_BANDS[1:], strict=False):
        in_band = rate / 12.0 * (end - begin)
        if left < in_band:
            return begin + floor(left / (rate / 12.0))
        left -= in_band
    return NEVER
