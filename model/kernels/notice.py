"""Notice: who sees a child's need this month, who sees what is not there, and what they do about it.

When does a teacher notify? `live` says what the child needs. `sight` is how readily one arena sees it:
the school's level, how many children of that age it meets, how blind it is to hidden problems, the tools
in use. `here` turns that to this child: the quality of its own school, and whether the school already knows
of its difficulty. All arenas' sight adds up to a rate; a concern arises when the child's exposure is used
up; the arena it arises in is drawn in proportion; and that arena's `courage` decides between a
notification and an early meeting. The tables are in `model/parameters/notice.yaml`: `coverage`,
`arena_level`, `sight_hidden`, `notify_share`, a row an arena.
"""

from typing import NamedTuple

import numpy as np

from trappen.agents.ledger import Count, Measure, Sum
from trappen.agents.levers import Lever
from trappen.agents.states import PREGNANCY_MONTHS, Arena, CaseState, Life, Problem
from trappen.model.kernels import allocating, draws, inlined, kernel
from trappen.model.kernels.arenas import arm_of, in_use
from trappen.model.kernels.draws import draw
from trappen.model.kernels.front import front_worker_of
from trappen.model.kernels.groups import tally
from trappen.model.kernels.institutions import institution_of
from trappen.model.kernels.steps import offer_early_help
from trappen.model.kernels.tasks import hand_in_review
from trappen.model.kernels.world import Meter

ARENAS = len(Arena)
BANDS = 5
UNDER_3 = 1
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
def tools_of(arena, band, levers):  # type: ignore[no-untyped-def]
    """Return the share of an arena's staff around children under 6 who use a tool that sharpens sight.

    Infant teams work in pregnancy care and health visiting until 3, the wellbeing form in day care and
    the first year of school, and both of them in health visiting from 3; nothing works elsewhere.
    """
    if band > UNDER_6 or arena > Arena.SCHOOL:
        return 0.0
    if arena <= Arena.HEALTH_VISITING and band <= UNDER_3:
        return in_use(levers, Lever.INFANT_TEAMS)
    return in_use(levers, Lever.WELLBEING_FORM)


@inlined
def sight(arena, band, problem, p, levers):  # type: ignore[no-untyped-def]
    """Return an arena's rate of concern per year and squared SD of need above the floor."""
    level = p.arena_level[arena] * p.coverage[arena, band]
    gain = p.tool_gain_visible
    if problem == Problem.HIDDEN:
        level *= p.sight_hidden[arena]
        gain = p.tool_gain_hidden
        if band == 0 and arena == Arena.HEALTH_VISITING:
            level *= 1.0 + p.visit_gain_hidden * levers[Lever.PREGNANCY_VISIT]
    else:
        level *= p.sight_visible[arena]
    level *= 1.0 + gain * tools_of(arena, band, levers)
    if band == TEENS:
        level *= p.teen_notice
    return level


@inlined
def false_alarms(arena, band, p, levers):  # type: ignore[no-untyped-def]
    """Return an arena's rate of concern without need, per child and year."""
    rate = p.false_alarm_rate * p.arena_level[arena] * p.coverage[arena, band] / p.sight_total
    rate *= 1.0 + p.tool_false_alarms * tools_of(arena, band, levers)
    if band <= UNDER_6 and (arena == Arena.DAY_CARE or arena == Arena.SCHOOL):
        rate *= 1.0 - p.supervision_false_alarms * in_use(levers, Lever.FRONT_SUPERVISION)
    if band == TEENS:
        rate *= p.teen_notice
    return rate


@inlined
def is_front(arena):  # type: ignore[no-untyped-def]
    """Return whether an arena's staff meet the child again and again: health visitor, day care, school."""
    return arena == Arena.HEALTH_VISITING or arena == Arena.DAY_CARE or arena == Arena.SCHOOL


@inlined
def here(arena, band, known, at, level, p):  # type: ignore[no-untyped-def]
    """Return how much more readily an arena sees this very child than it sees others with its need.

    Parameters
    ----------
    known
        Whether those who meet the child know of its difficulty.
    at
        Sight of the day care or school it goes to.
    level
        Its level of pregnancy care, 1 to 4.
    """
    if arena == Arena.PREGNANCY_CARE:
        return p.pregnancy_sight[level - 1]
    if not is_front(arena):
        return 1.0
    factor = 1.0 + p.known_sight * (known - p.known_usual[band])
    return factor if arena == Arena.HEALTH_VISITING else factor * at


@inlined
def courage(arena, band, known, unfounded, p, levers):  # type: ignore[no-untyped-def]
    """Return the share of an arena's concerns that become a notification.

    Parameters
    ----------
    known
        Whether those who meet the child knew of its difficulty before.
    unfounded
        Whether there is nothing to see: what a second look is for, where notifications are qualified.
    """
    share = p.notify_share[arena, band]
    if band <= UNDER_6:
        share *= p.young_courage
        if arena <= Arena.DAY_CARE:
            share *= 1.0 + p.courage_gain * levers[Lever.NOTIFICATION_COURAGE]
        if arena == Arena.DAY_CARE or arena == Arena.SCHOOL:
            share *= 1.0 + p.supervision_courage * in_use(levers, Lever.FRONT_SUPERVISION)
        if unfounded:
            share *= 1.0 - p.reform_false_alarms * in_use(levers, Lever.CHILDS_REFORM)
    if is_front(arena):
        share *= 1.0 + p.known_courage * (known - p.known_usual[band])
    return min(share, 1.0)


class Sights(NamedTuple):
    """Monthly rates of arenas together, by age band and kind of problem (`2 * band + problem`)."""

    alike: np.ndarray
    """Of those that see every child alike."""
    before: np.ndarray
    """Of pregnancy care."""
    visitor: np.ndarray
    daily: np.ndarray
    """Of day care and school."""
    alarm: np.ndarray
    """By age band: concern without need."""


@inlined
def add_up(sights, p, levers):  # type: ignore[no-untyped-def]
    """Add up the arenas' rates of this month."""
    for band in range(BANDS):
        for arena in range(ARENAS):
            sights.alarm[band] += false_alarms(arena, band, p, levers) / 12.0
            for problem in range(2):
                seen = sight(arena, band, problem, p, levers) / 12.0
                if arena == Arena.PREGNANCY_CARE:
                    sights.before[2 * band + problem] += seen
                elif arena == Arena.HEALTH_VISITING:
                    sights.visitor[2 * band + problem] += seen
                elif is_front(arena):
                    sights.daily[2 * band + problem] += seen
                else:
                    sights.alike[2 * band + problem] += seen


@allocating
def notice(world, p, staircase, levers, month, year):  # type: ignore[no-untyped-def]
    """Let every arena see every child for a month; raise concerns, notifications and early help."""
    cells = BANDS * 2
    sights = Sights(np.zeros(cells), np.zeros(cells), np.zeros(cells), np.zeros(cells), np.zeros(BANDS))
    see(world, sights, p, staircase, levers, month, year)


@kernel
def see(world, sights, p, staircase, levers, month, year):  # type: ignore[no-untyped-def]
    """Go through the children for `notice`, which makes room for what is added up first."""
    children = world.children
    counts = world.counts[year]
    sums = world.sums[year]
    arm = int(world.meters[Meter.ARM])
    add_up(sights, p, levers)
    alike, before, visitor, daily, alarm = sights
    first = world.row_of_month[month - 215 - world.first_month[0]]
    last = world.row_of_month[month + PREGNANCY_MONTHS + 1 - world.first_month[0]]
    for i in range(first, last):
        child = children[i]
        if child.life != Life.CHILD:
            continue
        if arm != 0 and arm != arm_of(world, child.family):
            continue
        age = month - child.birth_month
        band = age_band(age)
        over = float(child.need) - p.notice_floor
        true = 0.0
        if over > 0.0:
            family = world.families[child.family]
            problem = family.problem
            cell = 2 * band + problem
            at = world.institutions[institution_of(family, age)].sight
            knowing = 1.0 + p.known_sight * (child.known - p.known_usual[band])
            true = alike[cell] + knowing * (visitor[cell] + daily[cell] * at)
            true += before[cell] * p.pregnancy_sight[child.pregnancy_level - 1]
            true *= over * over
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
        over = max(0.0, over)
        family = world.families[child.family]
        problem = family.problem
        at = float(world.institutions[institution_of(family, age)].sight)
        known = int(child.known)
        target = u1 * (true + alarm[band])
        arena = 0
        for a in range(ARENAS):
            target -= false_alarms(a, band, p, levers) / 12.0
            seen = sight(a, band, problem, p, levers) / 12.0
            target -= seen * here(a, band, known, at, int(child.pregnancy_level), p) * over * over
            arena = a
            if target <= 0.0:
                break
        if over > 0.0 and (is_front(arena) or arena == Arena.PREGNANCY_CARE):
            child.known = 1
        unfounded = 1 if float(child.need) < p.false_alarm_below else 0
        dares = courage(arena, band, known, unfounded, p, levers)
        by = front_worker_of(world, i, arena)
        if by >= 0:
            world.front[by].concerns += 1
            dares *= float(world.front[by].courage)
        if u2 >= dares:
            offer_early_help(world, levers, staircase, i, month, year)
            continue
        if by >= 0:
            world.front[by].notifications += 1
        notify(world, p, i, arena, u3, month, year, counts, sums)


@inlined
def notify(world, p, i, arena, u_acute, month, year, counts, sums):  # type: ignore[no-untyped-def]
    """Notify (underret) the authority of a child: it is counted, and a review is asked for."""
    child = world.children[i]
    age = month - child.birth_month
    counts[Count.NOTIFICATIONS] += 1
    tally(world, i, Measure.NOTIFICATIONS, 1, month, year)
    counts[Count.ARENA + arena] += 1
    need = float(child.need)
    if need < p.false_alarm_below:
        counts[Count.FALSE_ALARMS] += 1
        tally(world, i, Measure.FALSE_ALARMS, 1, month, year)
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
