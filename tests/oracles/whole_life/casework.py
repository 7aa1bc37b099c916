"""What a caseworker does about a child: readings and belief, review, assessment, follow-up, visit."""

from math import exp, floor

from .luck import Luck, Q, f4
from .names import (
    A_FOLLOW_UP,
    A_REVIEW,
    A_VISIT,
    AN_ASSESSMENT,
    ASSESSMENT,
    CHILD,
    DAYS_A_MONTH,
    DECIDED,
    FOSTER,
    INSTITUTION,
    KIN,
    NEVER,
    NO_CASE,
    NONE,
    NOT_MET,
    OPEN,
    OWN_ROOM,
    PREVENTIVE,
    REVIEW,
    is_placed,
)
from .others import Finished, Month, Reader, age_of
from .people import Child, Family, Parameters
from .seeing import Asked, offer_early_help
from .staircase import want
from .steps import enter
from .thresholds import called_for, threshold_of


def hand_in(number: int, child: Child, p: Parameters, luck: Luck, now: Month) -> list[Asked]:
    """Hand in the follow-up and the visit that are due (`serve`)."""
    asked, month = [], now.number
    if child.step == NONE and child.case == NO_CASE:
        return asked  # nobody goes through those who are not involved (`list_involved`)
    if child.case == OPEN:
        child.concern = float(NEVER)  # help has begun
    if child.case == OPEN and child.follow_up_due <= month and not child.follow_up_pending:
        _, u1, u2, _ = luck.of(child.who, month, "TASK")
        if u2 >= p.postponed:
            child.follow_up_pending = 1
            asked.append(Asked(number, A_FOLLOW_UP, DAYS_A_MONTH * (month + u1)))
    if child.case == OPEN and is_placed(child.step):
        if child.visit_due == NEVER:
            child.visit_due = month + int(p.visit_interval)
        elif child.visit_due <= month and not child.visit_pending:
            child.visit_pending = 1
            day = luck.of(child.who, month, "VISIT")[0]
            asked.append(Asked(number, A_VISIT, DAYS_A_MONTH * (month + day)))
    else:
        child.visit_due = NEVER
    return asked


def contact_of(reader: Reader, p: Parameters) -> float:
    """Return c, the reader's contact against what is usual, within 0.25 and 4."""
    return min(max(reader.contact / p.contact_reference, 0.25), 4.0)


def read_need(
    child: Child, family: Family, base: float, z: float, reader: Reader, p: Parameters, luck: Luck, now: Month
) -> None:
    """Let a caseworker read a child's need and update the belief on file."""
    month, levers, own = now.number, now.levers, reader.post == child.caseworker
    novice = exp(-(month - reader.hired) / p.learning_months) - p.usual_novice
    error = base * contact_of(reader, p) ** -p.attention_sharpens * (1.0 + p.novice_error * novice)
    sharpens = p.supervision_sharpens
    error *= exp(-sharpens * (levers.supervision - p.supervision_reference))
    error *= f4(exp(-sharpens * levers.supervision * (reader.worth - 1.0)))
    lasting = p.persistent_error * (1.0 - p.manuals_align * levers.manuals)
    first = child.believed == NEVER
    belief, doubt = child.belief, child.doubt
    if first:
        belief, doubt = f4(p.prior_mean), p.prior_variance
    else:
        doubt = min(doubt + p.drift_variance * (month - child.believed), p.prior_variance)
    if own:
        if child.acquainted == NEVER:
            child.acquainted = month
        elif child.acquainted == NOT_MET or child.acquainted < reader.hired <= month:
            lost = 1.0 - p.case_coordinator_keeps * levers.case_coordinator
            doubt = min(doubt + p.handover_loss * lost, p.prior_variance)
            family.trust = f4(max(0.0, family.trust - p.trust_handover * lost))
            child.acquainted = month
        lean = Q(luck.of(child.who, child.acquainted, "PERSISTENT")[0])
    else:
        lean = Q(luck.of(child.who, month, "STRANGER")[0])
    reading = child.need + lasting * lean + error * z
    gain = p.fixed_gain if p.fixed_gain_rule else doubt / (doubt + error**2 + lasting**2)
    child.belief = f4(belief + gain * (reading - belief))
    child.doubt = f4(doubt * (1.0 - gain))
    if own:
        months = 1 if first else max(1, min(12, month - child.believed))
        won = p.trust_gain * (1.0 + p.roles_apart_trust * levers.roles_apart) * months
        family.trust = f4(min(1.0, family.trust + won * min(4.0, reader.contact / p.contact_reference)))
    child.believed = month


def measure(child: Child, p: Parameters, luck: Luck, now: Month) -> None:
    """Let an instrument read the child too, where its draw says so."""
    if luck.of(child.who, now.number, "MEASURE")[0] >= now.levers.measuring:
        return
    age = age_of(child, now)
    for instrument in map(int, p.measured_by):
        if p.instrument_from[instrument] <= age < p.instrument_to[instrument]:
            a, error = p.instrument_school[instrument], p.instrument_error[instrument]
            luck_of_it = Q(luck.of(child.who, now.number, "INSTRUMENT", instrument)[0])
            seen = child.need + (p.instrument_passing[instrument] - 1.0) * child.deviation
            reading = (1.0 - a) * seen - a * child.school + error * luck_of_it
            gain = p.fixed_gain if p.fixed_gain_rule else child.doubt / (child.doubt + error**2)
            child.belief = f4(child.belief + gain * (reading - child.belief))
            child.doubt = f4(child.doubt * (1.0 - gain))
            return


def act_on(
    task: Finished, child: Child, family: Family, p: Parameters, luck: Luck, now: Month
) -> list[Asked]:
    """Act on a finished task; return the assessment that is asked for, if one is."""
    number = task.child
    if task.kind == A_REVIEW:
        return _review(number, task, child, family, p, luck, now)
    if task.kind == AN_ASSESSMENT:
        _assess(task, child, family, p, luck, now)
    elif task.kind == A_VISIT:
        _visit(task, child, family, p, luck, now)
    elif task.kind == A_FOLLOW_UP:
        _follow_up(number, task, child, family, p, luck, now)
    return []


def _review(
    number: int, task: Finished, child: Child, family: Family, p: Parameters, luck: Luck, now: Month
) -> list[Asked]:
    month = now.number
    child.reviews_pending -= 1
    if child.life != CHILD or child.case not in (REVIEW, OPEN):
        return []
    z = Q(luck.of(child.who, month, "REVIEW")[0])
    read_need(child, family, p.review_error, z, task.reader, p, luck, now)
    if child.case == OPEN:
        child.follow_up_due = min(child.follow_up_due, month + 1)
        return []
    acute, child.acute = child.acute, 0
    asked = []
    if acute and child.belief >= p.preventive_threshold:
        child.case, child.wanted_from = DECIDED, month
    elif child.belief >= p.assessment_threshold:
        child.case = ASSESSMENT
        asked.append(Asked(number, AN_ASSESSMENT, task.finish))
    else:
        child.case = NO_CASE
        if child.belief >= p.early_threshold:
            offer_early_help(number, child, family, p, luck, now, "finish")
        return []
    child.concern = f4(task.arrival)
    post = now.others.given(number)
    if post != child.caseworker:
        child.caseworker, child.acquainted = post, month
    return asked


def _assess(task: Finished, child: Child, family: Family, p: Parameters, luck: Luck, now: Month) -> None:
    if child.life != CHILD or child.case != ASSESSMENT:
        return
    u0, u1, _, _ = luck.of(child.who, now.number, "ASSESSMENT")
    contact = contact_of(task.reader, p)
    elucidation = p.elucidation_days * contact**-p.elucidation_contact * exp(p.elucidation_spread * Q(u1))
    ended = max(task.finish, task.arrival + elucidation)
    talks = luck.of(child.who, now.number, "CHILD_TALK")[0] < p.child_talk * contact**p.child_talk_contact
    sharper = -p.child_talk_sharpens * (1.0 - p.child_talk) if talks else p.child_talk_sharpens * p.child_talk
    base = p.assessment_error * (1.0 + sharper)
    read_need(child, family, base, Q(u0), task.reader, p, luck, now)
    measure(child, p, luck, now)
    child.case = DECIDED
    decided = floor((ended + now.levers.decision_delay) / DAYS_A_MONTH)
    child.wanted_from = max(now.number, decided)


def _visit(task: Finished, child: Child, family: Family, p: Parameters, luck: Luck, now: Month) -> None:
    child.visit_pending = 0
    if child.life != CHILD or child.case != OPEN or not is_placed(child.step):
        return
    child.visit_due = max(now.number + 1, child.visit_due + int(p.visit_interval))
    z = Q(luck.of(child.who, now.number, "VISIT")[1])
    read_need(child, family, p.visit_error, z, task.reader, p, luck, now)


def _follow_up(
    number: int, task: Finished, child: Child, family: Family, p: Parameters, luck: Luck, now: Month
) -> None:
    child.follow_up_pending = 0
    if child.life != CHILD or child.case != OPEN or child.wanted != NONE:
        return
    month, age = now.number, age_of(child, now)
    u0, u1, _, _ = luck.of(child.who, month, "FOLLOW_UP")
    read_need(child, family, p.follow_up_error, Q(u0), task.reader, p, luck, now)
    measure(child, p, luck, now)
    child.follow_up_due = month + max(1, floor(now.levers.follow_up_interval + 0.5))
    called = called_for(child.belief, age, p, now)
    here = FOSTER if child.step in (KIN, OWN_ROOM) else child.step
    if called > here and child.step != OWN_ROOM:
        if child.belief >= threshold_of(called, p, age, now) + p.step_up_margin:
            want(child, family, called, p, luck, now)
    elif called < here:
        placed = is_placed(child.step)
        slack = p.step_down_hysteresis if placed else p.close_hysteresis
        if child.belief >= threshold_of(child.step, p, age, now) - slack:
            return
        if p.per_follow_up:
            chance = p.per_follow_up_chance if placed else p.per_follow_up_chance_home
            may = u1 < chance
        else:
            may = month >= child.ready
        if not may:
            return
        if placed and called < KIN:
            enter(number, child, family, max(called, PREVENTIVE), p, luck, now)
        elif child.step == INSTITUTION:
            want(child, family, called, p, luck, now)
        else:
            enter(number, child, family, called, p, luck, now)
