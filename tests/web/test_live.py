"""What the page shows is what the command line gives, for the same scenarios."""

import time

import pytest

from trappen.scenarios.compare import compare_scenarios
from trappen.scenarios.scenario import scenario_from
from trappen.scenarios.watched.answers import Preliminary
from trappen.scenarios.watched.live import FIRST_SHOWN, Live

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


def test_few_replicates_are_told_with_a_wide_interval(live, pair):
    watch = live.watch(*pair, structure=False)
    until(lambda: watch.answer.comparison is not None)
    few = Preliminary(*pair, watch.answer.comparison.runs, {})
    usual = compare_scenarios(*pair, structure=False)
    row, plain = few.summary().iloc[0], usual.summary().iloc[0]
    assert row["high"] - row["low"] > plain["high"] - plain["low"]
    assert 0.0 < few.break_even()["chance_within_horizon"] < 1.0
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

    def noted():
        job, unit = take()
        picked.append(job.b.levers["caseload"] - 20)
        return job, unit

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
