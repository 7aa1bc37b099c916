"""What the tests of coverage share: municipalities at their start, with programmes or levers moved."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

from trappen.model.engine import InForce, with_programmes
from trappen.model.kernels.conditions import set_conditions
from trappen.model.kernels.programmes import offer_programmes
from trappen.policies import library
from trappen.policies.policy import Offer
from trappen.scenarios.offered import tables

YEAR = 18
"""Row of the yearly tables in which month 0 falls."""

SURE = 3.0
"""Standard errors that a difference must lie from nothing. With 15 pairs or more and nothing there, luck
alone passes in fewer than 5 of 1,000 tries; what is asked for lies, as measured, at least 4.3 away, so that
fewer than 1 in 10 true effects would be missed on another luck."""


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


@dataclass(frozen=True)
class Difference:
    """Something read in each of some pairs of municipalities, today and changed."""

    today: np.ndarray
    changed: np.ndarray

    def __post_init__(self):
        """Leave out pairs in which there is nobody to read it of, in either of the two."""
        known = np.isfinite(self.today) & np.isfinite(self.changed)
        object.__setattr__(self, "today", np.asarray(self.today)[known])
        object.__setattr__(self, "changed", np.asarray(self.changed)[known])

    @property
    def mean(self):
        return float((self.changed - self.today).mean())

    @property
    def share(self):
        """The mean difference as a share of today's mean; without end where today there is none."""
        return self.mean / float(self.today.mean()) if self.today.any() else np.inf

    @property
    def error(self):
        """Standard error of the mean difference."""
        differences = self.changed - self.today
        return float(differences.std(ddof=1) / np.sqrt(len(differences)))

    @property
    def sureness(self):
        """Standard errors the mean difference lies from nothing; without end where all pairs differ alike."""
        return self.mean / self.error if self.error > 0 else np.sign(self.mean) * np.inf

    def goes(self, direction):
        """Tell whether it is surely up or down."""
        return self.sureness > SURE if direction == "up" else self.sureness < -SURE


class Plan(NamedTuple):
    """What is changed, for how many months, what is read, and over how many pairs."""

    reads: list[Any]
    levers: dict[str, float] | None = None
    offers: tuple[Offer, ...] = ()
    months: int = 60
    pairs: int = 16


class Pairs:
    """Municipalities of some thousand children at the start, each with luck of its own."""

    plan = Plan

    def __init__(self, lab, *, children=3000, years=20, seed=7):
        self.lab, self.children, self.years, self.seed = lab, children, years, seed
        self.rules = lab.rules()

    def start(self, number):
        town = self.lab.town(
            self.rules, children=self.children, years=self.years, seed=self.seed, replicate=number
        )
        return town.run(0)

    def changed(self, town, plan):
        """Run a municipality with some levers moved and some programmes in force from the first month."""
        if plan.offers:
            town.world = with_programmes(town.world, tables(list(plan.offers)))
        force = self.lab.in_force(plan.months, plan.levers)
        phases = np.ones((plan.months, len(plan.offers) + 1))
        phases[:, -1] = 0.0
        return town.run(plan.months, InForce(force.felt, force.paid, force.transition, phases))

    def gather(self, plans):
        """Return by plan a difference for each thing read; pair by pair, so that no municipality is kept."""
        read = {name: np.zeros((2, len(plan.reads), plan.pairs)) for name, plan in plans.items()}
        for number in range(max((plan.pairs for plan in plans.values()), default=0)):
            start, today = self.start(number), {}
            for name, plan in plans.items():
                if number >= plan.pairs:
                    continue
                if plan.months not in today:
                    today[plan.months] = start.copy().run(plan.months)
                changed = self.changed(start.copy(), plan)
                for row, each in enumerate(plan.reads):
                    read[name][:, row, number] = each(today[plan.months]), each(changed)
        return {name: [Difference(*pair) for pair in found.swapaxes(0, 1)] for name, found in read.items()}

    def differences(self, reads, **plan):
        """Return a difference for each thing read under one plan."""
        return self.gather({"": Plan(reads, **plan)})[""]


@pytest.fixture(scope="session")
def trial(lab):
    return Trial(lab)


@pytest.fixture(scope="session")
def today(trial):
    """Today's practice over five years."""
    return trial.run(60)


@pytest.fixture(scope="session")
def pairs(lab):
    return Pairs(lab)
