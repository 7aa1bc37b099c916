"""Calibration: it finds its way back, goes on where it was broken off, and writes what it found."""

import shutil

import numpy as np
import pytest

from trappen.model.evidence import register
from trappen.model.parameter_set import base_values, with_changes
from trappen.model.strict_yaml import load
from trappen.scenarios.fitting import calibration
from trappen.scenarios.fitting.calibration import fit, measure
from trappen.scenarios.fitting.ensemble_file import Unfinished, calibrate_to_file
from trappen.scenarios.fitting.register_file import write_register
from trappen.scenarios.fitting.task import YEARS, Aim, from_unit, known, make_task, to_unit, today
from trappen.scenarios.parameter_sets import codes, members, read_members
from trappen.scenarios.scenario import Structure

SMALL = 2_000


def small_task(aim=None, seed=5):
    return make_task(codes(Structure()), aim=aim, children=SMALL, seed=seed)


def test_places_between_bounds_lead_there_and_back():
    task = small_task()
    values = with_changes(base_values(), known(members("default")[0]))
    again = from_unit(task, to_unit(task, values))
    for name, value in again.items():
        table, dot, element = name.rpartition(".")
        assert value == pytest.approx(values[table][int(element)] if dot else values[name], rel=1e-9), name


def test_a_fit_finds_back_to_figures_the_model_itself_gave():
    """With the same luck the distance could be brought to nothing; here two thirds go at least."""
    start = known(members("default")[0])
    task = small_task()
    truth = to_unit(task, with_changes(base_values(), start))
    away = np.clip(truth + np.where(np.arange(len(truth)) % 2, 0.06, -0.06), 0.0, 1.0)
    aim = task.aim
    there = with_changes(base_values(), {**start, **from_unit(task, away)})
    figures = measure(today(task.structure, there, SMALL, task.seed, YEARS), YEARS)
    task = small_task(Aim(aim.names, np.array([figures[name] for name in aim.names]), aim.spread))
    begin = measure(
        today(task.structure, with_changes(base_values(), start), SMALL, task.seed, YEARS),
        YEARS,
    )
    before = float(np.mean(task.aim.residuals(begin) ** 2))
    found, jacobian = fit(task, start, rounds=2)
    assert jacobian.shape == (len(aim.names), len(task.names))
    assert found.misfit < 0.35 * before


def test_what_was_broken_off_is_taken_up_and_ends_the_same(tmp_path):
    def broken(what, done, of):
        if what == "ensemble" and done == 2:
            raise KeyboardInterrupt

    how = {"rounds": 1, "sets": 4, "children": SMALL, "seed": 3}
    whole, resumed = tmp_path / "whole.csv", tmp_path / "resumed.csv"
    calibrate_to_file(Structure(), whole, **how)
    with pytest.raises(KeyboardInterrupt):
        calibrate_to_file(Structure(), resumed, **how, say=broken)
    assert not resumed.exists()
    left = tmp_path / "resumed.unfinished.json"
    assert left.exists()
    seen = []
    calibrate_to_file(Structure(), resumed, **how, say=lambda *told: seen.append(told))
    assert all(what == "ensemble" for what, _, _ in seen), "the best fit is not made again"
    assert len(seen) <= 2
    assert resumed.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["resumed.csv", "whole.csv"]
    assert [row["set"] for row in read_members(resumed)] == list(range(len(read_members(resumed))))


def test_what_another_calibration_left_is_not_taken_up(tmp_path):
    path = tmp_path / "a.csv"
    one = Unfinished(path, "one")
    one.keep_best(calibration.Fit({}, {}, {}, 1.0), np.eye(2))
    assert Unfinished(path, "one").best is not None
    assert Unfinished(path, "another").best is None
    one.path.write_text('{"key": "one", "best": 3}', encoding="utf-8")
    assert Unfinished(path, "one").best is None


def test_the_register_takes_fitted_values_and_keeps_all_else(tmp_path, root):
    shutil.copytree(root / "model" / "parameters", tmp_path / "parameters")
    folder = tmp_path / "parameters"
    moved = {"kin_chance": 0.123456, "arena_level.2": 0.0123, "trust_mean": 0.7}
    assert write_register(moved, folder) == 2
    for room in {register()[name.partition(".")[0]].room for name in moved}:
        before = load(root / "model" / "parameters" / f"{room}.yaml", trusted=True)[0]
        after = load(folder / f"{room}.yaml")[0]
        for name, entry in before.items():
            if name == "kin_chance":
                assert after[name] == {**entry, "value": 0.123456}
            elif name == "arena_level":
                assert after[name]["value"][2] == 0.0123
                assert after[name]["value"][0] == pytest.approx(entry["value"][0], rel=1e-5)
            else:
                assert after[name] == entry, name
