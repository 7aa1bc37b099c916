"""Every page and lesson in a real browser: what it shows, how it is operated, and whom it asks."""

import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from trappen.scenarios.compare import compare_scenarios
from trappen.scenarios.files.written import as_yaml, from_link
from trappen.viz import findings, wording
from trappen.viz.dashboard.asked import PAGES

SCREENS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
BREAKING = ("serious", "critical")
LESSONS = ("prevention", "queue", "selection", "inheritance", "investment", "evaluation")
NUMBERED = """() => {
  const all = 'a[href],button:not(:disabled),select,input,summary,[tabindex="0"]';
  const shown = { contentVisibilityAuto: true, visibilityProperty: true };
  const seen = [...document.querySelectorAll(all)].filter((e) => !e.disabled && e.checkVisibility(shown));
  return seen.map((e, k) => { e.dataset.walk = k; return k; });
}"""
"""What can be operated; what stands folded has boxes and cannot be reached until it is unfolded."""

NAMELESS = """() => [...document.querySelectorAll('button,select,input,summary,a[href]')].filter((e) => {
  const label = e.labels && e.labels[0] ? e.labels[0].innerText : '';
  const told = e.getAttribute('aria-label') || e.innerText || label;
  return e.checkVisibility() && !told.trim();
}).map((e) => e.outerHTML.slice(0, 120))"""
SHOWN = """(at) => document.querySelector('[data-walk="' + at + '"]').outerHTML.slice(0, 160)"""
LOADED = ".figures, .t-one, .t-lesson, .t-dots, .t-data, table"


def wait_until_done(page):
    page.wait_for_selector(".t-progress.t-done")


def sideways(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("side", PAGES)
@pytest.mark.parametrize(("lang", "width"), [("da", 1280), ("en", 390)])
def test_a_page_is_whole_and_accessible(visit, side, lang, width):
    from axe_playwright_python.sync_playwright import Axe

    page = visit(side, lang, width)
    page.wait_for_selector(LOADED)
    page.wait_for_function("document.querySelectorAll('.t-progress:not(.t-done)').length === 0")
    assert page.evaluate("document.documentElement.lang") == lang
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    assert sideways(page) <= 0
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{side}-{lang}-{width}.png", full_page=True)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    grave = [
        (rule["id"], [node["html"][:160] for node in rule["nodes"]][:3])
        for rule in found.response["violations"]
        if rule["impact"] in BREAKING
    ]
    assert grave == []


@pytest.mark.parametrize("side", PAGES)
def test_a_page_enlarged_four_times_needs_no_sideways_scroll(visit, side):
    page = visit(side, "da", 320, 256)
    page.wait_for_selector(LOADED)
    assert sideways(page) <= 0


def test_the_page_shows_what_the_command_line_gives(visit, world):
    page = visit("compare", "da")
    wait_until_done(page)
    a, b = from_link(world)
    told = compare_scenarios(a, b)
    shown = page.locator("table.compare").all_text_contents()  # also of tables that stand folded
    text = re.sub(r"\s+", " ", " ".join(shown))
    for frame in (told.summary(), told.harm(), told.indicators()):
        for row in findings.records(frame):
            if row["group"] == "step_cost":
                continue  # the budget's page has these
            places = findings.row_decimals(row)
            assert wording.say(f"row.{row['row']}", "da") in text
            assert wording.signed(row["difference"], places, "da") in text
            span = wording.interval(row["low"], row["high"], places, "da").replace("\u00a0", " ")
            assert span in text, row["row"]


def test_a_lever_moves_by_keyboard_and_comes_back(visit):
    page = visit("compare", "da")
    page.wait_for_selector(".figures")
    before = dict(parse_qsl(page.url.partition("?")[2]))
    assert "b.levers.detection_tools" not in before
    page.locator("#l-detection_tools").focus()
    page.keyboard.press("Home")
    page.wait_for_function("location.search.includes('b.levers.detection_tools=0')")
    page.get_by_role("button", name="Fortryd").click()
    page.wait_for_function("!location.search.includes('detection_tools')")
    page.get_by_role("button", name="Gentag").click()
    page.wait_for_function("location.search.includes('b.levers.detection_tools=0')")
    page.get_by_role("button", name="Byt A og B").click()
    page.wait_for_function("location.search.includes('a=omlaegning')")
    link = page.url
    page.reload()
    page.wait_for_selector(".figures")
    assert dict(parse_qsl(page.url.partition("?")[2])) == dict(parse_qsl(link.partition("?")[2]))


def test_a_lever_that_is_dragged_and_let_go_is_one_step_to_undo(visit):
    """A hand that rests is answered while it still holds the lever; letting go says nothing new then."""
    page = visit("compare", "da")
    page.wait_for_selector(".figures")
    lever = page.locator("#l-detection_tools")
    lever.evaluate("e => { e.value = 0.3; e.dispatchEvent(new Event('input', { bubbles: true })); }")
    page.wait_for_function("location.search.includes('b.levers.detection_tools=0.3')")
    lever.evaluate("e => { e.dispatchEvent(new Event('change', { bubbles: true })); }")
    page.wait_for_timeout(1000)  # longer than a page waits before it tells of a lever
    page.get_by_role("button", name="Fortryd").click()
    page.wait_for_function("!location.search.includes('detection_tools')")
    assert page.get_by_role("button", name="Fortryd").is_disabled()


def test_files_go_out_and_in_and_a_broken_one_changes_nothing(visit, tmp_path, world):
    page = visit("compare", "da")
    page.wait_for_selector(".figures")
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Gem B som fil").click()
    saved = tmp_path / fetched.value.suggested_filename
    fetched.value.save_as(saved)
    assert saved.read_text(encoding="utf-8") == as_yaml(from_link(world)[1])
    address = page.url
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: x\npolicy: omlaegningg\nmunicipality: Herning\n", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(broken)
    told = page.wait_for_selector(".t-problem").inner_text()
    assert "broken.yaml:2" in told
    assert "omlaegning" in told
    assert "Traceback" not in page.locator("body").inner_text()
    assert page.url == address
    saved.write_text(saved.read_text(encoding="utf-8").replace("seed: 4", "seed: 9"), encoding="utf-8")
    page.locator("input[type=file]").set_input_files(saved)
    page.wait_for_function("location.search.includes('seed=9')")


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_link_that_cannot_be_used_is_told_in_the_readers_language(visit, lang):
    page = visit("compare", lang, **{"b.levers.caseload": "9000"})
    told = page.wait_for_selector(".t-problem").inner_text()
    assert "9000" in told or "9.000" in told or "9,000" in told
    assert wording.say("dashboard.link_not_used", lang) in told


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_asks_for_a_guess_and_then_answers(visit, name):
    page = visit("classroom", "da", **{"v.lesson": name})
    page.get_by_role("button", name="Kør forsøget").click()
    page.wait_for_selector(".t-problem")
    guess = "1,3" if name == "selection" else "42"  # standard deviations there: 42 would be asked about
    page.locator("#c-guess").fill(guess)
    page.locator("#c-guess").press("Tab")
    page.get_by_role("button", name="Kør forsøget").click()
    page.wait_for_selector(".t-lesson .figures")
    assert guess in page.locator(".t-lesson .figures").inner_text()
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"lesson-{name}.png", full_page=True)


def test_a_class_steps_its_own_town(visit):
    first, second = (visit("classroom", "da", **{"v.lesson": "town"}) for _ in range(2))
    for page in (first, second):
        page.wait_for_selector(".t-dots")
    first.get_by_role("button", name="Gå et år frem").click()
    first.wait_for_selector("text=januar 2027")
    second.get_by_role("button", name="Gå en måned frem").click()
    second.wait_for_selector("text=februar 2026")  # no step of the other visitor's was taken here


@pytest.mark.parametrize("side", PAGES)
def test_everything_can_be_reached_by_keyboard_and_has_a_name(visit, side):
    page = visit(side, "da")
    page.wait_for_selector(LOADED)
    page.wait_for_function("document.querySelectorAll('.t-progress:not(.t-done)').length === 0")
    if side == "compare":  # every lever and programme stands open
        page.evaluate("document.querySelectorAll('.t-group').forEach((one) => { one.open = true; })")
    assert page.evaluate(NAMELESS) == []
    wanted = page.evaluate(NUMBERED)
    assert len(wanted) > 10
    reached = set()
    page.evaluate("document.activeElement.blur()")
    for _ in range(len(wanted) + 30):
        page.keyboard.press("Tab")
        at = page.evaluate("document.activeElement && document.activeElement.dataset.walk")
        if at is not None:
            reached.add(int(at))
    assert [page.evaluate(SHOWN, at) for at in sorted(set(wanted) - reached)] == []
