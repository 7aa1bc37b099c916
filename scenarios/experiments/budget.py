"""Budget: who pays and who gains, by year, seen from the budget, the municipality, the public and society."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trappen.agents.ledger import Count, Post
from trappen.model.consequences import BUDGETS, CONSEQUENCES
from trappen.model.evidence import register
from trappen.model.outcomes import discount_factors
from trappen.scenarios.experiments.found import Found, by_set, manifest_of
from trappen.scenarios.intervals import break_even_of, chance_of, freedom_of, spread_of, spreads_of
from trappen.scenarios.perspective import MILLION, PERSPECTIVES, by_row_and_budget, seen_from
from trappen.scenarios.runner import parameters_of

if TYPE_CHECKING:
    from trappen.scenarios.compare import Comparison

THRESHOLDS = 41
"""Points of the acceptability curve."""

LEVELS: dict[str, tuple[Post, ...]] = {
    "casework": (Post.CASEWORKERS, Post.NOTIFICATIONS_AND_ASSESSMENTS),
    "early": (Post.EARLY, Post.DETECTION),
    "home": (Post.PREVENTIVE, Post.HOME_BASED),
    "family_care": (Post.KIN, Post.FOSTER, Post.SUPPORT),
    "institution": (Post.INSTITUTION, Post.OWN_ROOM),
    "aftercare": (Post.AFTERCARE,),
    "change": (Post.TRANSITION,),
    "refund": (Post.REFUND,),
}
"""Posts by level of prevention; posts that stand in none are shown under their own name."""


def budget(comparison: "Comparison") -> Found:
    """Return the accounts of a comparison from every side.

    Amounts are million kroner of the stated price year; differences are the second policy less the first,
    with the 90 % range over replicates.
    """
    scenario = comparison.a
    amounts = [by_row_and_budget(scenario, run) for run in comparison.runs]
    extra = amounts[1] - amounts[0]
    values = parameters_of(scenario, 0)
    discount = discount_factors(
        scenario.years,
        values["discount_rate"],
        values["discount_rate_late"],
        int(values["discount_late_from"]),
    )
    chosen = scenario.perspective
    distortion = float(values["tax_distortion"])
    nets = {name: seen_from(extra, name, distortion) for name in ("accounts", *PERSPECTIVES)}
    tables = {
        "perspectives": _perspectives(comparison, amounts, nets, discount, distortion),
        "silo": _silo(comparison, amounts),
        "levels": _levels(comparison, amounts),
        "later": _later(comparison, amounts, discount),
        "double_running": _double_running(comparison, extra),
        "investment": _investment(comparison, nets),
        "units": _units(comparison, nets[chosen]),
        "years": _years(comparison, amounts),
    }
    effect = _need_relieved(comparison)
    tables["plane"] = plane(
        by_set(nets[chosen].sum(axis=1), comparison.runs[0].sets),
        by_set(effect, comparison.runs[0].sets),
    )
    tables["acceptability"] = acceptability(tables["plane"])
    shown = tables["perspectives"].to_dict("records")
    (first,) = (row for row in shown if row["perspective"] == chosen)
    silo = tables["silo"]
    facts: dict[str, Any] = {
        "perspective": chosen,
        "a": comparison.names[0],
        "b": comparison.names[1],
        "price_year": int(values["price_year"]),
        "years": scenario.years,
        "pays": str(silo["budget"].iloc[int(silo["difference"].argmax())]),
        "pays_amount": float(silo["difference"].max()),
        "gains": str(silo["budget"].iloc[int(silo["difference"].argmin())]),
        "gains_amount": float(-silo["difference"].min()),
        "break_even": first["break_even"],
        "chance": float(first["chance_break_even"]),
        "never": float(first["never"]),
        "changes": bool(nets[chosen].any()),
        "net": float(first["difference"]),
    }
    return Found("budget", tables, facts, manifest_of(scenario, policies=list(comparison.names)))


def _perspectives(
    comparison: "Comparison",
    amounts: list[np.ndarray],
    nets: dict[str, np.ndarray],
    discount: np.ndarray,
    distortion: float,
) -> pd.DataFrame:
    rows = []
    years, freedom = comparison.a.years, freedom_of(comparison.runs[0].sets)
    for name, net in nets.items():
        a, b = (seen_from(one, name, distortion).mean() for one in amounts)
        seen = spread_of(net.sum(axis=1) / years, freedom=freedom)
        worth = spread_of(net @ discount, freedom=freedom)
        answer = break_even_of(net, comparison.a.start_year)
        rows.append(
            {
                "perspective": name,
                "a": a,
                "b": b,
                "difference": seen["mean"],
                "low": seen["low"],
                "high": seen["high"],
                "present_value": worth["mean"],
                "present_value_low": worth["low"],
                "present_value_high": worth["high"],
                "chance_cheaper": chance_of(net.sum(axis=1) < 0),
                "break_even": answer["year"],
                "chance_break_even": answer["chance_within_horizon"],
                "never": answer["never_share"],
            }
        )
    return pd.DataFrame(rows).astype({"break_even": object})


def _difference(a: np.ndarray, b: np.ndarray, comparison: "Comparison") -> dict[str, float]:
    """Return yearly means of two totals by replicate and the range of their difference."""
    years = comparison.a.years
    seen = spread_of((b - a) / years, freedom=freedom_of(comparison.runs[0].sets))
    return {
        "a": float(a.mean()) / years,
        "b": float(b.mean()) / years,
        "difference": seen["mean"],
        "low": seen["low"],
        "high": seen["high"],
    }


def _silo(comparison: "Comparison", amounts: list[np.ndarray]) -> pd.DataFrame:
    """Return what each budget pays a year under both: one pays, another gains."""
    totals = [one.sum(axis=(1, 2)) for one in amounts]
    rows = [
        {"budget": name, **_difference(totals[0][:, at], totals[1][:, at], comparison)}
        for at, name in enumerate(BUDGETS)
        if totals[0][:, at].any() or totals[1][:, at].any()
    ]
    return pd.DataFrame(rows)


def _levels(comparison: "Comparison", amounts: list[np.ndarray]) -> pd.DataFrame:
    """Return what the municipality pays by level of prevention."""
    own = [at for at, name in enumerate(BUDGETS) if name.startswith("municipality")]
    rows = []
    levels = dict(LEVELS)
    placed = {post for posts in LEVELS.values() for post in posts}
    levels |= {post.name.lower(): (post,) for post in Post if post not in placed}
    for name, posts in levels.items():
        totals = [one[:, :, list(posts)][..., own].sum(axis=(1, 2, 3)) for one in amounts]
        if not totals[0].any() and not totals[1].any():
            continue
        rows.append({"level": name, **_difference(totals[0], totals[1], comparison)})
    return pd.DataFrame(rows)


def _later(comparison: "Comparison", amounts: list[np.ndarray], discount: np.ndarray) -> pd.DataFrame:
    """Return the rows outside the accounts with the grade of the number each hangs on, present value."""
    rows = []
    for at, consequence in enumerate(CONSEQUENCES):
        totals = [one[:, :, len(Post) + at].sum(axis=2) @ discount for one in amounts]
        seen = spread_of(totals[1] - totals[0], freedom=freedom_of(comparison.runs[0].sets))
        rows.append(
            {
                "consequence": consequence.row,
                "beyond_25": consequence.later,
                "a": float(totals[0].mean()),
                "b": float(totals[1].mean()),
                "difference": seen["mean"],
                "low": seen["low"],
                "high": seen["high"],
                "grade": register()[consequence.price].grade,
            }
        )
    return pd.DataFrame(rows)


def _double_running(comparison: "Comparison", extra: np.ndarray) -> pd.DataFrame:
    """Return by year what is spent more and what is saved: double running while the reform phases in."""
    own = [at for at, name in enumerate(BUDGETS) if name.startswith("municipality")]
    by_post = extra[:, :, : len(Post)][..., own].sum(axis=3).mean(axis=0)
    return pd.DataFrame(
        {
            "year": comparison.a.start_year + np.arange(comparison.a.years),
            "spent_more": np.clip(by_post, 0, None).sum(axis=1),
            "saved": -np.clip(by_post, None, 0).sum(axis=1),
            "change_itself": by_post[:, Post.TRANSITION],
            "net": by_post.sum(axis=1),
        }
    )


def _investment(comparison: "Comparison", nets: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return the net cost added up since the start, by perspective and year."""
    freedom = freedom_of(comparison.runs[0].sets)
    return pd.DataFrame(
        [
            {"perspective": name, "year": comparison.a.start_year + year, **seen}
            for name, net in nets.items()
            if name != "accounts"  # which lies close to the whole municipality's
            for year, seen in enumerate(spreads_of(np.cumsum(net, axis=1), freedom=freedom))
        ]
    )


def _need_relieved(comparison: "Comparison") -> np.ndarray:
    """Return child-months of need spared by the second policy, by replicate."""
    months = [run.counts[..., Count.NEED_MONTHS].sum(axis=1) for run in comparison.runs]
    return np.asarray(months[0] - months[1], float)


def _units(comparison: "Comparison", yearly: np.ndarray) -> pd.DataFrame:
    """Return cost per child, per month of need relieved and per placement avoided, kroner.

    A ratio is shown of the means, and not where its denominator's range holds zero: then nothing is bought
    for sure, and the quotient would be a number without meaning.
    """
    net = yearly.sum(axis=1) * MILLION
    runs = comparison.runs
    child_years = runs[0].counts[..., Count.CHILD_MONTHS].sum(axis=1) / 12.0
    placements = [run.counts[..., Count.NEW_PLACEMENTS].sum(axis=1) for run in runs]
    effects = {
        "per_child_year": child_years,
        "per_need_month_relieved": _need_relieved(comparison),
        "per_placement_avoided": np.asarray(placements[0] - placements[1], float),
    }
    rows = []
    for name, effect in effects.items():
        seen = spread_of(effect, freedom=freedom_of(runs[0].sets))
        sure = seen["low"] > 0
        rows.append(
            {
                "unit_cost": name,
                "bought": seen["mean"],
                "bought_low": seen["low"],
                "bought_high": seen["high"],
                "kroner_each": float(net.mean() / effect.mean()) if sure else float("nan"),
            }
        )
    return pd.DataFrame(rows)


def _years(comparison: "Comparison", amounts: list[np.ndarray]) -> pd.DataFrame:
    """Return what each budget pays by policy and year."""
    freedom = freedom_of(comparison.runs[0].sets)
    return pd.DataFrame(
        [
            {"policy": policy, "year": comparison.a.start_year + year, "budget": name, **seen}
            for policy, one in zip(comparison.names, amounts, strict=True)
            for at, name in enumerate(BUDGETS)
            if one[..., at].any()
            for year, seen in enumerate(spreads_of(one[..., at].sum(axis=2), freedom=freedom, level=True))
        ]
    )


def plane(costs: np.ndarray, effects: np.ndarray) -> pd.DataFrame:
    """Return extra cost (million kroner) and months of need relieved, one point a parameter set.

    The luck of single municipalities is averaged out first: a point is what a set of numbers implies.
    """
    quadrant = np.where(
        effects > 0,
        np.where(costs > 0, "dearer_better", "cheaper_better"),
        np.where(costs > 0, "dearer_worse", "cheaper_worse"),
    )
    return pd.DataFrame({"cost": costs, "months_relieved": effects, "quadrant": quadrant})


def acceptability(points: pd.DataFrame) -> pd.DataFrame:
    """Return the chance that the second policy pays for itself at each worth of a month of need relieved.

    The chance is over parameter sets alone (second-order). Worth runs from nothing to where the curve has
    nearly settled, at most 200,000 kroner a month.
    """
    cost, effect = points["cost"].to_numpy() * MILLION, points["months_relieved"].to_numpy()
    scale = np.abs(cost).max() / max(1.0, float(np.abs(effect).mean()))
    worth = np.linspace(0.0, float(np.clip(2.0 * scale, 1_000.0, 200_000.0)), THRESHOLDS)
    chance = (worth[:, None] * effect[None, :] > cost[None, :]).mean(axis=1)
    return pd.DataFrame({"worth": worth, "chance": chance})
