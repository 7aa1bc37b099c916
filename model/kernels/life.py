"""Life: how need, relief and school attachment move in a month."""

import numpy as np

from trappen.agents.ledger import Count, Measure, Sum
from trappen.agents.states import AGE_OF_MAJORITY, NEVER, PREGNANCY_MONTHS, Life, Step
from trappen.model.kernels import draws, inlined, kernel
from trappen.model.kernels.draws import draw, normal_quantile
from trappen.model.kernels.groups import tally
from trappen.model.kernels.households import move_family, receptive
from trappen.model.kernels.institutions import quality_at
from trappen.model.kernels.world import Meter

QUARTER = 3
SCHOOL_AGE = 72


@inlined
def set_point(propensity, age, onset_age, onset_size, p):  # type: ignore[no-untyped-def]
    """Return the need (SD) a child tends towards at this age: its share of strain, and adolescence."""
    grown = min(max(age, 0) / 216.0, 1.0)
    value = propensity * (p.spread_at_birth + (1.0 - p.spread_at_birth) * grown)
    if age > onset_age:
        late = onset_size * min((age - onset_age) / p.onset_months, 1.0)
        # What set in in adolescence passes with it, in part.
        late *= 1.0 - p.onset_desists * min(max(age - AGE_OF_MAJORITY, 0) / p.desisting_months, 1.0)
        value += late
    return value


@inlined
def vulnerability(person, p):  # type: ignore[no-untyped-def]
    """Return what of a person's strain passes on (SD): stable need, lasting wounds, weak school attachment.

    Of variance 1 as children are born; wounds and school are what life, and help, make of it.
    """
    stable = (float(person.propensity) + float(person.scar)) / np.sqrt(p.family_share + p.own_share)
    weight = p.inherit_school
    spread = (1.0 - weight) ** 2 + weight**2 + 2.0 * weight * (1.0 - weight) * p.school_propensity_link
    return ((1.0 - weight) * stable - weight * float(person.school)) / np.sqrt(spread)


@inlined
def relief_target(step, untreated, months, p, foster_costly):  # type: ignore[no-untyped-def]
    """Return the relief (SD) that a step builds up to for a child with this untreated need.

    Evidence-graded effect, less what is lost where the step is made for less need (match), where a
    family meets a hard case (structural switch), and where an institution stay drifts on.
    """
    effect = p.effect[step]
    if foster_costly and (step == Step.FOSTER or step == Step.KIN):
        effect -= p.foster_hard_case_loss * max(0.0, untreated - p.hard_case_from)
    if step == Step.INSTITUTION and months > p.institution_full_months:
        effect -= p.institution_drift * (months - p.institution_full_months) / 12.0
    if effect > 0.0:
        effect *= np.exp(-p.match_loss * max(0.0, untreated - p.step_level[step]))
    return effect


@inlined
def next_deviation(deviation, u_normal, u_shock, u_size, p):  # type: ignore[no-untyped-def]
    """Return the passing deviation (SD) a quarter later: persistence, mood and events.

    The mean of events is taken out, so that the mean child stays at 0.
    """
    moved = p.quarter_persistence * deviation + p.quarter_spread * normal_quantile(u_normal)
    moved -= p.shock_rate / 4.0 * p.shock_size
    if u_shock < p.shock_rate / 4.0:
        moved -= p.shock_size * np.log(u_size)
    return moved


@inlined
def growth_of(age_at_need, p):  # type: ignore[no-untyped-def]
    """Return how fast (SD a year) untreated need grows, faster where it began before school age."""
    return p.untreated_growth * (1.0 + (p.early_starter if age_at_need < SCHOOL_AGE else -p.early_starter))


@kernel
def live(world, p, foster_costly, month, year):  # type: ignore[no-untyped-def]
    """Move need and school attachment of everyone from conception to 23 by a month."""
    children = world.children
    families = world.families
    counts = world.counts[year]
    sums = world.sums[year]
    first = world.row_of_month[month - 275 - world.first_month[0]]
    last = world.row_of_month[month + PREGNANCY_MONTHS + 1 - world.first_month[0]]
    build = 1.0 / p.relief_build_months
    at_home = world.meters[Meter.HELP_AT_HOME]
    carried_out = world.meters[Meter.FIDELITY]
    fade = 1.0 - 1.0 / p.relief_fade_months
    child_months = need_months = deep = unhelped = everyday = under = young = heirs = heirs_of_men = 0
    school_sum = 0.0
    school_months = 0
    for i in range(first, last):
        child = children[i]
        life = child.life
        if life == Life.DEAD or life == Life.MOVED:
            continue
        age = month - child.birth_month
        step = child.step
        need = float(child.need)
        quarter = (month + child.who // 4) % QUARTER == 0
        relief = relieved = float(child.relief)
        if quarter:
            family = families[child.family]
            if family.lived != month:
                move_family(family, world.key, p, world.meters, month)
            u0, u1, u2, _ = draw(world.key, child.who, month, draws.COURSE)
            child.deviation = next_deviation(float(child.deviation), u0, u1, u2, p)
            scar = float(child.scar) * (1.0 - p.scar_recovery / 4.0)
            if step == Step.NONE and need >= p.need_cut:
                growth = growth_of(child.first_need - child.birth_month, p) / 4.0
                scar = min(scar + growth, max(scar, p.scar_cap))
            child.scar = scar
            school = float(child.school)
            better = p.institution_school * quality_at(world, child.family, age)
            school += p.school_recovery / 4.0 * (float(child.aptitude) + better - school)
            school -= p.school_need_loss / 4.0 * max(0.0, need - p.need_cut)
            if step == Step.INSTITUTION:
                school -= p.school_institution_loss / 4.0
            child.school = school
            if step >= Step.EARLY and step <= Step.HOME_BASED:
                family.helped = max(family.helped, step)
            elif step == Step.NONE and family.help_at_home != Step.NONE:
                # Help at home to a brother or sister reaches this child too, in part.
                reaches = p.sibling_share * p.effect[family.help_at_home]
                if relief < reaches:
                    relief += min(1.0, QUARTER * build) * (reaches - relief)
                    child.relief = relief
        if step != Step.NONE:
            target = relief_target(step, need + relief, month - child.step_since, p, foster_costly)
            if child.beside != Step.NONE:
                target += p.beside_relief * p.effect[child.beside]
            if target > 0.0:
                target *= receptive(families[child.family], p)
                target *= at_home if step <= Step.HOME_BASED else carried_out
            relief += build * (target - relief)
            child.relief = relief
        elif relief != 0.0:
            relief *= fade
            if abs(relief) < 1e-4:
                relief = 0.0
            child.relief = relief
        if quarter:
            stable = set_point(float(child.propensity), age, child.onset_age, float(child.onset_size), p)
            need = stable + float(family.load) + float(child.deviation) + float(child.scar) - relief
            need -= float(child.aid) + p.institution_need * quality_at(world, child.family, age)
            need += p.school_protection * (float(child.aptitude) - float(child.school))
            child.need = need
        elif relief != relieved:
            # Between quarters only help moves need, so that where help does nothing nobody differs.
            need += relieved - relief
            child.need = need
        if life != Life.CHILD or age < 0:
            continue
        if quarter and family.mother >= 0:
            heirs += 1
            strain = vulnerability(children[family.mother], p)
            sums[Sum.HEIR_NEED] += need
            sums[Sum.HEIR_NEED_SQUARED] += need * need
            sums[Sum.MOTHER_STRAIN] += strain
            sums[Sum.MOTHER_STRAIN_SQUARED] += strain * strain
            sums[Sum.HEIR_BY_MOTHER] += need * strain
            if children[family.mother].first_contact != NEVER:
                counts[Count.HEIRS_OF_KNOWN] += 1
                counts[Count.HEIRS_OF_KNOWN_IN_NEED] += 1 if need >= p.need_cut else 0
            elif need >= p.need_cut:
                counts[Count.HEIRS_OF_OTHERS_IN_NEED] += 1
        if quarter and family.father >= 0:
            heirs_of_men += 1
            strain = vulnerability(children[family.father], p)
            sums[Sum.MAN_HEIR_NEED] += need
            sums[Sum.MAN_HEIR_NEED_SQUARED] += need * need
            sums[Sum.FATHER_STRAIN] += strain
            sums[Sum.FATHER_STRAIN_SQUARED] += strain * strain
            sums[Sum.HEIR_BY_FATHER] += need * strain
        child_months += 1
        if age < 72:
            young += 1
        if step >= Step.EARLY and step <= Step.OWN_ROOM and need > p.step_level[step] + p.under_matched_above:
            under += 1
        if need >= p.need_cut:
            need_months += 1
            child.months_need += 1
            if need >= p.deep_need_cut:
                deep += 1
            if child.first_need > month:
                child.first_need = month
            if step != Step.INSTITUTION and step != Step.OWN_ROOM:
                everyday += 1
            if step == Step.NONE:
                unhelped += 1
                child.months_unhelped += 1
                if child.months_unhelped == p.missed_months:
                    counts[Count.MISSED] += 1
                    tally(world, i, Measure.MISSED, 1, month, year)
            else:
                child.months_unhelped = 0
            if age >= SCHOOL_AGE:
                school_sum += float(child.school)
                school_months += 1
        else:
            child.months_unhelped = 0
    world.meters[Meter.CHILDREN] = child_months
    world.meters[Meter.SMALL_CHILDREN] = young
    counts[Count.CHILD_MONTHS] += child_months
    counts[Count.CHILDREN_UNDER_6] += young
    counts[Count.HEIRS] += heirs
    counts[Count.HEIRS_OF_MEN] += heirs_of_men
    counts[Count.NEED_MONTHS] += need_months
    counts[Count.DEEP_NEED_MONTHS] += deep
    counts[Count.UNHELPED_NEED_MONTHS] += unhelped
    counts[Count.EVERYDAY_LIFE_MONTHS] += everyday
    counts[Count.UNDER_MATCHED_MONTHS] += under
    sums[Sum.SCHOOL_IN_NEED] += school_sum
    sums[Sum.SCHOOL_MONTHS] += school_months
