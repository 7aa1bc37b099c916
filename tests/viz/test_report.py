import re
from html import escape
from html.parser import HTMLParser

import pytest
from fake_comparison import FakeComparison

from trappen.model.evidence import register
from trappen.model.sources import source_in
from trappen.viz.report.page import charts, report, write_report
from trappen.viz.report.report_tables import forest_table

DRAWINGS = [
    charts.cost_over_years,
    charts.investment,
    charts.key,
    charts.forest,
    charts.steps,
    charts.placed,
    charts.structure,
]
VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Follows the tags and fails on one that is not closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.used, self.levels, self.tags = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        if "id" in given:
            self.ids.append(given["id"])
        self.used += given.get("aria-labelledby", "").split()
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


@pytest.fixture(scope="module", params=["da", "en"])
def page(request):
    html = report(FakeComparison(), request.param)
    parsed = Page()
    parsed.feed(html)
    parsed.close()
    return request.param, html, parsed


def test_the_report_holds_no_address(page):
    _, html, _ = page
    for part in ("http", "//www", "xmlns", "<script", "<link", "@import", "src="):
        assert part not in html.lower(), part


def test_the_tags_are_balanced_and_the_ids_are_unique(page):
    _, _, parsed = page
    assert parsed.open == []
    assert len(parsed.ids) == len(set(parsed.ids))
    assert set(parsed.used) <= set(parsed.ids)


def test_the_language_the_title_and_the_levels_of_heading(page):
    lang, _, parsed = page
    assert ("html", {"lang": lang}) in parsed.tags
    assert parsed.levels[0] == 1
    assert parsed.levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(parsed.levels, parsed.levels[1:], strict=False))


def test_every_chart_is_there_wide_and_narrow_with_a_table(page):
    _, html, parsed = page
    assert sum(tag == "svg" for tag, _ in parsed.tags) == 2 * len(DRAWINGS)
    assert html.count("<figure>") == len(DRAWINGS)
    assert html.count("<details>") == len(DRAWINGS)  # the first page's third has none; the register has


def test_no_placeholder_or_missing_number_is_left(page):
    _, html, _ = page
    text = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
    assert not re.search(r"\$\w|\{\w+\}|\bnan\b|\bNone\b", text)


@pytest.mark.parametrize("draw", DRAWINGS)
@pytest.mark.parametrize("narrow", [False, True])
def test_a_chart_speaks_and_is_drawn_the_same_each_time(draw, narrow):
    comparison = FakeComparison()
    svg = draw(comparison, "da", narrow=narrow)
    assert 'role="img"' in svg
    assert re.search(r"<title [^>]*>[^<]+</title><desc [^>]*>[^<]+</desc>", svg)
    assert "<text" in svg
    assert "http" not in svg
    assert "<metadata" not in svg
    assert svg == draw(comparison, "da", narrow=narrow)


class RareHarm(FakeComparison):
    """Unnecessary placements are so few that replicates lie more than a whole mean below it."""

    def harm(self):
        frame = super().harm()
        at = frame["row"] == "unnecessary_placements"
        frame.loc[at, ["a", "b", "difference", "low", "high"]] = (0.3, 0.2, -0.1, -0.97, 0.6)
        return frame


@pytest.mark.parametrize("narrow", [False, True])
def test_a_harm_too_rare_for_per_cent_keeps_its_line_and_tells_no_impossible_fall(narrow):
    rare, usual = RareHarm(), FakeComparison()
    svg = charts.forest(rare, "da", narrow=narrow)
    assert "for sjældent til" in svg
    assert "for sjældent til" not in charts.forest(usual, "da", narrow=narrow)
    assert "−323" not in svg
    assert svg.count("<text") >= charts.forest(usual, "da", narrow=narrow).count("<text") - 2
    told = str(forest_table(rare, "da"))
    assert "for sjældent til" in told
    assert "−323" not in told


def test_a_chart_writes_numbers_as_the_language_does():
    assert "−4,2" in charts.structure(FakeComparison(), "da")
    assert "−4.2" in charts.structure(FakeComparison(), "en")


@pytest.mark.parametrize("draw", [charts.cost_over_years, charts.investment, charts.structure])
def test_a_chart_without_figures_is_left_out(draw):
    comparison = FakeComparison()
    yearly, choices = comparison.yearly(), comparison.structure()
    comparison.yearly = lambda row=None: yearly.iloc[:0]
    comparison.structure = lambda: choices.iloc[:0]
    assert draw(comparison, "da") == ""


def test_what_a_user_named_cannot_become_markup():
    comparison = FakeComparison()
    comparison.names = ("status_quo", "<b>plan</b>")
    comparison.manifest["scenario"]["municipality"] = "<script>x</script> & Co"
    html = report(comparison, "en")
    assert "<script" not in html
    assert "<b>plan" not in html
    assert "&lt;b&gt;plan&lt;/b&gt;" in html


def test_a_one_year_run_with_equal_policies_still_makes_a_report():
    comparison = FakeComparison()
    zero = {row: (0.0, 0.0, 0.0) for row in (*comparison.summary()["row"], *comparison.indicators()["row"])}
    comparison = FakeComparison(**zero)
    comparison.manifest["scenario"]["years"] = 1
    comparison.manifest["levers"] = []
    accounts, yearly = comparison.accounts(), comparison.yearly()
    comparison.accounts = lambda: accounts[accounts["year"] == 2026]
    first = yearly[yearly["year"] == 2026]
    comparison.yearly = lambda row=None: first if row is None else first[first["row"] == row]
    comparison.break_even_answer = {"year": None, "chance_within_horizon": 0.0, "never_share": 1.0}
    html = report(comparison, "en")
    assert "exactly the same" in html
    assert "the same value on every lever" in html


def test_the_report_is_written_as_utf8(tmp_path):
    path = tmp_path / "report.html"
    write_report(FakeComparison(), path, "da")
    assert "Omlægningen" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_number_of_the_model_stands_in_the_report_with_its_source(lang):
    html = report(FakeComparison(), lang)
    for entry in register().values():
        assert f"({entry.name})" in html, entry.name
        assert escape(source_in(entry.source, lang), quote=False) in html, entry.name
