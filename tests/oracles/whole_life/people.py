"""A child and its family as plain records with the fields of docs/columns.md, and their parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from types import SimpleNamespace
from typing import Any

from .luck import Q
from .names import ARENAS, NEVER, OUTCOMES, STEPS


@dataclass(slots=True)
class Child:
    """One child. What others alone decide is left out: its place, its caseworker's work, its own family."""

    who: int
    birth_month: int
    onset_age: int
    life: int
    propensity: float
    need: float
    deviation: float
    school: float
    aptitude: float
    exposure: float
    sex: int
    onset_size: float
    death_month: int
    last_notified: int = NEVER
    step_since: int = NEVER
    step: int = 0
    case: int = 0
    wanted: int = 0
    scar: float = 0.0
    relief: float = 0.0
    months_unhelped: int = 0
    first_need: int = NEVER
    months_need: int = 0
    known: int = 0
    beside: int = 0
    first_contact: int = NEVER
    notified_year: int = NEVER
    acute: int = 0
    belief: float = 0.0
    doubt: float = 1.0
    believed: int = NEVER
    caseworker: int = -1
    acquainted: int = NEVER
    follow_up_due: int = NEVER
    reviews_pending: int = 0
    visit_due: int = NEVER
    visit_pending: int = 0
    concern: float = float(NEVER)
    follow_up_pending: int = 0
    ready: int = NEVER
    wanted_from: int = NEVER
    first_help: int = NEVER
    first_placed: int = NEVER
    placed_since: int = NEVER
    went_home: int = NEVER
    pregnancy_level: int = 1
    consent: int = 1
    moves: int = 0
    breakdowns: int = 0
    months_placed: int = 0
    year_cost: int = 0
    paid: int = 0
    adult: int = 0
    entries: int = 0


@dataclass(slots=True)
class Family:
    """What siblings share, without the rows of those who help it and of parents."""

    who: int
    liability: float
    load: float
    trust: float
    coping: float
    kind: int
    problem: int
    household: int
    adults: int
    network: int
    district: int
    leaves: int
    arrives: int
    domain_child: float
    domain_parent: float
    domain_parenting: float
    domain_functioning: float
    domain_context: float
    domain_network: float
    domain_care: float
    passivity: float = 0.0
    fatigue: float = 0.0
    helped: int = 0
    help_at_home: int = 0
    in_team: int = 0
    in_therapy: int = 0
    in_kin: int = 0
    lived: int = NEVER


class Parameters(SimpleNamespace):
    """Every parameter of `model/parameters/*.yaml` by name, and what docs/odd.md derives from them."""

    def __init__(self, values: Mapping[str, Any], structure: tuple[int, int, int]) -> None:
        super().__init__(**values)
        self.fixed_gain_rule, self.per_follow_up, self.price_only = (bool(s) for s in structure)
        # Need: the effect of each step, and the spreads that leave need's variance at 1.
        self.effect = [0.0] + [float(values[f"relief_{name}"]) for name in STEPS[1:]]
        self.price = [0.0, 0.0] + [float(values[f"price_{name}"]) for name in STEPS[2:]]
        rest = 1.0 - self.family_share - self.own_share
        self.quarter_kept = self.deviation_persistence**0.25
        self.quarter_spread = sqrt(rest * (1.0 - self.load_share) * (1.0 - self.quarter_kept**2))
        self.own_part = sqrt(1.0 - self.domain_loading**2)
        # Seven passing parts have coping in common, each by `coping_buffers`: the variance of their sum.
        of_sum = 7.0 * (1.0 - self.coping_buffers**2) + 49.0 * self.coping_buffers**2
        self.load_weight = sqrt(self.load_share * rest / of_sum)
        # Half the difference of two pairs of passing parts: what coping they share cancels out.
        self.alone = sqrt(1.0 - self.coping_buffers**2)
        self.hidden_above = self.alone * Q(1.0 - self.hidden_share)
        self.all_sight = sum(self.arena_level[a] * self.coverage[a][3] for a in range(ARENAS))
        # exp(-months in post / learning_months) on average, where posts are left at a constant rate.
        leaving = self.turnover / 12.0
        self.usual_novice = leaving / (leaving + 1.0 / self.learning_months)
        self.outcome_level = [float(values[f"{name}_level"]) for name in OUTCOMES]
        self.outcome_slope = [float(values[f"{name}_slope"]) for name in OUTCOMES]
