"""What the pages of the staircase, casework and one child look like on paper and on a telephone."""

import pytest

from trappen.viz.wording import say

PLACES = """() => [...document.querySelectorAll('.t-pair')].map((pair) =>
  [...pair.children].map((one) => Math.round(one.getBoundingClientRect().top)))"""
PAPER = 794
"""Pixels of a sheet of A4."""
WIDER = """() => [...document.querySelectorAll('.t-canvas')].filter((one) =>
  one.querySelector('svg').getBoundingClientRect().right > one.getBoundingClientRect().right + 1).length"""


def on_paper(page):
    """Show a page as it is printed."""
    page.wait_for_selector(".t-canvas svg")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1100})
    page.evaluate("dispatchEvent(new Event('beforeprint'))")


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_staircase_on_paper_says_its_month_and_asks_for_no_click(visit, lang):
    page = visit("staircase", lang, **{"v.month": "3"})
    month = page.wait_for_selector(".t-month", state="attached")
    hint = page.locator(".t-hint", has_text=say("dashboard.stairs.choose", lang))
    assert hint.is_visible()
    assert not month.is_visible()
    on_paper(page)
    assert not hint.is_visible()
    assert month.is_visible()
    assert month.inner_text() == f"{say('dashboard.stairs.months', lang).split()[3]} 2026"


@pytest.mark.parametrize("side", ["staircase", "casework"])
def test_pairs_stand_beside_each_other_on_paper(visit, settled, side):
    page = visit(side, "da")
    page.wait_for_selector(".t-pair", state="attached")
    settled(page)
    on_paper(page)
    pairs = page.evaluate(PLACES)
    assert pairs
    for tops in pairs:
        assert tops[0::2][: len(tops) // 2] == tops[1::2]
    assert page.evaluate(WIDER) == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_function("document.querySelector('.t-canvas svg').clientWidth > 400")


def test_the_difference_between_two_lives_is_seen_on_a_telephone(visit):
    page = visit("child", "en", 390)
    cells = page.locator(f"td[data-label='{say('column.difference', 'en')}']:visible")
    cells.first.wait_for()
    told = say("dashboard.life.figures", "en")
    assert page.locator(f"[aria-label='{told}'] tbody tr").count() == cells.count()
    for cell in cells.all():
        box = cell.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert page.evaluate(
        "[...document.querySelectorAll('.scroll')].every((e) => e.scrollWidth <= e.clientWidth + 1)"
    )
