"""Trial: what an evaluation with districts as arms would find of a policy whose effect the model knows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd

from trappen.agents.ledger import Group
from trappen.agents.levers import Lever
from trappen.agents.problem import Problem
from trappen.scenarios.equity import Row, row_named
from trappen.scenarios.experiments.arms import DISTRICTS, SEEN, assigned, run_town
from trappen.scenarios.experiments.found import Found, manifest_of
from trappen.scenarios.experiments.variants import settled
from trappen.scenarios.intervals import spread_of
from trappen.scenarios.scenario import Scenario

ALPHA = 0.05
WANTED = 0.8
"""The power an evaluation is usually planned for."""

MOST_PLACES = 98
"""There are no more municipalities."""

MOST_YEARS = 10
"""As long as this there are years before the start to hold those after it against."""

Say = Callable[[str, int, int], None]


class _Place(NamedTuple):
    """What one municipality of one trial gives."""

    truth: float
    """What the policy changes in treated districts where all districts have it."""
    clean: float
    """The evaluation's estimate, were treated and control districts not of one municipality."""
    shared: float
    """The evaluation's estimate as it is."""
    controls: float
    """What the trial changes in its control districts."""
    dilution: float
    """How much less it changes in treated districts than where all have it."""


def trial(
    scenario: Scenario,
    *,
    row: str = "first_contact_age",
    municipalities: int = 5,
    children: int = 8_000,
    years: int = 3,
    trials: int = 20,
    spill_over: float = 0.0,
    threads: int = 2,
    say: Say | None = None,
) -> Found:
    """Return estimate, spread, power and bias of an evaluation in some municipalities with control districts.

    Each municipality has eight districts, two and two alike in strain; of each two, a coin decides which gets
    the policy. The districts of a municipality share its caseworkers, early courses and places. The estimate
    is the change in treated districts, from as many years before, less that in the controls; its mean over
    municipalities is held against its spread between them (t-test).

    The same municipality with the same luck is also run with nobody treated and with all treated. So the
    truth is known (all against nobody, in the treated districts), and so is the bias from spill-over: the
    estimate less the one that treated districts of the second and controls of the first would give.

    What acts where children are seen can differ between districts, so this part of the policy is tried; the
    rest stays as today everywhere.

    Parameters
    ----------
    row
        A figure that is kept by district, such as equity shows.
    children
        Children aged 0-17 of a municipality.
    years
        How long the districts are followed.
    trials
        How many evaluations are carried out, each with municipalities of its own.
    spill_over
        Share of the policy that staff in control districts take up of themselves, besides what is shared.

    Raises
    ------
    Problem
        If there is no such figure, or the policy does nothing where children are seen.
    """
    figure = row_named(row)
    moved = scenario.policy_as_run.moved()
    if not any(SEEN[Lever[name.upper()]] for name in moved):
        raise Problem("experiment.nothing_seen", field="policy", given=scenario.policy_as_run.name)
    world = settled(
        scenario,
        municipality=None,
        municipality_code=None,
        children=children,
        children_source="given",
        years=min(years, MOST_YEARS),
    )
    count = trials * municipalities
    with ThreadPoolExecutor(max(1, threads)) as pool:
        places = []
        for place in pool.map(lambda at: _place(world, at, figure, spill_over), range(count)):
            places.append(place)
            if say is not None:
                say("trial", len(places), count)
    values = np.array(places).reshape(trials, municipalities, len(_Place._fields))
    by = {name: values[:, :, at] for at, name in enumerate(_Place._fields)}
    truth = by["truth"].mean(axis=1)
    estimates = {"none": tested(by["clean"]), "spill_over": tested(by["shared"])}
    arms = [_arm(name, truth, *found) for name, found in estimates.items()]
    each = pd.DataFrame(
        {
            "trial": np.arange(trials),
            "truth": truth,
            "estimate": estimates["none"][0],
            "with_spill_over": estimates["spill_over"][0],
        }
    )
    first, second = arms
    powers = _powers(by, max(MOST_PLACES, municipalities))
    bias = by["shared"] - by["clean"]
    facts = {
        "measure": row,
        "municipalities": municipalities,
        "districts": DISTRICTS,
        "children": children,
        "years": world.years,
        "trials": trials,
        "spill_over_share": spill_over,
        "truth": first["truth"],
        "estimate": second["estimate"],
        "estimate_error": second["spread"] / trials**0.5,
        "spread": second["spread"],
        "called": int(estimates["spill_over"][2].sum()),
        "power": powers["shared"].get(municipalities, float("nan")),
        "bias": float(bias.mean()),
        "bias_error": float(bias.std(ddof=1) / bias.size**0.5) if bias.size > 1 else float("nan"),
        "controls": float(by["controls"].mean()),
        "dilution": float(by["dilution"].mean()),
        "power_clean": powers["clean"].get(municipalities, float("nan")),
        "needed": next((places for places, chance in powers["shared"].items() if chance >= WANTED), None),
        "most_places": MOST_PLACES,
    }
    manifest = manifest_of(
        world,
        row=row,
        municipalities=municipalities,
        trials=trials,
        spill_over=spill_over,
        replicates=count,
    )
    curve = pd.DataFrame(
        {
            "municipalities": list(powers["clean"]),
            "chance": list(powers["shared"].values()),
            "chance_clean": list(powers["clean"].values()),
        }
    )
    tables = {"arms": pd.DataFrame(arms), "power": curve, "trials": each}
    return Found("trial", tables, facts, manifest)


def _powers(by: dict[str, np.ndarray], most: int) -> dict[str, dict[int, float]]:
    """Return the power by number of municipalities, were districts independent and as they are.

    The effect looked for is the truth, moved by the bias from spill-over; both are told by runs with the
    same luck. The spread is that between municipalities within a trial.
    """
    effect = {"clean": by["truth"].mean(), "shared": (by["truth"] + by["shared"] - by["clean"]).mean()}
    places = by["clean"].shape[1]
    spread = {
        name: by[name].var(axis=1, ddof=1).mean() ** 0.5 if places > 1 else float("nan") for name in effect
    }
    counts = range(2, most + 1)
    return {name: {n: power(float(effect[name]), float(spread[name]), n) for n in counts} for name in effect}


def power(effect: float, spread: float, places: int) -> float:
    """Return the chance that a two-sided t-test over so many municipalities calls an effect one.

    Parameters
    ----------
    spread
        Standard deviation of the estimate between municipalities.
    """
    from scipy.stats import nct, t

    if places < 2 or not spread > 0:
        return float("nan")
    bound = float(t.ppf(1.0 - ALPHA / 2.0, places - 1))
    centre = effect * places**0.5 / spread
    return float(nct.sf(bound, places - 1, centre) + nct.cdf(-bound, places - 1, centre))


def _place(world: Scenario, replicate: int, figure: Row, spill_over: float) -> _Place:
    """Run a municipality three times with the same luck: nobody treated, all treated, and the trial."""
    treated = assigned(world.seed, replicate)
    nobody, everybody = np.zeros(DISTRICTS, bool), np.ones(DISTRICTS, bool)
    none, every, tried = (run_town(world, replicate, arm, spill_over) for arm in (nobody, everybody, treated))
    before = {arm: _figure(none[0], chosen, figure) for arm, chosen in _both(treated)}
    after = {
        name: {arm: _figure(groups[1], chosen, figure) for arm, chosen in _both(treated)}
        for name, groups in (("none", none), ("every", every), ("tried", tried))
    }

    def estimate(of_treated: str, of_controls: str) -> float:
        changed = after[of_treated]["treated"] - before["treated"]
        return changed - (after[of_controls]["control"] - before["control"])

    return _Place(
        truth=after["every"]["treated"] - after["none"]["treated"],
        clean=estimate("every", "none"),
        shared=estimate("tried", "tried"),
        controls=after["tried"]["control"] - after["none"]["control"],
        dilution=after["tried"]["treated"] - after["every"]["treated"],
    )


def _both(treated: np.ndarray) -> tuple[tuple[str, np.ndarray], tuple[str, np.ndarray]]:
    return ("treated", treated), ("control", ~treated)


def _figure(groups: np.ndarray, chosen: np.ndarray, row: Row) -> float:
    """Return a figure of some districts together; nought where there is nobody to divide by.

    Parameters
    ----------
    groups
        Shape (years, GROUPS, MEASURES).
    """
    of = groups[:, Group.DISTRICT : Group.DISTRICT + DISTRICTS][:, chosen].sum(axis=(0, 1))
    bottom = len(groups) if row.per is None else of[row.per]
    return float(row.factor * of[row.measure] / bottom) if bottom else 0.0


def _arm(
    name: str, truth: np.ndarray, found: np.ndarray, error: np.ndarray, detected: np.ndarray
) -> dict[str, object]:
    seen = spread_of(found)
    return {
        "controls": name,
        "truth": float(truth.mean()),
        "estimate": seen["mean"],
        "low": seen["low"],
        "high": seen["high"],
        "spread": float(found.std(ddof=1)) if len(found) > 1 else float("nan"),
        "told_error": float(error.mean()),
        "power": float(detected.mean()),
        "bias": float((found - truth).mean()),
        "wrong_sign": float(np.mean(np.sign(found) == -np.sign(truth.mean()))),
    }


def tested(by_place: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each trial's estimate, its standard error, and whether a two-sided t-test calls it an effect.

    Parameters
    ----------
    by_place
        Estimates by trial and municipality, shape (trials, municipalities).
    """
    from scipy.stats import t

    places = by_place.shape[1]
    estimate = by_place.mean(axis=1)
    if places < 2:
        nothing = np.full(len(estimate), np.nan)
        return estimate, nothing, np.zeros(len(estimate), bool)
    error = by_place.std(axis=1, ddof=1) / places**0.5
    bound = float(t.ppf(1.0 - ALPHA / 2.0, places - 1))
    return estimate, error, np.abs(estimate) > bound * error
