"""What a page waits for always comes: whoever asks, leaves, comes back, and however late a thread tells."""

import logging
import threading
import time

import numpy as np
import pytest
import reacton
import solara

from trappen.model.kernels.draws import ENSEMBLE, uniforms
from trappen.scenarios.scenario import scenario_from
from trappen.viz.dashboard.asked import use_answer
from trappen.viz.dashboard.work import use_work

SOON = 20.0
"""Seconds; on a busy machine threads get their turn late."""

COMPILED = 400.0
"""Seconds; a first run compiles the kernels."""


class Visitor:
    """A page of ours without a browser: what it asks now, and what it shows."""

    def __init__(self, first, use):
        def page():
            asked, self.ask = reacton.use_state(first)
            self.shows = (asked, use(asked))
            return solara.Text(str(self.shows))

        _, self._page = reacton.render(reacton.component(page)(), handle_error=False)

    def close(self):
        self._page.close()

    def has(self, told, seconds=SOON):
        end = time.monotonic() + seconds
        while not told(*self.shows):
            if time.monotonic() > end:
                return False
            time.sleep(0.001)
        return True

    def is_answered(self, asked):
        """Tell whether the page comes to show the answer to what it asked last."""
        return self.has(lambda now, told: now == asked and told == (asked, None, False))


class Late(logging.Filter):
    """Holds one thread beside the page where it is about to tell something, as a busy machine may.

    The page's machinery logs just before it takes what it is told.
    """

    def __init__(self):
        super().__init__()
        self.waits, self.go = threading.Event(), threading.Event()

    def filter(self, record):
        beside = threading.current_thread() is not threading.main_thread()
        if record.msg.startswith("Set state") and beside and not self.waits.is_set():
            self.waits.set()
            self.go.wait(SOON)
        return False


@pytest.fixture
def late():
    """A function that holds a thread from now on; the rest of what the machinery logs is not kept."""
    logger, late = logging.getLogger("reacton"), Late()
    level = logger.level

    def hold():
        logger.addFilter(late)
        logger.setLevel(logging.INFO)
        return late

    yield hold
    late.go.set()
    logger.setLevel(level)
    logger.removeFilter(late)


def at_once(asked):
    return use_work(f"{asked}", lambda _: asked)


def test_an_answer_told_late_does_not_leave_the_page_computing(late):
    gate = threading.Event()

    def use(asked):
        return use_work(asked, lambda _: asked if asked == "first" or gate.wait(SOON) else None)

    visitor = Visitor("first", use)
    assert visitor.is_answered("first")
    held = late()
    visitor.ask("second")
    gate.set()
    assert held.waits.wait(SOON)  # the answer is there, and about to be told
    visitor.ask("first")
    assert visitor.is_answered("first")
    held.go.set()
    time.sleep(0.2)
    assert visitor.is_answered("first")
    visitor.close()


def test_a_comparison_told_late_does_not_take_the_place_of_the_one_asked_for(late):
    size = {"children": 300, "years": 1, "replicates": 2}
    one, other = (
        tuple(scenario_from(policy, **size, seed=seed) for policy in ("status_quo", "omlaegning"))
        for seed in (1, 2)
    )

    def comparison(asked):
        answer, stale = use_answer(*asked)
        finished = answer is not None and answer.finished
        return answer.comparison.a.seed if finished else None, stale

    def settled(pair):
        return lambda now, told: now is pair and told == (pair[0].seed, False)

    visitor = Visitor(one, comparison)
    assert visitor.has(settled(one), COMPILED)
    visitor.ask(other)
    assert visitor.has(settled(other))
    visitor.ask(one)
    assert visitor.has(settled(one))
    held = late()
    visitor.ask(other)
    assert held.waits.wait(SOON)
    visitor.ask(one)
    assert visitor.has(settled(one))
    held.go.set()
    time.sleep(0.2)
    assert visitor.has(settled(one))
    visitor.close()


def test_who_comes_while_the_work_is_being_given_up_gets_an_answer():
    turns, gave_up, go = [], threading.Event(), threading.Event()

    def make(wanted):
        turns.append(wanted)
        if len(turns) > 1:
            return "told"
        while wanted():
            time.sleep(0.001)
        gave_up.set()
        go.wait(SOON)
        return None

    def use(asked):
        return use_work(asked, make if asked else None)

    first, second = Visitor("told", use), Visitor("", use)
    assert first.has(lambda *_: turns)
    first.close()
    assert gave_up.wait(SOON)
    second.ask("told")
    go.set()
    assert second.is_answered("told")
    second.close()


def test_where_no_thread_is_to_be_had_the_next_who_asks_does_not_wait_for_ever(monkeypatch):
    def none_left(self):
        raise RuntimeError("can't start new thread")

    visitor = Visitor("before", at_once)
    assert visitor.is_answered("before")
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", none_left)
        with pytest.raises(RuntimeError, match="new thread"):
            visitor.ask("no thread")
    other = Visitor("no thread", at_once)
    assert other.is_answered("no thread")
    other.close()


def test_visitors_who_come_and_go_and_change_their_minds_are_all_answered():
    luck = iter(uniforms(1, np.arange(20_000), 0, ENSEMBLE)[:, 0])
    questions = [f"question {n}" for n in range(6)]

    def chosen(among):
        return among[int(next(luck) * len(among))]

    def make(asked, seconds):
        def work(wanted):
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                if not wanted():
                    time.sleep(0.002)  # as what is given up still ends its month
                    raise InterruptedError
                time.sleep(0.0005)
            return asked

        return work

    def use(asked):
        return use_work(asked, make(asked, next(luck) * 0.006))

    visitors = [Visitor(chosen(questions), use) for _ in range(6)]
    for _ in range(1500):
        at = chosen(range(len(visitors)))
        if next(luck) < 0.1:
            visitors[at].close()
            visitors[at] = Visitor(chosen(questions), use)
        else:
            visitors[at].ask(chosen(questions))
        time.sleep(next(luck) * 0.003)
    for visitor in visitors:
        assert visitor.is_answered(visitor.shows[0])
        visitor.close()
