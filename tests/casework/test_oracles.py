"""The queue against what is known without it: the recursion, Erlang's formula, Little's law."""

import math
from heapq import heapify, heapreplace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trappen.agents.casework_task import ANYONE, Task
from trappen.model.casework import SimPyCasework
from trappen.model.casework_compiled import CompiledCasework
from trappen.model.kernels import desks as compiled
from trappen.model.kernels import draws
from trappen.model.kernels.queue import run_month

ENGINES = [SimPyCasework, CompiledCasework]


def starts_by_recursion(arrivals, works, servers):
    """Return when each of the customers, in order of arrival, starts (Kiefer & Wolfowitz 1955)."""
    free = [-math.inf] * servers
    heapify(free)
    starts = []
    for arrival, work in zip(arrivals, works, strict=True):
        starts.append(max(arrival, free[0]))
        heapreplace(free, starts[-1] + work)
    return starts


def random_town(seed, count, servers, load):
    """Return arrivals and works of so many tasks: Poisson arrivals, exponential work of mean 1."""
    luck = draws.uniforms(seed, np.arange(count), 0, draws.TASK)
    arrivals = np.cumsum(-np.log(luck[:, 0])) / (servers * load)
    return arrivals, np.maximum(-np.log(luck[:, 1]), compiled.LEAST_WORK)


def starts_by_month(engine, arrivals, works, servers, days=21):
    """Run one kind of task, first come first served, to the empty end; return starts and finishes."""
    starts, finishes = np.empty(len(arrivals)), np.empty(len(arrivals))
    month = given_in = 0
    while given_in < len(arrivals) or engine.waiting + engine.in_service:
        first, end, tasks = month * days, (month + 1) * days, []
        while given_in < len(arrivals) and arrivals[given_in] < end:
            work = float(works[given_in])
            tasks.append(Task(1, 2, float(arrivals[given_in]), given_in, given_in, work))
            given_in += 1
        for record in engine.run_month(first, end, servers, tasks):
            starts[record.row], finishes[record.row] = record.start, record.finish
        month += 1
    return starts, finishes


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("servers", "load"), [(1, 0.7), (3, 0.95), (6, 1.2)])
def test_first_come_first_served_is_the_recursion(engine, servers, load):
    arrivals, works = random_town(servers, 3000, servers, load)
    starts, _ = starts_by_month(engine(), arrivals, works, servers)
    assert starts.tolist() == starts_by_recursion(arrivals, works, servers)


def erlang_c_wait(servers, load):
    """Return the mean wait of M/M/c in units of mean work (Erlang 1917)."""
    offered = servers * load
    terms = [offered**k / math.factorial(k) for k in range(servers)]
    last = offered**servers / math.factorial(servers) / (1 - load)
    return last / (sum(terms) + last) / (servers * (1 - load))


def mean_wait(seed, count, servers, load, skipped):
    """Return the mean wait of one compiled run, without the first `skipped` tasks."""
    arrivals, works = random_town(seed, count, servers, load)
    columns = compiled.Tasks(
        np.ones(count, np.int64), np.full(count, 2), arrivals, np.arange(count), np.arange(count), works,
        np.full(count, ANYONE), arrivals,
    )  # fmt: skip
    done, away = compiled.empty_done(count, servers), np.zeros(servers, np.int64)
    queue, end = compiled.empty_queue(count, servers), float(arrivals[-1] + 1e4)
    finished = run_month(queue, 0.0, end, servers, away, math.inf, columns, count, done)
    assert finished == count
    late = done.row >= skipped
    return (done.start - done.arrival)[late].mean()


def test_mean_wait_is_erlangs_at_half_load():
    """M/M/4 at load .5 over 400 replications of 5,000 tasks from empty, the first 500 left out.

    The limit |z| < 4.5 fails an ideal queue with probability 7e-6 (before the fixed seeds were
    chosen). Power: the standard error is at most 1 % of the wait, which the test asserts, so a wait off
    by 6.5 % fails with probability .98 or more.
    """
    waits = [mean_wait(1000 + i, 5000, 4, 0.5, 500) for i in range(400)]
    exact, error = erlang_c_wait(4, 0.5), np.std(waits, ddof=1) / math.sqrt(len(waits))
    assert (4.5 + 2.0) * error < 0.065 * exact, "the sample is too small ever to fail"
    assert abs(np.mean(waits) - exact) / error < 4.5


def test_erlangs_formula_knows_the_single_server():
    assert erlang_c_wait(1, 0.5) == pytest.approx(0.5 / (1 - 0.5), rel=1e-14)


@pytest.mark.parametrize("engine", ENGINES)
def test_little_from_empty_to_empty(engine):
    """The number in the system, counted from outside at every event, adds up to the times in it.

    A second engine runs "months" that end at each arrival and each finish of the first run, so its
    counts stand still in between. That it can also shows that the cut of time changes nothing.
    """
    arrivals, works = random_town(5, 800, 3, 0.9)
    _, finishes = starts_by_month(engine(), arrivals, works, 3)
    counter, area, given_in, again = engine(), 0.0, 0, {}
    instants = np.unique(np.concatenate([arrivals, finishes]))
    for day, following in pairwise(instants):
        tasks = []
        if given_in < len(arrivals) and arrivals[given_in] == day:
            tasks = [Task(1, 2, float(day), given_in, given_in, float(works[given_in]))]
            given_in += 1
        inside = counter.waiting + counter.in_service + len(tasks)
        area += inside * (following - day)
        for record in counter.run_month(float(day), float(following), 3, tasks):
            again[record.row] = record.finish
    assert counter.waiting == counter.in_service == 0
    assert [again[row] for row in range(len(arrivals))] == finishes.tolist()
    assert area == pytest.approx((finishes - arrivals).sum(), rel=1e-9)


GAPS = st.lists(st.tuples(st.floats(0, 10), st.floats(1e-6, 30), st.floats(0, 1)), min_size=1, max_size=30)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=100, deadline=None)
@given(town=GAPS, servers=st.integers(1, 4))
def test_shorter_work_never_lengthens_a_wait(engine, town, servers):
    """First come, first served, one kind: each start is a monotone function of all earlier works."""
    gaps, works, kept = np.array(town).T
    arrivals = np.cumsum(gaps)
    shorter = np.maximum(works * kept, compiled.LEAST_WORK)
    starts, _ = starts_by_month(engine(), arrivals, works, servers)
    sooner, _ = starts_by_month(engine(), arrivals, shorter, servers)
    assert (sooner <= starts).all()


@settings(max_examples=100, deadline=None)
@given(town=GAPS, servers=st.integers(1, 4))
def test_one_more_caseworker_never_lengthens_a_wait(town, servers):
    gaps, works, _ = np.array(town).T
    arrivals = np.cumsum(gaps)
    starts, _ = starts_by_month(CompiledCasework(), arrivals, works, servers)
    sooner, _ = starts_by_month(CompiledCasework(), arrivals, works, servers + 1)
    assert (sooner <= starts).all()
