"""Casework: how tasks get their caseworker and their days, and what follows when one is done.

The queue itself (`queue.py`) knows nothing of children; posts and people stand in `posts.py`, belief in
`belief.py`.
"""

import numpy as np

from trappen.agents.casework_task import ANYONE, Priority, TaskKind
from trappen.agents.ledger import Count, Measure, Sum
from trappen.agents.levers import Lever
from trappen.agents.states import NEVER, Belief, CaseState, Life, Step
from trappen.model.kernels import draws, inlined, kernel
from trappen.model.kernels.belief import contact_of, error_of, measure, read_need
from trappen.model.kernels.desks import VACANT
from trappen.model.kernels.draws import draw, normal_quantile
from trappen.model.kernels.groups import tally
from trappen.model.kernels.posts import assign, novice
from trappen.model.kernels.staircase import step_for, threshold_of, want
from trappen.model.kernels.steps import enter_step, is_placement, may_step_down, offer_early_help
from trappen.model.kernels.tasks import DAYS_A_MONTH, hand_in, hand_in_follow_up, hand_in_visit
from trappen.model.kernels.world import Meter


@inlined
def hours_of(kind, p, levers):  # type: ignore[no-untyped-def]
    """Return the hours of an experienced caseworker that a task takes."""
    if kind == TaskKind.REVIEW:
        return p.review_hours
    if kind == TaskKind.ASSESSMENT:
        hours = p.assessment_hours * (1.0 + p.roles_apart_work * levers[Lever.ROLES_APART])
        return hours + p.measuring_hours * levers[Lever.MEASURING]
    if kind == TaskKind.FOLLOW_UP:
        return p.follow_up_hours + p.measuring_hours * levers[Lever.MEASURING]
    return p.visit_hours


@inlined
def owner_of(world, i, kind):  # type: ignore[no-untyped-def]
    """Return the post a task goes to: the child's caseworker, the one who knows the family, or anyone.

    A review of an open case goes to somebody else than the child's caseworker (second opinion), as far as
    there is anybody else.
    """
    child = world.children[i]
    posts = int(world.meters[Meter.POSTS])
    post = int(child.caseworker)
    if child.case < CaseState.ASSESSMENT:
        post = int(world.families[child.family].caseworker)
    elif kind == TaskKind.REVIEW and child.case == CaseState.OPEN and post < posts:
        post = (post + 1) % posts
    if post < 0 or post >= posts or world.caseworkers[post].away == VACANT:
        return ANYONE
    return post


@kernel
def plan_visits(world, p, i, month):  # type: ignore[no-untyped-def]
    """Plan the supervisory visits to a placed child, from its placement on; due ones are handed in."""
    child = world.children[i]
    if child.case != CaseState.OPEN or not is_placement(child.step):
        child.visit_due = NEVER
    elif child.visit_due == NEVER:
        child.visit_due = month + int(p.visit_interval)
    elif child.visit_due <= month and child.visit_pending == 0:
        hand_in_visit(world, i, month)


@kernel
def hand_over(world, p, levers, queue_tasks, month, year):  # type: ignore[no-untyped-def]
    """Plan the follow-ups and visits that are due, and write this month's tasks with owner and days of work.

    Returns
    -------
    :
        How many tasks there are in `queue_tasks`.
    """
    children = world.children
    involved = int(world.meters[Meter.INVOLVED])
    for k in range(involved):
        i = world.involved[k]
        child = children[i]
        if child.case == CaseState.OPEN:
            if child.follow_up_due <= month and child.follow_up_pending == 0:
                hand_in_follow_up(world, p, i, month)
            if child.concern != NEVER:
                # Help began at the end of the month it began in.
                days = (float(child.step_since) + 1.0) * DAYS_A_MONTH - float(child.concern)
                world.counts[year][Count.HELPED_AFTER_CONCERN] += 1
                world.sums[year][Sum.CONCERN_DAYS] += max(0.0, days)
                child.concern = NEVER
        plan_visits(world, p, i, month)
    for k in range(world.pending[0]):
        task = world.tasks[k]
        owner = owner_of(world, task.row, task.kind)
        days = hours_of(task.kind, p, levers) / world.meters[Meter.HOURS_A_DAY]
        if owner != ANYONE:
            worker = world.caseworkers[owner]
            days *= max(0.1, 1.0 + p.novice_slower * novice(worker, p, month)) / (
                1.0 + float(worker.overtime)
            )
        queue_tasks.kind[k] = task.kind
        queue_tasks.priority[k] = task.priority
        queue_tasks.arrival[k] = task.arrival
        queue_tasks.who[k] = task.who
        queue_tasks.row[k] = task.row
        queue_tasks.work[k] = days
        queue_tasks.owner[k] = owner
        queue_tasks.rank[k] = task.arrival
    n = world.pending[0]
    world.pending[0] = 0
    return n


@kernel
def finish(world, p, staircase, levers, structure, done, n, month, year):  # type: ignore[no-untyped-def]
    """Act on the tasks that were finished this month, in the order they were finished.

    Parameters
    ----------
    structure
        Structural switches: belief, step_down, foster_hard_cases.
    done, n
        The tasks finished this month, and how many they are.
    """
    children = world.children
    counts = world.counts[year]
    sums = world.sums[year]
    fixed_gain = structure[0] == Belief.FIXED_GAIN
    for k in range(n):
        i = done.row[k]
        by = done.worker[k]
        child = children[i]
        kind = done.kind[k]
        hours = hours_of(kind, p, levers)
        if kind == TaskKind.REVIEW:
            child.reviews_pending -= 1
            counts[Count.REVIEWS] += 1
            tally(world, i, Measure.REVIEWS, 1, month, year)
            sums[Sum.HOURS_REVIEWS] += hours
            u0, _, _, _ = draw(world.key, child.who, month, draws.MISLAID)
            if done.finish[k] - done.arrival[k] <= p.review_deadline and u0 >= p.review_mislaid:
                counts[Count.REVIEWS_KEPT] += 1
                tally(world, i, Measure.REVIEWS_KEPT, 1, month, year)
        elif kind == TaskKind.ASSESSMENT:
            sums[Sum.HOURS_ASSESSMENTS] += hours
        elif kind == TaskKind.FOLLOW_UP:
            child.follow_up_pending = 0
            sums[Sum.HOURS_FOLLOW_UPS] += hours
        else:
            child.visit_pending = 0
            sums[Sum.HOURS_VISITS] += hours
        if child.life != Life.CHILD:
            continue
        if kind == TaskKind.REVIEW:
            review(
                world, p, staircase, levers, fixed_gain, i, by, done.arrival[k], done.finish[k], month, year
            )
        elif kind == TaskKind.ASSESSMENT:
            assess(world, p, levers, fixed_gain, i, by, done.arrival[k], done.finish[k], month, year)
        elif kind == TaskKind.VISIT:
            visit(world, p, fixed_gain, i, by, month, year)
        elif child.case == CaseState.OPEN and child.wanted == Step.NONE:
            follow_up(world, p, staircase, levers, structure, i, by, month, year)


@inlined
def review(world, p, staircase, levers, fixed_gain, i, by, arose, day, month, year):  # type: ignore[no-untyped-def]
    """Review a notification (vurdering af underretning): act at once, assess, offer early help or close.

    In an open case it is a second opinion, and the next follow-up comes nearer.
    """
    child = world.children[i]
    counts = world.counts[year]
    if child.case != CaseState.OPEN and child.case != CaseState.REVIEW:
        return
    u0, _, _, _ = draw(world.key, child.who, month, draws.REVIEW)
    if child.case == CaseState.OPEN:
        counts[Count.RENOTIFIED_OPEN] += 1
        counts[Count.SECOND_OPINIONS] += by != child.caseworker
        error = error_of(world, p, by, p.review_error, month)
        read_need(world, p, fixed_gain, i, by, error, normal_quantile(u0), month)
        child.follow_up_due = min(child.follow_up_due, month + 1)
        return
    if child.caseworker >= 0:
        counts[Count.RENOTIFIED] += 1
        counts[Count.RENOTIFIED_KNOWN] += by == child.caseworker
    error = error_of(world, p, by, p.review_error, month)
    read_need(world, p, fixed_gain, i, by, error, normal_quantile(u0), month)
    belief = float(child.belief)
    if child.acute == 1 and belief >= staircase.preventive_threshold:
        child.case = CaseState.DECIDED
        child.wanted_from = month
    elif belief >= p.assessment_threshold:
        child.case = CaseState.ASSESSMENT
        counts[Count.ASSESSMENTS_BEGUN] += 1
        hand_in(world, i, TaskKind.ASSESSMENT, Priority.ASSESSMENT, day)
    else:
        child.case = CaseState.NONE
        if belief >= p.early_threshold:
            offer_early_help(world, levers, staircase, i, month, year)
    if child.case >= CaseState.ASSESSMENT:
        child.concern = arose
        known = child.caseworker
        assign(world, p, i, month)
        if child.caseworker != known:
            child.acquainted = month
    child.acute = 0


@inlined
def assess(world, p, levers, fixed_gain, i, by, begun, worked, month, year):  # type: ignore[no-untyped-def]
    """Finish an assessment (boernefaglig undersoegelse) when both work and elucidation are done.

    Other professionals who know the child or can judge elucidate it with the caseworker, which takes
    calendar time; where there is time, the child is talked with, which sharpens. The decision follows after
    the delay that the power to grant, near or far, costs.
    """
    child = world.children[i]
    counts = world.counts[year]
    if child.case != CaseState.ASSESSMENT:
        return
    u0, u1, _, _ = draw(world.key, child.who, month, draws.ASSESSMENT)
    contact = contact_of(world, p, by)
    days = p.elucidation_days * contact ** (-p.elucidation_contact)
    ended = max(worked, begun + days * np.exp(p.elucidation_spread * normal_quantile(u1)))
    counts[Count.ASSESSMENTS] += 1
    tally(world, i, Measure.ASSESSMENTS, 1, month, year)
    world.sums[year][Sum.HOURS_OTHERS] += p.elucidation_hours
    if ended - begun <= p.assessment_deadline:
        counts[Count.ASSESSMENTS_KEPT] += 1
        tally(world, i, Measure.ASSESSMENTS_KEPT, 1, month, year)
    else:
        u_complaint, _, _, _ = draw(world.key, child.who, month, draws.COMPLAINT)
        if u_complaint < p.complaint_late:
            counts[Count.COMPLAINTS_LATE] += 1
            tally(world, i, Measure.COMPLAINTS, 1, month, year)
    error = error_of(world, p, by, p.assessment_error, month)
    u_talk, _, _, _ = draw(world.key, child.who, month, draws.CHILD_TALK)
    if u_talk < min(1.0, p.child_talk * contact**p.child_talk_contact):
        counts[Count.CHILD_TALKS] += 1
        error *= 1.0 - p.child_talk_sharpens * (1.0 - p.child_talk)
    else:
        error *= 1.0 + p.child_talk_sharpens * p.child_talk
    read_need(world, p, fixed_gain, i, by, error, normal_quantile(u0), month)
    measure(world, p, levers, fixed_gain, i, month, year)
    decided = ended + levers[Lever.DECISION_DELAY]
    world.sums[year][Sum.DECISION_DAYS] += decided - begun
    child.case = CaseState.DECIDED
    child.wanted_from = max(month, int(np.floor(decided / DAYS_A_MONTH)))


@inlined
def visit(world, p, fixed_gain, i, by, month, year):  # type: ignore[no-untyped-def]
    """Visit a placed child (personrettet tilsyn) and talk with it: the next follow-up knows of it."""
    child = world.children[i]
    if child.case != CaseState.OPEN or not is_placement(child.step) or child.visit_due == NEVER:
        return
    counts = world.counts[year]
    counts[Count.VISITS] += 1
    if month <= child.visit_due:
        counts[Count.VISITS_KEPT] += 1
    child.visit_due = max(month + 1, child.visit_due + int(p.visit_interval))
    _, u1, _, _ = draw(world.key, child.who, month, draws.VISIT)
    error = error_of(world, p, by, p.visit_error, month)
    read_need(world, p, fixed_gain, i, by, error, normal_quantile(u1), month)


@inlined
def follow_up(world, p, staircase, levers, structure, i, by, month, year):  # type: ignore[no-untyped-def]
    """Follow up (opfoelgning): read again, and move the child up, down or out of the case."""
    child = world.children[i]
    counts = world.counts[year]
    counts[Count.FOLLOW_UPS] += 1
    tally(world, i, Measure.FOLLOW_UPS, 1, month, year)
    step = int(child.step)
    if child.follow_up_due - child.step_since == p.first_follow_up:
        counts[Count.FIRST_FOLLOW_UPS] += 1
        tally(world, i, Measure.FIRST_FOLLOW_UPS, 1, month, year)
        if month <= child.follow_up_due:
            counts[Count.FIRST_FOLLOW_UPS_KEPT] += 1
            tally(world, i, Measure.FIRST_FOLLOW_UPS_KEPT, 1, month, year)
    u0, u1, _, _ = draw(world.key, child.who, month, draws.FOLLOW_UP)
    fixed_gain = structure[0] == Belief.FIXED_GAIN
    error = error_of(world, p, by, p.follow_up_error, month)
    read_need(world, p, fixed_gain, i, by, error, normal_quantile(u0), month)
    measure(world, p, levers, fixed_gain, i, month, year)
    child.follow_up_due = month + max(1, int(np.floor(levers[Lever.FOLLOW_UP_INTERVAL] + 0.5)))
    age = month - child.birth_month
    belief = float(child.belief)
    target = np.int64(step_for(belief, age, staircase, levers))
    if age < 0 and target > Step.HOME_BASED:
        target = Step.HOME_BASED.value
    if target == Step.FOSTER and is_placement(step) and step != Step.INSTITUTION:
        target = step  # kin, foster care and own room answer the same assessed need
    if target > step and step != Step.OWN_ROOM:
        if belief >= threshold_of(target, age, staircase, levers) + staircase.step_up_margin:
            want(world, staircase, levers, i, target, month, year)
    elif target < step:
        slack = staircase.step_down_hysteresis if is_placement(step) else staircase.close_hysteresis
        if belief < threshold_of(step, age, staircase, levers) - slack and may_step_down(
            world, staircase, i, structure[1], u1, month
        ):
            step_down(world, staircase, levers, i, step, target, month, year)


@inlined
def step_down(world, p, levers, i, step, target, month, year):  # type: ignore[no-untyped-def]
    """Move a child down: from an institution to a family, from a placement home with support, or out.

    Own room (7) stands above the institution (6) in number only: it answers the need of foster care.
    """
    child = world.children[i]
    if is_placement(step) and target < Step.KIN:
        # Going home (hjemgivelse) is always followed by support in the home.
        home = target if target > Step.PREVENTIVE else Step.PREVENTIVE.value
        enter_step(world, p, levers, i, home, month, year)
    elif target == Step.FOSTER:
        want(world, p, levers, i, target, month, year)
    elif target < Step.KIN:
        enter_step(world, p, levers, i, target, month, year)
    if target == Step.NONE and not is_placement(step):
        child.case = CaseState.NONE
