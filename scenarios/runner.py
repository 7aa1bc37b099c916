"""Runs: one municipality, one piece of luck and one parameter set, under each of some policies."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trappen.agents.ledger import COUNTS, GROUPS, MEASURES, PAYERS, POSTS, SUMS
from trappen.agents.levers import LEVERS, Lever
from trappen.agents.problem import Problem
from trappen.model.engine import (
    WARM_UP_YEARS,
    InForce,
    copy_state,
    luck_key,
    make_desk,
    make_world,
    run_in_years,
    run_months,
    with_programmes,
)
from trappen.model.kernels.draws import Purpose, uniforms
from trappen.model.kernels.world import Desk, Meter, World
from trappen.model.municipalities import national_age_distribution
from trappen.model.parameter_set import Rules, Values, make_rules, with_changes
from trappen.model.population import WARM_UP_MONTHS
from trappen.policies.lever import defaults, levers
from trappen.policies.policy import Cost
from trappen.scenarios import offered
from trappen.scenarios.parameter_sets import codes, sets_of, values_of
from trappen.scenarios.scenario import Scenario

if TYPE_CHECKING:
    from trappen.model.municipality import Municipality

MOST_BYTES = 16_000_000_000
"""What the tables of all replicates may take of memory."""

LUCK_PER_SET = 2
"""Replicates that share a parameter set, so that luck and parameters can be told apart."""

THREADS = 2
FIRST_COST_DRAW = 10_000
"""Months of the ensemble's draws from which the prices of changing are drawn."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Run:
    """Yearly tables of some replicates under one policy, months before the start left out.

    Attributes
    ----------
    counts, sums, accounts
        Shapes (replicates, years, COUNTS), (..., SUMS), (..., POSTS, PAYERS).
    sets
        Parameter set of each replicate, shape (replicates,).
    groups
        Shape (replicates, years, GROUPS, MEASURES).
    """

    counts: np.ndarray
    sums: np.ndarray
    accounts: np.ndarray
    sets: np.ndarray
    groups: np.ndarray


def set_of(scenario: Scenario, replicate: int) -> int:
    """Return the number of the parameter set a replicate runs with: 0 is the best fit."""
    if not scenario.uncertainty:
        return 0
    drawn = len(sets_of(scenario)) - 1
    return 1 + (replicate // LUCK_PER_SET) % drawn


def parameters_of(scenario: Scenario, number: int) -> Values:
    """Return the whole parameter set of that number, with the scenario's own values laid over it."""
    return with_changes(values_of(sets_of(scenario)[number]), scenario.parameters)


def _columns(values: np.ndarray) -> np.ndarray:
    """Return lever values with their columns in the order kernels read them."""
    names = list(levers())
    return np.ascontiguousarray(values[:, [names.index(Lever(k).name.lower()) for k in range(LEVERS)]])


def practice_of(scenario: Scenario) -> dict[str, float]:
    """Return today's practice in a scenario's municipality: the country's, or what its own figures say."""
    return defaults() | (scenario.ensemble.today if scenario.ensemble else {})


def todays_practice(months: int, scenario: Scenario | None = None) -> InForce:
    """Return today's practice for so many months: nothing changes and nothing is paid for changing."""
    practice = defaults() if scenario is None else practice_of(scenario)
    row = np.array([practice[Lever(k).name.lower()] for k in range(LEVERS)])
    force = np.tile(row, (months, 1))
    return InForce(force, force, np.zeros(months))


def in_force(scenario: Scenario, rules: Rules, number: int, posts: float) -> InForce:
    """Return what a scenario puts in force in each month of its horizon.

    Parameters
    ----------
    number
        Parameter set, which decides where in its range each price of changing lies.
    posts
        Full-time caseworkers at the start. They are trained, and so are those whom the policy's caseload asks
        for beyond them; who comes later in somebody's place is trained as any newcomer.
    """
    months = range(scenario.months)
    policy = scenario.policy_as_run
    costs = policy.transition
    staff = float(rules.money["front_staff"]) * scenario.children / 1000.0
    beyond = max(1.0, practice_of(scenario)["caseload"] / target_of(scenario, "caseload"))
    once = _price(costs.training_per_caseworker, number, 0) * posts * beyond
    once += _price(costs.training_per_front_staff, number, 1) * staff
    yearly = _price(costs.project_per_year_per_1000_children, number, 2) * scenario.children / 1000.0
    transition = once * policy.transition_share(months) + yearly / 12.0 * policy.project_runs(months)
    felt, paid = scenario.levers_reaching(months), scenario.levers_paid(months)
    return InForce(
        _columns(_from_here(felt, months, scenario)),
        _columns(_from_here(paid, months, scenario)),
        transition,
        offered.in_force(scenario, rules),
    )


def target_of(scenario: Scenario, name: str) -> float:
    """Return where a lever stands once the policy is in force.

    Where the municipality has a practice of its own, a policy that leaves the lever as in the country leaves
    it as in the municipality; a scenario that names the lever itself means what it says.
    """
    target = scenario.policy_as_run.levers[name]
    own = scenario.ensemble.today if scenario.ensemble else {}
    untouched = target == levers()[name].default and name not in scenario.levers
    return own[name] if untouched and name in own else target


def _from_here(values: np.ndarray, months: range, scenario: Scenario) -> np.ndarray:
    """Let a policy's levers begin where this municipality stands and end where the policy wants them."""
    own = scenario.ensemble.today if scenario.ensemble else {}
    moved = values.copy()
    for column, (name, lever) in enumerate(levers().items()):
        if name in own:
            target = target_of(scenario, name)
            way = scenario.policy_as_run.levers[name] - lever.default
            if way:
                gone = (values[:, column] - lever.default) / way
            else:
                reaches = getattr(scenario.links, lever.link)
                gone = scenario.policy_as_run.phase(months) * float(reaches)
            moved[:, column] = own[name] + gone * (target - own[name])
    return moved


def _price(cost: Cost | None, number: int, which: int) -> float:
    """Return a price of changing: its value for the best fit, else drawn from its range."""
    if cost is None:
        return 0.0
    if number == 0:
        return float(cost.value)
    u = float(uniforms(0, np.array([number]), FIRST_COST_DRAW + which, Purpose.ENSEMBLE)[0, 0])
    return float(cost.low) + u * (float(cost.high) - float(cost.low))


def start(
    scenario: Scenario, replicate: int, between: Callable[[], None] | None = None
) -> tuple[World, Desk, Rules, int]:
    """Return a municipality at the start of the horizon, after its warm-up under today's practice.

    Parameters
    ----------
    between
        Called after each year of the warm-up.
    """
    number = set_of(scenario, replicate)
    rules = make_rules(parameters_of(scenario, number))
    key = luck_key(scenario.seed, scenario.municipality_code or 0, replicate)
    ages = np.asarray(national_age_distribution(), float)
    world = make_world(scenario.children, ages, rules, key, scenario.years)
    desk = make_desk(world)
    practice = todays_practice(WARM_UP_MONTHS, scenario)
    run_through(world, desk, rules, practice, scenario, -WARM_UP_MONTHS, between)
    return world, desk, rules, number


def run_through(
    world: World,
    desk: Desk,
    rules: Rules,
    force: InForce,
    scenario: Scenario,
    begin: int,
    between: Callable[[], None] | None = None,
) -> None:
    """Run the months in which `force` is in force; see `start` for `between`."""
    structure = codes(scenario.structure)
    if between is None:
        run_months(world, desk, rules, force, structure, begin)
    else:
        run_in_years(world, desk, rules, force, structure, begin, between)


def run_replicate(
    scenarios: Sequence[Scenario], replicate: int, between: Callable[[], None] | None = None
) -> list[World]:
    """Run one replicate under each scenario: the same children, the same luck, one warm-up.

    Parameters
    ----------
    between
        Called after each year.
    """
    first = scenarios[0]
    world, desk, rules, number = start(first, replicate, between)
    posts = float(world.meters[Meter.POSTS_PAID])
    if first.casework == "simpy":
        towns = [town_at_start(scenario, replicate, rules, posts) for scenario in scenarios]
        for town in towns:
            town.run(first.months)
        return [town.world for town in towns]
    ended = []
    for place, scenario in enumerate(scenarios):
        last = place == len(scenarios) - 1
        own_world, own_desk, force = ready(scenario, (world, desk, rules, number), copied=not last)
        run_through(own_world, own_desk, rules, force, scenario, 0, between)
        ended.append(own_world)
    return ended


def ready(
    scenario: Scenario, begun: tuple[World, Desk, Rules, int], *, copied: bool = True
) -> tuple[World, Desk, InForce]:
    """Return a municipality of `start` ready to run its horizon under a scenario, and what is in force.

    Parameters
    ----------
    copied
        Whether what was begun is left as it is, so that other scenarios can begin there too.
    """
    world, desk, rules, number = begun
    force = in_force(scenario, rules, number, float(world.meters[Meter.POSTS_PAID]))
    if copied:
        world, desk = copy_state(world), copy_state(desk)
    return with_programmes(world, offered.programmes_of(scenario, number)), desk, force


def town_at_start(scenario: Scenario, replicate: int, rules: Rules, posts: float) -> "Municipality":
    """Return one replicate as a Mesa model at the start of the horizon; the numbers are the same.

    Parameters
    ----------
    rules, posts
        Of the same replicate, as `start` gives them.
    """
    from trappen.model.municipality import Municipality

    number = set_of(scenario, replicate)
    town = Municipality(
        children=scenario.children,
        ages=np.asarray(national_age_distribution(), float),
        values=parameters_of(scenario, number),
        in_force=in_force(scenario, rules, number, posts),
        status_quo=todays_practice(1, scenario).felt[0],
        structure=codes(scenario.structure),
        seed=scenario.seed,
        code=scenario.municipality_code or 0,
        replicate=replicate,
        casework=scenario.casework,
        programmes=offered.programmes_of(scenario, number),
    )
    town.run_warm_up()
    return town


def run_replicates(
    scenarios: Sequence[Scenario],
    replicates: Sequence[int] | None = None,
    *,
    threads: int = THREADS,
    progress: Progress | None = None,
) -> list[Run]:
    """Run replicates of scenarios that differ in policy only, and return a `Run` for each scenario.

    Neither the number of threads nor the order of replicates changes a number.

    Parameters
    ----------
    replicates
        Which; those the first scenario asks for by default.
    progress
        Told how many of how many are done.
    """
    first = scenarios[0]
    wanted = list(range(first.replicates)) if replicates is None else list(replicates)
    years = first.years
    cells = COUNTS + SUMS + POSTS * PAYERS + GROUPS * MEASURES
    if len(wanted) * years * cells * len(scenarios) * 8 > MOST_BYTES:
        most = MOST_BYTES // (years * cells * len(scenarios) * 8)
        raise Problem("run.too_many", field="replicates", given=len(wanted), most=most)
    runs = [
        Run(
            np.zeros((len(wanted), years, COUNTS), np.int64),
            np.zeros((len(wanted), years, SUMS)),
            np.zeros((len(wanted), years, POSTS, PAYERS), np.int64),
            np.array([set_of(first, replicate) for replicate in wanted]),
            np.zeros((len(wanted), years, GROUPS, MEASURES), np.int64),
        )
        for _ in scenarios
    ]

    def one(place: int) -> None:
        for run, world in zip(runs, run_replicate(scenarios, wanted[place]), strict=True):
            run.counts[place] = world.counts[WARM_UP_YEARS:]
            run.sums[place] = world.sums[WARM_UP_YEARS:]
            run.accounts[place] = world.accounts[WARM_UP_YEARS:]
            run.groups[place] = world.groups[WARM_UP_YEARS:]

    with ThreadPoolExecutor(max(1, threads)) as pool:
        for done, _ in enumerate(pool.map(one, range(len(wanted))), 1):
            if progress is not None:
                progress(done, len(wanted))
    return runs
