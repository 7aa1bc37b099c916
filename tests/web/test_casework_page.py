"""Teams and therapists on the page of casework: the figures are the model's own."""

import numpy as np
import pytest

from trappen.agents.ledger import Count
from trappen.scenarios.compare import compare_scenarios
from trappen.scenarios.files.written import from_link
from trappen.viz.wording import number, say

KINDS = ("team", "therapist")


def first_number(text):
    return text.split("(")[0].strip()


@pytest.mark.parametrize("lang", ["da", "en"])
def test_teams_and_therapists_are_shown_as_the_model_counts_them(visit, settled, world, lang):
    told = compare_scenarios(*from_link(world), structure=False)
    page = visit("casework", lang)
    page.wait_for_selector("h2:has-text('" + say("dashboard.providers.title", lang) + "')")
    settled(page)
    label = say("dashboard.providers.title", lang)
    cells = {
        row.locator("th").inner_text(): [first_number(text) for text in row.locator("td").all_inner_texts()]
        for row in page.locator(f"[aria-label='{label}'] tbody tr").all()
    }
    summary = told.summary().set_index("row")
    for at, kind in enumerate(KINDS):
        begun = [float(np.mean(run.counts[..., Count.PROVIDED + at])) for run in told.runs]
        assert min(begun) > 0
        assert cells[say(f"dashboard.providers.begun_{kind}", lang)] == [number(x, 0, lang) for x in begun]
        for row in (f"waiting_for_{kind}", f"days_to_{kind}"):
            (shown,) = (found for name, found in cells.items() if name.startswith(say(f"row.{row}", lang)))
            assert shown == [number(summary.loc[row, side], 1, lang) for side in "ab"]
            if row.startswith("waiting"):
                assert page.locator("h3", has_text=say(f"row.{row}", lang)).count() == 1
    room = [one.policy_as_run.levers["provider_places"] for one in (told.a, told.b)]
    assert len(set(room)) == 2
    assert len(cells) == 7
