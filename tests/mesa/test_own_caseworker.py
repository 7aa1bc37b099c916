"""A caseworker of one's own: what changes when it ranks its tasks otherwise, and that nothing else does."""

import numpy as np
import pytest

from trappen.agents.casework_task import TaskKind
from trappen.agents.levers import Lever
from trappen.model.casework_served import OwnCaseworker
from trappen.model.engine import InForce


class AsEver(OwnCaseworker):
    """A subclass that changes nothing."""


def run(tools, months=8, **others):
    """Return a busy municipality after some months, and its follow-ups: age of the child, days waited."""
    felt = np.tile(tools.today, (12, 1))
    felt[:, Lever.CASELOAD] = 48.0
    town = tools.municipality(2500, in_force=InForce(felt, felt, np.zeros(12)), **others)
    town.run_warm_up()
    told = []
    for _ in range(months):
        month = town.month
        town.step()
        done, n = town.desk.done, town.finished
        follow_ups = np.flatnonzero(done.kind[:n] == TaskKind.FOLLOW_UP)
        age = month - town.world.children["birth_month"][done.row[follow_ups]].astype(int)
        told.append(np.column_stack([age, done.start[follow_ups] - done.arrival[follow_ups]]))
    return town, np.concatenate(told)


@pytest.fixture(scope="module")
def ordinary(tools):
    return run(tools)


def test_a_subclass_that_changes_nothing_gives_the_same_bits(tools, ordinary):
    town, _ = run(tools, caseworker_class=AsEver)
    assert tools.differences(town.world, ordinary[0].world) == []
    assert all(type(agent) is AsEver for agent in town.caseworkers)


def test_the_youngest_wait_less_and_nothing_but_the_order_changes(tools, ordinary):
    """With docs/casework.md's own example. In the first month both have the same tasks in another order.

    Over the months the young wait less relative to the old than with ordinary caseworkers.
    """
    one, _ = run(tools, 1)
    other, _ = run(tools, 1, caseworker_class=tools.documented.YoungestFirst)
    assert one.desk.queue.used[3] == other.desk.queue.used[3]  # as many handed in
    for name in ("notified_year", "last_notified", "first_need"):
        assert (one.world.children[name] == other.world.children[name]).all()
    assert (one.world.caseworkers["away"] == other.world.caseworkers["away"]).all()
    _, own = run(tools, caseworker_class=tools.documented.YoungestFirst)
    gap = {}
    for name, told in (("ordinary", ordinary[1]), ("own", own)):
        young = told[:, 0] < np.median(ordinary[1][:, 0])
        gap[name] = told[young, 1].mean() - told[~young, 1].mean()
        assert min(young.sum(), (~young).sum()) > 30
    assert gap["own"] < gap["ordinary"] - 0.5


def test_both_engines_take_a_caseworker_of_ones_own(tools):
    compiled, _ = run(tools, 3, caseworker_class=tools.documented.YoungestFirst)
    simpy, _ = run(tools, 3, caseworker_class=tools.documented.YoungestFirst, casework="simpy")
    assert tools.differences(compiled.world, simpy.world) == []
