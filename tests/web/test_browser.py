"""Every page and lesson in a real browser: what it shows, how it is operated, and whom it asks."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest

from trappen.scenarios.compare import compare_scenarios
from trappen.scenarios.files.written import as_yaml, from_link, to_link
from trappen.scenarios.scenario import scenario_from
from trappen.viz import findings, wording
from trappen.viz.dashboard.asked import PAGES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("chromium is missing: THE DASHBOARD IS NOT TESTED IN A BROWSER", allow_module_level=True)

sync_api = pytest.importorskip("playwright.sync_api")

SCREENS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
SMALL = {"children": 1200, "years": 4, "replicates": 6, "seed": 4}
WORLD = to_link(scenario_from("status_quo", **SMALL), scenario_from("omlaegning", **SMALL))
TIMEOUT = 400_000
"""Milliseconds; a first run on a busy machine compiles the kernels."""

BREAKING = ("serious", "critical")
LESSONS = ("prevention", "queue", "selection", "inheritance", "investment", "evaluation")
NUMBERED = """() => {
  const all = 'a[href],button:not(:disabled),select,input,summary,[tabindex="0"]';
  const seen = [...document.querySelectorAll(all)].filter((e) => e.getClientRects().length && !e.disabled);
  return seen.filter((e) => !e.closest('.t-skip')).map((e, k) => { e.dataset.walk = k; return k; });
}"""
LOADED = ".figures, .t-one, .t-lesson, .t-dots, .t-data, table"


@pytest.fixture(scope="module")
def address():
    """Address of a dashboard of our own, stopped by its process id."""
    command = [sys.executable, "-m", "trappen", "dashboard", "--port", "0", "--no-browser", "--lang", "da"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        line = server.stderr.readline()
        yield re.search(r"http://\S+", line).group().replace("127.0.0.1", "localhost")
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


@pytest.fixture(scope="module")
def browser():
    assert CHROMIUM, "chromium is missing: apt-get install chromium"
    with sync_api.sync_playwright() as play:
        kind = play.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield kind
        kind.close()


@pytest.fixture
def visit(browser, address):
    """A function that opens a page; afterwards no error was logged and nobody else was asked."""
    said, asked, pages = [], [], []

    def open_(side="compare", lang="da", width=1280, height=900, **more):
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(TIMEOUT)
        page.on("console", lambda told: said.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda told: said.append(str(told)))
        page.on("request", lambda told: asked.append(told.url))
        page.goto(address + "?" + urlencode({"side": side, "lang": lang, **WORLD, **more}))
        page.wait_for_selector("h1")
        pages.append(page)
        return page

    yield open_
    for page in pages:
        page.close()
    assert said == []
    assert [
        url for url in asked if not url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))
    ] == []


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


def test_the_page_shows_what_the_command_line_gives(visit):
    page = visit("compare", "da")
    wait_until_done(page)
    a, b = from_link(WORLD)
    told = compare_scenarios(a, b)
    shown = page.locator("table.compare").all_inner_texts()
    text = re.sub(r"\s+", " ", " ".join(shown))
    for frame in (told.summary(), told.harm(), told.indicators()):
        for row in findings.records(frame):
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


def test_files_go_out_and_in_and_a_broken_one_changes_nothing(visit, tmp_path):
    page = visit("compare", "da")
    page.wait_for_selector(".figures")
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Gem B som fil").click()
    saved = tmp_path / fetched.value.suggested_filename
    fetched.value.save_as(saved)
    assert saved.read_text(encoding="utf-8") == as_yaml(from_link(WORLD)[1])
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
    page.locator("#c-guess").fill("42")
    page.locator("#c-guess").press("Tab")
    page.get_by_role("button", name="Kør forsøget").click()
    page.wait_for_selector(".t-lesson .figures")
    assert "42" in page.locator(".t-lesson .figures").inner_text()
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


def test_everything_can_be_reached_by_keyboard(visit):
    page = visit("compare", "da")
    wait_until_done(page)
    wanted = page.evaluate(NUMBERED)
    reached = set()
    page.evaluate("document.activeElement.blur()")
    for _ in range(len(wanted) + 30):
        page.keyboard.press("Tab")
        at = page.evaluate("document.activeElement && document.activeElement.dataset.walk")
        if at is not None:
            reached.add(int(at))
    assert set(wanted) - reached == set()
