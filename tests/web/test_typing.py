"""What somebody is typing, or dragging, stays while the page is drawn anew by an answer to something else."""

import pytest

ASKED = "([name, value]) => new URLSearchParams(location.search).get(name) === value"


@pytest.mark.parametrize(
    ("other", "given", "field", "typed", "asked"),
    [("years", "5", "seed", "1234", "seed"), ("seed", "9", "name", "Vores egen", "b.name")],
)
def test_what_is_typed_stays_when_answers_arrive(visit, other, given, field, typed, asked):
    page = visit("compare", "da")
    page.wait_for_selector(".figures")
    here = page.locator(f"#c-{field}")
    page.locator(f"#c-{other}").fill(given)
    here.select_text()  # leaving the other field asks something else
    page.keyboard.type(typed[:3])
    page.wait_for_function(ASKED, arg=[other, given])
    assert here.input_value() == typed[:3]
    page.keyboard.type(typed[3:])
    page.keyboard.press("Enter")
    page.keyboard.type("5")  # and on, before the answer to this one is there
    page.wait_for_function(ASKED, arg=[asked, typed])
    assert here.input_value() == typed + "5"
    page.keyboard.press("Tab")
    page.wait_for_function(ASKED, arg=[asked, typed + "5"])


def test_a_field_that_nobody_types_in_says_what_the_page_says(visit):
    page = visit("compare", "da")
    page.wait_for_selector(".figures")
    page.locator("#c-seed").fill("77")
    page.keyboard.press("Tab")
    page.wait_for_function(ASKED, arg=["seed", "77"])
    page.get_by_role("button", name="Fortryd").click()
    page.wait_for_function(ASKED, arg=["seed", "4"])
    # The address is told first, the field a moment later; that it never is would end the wait.
    page.wait_for_function("document.querySelector('#c-seed').value === '4'")


def test_a_lever_in_hand_stays_when_the_answer_to_the_lever_before_arrives(visit):
    page = visit("compare", "da")
    page.wait_for_selector(".figures")
    first, second = page.locator(".t-group[open] input[type=range]").all()[:2]
    first.press("Home")
    second.press("End")
    end = second.get_attribute("max")
    while "b.levers." not in page.url:
        second.evaluate("e => e.dispatchEvent(new Event('input'))")  # still being moved, so not asked yet
        page.wait_for_timeout(40)
    assert second.input_value() == end
    name = second.get_attribute("id").removeprefix("l-")
    page.wait_for_function(f"Number(new URLSearchParams(location.search).get('b.levers.{name}')) === {end}")
    assert second.input_value() == end
