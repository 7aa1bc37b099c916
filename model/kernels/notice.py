"""Notice: who sees a child's need this month, who sees what is not there, and what they do about it.

When does a teacher notify? `live` says what the child needs; here each arena's sight of it (coverage
at that age, level, blindness to hidden problems, tools) adds up to a rate; a concern arises when the
child's exposure is used up; the arena it arises in is drawn in proportion; and that arena's courage
decides between a notification and an early meeting.
"""

import numpy as np

from trappen.agents.ledger import Count, Sum
from trappen.agents.levers import Lever
from trappen.agents.states import PREGNANCY_MONTHS, Arena, CaseState, Life, Problem
from trappen.model.kernels import draws, inlined, kernel
from trappen.model.kernels.draws import draw
from trappen.model.kernels.steps import offer_early_help
from trappen.model.kernels.tasks import hand_in_review

ARENAS = len(Arena)
BANDS = 5
UNDER_6 = 2
TEENS = 4


@inlined
def age_band(age):  # type: ignore[no-untyped-def]
    """Return 0 in pregnancy, 1 at 0-2, 2 at 3-5, 3 at 6-12, 4 at 13-17; age in months."""
    if age < 0:
        return 0
    if age < 36:
        return 1
    if age < 72:
        return 2
    return 3 if age < 156 else 4


@inlined
def sight(arena, band, problem, p, tools):  # type: ignore[no-untyped-def]
    """Return an arena's rate of concern per year and squared SD of need above the floor.

    `tools` is the share of front staff around children under 6 that use the tools of the detection
    model; they sharpen the sight of those who meet every small child: pregnancy care, health visitors,
    day care and the first year of school.
    """
    level = p.arena_level[arena] * p.coverage[arena, band]
    if problem == Problem.HIDDEN:
        level *= p.sight_hidden[arena]
        gain = p.tool_gain_hidden
    else:
        level *= p.sight_visible[arena]
        gain = p.tool_gain_visible
    if arena <= Arena.SCHOOL and band <= UNDER_6:
        level *= 1.0 + gain * tools
    if band == TEENS:
        level *= p.teen_notice
    return level


@inlined
def false_alarms(arena, band, p, tools):  # type: ignore[no-untyped-def]
    """Return an arena's rate of concern without need, per child and year."""
    rate = p.false_alarm_rate * p.arena_level[arena] * p.coverage[arena, band] / p.sight_total
    if arena <= Arena.SCHOOL and band <= UNDER_6:
        rate *= 1.0 + p.tool_false_alarms * tools
    if band == TEENS:
        rate *= p.teen_notice
    return rate


@inlined
def courage(arena, band, p, trained):  # type: ignore[no-untyped-def]
    """Return the share of an arena's concerns that become a notification."""
    share = p.notify_share[arena, band]
    if band <= UNDER_6:
        share *= p.young_courage
    if band <= UNDER_6 and arena <= Arena.DAY_CARE:
        share *= 1.0 + p.courage_gain * trained
    return min(share, 1.0)


@kernel
def notice(world, p, staircase, levers, month, year):  # type: ignore[no-untyped-def]
    """Let every arena see every child for a month; raise concerns, notifications and early help."""
    children = world.children
    counts = world.counts[year]
    sums = world.sums[year]
    tools = levers[Lever.DETECTION_TOOLS]
    trained = levers[Lever.NOTIFICATION_COURAGE]
    # Monthly rates of all arenas together, by age band and kind of problem.
    seen = np.zeros(BANDS * 2)
    alarm = np.zeros(BANDS)
    for band in range(BANDS):
        for arena in range(ARENAS):
            alarm[band] += false_alarms(arena, band, p, tools) / 12.0
            for problem in range(2):
                seen[2 * band + problem] += sight(arena, band, problem, p, tools) / 12.0
    first = world.row_of_month[month - 215 - world.first_month[0]]
    last = world.row_of_month[month + PREGNANCY_MONTHS + 1 - world.first_month[0]]
    for i in range(first, last):
        child = children[i]
        if child.life != Life.CHILD:
            continue
        band = age_band(month - child.birth_month)
        problem = world.families[child.family].problem
        over = max(0.0, float(child.need) - p.notice_floor)
        true = seen[2 * band + problem] * over * over
        rate = true + alarm[band]
        notified = child.last_notified
        if notified <= month and month - notified < 12:
            rate *= p.boost
        left = child.exposure - rate
        child.exposure = left
        if left > 0.0:
            continue
        u0, u1, u2, u3 = draw(world.key, child.who, month, draws.NOTICE)
        child.exposure = -np.log(u0)
        # The arena the concern arises in, in proportion to its part of the rate.
        target = u1 * (true + alarm[band])
        arena = 0
        for a in range(ARENAS):
            target -= false_alarms(a, band, p, tools) / 12.0
            target -= sight(a, band, problem, p, tools) / 12.0 * over * over
            arena = a
            if target <= 0.0:
                break
        if u2 >= courage(arena, band, p, trained):
            offer_early_help(world, levers, staircase, i, month, year)
            continue
        notify(world, p, i, arena, u3, month, year, counts, sums)


@inlined
def notify(world, p, i, arena, u_acute, month, year, counts, sums):  # type: ignore[no-untyped-def]
    """Notify (underret) the authority of a child: it is counted, and a review is asked for."""
    child = world.children[i]
    age = month - child.birth_month
    counts[Count.NOTIFICATIONS] += 1
    counts[Count.ARENA + arena] += 1
    need = float(child.need)
    if need < p.false_alarm_below:
        counts[Count.FALSE_ALARMS] += 1
    if child.first_contact > month:
        child.first_contact = month
        counts[Count.FIRST_CONTACTS] += 1
        sums[Sum.AGE_AT_FIRST_CONTACT] += max(age, 0)
    if child.notified_year != year:
        child.notified_year = year
        counts[Count.CHILDREN_NOTIFIED] += 1
        if age < 72:
            counts[Count.CHILDREN_NOTIFIED_0_5] += 1
        elif age < 144:
            counts[Count.CHILDREN_NOTIFIED_6_11] += 1
        else:
            counts[Count.CHILDREN_NOTIFIED_12_17] += 1
    child.last_notified = month
    acute = 1 if (need > p.acute_from and u_acute < p.acute_share) else 0
    if child.case == CaseState.NONE:
        child.case = CaseState.REVIEW
        child.acute = acute
    hand_in_review(world, i, acute, month)
