"""The staircase: decisions, waiting for a place, breakdowns, drop-out and courses that end."""

import numpy as np

from trappen.agents.ledger import Count, Measure, Sum
from trappen.agents.levers import Lever
from trappen.agents.states import NEVER, CaseState, Step
from trappen.model.kernels import allocating, draws, inlined, kernel
from trappen.model.kernels.draws import draw
from trappen.model.kernels.groups import tally
from trappen.model.kernels.providers import is_provided, provider_has_room
from trappen.model.kernels.steps import enter_step, family_accepts, is_placement, offer_early_help
from trappen.model.kernels.tasks import DAYS_A_MONTH
from trappen.model.kernels.world import Meter

TEEN = 156


@inlined
def institution_threshold(age, p, levers):  # type: ignore[no-untyped-def]
    """Return the assessed need (SD) from which a child goes to an institution rather than a family."""
    threshold = p.placement_threshold + p.institution_gap + levers[Lever.FAMILY_PLACEMENT_SHIFT]
    return threshold - p.institution_teen_shift if age >= TEEN else threshold


@inlined
def step_for(belief, age, p, levers):  # type: ignore[no-untyped-def]
    """Return the step that assessed need calls for; FOSTER stands for any care in a family."""
    if belief < p.preventive_threshold:
        return Step.NONE
    if belief < p.preventive_threshold + p.home_based_gap:
        return Step.PREVENTIVE
    if belief < p.placement_threshold:
        return Step.HOME_BASED
    if belief < institution_threshold(age, p, levers):
        return Step.FOSTER
    return Step.INSTITUTION


@inlined
def threshold_of(step, age, p, levers):  # type: ignore[no-untyped-def]
    """Return the assessed need (SD) from which a child belongs on this step or a higher one."""
    if step == Step.PREVENTIVE:
        return p.preventive_threshold
    if step == Step.HOME_BASED:
        return p.preventive_threshold + p.home_based_gap
    if step == Step.INSTITUTION:
        return max(p.placement_threshold, institution_threshold(age, p, levers))
    return p.placement_threshold


@inlined
def kin_have_room(world, p, i):  # type: ignore[no-untyped-def]
    """Return whether a child's family has kin or network that could take one more of its children."""
    family = world.families[world.children[i].family]
    return family.network == 1 and family.in_kin < p.kin_room


@inlined
def family_care(world, p, levers, i, age, month, counts):  # type: ignore[no-untyped-def]
    """Return which care in a family is found: kin or network, own room for the older, or foster care.

    The searches are counted where the money is: a share of all placements in a family is searched.
    """
    child = world.children[i]
    u0, u1, _, _ = draw(world.key, child.who, month, draws.DECISION)
    found = levers[Lever.KIN_SEARCH] * p.kin_chance
    counts[Count.KIN_SEARCHES] += 1
    if kin_have_room(world, p, i) and u0 < found:
        return Step.KIN
    if age >= p.own_room_from and u1 < p.own_room_share:
        return Step.OWN_ROOM
    return Step.FOSTER


@kernel
def decide(world, p, levers, month, year):  # type: ignore[no-untyped-def]
    """Take the decisions (afgoerelser) whose time has come.

    A step that assessed need calls for is wanted; what is voluntary can be declined; a child is
    placed without consent only on grave need.
    """
    children = world.children
    counts = world.counts[year]
    involved = int(world.meters[Meter.INVOLVED])
    for k in range(involved):
        i = world.involved[k]
        child = children[i]
        if child.case != CaseState.DECIDED or child.wanted != Step.NONE:
            continue
        if child.wanted_from > month:
            continue
        counts[Count.DECISIONS] += 1
        age = month - child.birth_month
        target = np.int64(step_for(float(child.belief), age, p, levers))
        if age < 0 and target > Step.HOME_BASED:
            target = Step.HOME_BASED.value
        if target == Step.NONE:
            child.case = CaseState.NONE
            child.wanted_from = NEVER
            _, u1, _, _ = draw(world.key, child.who, month, draws.COMPLAINT)
            if u1 < p.complaint_refused:
                counts[Count.COMPLAINTS_REFUSED] += 1
                tally(world, i, Measure.COMPLAINTS, 1, month, year)
            offer_early_help(world, levers, p, i, month, year)
            continue
        want(world, p, levers, i, target, month, year)


@kernel
def want(world, p, levers, i, target, month, year):  # type: ignore[no-untyped-def]
    """Ask the family and put the child on the list for the step that was decided."""
    child = world.children[i]
    counts = world.counts[year]
    age = month - child.birth_month
    _, _, u2, u3 = draw(world.key, child.who, month, draws.DECISION)
    if target >= Step.KIN and not is_placement(child.step) and not family_accepts(world, p, i, u2):
        if float(child.belief) < p.placement_threshold + p.grave_gap:
            target = Step.HOME_BASED.value
        else:
            child.consent = 0
            counts[Count.WITHOUT_CONSENT] += 1
            _, _, u_complaint, _ = draw(world.key, child.who, month, draws.COMPLAINT)
            if u_complaint < p.complaint_forced:
                counts[Count.COMPLAINTS_FORCED] += 1
                tally(world, i, Measure.COMPLAINTS, 1, month, year)
            family = child.family
            world.families[family].trust = max(0.0, world.families[family].trust - p.trust_placement)
    if target <= Step.HOME_BASED and not family_accepts(world, p, i, u3):
        counts[Count.DECLINED] += 1
        if child.step == Step.NONE or child.step == Step.EARLY:
            child.case = CaseState.NONE
            child.wanted_from = NEVER
        return
    if target == child.step:
        return
    if target == Step.FOSTER:
        target = np.int64(family_care(world, p, levers, i, age, month, counts))
    child.wanted = target
    child.wanted_from = month


@inlined
def has_room(world, step):  # type: ignore[no-untyped-def]
    """Return whether the municipality has a free place; kin care is bounded by the kin, not by it."""
    if step == Step.INSTITUTION:
        return world.occupied[Step.INSTITUTION] < world.meters[Meter.INSTITUTION_PLACES]
    if step == Step.FOSTER:
        return world.occupied[Step.FOSTER] < world.meters[Meter.FOSTER_PLACES]
    return True


@inlined
def may_begin(world, i, step):  # type: ignore[no-untyped-def]
    """Return whether there is room for a child on a step: a place, or a provider for its family."""
    if is_provided(step):
        return provider_has_room(world, world.children[i].family, step)
    return has_room(world, step)


@allocating
def allot(world, p, levers, month, year):  # type: ignore[no-untyped-def]
    """Give free places, and teams' and therapists' room, to those who wait, longest wait first.

    A child that has waited three months for a foster family goes to an institution; one that has waited
    for an institution in vain is found a place outside the municipality.
    """
    children = world.children
    involved = int(world.meters[Meter.INVOLVED])
    n = 0
    for k in range(involved):
        i = world.involved[k]
        child = children[i]
        if child.wanted != Step.NONE and child.wanted_from <= month:
            n += 1
    if n == 0:
        return
    rows = np.empty(n, np.int64)
    order = np.empty(n, np.int64)
    n = 0
    for k in range(involved):
        i = world.involved[k]
        child = children[i]
        if child.wanted != Step.NONE and child.wanted_from <= month:
            rows[n] = i
            order[n] = (np.int64(child.wanted_from) + 2048) * 4294967296 + np.int64(child.who)
            n += 1
    waiting = 0
    for k in np.argsort(order):
        i = rows[k]
        child = children[i]
        step = int(child.wanted)
        if step == Step.KIN and not kin_have_room(world, p, i):
            step = Step.FOSTER.value  # a sister or brother came there first
        if step == Step.FOSTER and not has_room(world, step) and month - child.wanted_from >= p.foster_wait:
            step = Step.INSTITUTION.value
        patient = step != Step.INSTITUTION or month - child.wanted_from < p.institution_wait
        which = 0 if step == Step.HOME_BASED else 1
        if may_begin(world, i, step) or not patient:
            if is_provided(step):
                world.counts[year][Count.PROVIDED + which] += 1
                waited = (month - np.int64(child.wanted_from)) * DAYS_A_MONTH
                world.sums[year][Sum.TEAM_WAIT + which] += waited
            enter_step(world, p, levers, i, step, month, year)
        else:
            waiting += 1
            if is_provided(step):
                world.counts[year][Count.WAITING_PROVIDER + which] += 1
            if step == Step.INSTITUTION:
                world.counts[year][Count.WAITING_INSTITUTION] += 1
    world.counts[year][Count.WAITING] += waiting


@inlined
def breakdown_chance(step, need, age, months, p, levers, foster_costly):  # type: ignore[no-untyped-def]
    """Return the chance that a placement breaks down this month."""
    rate = p.breakdown_level * p.breakdown_rate[step] / 12.0
    if months < 12:
        rate *= p.breakdown_first_year
    if age >= TEEN:
        rate *= p.breakdown_teen
    if step == Step.FOSTER or step == Step.KIN:
        if foster_costly:
            rate *= np.exp(p.breakdown_need * max(0.0, need - p.hard_case_from))
        rate *= np.exp(-p.support_effect * (levers[Lever.FOSTER_SUPPORT] / 4.0))
    return min(rate, 1.0)


@inlined
def stopped_under(world, i, month):  # type: ignore[no-untyped-def]
    """Return whether the child's foster family stops this month while the child lives there."""
    row = world.children[i].place
    return row >= 0 and world.places[row].closed == month


@kernel
def run_steps(world, p, levers, foster_costly, month, year):  # type: ignore[no-untyped-def]
    """Let placements break down, families drop out, and early courses and aftercare end."""
    children = world.children
    counts = world.counts[year]
    involved = int(world.meters[Meter.INVOLVED])
    for k in range(involved):
        i = world.involved[k]
        child = children[i]
        step = int(child.step)
        if step == Step.NONE:
            continue
        age = month - child.birth_month
        counts[Count.STEP + step] += 1
        if child.beside != Step.NONE:
            counts[Count.BESIDE_MONTHS] += 1
        if is_placement(step):
            child.months_placed += 1
            if age >= 144:
                counts[Count.PLACED_12_17] += 1
            counts[Count.PLACED_MONTHS] += 1
            if step == Step.KIN or step == Step.FOSTER:
                counts[Count.FAMILY_CARE_MONTHS] += 1
            if stopped_under(world, i, month):
                enter_step(world, p, levers, i, np.int64(step), month, year)
                counts[Count.MOVES_BY_CLOSURE] += 1
                continue
            u0, u1, _, _ = draw(world.key, child.who, month, draws.BREAKDOWN)
            months = month - child.step_since
            if u0 < breakdown_chance(step, float(child.need), age, months, p, levers, foster_costly):
                break_down(world, p, levers, i, step, age, u1, month, year)
        elif (step == Step.EARLY or step == Step.AFTERCARE) and month >= child.ready:
            enter_step(world, p, levers, i, Step.NONE.value, month, year)
        # Who waits for a placement does not leave the list by leaving the help at home.
        stays = child.wanted < Step.KIN and child.step == step
        if stays and step >= Step.EARLY and step <= Step.HOME_BASED:
            trust = float(world.families[child.family].trust)
            u0, _, _, _ = draw(world.key, child.who, month, draws.DROPOUT)
            if u0 < p.dropout * (1.0 - trust) * world.meters[Meter.LEAVING]:
                enter_step(world, p, levers, i, Step.NONE.value, month, year)


@inlined
def break_down(world, p, levers, i, step, age, u, month, year):  # type: ignore[no-untyped-def]
    """End a placement that broke down (sammenbrud) and find the child another place.

    Kin go to foster care; a foster family to an institution where the belief is near that threshold
    or no family has room, else to another family; the oldest leave institutions for own room; own
    rooms end at home.
    """
    child = world.children[i]
    world.counts[year][Count.BREAKDOWNS] += 1
    world.counts[year][Count.BREAKDOWNS_BY_STEP + step] += 1
    tally(world, i, Measure.BREAKDOWNS, 1, month, year)
    child.breakdowns += 1
    child.scar += p.breakdown_scar
    near = float(child.belief) >= institution_threshold(age, p, levers) - p.step_down_hysteresis
    if step == Step.KIN:
        to = Step.FOSTER if has_room(world, Step.FOSTER) else Step.INSTITUTION
    elif step == Step.FOSTER:
        # The place it leaves counts as taken, so there is room for it if there is no more than that.
        full = world.occupied[Step.FOSTER] - 1 >= world.meters[Meter.FOSTER_PLACES]
        to = Step.INSTITUTION if near or full else Step.FOSTER
    elif step == Step.INSTITUTION:
        to = Step.OWN_ROOM if age >= p.own_room_from and u < p.own_room_share else Step.INSTITUTION
    else:
        to = Step.NONE
    enter_step(world, p, levers, i, np.int64(to), month, year)
