"""Validation: named cases the model was not fitted to, each with a verdict that can be a miss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

import trappen
from trappen.agents.problem import Problem
from trappen.model.nearest import nearest
from trappen.model.outcomes import INDICATORS
from trappen.model.readers import Ledger
from trappen.model.strict_yaml import load
from trappen.policies.lever import levers
from trappen.policies.policy import Policy
from trappen.scenarios.fitting.targets import measure, targets
from trappen.scenarios.runner import Run, run_replicates
from trappen.scenarios.scenario import Scenario, scenario_from

ENOUGH, FEW = 0.8, 0.2
"""Shares of parameter sets within what is expected, from which a case passes and up to which it is a miss."""

FEWEST_SETS = 5
"""A share of fewer parameter sets than this says nothing."""

CHILDREN, YEARS, REPLICATES = 10_000, 20, 16
GROUPS = ("detection", "herning", "sweden", "programmes", "patterns")
KINDS = ("difference", "relative", "value")
OWN_FIGURES = ("family_care", "per_child", "prevention_share")
HELP_POSTS = ("early", "preventive", "home_based")
PLACED_POSTS = ("kin", "foster", "institution", "own_room")
"""What is spent on help without placement, and on placements; neither has aftercare or casework."""

_FIELDS = {
    "group", "en", "da", "source", "levers", "programmes", "policy", "figure", "as", "low", "high", "told",
    "without",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One thing a source says, and how the model is asked.

    Attributes
    ----------
    told
        The source's own figure, where it gives one beside the range.
    without
        Why the model cannot be asked, as a key of the texts; empty where it can.
    """

    name: str
    group: str
    title: Mapping[str, str]
    source: str
    levers: Mapping[str, float] = field(default_factory=dict)
    programmes: Sequence[str] = ()
    policy: str = ""
    figure: str = ""
    kind: str = "value"
    low: float = 0.0
    high: float = 0.0
    told: float | None = None
    without: str = ""

    @property
    def tried(self) -> tuple[str, tuple[tuple[str, float], ...], tuple[str, ...]]:
        """What differs from today's practice; cases that try the same share their runs."""
        return self.policy, tuple(sorted(self.levers.items())), tuple(self.programmes)


@dataclass(frozen=True)
class Trial:
    """How cases were tried: on that much a verdict rests.

    Attributes
    ----------
    date
        The day, as 2026-11-30.
    """

    sets: int
    replicates: int
    children: int
    years: int
    version: str
    date: str


@dataclass(frozen=True)
class Finding:
    """A case with what the model says.

    Attributes
    ----------
    value, low, high
        Mean over parameter sets and the 5 % and 95 % quantiles; not a number where it cannot be read.
    within
        Share of parameter sets within what the source expects.
    verdict
        pass, miss or cannot_say.
    sets
        Parameter sets that were counted.
    trial
        How the cases were tried.
    """

    case: Case
    value: float
    low: float
    high: float
    within: float
    verdict: str
    sets: int = 0
    trial: Trial | None = None


def figures_known() -> list[str]:
    """Return what a case can read off."""
    return [*(indicator.row for indicator in INDICATORS), *targets(), *OWN_FIGURES]


def read_cases(path: str | Path | None = None) -> list[Case]:
    """Read cases, the program's own by default, and tell what is wrong in a user's.

    Raises
    ------
    Problem
        A case lacks something, has an unknown field, figure, lever or kind, or bounds that are no range.
    """
    if path is None:
        data, marks = load(files("trappen.scenarios.trust") / "validation.yaml", trusted=True)
    else:
        data, marks = load(Path(path))
    cases = []
    for name, told in data.items():
        where: dict[str, Any] = {"file": path, "line": marks.line(name), "field": name}
        if not isinstance(told, Mapping):
            raise Problem("case.not_a_case", **where)
        cases.append(_case(str(name), dict(told), where))
    return cases


def _case(name: str, told: dict[str, Any], where: dict[str, Any]) -> Case:
    unknown = sorted(set(map(str, told)) - _FIELDS)
    if unknown:
        raise Problem("case.unknown", given=unknown[0][:40], known=", ".join(sorted(_FIELDS)), **where)
    without = told.get("without", "")
    needed = ["group", "en", "da", "source", *([] if without else ["figure", "as", "low", "high"])]
    missing = [one for one in needed if told.get(one) is None]
    if missing:
        raise Problem("case.missing", given=missing[0], **where)
    case = Case(
        name=name,
        group=str(told["group"]),
        title={"en": str(told["en"]), "da": str(told["da"])},
        source=str(told["source"]),
        levers=_mapping(told.get("levers") or {}, where),
        programmes=tuple(map(str, told.get("programmes") or ())),
        policy=str(told.get("policy") or ""),
        figure=str(told.get("figure") or ""),
        kind=str(told.get("as") or "value"),
        low=_number(told.get("low", 0.0), where),
        high=_number(told.get("high", 0.0), where),
        told=None if told.get("told") is None else _number(told["told"], where),
        without=str(without),
    )
    if case.without:
        return case
    if case.figure not in figures_known():
        near = ", ".join(nearest(case.figure, figures_known())) or ", ".join(OWN_FIGURES)
        raise Problem("case.figure", given=case.figure[:40], nearest=near, **where)
    if case.kind not in KINDS or case.low > case.high:
        raise Problem("case.kind", given=case.kind[:40], known=", ".join(KINDS), **where)
    return case


def _number(value: object, where: dict[str, Any]) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Problem("case.not_a_number", given=str(value)[:40], **where)
    return float(value)


def _mapping(value: object, where: dict[str, Any]) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise Problem("case.not_a_case", **where)
    for name in value:
        if name not in levers():
            near = ", ".join(nearest(str(name), levers()))
            raise Problem("case.figure", given=str(name)[:40], nearest=near, **where)
    return {str(name): _number(one, where) for name, one in value.items()}


def validate(
    cases: Sequence[Case] | None = None,
    *,
    children: int = CHILDREN,
    years: int = YEARS,
    replicates: int = REPLICATES,
    seed: int = 7,
    threads: int = 2,
    say: Any = lambda what, done, of: None,
) -> list[Finding]:
    """Try every case and return the findings, in the order of the cases.

    Both policies of a case live the same luck. Cases that try the same share their runs.
    """
    cases = read_cases() if cases is None else list(cases)
    asked = [case for case in cases if not case.without]
    tries = list(dict.fromkeys(case.tried for case in asked))
    told: dict[Any, tuple[Run, Run]] = {}
    for done, tried in enumerate(tries):
        say("validate", done, len(tries))
        how: dict[str, Any] = {"children": children, "years": years, "replicates": replicates, "seed": seed}
        base = scenario_from("status_quo", **how)
        pair = [base] if not any(tried) else [base, _policy_of(tried, how)]
        runs = run_replicates(pair, threads=threads)
        told[tried] = (runs[0], runs[-1])
    say("validate", len(tries), len(tries))
    sets = max((len(np.unique(pair[0].sets)) for pair in told.values()), default=0)
    today = date.today().isoformat()
    trial = Trial(sets, replicates, children, years, trappen.__version__, today)
    return [_finding(case, told.get(case.tried), trial) for case in cases]


def _policy_of(tried: Any, how: dict[str, Any]) -> Scenario:
    policy, moved, programmes = tried
    begin: str | Policy = policy or "status_quo"
    offers = [{"programme": name} for name in programmes]
    more: dict[str, Any] = {"programmes": offers} if offers else {}
    return scenario_from(begin, **how, levers=dict(moved), **more)


def _finding(case: Case, runs: tuple[Run, Run] | None, trial: Trial) -> Finding:
    nothing = float("nan")
    if case.without or runs is None:
        return Finding(case, nothing, nothing, nothing, nothing, "cannot_say", trial=trial)
    today, tried = (figure_of(case.figure, run, trial.years) for run in runs)
    values = {"value": tried, "difference": tried - today, "relative": (tried - today) / today}[case.kind]
    sets = runs[0].sets
    by_set = np.array([values[sets == number].mean() for number in np.unique(sets)])
    by_set = by_set[np.isfinite(by_set)]
    if not len(by_set):
        return Finding(case, nothing, nothing, nothing, nothing, "cannot_say", trial=trial)
    within = float(np.mean((by_set >= case.low) & (by_set <= case.high)))
    low, high = np.quantile(by_set, (0.05, 0.95))
    verdict = verdict_of(within, len(by_set))
    return Finding(case, float(by_set.mean()), float(low), float(high), within, verdict, len(by_set), trial)


def verdict_of(within: float, sets: int) -> str:
    """Return what a share of so many parameter sets within the expected means."""
    if sets < FEWEST_SETS:
        return "cannot_say"
    if within >= ENOUGH:
        return "pass"
    return "miss" if within <= FEW else "cannot_say"


def figure_of(name: str, run: Run, years: int) -> np.ndarray:
    """Return a figure by replicate: an indicator over the horizon, or a target's own reading."""
    if name == "prevention_share":
        helped, placed = (
            np.sum([_read(f"cost_{post}", run) for post in posts], axis=0)
            for posts in (HELP_POSTS, PLACED_POSTS)
        )
        return np.asarray(100.0 * helped / (helped + placed))
    if name in {indicator.row for indicator in INDICATORS} and name not in targets():
        return _read(name, run)
    seen = [
        measure(SimpleNamespace(counts=counts, sums=sums, accounts=accounts), years)  # type: ignore[arg-type]
        for counts, sums, accounts in zip(run.counts, run.sums, run.accounts, strict=True)
    ]
    if name == "family_care":
        return np.array([one["mix_kin"] + one["mix_foster"] for one in seen])
    if name == "per_child":
        return np.array([one["notifications"] / one["children_notified"] for one in seen])
    return np.array([one[name] for one in seen])


def _read(row: str, run: Run) -> np.ndarray:
    """Return an indicator over the horizon by replicate."""
    indicator = next(one for one in INDICATORS if one.row == row)
    return np.asarray(indicator.read(Ledger(run.counts, run.sums, run.accounts).over_years()), float)
