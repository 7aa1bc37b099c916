"""Twenty visitors of the dashboard at once: how soon each sees a first answer, and how soon the last one.

What is measured is the work behind the page, `Live`, by threads that ask as pages do; a browser's own work
comes on top, on the visitor's machine. Every visitor moves a lever of the second policy, so that no two
share an answer, while all share municipality and luck, as a class does.
"""

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any, NamedTuple

import numpy as np

from trappen.policies.lever import levers
from trappen.scenarios.scenario import Scenario, scenario_from
from trappen.scenarios.watched.live import Live

VISITORS = 20
EVERY = 5.0
"""Seconds between two changes by the same visitor."""

CLASS_CHILDREN = 5_000
CLASS_EVERY = 15.0
"""A class that reads what it sees: more seconds between two changes, and perhaps a smaller municipality."""

LEVER = "caseload"
LONG_CHILDREN, LONG_REPLICATES = 100_000, 2000
PATIENCE = 300.0


@dataclass
class Waits:
    """Seconds from a change to the first answer and to the last, and changes left before the last came."""

    first: list[float] = field(default_factory=list)
    full: list[float] = field(default_factory=list)
    left: int = 0


_turns = itertools.count(1)


def _moved(base: Scenario) -> Scenario:
    """Return the scenario with the lever moved to where it has not been: no answer is known before."""
    lever, turn = levers()[LEVER], next(_turns)
    golden = 0.6180339887498949  # spreads any number of turns evenly over the range
    value = lever.low + (lever.high - lever.low) * (turn * golden % 1.0)
    return base.model_copy(update={"levers": {**base.levers, LEVER: round(value, 6)}})


def _ask(
    live: Live, a: Scenario, b: Scenario, patience: float, *, first_only: bool = False
) -> tuple[float, float]:
    """Ask, and wait for the first and the last answer; NaN for one not come or not waited for."""
    begun = monotonic()
    watch = live.watch(a, b)
    first, version = float("nan"), -1
    try:
        while (gone := monotonic() - begun) < patience:
            version = watch.changed(version, patience - gone)
            answer = watch.answer
            if answer.failed is not None:
                raise answer.failed
            if answer.comparison is not None and first != first:
                first = monotonic() - begun
            if answer.finished:
                return first, monotonic() - begun
            if first_only and first == first:
                break
        return first, float("nan")
    finally:
        watch.close()


class Page(NamedTuple):
    """A page that all visitors have open: kernels are compiled, and municipalities warmed up."""

    live: Live
    a: Scenario
    b: Scenario


def open_page(**told: Any) -> Page:
    """Open a page and wait until its comparison is done; options as `scenario_from`."""
    page = Page(Live(), *(scenario_from(name, **told) for name in ("status_quo", "omlaegning")))
    _ask(*page, PATIENCE)
    return page


def measure_visitors(page: Page, every: float = EVERY, visitors: int = VISITORS, changes: int = 6) -> Waits:
    """Let visitors move a lever every few seconds, their first changes spread over the seconds between."""
    (live, a, b), waits, lock = page, Waits(), threading.Lock()

    def visit(which: int) -> None:
        sleep(every * which / visitors)
        for _ in range(changes):
            begun = monotonic()
            first, full = _ask(live, a, _moved(b), every)
            with lock:
                waits.first.append(first)
                waits.left += full != full
                if full == full:
                    waits.full.append(full)
            sleep(max(0.0, every - (monotonic() - begun)))

    _together(visit, visitors)
    return waits


def measure_burst(page: Page, visitors: int = VISITORS) -> Waits:
    """Let all visitors move a lever in the same moment, and each wait for a first answer.

    The last full answer comes when the machine has run twenty whole comparisons: that is no matter of waiting
    for one another, and is not waited for here.
    """
    (live, a, b), waits, lock = page, Waits(), threading.Lock()
    gate = threading.Barrier(visitors)

    def visit(_: int) -> None:
        gate.wait()
        first, _full = _ask(live, a, _moved(b), PATIENCE, first_only=True)
        with lock:
            waits.first.append(first)

    _together(visit, visitors)
    return waits


def measure_beside_long(page: Page, turns: int = 5) -> Waits:
    """Let one visitor move a lever while another's long run of a large municipality goes on."""
    (live, a, b), waits = page, Waits()
    long: dict[str, Any] = {"children": LONG_CHILDREN, "replicates": LONG_REPLICATES}
    other = live.watch(*(scenario_from(name, **long) for name in ("status_quo", "omlaegning")))
    try:
        while other.answer.done == 0:
            other.changed(-1, 1.0)
            sleep(0.1)
        for _ in range(turns):
            waits.first.append(_ask(live, a, _moved(b), PATIENCE, first_only=True)[0])
        assert not other.answer.finished
    finally:
        other.close()
    return waits


def _together(visit: Callable[[int], None], visitors: int) -> None:
    threads = [threading.Thread(target=visit, args=(which,)) for which in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def high(values: list[float], share: float = 0.95) -> float:
    """Return a quantile; what never came counts as longer than all."""
    told = np.where(np.isnan(values), np.inf, values)
    return float(np.quantile(told, share, method="higher"))
