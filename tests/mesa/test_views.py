"""A view is a row: it reads the columns as they are now, holds nothing, and is made when asked for."""

import copy
from types import SimpleNamespace

import numpy as np
import pytest

from trappen.agents import caseworker, child, family
from trappen.agents.states import AdultOutcome, CaseState, Life, Problem, Step
from trappen.agents.view import ChildView, FamilyView, Views

RENAMED = {
    "family": "family_row",
    "caseworker": "caseworker_post",
    "founded": "founded_row",
    "place": "place_row",
    "mother": "mother_row",
    "father": "father_row",
    "team": "team_row",
    "therapist": "therapist_row",
    "cases": "open_cases",
    "leader": "leader_row",
    "institution": "institution_row",
    "families": "families_now",
}


@pytest.fixture
def made(monkeypatch):
    """Give a list that grows with every child's view that is made."""
    views, init = [], ChildView.__init__

    def counting(self, model, row):
        views.append(row)
        init(self, model, row)

    monkeypatch.setattr(ChildView, "__init__", counting)
    return views


def test_every_declared_field_reads_its_column(town):
    for kind, fields, views in (
        (ChildView, child.FIELDS, town.children),
        (FamilyView, family.FIELDS, town.families),
    ):
        assert list(kind.fields) == [field.name for field in fields]
        for row in (0, len(views) // 2, len(views) - 1):
            for field in fields:
                value = getattr(views[row], RENAMED.get(field.name, field.name))
                assert value == getattr(town.world, kind.table)[field.name][row], field.name
                assert not isinstance(value, np.generic), field.name
    for field in caseworker.FIELDS:
        name = RENAMED.get(field.name, field.name)
        assert getattr(town.caseworkers[0], name) == town.world.caseworkers[field.name][0]
    for views in (town.providers, town.front, town.leaders):
        for field in views[0].fields.values():
            name = RENAMED.get(field.name, field.name)
            assert getattr(views[0], name) == getattr(town.world, views[0].table)[field.name][0]


def test_enumerations_come_back_as_members(town):
    one = town.children[0]
    assert [type(one.life), type(one.step), type(one.wanted), type(one.case)] == [Life, Step, Step, CaseState]
    assert type(one.family.problem) is Problem
    assert isinstance(one.acute, bool)
    assert isinstance(one.need, float)
    assert isinstance(one.who, int)


def test_what_is_declared_is_documented():
    assert ChildView.need.__doc__ == "severity of the problem development; 0 is the mean child [SD]"


def test_derived_properties_follow_from_the_columns(town):
    table = town.world.children
    for one in town.children.select(life=Life.CHILD)[::7]:
        row = table[one.row]
        assert one.age_months == town.month - row["birth_month"]
        assert one.age_years == one.age_months // 12
        assert one.is_placed == (4 <= row["step"] <= 7)
        assert one.is_waiting == (row["wanted"] != 0)
        assert one.family.row == row["family"]
        assert [other.row for other in one.siblings] == [
            other for other in np.flatnonzero(table["family"] == row["family"]) if other != one.row
        ]
        assert one in one.family.children
        assert one not in one.siblings


def test_adult_outcomes_are_the_bits(own_town):
    own_town.world.children["adult"][3] = 0b01010
    assert own_town.children[3].adult_outcomes == (AdultOutcome.NEET, AdultOutcome.DIAGNOSIS)
    own_town.world.children["adult"][4] = 0
    assert own_town.children[4].adult_outcomes == ()


def test_views_see_the_next_month(own_town):
    everyone = own_town.children
    held, before = list(everyone), own_town.world.children.copy()
    own_town.step()
    after = own_town.world.children
    assert (before["need"] != after["need"]).sum() > 100
    assert [one.need for one in held] == after["need"].tolist()
    assert held[0].age_months == own_town.month - after["birth_month"][0]
    np.testing.assert_array_equal(everyone.column("need"), after["need"])


def test_two_views_of_a_row_are_the_same_agent(town, tools):
    one, again = town.children[17], town.children[17]
    assert one is not again
    assert one == again
    assert hash(one) == hash(again)
    assert len({one, again, town.children[18]}) == 2
    assert one != town.children[18]
    assert one != town.families[17]
    assert one != tools.municipality(years=1).children[17]
    assert copy.copy(one) == one


def test_keys_of_luck_are_unique_ids(town):
    ids = [agent.unique_id for agents in (town.children, town.families) for agent in agents]
    ids += [agent.unique_id for agent in town.agents]
    assert len(set(ids)) == len(ids) == len(town.children) + len(town.families) + town.posts


def test_views_are_made_only_when_asked_for(own_town, made):
    children = own_town.children
    own_town.step()
    nobody = children.select(children.column("need") > 9.0).select(step=Step.KIN)
    assert (len(children) > 800, len(nobody), made) == (True, 0, [])
    helped = children.select(step={Step.PREVENTIVE, Step.HOME_BASED}, life=Life.CHILD)
    assert (len(helped) > 3, made) == (True, [])
    placed = helped.select(lambda one: one.is_placed)
    assert (len(placed), len(made)) == (0, len(helped))
    helped[1:3].agents()
    assert len(made) == len(helped) + 2


def test_no_view_is_registered(town):
    assert len(town.agents) == len(town.caseworkers)
    assert ChildView not in town.agents_by_type


def test_a_country_makes_no_agents(made):
    rows = 1_150_000
    table = np.broadcast_to(child.make_children(1), rows)
    country = Views(ChildView, SimpleNamespace(world=SimpleNamespace(children=table), month=0))
    unborn = country.select(life=Life.UNBORN, step=Step.NONE)
    assert (len(country), len(unborn), len(country.select(case=CaseState.OPEN))) == (rows, rows, 0)
    assert made == []
    assert country[-1].row == rows - 1
    assert len(made) == 1


def test_a_sequence_of_views_is_a_sequence(town):
    children = town.children
    assert [one.row for one in children[5:9]] == [5, 6, 7, 8]
    assert [one.row for one in children[5:50:9][1:]] == [14, 23, 32, 41]
    assert children[-1].row == len(children) - 1
    assert children[5:9][np.int64(-2)].row == 7
    with pytest.raises(IndexError):
        children[len(children)]
    with pytest.raises(IndexError):
        children[5:9][4]
    assert sum(1 for _ in children) == len(children) == len(town.world.children)
    assert children[7] in children[5:9]
    assert children[4] not in children[5:9]
    assert town.families[7] not in children
    assert repr(children[5:9]) == "<4 children>"
    assert repr(children[5]) == "<ChildView 5>"


def test_select_is_numpys_on_the_columns(town):
    table, children = town.world.children, town.children
    deep = table["need"] > 1.5
    for chosen, mask in (
        (children.select(deep), deep),
        (children.select(step=Step.FOSTER), table["step"] == Step.FOSTER),
        (children.select(step=(2, 3)), (table["step"] == 2) | (table["step"] == 3)),
        (children.select(deep, life=Life.CHILD), deep & (table["life"] == Life.CHILD)),
        (children.select(deep).select(deep[deep], life=Life.CHILD), deep & (table["life"] == Life.CHILD)),
        (children.select(lambda one: one.need > 1.5, life=Life.CHILD), deep & (table["life"] == Life.CHILD)),
        (children.select(family=children[40].family), table["family"] == table["family"][40]),
        (children.select(step=[]), np.zeros(len(table), bool)),
    ):
        np.testing.assert_array_equal(chosen.rows, np.flatnonzero(mask))
        np.testing.assert_array_equal(chosen.column("need"), table["need"][mask])


def test_what_cannot_be_selected_is_told(town):
    with pytest.raises(AttributeError, match=r"select\(lambda one: one.is_placed\)"):
        town.children.select(is_placed=True)
    with pytest.raises(TypeError, match="step holds numbers or members of an enumeration, not 'FOSTER'"):
        town.children.select(step="FOSTER")
    with pytest.raises(ValueError, match="as many truth values"):
        town.children.select(np.array([True, False]))
    with pytest.raises(ValueError, match="as many truth values"):
        town.children.select(np.arange(len(town.children)))


def test_columns_are_read_only(town):
    for these in (town.children, town.children[3:6]):
        with pytest.raises(ValueError, match="read-only"):
            these.column("need")[0] = 1.0


def test_a_view_cannot_be_removed(town):
    with pytest.raises(TypeError, match="up to the rules"):
        town.children[0].remove()
