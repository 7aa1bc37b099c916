import pytest

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
