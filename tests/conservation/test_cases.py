"""Every case has one end: what an authority decided is carried out, declined, or outlived; never lost."""

import numpy as np

from trappen.agents.states import NEVER, CaseState, Life, Step


def test_a_decision_is_not_lost_because_an_early_course_ends(lab):
    """A child decided on keeps its decision until the month it takes effect.

    Exact: of children who were decided on, are still children, and whose decision lies ahead, all
    are still decided on a month later.
    """
    town, held = lab.town(children=8000, years=1), 0
    before = town.children.copy()
    for month in range(lab.begin, 12):
        town.run(month + 1, lab.in_force(1, {"early_help_places": 60.0, "decision_delay": 60.0}))
        now = town.children
        ahead = (before["case"] == CaseState.DECIDED) & (before["wanted"] == Step.NONE)
        ahead &= (before["wanted_from"] > month) & (now["life"] == Life.CHILD)
        lost = ahead & (now["case"] == CaseState.NONE)
        assert not lost.any(), f"month {month}: {lost.sum()} decisions lost, on steps {before['step'][lost]}"
        held += np.sum(ahead & (before["step"] == Step.EARLY))
        before = now.copy()
    assert held > 100, "nobody had a course and a decision at once; nothing was shown"


def test_a_placement_without_consent_is_not_undone_by_leaving_voluntary_help(lab):
    """A child waits for a foster place against its family's will; the family leaves its help at home.

    The wait goes on: only the child's need, its age, or a place ends it.
    """
    town = lab.town(lab.rules({"dropout": 0.03}), children=300, years=1).run(0)
    rows = np.flatnonzero((town.children["life"] == Life.CHILD) & (town.children["birth_month"] > -150))
    rows = rows[town.children["birth_month"][rows] < 0]
    for row in rows:
        child = town.children[row]
        town.world.occupied[child["step"]] -= 1
        town.world.occupied[Step.HOME_BASED] += 1
        child["step"], child["case"], child["step_since"], child["ready"] = (
            Step.HOME_BASED,
            CaseState.OPEN,
            -1,
            500,
        )
        child["follow_up_due"], child["wanted"], child["wanted_from"] = 400, Step.FOSTER, 0
        child["consent"], child["belief"], child["placed_since"] = 0, 3.2, NEVER
    town.world.families["trust"] = 0.0
    town.run(2)
    rows = rows[town.children["life"][rows] == Life.CHILD]  # a few move out with their families
    gone = town.children["step"][rows] == Step.NONE
    assert not gone.any(), f"{gone.sum()} of {len(rows)} children left the list with their families' help"
