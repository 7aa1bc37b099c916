"""The CHEERS table is filled from the result: another result fills it with other words."""

import re

import pandas as pd
import pytest
from fake_comparison import FakeComparison

from trappen.scenarios.experiments.found import Found
from trappen.viz import captions, findings
from trappen.viz.report.cheers import ITEMS, cheers
from trappen.viz.wording import say


class Whole(FakeComparison):
    """A comparison that also has accounts by payer and figures by group."""

    silo = (("municipality_health", 0.2, 0.6, 0.4, 0.1, 0.7), ("state", 3.0, 2.0, -1.0, -1.5, -0.5))
    need = (("sex_0", -0.3, -0.1), ("sex_1", -0.2, 0.1), ("age_0", 0.1, 0.4))

    def budget(self):
        columns = ["budget", "a", "b", "difference", "low", "high"]
        return Found("budget", {"silo": pd.DataFrame(self.silo, columns=columns)}, {})

    def equity(self):
        rows = [("all", "all_0", "in_need", -1.0, -0.5)]
        rows += [(group.partition("_")[0], group, "in_need", low, high) for group, low, high in self.need]
        rows += [(group.partition("_")[0], group, "placed", -9.0, -8.0) for group, _, _ in self.need]
        return pd.DataFrame(rows, columns=["group_kind", "group", "measure", "low", "high"])


def told(comparison, lang):
    """Return the words of each item."""
    html = cheers(comparison, lang)
    cells = re.findall(r"<th scope=\"row\">\d+\. ([^<]*)</th><td[^>]*>([^<]*)</td>", html)
    names = [say(f"cheers.item.{item}", lang) for item in ITEMS]
    assert [name for name, _ in cells] == names
    return dict(zip(ITEMS, (words for _, words in cells), strict=True))


@pytest.mark.parametrize("lang", ["da", "en"])
def test_all_28_items_are_told_and_none_has_a_gap(lang):
    found = told(Whole(), lang)
    assert len(found) == 28
    for item, words in found.items():
        assert words[:1].isupper() or words[0] in "»“0123456789", (item, words)
        assert not re.search(r"\{|\bNone\b|\bnan\b", words), (item, words)


def test_title_frame_and_policies_are_those_of_the_result():
    comparison = Whole()
    found = told(comparison, "en")
    assert captions.title(comparison, "en") in found["title"]
    assert say("report.summary", "en") in found["abstract"]
    changed = sum(lever["a"] != lever["b"] for lever in comparison.manifest["levers"])
    assert f"{changed} levers differ" in found["comparators"]
    comparison.manifest["scenario"]["perspective"] = "society"
    assert "society" in told(comparison, "en")["perspective"]
    assert "society" not in found["perspective"]


def test_uncertainty_and_its_effect_are_told_with_the_numbers_of_the_result():
    comparison = Whole()
    found = told(comparison, "en")
    assert findings.luck_line(comparison, "en") in found["uncertainty"]
    assert findings.losing_lines(comparison, "en")[0] in found["effect_of_uncertainty"]
    assert findings.structure_line(comparison, "en") in found["effect_of_uncertainty"]
    comparison.lose = set()
    assert "in none of the" in told(comparison, "en")["effect_of_uncertainty"]


def test_who_gains_and_who_loses_is_counted_by_group_and_payer():
    found = told(Whole(), "en")
    assert found["heterogeneity"].startswith("3 groups")
    assert "2 measures" in found["heterogeneity"]
    assert "in 1 of the 3 groups, more in 1" in found["distribution"]
    assert "health services: DKK +0.4 million" in found["distribution"]
    assert "the state: DKK 1.0 million" in found["distribution"]
    comparison = Whole()
    comparison.silo = (("state", 3.0, 2.0, -1.0, -1.5, 0.5),)
    assert "Whether any budget comes to save cannot be told" in told(comparison, "en")["distribution"]
