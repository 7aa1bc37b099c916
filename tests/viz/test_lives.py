"""Timelines and pictures of lives say what the rows say, in both languages, without addresses."""

import xml.etree.ElementTree as ET

import pytest

from trappen.scenarios.scenario import scenario_from
from trappen.scenarios.watched.lives import draw_lives
from trappen.viz.captions import name_of
from trappen.viz.lives import AGE_WIDE, CELL_WIDE, WIDTH, book, chart, picture, timeline, told

WORLD = {"children": 2000, "years": 8, "replicates": 1, "seed": 4, "uncertainty": False}


@pytest.fixture(scope="module")
def lives():
    pair = [scenario_from(policy, **WORLD) for policy in ("status_quo", "omlaegning")]
    return draw_lives(*pair, 4, pattern="differs")


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_timeline_fits_and_tells_every_event(lives, lang):
    for life in lives:
        text = timeline(life, lang)
        assert all(len(line) <= WIDTH for line in text.splitlines())
        assert str(life.who) in text
        for column, side in enumerate((life.a, life.b)):
            strip = next(
                line for line in text.splitlines() if line.strip().startswith(name_of(side.policy, lang))
            )
            assert len(strip.split()[-1]) == -(-len(side.months) // 6)
            for event in side.events:
                if event.kind != "follow_up":
                    first = told(event, lang).split(" (")[0].split(":")[0]
                    assert first in unwrapped(text, column)


def unwrapped(text, column):
    """Return what stands in one column of the two lives, and above them, without its breaks."""
    begin = 2 + AGE_WIDE + column * (CELL_WIDE + 2)
    cells = [line[begin : begin + CELL_WIDE].strip() for line in text.splitlines()]
    return " ".join([*cells, text.replace("\n" + " " * (2 + AGE_WIDE), " ")])


def test_the_two_lives_stand_side_by_side(lives):
    """After the parting a line has an age, what happens under the one policy, and under the other."""
    life = next(life for life in lives if life.first_visible_difference is not None)
    lines = timeline(life, "en").splitlines()
    head = next(k for k, line in enumerate(lines) if line.split() == ["Today's", "practice", "Reorientation"])
    assert lines[head].index("Reorientation") == 2 + AGE_WIDE + CELL_WIDE + 2
    assert len(lines) > head + 3


def test_what_lies_before_the_parting_is_told_once(lives):
    text = timeline(lives[0], "en")
    assert text.count("Is born") == 1 + (
        lives[0].first_visible_difference is not None
        and lives[0].first_visible_difference <= lives[0].birth_month
    )


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_book_has_a_chapter_for_every_child(lives, lang):
    text = book(lives, "trappen child", "differs", lang)
    assert text.count("\n## ") == len(lives)
    assert text.count("```") == 2 * len(lives)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_picture_is_whole_and_names_both_policies(lives, lang):
    svg = chart(lives[0], lang)
    root = ET.fromstring(svg)
    words = "".join(root.itertext())
    for policy in ("status_quo", "omlaegning"):
        assert name_of(policy, lang) in words
        assert policy not in words
    assert picture(lives[0], lang).startswith(b"\x89PNG")
