"""What the pages of one child, casework and the staircase show, as data and markup, without a browser."""

import re
from importlib.resources import files
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from trappen.agents.ledger import COUNTS, PAYERS, POSTS, SUMS, Count
from trappen.agents.states import PREGNANCY_MONTHS, Step
from trappen.scenarios.scenario import scenario_from
from trappen.scenarios.watched.lives import draw_lives
from trappen.scenarios.watched.staircase_months import OUTSIDE, STEPS
from trappen.viz import lives, wording
from trappen.viz.dashboard.pages import casework, child, life_shown, providers_shown, staircase
from trappen.viz.wording import say

WORLD = {"children": 2000, "years": 8, "replicates": 1, "seed": 4, "uncertainty": False}
NAMES = ("Nuværende praksis", "Omlægning")


@pytest.fixture(scope="module")
def drawn():
    pair = [scenario_from(policy, **WORLD) for policy in ("status_quo", "omlaegning")]
    return draw_lives(*pair, 1, pattern="differs")[0]


@pytest.fixture
def life(drawn):
    """A child's two lives, in which a test may put the parting where it wants it."""
    kept = drawn.first_difference
    yield drawn
    vars(drawn)["first_difference"] = kept


@pytest.mark.parametrize(
    ("months", "danish", "english"),
    [
        (-1, "før fødslen", "before birth"),
        (0, "0 mdr.", "0 mths"),
        (1, "1 md.", "1 mth"),
        (12, "1 år", "1 yr"),
        (25, "2 år 1 md.", "2 yrs 1 mth"),
        (59, "4 år 11 mdr.", "4 yrs 11 mths"),
    ],
)
def test_an_age_is_told_as_one_says_it(months, danish, english):
    assert (wording.age(months, "da"), wording.age(months, "en")) == (danish, english)


def test_the_words_at_the_parting_stand_on_the_side_where_the_chart_has_room(life):
    last = int(life.a.frame["age_months"].iloc[-1]) + life.birth_month
    for month, side in ((life.birth_month - PREGNANCY_MONTHS, "insideEndBottom"), (last, "insideEndTop")):
        vars(life)["first_difference"] = month
        option, _ = life_shown.need_over(life, NAMES, "da")
        mark = option["series"][2]["markLine"]["data"][-1]
        assert mark["name"] == say("dashboard.life.mark", "da")
        assert mark["label"]["position"] == side


@pytest.fixture(scope="module")
def pupil():
    """The two lives of a child that goes to school in the run."""
    pair = [scenario_from(policy, **WORLD) for policy in ("status_quo", "omlaegning")]
    return next(one for one in draw_lives(*pair, 20, pattern="notified") if one.birth_month < -36)


def test_school_is_shown_from_its_start_on_an_axis_that_all_children_share(pupil, drawn):
    option, shown = life_shown.school_over(pupil, NAMES, "en")
    assert float(option["xAxis"]["data"][0]) == 6.0
    assert "before birth" not in shown
    assert (option["yAxis"]["min"], option["yAxis"]["max"]) == (-3, 3)
    vars(pupil)["first_difference"] = pupil.birth_month  # the lives part before school: no mark in it
    option, _ = life_shown.school_over(pupil, NAMES, "en")
    assert option["series"][2]["markLine"]["data"] == []
    assert drawn.a.frame["age_months"].iloc[-1] < 72
    assert life_shown.school_over(drawn, NAMES, "en") is None


@pytest.mark.parametrize("lang", ["da", "en"])
def test_what_is_said_to_be_the_first_difference_is_the_first_in_the_lists(pupil, drawn, lang):
    for one in (pupil, drawn):
        lists = [{(e.month, e.kind, str(e.values)) for e in side.events} for side in (one.a, one.b)]
        first = min(month for month, _, _ in lists[0] ^ lists[1])
        assert one.first_listed_difference == first
        told = lives.when("listed", one, first, lang)
        age = first - one.birth_month
        assert (wording.age(age, lang) in told) == (age > 0)
    assert say("word.months", lang, n=0) not in lives.when(
        "parted", drawn, drawn.birth_month, lang, year=1, phase="x"
    )
    assert "indtil før" not in lives.when("parted", drawn, drawn.birth_month - 2, "da", year=1, phase="x")


def test_what_a_child_cost_is_said_to_be_without_casework(drawn):
    assert say("dashboard.life.costs_about", "da") in life_shown.sums_of(drawn, NAMES, "da").replace(
        "&amp;", "&"
    )


def test_a_difference_is_that_of_the_figures_beside_it():
    for ours, theirs in ((363.6, 553.4), (0.4, 0.6), (1.5, -1.5)):
        a, b, told = (float(text.replace("−", "-")) for text in life_shown._whole(ours, theirs, "en"))
        assert told == b - a


def test_a_column_of_the_parting_stands_only_where_it_tells_rows_apart(life):
    head = say("dashboard.life.column.parted", "da")
    months = [event.month for event in life.a.events]
    assert months[0] < months[-1]
    for month, stands in ((months[0] - 1, False), (None, False), (months[-1], True)):
        vars(life)["first_difference"] = month
        shown = child._events("A", life.a, life, "da")
        assert (head in shown) == stands
        assert (say("dashboard.life.after", "da") in shown) == stands


def test_the_strips_have_a_scale_of_ages(life):
    shown = life_shown.strips_of(life, NAMES, "da")
    scale = re.findall(r'<span style="left:([\d.]+)%">(\d+)</span>', shown)
    months = life.a.frame["age_months"]
    assert [age for _, age in scale][:2] in (["0", "1"], ["0", "2"], ["0", "5"])
    for left, age in scale:
        at = int(np.flatnonzero(months == 12 * int(age))[0])
        assert float(left) == pytest.approx(100 * at / len(months), abs=0.01)


def tipping(loads):
    rows = [*casework.KEPT, *casework.FOLLOWS]
    return pd.DataFrame(
        [
            {"caseload": load, "row": row, "mean": 2 * load, "low": load, "high": 3 * load}
            for load in loads
            for row in rows
        ]
    )


@pytest.mark.parametrize("lang", ["da", "en"])
def test_caseloads_stand_where_their_values_lie_and_bands_at_their_heights(lang):
    loads = [15.0, 20.0, 23.0, 25.0, 48.0]
    here = casework.stands(NAMES, (48.0, 23.0), lang)
    option, _ = casework.curve(tipping(loads), ["turnover"], here, lang)
    axis, (low, band, line) = option["xAxis"], option["series"]
    assert (axis["type"], axis["min"], axis["max"]) == ("value", 15.0, 48.0)
    for one in (low, band, line):
        assert [point[one["encode"]["x"]] for point in one["data"]] == loads
        assert one["encode"]["y"] == 0  # the library stacks the first number
    assert [point[0] for point in band["data"]] == [2 * load for load in loads]
    assert [mark["xAxis"] for mark in line["markLine"]["data"]] == [23.0, 48.0]


def test_each_policy_has_a_mark_with_its_name_on_lines_of_its_own():
    told = casework.stands(NAMES, (31.0, 23.0), "da")
    # Who has given no caseload of its own stands where the country does, and is told so.
    assert told == [("A: Nuværende praksis, landsgennemsnittet", 31.0), ("B: Omlægning", 23.0)]
    assert casework.stands(NAMES, (31.0, 31.0), "da") == [("landsgennemsnittet", 31.0)]
    assert casework.stands(NAMES, (28.5, 28.5), "da") == [("I er her", 28.5)]
    assert casework.stands(NAMES, (28.5, 23.0), "da")[0] == ("A: Nuværende praksis, I er her", 28.5)
    for loads in ((31.0, 23.0), (40.0, 44.0), (20.0, 46.0)):
        marks, above = casework._marks(casework.stands(NAMES, loads, "da"), casework.CASELOADS)
        feet = [mark["label"]["distance"] for mark in marks]
        tops = [
            foot + casework.MARK_HIGH * (1 + mark["name"].count("\n"))
            for foot, mark in zip(feet, marks, strict=True)
        ]
        assert feet[1] >= tops[0]
        assert above >= tops[1]
        assert max(len(line) for mark in marks for line in mark["name"].split("\n")) <= casework.MARK_WIDE


def test_waits_are_drawn_from_zero_and_deadlines_where_they_lie():
    found = tipping([15.0, 31.0, 46.0])
    for rows, cut in ((["turnover"], False), (["months_waited"], False), (list(casework.KEPT), True)):
        option, _ = casework.curve(found, rows, [], "da")
        assert option["yAxis"]["scale"] == cut


def test_nobody_leaves_less_than_never():
    """Of few replicates Student's t reached below zero."""
    counts = np.zeros((4, 2, COUNTS), np.int64)
    counts[..., Count.POSTS] = 100
    counts[..., Count.CASEWORKERS_LEFT] = [[0, 1], [0, 1], [0, 1], [4, 1]]
    run = SimpleNamespace(counts=counts)
    comparison = SimpleNamespace(runs=(run, run), a=SimpleNamespace(start_year=2026, years=2))
    option, shown = casework.turnover(comparison, NAMES, "da")
    assert min(value for value in option["series"][0]["data"]) == 0.0
    assert wording.MINUS not in shown


def test_where_nobody_waits_there_is_nobody_to_draw():
    counts, sums = np.zeros((3, 2, COUNTS), np.int64), np.zeros((3, 2, SUMS))
    accounts = np.zeros((3, 2, POSTS, PAYERS))
    run = SimpleNamespace(counts=counts, sums=sums, accounts=accounts)
    waits = SimpleNamespace(counts=np.ones_like(counts), sums=np.ones_like(sums), accounts=accounts)
    for runs, any_ in (((run, run), False), ((run, waits), True)):
        assert providers_shown.anybody(SimpleNamespace(runs=runs), "waiting_for_team") == any_


def test_steps_are_alike_in_height_and_stand_above_each_other():
    component = (files("trappen.viz.dashboard.components") / "stairs.vue").read_text(encoding="utf-8")
    assert re.findall(r"<rect [^>]*?[ :]height=\"([^\"]+)\"", component) == ["22"]


def test_a_mean_above_its_range_is_explained_where_it_stands():
    few = np.array([0.0] * 38 + [0.0, 4.0])
    assert providers_shown._waited(few, "en") == "0.1 (0.0 to 0.0), anybody waits in 1 of 40 replicates"
    for all_alike in (np.zeros(40), np.ones(40)):
        assert "replicates" not in providers_shown._waited(all_alike, "en")
    row = {"row": "waiting_for_team", "policy": "a", "mean": 0.1, "low": 0.0, "high": 0.0}
    for high, rare in ((0.0, True), (0.3, False)):
        frame = pd.DataFrame([row | {"high": high}])
        comparison = SimpleNamespace(names=("a", "b"), yearly=lambda row, frame=frame: frame)
        assert providers_shown.rare(comparison, "waiting_for_team") == rare


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_flow_says_who_came_from_outside_and_who_went_there(lang):
    flow = np.zeros((STEPS + 1, STEPS + 1), int)
    flow[OUTSIDE, Step.EARLY], flow[Step.EARLY, OUTSIDE] = 3, 5
    option, shown = staircase._sankey(flow, lang)
    told = {node["name"]: node["label"]["formatter"] for node in option["series"][0]["data"]}
    assert told[f"0 {OUTSIDE}"] == f"{say('dashboard.stairs.short.came', lang)}: 3"
    assert told[f"1 {OUTSIDE}"] == f"{say('dashboard.stairs.short.left', lang)}: 5"
    assert f'scope="row">{say("dashboard.stairs.came", lang)}<' in shown
    assert f'class="words">{say("dashboard.stairs.left", lang)}<' in shown


def test_no_page_sends_a_reader_to_a_file_that_is_not_served():
    """Who starts the dashboard has the documents at hand; who reads its pages has not."""
    texts = [
        files("trappen.viz.texts") / f"{name}.toml"
        for name in ("dashboard_pages", "dashboard_stairs", "lessons")
    ]
    assert [file.name for file in texts if "docs/" in file.read_text(encoding="utf-8")] == []
