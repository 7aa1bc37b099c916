"""Teams, therapists, front workers and leaders: one can select, inspect and script them."""

import numpy as np
import pytest

from trappen.agents.ledger import Count
from trappen.agents.states import Arena, FrontKind, Life, ProviderKind, Step

FRONT = (
    ("health_visitors", FrontKind.HEALTH_VISITOR, Arena.HEALTH_VISITING),
    ("pedagogues", FrontKind.PEDAGOGUE, Arena.DAY_CARE),
    ("teachers", FrontKind.TEACHER, Arena.SCHOOL),
)


def test_front_workers_have_every_child_of_their_age_once(town):
    """Each child under six has one health visitor and one pedagogue, each from six one teacher."""
    ages = town.month - town.children.column("birth_month").astype(int)
    here = town.children.column("life") == Life.CHILD
    for name, kind, _ in FRONT:
        workers = getattr(town, name)
        assert len(workers) > 0
        assert all(one.kind is kind for one in workers)
        met = np.sort(np.concatenate([one.children.rows for one in workers]))
        low, high = {"health_visitors": (-99, 72), "pedagogues": (0, 72), "teachers": (72, 999)}[name]
        np.testing.assert_array_equal(met, np.flatnonzero(here & (ages >= low) & (ages < high)))


def test_their_notifications_are_the_arenas(town):
    counts = town.world.counts.sum(axis=0)
    for name, _, arena in FRONT:
        workers = getattr(town, name)
        assert sum(one.notifications for one in workers) == counts[Count.ARENA + arena] > 0
        assert all(one.early_meetings >= 0 for one in workers)


def test_staff_work_where_their_institution_says(town):
    for institution in town.institutions:
        staff = list(institution.staff)
        assert len(staff) == institution.workers
        assert all(one.institution == institution for one in staff)
        assert all(one.district == institution.district for one in staff)
    assert town.health_visitors[0].institution is None


def test_a_script_that_takes_teachers_courage_stops_their_notifications(tools):
    """What the rules read of a front worker is the worker's own: others go on as before."""
    runs = []
    for courage in (None, 0.0):
        town = tools.municipality()
        town.run_warm_up()
        before = {name: [one.notifications for one in getattr(town, name)] for name, _, _ in FRONT}
        if courage is not None:
            for teacher in town.teachers:
                teacher.courage = courage
        town.run(8)
        runs.append({n: sum(o.notifications for o in getattr(town, n)) - sum(before[n]) for n in before})
    assert runs[0]["teachers"] > runs[1]["teachers"] == 0
    with pytest.raises(ValueError, match="factor"):
        town.teachers[0].courage = -1.0
    with pytest.raises(AttributeError, match="notice"):
        town.teachers[0].notifications = 3


def test_teams_and_therapists_know_their_families(town):
    for providers, step in ((town.teams, Step.HOME_BASED), (town.therapists, Step.PREVENTIVE)):
        helped = town.children.select(step=step)
        assert len(providers) > 0
        assert sum(len(one.families) for one in providers) == sum(one.families_now for one in providers)
        families = set(helped.column("family").tolist())
        assert families <= {family.row for one in providers for family in one.families}
        for one in providers:
            assert one.step is step
            assert one.is_full == (one.families_now >= one.room)
            assert all(child.wanted is step for child in one.waiting)
    assert {one.kind for one in town.teams} == {ProviderKind.TEAM}
    child = town.children.select(step=Step.HOME_BASED)[0]
    assert child.family.team in town.teams
    assert child.family in child.family.team.families


def test_leaders_supervise_their_span(town):
    led = [one for leader in town.leaders for one in leader.caseworkers]
    assert [one.row for one in led] == list(range(town.posts))
    assert all(one.leader == leader for leader in town.leaders for one in leader.caseworkers)
    there = sum(not one.is_vacant for one in town.caseworkers)
    given = sum(leader.hours for leader in town.leaders)
    assert given <= town.in_force.felt[town.month - 1].max() * max(there, town.posts)
    assert sum(leader.posts for leader in town.leaders) >= town.posts


def test_a_leader_worth_more_steadies_and_keeps(tools):
    """Supervision worth ten times as much makes smaller errors, and fewer leave."""
    runs = []
    for worth in (0.0, 10.0):
        town = tools.municipality(children=1500)
        town.run_warm_up()
        for leader in town.leaders:
            leader.worth = worth
        town.run(30)
        runs.append((town.caseworkers[0].steadied, town.world.counts[18:, Count.CASEWORKERS_LEFT].sum()))
    assert runs[0][0] > 1.0 > runs[1][0]
    assert runs[0][1] > runs[1][1]


def test_views_of_professionals_are_mesa_agents(town):
    for views in (town.teams, town.therapists, town.front, town.leaders):
        agents = views.agents()
        assert len(agents) == len(views)
        assert len({agent.unique_id for agent in agents}) == len(views)
        with pytest.raises(TypeError, match="rules"):
            views[0].remove()
    by_kind = town.front.agents().groupby("kind").agg("notifications", sum)
    assert set(by_kind) == set(FrontKind)


def test_the_example_of_the_document_runs(tools, own_town):
    """Selecting, inspecting and scripting as docs/casework.md shows it."""
    full, waiting, by_teachers, met, quietest, led = tools.documented.look_around(own_town)
    assert all(team.is_full for team in full)
    assert waiting[0] >= 0
    assert by_teachers > 0
    assert all(child.age_months >= 72 for child in met)
    assert quietest in own_town.pedagogues
    assert [one.row for one in led] == list(range(len(led)))
    assert {teacher.courage for teacher in own_town.teachers} == {0.5}
    own_town.step()
