"""Whose money is counted: the budget's page says what the command line prints for the same perspective."""

import contextlib
import io

import pytest

from trappen import cli
from trappen.agents.problem import Problem
from trappen.scenarios.files.written import as_yaml, from_link
from trappen.scenarios.perspective import PERSPECTIVES
from trappen.viz.wording import say

TEXT_MOVED = "(text) => (document.querySelector('section.answer > p')?.textContent ?? text) !== text"


def joined(text):
    return " ".join(text.split())


@pytest.fixture
def printed(tmp_path, world, monkeypatch):
    """A function that compares the visitor's two scenarios on the command line and returns what it prints."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(Problem, "wording", Problem.__dict__["wording"])
    files = []
    for side, scenario in zip("ab", from_link(world), strict=True):
        files.append(tmp_path / f"{side}.yaml")
        files[-1].write_text(as_yaml(scenario), encoding="utf-8")

    def run(lang, perspective):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            words = ["compare", *map(str, files), "--perspective", perspective, "--lang", lang]
            assert cli.main([*words, "--output", str(tmp_path / perspective)]) == 0
        return joined(out.getvalue())

    return run


@pytest.mark.parametrize(("perspective", "lang"), [("public", "da"), ("society", "en")])
def test_the_budget_says_what_the_command_line_prints_from_the_side_chosen(
    visit, settled, printed, perspective, lang
):
    page = visit("budget", lang)
    page.wait_for_selector("section.answer")
    settled(page)
    usual = page.locator("section.answer > p").all_text_contents()
    page.locator("#c-perspective").select_option(perspective)
    page.wait_for_function(f"location.search.includes('perspective={perspective}')")
    settled(page)
    page.wait_for_function(TEXT_MOVED, arg=usual[0])
    told = printed(lang, perspective)
    cost, back = map(joined, page.locator("section.answer > p").all_text_contents())
    assert cost in told
    assert back in told
    assert joined(usual[0]) not in told
    for cells in page.locator("section.answer tbody tr").all():
        a, b, difference, span, *_ = map(joined, cells.locator("td").all_text_contents())
        assert all(figure in told for figure in (a, b, difference, span))
    side = say(f"perspective.side.{perspective}", lang)
    title = say("dashboard.budget.investment", lang, side=side)
    assert page.locator("h3", has_text=title).count() == 1
    page.reload()  # the address remembers the side
    page.wait_for_selector("section.answer")
    assert page.locator("#c-perspective").input_value() == perspective


def test_every_side_can_be_chosen(visit):
    page = visit("budget", "en")
    page.wait_for_selector("#c-perspective")
    offered = page.locator("#c-perspective option")
    values = [one.get_attribute("value") for one in offered.all()]
    assert values == ["accounts", *PERSPECTIVES]
    assert all(text.strip() for text in offered.all_text_contents())
