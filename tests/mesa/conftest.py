"""A small municipality, and the same one run by the compiled months alone."""

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from trappen.agents.levers import LEVERS, Lever
from trappen.model.engine import InForce, luck_key, make_desk, make_world, run_months
from trappen.model.municipalities import national_age_distribution
from trappen.model.municipality import Municipality
from trappen.model.parameter_set import base_values, make_rules
from trappen.model.population import WARM_UP_MONTHS
from trappen.policies.lever import defaults

AGES = np.array(national_age_distribution(), float)
TODAY = np.array([defaults()[Lever(k).name.lower()] for k in range(LEVERS)])
SEED, CODE, REPLICATE = 11, 657, 3


def reform(years):
    """Return a policy that moves every lever, differently each month, and costs something."""
    months = 12 * years
    share = np.linspace(0.0, 1.0, months)[:, None]
    target = TODAY * 0.7 + 0.2
    felt = TODAY + (target - TODAY) * share
    return InForce(felt=felt, paid=felt.copy(), transition=np.arange(months) * 1000.5)


def municipality(children=800, years=None, in_force=None, **others):
    return Municipality(
        children=children,
        ages=AGES,
        values=base_values(),
        in_force=in_force or reform(years or 3),
        years=years,
        status_quo=TODAY,
        seed=SEED,
        code=CODE,
        replicate=REPLICATE,
        **others,
    )


def by_engine(children=800, years=3, in_force=None, structure=(0, 0, 0)):
    """Return the world and the desk that the engine gives for the same municipality."""
    rules, structure = make_rules(base_values()), np.array(structure, np.int64)
    world = make_world(children, AGES, rules, luck_key(SEED, CODE, REPLICATE), years)
    desk = make_desk(world)
    today = np.tile(TODAY, (WARM_UP_MONTHS, 1))
    before = InForce(today, today, np.zeros(WARM_UP_MONTHS))
    run_months(world, desk, rules, before, structure, -WARM_UP_MONTHS)
    run_months(world, desk, rules, in_force or reform(years), structure, 0)
    return world, desk


def differences(ours, theirs):
    """Return the names of the arrays of two bundles that differ in a bit, columns one by one."""
    found = []
    for name, a, b in zip(ours._fields, ours, theirs, strict=True):
        if isinstance(a, tuple):
            found += [f"{name}.{part}" for part in differences(a, b)]
        elif a.dtype.names:
            found += [f"{name}.{c}" for c in a.dtype.names if a[c].tobytes() != b[c].tobytes()]
        elif a.tobytes() != b.tobytes():
            found.append(name)
    return found


def documented():
    """Return what the examples of docs/casework.md define, by name."""
    text = (Path(__file__).parents[2] / "docs" / "casework.md").read_text(encoding="utf-8")
    defined = {"__name__": "documented"}
    for block in re.findall(r"^```python\n(.*?)^```", text, re.M | re.S):
        exec(block, defined)
    return SimpleNamespace(**{name: one for name, one in defined.items() if not name.startswith("_")})


@pytest.fixture(scope="session")
def tools():
    """Give what the tests of this folder build municipalities with."""
    return SimpleNamespace(
        municipality=municipality,
        by_engine=by_engine,
        differences=differences,
        reform=reform,
        today=TODAY,
        documented=documented(),
    )


@pytest.fixture(scope="module")
def town(tools):
    """Give a municipality 14 months into its policy, to be read only."""
    town = tools.municipality()
    town.run_warm_up()
    town.run(14)
    return town


@pytest.fixture
def own_town(tools):
    """Give a municipality 2 months into its policy, to be changed."""
    town = tools.municipality()
    town.run_warm_up()
    town.run(2)
    return town
