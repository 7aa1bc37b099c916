"""What the page shows is what the command line gives, for the same scenarios."""

import os
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from trappen.model.outcomes import INDICATORS
from trappen.model.readers import Ledger
from trappen.scenarios.compare import compare_scenarios
from trappen.scenarios.files.written import changed
from trappen.scenarios.runner import LUCK_PER_SET, ready, run_replicates, start
from trappen.scenarios.scenario import scenario_from
from trappen.scenarios.watched import jobs as jobs_module
from trappen.scenarios.watched import live as live_module
from trappen.scenarios.watched.answers import Sketch
from trappen.scenarios.watched.folded import fold, fold_array, size, unfold, unfold_array
from trappen.scenarios.watched.jobs import FIRST_SHOWN, TABLES
from trappen.scenarios.watched.live import Live
from trappen.scenarios.watched.polite import BEHIND

SMALL = {"children": 600, "years": 2, "replicates": 6, "seed": 5}


def until(true, seconds=500.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def live():
    return Live(workers=2)


@pytest.fixture(scope="module")
def pair():
    return scenario_from("status_quo", **SMALL), scenario_from("omlaegning", **SMALL)


def test_the_last_answer_is_the_command_lines_bit_for_bit(live, pair):
    watch = live.watch(*pair)
    until(lambda: watch.answer.finished)
    found = watch.answer.comparison
    told = compare_scenarios(*pair)
    assert found.result_hash == told.result_hash
    assert found.summary().equals(told.summary())
    assert found.structure().equals(told.structure())
    watch.close()


def test_another_policy_gets_the_same_numbers_from_what_is_kept(live, pair):
    moved = scenario_from("omlaegning", **SMALL, levers={"caseload": 20})
    watch = live.watch(pair[0], moved, structure=False)
    until(lambda: watch.answer.finished)
    assert (
        watch.answer.comparison.result_hash == compare_scenarios(pair[0], moved, structure=False).result_hash
    )
    watch.close()


def test_another_perspective_is_read_off_the_same_runs(live, pair, monkeypatch):
    watch = live.watch(*pair, structure=False)
    until(lambda: watch.answer.finished)
    monkeypatch.setattr("trappen.scenarios.watched.live.run_through", None)  # nothing is run again
    monkeypatch.setattr("trappen.scenarios.watched.live.start", None)
    sides = [changed(scenario, perspective="public") for scenario in pair]
    other = live.watch(*sides, structure=False)
    until(lambda: other.answer.finished)
    monkeypatch.undo()
    assert other.answer.failed is None
    told = compare_scenarios(*sides, structure=False)
    found = other.answer.comparison
    assert found.summary().equals(told.summary())
    assert found.break_even() == told.break_even()
    assert not found.summary().equals(watch.answer.comparison.summary())
    watch.close()
    other.close()


def test_a_first_answer_is_what_as_many_replicates_give_on_the_command_line(live, pair):
    watch = live.watch(*pair, structure=False)
    until(lambda: watch.answer.comparison is not None)
    first = watch.answer.comparison
    asked = [changed(scenario, replicates=first.a.replicates) for scenario in pair]
    usual = compare_scenarios(*asked, structure=False)
    assert first.summary().equals(usual.summary())
    assert first.break_even() == usual.break_even()
    watch.close()


def test_a_page_that_is_closed_ends_its_run():
    own = Live(workers=1)
    long = {"children": 600, "years": 3, "replicates": 500, "seed": 6}
    watch = own.watch(scenario_from("status_quo", **long), scenario_from("omlaegning", **long))
    until(lambda: watch.answer.done > 0)
    assert own.busy() == 1
    watch.close()
    assert own.busy() == 0
    time.sleep(1.0)  # the piece under way may end
    done = watch.answer.done
    time.sleep(1.0)
    assert watch.answer.done == done < 500


def test_a_new_question_is_answered_while_a_long_run_goes_on():
    own = Live(workers=1)
    long = {"children": 600, "years": 3, "replicates": 2000, "seed": 7}
    first = own.watch(scenario_from("status_quo", **long), scenario_from("omlaegning", **long))
    until(lambda: first.answer.done > 8)
    short = {"children": 600, "years": 1, "replicates": 4, "seed": 8}
    second = own.watch(
        scenario_from("status_quo", **short), scenario_from("omlaegning", **short), structure=False
    )
    until(lambda: second.answer.finished)
    assert not first.answer.finished
    first.close()
    second.close()


def test_of_many_who_ask_at_once_each_first_answer_is_finished_before_the_next_is_begun(monkeypatch):
    own, picked = Live(workers=1), []
    small = {"children": 400, "years": 1, "replicates": FIRST_SHOWN + 2, "seed": 8}
    a = scenario_from("status_quo", **small)
    others = [scenario_from("omlaegning", **small, levers={"caseload": 20 + which}) for which in range(5)]
    take = own._next

    def noted(**told):
        found = take(**told)
        if found is not None:
            picked.append(found[0].b.levers["caseload"] - 20)
        return found

    monkeypatch.setattr(own, "_next", noted)
    with own.news:  # nothing is taken up before all have asked
        asked = [own.watch(a, b, structure=False) for b in others]
    until(lambda: all(watch.answer.finished for watch in asked))
    first = FIRST_SHOWN * len(asked)
    assert picked[:first] == [which for which in range(len(asked)) for _ in range(FIRST_SHOWN)]
    # Then in turns, so that nobody's interval stays wide while another's is narrow.
    assert sorted(picked[first : first + len(asked)]) == list(range(len(asked)))
    for watch in asked:
        watch.close()


@pytest.fixture
def sketches_of_300(monkeypatch):
    monkeypatch.setattr(jobs_module, "SKETCH_CHILDREN", 300)


def test_the_first_answer_is_a_smaller_town_counted_as_often_as_it_is_smaller(sketches_of_300):
    own = Live(workers=1)
    told = {"children": 900, "years": 2, "replicates": 6, "seed": 9}
    a, b = (scenario_from(name, **told) for name in ("status_quo", "omlaegning"))
    watch = own.watch(a, b, structure=False)
    seen, version = [], -1
    while not watch.answer.finished:
        version = watch.changed(version, 500.0)
        seen.append(watch.answer)
    sketch = next(answer for answer in seen if answer.comparison is not None)
    assert isinstance(sketch.comparison, Sketch)
    assert (sketch.comparison.fold, sketch.shown, sketch.done) == (3, 0, 0)
    small = [scenario_from(name, **{**told, "children": 300}) for name in ("status_quo", "omlaegning")]
    each = range(0, LUCK_PER_SET * FIRST_SHOWN, LUCK_PER_SET)  # of every parameter set one
    for run, plain in zip(sketch.comparison.runs, run_replicates(small, each), strict=True):
        assert len(set(run.sets)) == FIRST_SHOWN
        for table in TABLES:
            assert np.array_equal(getattr(run, table), 3 * getattr(plain, table))
    # What it is a sketch of comes after it, and ends as ever.
    assert watch.answer.comparison.result_hash == compare_scenarios(a, b, structure=False).result_hash
    assert watch.answer.of == 6
    watch.close()


def test_a_sketch_sharpens_and_in_a_crowd_it_does_so_in_the_same_town(sketches_of_300, monkeypatch):
    """Whoever asks while as many as there are threads wait gets no larger town; the next alone does."""
    monkeypatch.setattr(jobs_module, "SKETCH_CHILDREN", 100)
    monkeypatch.setattr(jobs_module, "SHARPER_CHILDREN", 300)
    monkeypatch.setattr(jobs_module, "SHARPER_REPLICATES", 6)
    seen, sketched = [], live_module.sketched

    def noted(job, *told):
        found = sketched(job, *told)
        seen.append((job.b.levers["caseload"] - 20, found.a.replicates, found.fold))
        return found

    monkeypatch.setattr(live_module, "sketched", noted)
    own = Live(workers=2)
    told = {"children": 900, "years": 1, "replicates": 8, "seed": 12}
    a = scenario_from("status_quo", **told)
    asked = [scenario_from("omlaegning", **told, levers={"caseload": 20 + which}) for which in range(5)]
    with own.news:  # nothing is taken up before four have asked
        watches = [own.watch(a, b, structure=False) for b in asked[:4]]
    until(lambda: all(watch.answer.finished for watch in watches))
    watches.append(own.watch(a, asked[4], structure=False))
    until(lambda: watches[4].answer.finished)
    for which, folds in enumerate([(9, 3), (9, 3), (9, 9), (9, 9), (9, 3)]):
        of, fold = zip(*(shown[1:] for shown in seen if shown[0] == which), strict=True)
        assert FIRST_SHOWN <= of[0] < of[1] == 6, "two may be done in the same moment"
        assert fold == folds
    assert len(seen) == 10
    for watch, b in zip(watches, asked, strict=True):
        assert watch.answer.comparison.result_hash == compare_scenarios(a, b, structure=False).result_hash
        watch.close()


def test_the_municipality_takes_a_sketchs_place_once_it_tells_as_much():
    """Not with fewer replicates: an interval that widened again would be read as news."""
    big = [scenario_from(name, children=9_000, replicates=50) for name in ("status_quo", "omlaegning")]
    job = jobs_module.new_job("key", *big, True, 0, False)
    assert {at: variant.fold for at, variant in job.variants.items() if at < 0} == {-2: 6, -1: 2}
    assert [jobs_module.is_due(job, 0, ready) for ready in (4, 8, 14, 19, 20, 21)] == [False] * 4 + [True] * 2
    small = [scenario.model_copy(update={"children": 3_000}) for scenario in big]
    job = jobs_module.new_job("key", *small, True, 0, False)
    assert {at: variant.fold for at, variant in job.variants.items() if at < 0} == {-2: 2}
    assert [jobs_module.is_due(job, 0, ready) for ready in (4, 7, 8)] == [False, False, True]
    least = [scenario.model_copy(update={"children": 1_000}) for scenario in big]
    job = jobs_module.new_job("key", *least, True, 0, False)
    assert min(job.variants) == 0
    assert jobs_module.is_due(job, 0, FIRST_SHOWN)


def test_all_else_is_held_back_for_a_visitor_alone_and_for_nobody_among_others(pair):
    own = Live(workers=1)
    watch = own.watch(*pair, structure=False)
    until(lambda: watch.answer.finished)
    with own.news:
        assert own._has_room()
    own.hush()
    with own.news:
        assert not own._has_room()
    until(own._has_room, 10.0)  # not for longer than it takes to draw
    other = own.watch(pair[0], changed(pair[1], seed=pair[1].seed), structure=False)
    own.hush()
    with own.news:
        assert own._has_room()
    for one in (watch, other):
        one.close()


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no niceness of their own here")
def test_only_what_is_no_first_answer_yields_the_processor(live, pair):
    watch = live.watch(*pair, structure=False)
    until(lambda: watch.answer.finished)
    watch.close()
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    for thread in live._threads:
        niceness = os.getpriority(os.PRIO_PROCESS, thread.native_id)
        assert niceness == (usual if thread.name == "trappen-first" else max(usual, BEHIND))


def test_what_failed_stays_told_whatever_else_was_under_way(pair, monkeypatch):
    """One piece of work fails while another of the same comparison runs on and is laid down after it."""
    own, first, run = Live(workers=1), threading.Event(), Live._run

    def one_fails(live, scenario, replicate, between):
        if replicate == 0:
            first.wait(100.0)
            return run(live, scenario, replicate, between)
        first.set()
        raise ValueError("as a test wants it")

    monkeypatch.setattr(Live, "_run", one_fails)
    own.workers = 2
    watch = own.watch(*pair, structure=False)
    until(lambda: watch.answer.failed is not None)
    until(lambda: (0, 0) in watch._job.done)
    time.sleep(0.2)
    assert isinstance(watch.answer.failed, ValueError)
    assert watch.answer.finished
    watch.close()


def test_what_is_shown_is_made_once_however_many_look_at_once(live, pair):
    watch = live.watch(*pair, structure=False)
    until(lambda: watch.answer.finished)
    made, gate = [], threading.Barrier(8)

    def make():
        time.sleep(0.05)
        made.append(1)
        return watch.answer.comparison.once("inner", dict)  # and from within

    def look():
        gate.wait()
        watch.answer.comparison.once("outer", make)

    looking = [threading.Thread(target=look) for _ in range(8)]
    for thread in looking:
        thread.start()
    for thread in looking:
        thread.join()
    assert made == [1]
    watch.close()


def test_a_watch_tells_at_once_what_more_can_be_shown_and_waits_for_the_rest(pair):
    own = Live(workers=1)
    watch = own.watch(*pair, structure=False)
    told, shown = None, []
    while told is None or not told.finished:
        told = watch.beyond(told, 500.0)
        shown.append(told.shown)
    assert shown == sorted(set(shown)), "no answer twice: how far it has come is told only when time is up"
    begun = time.monotonic()
    assert watch.beyond(told, 0.3) is told
    assert time.monotonic() - begun >= 0.3
    watch.close()
    assert watch.beyond(told, 500.0) is told  # who is closed waits for nothing


def test_a_municipality_that_is_folded_and_unfolded_is_the_same_to_the_bit(pair):
    world, desk, rules, number = start(pair[0], 0)
    for state in (world, desk):
        kept = fold(state)
        assert size(kept) < size(state)
        for one, other in zip(_tables(state), _tables(unfold(kept)), strict=True):
            assert one.dtype == other.dtype
            assert one.shape == other.shape
            for name in one.dtype.names or (...,):  # what pads a row to its width is nobody's number
                assert one[name].tobytes() == other[name].tobytes()
    first, again = (ready(pair[1], (unfold(fold(world)), unfold(fold(desk)), rules, number)) for _ in (0, 1))
    first[0].children["need"][:] = 9.0
    assert not np.array_equal(first[0].children["need"], again[0].children["need"])


def _tables(state):
    return [state] if isinstance(state, np.ndarray) else [one for part in state for one in _tables(part)]


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(0),
        np.zeros(1),
        np.zeros((5, 3)),
        np.arange(4.0),
        np.array([1.0, np.nan, np.nan]),
        np.array([0, 7, 7, 7]),
        np.array([1.0, 0.0, -0.0, 0.0]),
        np.zeros(6, [("a", "i2"), ("b", "f8")]),
    ],
)
def test_any_table_survives_folding(array):
    found = unfold_array(fold_array(array))
    assert (found.dtype, found.shape, found.tobytes()) == (array.dtype, array.shape, array.tobytes())
    assert found.base is None
    assert not np.shares_memory(found, array)


def test_what_is_counted_twice_doubles_amounts_and_leaves_rates(live, pair):
    """A sketch multiplies tables: every indicator must be an amount or a rate, and nothing else."""
    runs = run_replicates(list(pair), range(4))
    twice = [replace(run, **{name: 2 * getattr(run, name) for name in TABLES}) for run in runs]
    values = [Ledger(run.counts, run.sums, run.accounts) for run in (runs[0], twice[0])]
    amounts = 0
    for indicator in INDICATORS:
        once, double = (np.asarray(indicator.read(ledger), float) for ledger in values)
        known = np.isfinite(once) & (once != 0)
        if not known.any():
            continue
        times = double[known] / once[known]
        assert np.allclose(times, 1.0) or np.allclose(times, 2.0), indicator.row
        amounts += np.allclose(times, 2.0)
    assert amounts > 3


def test_a_long_run_gives_way_to_a_first_answer_before_its_first_replicate_is_done():
    own = Live(workers=1)
    told = {"children": 8_000, "years": 50, "replicates": 6, "seed": 10}
    a, b = (scenario_from(name, **told) for name in ("status_quo", "omlaegning"))
    long = own.watch(a, b, structure=False)
    until(lambda: own.busy() and long._job.begun > 0)
    # The first pieces of work of a small town give way to nobody: wait for one that does.
    until(lambda: long.answer.done >= FIRST_SHOWN)
    before = long.answer.done
    told = {"children": 400, "years": 1, "replicates": 6, "seed": 11}
    a, b = (scenario_from(name, **told) for name in ("status_quo", "omlaegning"))
    quick = own.watch(a, b, structure=False)
    until(lambda: quick.answer.comparison is not None)
    assert long.answer.done == before
    long.close()
    quick.close()
