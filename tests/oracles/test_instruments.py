"""Readings are what an instrument sees plus its own error, at its own ages, the same when repeated."""

import numpy as np
import pytest

from trappen.agents.states import Instrument, Life
from trappen.model.instruments import read, seen_by, usable


@pytest.fixture(scope="module")
def town(lab):
    return lab.town(children=20_000, years=1)


@pytest.mark.parametrize("instrument", list(Instrument))
def test_a_reading_has_its_instruments_error_and_age(town, instrument, luck):
    """Error rate: mean and spread of about 3,000 errors or more held to |z| < 5; a spread 10 % off is 7."""
    life, rows = town.rules.life, town.children
    month = -216
    rows = rows[(rows["life"] == Life.CHILD) & (rows["birth_month"] < month)]
    key = np.array([luck, 77], np.uint32)
    found = read(instrument, rows, month, key, life)
    age = month - rows["birth_month"].astype(int)
    used = usable(instrument, age, life)
    np.testing.assert_array_equal(np.isnan(found), ~used)
    np.testing.assert_array_equal(found, read(instrument, rows, month, key, life))
    assert not np.array_equal(found[used], read(instrument, rows, month + 1, key, life)[used])
    errors = (found - seen_by(instrument, rows, life))[used] / life["instrument_error"][instrument]
    n = len(errors)
    assert n > 800
    assert abs(errors.mean()) < 5 / np.sqrt(n)
    assert abs(errors.std() - 1) < 5 / np.sqrt(2 * n)


def test_the_questionnaire_reads_need_and_the_wellbeing_ruler_school_too(town):
    life, rows = town.rules.life, town.children[town.children["life"] == Life.CHILD]
    np.testing.assert_allclose(seen_by(Instrument.SDQ, rows, life), rows["need"], atol=1e-6)
    weaker = rows.copy()
    weaker["school"] -= np.float32(1.0)
    gained = seen_by(Instrument.TRIVSELSLINEALEN, weaker, life) - seen_by(
        Instrument.TRIVSELSLINEALEN, rows, life
    )
    np.testing.assert_allclose(gained, life["instrument_school"][Instrument.TRIVSELSLINEALEN], atol=1e-5)
    np.testing.assert_array_equal(seen_by(Instrument.ASQ, weaker, life), seen_by(Instrument.ASQ, rows, life))
