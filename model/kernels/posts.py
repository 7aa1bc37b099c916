"""Caseworkers' posts: how many there are, who comes, leaves and is away, and what their work is worth.

Why is a caseworker gone on Tuesday? `staff` fits the posts to the caseload aimed at, lets people leave
(sooner where cases and undone work press, later where they are supervised), keeps posts vacant for
a time, and writes for each post on which days of the month its holder is on holiday, ill or on a course.
"""

import numpy as np

from trappen.agents.ledger import Count, Sum
from trappen.agents.levers import Lever
from trappen.agents.states import NEVER, CaseState
from trappen.model.kernels import draws, inlined, kernel
from trappen.model.kernels.desks import VACANT
from trappen.model.kernels.draws import draw
from trappen.model.kernels.steps import is_placement
from trappen.model.kernels.tasks import DAYS_A_MONTH
from trappen.model.kernels.world import Meter

DAYS_A_YEAR = 12 * DAYS_A_MONTH
RESTAFFED_EVERY = 3
FEBRUARY, JULY, OCTOBER, DECEMBER = 1, 6, 9, 11


@inlined
def novice(worker, p, month):  # type: ignore[no-untyped-def]
    """Return how new a caseworker is, 1 on the first day and 0 in the end, over what is usual."""
    return np.exp(-float(month - np.int64(worker.hired)) / p.learning_months) - p.novice_share


@inlined
def weight_of(child, p):  # type: ignore[no-untyped-def]
    """Return what a case counts for when cases are shared out."""
    if child.case < CaseState.OPEN:
        return p.weight_assessment
    return p.weight_placed if is_placement(child.step) else p.weight_at_home


@inlined
def days_off(begin, number):  # type: ignore[no-untyped-def]
    """Return so many days of a month from one of them, as bits; what lies beyond the month is left out."""
    first = np.int64(min(max(begin, 0), DAYS_A_MONTH))
    last = np.int64(min(max(begin + number, 0), DAYS_A_MONTH))
    return (np.int64(1) << last) - (np.int64(1) << first)


@inlined
def holiday_in(month, post, u, p):  # type: ignore[no-untyped-def]
    """Return the days of holiday of a month, and the first of them; one half of the staff covers the other.

    Three weeks in July or in August, turn and turn about; a week at Christmas, in one of its last two; a
    week anywhere in February and in October.
    """
    when = month % 12
    turn = (post + month // 12) % 2
    number = 0
    if when == (JULY if turn == 0 else JULY + 1):
        number = int(p.holiday_summer)
    elif when in (FEBRUARY, OCTOBER):
        number = int(p.holiday_week)
    elif when == DECEMBER:
        number = int(p.holiday_christmas)
        return number, DAYS_A_MONTH - number * (1 + turn)
    return number, int(u * (DAYS_A_MONTH - number + 1))


@inlined
def days_away(world, p, post, month):  # type: ignore[no-untyped-def]
    """Return the days of the month on which the holder of a post is away: holiday, illness, first course."""
    worker = world.caseworkers[post]
    u0, u1, u2, u3 = draw(world.key, post, month, draws.ABSENCE)
    first = month * DAYS_A_MONTH
    away = days_off(0, int(np.ceil(float(worker.ill_until) - first)))
    if u0 < p.illnesses / 12.0:
        begin = int(u1 * DAYS_A_MONTH)
        length = int(-np.log(u2) * p.illness_days) + 1
        away |= days_off(begin, length)
        worker.ill_until = max(float(worker.ill_until), float(first + begin + length))
    number, begin = holiday_in(month, post, u3, p)
    away |= days_off(begin, number)
    if worker.hired == month:
        away |= days_off(0, int(p.training_days))
    return away


@kernel
def assign(world, p, i, month):  # type: ignore[no-untyped-def]
    """Give a child a caseworker: the family's, if that post is held, else whoever has least on the desk."""
    child = world.children[i]
    family = world.families[child.family]
    workers = world.caseworkers
    posts = int(world.meters[Meter.POSTS])
    post = int(family.caseworker)
    if post < 0 or post >= posts or workers[post].away == VACANT:
        post = 0
        for other in range(posts):
            if workers[other].away == VACANT:
                continue
            if workers[post].away == VACANT or workers[other].load < workers[post].load:
                post = other
    child.caseworker = post
    family.caseworker = post
    workers[post].cases += 1
    workers[post].load += weight_of(child, p)


@inlined
def read_levers(world, p, felt, month):  # type: ignore[no-untyped-def]
    """Write what leadership and ways of working make of a caseworker's judgement, time and contact."""
    meters = world.meters
    more = felt[Lever.SUPERVISION] - p.supervision_reference
    meters[Meter.ERROR_FACTOR] = np.exp(-p.supervision_sharpens * more)
    meters[Meter.LASTING_ERROR] = p.persistent_error * (1.0 - p.manuals_align * felt[Lever.MANUALS])
    meters[Meter.HANDOVER_LOST] = 1.0 - p.case_coordinator_keeps * felt[Lever.CASE_COORDINATOR]
    meters[Meter.TRUST_WON] = 1.0 + p.roles_apart_trust * felt[Lever.ROLES_APART]
    hours = p.productive_hours - 12.0 * (more + p.manuals_hours * felt[Lever.MANUALS])
    # A post is a part of a full-time one where the number of posts is rounded up; those there work for
    # those away, since productive hours are a year's.
    share = meters[Meter.POSTS_FELT] / meters[Meter.POSTS]
    meters[Meter.HOURS_A_DAY] = max(0.1, hours / DAYS_A_YEAR / p.present_share * share)


@inlined
def meet_leaders(world, p, supervision, posts):  # type: ignore[no-untyped-def]
    """Give each post its team leader, and what an hour of that leader's supervision makes of errors."""
    for row in range(world.leaders.size):
        world.leaders[row].posts = 0
        world.leaders[row].hours = 0.0
    for post in range(posts):
        worker = world.caseworkers[post]
        worker.leader = int(post / p.leader_span)
        leader = world.leaders[worker.leader]
        leader.posts += 1
        worker.steadied = np.exp(-p.supervision_sharpens * supervision * (float(leader.worth) - 1.0))


@kernel
def staff(world, p, felt, paid, month, year):  # type: ignore[no-untyped-def]
    """Count open cases, fit the posts to the caseload aimed at, and let caseworkers come, leave and be away.

    Posts follow open cases every three months. What the municipality pays can differ from what the
    children feel only where the link from attention is cut. Pay runs on while a post stands vacant:
    it goes to recruitment and cover.
    """
    children = world.children
    workers = world.caseworkers
    meters = world.meters
    counts = world.counts[year]
    sums = world.sums[year]
    involved = int(meters[Meter.INVOLVED])
    for post in range(int(meters[Meter.POSTS])):
        workers[post].cases = 0
        workers[post].load = 0.0
    open_cases = 0
    trust = 0.0
    for k in range(involved):
        i = world.involved[k]
        child = children[i]
        if child.case >= CaseState.ASSESSMENT:
            open_cases += 1
            trust += float(world.families[child.family].trust)
            if child.caseworker >= 0:
                workers[child.caseworker].cases += 1
                workers[child.caseworker].load += weight_of(child, p)
    meters[Meter.OPEN_CASES] = open_cases
    counts[Count.OPEN_CASES] += open_cases
    sums[Sum.TRUST_IN_CASES] += trust
    if month % RESTAFFED_EVERY == 0 or meters[Meter.POSTS_FELT] == 0.0:
        room = float(workers.size)
        meters[Meter.POSTS_FELT] = min(room, max(0.5, open_cases / felt[Lever.CASELOAD]))
        meters[Meter.POSTS_PAID] = min(room, max(0.5, open_cases / paid[Lever.CASELOAD]))
    posts = int(np.ceil(meters[Meter.POSTS_FELT]))
    meters[Meter.POSTS] = posts
    read_levers(world, p, felt, month)
    full_time = meters[Meter.POSTS_FELT] / posts
    supervision = felt[Lever.SUPERVISION]
    meet_leaders(world, p, supervision, posts)
    vacant = 0
    for post in range(posts):
        worker = workers[post]
        leader = world.leaders[worker.leader]
        kept = np.exp(-p.supervision_keeps * (supervision * float(leader.worth) - p.supervision_reference))
        if worker.vacant_until <= month:
            u0, _, _, _ = draw(world.key, post, month, draws.CASEWORKER)
            pressed = p.turnover_caseload * (worker.cases / full_time - p.turnover_reference)
            pressed += p.turnover_backlog * (min(float(worker.backlog), p.backlog_most) - p.backlog_reference)
            if u0 < p.turnover / 12.0 * kept * np.exp(pressed):
                worker.vacant_until = month + int(p.vacancy_months)
                worker.hired = month + int(p.vacancy_months)
                worker.backlog = 0.0
                counts[Count.CASEWORKERS_LEFT] += 1
                leader.left += 1
        if worker.vacant_until > month:
            worker.away = VACANT
            worker.ill_until = -float(NEVER)
            vacant += 1
            continue
        leader.hours += supervision
        worker.away = days_away(world, p, post, month)
        if worker.hired == month:
            sums[Sum.HOURS_TRAINING] += p.training_days * meters[Meter.HOURS_A_DAY]
    meters[Meter.SERVERS] = posts - vacant
    counts[Count.POSTS] += posts
    counts[Count.VACANT] += vacant
    sums[Sum.POSTS_PAID] += meters[Meter.POSTS_PAID]
    for k in range(involved):
        i = world.involved[k]
        child = children[i]
        if child.case >= CaseState.ASSESSMENT and (child.caseworker < 0 or child.caseworker >= posts):
            # The post is no more: the new caseworker has yet to meet the family.
            child.acquainted = -NEVER
            assign(world, p, i, month)


@inlined
def days_there(away):  # type: ignore[no-untyped-def]
    """Return how many days of the month somebody is there."""
    if away == VACANT:
        return 0
    there = DAYS_A_MONTH
    for day in range(DAYS_A_MONTH):
        there -= (away >> day) & 1
    return there


@kernel
def settle(world, p, done, year):  # type: ignore[no-untyped-def]
    """Turn the days that tasks left over into each caseworker's hours of contact per case and year.

    Contact is smoothed over months. What is undone presses: it is worked off by overtime next month, and
    it drives people away.
    """
    meters = world.meters
    sums = world.sums[year]
    posts = int(meters[Meter.POSTS])
    hours_a_day = meters[Meter.HOURS_A_DAY]
    memory = p.contact_memory
    anyones = done.undone[done.undone.size - 1] / max(1.0, meters[Meter.SERVERS])
    most = 4.0 * p.contact_reference
    all_busy, contact, cases = 0.0, 0.0, 0
    for post in range(posts):
        worker = world.caseworkers[post]
        there = days_there(worker.away)
        busy = done.busy[post]
        free = max(0.0, there - busy)
        hours = min(most, 12.0 * free * hours_a_day / max(1.0, float(worker.cases)))
        worker.contact = memory * worker.contact + (1.0 - memory) * hours
        sums[Sum.HOURS_OVERTIME] += busy * hours_a_day * float(worker.overtime)
        sums[Sum.HOURS_CONTACT] += free * hours_a_day
        if worker.away != VACANT:
            sums[Sum.DAYS_AWAY] += DAYS_A_MONTH - there
            worker.backlog = done.undone[post] + anyones
        worker.overtime = p.overtime_most * min(1.0, float(worker.backlog) / p.overtime_full)
        sums[Sum.UNDONE_DAYS] += done.undone[post]
        all_busy += busy
        contact += float(worker.contact) * worker.cases
        cases += worker.cases
    sums[Sum.UNDONE_DAYS] += done.undone[done.undone.size - 1]
    meters[Meter.BUSY_DAYS] = all_busy
    if cases > 0:
        meters[Meter.CONTACT] = contact / cases
