import io
import math

import pandas as pd
import pytest
from fake_comparison import POSTS, FakeComparison, FakeRun, fake_targets
from rich.console import Console

from trappen.viz import wording
from trappen.viz.terminal import compared as terminal


def printed(show, what, lang, width, **values):
    stream = io.StringIO()
    console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
    show(what, lang, console=console, **values)
    return stream.getvalue()


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("width", [80, 120])
def test_nothing_runs_over_the_edge_and_no_colour_is_written_to_a_pipe(lang, width):
    texts = [
        printed(terminal.print_comparison, FakeComparison(), lang, width),
        printed(terminal.print_run, FakeRun(), lang, width),
        printed(terminal.print_targets, fake_targets(), lang, width),
    ]
    for text in texts:
        assert "\x1b" not in text
        assert max(len(line) for line in text.splitlines()) <= width


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("width", [80, 140])
def test_a_range_that_is_not_there_is_left_out_and_grades_are_words(lang, width):
    alone = fake_targets().assign(model_low=math.nan, model_high=math.nan)
    text = printed(terminal.print_targets, alone, lang, width)
    assert max(map(len, text.splitlines())) <= width
    head = wording.say("column.model_range", lang).split()[-1]
    assert head in printed(terminal.print_targets, fake_targets(), lang, width)
    assert text.count(wording.NONE) == len(alone)  # between the ends of each plausible range
    assert (wording.say("grade.expert", lang).split()[0] in text) == (width >= terminal.SOURCED)
    assert "expert" not in text.split()
    assert wording.say("terminal.targets_luck", lang) in " ".join(text.split())


@pytest.mark.parametrize("lang", ["da", "en"])
def test_everything_asked_for_is_there(lang):
    text = printed(terminal.print_comparison, FakeComparison(), lang, 120, folder="results/herning-1")
    for key in ("cost_and_outcomes", "sub_goals", "harm", "answer", "sure"):
        assert wording.say(f"heading.{key}", lang) in text
    for goal in range(1, 8):
        assert f"{goal}. {wording.say(f'sub_goal.{goal}', lang)}" in text
    for year in range(2026, 2046):
        assert text.count(f"\n{year} ") == 2
    assert "results/herning-1" in text
    assert wording.say("finding.caution", lang)[:60] in text


def test_a_long_horizon_is_thinned_and_says_so():
    comparison = FakeComparison()
    accounts = comparison.accounts()
    later = accounts.assign(year=accounts["year"] + 20)
    comparison.accounts = lambda: pd.concat([accounts, later])
    text = printed(terminal.print_comparison, comparison, "en", 80)
    assert "\n2027 " in text
    assert "\n2032 " not in text
    assert "\n2065 " in text
    assert wording.say("terminal.years_left_out", "en") in text


def test_a_name_with_brackets_is_printed_as_it_is():
    comparison = FakeComparison()
    comparison.names = ("status_quo", "omlaegning")
    comparison.manifest["scenario"]["municipality"] = "[bold]Herning[/bold]"
    assert "[bold]Herning[/bold]" in printed(terminal.print_comparison, comparison, "da", 80)


def test_the_posts_of_the_fixture_are_those_of_the_accounts():
    assert set(FakeComparison().accounts()["post"]) == {*POSTS, "refund"}
