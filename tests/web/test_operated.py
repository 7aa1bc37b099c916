"""What one does on each page, done in a real browser: it works, and the address remembers it."""

import csv
import io
import time
from pathlib import Path

import openpyxl
import pytest


def busy(server, seconds=3.0):
    """Processor seconds that the server uses in so many seconds on the wall."""
    ticks = 100.0

    def used():
        told = Path(f"/proc/{server.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / ticks

    before = used()
    time.sleep(seconds)
    return used() - before


def test_a_programme_is_put_in_force_by_a_click_and_the_link_remembers_it(visit):
    page = visit("compare", "da", b="status_quo")
    page.wait_for_selector(".figures")
    page.locator("summary", has_text="Programmer").first.click()
    page.get_by_label("Family Check-Up").check()
    page.wait_for_function("location.search.includes('b.programmes=')")
    page.reload()
    page.wait_for_selector(".figures")
    page.locator("summary", has_text="Programmer").first.click()
    assert page.get_by_label("Family Check-Up").is_checked()
    page.get_by_label("Family Check-Up").uncheck()
    page.wait_for_function("!location.search.includes('b.programmes=')")
    page.get_by_role("button", name="Fortryd").click()
    page.wait_for_function("location.search.includes('b.programmes=')")


def test_two_programmes_that_exclude_each_other_are_refused_in_a_sentence(visit):
    page = visit("compare", "en", b="status_quo")
    page.wait_for_selector(".figures")
    page.locator("summary", has_text="Programmes").first.click()
    page.locator("#m-duaa_parents").locator("..").get_by_role("checkbox").check()
    page.wait_for_function("location.search.includes('b.programmes=')")
    page.locator("#m-duaa_home_visits").locator("..").get_by_role("checkbox").check()
    assert "cannot be in force together" in page.wait_for_selector(".t-problem").inner_text()


def test_the_staircase_plays_pauses_steps_and_tells_who_stands_there(visit):
    page = visit("staircase", "da")
    page.wait_for_selector(".t-stairs")
    month = page.locator("#s-month")
    page.get_by_role("button", name="Måned frem").click()
    assert month.input_value() == "1"
    page.locator("#s-speed").select_option("18")
    page.get_by_role("button", name="Afspil").click()
    page.wait_for_function("Number(document.querySelector('#s-month').value) >= 4")
    page.get_by_role("button", name="Pause").click()
    stopped = month.input_value()
    time.sleep(0.5)
    assert month.input_value() == stopped
    page.locator(".t-steps button", has_text="Indsats i hjemmet").first.click()
    page.wait_for_selector("text=Behovet er vurderet højere")
    assert page.locator("h2", has_text="Indsats i hjemmet").count() == 1
    assert page.locator("svg[role=img]").count() == 2


def test_a_child_is_found_by_its_key_and_where_its_lives_part_is_told(visit, settled):
    page = visit("child", "da")
    page.wait_for_selector(".t-hint")
    settled(page)
    key = page.locator("dl.facts dd").first.inner_text()
    told = page.locator(".t-hint").first.inner_text()
    assert "De to liv" in told
    assert "På det punkt er politikkerne forskellige" in told
    page.locator("#c-pattern").select_option("any")
    page.wait_for_function("location.search.includes('v.pattern=any')")
    page.locator("#c-who").fill(key)
    page.locator("#c-who").press("Tab")
    page.wait_for_function(f"location.search.includes('v.who={key}')")
    settled(page)
    page.wait_for_function(f"document.querySelector('dl.facts dd').innerText === '{key}'")
    assert page.locator(".t-hint").first.inner_text() == told
    page.locator("#c-who").fill("12x")
    page.locator("#c-who").press("Tab")
    assert "ikke et barns nøgle" in page.wait_for_selector(".t-problem").inner_text()


def test_prices_go_in_and_accounts_come_out_and_a_broken_file_changes_nothing(visit, settled, tmp_path):
    page = visit("budget", "da")
    page.wait_for_selector("text=Set fra fem sider")
    settled(page)
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Hent prislisten").click()
    prices = tmp_path / "priser.csv"
    fetched.value.save_as(prices)
    lines = list(csv.DictReader(io.StringIO(prices.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert {"name", "value", "source"} <= set(lines[0])
    address = page.url
    broken = tmp_path / "broken.csv"
    broken.write_text("name;value\nprice_of_nothing;12\n", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(broken)
    told = page.wait_for_selector(".t-problem").inner_text()
    assert "broken.csv" in told
    assert "upload." not in told  # what the server calls it is nobody's business
    assert page.url == address
    own = tmp_path / "own.csv"
    own.write_text(f"name;value\n{lines[0]['name']};12345\n", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(own)
    page.wait_for_function(f"location.search.includes('parameters.{lines[0]['name']}=12345')")
    page.wait_for_selector(".t-hint:has-text('12.345')")  # the page has begun on the new question
    settled(page)
    page.wait_for_selector("text=Set fra fem sider")
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Hent regnskabet (Excel)").click()
    book = tmp_path / "budget.xlsx"
    fetched.value.save_as(book)
    sheets = openpyxl.load_workbook(book)
    assert len(sheets.sheetnames) >= 5
    assert [cell.value for cell in sheets.worksheets[0][1]][:4] == ["Politik", "År", "Post", "Budget"]
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Hent regnskabet (CSV)").click()
    accounts = tmp_path / "budget.csv"
    fetched.value.save_as(accounts)
    assert accounts.read_text(encoding="utf-8-sig").startswith("Politik;År;Post;Budget;")


def test_the_tipping_curve_marks_where_one_is(visit):
    page = visit("casework", "da")
    page.wait_for_function(
        "[...document.querySelectorAll('.t-canvas text')]"
        ".some((e) => e.textContent.includes('landsgennemsnittet'))"
    )
    assert page.locator("h3", has_text="Personaleomsætning").count() == 2


def test_numbers_are_found_by_word_and_grade(visit, settled):
    page = visit("evidence", "en")
    page.wait_for_selector("#c-search")
    settled(page)
    page.locator("#c-grade").select_option("assumed")
    page.wait_for_function("location.search.includes('v.grade=assumed')")
    page.locator("#c-search").fill("caseworker")
    page.locator("#c-search").press("Tab")
    page.wait_for_function("location.search.includes('v.search=caseworker')")
    page.wait_for_function("document.querySelector('main').innerText.match(/Shows \\d+ of \\d+ numbers/)")
    number = page.locator("main details", has=page.locator("dl.facts")).first
    number.locator("summary").click()
    assert number.locator("dt", has_text="Source").is_visible()
    page.locator("#c-search").fill("xyzzy")
    page.locator("#c-search").press("Tab")
    page.wait_for_function("document.querySelector('main').innerText.includes('numbers fits')")


def test_a_print_says_what_was_asked_and_opens_what_is_folded(visit):
    page = visit("compare", "da")
    page.wait_for_selector(".t-done")
    assert not page.locator(".t-asked").is_visible()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert "A: Nuværende praksis. B: Omlægning." in page.locator(".t-asked").inner_text()
    assert page.evaluate("[...document.querySelectorAll('main details:not(.t-data)')].every((d) => d.open)")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")


def test_a_lesson_is_printed_whole(visit):
    page = visit("classroom", "da")
    page.wait_for_selector(".t-lesson")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".t-paper").first.is_visible()
    # What is handed out has the questions to discuss, and nothing that is the teacher's.
    assert page.locator(".t-lesson ol li").count() == 3
    assert all(one.is_visible() for one in page.locator(".t-lesson ol li").all())
    notes = page.locator(".t-lesson details:not(.t-data)")
    assert not notes.locator("summary").is_visible()
    assert not notes.locator("p").first.is_visible()
    assert not page.locator(".t-controls").first.is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert not page.evaluate("document.querySelector('.t-lesson details').open")


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="reads the processor time of a process")
def test_a_long_run_blocks_nobody_and_closing_the_tab_ends_it(visit, dashboard):
    server, _ = dashboard
    long = {"children": "8000", "years": "20", "replicates": "2000", "seed": "11"}
    first = visit("compare", "da", **long)
    first.wait_for_selector(".figures")
    second = visit("compare", "en", seed="12")
    second.wait_for_selector(".figures")  # an answer while the long run goes on
    second.goto("about:blank")
    assert first.locator(".t-progress progress").count() == 1
    assert busy(server) > 1.0
    first.close(run_before_unload=False)
    time.sleep(4.0)
    assert busy(server) < 0.6
