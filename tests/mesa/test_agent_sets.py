"""Views in a `mesa.AgentSet`: they stay, and what Mesa makes of them is what numpy makes of columns."""

import gc

import mesa
import numpy as np
import pytest

from trappen.agents.states import Life, Step


@pytest.fixture(scope="module")
def columns(town):
    """Give the rows of today's children."""
    return town.world.children[town.world.children["life"] == Life.CHILD]


@pytest.fixture
def children(town):
    return town.children.select(life=Life.CHILD).agents()


def test_it_is_mesas_agent_set(children, town):
    assert isinstance(children, mesa.agentset.AgentSet)
    assert all(isinstance(one, mesa.Agent) and one.model is town for one in children)


def test_views_stay_as_long_as_a_set_of_them(town, columns):
    """Each set made of another lives on alone: nothing else holds the views."""
    in_need = (columns["need"] >= 1.28).sum()

    def all_of_them():
        return town.children.select(life=Life.CHILD).agents()

    for made, size in (
        (all_of_them(), len(columns)),
        (all_of_them().select(lambda one: one.need >= 1.28), in_need),
        (all_of_them().select(at_most=10), 10),
        (all_of_them().sort("need"), len(columns)),
        (all_of_them().shuffle(), len(columns)),
        (all_of_them().select(), len(columns)),
        (all_of_them().select(lambda one: one.need >= 1.28, inplace=True), in_need),
        (all_of_them().sort("need", inplace=True).shuffle(inplace=True), len(columns)),
    ):
        gc.collect()
        assert len(made) == len(list(made)) == len(made.get("need")) == size
    groups = all_of_them().groupby("step").groups
    gc.collect()
    assert sum(map(len, groups.values())) == len(columns)


def test_the_empty_set(town):
    nobody = town.children.select(step=[]).agents()
    assert (len(nobody), nobody.get("need"), nobody.select(lambda one: True).to_list()) == (0, [], [])


def test_get_is_the_column(children, columns):
    assert children.get("need") == columns["need"].tolist()
    assert children.get(["who", "step"]) == [list(pair) for pair in columns[["who", "step"]].tolist()]


def test_select_and_agg_are_numpys(children, columns):
    deep = columns["need"] >= 1.28
    chosen = children.select(lambda one: one.need >= 1.28)
    assert chosen.get("who") == columns["who"][deep].tolist()
    need = columns["need"].astype(float)
    assert chosen.agg("need", np.mean) == need[deep].mean()
    assert children.agg("need", [min, max]) == [need.min(), need.max()]
    assert children.agg("months_need", sum) == columns["months_need"].sum(dtype=int)


def test_groupby_is_numpys(children, columns):
    groups = children.groupby("step")
    steps, counts = np.unique(columns["step"], return_counts=True)
    assert len(steps) > 3
    assert groups.count() == {Step(step): count for step, count in zip(steps, counts, strict=True)}
    assert all(type(step) is Step for step, _ in groups)
    for step, mean in groups.agg("need", np.mean).items():
        assert mean == columns["need"][columns["step"] == step].astype(float).mean()
    by_family = children.groupby("family", result_type="list")
    assert len(by_family) == len(np.unique(columns["family"]))


def test_sort_is_numpys(children, columns):
    assert children.sort("who", ascending=True).get("who") == sorted(columns["who"].tolist())
    deepest_first = np.sort(columns["need"])[::-1]
    assert children.sort(lambda one: (one.need, one.who)).get("need") == deepest_first.tolist()


def test_do_map_add_and_remove(children, columns, town):
    assert children.map(lambda one: one.age_months) == (town.month - columns["birth_month"]).tolist()
    seen = []
    children.do(lambda one: seen.append(one.row))
    assert len(seen) == len(columns)
    one, size = children.to_list()[0], len(children)
    children.remove(one)
    assert (one in children, len(children)) == (False, size - 1)
    with pytest.raises(KeyError):
        children.remove(one)
    children.discard(one)
    children.add(town.children[one.row])
    gc.collect()
    assert (one in children, len(children)) == (True, size)


def test_set_writes_what_a_script_may_write(own_town):
    families = own_town.families[:50].agents()
    families.set("trust", 0.75)
    assert (own_town.world.families["trust"][:50] == 0.75).all()
    with pytest.raises(AttributeError, match="a script may write"):
        families.set("liability", 0.0)
