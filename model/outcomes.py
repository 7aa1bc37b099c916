"""Outcomes: every indicator of a run, declared once with unit, direction and how it is read."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trappen.agents.ledger import Count, Payer, Post, Sum
from trappen.agents.states import AdultOutcome, Step


@dataclass(frozen=True, slots=True)
class Ledger:
    """Yearly tables of runs, or their sums over some years; the last axes are those of the ledger.

    Attributes
    ----------
    counts, sums, accounts
        Shapes (..., COUNTS), (..., SUMS), (..., POSTS, PAYERS).
    years
        How many years each entry sums over.
    """

    counts: np.ndarray
    sums: np.ndarray
    accounts: np.ndarray
    years: int = 1

    def over_years(self) -> "Ledger":
        """Return the sums over the axis of years, the last before the ledger's own."""
        return Ledger(
            self.counts.sum(axis=-2),
            self.sums.sum(axis=-2),
            self.accounts.sum(axis=-3),
            self.years * self.counts.shape[-2],
        )


Read = Callable[[Ledger], np.ndarray]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of a result.

    Attributes
    ----------
    direction
        -1 where lower is better, +1 where higher is, 0 where neither can be said beforehand.
    sub_goal
        The sub-goal (delmaal) of the reorientation it stands for, 1 to 7, or None.
    """

    row: str
    group: str
    unit: str
    direction: int
    read: Read
    sub_goal: int | None = None


def _count(*which: int) -> Read:
    """Return a reader of events a year."""
    return lambda of: np.asarray(sum(of.counts[..., k] for k in which) / of.years)


def _stock(*which: int) -> Read:
    """Return a reader of a stock on a day: child-months over months."""
    return lambda of: np.asarray(sum(of.counts[..., k] for k in which) / (12.0 * of.years))


def _ratio(part: Read, whole: Read, factor: float = 1.0) -> Read:
    """Return a reader of a quotient; not a number where there is nothing to divide by."""

    def read(of: Ledger) -> np.ndarray:
        top, bottom = np.asarray(part(of), float), np.asarray(whole(of), float)
        return np.divide(factor * top, bottom, out=np.full(np.shape(top), np.nan), where=bottom != 0)

    return read


def _share(part: int, whole: int) -> Read:
    return _ratio(_count(part), _count(whole), 100.0)


def _sum(which: Sum) -> Read:
    return lambda of: np.asarray(of.sums[..., which] / of.years)


MUNICIPALITY = (
    Payer.MUNICIPALITY_SOCIAL,
    Payer.MUNICIPALITY_GENERAL,
    Payer.MUNICIPALITY_HEALTH,
    Payer.MUNICIPALITY_EMPLOYMENT,
)
"""The municipality's budgets."""


def _spent(*posts: Post) -> Read:
    """Return a reader of the municipality's net spending on some posts, million kroner a year."""

    def read(of: Ledger) -> np.ndarray:
        amounts = sum(of.accounts[..., post, payer] for post in (posts or Post) for payer in MUNICIPALITY)
        return np.asarray(amounts) / 1e6 / of.years

    return read


def _total(*posts: Post) -> Read:
    yearly = _spent(*posts)
    return lambda of: yearly(of) * of.years


PLACEMENTS = (Step.KIN, Step.FOSTER, Step.INSTITUTION, Step.OWN_ROOM)
PLACED = tuple(Count.STEP + step for step in PLACEMENTS)
PLACEMENT_POSTS = (Post.KIN, Post.FOSTER, Post.INSTITUTION, Post.OWN_ROOM)
SPENT_ON = (
    Post.EARLY,
    Post.PREVENTIVE,
    Post.HOME_BASED,
    Post.KIN,
    Post.FOSTER,
    Post.INSTITUTION,
    Post.OWN_ROOM,
    Post.AFTERCARE,
)
"""Posts that are a step of the staircase each, from the lowest."""
COMPLAINTS = (Count.COMPLAINTS_LATE, Count.COMPLAINTS_REFUSED, Count.COMPLAINTS_FORCED)
_child_years = _stock(Count.CHILD_MONTHS)


def _adult(outcome: AdultOutcome) -> Read:
    return _share(Count.ADULT_NOTIFIED + outcome, Count.TURNED_25_NOTIFIED)


def _per_100_child_years(which: Count) -> Read:
    return _ratio(_count(which), _child_years, 100.0)


def _inheritance(children: Count, need: Sum, squared: Sum, strain: Sum, strains: Sum, product: Sum) -> Read:
    """Return a reader of the correlation of a parent's vulnerability with the children's need, over quarters.

    Parameters
    ----------
    children, need, squared
        Child-quarters, and the sums of need and its square over them.
    strain, strains, product
        Sums of the parent's vulnerability, of its square, and of its product with need.
    """

    def read(of: Ledger) -> np.ndarray:
        n = np.asarray(of.counts[..., children], float)
        x, xx, y, yy, xy = (
            np.asarray(of.sums[..., which], float) for which in (need, squared, strain, strains, product)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            found = (xy - x * y / n) / np.sqrt((xx - x**2 / n) * (yy - y**2 / n))
        return np.where((n > 0) & np.isfinite(found), found, np.nan)

    return read


_OF_MOTHERS = _inheritance(
    Count.HEIRS, Sum.HEIR_NEED, Sum.HEIR_NEED_SQUARED,
    Sum.MOTHER_STRAIN, Sum.MOTHER_STRAIN_SQUARED, Sum.HEIR_BY_MOTHER,
)  # fmt: skip
_OF_FATHERS = _inheritance(
    Count.HEIRS_OF_MEN, Sum.MAN_HEIR_NEED, Sum.MAN_HEIR_NEED_SQUARED,
    Sum.FATHER_STRAIN, Sum.FATHER_STRAIN_SQUARED, Sum.HEIR_BY_FATHER,
)  # fmt: skip

INDICATORS: tuple[Indicator, ...] = (
    Indicator("net_cost_per_year", "cost", "m_dkk_per_year", -1, _spent()),
    Indicator("placement_cost_per_year", "cost", "m_dkk_per_year", -1, _spent(*PLACEMENT_POSTS)),
    Indicator(
        "prevention_cost_per_year",
        "cost",
        "m_dkk_per_year",
        0,
        _spent(Post.EARLY, Post.PREVENTIVE, Post.HOME_BASED, Post.SUPPORT, Post.DETECTION),
    ),
    Indicator(
        "casework_cost_per_year",
        "cost",
        "m_dkk_per_year",
        0,
        _spent(Post.CASEWORKERS, Post.NOTIFICATIONS_AND_ASSESSMENTS),
    ),
    Indicator("transition_cost_total", "cost", "m_dkk", -1, _total(Post.TRANSITION)),
    Indicator(
        "need_months", "outcome", "months_per_100_child_years", -1, _per_100_child_years(Count.NEED_MONTHS)
    ),
    Indicator(
        "deep_need_months",
        "outcome",
        "months_per_100_child_years",
        -1,
        _per_100_child_years(Count.DEEP_NEED_MONTHS),
    ),
    Indicator(
        "unhelped_need_months",
        "outcome",
        "months_per_100_child_years",
        -1,
        _per_100_child_years(Count.UNHELPED_NEED_MONTHS),
    ),
    Indicator(
        "need_at_18", "outcome", "sd", -1, _ratio(_sum(Sum.NEED_AT_18), _count(Count.TURNED_18_NOTIFIED))
    ),
    Indicator("no_upper_secondary_at_25", "outcome", "percent", -1, _adult(AdultOutcome.NO_UPPER_SECONDARY)),
    Indicator("not_in_work_or_education_at_25", "outcome", "percent", -1, _adult(AdultOutcome.NEET)),
    Indicator("conviction_by_25", "outcome", "percent", -1, _adult(AdultOutcome.CONVICTION)),
    Indicator("psychiatric_diagnosis_by_25", "outcome", "percent", -1, _adult(AdultOutcome.DIAGNOSIS)),
    Indicator(
        "children_of_known_mothers_in_need",
        "outcome",
        "percent",
        -1,
        _share(Count.HEIRS_OF_KNOWN_IN_NEED, Count.HEIRS_OF_KNOWN),
    ),
    Indicator("mother_child_correlation", "outcome", "correlation", -1, _OF_MOTHERS),
    Indicator("father_child_correlation", "outcome", "correlation", -1, _OF_FATHERS),
    Indicator(
        "ever_placed_by_18", "outcome", "percent", 0, _share(Count.TURNED_18_EVER_PLACED, Count.TURNED_18)
    ),
    Indicator("notifications", "system", "per_year", 0, _count(Count.NOTIFICATIONS)),
    Indicator("children_notified", "system", "children_per_year", 0, _count(Count.CHILDREN_NOTIFIED)),
    Indicator("assessments", "system", "per_year", 0, _count(Count.ASSESSMENTS)),
    Indicator("early_started", "system", "per_year", 0, _count(Count.EARLY_STARTED)),
    Indicator("measures_started", "system", "per_year", 0, _count(Count.MEASURES_STARTED)),
    Indicator(
        "preventive_on_a_day",
        "system",
        "on_a_day",
        0,
        _stock(Count.STEP + Step.PREVENTIVE, Count.STEP + Step.HOME_BASED),
    ),
    Indicator("placed_on_a_day", "system", "on_a_day", 0, _stock(*PLACED)),
    Indicator("new_placements", "system", "per_year", 0, _count(Count.NEW_PLACEMENTS)),
    Indicator("first_placements", "system", "per_year", 0, _count(Count.FIRST_PLACEMENTS)),
    Indicator(
        "age_at_first_placement",
        "system",
        "years",
        0,
        _ratio(_sum(Sum.AGE_AT_FIRST_PLACEMENT), _count(Count.FIRST_PLACEMENTS), 1.0 / 12.0),
    ),
    Indicator("breakdowns", "system", "per_year", -1, _count(Count.BREAKDOWNS)),
    Indicator("moves", "system", "per_year", -1, _count(Count.MOVES)),
    Indicator("open_cases", "system", "cases", 0, _stock(Count.OPEN_CASES)),
    Indicator(
        "caseworkers",
        "system",
        "full_time_posts",
        0,
        lambda of: of.sums[..., Sum.POSTS_PAID] / 12.0 / of.years,
    ),
    Indicator(
        "caseload",
        "system",
        "cases_per_caseworker",
        -1,
        _ratio(_count(Count.OPEN_CASES), _sum(Sum.POSTS_PAID)),
    ),
    Indicator("review_kept", "system", "percent", 1, _share(Count.REVIEWS_KEPT, Count.REVIEWS)),
    Indicator("assessment_kept", "system", "percent", 1, _share(Count.ASSESSMENTS_KEPT, Count.ASSESSMENTS)),
    Indicator(
        "follow_up_kept", "system", "percent", 1, _share(Count.FIRST_FOLLOW_UPS_KEPT, Count.FIRST_FOLLOW_UPS)
    ),
    Indicator(
        "follow_ups_per_case",
        "system",
        "per_case_per_year",
        0,
        _ratio(_count(Count.FOLLOW_UPS), _stock(Count.OPEN_CASES)),
    ),
    Indicator(
        "days_to_decision",
        "system",
        "working_days",
        -1,
        _ratio(_sum(Sum.DECISION_DAYS), _count(Count.ASSESSMENTS)),
    ),
    Indicator(
        "days_to_help",
        "system",
        "working_days",
        -1,
        _ratio(_sum(Sum.CONCERN_DAYS), _count(Count.HELPED_AFTER_CONCERN)),
    ),
    Indicator("visits_kept", "system", "percent", 1, _share(Count.VISITS_KEPT, Count.VISITS)),
    Indicator("child_talks", "system", "percent", 1, _share(Count.CHILD_TALKS, Count.ASSESSMENTS)),
    Indicator("renotified_known", "system", "percent", 1, _share(Count.RENOTIFIED_KNOWN, Count.RENOTIFIED)),
    Indicator(
        "turnover",
        "system",
        "percent_per_year",
        -1,
        _ratio(_count(Count.CASEWORKERS_LEFT), _stock(Count.POSTS), 100.0),
    ),
    Indicator("vacancies", "system", "percent", -1, _share(Count.VACANT, Count.POSTS)),
    *(
        Indicator(
            row,
            "system",
            "hours_per_post_per_year",
            direction,
            _ratio(_sum(which), _sum(Sum.POSTS_PAID), 12.0),
        )
        for row, which, direction in (
            ("hours_reviews", Sum.HOURS_REVIEWS, 0),
            ("hours_assessments", Sum.HOURS_ASSESSMENTS, 0),
            ("hours_follow_ups", Sum.HOURS_FOLLOW_UPS, 0),
            ("hours_visits", Sum.HOURS_VISITS, 0),
            ("hours_contact", Sum.HOURS_CONTACT, 1),
            ("hours_training", Sum.HOURS_TRAINING, -1),
            ("hours_overtime", Sum.HOURS_OVERTIME, -1),
        )
    ),
    Indicator("hours_others", "system", "hours_per_year", 0, _sum(Sum.HOURS_OTHERS)),
    Indicator(
        "days_to_team", "system", "working_days", -1, _ratio(_sum(Sum.TEAM_WAIT), _count(Count.PROVIDED))
    ),
    Indicator(
        "days_to_therapist",
        "system",
        "working_days",
        -1,
        _ratio(_sum(Sum.THERAPY_WAIT), _count(Count.PROVIDED + 1)),
    ),
    Indicator("waiting_for_team", "system", "on_a_day", -1, _stock(Count.WAITING_PROVIDER)),
    Indicator("waiting_for_therapist", "system", "on_a_day", -1, _stock(Count.WAITING_PROVIDER + 1)),
    Indicator("waiting_on_a_day", "system", "on_a_day", -1, _stock(Count.WAITING)),
    Indicator("placements_ended", "system", "per_year", 0, _count(Count.PLACEMENTS_ENDED)),
    Indicator(
        "placement_length_months",
        "system",
        "months",
        0,
        _ratio(_sum(Sum.PLACEMENT_ENDED_MONTHS), _count(Count.PLACEMENTS_ENDED)),
    ),
    Indicator(
        "institution_share",
        "system",
        "percent",
        0,
        _ratio(_count(Count.STEP + Step.INSTITUTION), _count(*PLACED), 100.0),
    ),
    Indicator(
        "breakdowns_per_100_placed",
        "system",
        "per_100_placed",
        -1,
        _ratio(_count(Count.BREAKDOWNS), _stock(*PLACED), 100.0),
    ),
    Indicator(
        "renotifications",
        "system",
        "per_child_notified",
        0,
        _ratio(_count(Count.NOTIFICATIONS), _count(Count.CHILDREN_NOTIFIED)),
    ),
    Indicator("without_consent", "system", "per_year", 0, _count(Count.WITHOUT_CONSENT)),
    Indicator("complaints", "system", "per_year", -1, _count(*COMPLAINTS)),
    Indicator(
        "age_at_first_contact",
        "sub_goal",
        "years",
        -1,
        _ratio(_sum(Sum.AGE_AT_FIRST_CONTACT), _count(Count.FIRST_CONTACTS), 1.0 / 12.0),
        1,
    ),
    Indicator(
        "months_from_need_to_help",
        "sub_goal",
        "months",
        -1,
        _ratio(_sum(Sum.NEED_TO_HELP), _count(Count.FIRST_HELPS)),
        2,
    ),
    Indicator(
        "kin_share",
        "sub_goal",
        "percent",
        0,
        _ratio(_count(Count.STEP + Step.KIN), _count(*PLACED), 100.0),
        3,
    ),
    Indicator(
        "family_trust",
        "sub_goal",
        "index",
        1,
        _ratio(_sum(Sum.TRUST_IN_CASES), _count(Count.OPEN_CASES)),
        3,
    ),
    Indicator(
        "everyday_life_share",
        "sub_goal",
        "percent",
        1,
        _share(Count.EVERYDAY_LIFE_MONTHS, Count.NEED_MONTHS),
        4,
    ),
    Indicator(
        "new_placements_per_1000",
        "sub_goal",
        "per_1000_children",
        0,
        _ratio(_count(Count.NEW_PLACEMENTS), _child_years, 1000.0),
        5,
    ),
    Indicator(
        "foster_share",
        "sub_goal",
        "percent",
        0,
        _ratio(_count(Count.STEP + Step.FOSTER), _count(*PLACED), 100.0),
        6,
    ),
    Indicator(
        "institution_stay_months",
        "sub_goal",
        "months",
        0,
        _ratio(_sum(Sum.INSTITUTION_STAY), _count(Count.INSTITUTION_STAYS_ENDED)),
        6,
    ),
    Indicator(
        "school_attachment", "sub_goal", "sd", 1, _ratio(_sum(Sum.SCHOOL_IN_NEED), _sum(Sum.SCHOOL_MONTHS)), 7
    ),
    Indicator(
        "leaving_exam_share",
        "sub_goal",
        "percent",
        1,
        lambda of: 100.0 - _adult(AdultOutcome.NO_LEAVING_EXAM)(of),
        7,
    ),
    Indicator("missed_children", "harm", "per_year", -1, _count(Count.MISSED)),
    Indicator("unnecessary_placements", "harm", "per_year", -1, _count(Count.UNNECESSARY_PLACEMENTS)),
    Indicator("under_matched_children", "harm", "on_a_day", -1, _stock(Count.UNDER_MATCHED_MONTHS)),
    Indicator("false_alarms", "harm", "per_year", -1, _count(Count.FALSE_ALARMS)),
    *(
        Indicator(f"cost_{post.name.lower()}", "step_cost", "m_dkk_per_year", 0, _spent(post))
        for post in SPENT_ON
    ),
)
"""Every indicator. A shift from institution to family is no goal in itself, so its direction is 0."""


def discount_factors(years: int, rate: float, late_rate: float, late_from: int) -> np.ndarray:
    """Return the factor of each year's amount, paid at its beginning: the first year counts in full.

    Parameters
    ----------
    rate, late_rate
        Yearly rates before and from year `late_from`, counted from 0.

    Returns
    -------
    :
        Shape (years,).
    """
    rates = np.where(np.arange(1, years) < late_from, rate, late_rate)
    return np.concatenate([[1.0], 1.0 / np.cumprod(1.0 + rates)])
