"""Tables as readers meet them: intervals in one cell, policies by name, differences with their sign."""

import numpy as np
import pandas as pd
import pytest

from trappen.viz import found_tables
from trappen.viz.wording import say

FACTS = {"a": "status_quo", "b": "omlaegning"}


def shown(frame, lang="en"):
    heads, cells, _ = found_tables.shown(frame, FACTS, lang)
    return [dict(zip(heads, row, strict=True)) for row in cells]


@pytest.fixture
def frame():
    row = {"budget": "state", "a": 11.1, "b": 10.8, "difference": -0.331, "low": -0.57, "high": -0.13}
    return pd.DataFrame([row])


@pytest.mark.parametrize(("lang", "interval"), [("da", "−0,57 til −0,13"), ("en", "−0.57 to −0.13")])
def test_the_ends_of_an_interval_share_a_cell_with_the_decimals_of_their_difference(frame, lang, interval):
    (row,) = shown(frame, lang)
    assert row[say("column.interval", lang)] == interval
    assert row[say("experiment.column.difference", lang)] in ("−0,33", "−0.33")
    assert say("experiment.column.low", lang) not in row


def test_policies_stand_under_their_names_and_no_column_is_called_first_or_second(frame):
    (row,) = shown(frame)
    assert {"Today's practice", "Reorientation"} <= set(row)
    assert not {"First", "Second"} & set(row)


def test_each_interval_belongs_to_the_number_before_it():
    frame = pd.DataFrame(
        [
            {
                **{"perspective": "public", "difference": 1.0, "low": 0.5, "high": 1.5},
                **{"present_value": 20.5, "present_value_low": -3.0, "present_value_high": 40.0},
            }
        ]
    )
    heads, cells, _ = found_tables.shown(frame, FACTS, "en")
    assert heads[1:] == ["Difference", "90% interval", "Present value", "90% interval"]
    assert cells[0][1:] == ["+1.00", "+0.50 to +1.50", "+20.5", "−3.0 to +40.0"]


def test_shares_are_told_in_per_cent_and_ends_of_a_tornado_are_no_interval():
    share = pd.DataFrame([{"value": 20.0, "share_met": 0.8, "share_low": 0.61, "share_high": 0.92}])
    (row,) = shown(share)
    assert row["90% interval"] == "61% to 92%"
    tornado = pd.DataFrame([{"parameter": "price_kin", "at_low": -1.0, "at_high": 2.0, "swing": 3.0}])
    (row,) = shown(tornado)
    assert (row["At its low end"], row["At its high end"]) == ("−1", "+2")


def test_what_is_missing_is_a_dash_and_no_number():
    frame = pd.DataFrame([{"unit_cost": "per_child_year", "difference": 1.0, "low": np.nan, "high": np.nan}])
    (row,) = shown(frame)
    assert row["90% interval"] == "–"


@pytest.mark.parametrize(("lang", "words"), [("da", "Sagstal"), ("en", "Caseload")])
def test_levers_and_rows_are_told_in_words_with_their_unit(lang, words):
    row = {"row": "net_cost_per_year", "levers": "caseload, kin_search", "sampling_error": 0.0}
    heads, ((of, names),), _ = found_tables.shown(pd.DataFrame([row]), FACTS, lang)
    assert len(heads) == 2, "an error that is nought everywhere tells nothing"
    assert "_" not in of + names
    assert names.startswith(words)
    assert say("unit.m_dkk_per_year", lang) in of


@pytest.mark.parametrize(("lang", "head"), [("da", "Spænd"), ("en", "Range")])
def test_what_is_published_has_a_range_and_no_interval(lang, head):
    row = {"row": "reviews_kept", "mean": 88.3, "low": 87.1, "high": 89.8}
    row |= {"published": 88.0, "published_low": 84.0, "published_high": 92.0}
    heads, cells, _ = found_tables.shown(pd.DataFrame([row]), FACTS, lang)
    assert heads[2] == say("column.interval", lang)
    assert heads[-1] == head
    assert cells[0][-1].startswith("84")


def test_rows_of_different_measures_have_decimals_of_their_own():
    """Else the small ones are all rounded to nothing beside the large."""
    rows = [
        {"measure": "cost", "a": 5200.0, "b": 5300.0, "difference": 100.0, "low": 20.0, "high": 190.0},
        {"measure": "missed", "a": 0.31, "b": 0.27, "difference": -0.04, "low": -0.06, "high": -0.02},
    ]
    _, cells, _ = found_tables.shown(pd.DataFrame(rows), FACTS, "en")
    assert cells[0][1:] == ["5,200", "5,300", "+100", "+20 to +190"]
    assert cells[1][1:] == ["0.31", "0.27", "−0.04", "−0.06 to −0.02"]
