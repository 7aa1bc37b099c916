"""What a page says of its scenarios: what they are called, and on paper all that was asked."""

import pytest

from trappen.scenarios.files.written import changed
from trappen.scenarios.scenario import scenario_from
from trappen.viz.dashboard.asked import Asked
from trappen.viz.dashboard.pages.named import on_paper, plain_name, short_name

A = scenario_from("status_quo", children=2000, years=10, replicates=8)
B = scenario_from("omlaegning", children=2000, years=10, replicates=8)


@pytest.mark.parametrize(
    ("scenario", "short"),
    [
        (B, "Reorientation"),
        (changed(B, levers={"caseload": 10.0}), "Reorientation (changed)"),
        (changed(B, levers={"caseload": 10.0}, name="Ours"), "Ours"),
    ],
)
def test_a_scenario_without_a_name_of_its_own_says_that_it_is_changed(scenario, short):
    assert short_name(scenario, "en") == short
    assert plain_name(scenario, "en") == short.removesuffix(" (changed)")


def test_paper_says_what_the_controls_said():
    own = {"price_early": 20_000.0}
    told = on_paper(Asked(changed(A, parameters=own), changed(B, parameters=own, levers={"caseload": 10.0})))
    assert "2.000 børn 0-17 år, 10 år fra 2026, 8 gentagelser" in told
    assert "A: Nuværende praksis. B: Omlægning (ændret)." in told
    assert "Ændret i B: sager pr. sagsbehandler 10." in told
    assert "20.000 kr. pr. forløb" in told
    assert "Ændret" not in on_paper(Asked(A, B))
