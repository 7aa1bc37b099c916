from dataclasses import replace

import pytest

from trappen.scenarios.watched.answers import Answer
from trappen.viz.dashboard.asked import next_shown
from trappen.viz.dashboard.components import guarded, went_wrong


@pytest.fixture(autouse=True)
def nothing_wrong():
    went_wrong.value = False
    yield
    went_wrong.value = False


def test_an_event_that_fails_is_told_and_the_next_that_succeeds_takes_it_back(caplog):
    seen = []
    guarded(lambda told: seen.append(told["x"]))({"x": 1})
    assert seen == [1]
    assert not went_wrong.value
    guarded(lambda told: seen.append(told["y"]))({"x": 2})
    assert seen == [1]
    assert went_wrong.value
    assert "an event failed" in caplog.text
    guarded(lambda told: seen.append(told["x"]))({"x": 3})
    assert not went_wrong.value


def test_what_was_known_stays_until_something_is_known_of_the_new_question():
    known, nothing = Answer("known", 8, 8, 8, True), Answer(None, 0, 8, 0, False)
    failed = replace(nothing, failed="why")
    assert next_shown(None, "new", nothing) == ("new", nothing)
    assert next_shown(("old", known), "new", nothing) == ("old", known)
    assert next_shown(("old", known), "new", failed) == ("new", failed)
    assert next_shown(("old", nothing), "new", nothing) == ("new", nothing)
    assert next_shown(("old", known), "new", known) == ("new", known)
