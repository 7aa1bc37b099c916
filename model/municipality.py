"""A municipality as a Mesa model: it steps by the month, and its people are agents to look at.

It runs the same compiled rules on the same tables as an ensemble does (`trappen.model.engine`), one
phase at a time, and gives the same bits. A child or a family is a row of a table; it becomes a Mesa
agent when it is asked for. Caseworkers are ordinary agents, one a post.

A small municipality under today's practice, through its warm-up of 18 years and one year more:

>>> import numpy as np
>>> from trappen.agents.states import Life, Step
>>> from trappen.model.engine import InForce
>>> from trappen.model.municipalities import national_age_distribution
>>> from trappen.model.municipality import Municipality
>>> from trappen.model.parameter_set import base_values
>>> from trappen.policies.lever import defaults
>>> today = np.array(list(defaults().values()))
>>> every_month = np.tile(today, (12, 1))
>>> town = Municipality(
...     children=800,
...     ages=np.array(national_age_distribution(), float),
...     values=base_values(),
...     in_force=InForce(felt=every_month, paid=every_month, transition=np.zeros(12)),
...     status_quo=today,
...     seed=7,
... )
>>> town.run_warm_up()
>>> town.month
0
>>> town.step()
>>> town.run(11)
>>> town.month, town.running
(12, False)

The children on the waiting list, by what they wait for. No agent is made before the last line:

>>> children = town.children.select(life=Life.CHILD)
>>> waiting = children.select(children.column("wanted") != Step.NONE)
>>> by_step = waiting.agents().groupby("wanted").count()
>>> sum(by_step.values()) == len(waiting)
True

Those who get help, as a `mesa.AgentSet`, and how deep their need is by step:

>>> helped = children.select(children.column("step") != Step.NONE).agents()
>>> need = helped.groupby("step").agg("need", np.mean)
>>> set(need) == set(helped.get("step"))
True

One child and its family, one caseworker and the children that caseworker knows:

>>> child = helped.sort("need").to_list()[0]
>>> child in child.family.children, child.age_years < 18
(True, True)
>>> caseworker = town.caseworkers[0]
>>> all(child.caseworker is caseworker for child in caseworker.cases)
True

A script may change what the rules read afresh, and nothing that they keep account of:

>>> child.family.trust = 1.0
>>> child.step = Step.NONE
Traceback (most recent call last):
    ...
AttributeError: step is written by the rules of staircase only; a script may write aptitude, ...
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trappen.agents.levers import LEVERS
from trappen.agents.states import Belief, FosterHardCases, StepDown
from trappen.agents.view import CaseworkerAgent
from trappen.model.casework_handover import ContinuedCasework
from trappen.model.casework_served import OwnCaseworker, serve_by_steps
from trappen.model.engine import (
    NO_PROGRAMMES,
    WARM_UP_YEARS,
    InForce,
    Programmes,
    luck_key,
    make_desk,
    make_world,
    run_months,
    with_programmes,
)
from trappen.model.in_force import as_felt, as_levers, as_structure, constant
from trappen.model.kernels.arenas import pass_on
from trappen.model.kernels.casework import finish
from trappen.model.kernels.conditions import pay_conditions, set_conditions
from trappen.model.kernels.generations import beget, grow, move_house, read_adults
from trappen.model.kernels.groups import count_groups
from trappen.model.kernels.life import live
from trappen.model.kernels.money import pay_activity, pay_children, settle_year
from trappen.model.kernels.month import open_places, serve
from trappen.model.kernels.notice import notice
from trappen.model.kernels.places import close_families
from trappen.model.kernels.posts import settle, staff
from trappen.model.kernels.programmes import offer_programmes
from trappen.model.kernels.staircase import allot, decide, run_steps
from trappen.model.kernels.steps import list_involved
from trappen.model.kernels.stock import take_stock
from trappen.model.parameter_set import Values, make_rules
from trappen.model.people import Peopled
from trappen.model.population import WARM_UP_MONTHS

DEFAULT_STRUCTURE = (Belief.BAYES, StepDown.READINESS, FosterHardCases.COSTLY)


class Month(NamedTuple):
    """The month that is run, and what is in force in it.

    Attributes
    ----------
    month
        Counted from the policy's start.
    year
        Row of the yearly tables.
    felt, paid
        Levers as the children feel them and as the municipality pays for them, shape (LEVERS,).
    transition
        Cost of changing, kroner.
    programmes
        How far each programme is in force; last, how many efforts are new to the staff.
    before
        The year's counts as the month began.
    """

    month: int
    year: int
    felt: NDArray[np.float64]
    paid: NDArray[np.float64]
    transition: float
    programmes: NDArray[np.float64]
    before: NDArray[np.int64]


class Municipality(Peopled):
    """One municipality with one policy and one piece of luck (kommune).

    Parameters
    ----------
    children
        Children aged 0-17 at the start.
    ages
        National counts by single year of age 0-24.
    values
        Parameter values by name.
    in_force
        What the policy puts in force, by month from month 0 to the end of the horizon.
    status_quo
        Levers of today's practice, in force during the warm-up, shape (LEVERS,).
    structure
        Structural switches: belief, step_down, foster_hard_cases.
    links
        Links of the mechanism by name (`notice`, `attention`, `match`, `effect`); those left out hold.
        Levers of a link that does not hold are felt as they are today, and paid for.
    seed, code, replicate
        What the luck hangs on: the scenario's seed, the municipality's code, the replicate.
    years
        Length of the horizon; as `in_force` has it if left out.
    casework
        `compiled`, or `simpy` for the readable reference; the same bits.
    programmes
        Programmes that `in_force` can put in force.
    caseworker_class
        Class of the caseworkers' agents; a subclass of `OwnCaseworker` may rank its tasks
        otherwise, from the first month that is stepped.

    Attributes
    ----------
    month
        The month that `step` runs next, -216 at first, 0 where the policy's horizon begins. The tables
        and all agents stand as on its first day.
    world
        The tables: children, families, caseworkers, counts, sums, accounts and more.
    running
        False when the horizon has ended.

    Raises
    ------
    ValueError
        If what is in force does not fit the horizon, or a switch or a link is unknown.

    Notes
    -----
    All luck is drawn by the project's own keyed draws. Mesa's generators (`random`, `rng`) start from
    the seed too, for a user's own shuffling; the rules never draw from them. Mesa's `time` and `steps`
    count the steps taken, so they equal `month` after `run_warm_up`.
    """

    def __init__(
        self,
        *,
        children: int,
        ages: ArrayLike,
        values: Values,
        in_force: InForce,
        status_quo: ArrayLike,
        structure: Sequence[int] | NDArray[np.int64] = DEFAULT_STRUCTURE,
        links: Mapping[str, bool] | None = None,
        seed: int = 1,
        code: int = 0,
        replicate: int = 0,
        years: int | None = None,
        casework: Literal["compiled", "simpy"] = "compiled",
        caseworker_class: type[CaseworkerAgent] = CaseworkerAgent,
        programmes: Programmes = NO_PROGRAMMES,
    ) -> None:
        super().__init__(rng=seed)
        if casework not in ("compiled", "simpy"):
            raise ValueError(f"casework is compiled or simpy, not {casework!r}")
        today = as_levers(status_quo, (LEVERS,))
        self.years = len(in_force.felt) // 12 if years is None else years
        self.casework = casework
        self.caseworker_class = caseworker_class
        self.finished = 0
        self.rules = make_rules(values)
        self.structure = as_structure(structure)
        self.in_force = as_felt(in_force, today, links or {}, 12 * self.years)
        self._warm_up = constant(today, WARM_UP_MONTHS)
        self._costly = bool(self.structure[2] == FosterHardCases.COSTLY)

        key = luck_key(seed, code, replicate)
        world = make_world(children, np.asarray(ages, float), self.rules, key, self.years)
        self.world = with_programmes(world, programmes)
        self.desk = make_desk(self.world)
        self._simpy: ContinuedCasework | None = None
        self.month = -WARM_UP_MONTHS

    # The month

    def step(self) -> None:
        """Run one month: places, births, programmes, life, notice, casework, staircase, money, outcomes.

        Raises
        ------
        ValueError
            If the horizon has ended.
        RuntimeError
            If the caseworkers' queue outgrew its room: more waits than there are children.
        """
        now = self._policy_in_force()
        self._open_places(now)
        self._be_born_and_move(now)
        self._offer_programmes(now)
        self._live(now)
        self._notice(now)
        self._work_on_cases(now)
        self._move_on_the_staircase(now)
        self._pay(now)
        self._read_outcomes(now)
        self._begin_next_month()

    def run(self, months: int) -> None:
        """Take so many steps."""
        for _ in range(months):
            self.step()

    def run_warm_up(self) -> None:
        """Run what is left of the warm-up, under today's practice, in one call of the compiled months.

        Raises
        ------
        ValueError
            If the warm-up is over, or steps have been taken with casework in SimPy.
        """
        left = -self.month
        if left <= 0 or self._simpy is not None:
            raise ValueError("the warm-up is over, or is being run by steps with casework in SimPy")
        today = self._warm_up
        force = InForce(today.felt[-left:], today.paid[-left:], today.transition[-left:])
        run_months(self.world, self.desk, self.rules, force, self.structure, self.month)
        self.month = 0
        self._fill_posts()

    def _policy_in_force(self) -> Month:
        month = self.month
        if month >= 12 * self.years:
            raise ValueError(f"the horizon of {self.years} years has ended")
        force, row = (self.in_force, month) if month >= 0 else (self._warm_up, month + WARM_UP_MONTHS)
        year = WARM_UP_YEARS + month // 12
        before = self.world.counts[year].copy()
        transition = float(force.transition[row])
        programmes = np.zeros(len(self.world.offers.programmes) + 1)
        if force.programmes is not None:
            programmes = force.programmes[row]
        return Month(month, year, force.felt[row], force.paid[row], transition, programmes, before)

    def _open_places(self, now: Month) -> None:
        open_places(self.world, self.rules.staircase, now.felt, now.month, now.year)

    def _be_born_and_move(self, now: Month) -> None:
        world, rules = self.world, self.rules
        grow(world, rules.staircase, now.felt, now.month, now.year)
        move_house(world, rules.staircase, rules.population, rules.life, now.felt, now.month, now.year)
        beget(world, rules.population, now.month, now.year)
        close_families(world, rules.staircase, now.felt, now.month, now.year)
        self._pass_on(now)

    def _pass_on(self, now: Month) -> None:
        pass_on(self.world, self.rules.notice, now.felt, now.month, now.year)

    def _offer_programmes(self, now: Month) -> None:
        world, p = self.world, self.rules.programmes
        set_conditions(world, p, now.felt, now.programmes[-1], now.month, now.year)
        offer_programmes(world, p, now.felt, now.programmes, now.month, now.year)

    def _live(self, now: Month) -> None:
        live(self.world, self.rules.life, self._costly, now.month, now.year)

    def _notice(self, now: Month) -> None:
        notice(self.world, self.rules.notice, self.rules.staircase, now.felt, now.month, now.year)

    def _work_on_cases(self, now: Month) -> None:
        world, p, staircase = self.world, self.rules.casework, self.rules.staircase
        list_involved(world, now.month)
        staff(world, p, now.felt, now.paid, now.month, now.year)
        n = self._serve(now)
        settle(world, p, self.desk.done, now.year)
        finish(world, p, staircase, now.felt, self.structure, self.desk.done, n, now.month, now.year)

    def _serve(self, now: Month) -> int:
        """Let the caseworkers work by the day and return how many tasks they finished."""
        world, rules = self.world, self.rules
        if self.casework == "simpy" and self._simpy is None:
            self._simpy = ContinuedCasework(self.desk.queue)
        if self._simpy is None and self.caseworker_class is CaseworkerAgent:
            finished = int(serve(world, self.desk, rules.casework, now.felt, now.month, now.year))
        else:
            self._fill_posts()
            own = [agent for agent in self.caseworkers if isinstance(agent, OwnCaseworker)]
            at = (now.felt, now.month, now.year)
            finished = serve_by_steps(world, self.desk, rules, *at, self._simpy, own)
        if finished < 0:
            raise RuntimeError("the caseworkers' queue outgrew its room: casework has broken down")
        self.finished = finished
        return finished

    def _move_on_the_staircase(self, now: Month) -> None:
        world, p = self.world, self.rules.staircase
        decide(world, p, now.felt, now.month, now.year)
        allot(world, p, now.felt, now.month, now.year)
        run_steps(world, p, now.felt, self._costly, now.month, now.year)

    def _pay(self, now: Month) -> None:
        world, p = self.world, self.rules.money
        pay_children(world, p, self._costly, now.month, now.year)
        if now.month % 12 == 11:
            count_groups(world, self.rules.life, now.month, now.year)
            settle_year(world, p, now.month, now.year)
        pay_activity(world, p, now.paid, now.before, now.transition, now.month, now.year)
        pay_conditions(world, self.rules.programmes, now.paid, now.month, now.year)

    def _read_outcomes(self, now: Month) -> None:
        take_stock(self.world, self.rules.life, now.month, now.year)
        read_adults(self.world, self.rules.outcomes, now.month, now.year)

    def _begin_next_month(self) -> None:
        self.month += 1
        self.running = self.month < 12 * self.years
        self._fill_posts()
