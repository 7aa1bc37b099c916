"""Whole lives by the text and by the kernels: thousands of random children, every field, every month.

`whole_life` is a second model of one family and its children from conception to 25, written from
docs/odd.md in plain Python: its own Philox, no numpy, no numba, nothing of `trappen`. Beside a
municipality that steps by the month it lives every family of it, and after each month every field it
keeps of every child and family must be the table's. Its docstring says what it is told as input.

Every value must be equal, to the last bit that a table keeps: the text says in which order terms are added
and where numbers are of single precision, and logarithms, exponentials, powers and quantiles are equal to
the bit in both (numba calls the same libm, and both use Wichura's AS 241).
"""

import ast
import math
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import whole_life
from beside import Beside, Disagreement
from recorded import Recorded
from whole_life.luck import PURPOSES, Luck, Q

from trappen.agents.levers import LEVERS
from trappen.agents.states import FrontKind
from trappen.model.engine import InForce
from trappen.model.evidence import register
from trappen.model.kernels.draws import normal_quantile, philox
from trappen.model.municipalities import national_age_distribution
from trappen.model.parameter_set import base_values
from trappen.policies.lever import defaults, levers

YEARS, CHANGE = 4, 14
FOLDER = Path(whole_life.__file__).parent
ODD = (Path(__file__).parents[2] / "docs" / "odd.md").read_text(encoding="utf-8")
COURAGE = {FrontKind.HEALTH_VISITOR: 0.9, FrontKind.PEDAGOGUE: 1.1, FrontKind.TEACHER: 0.8}
TODAY = np.array(list(defaults().values()), float)


def case(number):
    """Return parameters, levers before and after a change, and structure: the register's, or drawn."""
    luck = Luck((number, 0xC0DE))
    values = base_values()
    if number % 3 == 0:
        return values, TODAY, TODAY, (0, 0, 0)
    for place, entry in enumerate(register().values()):
        if entry.low is None or entry.high <= entry.low:
            continue
        size = np.size(entry.value)
        drawn = [entry.low + luck.of(place, k, "ENSEMBLE")[0] * (entry.high - entry.low) for k in range(size)]
        # Half of them stay at the register's value, so that not all of a life is out of the ordinary.
        if luck.of(place, 0, "ENSEMBLE")[1] < 0.5:
            values[entry.name] = drawn if np.ndim(entry.value) else drawn[0]
    low, high = (np.array([getattr(lever, end) for lever in levers().values()]) for end in ("low", "high"))
    rows = [
        low + np.array([luck.of(k, row, "ENSEMBLE")[2] for k in range(LEVERS)]) * (high - low)
        for row in (1, 2)
    ]
    return (
        values,
        TODAY if number % 3 == 1 else rows[0],
        rows[1],
        (number & 1, number >> 1 & 1, number >> 2 & 1),
    )


def town_of(number, children):
    values, before, after, structure = case(number)
    felt = np.where(np.arange(12 * YEARS)[:, None] < CHANGE, before, after)
    town = Recorded(
        children=children,
        ages=np.array(national_age_distribution(), float),
        values=values,
        in_force=InForce(felt, felt.copy(), np.zeros(12 * YEARS)),
        status_quo=before,
        structure=structure,
        seed=number,
    )
    town.script(COURAGE, [1.0, 0.5, 1.5])
    return town, values, structure


def live_beside(number, children):
    """Run a municipality from warm-up to the end of its horizon, and live all its families beside it."""
    town, values, structure = town_of(number, children)
    beside = Beside(town, values, structure, COURAGE)
    while town.running or town.month < 0:
        town.step()
        beside.live(town.month - 1)
    return beside


def held(numbers, children):
    """Compare so many municipalities; return what was covered in all of them together."""
    seen, compared, months = None, 0, 0
    for number in numbers:
        beside = live_beside(number, children)
        compared, months = compared + beside.compared, months + beside.months
        seen = beside.coverage() if seen is None else seen + beside.coverage()
    seen["child-months"] = months
    print(f"\n{compared:,} values compared, all equal; {dict(seen)}")
    return seen


LEAST = {
    "children": 2000, "child-months": 250_000, "notified": 700, "reviews": 4000, "assessments": 500,
    "follow-ups": 1800, "visits": 200, "early help": 350, "preventive": 200, "home-based": 170, "kin": 6,
    "foster": 25, "institution": 10, "own room": 9, "aftercare": 10, "breakdowns": 4, "went home": 25,
    "placed twice or moved": 8, "read at 25": 220, "adult outcomes": 160, "dead": 10, "moved out": 400,
    "families of parents who grew up here": 100,
}  # fmt: skip
"""What a run must have met at least for its silence to mean something."""


def test_whole_lives_by_the_text_are_those_of_the_kernels():
    seen = held((0, 2, 5, 8), children=250)
    assert {name: seen[name] for name, least in LEAST.items() if seen[name] < least} == {}


@pytest.mark.slow
def test_many_whole_lives_by_the_text_are_those_of_the_kernels():
    """Others, and several times as many, in larger municipalities."""
    seen = held((1, 3, 4, 6, 7, *range(9, 18)), children=500)
    assert {name: seen[name] for name, least in LEAST.items() if seen[name] < 3 * least} == {}


MUTANTS = (
    "untreated_growth", "scar_recovery", "shock_size", "relief_build_months", "fatigue_gain",
    "separation_rate",
    "onset_size", "school_recovery", "notice_floor", "boost", "known_sight", "pregnancy_error", "early_offer",
    "review_error", "drift_variance", "trust_gain", "elucidation_days", "assessment_threshold",
    "preventive_threshold", "accept_base", "ready_preventive", "price_preventive", "neet_level",
    "transmission",
)  # fmt: skip


def test_a_rule_a_little_changed_tells_another_life():
    """Each of these numbers, a twentieth more in the second model alone, must make it disagree."""
    town, values, structure = town_of(0, 250)
    running = {
        name: Beside(town, values | {name: values[name] * 1.05}, structure, COURAGE)
        for name in MUTANTS
        if name not in ("onset_size", "transmission")
    }
    caught = {}
    for name in ("onset_size", "transmission"):
        with pytest.raises(Disagreement):
            Beside(town, values | {name: values[name] * 1.05}, structure, COURAGE)
    while running and (town.running or town.month < 0):
        town.step()
        for name, beside in list(running.items()):
            try:
                beside.live(town.month - 1)
            except Disagreement as told:
                caught[name] = str(told)
                del running[name]
    assert list(running) == []
    assert " need is " in caught["untreated_growth"]


def test_the_second_model_is_plain_and_takes_nothing_of_the_first():
    """It imports the standard library alone, and stays short enough to be read."""
    for path in FOLDER.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) < 400
        for node in ast.walk(ast.parse(text)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [] if node.level else [node.module]
            assert all(name.split(".")[0] in sys.stdlib_module_names for name in names), (path.name, names)
            assert "random" not in names


def test_its_draws_are_those_the_text_tells():
    told = dict(re.findall(r"\b([A-Z_]+)\s(\d+)\b", re.search(r"Purposes: (.*?)\.\s", ODD, re.S).group(1)))
    assert {name: int(number) for name, number in told.items()} == PURPOSES
    luck = Luck((123, 456))
    for person, month, block in ((0, -216, 0), (2**32 - 1, 77, 3), (4711, 0, 1)):
        words = philox(*(np.uint64(n & 0xFFFFFFFF) for n in (person, month, 63, block, 123, 456)))
        drawn = luck.of(person, month, "VISIT", block)
        assert drawn == tuple((int(word) + 0.5) / 2**32 for word in words)
        assert all(math.isfinite(Q(u)) and Q(u) == normal_quantile(u) for u in drawn)
