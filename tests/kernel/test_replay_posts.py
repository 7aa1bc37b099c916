"""Caseworkers' posts replayed in plain Python: who leaves, who is away, what supervision and overload do."""

import math

import numpy as np
import pytest

from trappen.agents.ledger import Count, Sum
from trappen.agents.levers import Lever
from trappen.agents.states import NEVER, CaseState, Life, Step
from trappen.model.kernels import draws
from trappen.model.kernels.belief import error_of
from trappen.model.kernels.desks import VACANT
from trappen.model.kernels.posts import staff
from trappen.model.kernels.steps import list_involved
from trappen.model.kernels.world import Meter

YEAR, DAYS, POSTS = 18, 21, 60


@pytest.fixture
def town(lab):
    """A municipality with 60 posts at month 0, and 600 open cases shared out unevenly."""
    quiet = lab.rules(notice__arena_level=np.zeros(10), notice__sight_total=1.0, notice__false_alarm_rate=0.0)
    town = lab.town(quiet, children=2000, years=2).run(0)
    meters, workers = town.world.meters, town.world.caseworkers
    meters[Meter.POSTS_FELT] = meters[Meter.POSTS] = float(POSTS)
    workers["hired"], workers["vacant_until"], workers["away"] = -NEVER, -NEVER, 0
    workers["ill_until"] = -float(NEVER)
    here = np.flatnonzero((town.children["life"] == Life.CHILD) & (town.children["birth_month"] > -180))[:600]
    town.children["case"][here], town.children["step"][here] = CaseState.OPEN, Step.PREVENTIVE
    town.children["caseworker"][here] = (np.arange(600) ** 2 // 600) % POSTS
    town.cases = here
    return town


def luck_of(town, month, purpose, posts=POSTS):
    low, high = (int(word) for word in town.world.key)
    return draws.uniforms(low + (high << 32), np.arange(posts), month, purpose)


def run_staff(lab, town, month, changes=None, rules=None):
    """Staff a month that is no month of fitting posts to cases."""
    levers = lab.lever_row(changes)
    list_involved(town.world, month)
    staff(town.world, (rules or town.rules).casework, levers, levers, month, YEAR)
    return levers


def test_who_leaves_is_whom_cases_and_undone_work_press_and_supervision_does_not_keep(lab, town):
    """Each holder whose draw lies below the chance worked out here, and no other; leaders count their own."""
    rules = lab.rules({"turnover": 3.0, "leader_span": 10, "supervision_keeps": 0.1})
    p, world = rules.casework, town.world
    world.caseworkers["backlog"][:POSTS] = np.arange(POSTS) * 1.7  # beyond what is felt, in the end
    world.leaders["worth"][:6] = [0.0, 1.0, 2.0, 1.0, 0.5, 3.0]
    cases = np.bincount(town.children["caseworker"][town.cases], minlength=POSTS)
    assert cases.max() > 2 * cases.mean()
    u = luck_of(town, 1, draws.CASEWORKER)[:, 0]
    left = world.leaders["left"][:6].copy()
    gone = int(world.counts[YEAR, Count.CASEWORKERS_LEFT])
    run_staff(lab, town, 1, {"supervision": 4.0}, rules)
    expected = []
    for post in range(POSTS):
        worth = [0.0, 1.0, 2.0, 1.0, 0.5, 3.0][post // 10]
        press = p["turnover_caseload"] * (cases[post] - p["turnover_reference"])
        press += p["turnover_backlog"] * (min(1.7 * post, p["backlog_most"]) - p["backlog_reference"])
        kept = math.exp(-0.1 * (4.0 * worth - p["supervision_reference"]))
        expected.append(u[post] < 3.0 / 12 * kept * math.exp(press))
    expected = np.array(expected)
    assert 5 < expected.sum() < POSTS - 5
    workers = world.caseworkers[:POSTS]
    np.testing.assert_array_equal(workers["away"] == VACANT, expected)
    np.testing.assert_array_equal(workers["vacant_until"][expected], 1 + int(p["vacancy_months"]))
    np.testing.assert_array_equal(workers["hired"][expected], 1 + int(p["vacancy_months"]))
    assert np.all(workers["backlog"][expected] == 0)
    np.testing.assert_array_equal(world.leaders["left"][:6] - left, expected.reshape(6, 10).sum(axis=1))
    np.testing.assert_array_equal(world.leaders["posts"][:7], [10] * 6 + [0])
    np.testing.assert_allclose(world.leaders["hours"][:6], 4.0 * (~expected).reshape(6, 10).sum(axis=1))
    assert world.counts[YEAR, Count.CASEWORKERS_LEFT] - gone == expected.sum()
    assert world.meters[Meter.SERVERS] == POSTS - expected.sum()


def test_nobody_is_there_on_days_of_holiday_illness_or_the_first_course_and_on_no_others(lab, town):
    """Three years, day by day, for 60 posts: the bits written are the days worked out from the draws."""
    rules = lab.rules({"turnover": 0.0, "illnesses": 5.0, "illness_days": 12.0, "training_days": 8})
    workers = town.world.caseworkers
    workers["hired"][5] = 7
    ill_until = np.full(POSTS, -float(NEVER))
    away_days = 0
    for month in range(36):
        u = luck_of(town, month, draws.ABSENCE)
        town.world.meters[Meter.POSTS_FELT] = POSTS
        run_staff(lab, town, month, {"caseload": 600 / POSTS}, rules)
        assert town.world.meters[Meter.POSTS] == POSTS
        for post in range(POSTS):
            days = {d for d in range(DAYS) if month * DAYS + d < ill_until[post]}
            if u[post, 0] < 5.0 / 12:
                begin = int(u[post, 1] * DAYS)
                length = int(-math.log(u[post, 2]) * 12.0) + 1
                days |= set(range(begin, min(DAYS, begin + length)))
                ill_until[post] = max(ill_until[post], month * DAYS + begin + length)
            when, turn = month % 12, (post + month // 12) % 2
            if when == 6 + turn:
                begin = int(u[post, 3] * (DAYS - 15 + 1))
                days |= set(range(begin, begin + 15))
            elif when in (1, 9):
                begin = int(u[post, 3] * (DAYS - 5 + 1))
                days |= set(range(begin, begin + 5))
            elif when == 11:
                begin = DAYS - 5 * (1 + turn)
                days |= set(range(begin, begin + 5))
            if (post, month) == (5, 7):
                days |= set(range(8))
            assert workers["away"][post] == sum(1 << day for day in days), (month, post)
            away_days += len(days)
    # Six weeks of holiday and five illnesses of twelve days or so, a little of it at the same time.
    assert 70 < away_days / (3 * POSTS) < 100
    assert town.world.sums[YEAR, Sum.HOURS_TRAINING] > 0


def test_a_post_stands_vacant_for_its_months_and_begins_with_a_course(lab, town):
    rules = lab.rules({"turnover": 0.0, "illnesses": 0.0})
    p, workers = rules.casework, town.world.caseworkers
    months = int(p["vacancy_months"])
    assert months >= 2
    workers["vacant_until"][3] = workers["hired"][3] = 13 + months
    for month in range(13, 13 + months + 1):
        town.world.meters[Meter.POSTS_FELT] = POSTS
        run_staff(lab, town, month, {"caseload": 600 / POSTS}, rules)
        vacant = workers["away"][3] == VACANT
        assert vacant == (month < 13 + months)
    course = (1 << int(p["training_days"])) - 1
    assert workers["away"][3] & course == course


def test_supervision_and_its_worth_sharpen_by_an_exponential_and_each_leader_its_own(lab, town):
    rules = lab.rules({"turnover": 0.0, "leader_span": 20, "supervision_sharpens": 0.03, "novice_error": 0.0})
    p, world = rules.casework, town.world
    world.leaders["worth"][:3] = [1.0, 0.0, 2.5]
    world.caseworkers["contact"] = p["contact_reference"]
    levers = run_staff(lab, town, 1, {"supervision": 5.0}, rules)
    hours = levers[Lever.SUPERVISION]
    for post, worth in ((0, 1.0), (19, 1.0), (20, 0.0), (45, 2.5)):
        expected = 0.7 * math.exp(-0.03 * (hours * worth - p["supervision_reference"]))
        assert error_of(world, p, post, 0.7, 1) == pytest.approx(expected, rel=1e-6)


def test_a_new_case_goes_to_the_family_s_caseworker_or_whoever_has_least(lab, town):
    """Cases of posts that are no more, one by one in order: by load as weights add up."""
    rules = lab.rules({"turnover": 0.0})
    p, world = rules.casework, town.world
    rows, families = town.cases, world.families
    children = town.children
    families["caseworker"] = -1
    orphans = rows[::7]
    children["caseworker"][orphans] = 300
    children["step"][orphans[::2]] = Step.KIN
    families["caseworker"][children["family"][orphans[::5]]] = 11
    weights = np.where(children["step"] == Step.KIN, p["weight_placed"], p["weight_at_home"])
    load, owner = np.zeros(POSTS, np.float32), {}
    for row in rows:
        if children["caseworker"][row] < POSTS:
            load[children["caseworker"][row]] += np.float32(weights[row])
    known = {int(f): int(families["caseworker"][f]) for f in set(children["family"][rows].tolist())}
    for row in sorted(orphans):
        family = int(children["family"][row])
        post = known[family] if known[family] >= 0 else int(np.argmin(load))
        known[family], owner[int(row)] = post, post
        load[post] += np.float32(weights[row])
    run_staff(lab, town, 1, None, rules)
    assert {row: int(children["caseworker"][row]) for row in owner} == owner
    np.testing.assert_allclose(world.caseworkers["load"][:POSTS], load, rtol=1e-5)
    assert np.all(children["acquainted"][list(owner)] == -NEVER)
