"""Caseworkers are ordinary agents: one a post, registered, there as long as the post is."""

import mesa
import numpy as np
import pytest

from trappen.agents.levers import Lever
from trappen.agents.states import CaseState
from trappen.agents.view import CaseworkerAgent
from trappen.model.engine import InForce
from trappen.model.kernels.world import Meter


@pytest.fixture
def swinging(tools):
    """Give a municipality whose caseload falls for a year, so that posts come, and then rises."""
    felt = np.tile(tools.today, (24, 1))
    felt[:12, Lever.CASELOAD], felt[12:, Lever.CASELOAD] = 10.0, 60.0
    town = tools.municipality(2000, in_force=InForce(felt, felt, np.zeros(24)))
    assert len(town.agents) == town.posts == 0
    town.run_warm_up()
    return town


def test_one_agent_a_post(swinging):
    posts = []
    for _ in range(24):
        before = {agent.row: agent for agent in swinging.caseworkers}
        swinging.step()
        agents = swinging.agents_by_type[CaseworkerAgent]
        assert [agent.row for agent in swinging.caseworkers] == list(range(len(agents)))
        assert len(agents) == np.ceil(swinging.world.meters[Meter.POSTS_FELT]) == len(swinging.agents)
        for agent in swinging.caseworkers:
            assert agent is before.get(agent.row, agent), "a post that stays keeps its agent"
        posts.append(len(agents))
    assert max(posts) > 2 * posts[-1] > 0


def test_what_happens_to_the_agent_of_a_post_that_goes(swinging):
    swinging.run(12)
    last = swinging.caseworkers[-1]
    swinging.run(12)
    assert last not in swinging.agents
    assert last not in swinging.caseworkers
    known = swinging.children.select(caseworker=last)
    assert all(child.caseworker is None for child in known)


def test_an_ordinary_agent_in_mesas_hands(swinging):
    """Mesa's data collector reads them as any agent; free attributes are the user's own."""
    collector = mesa.DataCollector(
        model_reporters={"month": "month"}, agent_reporters={"vacant": "is_vacant", "hired": "hired"}
    )
    vacant = rows = 0
    for _ in range(24):
        swinging.step()
        collector.collect(swinging)
        vacant += sum(agent.is_vacant for agent in swinging.agents)
        rows += swinging.posts
    frame = collector.get_agent_vars_dataframe()
    assert frame["vacant"].sum() == vacant > 0
    assert len(frame) == rows
    agent = swinging.caseworkers[0]
    agent.note = "seen"
    assert swinging.agents_by_type[CaseworkerAgent].select(lambda one: one.row == 0).get("note") == ["seen"]
    with pytest.raises(AttributeError, match="hired is written by the rules of casework only"):
        agent.hired = 3


def test_a_post_in_its_columns(town):
    table = town.world.caseworkers
    for agent in town.caseworkers:
        assert agent.is_vacant == (table["vacant_until"][agent.row] > town.month)
        if agent.is_vacant or agent.hired < -1000:
            assert agent.months_in_post is None
        else:
            assert agent.months_in_post == town.month - table["hired"][agent.row] >= 0


def test_caseworkers_know_their_cases(town):
    children = town.world.children
    known = [child for agent in town.caseworkers for child in agent.cases]
    for agent in town.caseworkers:
        assert all(child.caseworker is agent for child in agent.cases)
    posts = len(town.caseworkers)
    met = (children["caseworker"] >= 0) & (children["caseworker"] < posts)
    assert len(known) == (met & (children["case"] >= CaseState.ASSESSMENT)).sum() > 10
