"""SimPy and compiled casework are the same rules: the same log to the last bit, nothing lost."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trappen.agents.casework_task import ANYONE, Task
from trappen.model.casework import SimPyCasework
from trappen.model.casework_compiled import CompiledCasework, grown
from trappen.model.kernels import desks as compiled
from trappen.model.kernels.queue import run_month

DAYS = 21

# Coarse values make ties, fine ones make roundings; both must agree.
OFFSETS = st.one_of(
    st.integers(0, DAYS - 1).map(float), st.floats(0, 20.99, allow_subnormal=False), st.floats(-40, 0)
)
WORK = st.one_of(st.sampled_from([0.25, 0.5, 1.0, 3.0, 21.0, 50.0]), st.floats(1e-6, 60))


WHOLE_MONTH = (1 << DAYS) - 1
AWAY = st.one_of(st.sampled_from([0, 0, WHOLE_MONTH, compiled.VACANT]), st.integers(0, WHOLE_MONTH))


@st.composite
def municipalities(draw, pooled=False):
    """Return the first day, the longest sitting, and for each month who is away and what is handed in.

    In a pooled one everything is anyone's, ranked by age, done at one sitting, and nobody is away.
    """
    first = draw(st.sampled_from([0, -216, 12, -1])) * DAYS
    sitting = math.inf if pooled else draw(st.sampled_from([math.inf, 3.0, 1.0, 0.3]))
    months, row = [], 0
    for month in range(draw(st.integers(1, 5))):
        day = first + month * DAYS
        handed_in = []
        for _ in range(draw(st.integers(0, 9))):
            kind, priority = draw(st.integers(0, 3)), draw(st.integers(0, 4))
            arrival, who = day + draw(OFFSETS), draw(st.integers(0, 3))
            if arrival >= day + DAYS:  # the addition rounded up
                arrival = float(day)
            owner = ANYONE if pooled else draw(st.integers(-1, 4))
            rank = None if pooled else draw(st.one_of(st.none(), st.integers(0, 5).map(float)))
            task = Task(kind, priority, float(arrival), who, row, draw(WORK), owner, rank)
            handed_in.append(task)
            row += 1
        servers = draw(st.integers(0, 4))
        months.append((servers if pooled else [draw(AWAY) for _ in range(servers)], handed_in))
    return first, sitting, months


def run(engine, first, months, sitting=math.inf):
    """Return each month's finished tasks, days by post, and numbers waiting and in service."""
    log = []
    for month, (staff, handed_in) in enumerate(months):
        day = first + month * DAYS
        done = engine.run_month(day, day + DAYS, staff, handed_in, sitting)
        by_kind = [engine.count_waiting(kind) for kind in range(4)]
        days = engine.busy, engine.undone, engine.undone_by_anyone
        log.append((done, days, engine.waiting, engine.in_service, by_kind))
    return log


@settings(max_examples=400, deadline=None)
@given(municipalities())
def test_the_same_log_to_the_last_bit(town):
    """Random small municipalities: every event of one engine is an event of the other, at the same bit.

    Compared are who ended which task, when it was begun and ended, what each post worked and left
    undone, and what waits: the whole event log.
    """
    first, sitting, months = town
    assert run(SimPyCasework(), first, months, sitting) == run(CompiledCasework(4, 8), first, months, sitting)


@settings(max_examples=100, deadline=None)
@given(municipalities())
def test_columns_give_the_same_bits_too(town):
    first, sitting, months = town
    queue, simpy = compiled.empty_queue(64, 8), SimPyCasework()
    for month, (staff, handed_in) in enumerate(months):
        day, away = float(first + month * DAYS), np.array([*staff, 0, 0], np.int64)
        tasks = compiled.empty_tasks(16)
        for i, task in enumerate(handed_in):
            for column, name in zip(tasks, compiled.Tasks._fields, strict=True):
                column[i] = getattr(task, name) if name != "rank" or task.rank is not None else task.arrival
        ours, theirs = compiled.empty_done(64, 8), compiled.empty_done(64, 8)
        told = (day, day + DAYS, len(staff), away, sitting, tasks, len(handed_in))
        count = run_month(queue, *told, ours)
        assert simpy.run_columns(*told, theirs) == count >= 0
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("engine", [SimPyCasework, CompiledCasework])
@settings(max_examples=100, deadline=None)
@given(town=municipalities())
def test_every_task_is_done_in_service_or_waiting(engine, town):
    first, sitting, months = town
    engine = engine()
    handed_in, finished = {}, []
    for month, (staff, tasks) in enumerate(months):
        day = first + month * DAYS
        done = engine.run_month(day, day + DAYS, staff, tasks, sitting)
        handed_in |= {task.row: task for task in tasks}
        finished += [record.row for record in done]
        assert len(finished) + engine.waiting + engine.in_service == len(handed_in)
        assert done == sorted(done, key=lambda record: (record.finish, record.who))
        for record in done:
            task = handed_in[record.row]
            assert (record.kind, record.who, record.arrival) == (task.kind, task.who, task.arrival)
            assert day < record.finish <= day + DAYS
            if sitting == math.inf:
                assert record.finish == record.start + task.work
            assert record.finish >= record.start + task.work - 1e-9
    # With people enough and time enough everything left is done, once.
    end = first + len(months) * DAYS
    finished += [record.row for record in engine.run_month(end, end + 5000, 50, [])]
    assert sorted(finished) == sorted(handed_in)
    assert engine.waiting == engine.in_service == 0


@settings(max_examples=200, deadline=None)
@given(municipalities(pooled=True))
def test_nobody_is_passed_over_and_nobody_idles(town):
    """Read off the log alone: each start is of the best task waiting, and none waits beside a free one."""
    first, _, months = town
    engine, log = CompiledCasework(), []
    ready, keys, work = {}, {}, {}
    for month, (_, tasks) in enumerate(months):
        for task in tasks:
            ready[task.row] = max(task.arrival, first + month * DAYS)
            keys[task.row] = (task.priority, task.arrival, task.who, task.row)
            work[task.row] = task.work
    end = first + len(months) * DAYS
    for done, *_ in run(engine, first, months):
        log += done
    log += engine.run_month(end, end + 5000, 50, [])
    start = {record.row: record.start for record in log}
    finish = {record.row: record.finish for record in log}
    by = {record.row: record.worker for record in log}
    staff = [servers for servers, _ in months]
    for row, instant in start.items():
        assert instant >= ready[row]
        passed = [other for other in start if ready[other] <= instant < start[other]]
        assert all(keys[row] < keys[other] for other in passed)
    for instant in [
        *ready.values(),
        *finish.values(),
        *(first + DAYS * month for month in range(len(months))),
    ]:
        if instant < end:
            servers = staff[int((instant - first) // DAYS)]
            busy = sum(start[row] <= instant < finish[row] for row in start if by[row] < servers)
            waits = any(ready[row] <= instant < start[row] for row in start)
            assert busy >= servers or not waits
    for instant in start.values():
        if instant < end:
            at = [by[row] for row in start if start[row] <= instant < finish[row]]
            assert len(at) == len(set(at)), "nobody does two things at once"
    total = sum(sum(days[0]) for _, days, *_ in run(CompiledCasework(), first, [*months, *[(50, [])] * 40]))
    assert total == pytest.approx(sum(work.values()), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("engine", [SimPyCasework, CompiledCasework])
def test_an_acute_review_goes_first_but_stops_nobody(engine):
    engine = engine()
    follow_up = Task(kind=2, priority=3, arrival=0.0, who=1, row=10, work=5.0)
    assessment = Task(kind=1, priority=2, arrival=1.0, who=2, row=11, work=8.0)
    acute = Task(kind=0, priority=0, arrival=2.0, who=3, row=12, work=0.5)
    done = engine.run_month(0, 21, 1, [acute, assessment, follow_up])
    assert [(record.row, record.start, record.finish) for record in done] == [
        (10, 0.0, 5.0),
        (12, 5.0, 5.5),
        (11, 5.5, 13.5),
    ]
    assert engine.busy_days == 13.5


@pytest.mark.parametrize("engine", [SimPyCasework, CompiledCasework])
def test_the_number_of_caseworkers_changes_by_the_month(engine):
    engine = engine()
    tasks = [Task(1, 2, 0.0, who, who, 30.0) for who in range(4)]
    assert engine.run_month(0, 21, 2, tasks) == []
    assert (engine.waiting, engine.in_service, engine.busy_days) == (2, 2, 42.0)
    # One leaves, and finishes first: two are done on day 30, one caseworker goes on.
    done = engine.run_month(21, 42, 1, [])
    assert [(record.who, record.finish) for record in done] == [(0, 30.0), (1, 30.0)]
    assert (engine.waiting, engine.in_service, engine.busy_days) == (1, 1, 18.0 + 12.0)
    # A new one begins with the month, not before.
    done = engine.run_month(42, 63, 2, [])
    assert [(record.who, record.start, record.finish) for record in done] == [(2, 30.0, 60.0)]
    done = engine.run_month(63, 84, 0, [])
    assert [(record.who, record.start, record.finish) for record in done] == [(3, 42.0, 72.0)]


@pytest.mark.parametrize("engine", [SimPyCasework, CompiledCasework])
def test_a_task_of_last_month_starts_no_earlier_than_it_is_handed_in(engine):
    engine = engine()
    engine.run_month(0, 21, 1, [])
    (done,) = engine.run_month(21, 42, 1, [Task(1, 2, 15.5, 1, 1, 2.0)])
    assert (done.arrival, done.start, done.finish) == (15.5, 21.0, 23.0)


@pytest.mark.parametrize("engine", [SimPyCasework, CompiledCasework])
def test_who_is_free_at_the_turn_of_the_month_waits_for_what_is_handed_in(engine):
    """A task done at the very end of a month leaves the next start to the new month and its tasks."""
    engine = engine()
    engine.run_month(0, 21, 1, [Task(1, 2, 0.0, 1, 1, 21.0), Task(2, 3, 1.0, 2, 2, 1.0)])
    done = engine.run_month(21, 42, 1, [Task(0, 0, 21.0, 3, 3, 1.0)])
    assert [record.row for record in done] == [3, 2]


BAD_TASKS = {
    "arrives with the next month": Task(0, 0, 21.0, 1, 1, 1.0),
    "arrives never": Task(0, 0, float("nan"), 1, 1, 1.0),
    "no work": Task(0, 0, 1.0, 1, 1, 0.0),
    "endless work": Task(0, 0, 1.0, 1, 1, float("inf")),
    "priority too low": Task(0, -1, 1.0, 1, 1, 1.0),
    "priority too high": Task(0, 5, 1.0, 1, 1, 1.0),
    "no rank": Task(0, 0, 1.0, 1, 1, 1.0, 0, math.nan),
}


@pytest.mark.parametrize("engine", [SimPyCasework, CompiledCasework])
@pytest.mark.parametrize("task", BAD_TASKS.values(), ids=BAD_TASKS)
def test_a_task_that_cannot_be_is_refused_and_changes_nothing(engine, task):
    engine = engine()
    with pytest.raises(ValueError, match=r"must arrive before|priority outside"):
        engine.run_month(0, 21, 1, [Task(0, 0, 1.0, 1, 1, 1.0), task])
    assert engine.waiting == engine.in_service == 0
    assert engine.run_month(-21, 0, 1, []) == []


@pytest.mark.parametrize("engine", [SimPyCasework, CompiledCasework])
@pytest.mark.parametrize("month", [(20, 42, 1), (22, 42, 1), (21, 21, 1), (21, 42, 1, [], 0.0)])
def test_a_month_that_cannot_be_is_refused(engine, month):
    engine = engine()
    engine.run_month(0, 21, 1, [])
    with pytest.raises(ValueError, match="month"):
        engine.run_month(*month, *([] if len(month) == 5 else [[]]))
    with pytest.raises(ValueError, match="no -1 caseworkers"):
        engine.run_month(21, 42, -1, [])


def month_of(queue, first, end, posts, tasks, count, done):
    """Run a month in which nobody is away and no task is left before it is done."""
    return run_month(queue, first, end, posts, np.zeros(8, np.int64), math.inf, tasks, count, done)


def test_a_full_queue_says_so_and_changes_nothing():
    queue, tasks, done = compiled.empty_queue(3, 2), compiled.empty_tasks(4), compiled.empty_done(8, 2)
    for i in range(4):
        tasks.arrival[i], tasks.who[i], tasks.row[i], tasks.work[i] = i, i, i, 100.0
    assert month_of(queue, 0.0, 21.0, 1, tasks, 4, done) == compiled.FULL
    assert month_of(queue, 0.0, 21.0, 1, tasks, 3, done) == 0
    before = [column.copy() for column in queue]
    assert month_of(queue, 21.0, 42.0, 1, tasks, 1, done) == compiled.FULL
    tasks.work[0] = 0.0
    assert month_of(grown(queue, 8), 21.0, 42.0, 1, tasks, 1, done) == compiled.REFUSED
    for column, old in zip(queue, before, strict=True):
        assert column.tobytes() == old.tobytes()
    assert month_of(queue, 21.0, 42.0, 1, tasks, 0, compiled.empty_done(2, 2)) == compiled.FULL
    bigger = grown(queue, 6)
    done_rows = [month_of(bigger, 21.0, 1021.0, 1, tasks, 0, done), *done.row[:3]]
    assert done_rows == [3, 0, 1, 2]


def test_a_grown_queue_goes_on_as_if_it_had_been_big():
    small, big = compiled.empty_queue(8, 2), compiled.empty_queue(64, 2)
    tasks, done, also = compiled.empty_tasks(8), compiled.empty_done(64, 2), compiled.empty_done(64, 2)
    for month in range(6):
        for i in range(8):
            tasks.arrival[i], tasks.who[i] = month * 21.0 + (i * 5) % 21, i
            tasks.priority[i], tasks.row[i], tasks.work[i] = i % 5, 8 * month + i, 1.5 + i
        first = month * 21.0
        small = grown(small, 8 * (month + 2))
        count = month_of(small, first, first + 21.0, 2, tasks, 8, done)
        assert month_of(big, first, first + 21.0, 2, tasks, 8, also) == count > 0
        for a, b in zip(done, also, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("engine", [SimPyCasework, CompiledCasework])
def test_a_task_waits_for_its_owner_and_a_review_for_nobody(engine):
    """The owner is away for three days: the follow-up waits, a colleague does the review."""
    engine = engine()
    follow_up = Task(kind=2, priority=3, arrival=0.5, who=1, row=0, work=1.0, owner=0)
    review = Task(kind=0, priority=1, arrival=0.5, who=2, row=1, work=0.5, owner=0)
    done = engine.run_month(0, 21, [0b111, 0], [follow_up, review])
    assert [(one.row, one.start, one.worker) for one in done] == [(1, 0.5, 1), (0, 3.0, 0)]


@pytest.mark.parametrize("engine", [SimPyCasework, CompiledCasework])
def test_whoever_knows_the_family_gets_the_review_if_free(engine):
    engine = engine()
    tasks = [Task(0, 1, 1.0, 1, 0, 2.0, owner=2), Task(0, 1, 1.5, 2, 1, 2.0, owner=2)]
    done = engine.run_month(0, 21, 3, tasks)
    assert [(one.row, one.start, one.worker) for one in done] == [(0, 1.0, 2), (1, 1.5, 0)]


@pytest.mark.parametrize("engine", [SimPyCasework, CompiledCasework])
def test_what_is_urgent_comes_between_two_sittings(engine):
    engine = engine()
    assessment = Task(kind=1, priority=2, arrival=0.0, who=1, row=0, work=3.0, owner=0)
    acute = Task(kind=0, priority=0, arrival=0.5, who=2, row=1, work=0.25)
    done = engine.run_month(0, 21, 1, [assessment, acute], 1.0)
    assert [(one.row, one.start, one.finish) for one in done] == [(1, 1.0, 1.25), (0, 0.0, 3.25)]
    assert engine.busy == [3.25]


@pytest.mark.parametrize("engine", [SimPyCasework, CompiledCasework])
def test_a_vacant_post_is_covered_and_what_was_begun_stays_with_whoever_covers(engine):
    engine = engine()
    task = Task(kind=1, priority=2, arrival=0.0, who=1, row=0, work=25.0, owner=0)
    assert engine.run_month(0, 21, [compiled.VACANT, 0, 0], [task], 1.0) == []
    assert engine.busy == [0.0, 21.0, 0.0]
    # The post is held again, but the family has got used to the one who covers.
    (done,) = engine.run_month(21, 42, 3, [], 1.0)
    assert (done.worker, done.finish) == (1, 25.0)


@pytest.mark.parametrize("engine", [SimPyCasework, CompiledCasework])
def test_a_task_that_waits_goes_back_to_whoever_takes_the_post(engine):
    engine = engine()
    tasks = [Task(2, 3, 0.0, 1, 0, 30.0), Task(2, 3, 1.0, 2, 1, 1.0, owner=1)]
    engine.run_month(0, 21, [0, compiled.VACANT], tasks)
    done = engine.run_month(21, 42, [0, 0], [])
    assert [(one.row, one.start, one.worker) for one in done] == [(1, 21.0, 1), (0, 0.0, 0)]


@pytest.mark.parametrize("engine", [SimPyCasework, CompiledCasework])
def test_a_rank_changes_the_order_within_a_priority_only(engine):
    engine = engine()
    tasks = [
        Task(2, 3, 0.0, 1, 0, 1.0, 0, 9.0),
        Task(2, 3, 0.0, 2, 1, 1.0, 0, 1.0),
        Task(1, 2, 0.0, 3, 2, 1.0, 0, 99.0),
    ]
    done = engine.run_month(0, 21, 1, tasks)
    assert [one.row for one in done] == [2, 1, 0]
