"""Steps: how a child comes to a step of the staircase and leaves it; only here `step` is written."""

import numpy as np

from trappen.agents.ledger import Count, Measure, Sum
from trappen.agents.levers import Lever
from trappen.agents.states import AGE_OF_MAJORITY, NEVER, CaseState, Step, StepDown
from trappen.model.kernels import draws, inlined, kernel
from trappen.model.kernels.arenas import in_use
from trappen.model.kernels.draws import draw
from trappen.model.kernels.groups import tally
from trappen.model.kernels.places import move_in, move_out
from trappen.model.kernels.providers import is_provided, join_provider, leave_provider, provider_has_room
from trappen.model.kernels.world import Meter

RE_ENTRY_MONTHS = 36
ENTRY_BITS = 6
MOST_ENTRIES = 63
STEPS = len(Step)


@inlined
def is_placement(step):  # type: ignore[no-untyped-def]
    """Return whether a step is out of home."""
    return step >= Step.KIN and step <= Step.OWN_ROOM


@inlined
def months_until_ready(step, u_kind, u_time, p, levers):  # type: ignore[no-untyped-def]
    """Return the months until child and home are ready for a lower step.

    Leaving a placement is bimodal in time: some homes are soon ready, others after years. Work with
    the home, and institution stays with aim and time frame, bring it nearer.
    """
    if step == Step.EARLY:
        mean = p.ready_early
    elif step == Step.AFTERCARE:
        mean = p.aftercare_months
    elif not is_placement(step):
        mean = p.ready_preventive
    else:
        mean = p.ready_short if u_kind < p.ready_short_share else p.ready_long
        mean *= 1.0 - min(0.9, p.parallel_work_effect * (levers[Lever.PARALLEL_HOME_WORK] / 4.0))
        if step == Step.INSTITUTION:
            mean *= 1.0 - p.aim_shortens * levers[Lever.INSTITUTION_AIM]
    return int(min(-np.log(u_time) * mean, 600.0)) + 1


@inlined
def uses_place(step):  # type: ignore[no-untyped-def]
    """Return whether children on a step live in a place that has a row of its own."""
    return step == Step.FOSTER or step == Step.INSTITUTION


@inlined
def change_place(world, p, i, step, month, year):  # type: ignore[no-untyped-def]
    """Let a child leave where it lives and move in where its new step is lived.

    It counts among those on its new step already. Where the municipality's institutions are full, a place
    is bought outside.
    """
    left = int(world.children[i].place)
    full = world.occupied[Step.INSTITUTION] > world.meters[Meter.INSTITUTION_PLACES]
    external = step == Step.INSTITUTION and full
    move_out(world, i, month)
    if uses_place(step):
        move_in(world, p, i, step, external, left, month, year)


@inlined
def which_entry(child, step):  # type: ignore[no-untyped-def]
    """Return a number of its own for each time a child comes to each step, and count this time.

    A stay's luck hangs on it and not on the month, so that the same stay, begun some months earlier under
    one policy than under another, has the same luck under both.
    """
    times = (child.entries >> (ENTRY_BITS * step)) & MOST_ENTRIES
    if times < MOST_ENTRIES:
        child.entries += np.int64(1) << (ENTRY_BITS * step)
    return times * STEPS + step


@inlined
def beside_chance(step, p):  # type: ignore[no-untyped-def]
    """Return the chance that a preventive measure runs beside a step: steps can be combined."""
    if is_placement(step):
        return p.beside_placed
    return p.beside_home if step == Step.HOME_BASED else 0.0


@inlined
def set_beside(world, p, i, step, month):  # type: ignore[no-untyped-def]
    """Let a preventive measure run beside a higher step, as the child's draw says."""
    child = world.children[i]
    if child.beside != Step.NONE:
        world.meters[Meter.BESIDE] -= 1.0
        leave_provider(world, child.family, Step.PREVENTIVE.value)
    child.beside = Step.NONE
    chance = beside_chance(step, p)
    if chance > 0.0:
        u0, _, _, _ = draw(world.key, child.who, month, draws.BESIDE)
        if u0 < chance and provider_has_room(world, child.family, Step.PREVENTIVE.value):
            child.beside = Step.PREVENTIVE
            join_provider(world, child.family, Step.PREVENTIVE.value)
            world.meters[Meter.BESIDE] += 1.0


@kernel
def enter_step(world, p, levers, i, step, month, year):  # type: ignore[no-untyped-def]
    """Move a child to a step: places change hands, events are counted, readiness is drawn.

    Parameters
    ----------
    p
        Record of staircase parameters.
    levers
        Levers in force as the children feel them.
    i
        Row of the child.
    step
        Where it goes; NONE closes the case.
    """
    child = world.children[i]
    counts = world.counts[year]
    old = child.step
    age = month - child.birth_month
    stayed = month - child.step_since
    child.step = step
    if step != Step.NONE or child.case == CaseState.OPEN:
        # A course that ends while a case is being decided leaves what is wanted as it is.
        child.wanted = Step.NONE
        child.wanted_from = NEVER
    world.occupied[old] -= 1
    world.occupied[step] += 1
    if old == Step.KIN:
        world.families[child.family].in_kin -= 1
    if step == Step.KIN:
        world.families[child.family].in_kin += 1
    change_place(world, p, i, step, month, year)
    if step != old:
        if is_provided(old):
            leave_provider(world, child.family, old)
        if is_provided(step):
            join_provider(world, child.family, step)
    set_beside(world, p, i, step, month)
    if old == Step.INSTITUTION:
        counts[Count.INSTITUTION_STAYS_ENDED] += 1
        world.sums[year][Sum.INSTITUTION_STAY] += stayed
    if is_placement(old) and is_placement(step):
        counts[Count.MOVES] += 1
        tally(world, i, Measure.MOVES, 1, month, year)
        child.moves += 1
        child.scar += p.move_scar
        child.school -= p.school_move_loss
    elif is_placement(old):
        counts[Count.PLACEMENTS_ENDED] += 1
        months = month - child.placed_since
        world.sums[year][Sum.PLACEMENT_ENDED_MONTHS] += months
        tally(world, i, Measure.PLACEMENTS_ENDED, 1, month, year)
        tally(world, i, Measure.PLACEMENT_MONTHS, months, month, year)
        child.placed_since = NEVER
        child.consent = 1
        if age < AGE_OF_MAJORITY and child.death_month != month:
            counts[Count.WENT_HOME] += 1
            child.went_home = month
            child.deviation += p.return_strain
    elif is_placement(step):
        counts[Count.NEW_PLACEMENTS] += 1
        tally(world, i, Measure.NEW_PLACEMENTS, 1, month, year)
        child.placed_since = month
        if child.went_home <= month:
            counts[Count.REENTRIES] += 1
            if month - child.went_home <= RE_ENTRY_MONTHS:
                counts[Count.REENTRIES_3_YEARS] += 1
        if age < 72:
            counts[Count.NEW_PLACEMENTS_0_5] += 1
        elif age >= 144:
            counts[Count.NEW_PLACEMENTS_12_17] += 1
        if child.first_placed > month:
            child.first_placed = month
            counts[Count.FIRST_PLACEMENTS] += 1
            world.sums[year][Sum.AGE_AT_FIRST_PLACEMENT] += age
        if float(child.need) < p.unnecessary_below:
            counts[Count.UNNECESSARY_PLACEMENTS] += 1
            tally(world, i, Measure.UNNECESSARY, 1, month, year)
    if step == Step.NONE:
        child.step_since = NEVER
        child.ready = NEVER
        child.follow_up_due = NEVER
        if child.case == CaseState.OPEN:
            child.case = CaseState.NONE
        return
    child.step_since = month
    u0, u1, _, _ = draw(world.key, child.who, which_entry(child, np.int64(step)), draws.STAIRCASE)
    child.ready = month + months_until_ready(step, u0, u1, p, levers)
    if child.first_help > month:
        child.first_help = month
        if child.first_need <= month:
            counts[Count.FIRST_HELPS] += 1
            world.sums[year][Sum.NEED_TO_HELP] += month - child.first_need
    if step == Step.EARLY:
        counts[Count.EARLY_STARTED] += 1
        child.follow_up_due = NEVER
    elif step == Step.AFTERCARE:
        counts[Count.AFTERCARE_STARTED] += 1
        child.case = CaseState.NONE
        child.follow_up_due = NEVER
    else:
        counts[Count.MEASURES_STARTED] += 1
        child.case = CaseState.OPEN
        child.follow_up_due = month + p.first_follow_up


@inlined
def chance_of_yes(world, p, i):  # type: ignore[no-untyped-def]
    """Return the chance that the family accepts what is voluntary."""
    trust = float(world.families[world.children[i].family].trust)
    return min(1.0, p.accept_base + p.accept_trust * trust + world.meters[Meter.ENTRY])


@inlined
def family_accepts(world, p, i, u):  # type: ignore[no-untyped-def]
    """Return whether the family says yes to what is voluntary; trust decides."""
    return u < chance_of_yes(world, p, i)


@kernel
def offer_early_help(world, levers, p, i, month, year):  # type: ignore[no-untyped-def]
    """Offer a course in the general area (step 1) without a case, if there is room and the family will.

    Many concerns are resolved in the talk itself, and nothing more is offered.
    """
    child = world.children[i]
    if child.step != Step.NONE or child.case >= CaseState.ASSESSMENT:
        return
    u0, u1, _, _ = draw(world.key, child.who, month, draws.ACCEPT)
    # A coordinator sees to it that a concern is followed by an offer.
    saved = p.coordinator_offer * in_use(levers, Lever.CHILD_COORDINATOR)
    if u1 >= p.early_offer + (1.0 - p.early_offer) * saved:
        return
    if world.meters[Meter.EARLY_PLACES] < 1.0:
        world.counts[year][Count.EARLY_TURNED_AWAY] += 1
        return
    # In a meeting held by the dialogue model some who would have declined say yes.
    won = p.dialogue_gain * in_use(levers, Lever.DIALOGUE_MODEL)
    if family_accepts(world, p, i, u0) or 1.0 - u0 < won * (1.0 - chance_of_yes(world, p, i)):
        world.meters[Meter.EARLY_PLACES] -= 1.0
        enter_step(world, p, levers, i, Step.EARLY.value, month, year)
    else:
        world.counts[year][Count.DECLINED] += 1


@inlined
def may_step_down(world, p, i, step_down, u, month):  # type: ignore[no-untyped-def]
    """Return whether a follow-up finds child and home ready for a lower step (structural switch)."""
    if step_down == StepDown.READINESS:
        return month >= world.children[i].ready
    chance = p.per_follow_up_chance if is_placement(world.children[i].step) else p.per_follow_up_chance_home
    return u < chance


@kernel
def list_involved(world, month):  # type: ignore[no-untyped-def]
    """Write down the rows that have a step, a case or a task, which the rest of the month goes through.

    Nobody comes to be involved after notice who was not by then: later phases only move the involved.
    """
    n = 0
    first = world.row_of_month[month - 275 - world.first_month[0]]
    last = world.row_of_month[month + 10 - world.first_month[0]]
    for i in range(first, last):
        child = world.children[i]
        if child.step != Step.NONE or child.case != CaseState.NONE:
            world.involved[n] = i
            n += 1
    world.meters[Meter.INVOLVED] = n
