"""Casework: caseworkers' posts and time, and what follows when a task is done.

The queue itself (`queue.py`) knows nothing of children; here its tasks get their hours and its
finished tasks their meaning.
"""

import numpy as np

from trappen.agents.casework_task import Priority, TaskKind
from trappen.agents.ledger import Count, Sum
from trappen.agents.levers import Lever
from trappen.agents.states import NEVER, Belief, CaseState, Life, Step
from trappen.model.kernels import draws, inlined, kernel
from trappen.model.kernels.draws import draw, normal_quantile
from trappen.model.kernels.staircase import step_for, threshold_of, want
from trappen.model.kernels.steps import enter_step, is_placement, may_step_down, offer_early_help
from trappen.model.kernels.tasks import DAYS_A_MONTH, hand_in, hand_in_follow_up
from trappen.model.kernels.world import Meter

DAYS_A_YEAR = 12 * DAYS_A_MONTH
RESTAFFED_EVERY = 3


@kernel
def staff(world, p, felt, paid, month, year):  # type: ignore[no-untyped-def]
    """Count open cases, fit the posts to the caseload aimed at, and let caseworkers come and go.

    Posts follow open cases every three months. What the municipality pays can differ from what the
    children feel only where the link from attention is cut. Pay runs on while a post stands vacant:
    it goes to recruitment and cover.
    """
    children = world.children
    meters = world.meters
    counts = world.counts[year]
    involved = int(world.meters[Meter.INVOLVED])
    open_cases = 0
    trust = 0.0
    for k in range(involved):
        i = world.involved[k]
        child = children[i]
        if child.case >= CaseState.ASSESSMENT:
            open_cases += 1
            trust += float(world.families[child.family].trust)
    meters[Meter.OPEN_CASES] = open_cases
    counts[Count.OPEN_CASES] += open_cases
    world.sums[year][Sum.TRUST_IN_CASES] += trust
    if month % RESTAFFED_EVERY == 0 or meters[Meter.POSTS_FELT] == 0.0:
        meters[Meter.POSTS_FELT] = max(0.5, open_cases / felt[Lever.CASELOAD])
        meters[Meter.POSTS_PAID] = max(0.5, open_cases / paid[Lever.CASELOAD])
    posts = int(np.ceil(meters[Meter.POSTS_FELT]))
    caseload = open_cases / meters[Meter.POSTS_FELT]
    leaving = p.turnover / 12.0 * np.exp(p.turnover_caseload * (caseload - p.turnover_reference))
    vacant = 0
    workers = world.caseworkers
    for post in range(posts):
        if workers[post].vacant_until > month:
            vacant += 1
            continue
        u0, _, _, _ = draw(world.key, post, month, draws.CASEWORKER)
        if u0 < leaving:
            workers[post].vacant_until = month + int(p.vacancy_months)
            workers[post].hired = month + int(p.vacancy_months)
            vacant += 1
    servers = max(1, posts - vacant)
    meters[Meter.SERVERS] = servers
    # A post is a part of a full-time one where the number of posts is rounded up.
    meters[Meter.HOURS_A_DAY] = p.productive_hours / DAYS_A_YEAR * meters[Meter.POSTS_FELT] / posts
    counts[Count.POSTS] += posts
    counts[Count.VACANT] += vacant
    world.sums[year][Sum.POSTS_PAID] += meters[Meter.POSTS_PAID]


@kernel
def hand_over(world, p, queue_tasks, month):  # type: ignore[no-untyped-def]
    """Plan the follow-ups that are due, and write this month's tasks with their days of work.

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
        if child.case == CaseState.OPEN and child.follow_up_due <= month and child.follow_up_pending == 0:
            hand_in_follow_up(world, p, i, month)
    for k in range(world.pending[0]):
        task = world.tasks[k]
        hours = p.follow_up_hours
        if task.kind == TaskKind.REVIEW:
            hours = p.review_hours
        elif task.kind == TaskKind.ASSESSMENT:
            hours = p.assessment_hours
        queue_tasks.kind[k] = task.kind
        queue_tasks.priority[k] = task.priority
        queue_tasks.arrival[k] = task.arrival
        queue_tasks.who[k] = task.who
        queue_tasks.row[k] = task.row
        queue_tasks.work[k] = hours / world.meters[Meter.HOURS_A_DAY]
    n = world.pending[0]
    world.pending[0] = 0
    return n


@inlined
def error_now(error, world, p):  # type: ignore[no-untyped-def]
    """Return the error (SD) of a reading, given how much contact caseworkers have time for."""
    contact = max(0.25, min(4.0, world.meters[Meter.CONTACT] / p.contact_reference))
    return error * contact ** (-p.attention_sharpens)


@kernel
def read_need(world, p, fixed_gain, i, error, z, month):  # type: ignore[no-untyped-def]
    """Let the caseworker read a child's need and update the belief.

    The reading is off by the caseworker's lasting misjudgement of this child, which stays until the
    caseworker changes, and by the error of the day. Bayes: the gain is the share of doubt in doubt
    and error together, and doubt grows again with time. A change of caseworker costs knowledge and
    trust, once, when the new one first meets the family.
    """
    child = world.children[i]
    family = child.family
    doubt = float(child.doubt)
    if child.believed == NEVER:
        child.belief = p.prior_mean
        doubt = p.prior_variance
    else:
        doubt = min(doubt + p.drift_variance * (month - child.believed), p.prior_variance)
    posts = max(1, int(np.ceil(world.meters[Meter.POSTS_FELT])))
    changed = child.caseworker >= posts
    if child.caseworker < 0 or changed:
        child.caseworker = child.who % posts
        child.acquainted = month
    hired = world.caseworkers[child.caseworker].hired
    if changed or (hired > child.acquainted and hired <= month):
        child.acquainted = month
        doubt = min(doubt + p.handover_loss, p.prior_variance)
        world.families[family].trust = max(0.0, float(world.families[family].trust) - p.trust_handover)
    u0, _, _, _ = draw(world.key, child.who, child.acquainted, draws.PERSISTENT)
    lasting = p.persistent_error * normal_quantile(u0)
    reading = float(child.need) + lasting + error * z
    if fixed_gain:
        gain = p.fixed_gain
    else:
        gain = doubt / (doubt + error * error + p.persistent_error * p.persistent_error)
    child.belief += gain * (reading - float(child.belief))
    child.doubt = doubt * (1.0 - gain)
    known = 1 if child.believed == NEVER else max(1, min(12, month - child.believed))
    gained = p.trust_gain * known * min(4.0, world.meters[Meter.CONTACT] / p.contact_reference)
    world.families[family].trust = min(1.0, float(world.families[family].trust) + gained)
    child.believed = month


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
    fixed_gain = structure[0] == Belief.FIXED_GAIN
    for k in range(n):
        i = done.row[k]
        child = children[i]
        kind = done.kind[k]
        if kind == TaskKind.REVIEW:
            child.reviews_pending -= 1
            counts[Count.REVIEWS] += 1
            if done.finish[k] - done.arrival[k] <= p.review_deadline:
                counts[Count.REVIEWS_KEPT] += 1
        if kind == TaskKind.FOLLOW_UP:
            child.follow_up_pending = 0
        if child.life != Life.CHILD:
            continue
        if kind == TaskKind.REVIEW:
            review(world, p, staircase, levers, fixed_gain, i, done.finish[k], month, year)
        elif kind == TaskKind.ASSESSMENT:
            assess(world, p, levers, fixed_gain, i, done.arrival[k], done.finish[k], month, year)
        elif child.case == CaseState.OPEN and child.wanted == Step.NONE:
            follow_up(world, p, staircase, levers, structure, i, month, year)


@inlined
def review(world, p, staircase, levers, fixed_gain, i, day, month, year):  # type: ignore[no-untyped-def]
    """Review a notification (vurdering af underretning): act at once, assess, offer early help or close."""
    child = world.children[i]
    counts = world.counts[year]
    if child.case == CaseState.OPEN:
        child.follow_up_due = min(child.follow_up_due, month + 1)
        return
    if child.case != CaseState.REVIEW:
        return
    u0, _, _, _ = draw(world.key, child.who, month, draws.REVIEW)
    read_need(world, p, fixed_gain, i, error_now(p.review_error, world, p), normal_quantile(u0), month)
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
    child.acute = 0


@inlined
def assess(world, p, levers, fixed_gain, i, begun, worked, month, year):  # type: ignore[no-untyped-def]
    """Finish an assessment (boernefaglig undersoegelse) when both work and elucidation are done.

    The decision follows after the delay that the power to grant, near or far, costs.
    """
    child = world.children[i]
    counts = world.counts[year]
    if child.case != CaseState.ASSESSMENT:
        return
    u0, u1, _, _ = draw(world.key, child.who, month, draws.ASSESSMENT)
    ended = max(worked, begun + p.elucidation_days * np.exp(p.elucidation_spread * normal_quantile(u1)))
    counts[Count.ASSESSMENTS] += 1
    if ended - begun <= p.assessment_deadline:
        counts[Count.ASSESSMENTS_KEPT] += 1
    read_need(world, p, fixed_gain, i, error_now(p.assessment_error, world, p), normal_quantile(u0), month)
    decided = ended + levers[Lever.DECISION_DELAY]
    world.sums[year][Sum.DECISION_DAYS] += decided - begun
    child.case = CaseState.DECIDED
    child.wanted_from = max(month, int(np.floor(decided / DAYS_A_MONTH)))


@inlined
def follow_up(world, p, staircase, levers, structure, i, month, year):  # type: ignore[no-untyped-def]
    """Follow up (opfoelgning): read again, and move the child up, down or out of the case."""
    child = world.children[i]
    counts = world.counts[year]
    counts[Count.FOLLOW_UPS] += 1
    step = int(child.step)
    if child.follow_up_due - child.step_since == p.first_follow_up:
        counts[Count.FIRST_FOLLOW_UPS] += 1
        if month <= child.follow_up_due:
            counts[Count.FIRST_FOLLOW_UPS_KEPT] += 1
    u0, u1, _, _ = draw(world.key, child.who, month, draws.FOLLOW_UP)
    fixed_gain = structure[0] == Belief.FIXED_GAIN
    read_need(world, p, fixed_gain, i, error_now(p.follow_up_error, world, p), normal_quantile(u0), month)
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
