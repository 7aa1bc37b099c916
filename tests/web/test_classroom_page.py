"""The classroom: what an answer is called, what is kept of a lesson, and what a class sees of its town."""

import math
import re

import pytest

from trappen.scenarios.watched.lessons import LESSONS, Told
from trappen.scenarios.watched.small_town import SmallTown
from trappen.viz.dashboard.pages.classroom import (
    PLACES,
    _answer,
    _can_be,
    _discussion,
    _read,
)
from trappen.viz.dashboard.pages.town import MOST_LINES, Stepped, _happenings
from trappen.viz.wording import languages, say


def told(html):
    return re.sub(r"<[^>]+>", "|", html).replace("\N{NO-BREAK SPACE}", " ")


def test_never_is_said_and_a_guess_beyond_the_horizon_is_read_as_never():
    never = Told(math.inf, 7.0, math.inf, {"back": 9, "replicates": 24}, "back")
    shown = told(_answer("investment", never, 42.0, "en"))
    assert "Not within 20 years" in shown
    assert "in 9 of 24 replicates, at the earliest after 7 years" in shown
    assert "90%" not in shown
    assert "42 years" in shown
    assert "read as “not within 20 years”" in shown
    assert "read as" not in told(_answer("investment", never, 20.0, "en"))
    nobody = Told(math.inf, math.inf, math.inf, {"back": 0, "replicates": 24}, "back")
    assert "Ikke tjent hjem i nogen af 24 gentagelser" in told(_answer("investment", nobody, 5.0, "da"))
    back = Told(20.0, 7.0, 20.0, {"back": 20, "replicates": 24}, "back")
    assert "|20 år|" in told(_answer("investment", back, 5.0, "da"))


def test_only_a_range_of_replicates_is_called_one():
    for ranged, name in (("count", "evaluation"), ("mean", "inheritance")):
        shown = told(_answer(name, Told(70.0, 53.0, 87.0, {"replicates": 20}, ranged), 42.0, "en"))
        assert "replicate:" not in shown
        assert "90% interval" in shown
        assert "20" in shown
    assert "of the next replicate: 1.0 to 24.0" in told(_answer("queue", Told(13.0, 1.0, 24.0), 42.0, "en"))


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("name", LESSONS)
def test_an_answer_has_the_decimals_of_its_text_and_a_unit_as_the_language_writes_it(name, lang):
    shown = told(_answer(name, Told(9.04, 8.0, 10.0, {"back": 9, "replicates": 24}), 42.0, lang))
    space = "" if lang == "en" else " "
    if say(f"lesson.{name}.unit", lang) == "%":
        assert f"|42{space}%|" in shown
        assert PLACES[name] == 1  # as the shares in the text below
        assert f"|{'9.0' if lang == 'en' else '9,0'}{space}%|" in shown
    assert say(f"lesson.{name}.unit", lang) in shown


def guess(page, value, run="Kør forsøget"):
    page.locator("#c-guess").fill(value)
    page.locator("#c-guess").press("Tab")
    page.get_by_role("button", name=run).click()
    page.wait_for_selector(".t-lesson .figures")


def test_a_lesson_is_kept_while_one_is_elsewhere_and_can_be_begun_anew(visit):
    page = visit("classroom", "da", **{"v.lesson": "prevention"})
    guess(page, "42")
    run, field = page.get_by_role("button", name="Kør forsøget"), page.locator("#c-guess")
    assert run.is_disabled()
    assert field.is_disabled()
    page.get_by_role("button", name="2. ").click()
    page.wait_for_function("document.querySelector('#c-guess').value === ''")
    assert run.is_enabled()  # a guess at one lesson is none at another
    able = run.evaluate("(e) => getComputedStyle(e).backgroundColor")
    page.get_by_role("link", name="Belæg").click()
    page.wait_for_selector("#c-search")
    page.get_by_role("link", name="Klasseværelse").click()
    page.get_by_role("button", name="1. ").click()
    page.wait_for_selector(".t-lesson .figures")
    assert "42" in page.locator(".t-lesson .figures").inner_text()
    assert field.input_value() == "42"
    assert run.evaluate("(e) => getComputedStyle(e).backgroundColor") != able
    page.get_by_role("button", name="Gæt forfra").click()
    page.wait_for_function("!document.querySelector('.t-lesson .figures')")
    assert field.is_enabled()
    assert field.input_value() == ""


def test_a_link_sent_to_students_opens_the_lesson_that_was_chosen(visit):
    page = visit("classroom", "da")
    # Asked of the browser itself: a page's url as a test program remembers it is as old as its last question.
    for at, name in [(3, "selection"), (6, "evaluation"), (2, "queue"), (1, "prevention"), (5, "investment")]:
        page.get_by_role("button", name=f"{at}. ").click()
        page.wait_for_function(f"new URLSearchParams(location.search).get('v.lesson') === '{name}'")
        title = say(f"lesson.{name}.title", "da")
        page.wait_for_selector(f".t-lesson h2:has-text('{title}')")
        nav = page.locator(".t-nav a[aria-current]").evaluate("(a) => new URL(a.href).search")
        assert f"v.lesson={name}" in nav
    students = visit("classroom", "da", **{"v.lesson": "investment"})
    sent = page.evaluate("location.search")
    students.goto(students.url.partition("?")[0] + sent)
    students.wait_for_selector(".t-lesson")
    assert students.locator(".t-lesson h2").first.inner_text() == title


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("typed", ["1,2", "1.2", "\u22121.2", "-1,2"])
def test_a_guess_is_read_with_comma_and_point_alike(typed, lang):
    value = _read(typed)
    assert abs(value) == 1.2
    assert (value < 0) == (typed[0] not in "1")
    assert _read("12x") is None


@pytest.mark.parametrize("name", LESSONS)
def test_a_guess_that_no_answer_can_be_is_questioned_and_every_answer_can_be(name):
    assert not _can_be(name, 4711.0)
    assert not _can_be(name, None)
    assert all(_can_be(name, answer) for answer in {"selection": (0.9, -1.0)}.get(name, (1.7, 60.0)))


def test_a_danish_comma_in_an_english_browser_stays_a_comma_and_an_absurd_guess_is_asked_about(visit):
    page = visit("classroom", "en", **{"v.lesson": "selection"})
    page.locator("#c-guess").click()
    page.keyboard.type("120")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Run the experiment").click()
    assert "outside what the answer can be" in page.wait_for_selector(".t-problem").inner_text()
    assert page.locator(".t-lesson .figures").count() == 0
    page.locator("#c-guess").fill("")
    page.locator("#c-guess").click()
    page.keyboard.type("1,2")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Run the experiment").click()
    page.wait_for_selector(".t-lesson .figures")
    assert "1.2 SD" in page.locator(".t-lesson .figures").inner_text()


def test_an_evaluation_no_better_than_a_coin_is_said_to_be_none():
    rows = dict.fromkeys(("true", "true_low", "true_high", "seen_low", "seen_high"), -1.0)
    for low, high, coin in ((42.0, 76.0, True), (53.0, 87.0, False), (10.0, 40.0, False)):
        found = Told(65.0, low, high, rows | {"replicates": 20}, "count")
        for lang in languages():
            assert (say("lesson.evaluation.coin", lang) in _discussion("evaluation", found, lang)) == coin


def test_a_lesson_on_paper_has_a_line_for_a_guess_or_the_guess_and_never_both(visit):
    page = visit("classroom", "en", **{"v.lesson": "prevention"})
    assert page.locator(".t-paper").first.inner_text().endswith("_%")
    guess(page, "42", "Run the experiment")
    assert page.locator(".t-paper").count() == 0
    above = page.locator(".t-lesson .t-controls").bounding_box()
    figures = page.locator(".t-lesson .figures").bounding_box()
    assert figures["y"] - above["y"] - above["height"] >= 12


@pytest.fixture(scope="module")
def stepped():
    """A town that was stepped a year, and what happened in it."""
    town = SmallTown("status_quo", 400, 4)
    return town, town.step(12)


def test_who_is_born_is_no_month_old_and_every_event_has_its_month(stepped):
    _, happened = stepped
    born = [one for one in happened if one.kind == "born"]
    assert born
    assert {one.age_months for one in born} == {0}
    assert [one.month for one in happened] == sorted(one.month for one in happened)
    assert {one.month for one in happened} <= set(range(12))
    assert {one.month for one in happened} > {0, 11}


def test_no_event_is_left_out_and_their_months_are_told(stepped):
    town, happened = stepped
    assert len(happened) > MOST_LINES
    html = _happenings(Stepped(town, 0, 12, tuple(happened)), "en")
    assert html.count("<tr") - html.count("<thead") == len(happened)
    assert f"The other {len(happened) - MOST_LINES} events" in html
    assert f"from January 2026 to December 2026: {len(happened)} events" in html
    assert 'data-label="Month"' in html
    january = tuple(one for one in happened if one.month == 0)
    html = _happenings(Stepped(town, 0, 1, january), "da")
    assert f"Det skete i januar 2026: {len(january)} hændelser" in html
    assert "details" not in html
    assert "0 hændelser" in _happenings(Stepped(town, 3, 1, ()), "da")
    assert "10 år er gået" in _happenings(Stepped(town, 120, 0, ()), "da")


def test_the_dots_add_up_and_the_child_chosen_is_marked_where_it_stands(visit):
    page = visit("classroom", "en", **{"v.lesson": "town"})
    page.wait_for_selector(".t-dots")
    page.get_by_role("button", name="Step one year").click()
    page.wait_for_selector("text=1 January 2027")
    counted = page.locator(".t-key").inner_text().partition(":")[2]
    dots = page.locator(".t-dot").count()
    assert sum(map(int, re.findall(r"\d+", counted.replace("under 18", "")))) == dots
    heads = page.locator("h3:has(+ .t-dots)").all_inner_texts()
    assert sum(int(head.rpartition(":")[2]) for head in heads) == dots
    assert page.locator(".t-chosen").count() == 0
    dot = page.locator("button.t-dot").nth(2)
    who = dot.get_attribute("data-pick")
    dot.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".t-found")
    chosen = page.locator(".t-dot.t-chosen")
    assert chosen.get_attribute("data-pick") == who
    assert chosen.get_attribute("aria-current") == "true"
    other = page.locator("button.t-dot:not(.t-chosen)").first
    shape = "(e) => getComputedStyle(e).borderRadius"
    assert chosen.evaluate(shape) != other.evaluate(shape)  # not by colour alone
    assert page.locator(".t-found h3").inner_text() == f"Child {who}"
    below = page.locator(".t-found").bounding_box()["y"] - chosen.bounding_box()["y"]
    assert 0 < below < 200
    assert page.evaluate("document.activeElement.dataset.pick") == who  # who came by keyboard stays there


def test_on_a_telephone_what_happened_is_read_without_scrolling_sideways(visit):
    page = visit("classroom", "da", 390, **{"v.lesson": "town"})
    page.wait_for_selector(".t-dots")
    page.get_by_role("button", name="Gå et år frem").click()
    page.wait_for_selector(".t-events table")
    assert page.locator(".t-events thead").first.locator("th").count() == 4
    assert page.locator(".t-events .scroll").first.evaluate("(e) => e.scrollWidth - e.clientWidth") <= 0
