"""The municipality as a Mesa model gives the bits of the compiled months, whichever queue it runs on."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

import trappen
from trappen.agents.levers import LEVERS, LINK_OF
from trappen.agents.states import Link
from trappen.model.engine import InForce
from trappen.model.population import WARM_UP_MONTHS


@pytest.fixture(scope="module")
def reference(tools):
    return tools.by_engine()


def test_steps_are_the_compiled_months(tools, reference):
    town = tools.municipality()
    town.run_warm_up()
    town.run(36)
    assert tools.differences(town.world, reference[0]) == []
    assert tools.differences(town.desk.queue, reference[1].queue) == []
    assert reference[0].counts[-3:].sum() > 10_000, "the towns compared are not empty"


def test_the_warm_up_can_be_stepped_through(tools, reference):
    town = tools.municipality()
    town.run(100)
    town.run_warm_up()
    town.run(36)
    assert tools.differences(town.world, reference[0]) == []


@pytest.mark.parametrize("compiled_warm_up", [True, False])
def test_casework_in_simpy_gives_the_same_bits(tools, reference, compiled_warm_up):
    town = tools.municipality(casework="simpy")
    if compiled_warm_up:
        town.run_warm_up()
        town.run(36)
    else:
        town.run(WARM_UP_MONTHS + 36)
    assert tools.differences(town.world, reference[0]) == []


def test_structure_reaches_the_rules(tools, reference):
    town = tools.municipality(structure=(1, 1, 1))
    town.run_warm_up()
    town.run(36)
    world, _ = tools.by_engine(structure=(1, 1, 1))
    assert tools.differences(town.world, world) == []
    assert tools.differences(town.world, reference[0]) != []


@pytest.mark.parametrize("cut", list(Link))
def test_a_cut_link_is_paid_for_and_not_felt(tools, cut):
    town = tools.municipality(links={cut.name.lower(): False})
    town.run_warm_up()
    town.run(36)
    force = tools.reform(3)
    felt = force.felt.copy()
    for lever in (lever for lever, link in LINK_OF.items() if link is cut):
        felt[:, lever] = tools.today[lever]
    world, _ = tools.by_engine(in_force=dataclasses.replace(force, felt=felt))
    assert tools.differences(town.world, world) == []


def test_what_is_handed_in_stays_the_callers(tools):
    force = tools.reform(3)
    before = force.felt.copy()
    tools.municipality(in_force=force, links={link.name.lower(): False for link in Link})
    np.testing.assert_array_equal(force.felt, before)


def test_the_rules_never_draw_from_mesas_generators(tools):
    town = tools.municipality()
    before = town.random.getstate(), str(town.rng.bit_generator.state)
    town.run_warm_up()
    town.run(36)
    assert (town.random.getstate(), str(town.rng.bit_generator.state)) == before


def test_the_horizon_ends(tools):
    town = tools.municipality(years=1)
    town.run_warm_up()
    assert (town.month, town.running) == (0, True)
    town.run_model()
    assert (town.month, town.steps, town.running) == (12, 12, False)
    with pytest.raises(ValueError, match="horizon of 1 years has ended"):
        town.step()


def test_a_warm_up_is_run_once(tools):
    town = tools.municipality()
    town.run_warm_up()
    with pytest.raises(ValueError, match="warm-up is over"):
        town.run_warm_up()
    stepped = tools.municipality(casework="simpy")
    stepped.step()
    with pytest.raises(ValueError, match="by steps"):
        stepped.run_warm_up()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"links": {"notise": True}}, "no link is called 'notise'"),
        ({"structure": (0, 0, 7)}, "7 is not a valid FosterHardCases"),
        ({"structure": (0, 0)}, "shorter"),
        ({"casework": "guessing"}, "compiled or simpy"),
        (
            {"years": 4, "in_force": InForce(np.zeros((36, LEVERS)), np.zeros((36, LEVERS)), np.zeros(36))},
            rf"\(36, {LEVERS}\) where \(48, {LEVERS}\)",
        ),
        (
            {"in_force": InForce(np.zeros((12, LEVERS)), np.zeros((12, LEVERS)), np.zeros(11))},
            "cost of changing",
        ),
    ],
)
def test_what_cannot_be_is_refused(tools, wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        tools.municipality(**wrong)


def test_the_ensemble_does_not_import_mesa():
    code = (
        "import sys; import trappen.model.engine, trappen.agents.child, trappen.agents.family, "
        "trappen.agents.caseworker; sys.exit('mesa' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_town_of_the_public_function_is_a_replicate_of_run():
    """`trappen.town` is that piece of luck of `trappen.run`, parameter set and all."""
    options = {"children": 400, "years": 2, "replicates": 3, "seed": 6}
    ran = trappen.run("omlaegning", **options)
    town = trappen.town("omlaegning", replicate=2, **options)
    town.run(24)
    assert np.array_equal(town.world.counts[-2:], ran.runs.counts[2])
    assert np.array_equal(town.world.accounts[-2:], ran.runs.accounts[2])
