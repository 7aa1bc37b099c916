"""The experiments' charts say what they draw: ends of a tornado, quadrants of the plane, whose band it is."""

import re

import numpy as np
import pandas as pd
import pytest

from trappen.scenarios.experiments.budget import acceptability, plane
from trappen.scenarios.experiments.found import Found
from trappen.viz.report import marks
from trappen.viz.report.found_charts import charts

YEARS = range(2026, 2032)


def words(svg):
    return [text.replace("\xa0", " ") for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


def test_a_tornado_tells_each_swing_and_both_ends():
    svg = marks.tornado([("Pris", -4.0, 2.5), ("Tillid", 0.5, -0.5)], -1.0, "akse", "Tal for tal", "da")
    assert {"Pris", "Tillid", "akse", "6,5", "1,0"} <= set(words(svg))
    assert "Pris: −4,0, +2,5; Tillid: +0,5, −0,5" in svg


@pytest.mark.parametrize(("lang", "percent"), [("da", " %"), ("en", "%")])
def test_the_plane_names_its_quadrants_with_their_shares(lang, percent):
    points = [(5.0, 2.0, True), (6.0, 1.0, True), (-3.0, -2.0, True), (4.0, -1.0, True)]
    told = " ".join(words(marks.scatter("p", points, "x", "y", "t", lang, quadrants=True)))
    assert sorted(map(int, re.findall(rf": (\d+){percent}", told))) == [0, 25, 25, 50]


def budget_found(perspective):
    line = pd.DataFrame({"year": YEARS, "mean": 1.0, "low": 0.0, "high": 2.0})
    seen = ("children_family", "municipality", "public")
    silo = pd.DataFrame([{"budget": "state", "a": 1.0, "b": 2.0, "difference": 1.0, "low": 0.5, "high": 1.5}])
    points = plane(np.array([1.0, -1.0]), np.array([10.0, 20.0]))
    tables = {
        "silo": silo,
        "investment": pd.concat([line.assign(perspective=one) for one in seen]),
        "plane": points,
        "acceptability": acceptability(points),
    }
    return Found("budget", tables, {"b": "omlaegning", "perspective": perspective})


def test_the_band_is_that_of_the_perspective_chosen():
    """One band is drawn, whichever side is chosen; the whole municipality's where the accounts are."""
    bands = {}
    for perspective in ("accounts", "municipality", "public"):
        svg = charts(budget_found(perspective), "da")[1].svg
        bands[perspective] = re.findall(r"fill: (#[0-9a-f]{6}); fill-opacity", svg)
        assert len(bands[perspective]) == 1
    assert bands["accounts"] == bands["municipality"] != bands["public"]


def test_differences_are_told_with_the_same_decimals():
    rows = [("a", 3.14, 2.0, 4.0), ("b", -0.35, -0.5, 0.1)]
    told = {"+3.1 (+2.0 to +4.0)", "−0.3 (−0.5 to +0.1)"}
    assert told <= set(words(marks.bars("b", rows, "x", "t", "en")))


@pytest.mark.parametrize("narrow", [False, True])
def test_a_telephone_has_its_own_drawing(narrow):
    """A telephone has its own drawing, half as wide, with a name of its own for the page's ids."""
    rows = [("En ret lang betegnelse for et usikkert tal i modellen", 3.0, 2.0, 4.0)]
    svg = marks.bars("b", rows, "x", "t", "da", narrow=narrow)
    width = float(re.search(r'viewBox="0 0 (\d+)', svg).group(1))
    assert width == (marks.NARROW if narrow else marks.WIDE)
    assert ("b-narrow-title" in svg) == narrow


def test_a_point_without_an_interval_claims_none():
    told = words(marks.bars("b", [("a", 3.14, 3.14, 3.14)], "x", "t", "en"))
    assert "+3.1" in told
    assert not any("to" in word for word in told)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_chart_of_an_experiment_says_how_it_is_read_and_is_drawn_twice(lang):
    found = budget_found("public")
    wide, narrow = charts(found, lang), charts(found, lang, narrow=True)
    assert [one.title for one in wide] == [one.title for one in narrow]
    assert all(one.note and one.svg for one in wide)
    ids = [re.findall(r'\bid="([^"]*)"', one.svg) for one in (*wide, *narrow)]
    every = [name for names in ids for name in names]
    assert len(every) == len(set(every))
