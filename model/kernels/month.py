"""The month, compiled: the phases of `Municipality.step` in the same order, for many months in one call."""

import numpy as np

from trappen.agents.ledger import COUNTS, Count
from trappen.agents.levers import Lever
from trappen.agents.states import FosterHardCases, Step
from trappen.model.kernels import allocating, kernel
from trappen.model.kernels.arenas import pass_on
from trappen.model.kernels.casework import finish, hand_over
from trappen.model.kernels.conditions import pay_conditions, set_conditions
from trappen.model.kernels.generations import beget, grow, move_house, read_adults
from trappen.model.kernels.groups import count_groups
from trappen.model.kernels.life import live
from trappen.model.kernels.money import pay_activity, pay_children, settle_year
from trappen.model.kernels.notice import notice
from trappen.model.kernels.places import close_families
from trappen.model.kernels.posts import settle, staff
from trappen.model.kernels.programmes import offer_programmes
from trappen.model.kernels.providers import staff_providers
from trappen.model.kernels.queue import run_month
from trappen.model.kernels.staircase import allot, decide, run_steps
from trappen.model.kernels.steps import list_involved
from trappen.model.kernels.stock import take_stock
from trappen.model.kernels.tasks import DAYS_A_MONTH
from trappen.model.kernels.world import Meter


@kernel
def open_places(world, p, felt, month, year):  # type: ignore[no-untyped-def]
    """Set what there is room for: early courses, providers, foster families, institutions.

    During the warm-up nothing but early help is bounded; at the start, places follow use.
    """
    meters = world.meters
    a_month = felt[Lever.EARLY_HELP_PLACES] * meters[Meter.CHILDREN] / 12000.0
    meters[Meter.EARLY_PLACES] = min(meters[Meter.EARLY_PLACES] + a_month, max(1.0, 3.0 * a_month))
    staff_providers(world, p, felt, month)
    if month < 0:
        return
    if month == 0:
        meters[Meter.FOSTER_USE_AT_START] = world.occupied[Step.FOSTER]
        meters[Meter.FOSTER_PLACES] = world.occupied[Step.FOSTER] * (1.0 + p.foster_slack) + 1.0
        meters[Meter.INSTITUTION_PLACES] = (
            world.occupied[Step.INSTITUTION] * (1.0 + p.institution_slack) + 1.0
        )
    before = int(meters[Meter.FOSTER_PLACES])
    grown = felt[Lever.FOSTER_RECRUITMENT] / 12.0 * meters[Meter.FOSTER_USE_AT_START]
    meters[Meter.FOSTER_PLACES] += grown
    world.counts[year][Count.FOSTER_PLACES_NEW] += int(meters[Meter.FOSTER_PLACES]) - before


@kernel
def serve(world, desk, p, levers, month, year):  # type: ignore[no-untyped-def]
    """Hand this month's tasks to the caseworkers and return how many tasks they finished."""
    handed_in = hand_over(world, p, levers, desk.tasks, month, year)
    first_day = float(month * DAYS_A_MONTH)
    posts = int(world.meters[Meter.POSTS])
    for post in range(posts):
        desk.away[post] = world.caseworkers[post].away
    return run_month(
        desk.queue, first_day, first_day + DAYS_A_MONTH, posts, desk.away, p.sitting_days,
        desk.tasks, handed_in, desk.done,
    )  # fmt: skip


@allocating
def advance(world, desk, rules, felt, paid, transition, programmes, structure, begin, end, year_of_zero):  # type: ignore[no-untyped-def]
    """Run the months from `begin` until before `end`.

    Parameters
    ----------
    world, desk, rules
        The municipality, its caseworkers' desk, and its parameter records.
    felt, paid
        Levers in force by month from `begin`, shape (months, LEVERS): as the children feel them,
        and as the municipality pays for them.
    transition
        Cost of changing by month, kroner.
    programmes
        How far each programme is in force by month; in the last column efforts that are new to the staff.
    structure
        Structural switches: belief, step_down, foster_hard_cases; int64.
    year_of_zero
        Row of the yearly tables in which month 0 falls.

    Returns
    -------
    :
        0, or what `queue.run_month` returns where it could not run.
    """
    costly = structure[2] == FosterHardCases.COSTLY
    before = np.zeros(COUNTS, np.int64)
    for month in range(begin, end):
        year = year_of_zero + month // 12
        lever = felt[month - begin]
        before[:] = world.counts[year]
        open_places(world, rules.staircase, lever, month, year)
        grow(world, rules.staircase, lever, month, year)
        move_house(world, rules.staircase, rules.population, rules.life, lever, month, year)
        beget(world, rules.population, month, year)
        close_families(world, rules.staircase, lever, month, year)
        pass_on(world, rules.notice, lever, month, year)
        offered = programmes[month - begin]
        set_conditions(world, rules.programmes, lever, offered[-1], month, year)
        offer_programmes(world, rules.programmes, lever, offered, month, year)
        live(world, rules.life, costly, month, year)
        notice(world, rules.notice, rules.staircase, lever, month, year)
        list_involved(world, month)
        staff(world, rules.casework, lever, paid[month - begin], month, year)
        n = serve(world, desk, rules.casework, lever, month, year)
        if n < 0:
            return n
        settle(world, rules.casework, desk.done, year)
        finish(world, rules.casework, rules.staircase, lever, structure, desk.done, n, month, year)
        decide(world, rules.staircase, lever, month, year)
        allot(world, rules.staircase, lever, month, year)
        run_steps(world, rules.staircase, lever, costly, month, year)
        pay_children(world, rules.money, costly, month, year)
        if month % 12 == 11:
            count_groups(world, rules.life, month, year)
            settle_year(world, rules.money, month, year)
        pay_activity(world, rules.money, paid[month - begin], before, transition[month - begin], month, year)
        pay_conditions(world, rules.programmes, paid[month - begin], month, year)
        take_stock(world, rules.life, month, year)
        read_adults(world, rules.outcomes, month, year)
    return 0
