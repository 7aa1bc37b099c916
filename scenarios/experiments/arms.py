"""Arms: one municipality in which some districts notice by other levers than the rest, and share all else."""

from collections.abc import Iterator

import numpy as np

from trappen.agents.ledger import Group
from trappen.agents.levers import LINK_OF
from trappen.agents.states import Link
from trappen.model.engine import WARM_UP_YEARS, InForce
from trappen.model.kernels.notice import notice
from trappen.model.kernels.world import Meter
from trappen.model.municipalities import national_age_distribution
from trappen.model.municipality import Month, Municipality
from trappen.model.parameter_set import make_rules
from trappen.scenarios.experiments.chance import even
from trappen.scenarios.parameter_sets import codes
from trappen.scenarios.runner import in_force, parameters_of, set_of, todays_practice
from trappen.scenarios.scenario import Scenario

DISTRICTS = Group.DISTRICT.width
PAIRS = DISTRICTS // 2
CONTROL, TREATED = 1, 2
ASSIGNED = 1_000_000
"""First of the draws by which districts are given their arm; other experiments use smaller numbers."""

SEEN = np.array([LINK_OF[lever] is Link.NOTICE for lever in sorted(LINK_OF)])
"""Levers that act where a child is seen; these can differ between districts of one municipality.

Coordinator and dialogue model also act on offers made after casework: those are as in control districts.
"""


class TrialTown(Municipality):
    """A municipality whose treated districts notice by the policy's levers; the rest goes on as before.

    Caseworkers, their queue, early courses and places are shared by all districts: what the treated send in
    reaches the others there, as it would in a real evaluation.

    Parameters
    ----------
    treated
        Whether each district is treated, shape (8,).
    levers
        What treated districts feel, by month, shape (months, LEVERS).
    told
        As `Municipality` takes it.
    """

    def __init__(self, treated: np.ndarray, levers: np.ndarray, **told: object) -> None:
        super().__init__(**told)  # type: ignore[arg-type]
        self._levers = levers
        self.world.meters[Meter.TREATED] = sum(1 << int(district) for district in np.flatnonzero(treated))

    def _arms(self, now: Month) -> Iterator[Month]:
        """Go through both arms, each with its own levers."""
        for arm, levers in ((CONTROL, now.felt), (TREATED, self._levers[now.month])):
            self.world.meters[Meter.ARM] = arm
            yield now._replace(felt=levers)
        self.world.meters[Meter.ARM] = 0

    def _pass_on(self, now: Month) -> None:
        for arm in self._arms(now):
            super()._pass_on(arm)

    def _notice(self, now: Month) -> None:
        for arm in self._arms(now):
            notice(self.world, self.rules.notice, self.rules.staircase, arm.felt, arm.month, arm.year)


def assigned(seed: int, replicate: int) -> np.ndarray:
    """Return which districts are treated, shape (8,): a coin decides in each pair of neighbours in strain."""
    first = even(seed, PAIRS, 1, ASSIGNED + replicate)[:, 0] < 0.5
    return np.stack([first, ~first], axis=1).ravel()


def felt_of(scenario: Scenario, replicate: int, share: float = 1.0) -> np.ndarray:
    """Return what a district feels by month: today, and a share of the policy where children are seen.

    Shape (months, LEVERS).
    """
    rules = make_rules(parameters_of(scenario, set_of(scenario, replicate)))
    policy = in_force(scenario, rules, set_of(scenario, replicate), 0.0).felt
    today = todays_practice(scenario.months, scenario).felt
    return np.where(SEEN, today + share * (policy - today), today)


def run_town(scenario: Scenario, replicate: int, treated: np.ndarray, spill_over: float = 0.0) -> np.ndarray:
    """Run one municipality and return what is counted of its groups, from as long before the start as after.

    Parameters
    ----------
    treated
        Whether each district is treated.
    spill_over
        Share of the policy that staff in control districts take up of themselves.

    Returns
    -------
    :
        Shape (2, years, GROUPS, MEASURES): before, after.
    """
    control = felt_of(scenario, replicate, spill_over if treated.any() else 0.0)
    today = todays_practice(scenario.months, scenario)
    town = TrialTown(
        treated,
        felt_of(scenario, replicate),
        children=scenario.children,
        ages=np.asarray(national_age_distribution(), float),
        values=parameters_of(scenario, set_of(scenario, replicate)),
        in_force=InForce(control, today.paid, today.transition),
        status_quo=today.felt[0],
        structure=codes(scenario.structure),
        seed=scenario.seed,
        code=scenario.municipality_code or 0,
        replicate=replicate,
    )
    town.run_warm_up()
    town.run(scenario.months)
    years = scenario.years
    return np.stack(
        [town.world.groups[WARM_UP_YEARS - years : WARM_UP_YEARS], town.world.groups[WARM_UP_YEARS:]]
    )
