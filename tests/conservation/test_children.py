"""Children are conserved: one life, one step and one case each, whatever the parameters and levers.

Parameters are drawn anywhere in the register's ranges, ends included, and levers anywhere in theirs,
with a change on the way; the rows are audited at the end of every month.
"""

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from trappen.agents.states import NEVER, CaseState, Life, Step
from trappen.model.engine import InForce

MONTH_COLUMNS = (
    "first_need",
    "first_contact",
    "last_notified",
    "first_help",
    "first_placed",
    "placed_since",
    "step_since",
    "believed",
    "acquainted",
)


def life_by_age(children, month):
    """Return the life state that age and death alone decide, where nobody moves."""
    age = month - children["birth_month"].astype(int)
    life = np.select(
        [age < -9, age < 216, age < 276, age < 300],
        [Life.UNBORN, Life.CHILD, Life.YOUTH, Life.ADULT],
        Life.GROWN,
    )
    return np.where(children["death_month"] <= month, Life.DEAD, life)


def audit(town, month):
    """Hold every row against what can be."""
    rows, step, case = town.children, town.children["step"], town.children["case"]
    here = rows["life"] != Life.MOVED
    np.testing.assert_array_equal(rows["life"][here], life_by_age(rows, month)[here])
    family = town.world.families[rows["family"]]
    leaves, arrives = family["leaves"].astype(int), family["arrives"].astype(int)
    to_come = (arrives != NEVER) & (rows["birth_month"] - 9 < arrives) & (month < arrives)
    may_be_gone = (leaves != NEVER) & (leaves <= month) & (rows["birth_month"].astype(int) + 216 > leaves)
    dead = rows["death_month"] <= np.maximum(month, np.where(arrives == NEVER, -NEVER, arrives))
    np.testing.assert_array_equal(~here, (~here & (may_be_gone | (dead & (arrives != NEVER)))) | to_come)
    assert not np.any(rows["step"][~here])
    np.testing.assert_array_equal(town.world.occupied, np.bincount(step, minlength=9))
    child, youth = rows["life"] == Life.CHILD, rows["life"] == Life.YOUTH
    helped, placed = step != Step.NONE, (step >= Step.KIN) & (step <= Step.OWN_ROOM)
    measure = (step >= Step.PREVENTIVE) & (step <= Step.OWN_ROOM)
    assert np.all(child[(step >= Step.EARLY) & (step <= Step.OWN_ROOM)])
    assert np.all(youth[step == Step.AFTERCARE])
    assert np.all(child[case != CaseState.NONE])
    np.testing.assert_array_equal(case == CaseState.OPEN, measure)
    # Who waits for a step has a decision, and a decision not yet in effect lies ahead.
    waits = rows["wanted"] != Step.NONE
    assert np.isin(case[waits], [CaseState.DECIDED, CaseState.OPEN]).all()
    assert np.all(rows["wanted_from"][waits] <= month)
    assert np.isin(rows["wanted"], [0, 2, 3, 4, 5, 6, 7]).all()
    ahead = rows["wanted_from"][(case == CaseState.DECIDED) & ~waits]
    assert np.all((ahead > month) & (ahead < NEVER))
    # Dates stand exactly where they mean something.
    np.testing.assert_array_equal(rows["step_since"] <= month, helped)
    np.testing.assert_array_equal(rows["ready"] != NEVER, helped)
    np.testing.assert_array_equal(rows["placed_since"] <= month, placed)
    np.testing.assert_array_equal(rows["follow_up_due"] != NEVER, measure)
    for name in MONTH_COLUMNS:
        known = rows[name] != NEVER
        if name == "acquainted":
            known &= rows[name] != -NEVER  # the caseworker has changed and has yet to meet the family
        assert np.all((rows[name][known] >= -216) & (rows[name][known] <= month)), name
        assert np.all(rows[name][known] >= rows["birth_month"][known].astype(int) - 9), name
    ordered = (
        ("first_help", "step_since"),
        ("first_placed", "placed_since"),
        ("first_contact", "last_notified"),
    )
    for first, last in ordered:
        known = rows[last] != NEVER
        assert np.all(rows[first][known] <= rows[last][known]), (first, last)
    # A placement without consent is one that runs or is decided on.
    assert np.all((placed | (rows["wanted"] >= Step.KIN))[rows["consent"] == 0])
    # Sizes.
    for name, least, most in (
        ("need", -24, 24),
        ("deviation", -16, 20),
        ("scar", 0, 16),
        ("relief", -12, 3),
        ("school", -20, 20),
        ("belief", -12, 12),
        ("doubt", 0, 1.0001),
        ("months_placed", 0, 216),
        ("months_need", 0, 216),
        ("months_unhelped", 0, 216),
        ("year_cost", 0, 4_000_000),
    ):
        values = rows[name]
        assert np.isfinite(values).all(), name
        assert np.all((values >= least) & (values <= most)), (name, values.min(), values.max())
    # Nobody alive has used up its exposure without a concern that began it anew.
    assert np.all((rows["exposure"][child] > 0) & (rows["exposure"][child] < 23))
    assert np.all(rows["months_unhelped"] <= rows["months_need"])
    trust = town.world.families["trust"]
    assert np.all((trust >= 0) & (trust <= 1))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_row_can_be_in_every_month(lab, data):
    for town, month, _ in lab.any_history(data):
        audit(town, month)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(data=st.data())
def test_no_valid_parameters_end_a_run(lab, data):
    rules, (before, _), structure, seed = lab.random_case(data)
    row = np.tile(before, (12 - lab.begin, 1))
    lab.town(rules, seed=seed, years=1, structure=structure).run(12, InForce(row, row, np.zeros(len(row))))
