"""What the engine's tests share: a small municipality, rules to start from, and how to run it.

`--seeds 1,2,3` or `--seeds 1-20` repeats every statistical test on other seeds. With one seed a
statistical test passes or fails once and for all; over many seeds it should fail as often as its
docstring says.
"""

from collections.abc import Mapping

import numpy as np
import pytest

from trappen.agents.levers import LEVERS, Lever
from trappen.model.engine import (
    WARM_UP_YEARS,
    InForce,
    copy_state,
    luck_key,
    make_desk,
    make_world,
    run_months,
)
from trappen.model.evidence import register
from trappen.model.kernels.draws import ENSEMBLE, uniforms
from trappen.model.municipalities import national_age_distribution
from trappen.model.parameter_set import Rules, base_values, make_rules, with_changes
from trappen.policies.lever import defaults, levers

BEGIN = -12 * WARM_UP_YEARS
"""The first month of a run."""

DEFAULT_STRUCTURE = (0, 0, 0)


def pytest_addoption(parser):
    parser.addoption("--seeds", default="1", help="seeds of the statistical tests: 1,2,3 or 1-20")


def _seeds(text):
    seeds = []
    for part in text.split(","):
        low, _, high = part.partition("-")
        seeds += range(int(low), int(high or low) + 1)
    return seeds


def pytest_generate_tests(metafunc):
    if "luck" in metafunc.fixturenames:
        metafunc.parametrize("luck", _seeds(metafunc.config.getoption("--seeds")))


class Town:
    """One municipality under way: its world, its desk, and the rules it runs by."""

    def __init__(self, world, desk, rules, structure):
        self.world, self.desk, self.rules = world, desk, rules
        self.structure = np.array(structure, np.int64)
        self.month = BEGIN

    @property
    def children(self):
        return self.world.children

    def copy(self):
        twin = Town(copy_state(self.world), copy_state(self.desk), self.rules, self.structure)
        twin.month = self.month
        return twin

    def run(self, until, force=None):
        """Run to before month `until`; `force` holds the levers of just those months."""
        force = in_force(until - self.month) if force is None else force
        assert len(force.felt) == until - self.month
        run_months(self.world, self.desk, self.rules, force, self.structure, self.month)
        self.month = until
        return self


def lever_row(changes: Mapping[str, float] | None = None):
    """Return today's practice with some levers changed, as kernels read it."""
    row = np.array([defaults()[lever.name.lower()] for lever in Lever])
    for name, value in (changes or {}).items():
        row[Lever[name.upper()]] = value
    return row


def in_force(months, changes=None, transition=0.0):
    """Return the same levers for so many months."""
    felt = np.tile(lever_row(changes), (months, 1))
    return InForce(felt, felt.copy(), np.full(months, float(transition)))


class Lab:
    """Makes rules and municipalities for tests."""

    begin = BEGIN
    Town = Town
    in_force = staticmethod(in_force)
    lever_row = staticmethod(lever_row)

    def __init__(self):
        self.ages = np.array(national_age_distribution(), float)

    def rules(self, changes=None, **derived) -> Rules:
        """Return the base rules with some parameters changed.

        Parameters
        ----------
        changes
            Register values by name; what kernels derive from them follows.
        derived
            `room__field=value` sets a field of a room's record as it stands after that.
        """
        rules = make_rules(with_changes(base_values(), changes or {}))
        for name, value in derived.items():
            room, field = name.split("__")
            getattr(rules, room)[field] = value
        return rules

    def town(
        self,
        rules=None,
        *,
        children=300,
        years=3,
        seed=1,
        replicate=0,
        structure=DEFAULT_STRUCTURE,
        extra_birth=None,
    ) -> Town:
        """Return a municipality at the beginning of its warm-up."""
        rules = self.rules() if rules is None else rules
        world = make_world(children, self.ages, rules, luck_key(seed, 999, replicate), years, extra_birth)
        return Town(world, make_desk(world), rules, structure)

    @staticmethod
    def draws_of(town, rows, month, purpose, block=0):
        """Return the four uniforms of these rows, shape (n, 4), as the kernels draw them."""
        low, high = (int(word) for word in town.world.key)
        return uniforms(low + (high << 32), town.children["who"][rows], month, purpose, block)

    @staticmethod
    def arrays_of(town):
        """Return every array of a municipality and its desk by name, for exact comparison."""
        found = {}
        for name, part in (*town.world._asdict().items(), *town.desk._asdict().items()):
            if isinstance(part, np.ndarray):
                found[name] = part
            else:
                found |= {f"{name}.{inner}": array for inner, array in part._asdict().items()}
        return found

    @staticmethod
    def bits(array):
        """Return the bytes of an array's values; rows of a table have gaps, whose bytes mean nothing."""
        if array.dtype.names is None:
            return array.tobytes()
        return b"".join(array[name].tobytes() for name in array.dtype.names)

    def same(self, one, other):
        """Assert that two municipalities are equal to the last bit, desks included."""
        theirs = self.arrays_of(other)
        for name, array in self.arrays_of(one).items():
            assert self.bits(array) == self.bits(theirs[name]), name

    def random_case(self, data):
        """Draw valid rules, two rows of levers, switches and a seed (`data` is hypothesis's own).

        All parameters lie at their value, at their lower end, at their upper end, or anywhere in
        their range; a few are set apart.
        """
        from hypothesis import strategies as st

        seed = data.draw(st.integers(0, 2**63 - 1), "seed")
        free = [e for e in register().values() if e.low is not None and e.high > e.low]
        values = base_values()
        where = data.draw(st.sampled_from(["anywhere", "value", "low", "high"]), "parameters")
        if where != "value":
            for number, entry in enumerate(free):
                size = np.size(values[entry.name])
                share = uniforms(seed, np.arange(size), number, ENSEMBLE)[:, 0]
                share = {"low": 0 * share, "high": 0 * share + 1}.get(where, share)
                drawn = entry.low + share * (entry.high - entry.low)
                values[entry.name] = drawn.tolist() if np.ndim(values[entry.name]) else float(drawn[0])
        single = [e.name for e in free if not np.ndim(e.value)]
        apart = st.dictionaries(st.sampled_from(single), st.sampled_from([0.0, 0.5, 1.0]), max_size=6)
        for name, share in data.draw(apart, "set apart").items():
            entry = register()[name]
            values[name] = entry.low + share * (entry.high - entry.low)
        low = np.array([lever.low for lever in levers().values()])
        high = np.array([lever.high for lever in levers().values()])
        rows = [lever_row()]
        for number in range(2):
            share = uniforms(seed, np.arange(LEVERS), -1 - number, ENSEMBLE)[:, 0]
            rows.append(low + share * (high - low))
        rows += [low, high]
        before, after = (rows[data.draw(st.integers(0, 4), name)] for name in ("before", "after"))
        structure = data.draw(st.tuples(*[st.integers(0, 1)] * 3), "structure")
        return make_rules(values), (before, after), structure, seed

    def any_history(self, data, years=3, change=14):
        """Yield a municipality drawn at random after each month from its first to its last.

        The levers change in month `change`.
        """
        rules, (before, after), structure, seed = self.random_case(data)
        town = self.town(rules, seed=seed, years=years, structure=structure)
        for month in range(BEGIN, 12 * years):
            row = (after if month >= change else before)[None]
            town.run(month + 1, InForce(row, row.copy(), np.zeros(1)))
            yield town, month, row[0]


@pytest.fixture(scope="session")
def lab():
    return Lab()
