"""What the pages of the staircase, casework and one child look like on paper and on a telephone."""

import pytest

from trappen.viz.wording import say

PLACES = """() => [...document.querySelectorAll('.t-pair')].map((pair) =>
  [...pair.children].map((one) => Math.round(one.getBoundingClientRect().top)))"""
PAPER = 794
"""Pixels of a sheet of A4."""

PRINTED = (718, 1046)
"""And of what is printed on it, within a browser's usual margins."""

BLANKS = """(high) => {
  const seen = [...document.querySelectorAll('main *')].filter((one) => one.checkVisibility());
  const whole = seen.filter((one) => getComputedStyle(one).breakInside === 'avoid');
  const stays = (one) => one && one.checkVisibility() && getComputedStyle(one).breakAfter === 'avoid';
  const before = (one) => {
    while (one && !one.previousElementSibling && one.tagName !== 'MAIN') { one = one.parentElement; }
    return one && one.previousElementSibling;
  };
  const places = whole.map((one) => {
    const place = one.getBoundingClientRect();
    let top = place.top;
    for (let at = before(one); stays(at); at = before(at)) {
      top = Math.min(top, at.getBoundingClientRect().top);
    }
    return { top, height: place.bottom - top };
  });
  places.sort((a, b) => a.top - b.top);
  let down = scrollY;
  return places.map((place) => {
    const left = high - (place.top + down) % high;
    if (place.height <= left) { return 0; }
    down += left;
    return left;
  });
}"""
"""What would be left blank before each thing that is kept whole, with its heading, on sheets so high."""

STYLES = """([which, name]) => [...new Set([...document.querySelectorAll(which)]
  .filter((one) => one.checkVisibility()).map((one) => getComputedStyle(one)[name]))]"""

WIDER = """() => [...document.querySelectorAll('.t-canvas')].filter((one) =>
  one.querySelector('svg').getBoundingClientRect().right > one.getBoundingClientRect().right + 1).length"""


def texts(drawn):
    """Return all that is written in a drawing, without spaces, which stand where lines break."""
    return "".join(drawn.locator("text").all_text_contents()).replace(" ", "")


def on_paper(page):
    """Show a page as it is printed."""
    page.wait_for_selector(".t-canvas svg")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1100})
    page.evaluate("dispatchEvent(new Event('beforeprint'))")


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("side", ["staircase", "casework", "evidence", "compare", "child", "budget"])
def test_no_sheet_stays_blank_for_a_third(visit, settled, side, lang):
    page = visit(side, lang)
    settled(page)
    on_paper(page)
    page.set_viewport_size({"width": PRINTED[0], "height": PRINTED[1]})
    assert max(page.evaluate(BLANKS, PRINTED[1])) < PRINTED[1] / 4


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_staircase_and_its_flows_are_one_sheet(visit, settled, lang):
    page = visit("staircase", lang)
    settled(page)
    on_paper(page)
    page.set_viewport_size({"width": PRINTED[0], "height": PRINTED[1]})
    page.wait_for_function(f"document.documentElement.scrollHeight <= {PRINTED[1]}")


def test_the_step_that_was_chosen_is_named_on_paper(visit, settled):
    page = visit("staircase", "da", **{"v.month": "3", "v.step": "1:foster"})
    settled(page)
    on_paper(page)
    ink = page.evaluate(STYLES, [".t-steps button", "color"])
    assert len(ink) == 1
    assert page.evaluate(STYLES, [".t-steps [aria-pressed=true]", "backgroundColor"]) == ["rgba(0, 0, 0, 0)"]


def test_strips_of_a_life_stay_with_their_heading_on_paper(visit, settled):
    page = visit("child", "da")
    settled(page)
    on_paper(page)
    assert page.evaluate(STYLES, [".t-lifestrip", "breakAfter"]) == ["avoid"]
    assert page.evaluate(STYLES, ["p:has(+ .t-lifestrip)", "breakAfter"]) == ["avoid"]


def test_every_bar_has_its_name_on_paper(visit, settled):
    page = visit("evidence", "da")
    settled(page)
    on_paper(page)
    page.wait_for_function("document.querySelectorAll('.t-canvas svg')[1].clientHeight < 500")
    names = [texts(drawn) for drawn in page.locator(".t-canvas svg").all()[:2]]
    page.locator(".t-data").evaluate_all(
        "all => all.forEach((one) => { one.open = true; one.style.display = 'block'; })"
    )
    rows = page.locator(".t-data table").all()
    for written, shown in zip(names, rows, strict=False):
        told = shown.locator("tbody th, tbody td:first-child").all_inner_texts()
        assert [name for name in told if name.replace(" ", "") not in written] == []


def test_what_is_measured_has_room_for_its_name_on_paper(visit, settled):
    page = visit("casework", "da")
    settled(page)
    on_paper(page)
    page.set_viewport_size({"width": PRINTED[0], "height": PRINTED[1]})
    whole = page.locator("table.compare").first.bounding_box()["width"]
    first = page.locator("table.compare thead th").first.bounding_box()["width"]
    assert first > 0.3 * whole


def test_colours_that_tell_steps_apart_are_printed_and_what_is_unfolded_has_no_handle(visit, settled):
    page = visit("child", "da")
    settled(page)
    on_paper(page)
    assert page.evaluate(STYLES, [".t-swatch", "printColorAdjust"]) == ["exact"]
    assert page.evaluate(STYLES, ["main summary", "listStyleType"]) == ["none"]


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
