"""Published figures that today's practice is held against, and the same figures read off the model."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from trappen.agents.ledger import Count, Sum
from trappen.agents.states import Arena, Step
from trappen.model.kernels.world import World


@dataclass(frozen=True, slots=True)
class Target:
    """One published figure for a municipality of 10,000 children.

    Attributes
    ----------
    low, high
        Plausible range.
    spread
        Standard deviation that one unit of misfit stands for, in the figure's own unit.
    fitted
        Whether calibration aims at it; the others are shown beside the fit.
    """

    name: str
    value: float
    low: float
    high: float
    spread: float
    fitted: bool
    unit: str
    grade: str
    source: str
    meaning: dict[str, str]


@cache
def targets() -> dict[str, Target]:
    """Return the packaged targets by name."""
    from trappen.model.strict_yaml import load

    entries = load(files("trappen.scenarios.fitting") / "targets.yaml", trusted=True)[0]
    found = {}
    for name, raw in entries.items():
        fields: dict[str, Any] = dict(raw)
        meaning = {"en": fields.pop("en"), "da": fields.pop("da")}
        found[name] = Target(name=name, meaning=meaning, **fields)
    return found


def _share(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole else float("nan")


def measure(world: World, years: int) -> dict[str, float]:
    """Return the model's own value of every target, a mean over the last `years`.

    Counts are per 10,000 children aged 0-17 who lived in the municipality then.
    """
    c = world.counts[-years:].sum(axis=0).astype(float)
    children_years = c[Count.CHILD_MONTHS] / 12.0
    per = 10_000.0 / children_years
    placed = sum(c[Count.STEP + step] for step in (Step.KIN, Step.FOSTER, Step.INSTITUTION, Step.OWN_ROOM))
    notifications = c[Count.NOTIFICATIONS]

    def arenas(*which: Arena) -> float:
        return _share(sum(c[Count.ARENA + arena] for arena in which), notifications)

    preventive = c[Count.STEP + Step.PREVENTIVE] + c[Count.STEP + Step.HOME_BASED]
    open_cases = c[Count.OPEN_CASES] / 12.0
    posts = world.sums[-years:, Sum.POSTS_PAID].sum() / 12.0
    ended_months = world.sums[-years:, Sum.PLACEMENT_ENDED_MONTHS].sum()
    return {
        "notifications": notifications * per,
        "children_notified": c[Count.CHILDREN_NOTIFIED] * per,
        "notified_0_5_share": _share(c[Count.CHILDREN_NOTIFIED_0_5], c[Count.CHILDREN_NOTIFIED]),
        "notified_12_17_share": _share(c[Count.CHILDREN_NOTIFIED_12_17], c[Count.CHILDREN_NOTIFIED]),
        "notifier_health": arenas(Arena.PREGNANCY_CARE, Arena.HEALTH_VISITING, Arena.HEALTH_CARE),
        "notifier_health_visitor": arenas(Arena.HEALTH_VISITING),
        "notifier_day_care": arenas(Arena.DAY_CARE),
        "notifier_school": arenas(Arena.SCHOOL),
        "notifier_police": arenas(Arena.POLICE),
        "notifier_citizens": arenas(Arena.CITIZENS),
        "notifier_family": arenas(Arena.FAMILY),
        "assessments": c[Count.ASSESSMENTS] * per,
        "early_started": c[Count.EARLY_STARTED] * per,
        "measures_started": c[Count.MEASURES_STARTED] * per,
        "preventive_on_a_day": preventive / 12.0 * per,
        "open_cases": open_cases * per,
        "placed_on_a_day": placed / 12.0 * per,
        "new_placements": c[Count.NEW_PLACEMENTS] * per,
        "new_0_5_share": _share(c[Count.NEW_PLACEMENTS_0_5], c[Count.NEW_PLACEMENTS]),
        "new_12_17_share": _share(c[Count.NEW_PLACEMENTS_12_17], c[Count.NEW_PLACEMENTS]),
        "placed_12_17_share": _share(c[Count.PLACED_12_17], placed),
        "mix_kin": _share(c[Count.STEP + Step.KIN], placed),
        "mix_foster": _share(c[Count.STEP + Step.FOSTER], placed),
        "mix_institution": _share(c[Count.STEP + Step.INSTITUTION], placed),
        "mix_own_room": _share(c[Count.STEP + Step.OWN_ROOM], placed),
        "breakdowns": 100.0 * c[Count.BREAKDOWNS] / (placed / 12.0) if placed else float("nan"),
        "ever_placed_by_18": _share(c[Count.TURNED_18_EVER_PLACED], c[Count.TURNED_18]),
        "without_consent_share": _share(c[Count.WITHOUT_CONSENT], c[Count.NEW_PLACEMENTS]),
        "review_kept": _share(c[Count.REVIEWS_KEPT], c[Count.REVIEWS]),
        "assessment_kept": _share(c[Count.ASSESSMENTS_KEPT], c[Count.ASSESSMENTS]),
        "follow_up_kept": _share(c[Count.FIRST_FOLLOW_UPS_KEPT], c[Count.FIRST_FOLLOW_UPS]),
        "caseload": open_cases / posts if posts else float("nan"),
        "cost": float(np.sum(world.accounts[-years:])) / 1e6 * per,
        "stay_months": ended_months / c[Count.PLACEMENTS_ENDED]
        if c[Count.PLACEMENTS_ENDED]
        else float("nan"),
        "came_back": _share(c[Count.REENTRIES_3_YEARS], c[Count.WENT_HOME]),
    }
