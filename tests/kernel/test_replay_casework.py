"""What follows from finished tasks, and the month's places and time, replayed in plain Python."""

import numpy as np
import pytest

from trappen.agents.casework_task import ANYONE, TaskKind
from trappen.agents.ledger import Count, Sum
from trappen.agents.levers import Lever
from trappen.agents.states import CaseState, Instrument, Life, Step
from trappen.model.instruments import read
from trappen.model.kernels import draws
from trappen.model.kernels.casework import finish, hand_over, hours_of, owner_of
from trappen.model.kernels.desks import VACANT, empty_done, empty_tasks
from trappen.model.kernels.draws import normal_quantile
from trappen.model.kernels.month import open_places
from trappen.model.kernels.posts import settle
from trappen.model.kernels.steps import list_involved
from trappen.model.kernels.world import Meter

YEAR, DAYS = 18, 21


@pytest.fixture
def town(lab):
    """A municipality at month 0 with nobody known to the authority."""
    quiet = lab.rules(notice__arena_level=np.zeros(10), notice__sight_total=1.0, notice__false_alarm_rate=0.0)
    town = lab.town(quiet, children=2000, years=1).run(0)
    town.world.meters[Meter.POSTS] = 10.0
    town.world.caseworkers["contact"] = quiet.casework["contact_reference"]
    return town


def children_of(town, n):
    age = -town.children["birth_month"].astype(int)
    return np.flatnonzero((town.children["life"] == Life.CHILD) & (age >= 24) & (age < 200))[:n]


def finished(rows, kind, arrival, finish_day):
    """Return a list of finished tasks as the queue writes it, all of them the first caseworker's."""
    done = empty_done(len(rows), 10)
    done.row[:], done.kind[:], done.arrival[:], done.finish[:] = rows, kind, arrival, finish_day
    return done


def run_finish(lab, town, done, n, month, levers=None, structure=(0, 0, 0)):
    p = town.rules
    finish(
        town.world, p.casework, p.staircase, levers if levers is not None else lab.lever_row(),
        np.array(structure, np.int64), done, n, month, YEAR,
    )  # fmt: skip


def test_a_review_ends_in_one_of_four_ways(lab, town):
    """At once on acute and sufficient need; assessment; early help; or nothing: by the belief it leaves."""
    rows = children_of(town, 1200)
    town.children["need"][rows] = np.linspace(-2, 6, len(rows))
    town.children["case"][rows] = CaseState.REVIEW
    town.children["acute"][rows[::3]] = 1
    town.world.meters[Meter.EARLY_PLACES] = 1e9
    day = np.linspace(0.1, 20.9, len(rows))
    done = finished(rows, TaskKind.REVIEW, day - np.where(np.arange(len(rows)) % 2, 0.5, 1.5), day)
    run_finish(lab, town, done, len(rows), 0)
    p, staircase, after = town.rules.casework, town.rules.staircase, town.children[rows]
    belief, acute = after["belief"].astype(float), np.arange(len(rows)) % 3 == 0
    at_once = acute & (belief >= staircase["preventive_threshold"])
    assessed = ~at_once & (belief >= p["assessment_threshold"])
    np.testing.assert_array_equal(after["case"] == CaseState.DECIDED, at_once)
    np.testing.assert_array_equal(after["case"] == CaseState.ASSESSMENT, assessed)
    assert np.all(after["wanted_from"][at_once] == 0)
    assert not after["acute"].any()
    u = lab.draws_of(town, rows, 0, draws.ACCEPT)
    trust = town.world.families["trust"][after["family"]].astype(float)
    # A family met by siblings' reviews too has won trust on the way: leave those near the edge out.
    chance = staircase["accept_base"] + staircase["accept_trust"] * trust
    offered = ~at_once & ~assessed & (belief >= p["early_threshold"]) & (u[:, 1] < staircase["early_offer"])
    sure = np.abs(u[:, 0] - chance) > 0.05
    np.testing.assert_array_equal((after["step"] == Step.EARLY)[sure], (offered & (u[:, 0] < chance))[sure])
    counts = town.world.counts[YEAR]
    assert counts[Count.REVIEWS] == len(rows)
    mislaid = lab.draws_of(town, rows, 0, draws.MISLAID)[:, 0] < p["review_mislaid"]
    assert counts[Count.REVIEWS_KEPT] == np.sum((np.arange(len(rows)) % 2 == 1) & ~mislaid)
    assert mislaid.sum() > 50
    assert counts[Count.ASSESSMENTS_BEGUN] == assessed.sum() == town.world.pending[0] > 50
    assert min(at_once.sum(), np.sum(after["step"] == Step.EARLY)) > 20
    tasks = town.world.tasks[: town.world.pending[0]]
    np.testing.assert_array_equal(tasks["row"], rows[assessed])
    np.testing.assert_array_equal(tasks["arrival"], day[assessed])


def test_an_assessment_takes_its_work_and_its_elucidation_and_the_decision_its_delay(lab, town):
    rows, month = children_of(town, 800), 4
    town.children["case"][rows] = CaseState.ASSESSMENT
    begun = month * DAYS - np.linspace(0, 150, len(rows))
    worked = np.full(len(rows), month * DAYS + 10.0)
    levers = lab.lever_row({"decision_delay": 33.0})
    run_finish(lab, town, finished(rows, TaskKind.ASSESSMENT, begun, worked), len(rows), month, levers)
    p, after = town.rules.casework, town.children[rows]
    z = np.array([normal_quantile(u) for u in lab.draws_of(town, rows, month, draws.ASSESSMENT)[:, 1]])
    ended = np.maximum(worked, begun + p["elucidation_days"] * np.exp(p["elucidation_spread"] * z))
    assert set(after["case"]) == {CaseState.DECIDED}
    np.testing.assert_array_equal(after["wanted_from"], np.floor((ended + 33.0) / DAYS).astype(int))
    counts, sums = town.world.counts[YEAR], town.world.sums[YEAR]
    assert counts[Count.ASSESSMENTS] == len(rows)
    assert counts[Count.ASSESSMENTS_KEPT] == np.sum(ended - begun <= p["assessment_deadline"])
    assert 0 < counts[Count.ASSESSMENTS_KEPT] < len(rows)
    late = ended - begun > p["assessment_deadline"]
    complains = lab.draws_of(town, rows, month, draws.COMPLAINT)[:, 0] < p["complaint_late"]
    assert counts[Count.COMPLAINTS_LATE] == np.sum(late & complains) > 0
    assert sums[Sum.DECISION_DAYS] == pytest.approx(np.sum(ended + 33.0 - begun), rel=1e-12)
    # Other professionals take part in each, and the child is talked with where its draw says so.
    assert sums[Sum.HOURS_OTHERS] == pytest.approx(p["elucidation_hours"] * len(rows))
    talks = lab.draws_of(town, rows, month, draws.CHILD_TALK)[:, 0] < p["child_talk"]
    assert counts[Count.CHILD_TALKS] == talks.sum()


@pytest.mark.parametrize("kind", [TaskKind.ASSESSMENT, TaskKind.FOLLOW_UP])
@pytest.mark.parametrize("use", [0.0, 0.6, 1.0])
def test_an_instrument_is_read_after_the_caseworker_where_its_draw_says(lab, town, kind, use):
    """The same month with and without measuring: the readings of `model.instruments` are what is added."""
    rows, month, p = children_of(town, 400), 6, town.rules.casework
    follow_up = kind == TaskKind.FOLLOW_UP
    town.children["case"][rows] = CaseState.OPEN if follow_up else CaseState.ASSESSMENT
    town.children["step"][rows] = Step.HOME_BASED if follow_up else Step.NONE
    town.children["step_since"][rows] = 0
    town.children["ready"][rows] = 500
    town.children["need"][rows] = town.children["belief"][rows] = 1.3
    town.children["deviation"][rows] = np.linspace(-1, 1, len(rows))
    plain, measured = town.copy(), town.copy()
    run_finish(lab, plain, finished(rows, kind, 100.0, 110.0), len(rows), month)
    levers = lab.lever_row({"measuring": use})
    run_finish(lab, measured, finished(rows, kind, 100.0, 110.0), len(rows), month, levers)
    before, after = plain.children[rows], measured.children[rows]
    u = lab.draws_of(town, rows, month, draws.MEASURE)[:, 0]
    age = month - before["birth_month"].astype(int)
    belief, doubt = before["belief"].astype(float), before["doubt"].astype(float)
    read_by = np.zeros(len(rows), int)
    for instrument in reversed([int(k) for k in p["measured_by"]]):
        found = read(Instrument(instrument), before, month, town.world.key, town.rules.life)
        error = town.rules.life["instrument_error"][instrument]
        here = (u < use) & ~np.isnan(found)
        gain = before["doubt"] / (before["doubt"] + error**2)
        belief = np.where(here, before["belief"] + gain * (found - before["belief"]), belief)
        doubt = np.where(here, before["doubt"] * (1 - gain), doubt)
        read_by[here] += 1
    np.testing.assert_allclose(after["belief"], belief, atol=1e-5)
    np.testing.assert_allclose(after["doubt"], doubt, atol=1e-6)
    assert measured.world.counts[YEAR, Count.MEASURED] == np.sum(read_by > 0)
    assert use == 0 or np.sum(read_by > 0) > 100
    assert np.all(age[read_by == 2] >= 24)
    if use == 0:
        assert lab.bits(plain.children) == lab.bits(measured.children)


def test_measuring_takes_its_time(lab, town):
    p = town.rules.casework
    for kind, base in ((TaskKind.ASSESSMENT, "assessment_hours"), (TaskKind.FOLLOW_UP, "follow_up_hours")):
        for use in (0.0, 0.5, 1.0):
            hours = hours_of(int(kind), p, lab.lever_row({"measuring": use}))
            assert hours == pytest.approx(p[base] + use * p["measuring_hours"], abs=1e-12)


def test_tasks_of_those_who_died_or_came_of_age_have_no_effect(lab, town):
    rows = children_of(town, 90)
    town.children["case"][rows] = CaseState.REVIEW
    town.children["follow_up_pending"][rows] = 1
    town.children["life"][rows] = np.resize([Life.DEAD, Life.YOUTH], len(rows))
    for kind in (TaskKind.REVIEW, TaskKind.ASSESSMENT):
        town.children["reviews_pending"][rows] = kind == TaskKind.REVIEW
        before = town.children.copy()
        before["reviews_pending"][rows] = 0
        run_finish(lab, town, finished(rows, kind, 0.0, 1.0), len(rows), 0)
        assert lab.bits(before) == lab.bits(town.children)
    run_finish(lab, town, finished(rows, TaskKind.FOLLOW_UP, 0.0, 1.0), len(rows), 0)
    assert not town.children["follow_up_pending"][rows].any()
    assert town.world.counts[YEAR, Count.FOLLOW_UPS] == 0


@pytest.mark.parametrize("interval", [1.0, 3.0, 5.6, 12.0])
def test_a_follow_up_reads_sets_the_next_and_moves_by_thresholds(lab, town, interval):
    """Up with a margin if the family will, down below the step's threshold less its slack if ready."""
    rows, month, p = children_of(town, 1500), 6, town.rules.staircase
    for row in rows:
        town.world.occupied[town.children["step"][row]] -= 1
        town.world.occupied[Step.HOME_BASED] += 1
    for name, value in {
        "step": Step.HOME_BASED,
        "step_since": 3,
        "case": CaseState.OPEN,
        "wanted": Step.NONE,
        "believed": 3,
        "acquainted": 3,
        "follow_up_due": 6,
        "follow_up_pending": 1,
        "doubt": 0.3,
    }.items():
        town.children[name][rows] = value
    town.children["need"][rows] = town.children["belief"][rows] = np.linspace(-1, 5, len(rows))
    town.children["ready"][rows] = np.where(np.arange(len(rows)) % 2, 6, 7)
    levers = lab.lever_row({"follow_up_interval": interval})
    run_finish(lab, town, finished(rows, TaskKind.FOLLOW_UP, 0.0, 1.0), len(rows), month, levers)
    after, belief = town.children[rows], town.children["belief"][rows].astype(float)
    moved = after["step"] != Step.HOME_BASED
    home = p["preventive_threshold"] + p["home_based_gap"]
    down = (belief < home - p["close_hysteresis"]) & (np.arange(len(rows)) % 2 == 1)
    np.testing.assert_array_equal(moved, down)
    lower = np.where(belief < p["preventive_threshold"], Step.NONE, Step.PREVENTIVE)
    np.testing.assert_array_equal(after["step"][down], lower[down])
    np.testing.assert_array_equal(after["case"] == CaseState.NONE, down & (lower == Step.NONE))
    stay = ~moved
    assert set(after["follow_up_due"][stay]) == {month + int(np.floor(interval + 0.5))}
    assert not after["follow_up_pending"].any()
    threshold = p["placement_threshold"]
    clearly = stay & (belief >= threshold + p["institution_gap"] + p["step_up_margin"] + p["grave_gap"])
    assert np.all(after["wanted"][clearly] >= Step.KIN)
    assert not after["wanted"][belief < threshold + p["step_up_margin"]].any()
    counts = town.world.counts[YEAR]
    assert counts[Count.FOLLOW_UPS] == len(rows)
    assert counts[Count.FIRST_FOLLOW_UPS] == counts[Count.FIRST_FOLLOW_UPS_KEPT] == len(rows)
    assert min(down.sum(), clearly.sum()) > 50


def test_follow_ups_due_are_handed_in_once_unless_put_off(lab, town):
    p, rows = lab.rules(casework__postponed=0.3).casework, children_of(town, 600)
    town.children["case"][rows], town.children["step"][rows] = CaseState.OPEN, Step.PREVENTIVE
    town.children["follow_up_due"][rows] = np.arange(len(rows)) % 3 - 1  # due, due now, due next month
    list_involved(town.world, 0)
    town.world.meters[Meter.HOURS_A_DAY] = 4.0
    tasks = empty_tasks(2000)
    n = hand_over(town.world, p, lab.lever_row(), tasks, 0, YEAR)
    u = lab.draws_of(town, rows, 0, draws.TASK)
    due = (np.arange(len(rows)) % 3 < 2) & (u[:, 2] >= 0.3)
    np.testing.assert_array_equal(np.sort(tasks.row[:n]), rows[due])
    np.testing.assert_array_equal(town.children["follow_up_pending"][rows] == 1, due)
    assert np.all(tasks.work[:n] == p["follow_up_hours"] / 4.0)
    np.testing.assert_allclose(tasks.arrival[:n], DAYS * u[due, 1], rtol=1e-12)
    again = hand_over(town.world, p, lab.lever_row(), tasks, 0, YEAR)
    assert again == 0


def test_places_open_by_the_levers(lab, town):
    """Early courses by year and thousand children, saved for three months; other places by today's use."""
    levers = lab.lever_row({"early_help_places": 24.0, "foster_recruitment": 0.12})
    p, meters = town.rules.staircase, town.world.meters
    meters[Meter.EARLY_PLACES], town.world.occupied[:] = 0.0, [0, 3, 40, 20, 1, 50, 9, 2, 0]
    expected_early, foster = 0.0, 0.0
    for month in range(30):
        children = meters[Meter.CHILDREN] = 2500 + month
        a_month = 24.0 * children / 12_000
        open_places(town.world, p, levers, month, YEAR)
        expected_early = min(expected_early + a_month, max(1.0, 3 * a_month))
        foster = 50 * (1 + p["foster_slack"]) + 1 + (month + 1) * 0.12 / 12 * 50
        assert meters[Meter.EARLY_PLACES] == pytest.approx(expected_early, rel=1e-12)
        assert meters[Meter.FOSTER_PLACES] == pytest.approx(foster, rel=1e-12)
    begun = 50 * (1 + p["foster_slack"]) + 1
    assert town.world.counts[YEAR, Count.FOSTER_PLACES_NEW] == int(foster) - int(begun)


def test_contact_is_the_time_tasks_leave_smoothed(lab, town):
    """By caseworker: days there less days worked, per case; undone work brings overtime."""
    p, world, done = town.rules.casework, town.world, empty_done(0, 10)
    workers, meters = world.caseworkers[:10], world.meters
    meters[Meter.HOURS_A_DAY], meters[Meter.SERVERS] = 5.5, 9
    workers["away"] = [0, 0, 0b111, 1 << 20, 0, 0, 0, 0, 0, VACANT]
    workers["cases"] = np.arange(10) * 7
    workers["contact"] = before = np.linspace(2, 20, 10)
    done.busy[:10], done.undone[:10], done.undone[10] = np.linspace(0, 22, 10), np.arange(10) * 3.0, 18.0
    sums = world.sums[YEAR].copy()
    settle(world, p, done, YEAR)
    there = np.array([21, 21, 18, 20, 21, 21, 21, 21, 21, 0])
    free = np.maximum(0.0, there - done.busy[:10])
    hours = np.minimum(4 * p["contact_reference"], 12 * free * 5.5 / np.maximum(1, workers["cases"]))
    memory = p["contact_memory"]
    np.testing.assert_allclose(workers["contact"], memory * before + (1 - memory) * hours, rtol=1e-6)
    backlog = np.where(np.arange(10) < 9, done.undone[:10] + 2.0, 0.0)
    np.testing.assert_allclose(workers["backlog"], backlog)
    overtime = p["overtime_most"] * np.minimum(1, backlog / p["overtime_full"])
    np.testing.assert_allclose(workers["overtime"], overtime, rtol=1e-6)
    mean = np.average(workers["contact"].astype(float), weights=workers["cases"])
    assert meters[Meter.CONTACT] == pytest.approx(mean, rel=1e-6)
    gained = world.sums[YEAR] - sums
    assert gained[Sum.HOURS_CONTACT] == pytest.approx(5.5 * free.sum())
    assert gained[Sum.DAYS_AWAY] == 4
    assert gained[Sum.UNDONE_DAYS] == pytest.approx(done.undone.sum())
    assert meters[Meter.BUSY_DAYS] == pytest.approx(done.busy.sum())


def test_posts_follow_open_cases_every_three_months(lab):
    """Full-time posts are open cases over the caseload, fitted in January, April, July and October."""
    town, before = lab.town(children=3000, years=2).run(0), None
    for month in range(24):
        lever = lab.in_force(1, {"caseload": 20.0 if month < 12 else 40.0})
        town.run(month + 1, lever)
        meters = town.world.meters
        if month % 3 == 0:
            expected = max(0.5, meters[Meter.OPEN_CASES] / lever.felt[0, Lever.CASELOAD])
            assert meters[Meter.POSTS_FELT] == meters[Meter.POSTS_PAID] == expected
        else:
            assert meters[Meter.POSTS_FELT] == before
        posts = int(np.ceil(meters[Meter.POSTS_FELT]))
        there = 1 - (30 + 2 * 5) / 252  # holiday, and two illnesses of five days
        hours = town.rules.casework["productive_hours"] / 252 / there * meters[Meter.POSTS_FELT] / posts
        assert meters[Meter.HOURS_A_DAY] == pytest.approx(hours, rel=1e-12)
        assert 0 <= meters[Meter.SERVERS] <= posts == meters[Meter.POSTS]
        before = meters[Meter.POSTS_FELT]


def test_a_task_goes_to_whoever_knows_the_family_and_a_second_opinion_to_somebody_else(lab, town):
    """A re-notification without a case goes to the caseworker who had the family last, if still there."""
    world, rows = town.world, children_of(town, 100)
    rows = rows[np.unique(town.children["family"][rows], return_index=True)[1]]
    families = world.families["caseworker"]
    world.caseworkers["away"][:10] = 0
    world.caseworkers["away"][4] = VACANT
    for row, last, own, case, review, others in (
        (rows[0], 3, 3, CaseState.REVIEW, 3, 3),  # known, and the caseworker is still there
        (rows[1], 4, 4, CaseState.REVIEW, ANYONE, ANYONE),  # who knew the family has left
        (rows[2], -1, -1, CaseState.REVIEW, ANYONE, ANYONE),  # nobody has met the family
        (rows[3], 12, 12, CaseState.REVIEW, ANYONE, ANYONE),  # the post is no more
        (rows[4], 2, 2, CaseState.OPEN, 3, 2),  # a second opinion is another's
        (rows[5], 9, 9, CaseState.OPEN, 0, 9),
    ):
        families[town.children["family"][row]] = last
        town.children["caseworker"][row], town.children["case"][row] = own, case
        assert owner_of(world, row, TaskKind.REVIEW.value) == review
        assert owner_of(world, row, TaskKind.FOLLOW_UP.value) == others
