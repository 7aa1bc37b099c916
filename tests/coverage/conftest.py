"""What the tests of coverage share: a municipality at its start, with programmes or levers moved."""

import numpy as np
import pytest

from trappen.model.engine import InForce, with_programmes
from trappen.model.kernels.conditions import set_conditions
from trappen.model.kernels.programmes import offer_programmes
from trappen.policies import library
from trappen.policies.policy import Offer
from trappen.scenarios.offered import tables

YEAR = 18


class Trial:
    """One municipality, tried with and without: same children, same luck."""

    def __init__(self, lab):
        self.lab = lab
        self.rules = lab.rules()
        self._starts = {}

    def start(self, children=3000, years=8):
        if (children, years) not in self._starts:
            self._starts[children, years] = self.lab.town(self.rules, children=children, years=years).run(0)
        return self._starts[children, years].copy()

    @staticmethod
    def offers(*names, **changes):
        """Return programmes of the catalogue with some fields changed."""
        return [Offer(programme=library.programme(name).model_copy(update=changes)) for name in names]

    def frozen(self, offers, months, levers=None, *, children=3000, rules=None, size=None):
        """Run the phase of programmes alone, on people that nothing else moves."""
        town, rules = self.start(children), rules or self.rules
        told = tables(offers)
        if size is not None:
            told.effects[:, 1] *= size
        town.world = with_programmes(town.world, told)
        row = self.lab.lever_row(levers)
        phases = np.ones(len(offers) + 1)
        for month in range(months):
            set_conditions(town.world, rules.programmes, row, 0.0, month, YEAR + month // 12)
            offer_programmes(town.world, rules.programmes, row, phases, month, YEAR + month // 12)
        return town

    def run(self, months, levers=None, offers=(), *, children=3000, rules=None, size=1.0):
        """Run whole months with some levers moved and some programmes in force."""
        town = self.start(children)
        if rules is not None:
            town.rules = rules
        told = tables(list(offers))
        told.effects[:, 1] *= size
        town.world = with_programmes(town.world, told)
        force = self.lab.in_force(months, levers)
        phases = np.ones((months, len(offers) + 1))
        phases[:, -1] = 0.0
        return town.run(months, InForce(force.felt, force.paid, force.transition, phases))


@pytest.fixture(scope="session")
def trial(lab):
    return Trial(lab)


@pytest.fixture(scope="session")
def today(trial):
    """Today's practice over five years."""
    return trial.run(60)
