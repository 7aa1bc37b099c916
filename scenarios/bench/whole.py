"""How fast the whole model runs: a municipality under two policies, its growth, and what pairing saves."""

from collections.abc import Sequence
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np

from trappen.agents.ledger import Count
from trappen.agents.states import Step
from trappen.model.engine import WARM_UP_YEARS, luck_key, make_desk, make_world
from trappen.model.kernels.world import World
from trappen.model.municipalities import national_age_distribution
from trappen.model.outcomes import INDICATORS
from trappen.model.parameter_set import make_rules
from trappen.model.readers import Ledger
from trappen.scenarios.compare import Comparison
from trappen.scenarios.runner import Run, parameters_of, run_replicate, run_replicates
from trappen.scenarios.scenario import Scenario, scenario_from

POLICIES = ("status_quo", "omlaegning")


def pair(**told: Any) -> list[Scenario]:
    """Return the main job's two scenarios, with fields replaced as for `scenario_from`."""
    return [scenario_from(policy, **told) for policy in POLICIES]


def _lived(worlds: Sequence[World]) -> tuple[float, float]:
    """Return the child-months run, the shared warm-up once, and how many of them were at risk.

    At risk is a month in need without help or on any step.
    """
    first, *others = (world.counts for world in worlds)
    counts = first.sum(axis=0) + sum(other[WARM_UP_YEARS:].sum(axis=0) for other in others)
    on_steps = counts[Count.STEP + Step.EARLY : Count.STEP + Step.AFTERCARE + 1].sum()
    return float(counts[Count.CHILD_MONTHS]), float(counts[Count.UNHELPED_NEED_MONTHS] + on_steps)


def bytes_held(scenario: Scenario) -> int:
    """Return the bytes of a municipality's state and its caseworkers' desk."""
    ages = np.asarray(national_age_distribution(), float)
    rules = make_rules(parameters_of(scenario, 0))
    world = make_world(scenario.children, ages, rules, luck_key(1, 0, 0), scenario.years)

    def size(part: object) -> int:
        if isinstance(part, np.ndarray):
            return part.nbytes
        return sum(size(inner) for inner in part) if isinstance(part, tuple) else 0

    return size(world) + size(make_desk(world))


def measure_replicate(replicates: int = 3, **told: Any) -> dict[str, float]:
    """Measure paired replicates on one core, all 18 years of warm-up included.

    Returns
    -------
    :
        Medians: CPU `seconds` a paired replicate, `child_months` and `at_risk_months` run in it, and
        its `children` at the start.
    """
    scenarios = pair(**told)
    seconds, lived = [], []
    for replicate in range(replicates):
        begun = process_time()
        worlds = run_replicate(scenarios, replicate)
        seconds.append(process_time() - begun)
        lived.append(_lived(worlds))
    child_months, at_risk = np.median(np.array(lived), axis=0)
    return {
        "seconds": median(seconds),
        "child_months": float(child_months),
        "at_risk_months": float(at_risk),
        "children": float(scenarios[0].children),
    }


def net_cost(runs: Sequence[Run]) -> list[np.ndarray]:
    """Return the net cost of each policy by replicate, over the whole horizon."""
    read = next(indicator.read for indicator in INDICATORS if indicator.row == "net_cost_per_year")
    return [np.asarray(read(Ledger(run.counts, run.sums, run.accounts).over_years()), float) for run in runs]


def replicates_saved(a: np.ndarray, b: np.ndarray) -> float:
    """Return how many unpaired replicates give the precision of one paired one.

    Unpaired, the variances of both policies add up; paired, what they share cancels.
    """
    return float((a.var(ddof=1) + b.var(ddof=1)) / (b - a).var(ddof=1))


def measure_pairing(replicates: int = 12, **told: Any) -> dict[str, float]:
    """Run paired replicates on two threads, and tell what pairing saves.

    Returns
    -------
    :
        Wall `seconds` a paired replicate on two threads and its `cpu` seconds; `saved`, see
        `replicates_saved`, of the difference in net cost; `outputs`, wall seconds of all tables of the
        comparison.
    """
    scenarios = pair(replicates=replicates, **told)
    begun, begun_cpu = perf_counter(), process_time()
    runs = run_replicates(scenarios, threads=2)
    seconds = (perf_counter() - begun) / replicates
    cpu = (process_time() - begun_cpu) / replicates
    begun = perf_counter()
    comparison = Comparison(scenarios[0], scenarios[1], (runs[0], runs[1]), {})
    for table in ("summary", "indicators", "harm", "accounts", "yearly", "structure", "losing"):
        getattr(comparison, table)()
    outputs = perf_counter() - begun
    saved = replicates_saved(*net_cost(runs))
    return {"seconds": seconds, "cpu": cpu, "saved": saved, "outputs": outputs}
