"""Trial: what an evaluation with districts as arms would find of a policy whose effect the model knows."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from trappen.scenarios.experiments.found import Found, indicator, manifest_of, reading
from trappen.scenarios.experiments.variants import settled, today_of, with_levers
from trappen.scenarios.intervals import spread_of
from trappen.scenarios.runner import Run, run_replicates
from trappen.scenarios.scenario import Scenario

ALPHA = 0.05

Say = Callable[[str, int, int], None]


def trial(
    scenario: Scenario,
    *,
    row: str = "age_at_first_contact",
    municipalities: int = 5,
    districts: int = 2,
    children: int = 2_500,
    years: int = 3,
    trials: int = 20,
    spill_over: float = 0.25,
    threads: int = 2,
    say: Say | None = None,
) -> Found:
    """Return estimate, spread, power and bias of an evaluation in some municipalities with control districts.

    Each district is a small municipality with luck of its own. In each municipality half of the districts
    get the policy and half go on as today; with spill-over, the controls take up a share of it. Each trial's
    estimate is the mean over municipalities of treated less control, held against its spread between
    municipalities (t-test). The truth is what the policy changes in the treated districts themselves: they
    are run under both.

    Parameters
    ----------
    children
        Children aged 0-17 of a district.
    trials
        How many evaluations are carried out, each with districts of its own.
    spill_over
        Share of the policy's move of every lever that reaches the control districts.
    """
    indicator(row)
    districts = max(2, districts)
    world = settled(
        scenario,
        municipality=None,
        municipality_code=None,
        children=children,
        children_source="given",
        years=years,
    )
    today = today_of(world)
    spilled = with_levers(today, _partly(world, spill_over))
    count = trials * municipalities * districts

    def told(done: int, of: int) -> None:
        if say is not None:
            say("trial", done, of)

    runs = run_replicates([today, world, spilled], list(range(count)), threads=threads, progress=told)
    shape = (trials, municipalities, districts)
    values = [_values(run, row, world).reshape(shape) for run in runs]
    half = districts // 2
    truth = (values[1] - values[0])[:, :, :half].mean(axis=(1, 2))
    arms = []
    estimates = {}
    for name, control in (("none", values[0]), ("spill_over", values[2])):
        by_place = values[1][:, :, :half].mean(axis=2) - control[:, :, half:].mean(axis=2)
        found, error, detected = tested(by_place)
        estimates[name] = found
        seen = spread_of(found)
        arms.append(
            {
                "controls": name,
                "truth": float(truth.mean()),
                "estimate": seen["mean"],
                "low": seen["low"],
                "high": seen["high"],
                "spread": float(found.std(ddof=1)) if trials > 1 else float("nan"),
                "told_error": float(error.mean()),
                "power": float(detected.mean()),
                "bias": float((found - truth).mean()),
                "wrong_sign": float(np.mean(np.sign(found) == -np.sign(truth.mean()))),
            }
        )
    table = pd.DataFrame(arms)
    each = pd.DataFrame(
        {
            "trial": np.arange(trials),
            "truth": truth,
            "estimate": estimates["none"],
            "with_spill_over": estimates["spill_over"],
        }
    )
    first, second = arms
    facts = {
        "row": row,
        "municipalities": municipalities,
        "districts": districts,
        "children": children,
        "years": years,
        "trials": trials,
        "spill_over_share": spill_over,
        "truth": first["truth"],
        "estimate": first["estimate"],
        "spread": first["spread"],
        "power": first["power"],
        "bias": float((estimates["spill_over"] - estimates["none"]).mean()),
        "power_spill": second["power"],
    }
    manifest = manifest_of(
        world,
        row=row,
        municipalities=municipalities,
        districts=districts,
        trials=trials,
        spill_over=spill_over,
    )
    return Found("trial", {"arms": table, "trials": each}, facts, manifest)


def _values(run: Run, row: str, scenario: Scenario) -> np.ndarray:
    """Return an indicator by district; where nobody was there to count, the mean of the others."""
    found = reading(run, row, scenario)
    return np.where(np.isfinite(found), found, np.nanmean(found))


def _partly(scenario: Scenario, share: float) -> dict[str, float]:
    """Return lever targets that go a share of the way from today to the policy."""
    from trappen.policies.lever import defaults

    policy = scenario.policy_as_run
    today = defaults()
    return {name: today[name] + share * (policy.levers[name] - today[name]) for name in policy.moved()}


def tested(by_place: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each trial's estimate, its standard error, and whether a two-sided t-test calls it an effect.

    Parameters
    ----------
    by_place
        Treated less control by trial and municipality, shape (trials, municipalities).
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
