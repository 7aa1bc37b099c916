"""The report in a real browser: nothing runs off a screen or a chart, and the answer fits on one sheet."""

import pytest

from trappen.scenarios.compare import compare_scenarios
from trappen.scenarios.files.written import from_link
from trappen.viz.report.page import report

MM = 96 / 25.4
MARGIN = 12
"""Millimetres on each side of an A4 sheet; browsers print with about as much."""

CUT = """() => [...document.querySelectorAll('svg')].flatMap((svg) => {
  const box = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter((text) => {
    const own = text.getBoundingClientRect();
    return box.width && own.width && (own.left < box.left - 2 || own.right > box.right + 2);
  }).map((text) => text.textContent);
})"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDE_TABLES = """() => [...document.querySelectorAll('.scroll')].filter(
  (box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.getAttribute('aria-label'))"""
UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
SMALLEST = """() => Math.min(...[...document.querySelectorAll('svg')].filter(
  (svg) => svg.getBoundingClientRect().width).map((svg) => {
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  return scale * Math.min(...[...svg.querySelectorAll('text')].map(
    (text) => parseFloat(getComputedStyle(text).fontSize)));
}))"""


@pytest.fixture(scope="module")
def comparison(world):
    a, b = from_link(world)
    return compare_scenarios(a, b)


@pytest.fixture
def opened(browser, comparison):
    """A function that opens the report on a screen so wide."""
    pages = []

    def open_(lang, width):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.set_content(report(comparison, lang))
        pages.append(page)
        return page

    yield open_
    for page in pages:
        page.close()


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_nothing_runs_off_a_screen_or_a_chart(opened, lang, width):
    page = opened(lang, width)
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate(CUT) == []
    page.evaluate(UNFOLD)
    assert page.evaluate(SIDEWAYS) <= 0
    if width < 1000:
        assert page.evaluate(WIDE_TABLES) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_letters_of_every_chart_can_be_read(opened, width):
    assert opened("da", width).evaluate(SMALLEST) >= 9.0


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_answer_and_its_three_charts_fit_on_one_sheet(opened, lang):
    page = opened(lang, round((210 - 2 * MARGIN) * MM))
    page.emulate_media(media="print")
    sheet = (297 - 2 * MARGIN) * MM
    bottom = "document.querySelector('.first').getBoundingClientRect().bottom + scrollY"
    assert page.evaluate(bottom) <= sheet
    drawn = """() => [...document.querySelectorAll('.first svg')].filter(
      (svg) => svg.getBoundingClientRect().width > 0).length"""
    assert page.evaluate(drawn) == 3
