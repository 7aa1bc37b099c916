"""A small municipality that a class steps month by month: a Mesa model, with what happened in each month."""

import threading
from dataclasses import dataclass

import numpy as np

from trappen.agents.states import NEVER, CaseState, Life, Step
from trappen.model.municipalities import national_age_distribution
from trappen.model.municipality import Municipality
from trappen.model.parameter_set import make_rules
from trappen.scenarios import offered
from trappen.scenarios.parameter_sets import codes
from trappen.scenarios.runner import in_force, parameters_of, set_of, todays_practice
from trappen.scenarios.scenario import Scenario, scenario_from

YEARS = 10


@dataclass(frozen=True)
class Happened:
    """Something that happened to a child: its key, and what (`notified`, `step`, `case`, ...).

    Attributes
    ----------
    month
        The month it happened in, counted from the start.
    age_months
        The child's age in that month; negative before birth.
    """

    who: int
    month: int
    age_months: int
    kind: str
    step: int


class SmallTown:
    """One visitor's own small municipality.

    Parameters
    ----------
    policy
        Name of a policy of the catalogue.
    children
        How many.
    seed
        Of its luck.
    """

    def __init__(self, policy: str, children: int, seed: int) -> None:
        self.scenario: Scenario = scenario_from(
            policy, children=children, years=YEARS, seed=seed, uncertainty=False
        )
        self._lock = threading.Lock()
        number = set_of(self.scenario, 0)
        values = parameters_of(self.scenario, number)
        rules = make_rules(values)
        posts = 0.0  # what training costs is not shown here
        self.model = Municipality(
            children=children,
            ages=np.asarray(national_age_distribution(), float),
            values=values,
            in_force=in_force(self.scenario, rules, number, posts),
            status_quo=todays_practice(1, self.scenario).felt[0],
            structure=codes(self.scenario.structure),
            seed=seed,
            programmes=offered.programmes_of(self.scenario, number),
        )
        self.model.run_warm_up()

    @property
    def month(self) -> int:
        """Months stepped so far."""
        return int(self.model.month)

    def step(self, months: int) -> list[Happened]:
        """Step so many months, and return what happened in them."""
        found: list[Happened] = []
        with self._lock:
            for _ in range(months):
                if not self.model.running or self.model.month >= 12 * YEARS:
                    break
                before = self.model.world.children.copy()
                self.model.step()
                found += _happened(before, self.model.world.children, self.month - 1)
        return found

    def standing(self) -> np.ndarray:
        """Return the rows of all under 18, the unborn included, and of young people in aftercare."""
        rows = self.model.world.children
        aftercare = (rows["life"] == Life.YOUTH) & (rows["step"] != Step.NONE)
        return rows[(rows["life"] == Life.CHILD) | aftercare]

    def child(self, who: int) -> dict[str, float] | None:
        """Return what is true of one child, as its Mesa agent tells it; None if there is none."""
        at = np.flatnonzero(self.model.world.children["who"] == who)
        if not len(at):
            return None
        agent = self.model.children[int(at[0])]
        return {
            "age_months": agent.age_months,
            "step": int(agent.step),
            "case": int(agent.case),
            "need": float(agent.need),
            "belief": float(agent.belief) if agent.believed != NEVER else float("nan"),
            "trust": float(agent.family.trust),
            "siblings": len(agent.siblings),
            "months_need": int(agent.months_need),
            "months_placed": int(agent.months_placed),
        }


def _happened(before: np.ndarray, after: np.ndarray, month: int) -> list[Happened]:
    """Return what differs between the beginning of a month and its end."""
    found = []
    here = (after["life"] == Life.CHILD) | (after["life"] == Life.YOUTH)
    for kind, changed in (
        ("born", (before["birth_month"] == month) & here),
        ("need", (before["first_need"] == NEVER) & (after["first_need"] != NEVER)),
        ("notified", (after["last_notified"] != before["last_notified"]) & here),
        ("assessment", (after["case"] != before["case"]) & (after["case"] == CaseState.ASSESSMENT)),
        ("step", (after["step"] != before["step"]) & (after["step"] != Step.NONE) & here),
        ("ended", (after["step"] != before["step"]) & (after["step"] == Step.NONE) & here),
    ):
        for row in np.flatnonzero(changed):
            age = month - int(after["birth_month"][row])
            found.append(Happened(int(after["who"][row]), month, age, kind, int(after["step"][row])))
    return found
