"""The peers of the benchmark live by the same rules: from the same children and luck the same lives come."""

from dataclasses import asdict

import numpy as np
import pytest

from trappen.agents.states import Step
from trappen.scenarios.bench import life as benchmark_life
from trappen.scenarios.bench.peers.plain_mesa import LifeModel
from trappen.scenarios.bench.peers.vectorised import LifeColumns

MEASURED = ("need", "relief", "school", "scar", "deviation")
COUNTED = ("months_need", "months_unhelped", "first_need")


@pytest.fixture(scope="module")
def lived():
    world, rules = benchmark_life.lived_municipality(1500)
    # Few of so few children stand high on the staircase: spread some over all steps, some in the past.
    table = world.children
    children = np.flatnonzero((table["birth_month"] < 0) & (table["birth_month"] > -200))[::7]
    table["step"][children] = np.arange(len(children)) % len(Step)
    table["step_since"][children] = -np.arange(len(children)) % 40
    return world, rules


@pytest.fixture(scope="module", params=[True, False], ids=["costly", "price_only"])
def engines(request, lived):
    world, rules = lived
    luck = benchmark_life.luck_of(world)
    engine = benchmark_life.CompiledLife(world, rules, foster_costly=request.param)
    mesa = LifeModel(world.children, rules.life, request.param, luck, 0)
    columns = LifeColumns(world.children, rules.life, request.param, luck, 0)
    for _ in range(benchmark_life.MONTHS):
        engine.advance()
        mesa.step()
        columns.advance()
    return engine, mesa, columns


def test_every_child_has_the_same_life_in_all_three(engines):
    engine, mesa, columns = engines
    for name in MEASURED:
        lived = engine.world.children[name]
        np.testing.assert_allclose(mesa.column(name), lived, rtol=0, atol=2e-6, err_msg=name)
        np.testing.assert_allclose(getattr(columns, name), lived, rtol=0, atol=1e-5, err_msg=name)
    for name in COUNTED:
        lived = engine.world.children[name]
        np.testing.assert_array_equal(mesa.column(name), lived, err_msg=name)
        np.testing.assert_array_equal(getattr(columns, name), lived, err_msg=name)


def test_all_three_count_the_same(engines):
    engine, mesa, columns = engines
    counted = asdict(engine.tally)
    assert all(counted.values())
    for peer in (mesa, columns):
        assert asdict(peer.tally) == pytest.approx(counted, rel=1e-5)


def test_the_rules_compared_move_children_and_use_every_step(lived, engines):
    before, after = lived[0].children, engines[0].world.children
    assert np.mean(before["need"] != after["need"]) > 0.8
    assert set(after["step"]) == set(range(len(Step)))
    assert np.abs(after["relief"]).max() > 0.1
    np.testing.assert_array_equal(before["step"], after["step"])


def test_only_children_at_risk_are_left_and_their_lives_are_unchanged(lived):
    world, rules = lived
    known = benchmark_life.at_risk_only(world, rules, 3000)
    assert len(known.children) >= 3000
    table = known.children
    assert ((table["step"] > 0) | (table["case"] > 0) | (table["need"] >= rules.life["need_cut"])).all()
    alone, among = (benchmark_life.CompiledLife(of, rules) for of in (known, world))
    for _ in range(6):
        alone.advance()
        among.advance()
    places = np.searchsorted(world.children["who"], table["who"], sorter=np.argsort(world.children["who"]))
    rows = np.argsort(world.children["who"])[places]
    np.testing.assert_array_equal(alone.world.children["need"], among.world.children["need"][rows])
