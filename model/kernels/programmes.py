"""Programmes: who is offered one, who says yes and stays, what it does, how that fades, and its price.

`offer_programmes` finds the target group, offers, and lets participants attend, leave and benefit. A child
that is in no programme is not touched by it.
"""

import numpy as np

from trappen.agents.ledger import Count, Post
from trappen.agents.levers import Lever
from trappen.agents.programme import EffectTerm, Fade, Quantity, Tally, Term
from trappen.agents.states import NEVER, Life, Step
from trappen.model.kernels import draws, inlined, kernel
from trappen.model.kernels.conditions import ELSEWHERE, institution_at, site, strength_at
from trappen.model.kernels.draws import draw_block, normal_quantile
from trappen.model.kernels.households import domain, set_domain
from trappen.model.kernels.target_rules import in_target, least_reading
from trappen.model.kernels.world import Meter


@inlined
def remaining(shape, hold, gone, since_end):  # type: ignore[no-untyped-def]
    """Return the share of an effect that is left so many months after the programme ended."""
    if since_end <= hold or shape == Fade.PERMANENT:
        return 1.0
    if shape == Fade.LINEAR:
        return max(0.0, (gone - since_end) / (gone - hold)) if gone > hold else 0.0
    if shape == Fade.EXPONENTIAL:
        left = 0.5 ** ((since_end - hold) / gone) if gone > 0.0 else 0.0
        return left if left > 0.01 else 0.0
    return 0.0


@inlined
def reaches(effects, row, kind, need):  # type: ignore[no-untyped-def]
    """Return how much of an effect reaches a child of this kind of family and need."""
    share = effects[row, EffectTerm.KIND_NONE + kind]
    return share * max(0.0, 1.0 + effects[row, EffectTerm.NEED_SLOPE] * need)


@kernel
def offer(world, p, levers, k, phase, month, year):  # type: ignore[no-untyped-def]
    """Offer a programme to those of its target group that it reaches and that have not met it.

    Whom it reaches is the child's (or family's) luck: a wider reach adds children and swaps none. Where
    places are fewer than those who want them, the row that is asked first moves from month to month.
    """
    offers = world.offers
    terms = offers.programmes[k]
    base = world.first_month[0]
    key = np.int64(terms[Term.KEY])
    in_town = int(world.meters[Meter.CHILDREN])
    a_month = terms[Term.SERVED] * phase * in_town / 12000.0
    offers.room[k] = min(offers.room[k] + a_month, max(1.0, 3.0 * a_month))
    if phase <= 0.0:
        offers.room[k] = 0.0
        return
    first_rule, end_rule = np.int64(terms[Term.FIRST_RULE]), np.int64(terms[Term.END_RULE])
    least = least_reading(offers.rules, first_rule, end_rule)
    first = world.row_of_month[max(month - np.int64(terms[Term.OLDEST]), base) - base]
    last = world.row_of_month[month - np.int64(terms[Term.YOUNGEST]) + 1 - base]
    rows = last - first
    if rows <= 0:
        return
    u0, _, _, _ = draw_block(world.key, key, month, draws.SITE, 0)
    begin = np.int64(u0 * rows)
    bit = np.int64(1) << k
    for step in range(rows):
        i = first + (begin + step) % rows
        if offers.met[i] & bit:
            continue
        child = world.children[i]
        if child.life != Life.CHILD or float(child.need) + 4.0 * p.screening_error < least:
            continue
        family = world.families[child.family]
        who = np.int64(family.who) if terms[Term.BY_FAMILY] == 1.0 else np.int64(child.who)
        u0, u1, u2, _ = draw_block(world.key, who, 0, draws.OFFER, key)
        if u0 >= terms[Term.REACH]:
            offers.met[i] |= bit
            continue
        if u0 >= terms[Term.REACH] * phase:
            continue
        age = month - child.birth_month
        reading = float(child.need) + p.screening_error * normal_quantile(u2)
        if not in_target(offers.rules, first_rule, end_rule, child, family, age, reading):
            continue
        together = terms[Term.BY_FAMILY] == 1.0 and offers.family_began[child.family, k] == month
        if not together:
            if offers.room[k] < 1.0:
                offers.tally[year, k, Tally.TURNED_AWAY] += 1
                continue
            offers.tally[year, k, Tally.OFFERED] += 1
            world.counts[year][Count.PROGRAMMES_OFFERED] += 1
        offers.met[i] |= bit
        yes = terms[Term.UPTAKE] + terms[Term.UPTAKE_TRUST] * float(family.trust) + world.meters[Meter.ENTRY]
        if u1 >= yes:
            continue
        if not together:
            offers.room[k] -= 1.0
            offers.tally[year, k, Tally.STARTED] += 1
            world.counts[year][Count.PROGRAMMES_STARTED] += 1
            offers.family_began[child.family, k] = month
        enrol(world, p, levers, k, i, not together, month)


@inlined
def enrol(world, p, levers, k, i, pays, month):  # type: ignore[no-untyped-def]
    """Let a child begin in a programme."""
    offers = world.offers
    child = world.children[i]
    family = world.families[child.family]
    terms = offers.programmes[k]
    row = offers.enrolled[0]
    offers.enrolled[0] = row + 1
    part = offers.enrolments[row]
    part.child = i
    part.programme = k
    part.since = month
    part.attended = 0
    part.ended = NEVER
    part.pays = 1 if pays else 0
    part.kind = family.kind
    part.need = float(child.need) + float(child.aid)
    manuals = levers[Lever.PROGRAMME_MANUALS]
    strength = terms[Term.FIDELITY] * site(world.key, np.int64(terms[Term.KEY]), family.district, manuals, p)
    part.strength = strength * strength_at(world, p, levers, family, np.int64(terms[Term.PLACE]), month)


@inlined
def attend(world, p, levers, part, month, year):  # type: ignore[no-untyped-def]
    """Let a participant attend for a month: it is paid, it wears, it may end, and it moves what it moves."""
    offers = world.offers
    k = part.programme
    terms = offers.programmes[k]
    child = world.children[part.child]
    family = world.families[child.family]
    tally = offers.tally[year, k]
    u0, _, _, _ = draw_block(world.key, np.int64(child.who), month, draws.ATTEND, np.int64(terms[Term.KEY]))
    leaving = terms[Term.DROPOUT] * np.exp(terms[Term.DROPOUT_NEED] * float(part.need))
    if u0 < leaving * world.meters[Meter.LEAVING] or child.life != Life.CHILD:
        part.ended = month
        tally[Tally.DROPPED_OUT] += 1
        world.counts[year][Count.PROGRAMMES_LEFT] += 1
        return
    part.attended += 1
    tally[Tally.MONTHS] += 1
    world.counts[year][Count.PROGRAMME_MONTHS] += 1
    if part.pays == 1:
        offers.owed[k] += terms[Term.MONTH_PRICE]
    besides = offers.efforts[part.child] - 1
    if besides > 0:
        # More than one effort at a time wears a family out.
        fatigue = float(family.fatigue)
        gain = p.parallel_fatigue * besides * world.meters[Meter.WEARING] / 12.0
        family.fatigue = fatigue + min(1.0, gain) * (1.0 - fatigue)
    for row in range(np.int64(terms[Term.FIRST_EFFECT]), np.int64(terms[Term.END_EFFECT])):
        quantity = np.int64(offers.effects[row, EffectTerm.QUANTITY])
        build = offers.effects[row, EffectTerm.BUILD]
        if quantity == Quantity.NEED or part.attended > build:
            continue
        size = offers.effects[row, EffectTerm.SIZE] * float(part.strength)
        size *= reaches(offers.effects, row, part.kind, float(part.need))
        if quantity == Quantity.NOTICE:
            over = max(0.0, float(child.need) - p.notice_floor)
            child.exposure -= size / 12.0 * over * over
        elif quantity == Quantity.SCHOOL:
            child.school += size / build
        elif quantity == Quantity.TRUST:
            family.trust = min(max(float(family.trust) + size / build, 0.0), 1.0)
        elif quantity == Quantity.COPING:
            family.coping += size / build
        else:
            which = quantity - Quantity.DOMAIN
            set_domain(family, which, domain(family, which) - size / build)
    if part.attended >= terms[Term.MONTHS]:
        part.ended = month
        tally[Tally.COMPLETED] += 1


@inlined
def relief_of(world, p, part, month):  # type: ignore[no-untyped-def]
    """Return by how much (SD) a participation lowers need now, and whether anything can be left later."""
    offers = world.offers
    terms = offers.programmes[part.programme]
    total = 0.0
    lasts = part.ended > month
    for row in range(np.int64(terms[Term.FIRST_EFFECT]), np.int64(terms[Term.END_EFFECT])):
        effect = offers.effects[row]
        if np.int64(effect[EffectTerm.QUANTITY]) != Quantity.NEED:
            continue
        built = min(1.0, part.attended / effect[EffectTerm.BUILD])
        since_end = max(0, month - part.ended)
        shape = np.int64(effect[EffectTerm.FADE])
        left = remaining(shape, effect[EffectTerm.HOLD], effect[EffectTerm.GONE], since_end)
        if built > 0.0 and left > 0.0:
            lasts = True
        reach = reaches(offers.effects, row, part.kind, float(part.need))
        total += effect[EffectTerm.SIZE] * built * left * reach
    return total * float(part.strength), lasts


@kernel
def note_running(world, phases, month):  # type: ignore[no-untyped-def]
    """Write down when each programme was first in force, and which of them run in each institution."""
    offers = world.offers
    for k in range(offers.programmes.shape[0]):
        if phases[k] > 0.0 and offers.begun[k] == NEVER:
            offers.begun[k] = month
    offers.running[:] = 0
    for e in range(offers.enrolled[0]):
        part = offers.enrolments[e]
        if part.ended > month:
            family = world.families[world.children[part.child].family]
            row = institution_at(family, np.int64(offers.programmes[part.programme, Term.PLACE]))
            if row != ELSEWHERE:
                offers.running[row] |= np.int64(1) << part.programme


@kernel
def offer_programmes(world, p, levers, phases, month, year):  # type: ignore[no-untyped-def]
    """Offer programmes, let participants attend, and set the relief (`aid`) that each child has from them.

    Reliefs of several programmes do not add: together they are the root of the sum of powers, so that
    the largest counts whole and each further one less. A worn-out family gains less.

    Parameters
    ----------
    phases
        How far each programme is in force, 0 to 1.
    """
    offers = world.offers
    if offers.programmes.shape[0] == 0:
        return
    note_running(world, phases, month)
    for k in range(offers.programmes.shape[0]):
        offer(world, p, levers, k, phases[k], month, year)
        offers.owed[k] = 0.0
    n = offers.enrolled[0]
    for e in range(n):
        i = offers.enrolments[e].child
        offers.powers[i] = 0.0
        offers.efforts[i] = 1 if world.children[i].step != Step.NONE else 0
    for e in range(n):
        part = offers.enrolments[e]
        if part.ended > month:
            offers.efforts[part.child] += 1
    power = p.overlap_power
    for e in range(n):
        part = offers.enrolments[e]
        if part.ended > month:
            attend(world, p, levers, part, month, year)
        relief, lasts = relief_of(world, p, part, month)
        if not lasts:
            part.programme = -1
        sign = 1.0 if relief >= 0.0 else -1.0
        offers.powers[part.child] += sign * np.abs(relief) ** power
    kept = 0
    for e in range(n):
        part = offers.enrolments[e]
        i = part.child
        child = world.children[i]
        if offers.efforts[i] >= 0:
            offers.efforts[i] = -1  # done
            total = np.abs(offers.powers[i]) ** (1.0 / power)
            if offers.powers[i] < 0.0:
                total = -total
            else:
                worn = float(world.families[child.family].fatigue) - p.worn_from
                total *= 1.0 - p.worn_loss * max(0.0, worn)
            before = float(child.aid)
            if child.life <= Life.ADULT and total != before:
                child.aid = total
                child.need = float(child.need) + before - total
        if part.programme >= 0 and child.life <= Life.ADULT:
            if kept != e:
                offers.enrolments[kept] = offers.enrolments[e]
            kept += 1
    offers.enrolled[0] = kept
    accounts = world.accounts[year]
    for k in range(offers.programmes.shape[0]):
        amount = np.int64(np.floor(offers.owed[k] + 0.5))
        accounts[Post.PROGRAMMES, np.int64(offers.programmes[k, Term.PAYER])] += amount
        offers.tally[year, k, Tally.COST] += amount
