"""What a script may write through a view, and that everything else is refused with a sentence."""

import numpy as np
import pytest

from trappen.agents import child, family
from trappen.agents.states import Life, Step


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, 1.25) for name in child.SCRIPTABLE if name != "onset_age"),
        ("onset_age", 150),
        ("deviation", np.float32(-2.5)),
        ("scar", 0),
    ],
)
def test_a_script_may_change_a_life(own_town, name, value):
    own_town.children[30].__setattr__(name, value)
    assert own_town.world.children[name][30] == value
    assert getattr(own_town.children[30], name) == value


@pytest.mark.parametrize(
    ("name", "value"), [("trust", 0.0), ("trust", 1), ("domain_parent", 2.5), ("network", True)]
)
def test_a_script_may_change_a_family(own_town, name, value):
    setattr(own_town.families[30], name, value)
    assert own_town.world.families[name][30] == value
    assert type(getattr(own_town.families[30], name)) in (type(value), float)


def test_all_else_is_refused(own_town):
    before = own_town.world.children.copy(), own_town.world.families.copy()
    for agent, fields, allowed in (
        (own_town.children[30], child.FIELDS, child.SCRIPTABLE),
        (own_town.families[30], family.FIELDS, family.SCRIPTABLE),
    ):
        refused = {field.name for field in fields} - set(allowed)
        for name in refused | {"family_row", "age_months", "model", "row", "unique_id", "ned", "pos"}:
            with pytest.raises(AttributeError, match=r"a script may write|no setter|holds nothing but"):
                setattr(agent, name, 1)
    for old, new in zip(before, (own_town.world.children, own_town.world.families), strict=True):
        assert all(old[name].tobytes() == new[name].tobytes() for name in old.dtype.names)


def test_the_sentence_names_what_may_be_written(own_town):
    with pytest.raises(
        AttributeError, match=r"step is written by the rules of staircase only; .* aptitude, "
    ):
        own_town.children[0].step = Step.FOSTER


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("scar", float("nan"), ValueError),
        ("scar", float("inf"), ValueError),
        ("scar", 1e30, ValueError),
        ("scar", "1", TypeError),
        ("scar", None, TypeError),
        ("onset_age", 150.5, ValueError),
        ("onset_age", 40_000, ValueError),
        ("onset_age", -40, ValueError),
    ],
)
def test_values_that_cannot_be_are_refused(own_town, name, value, error):
    before = own_town.world.children[name][5]
    with pytest.raises(error, match=name):
        setattr(own_town.children[5], name, value)
    assert own_town.world.children[name][5] == before


@pytest.mark.parametrize(
    ("name", "value"), [("trust", 1.01), ("trust", -1), ("domain_care", 11), ("network", 2)]
)
def test_a_family_keeps_to_its_limits_too(own_town, name, value):
    with pytest.raises(ValueError, match=name):
        setattr(own_town.families[5], name, value)


def test_need_follows_within_three_months(own_town, tools):
    """A wound to one child raises its need, and the other families do not notice."""
    twin = tools.municipality()
    twin.run_warm_up()
    twin.run(2)
    child = own_town.children.select(life=Life.CHILD, step=Step.NONE)[100]
    child.scar += 0.5
    for town in (own_town, twin):
        town.run(3)
    assert child.need > twin.children[child.row].need + 0.3
    changed = np.flatnonzero(own_town.world.children["need"] != twin.world.children["need"])
    assert set(changed) <= {child.row, *child.siblings.rows}
