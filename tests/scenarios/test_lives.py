"""Two lives of one child are the rows of a comparison, the same until something the policy changed."""

import numpy as np
import pytest

from trappen.agents.problem import Problem
from trappen.agents.states import NEVER, Step
from trappen.scenarios.runner import run_replicate
from trappen.scenarios.scenario import scenario_from
from trappen.scenarios.watched.lives import PATTERNS, draw_lives, two_lives

WORLD = {"children": 2500, "years": 12, "replicates": 1, "seed": 5, "uncertainty": False}


@pytest.fixture(scope="module")
def pair():
    return tuple(scenario_from(policy, **WORLD) for policy in ("status_quo", "omlaegning"))


@pytest.fixture(scope="module")
def lives(pair):
    return draw_lives(*pair, 5, pattern="notified")


def test_a_life_ends_as_the_row_of_the_whole_run(pair, lives):
    ended = run_replicate(pair, 0)
    for life in lives:
        for one, world in zip((life.a, life.b), ended, strict=True):
            row = world.children[world.children["who"] == life.who][0]
            for name in row.dtype.names:
                assert one.child_rows[-1][name] == row[name], name


def test_lives_are_the_same_before_they_differ(lives):
    assert any(life.first_difference is not None for life in lives)
    for life in lives:
        first = life.first_difference
        assert first is None or first >= 0, "the warm-up is one"
        same = life.a.months < (np.inf if first is None else first)
        for rows in ("child_rows", "family_rows"):
            one, other = (getattr(side, rows)[same] for side in (life.a, life.b))
            for name in one.dtype.names:
                np.testing.assert_array_equal(one[name], other[name])
        if first is not None:
            assert life.cause is not None
            visible = life.first_visible_difference
            assert visible is None or visible >= first
            written = life.a.child_rows, life.b.child_rows, life.a.family_rows, life.b.family_rows
            k = int(np.flatnonzero(life.a.months == first)[0])
            name = life.cause[1]
            table = 0 if name in written[0].dtype.names else 2
            assert written[table][k][name] != written[table + 1][k][name]


def test_under_one_policy_twice_nothing_differs(pair):
    life = two_lives(pair[0], pair[0], pattern="notified")
    assert life.first_difference is None
    assert life.cause is None
    assert life.first_visible_difference is None


def test_the_same_child_comes_back_by_its_key(pair, lives):
    again = two_lives(*pair, who=lives[2].who)
    assert again.frame().equals(lives[2].frame())


@pytest.mark.parametrize("pattern", ["placed", "missed", "early", "late"])
def test_a_child_has_the_pattern_it_was_drawn_by(pair, pattern):
    life = two_lives(*pair, pattern=pattern)
    assert bool(PATTERNS[pattern](life.a.child_rows[-1:], life.b.child_rows[-1:])[0])


def test_events_tell_what_the_rows_say(lives):
    for life in lives:
        for side in (life.a, life.b):
            rows, kinds = side.child_rows, [event.kind for event in side.events]
            notified = np.unique(rows["last_notified"])
            assert kinds.count("notified") == np.sum(notified != NEVER)
            changes = np.sum(np.diff(rows["step"].astype(int)) != 0)
            assert kinds.count("step") + kinds.count("help_ends") == changes
            assert kinds.count("breakdown") == rows["breakdowns"][-1]
            ages = [event.age_months for event in side.events]
            assert ages == sorted(ages)
            helped = rows["step"] != Step.NONE
            assert (side.frame["step"] != "none").sum() == helped.sum()


def test_what_cannot_be_found_gets_a_sentence(pair):
    with pytest.raises(Problem, match=r"lives\.no_such_child|7"):
        two_lives(*pair, who=7)
    with pytest.raises(Problem, match=r"pattern|mønster"):
        two_lives(*pair, pattern="happy")


def test_a_life_that_nobody_waits_for_any_more_is_not_run_to_its_end(pair):
    years = []

    def between():
        years.append(None)
        if len(years) == 5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        two_lives(*pair, pattern="any", between=between)
    assert len(years) == 5


def test_looking_up_between_years_changes_no_life(pair, lives):
    again = two_lives(*pair, who=lives[0].who, between=lambda: None)
    assert np.array_equal(again.a.child_rows, lives[0].a.child_rows)
    assert np.array_equal(again.b.child_rows, lives[0].b.child_rows)
