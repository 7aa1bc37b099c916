"""Outcomes: every indicator of a run, declared once with unit, direction and how it is read."""

from dataclasses import dataclass

import numpy as np

from trappen.agents.ledger import Count, Post, Sum
from trappen.agents.states import AdultOutcome, Step
from trappen.model.readers import (
    COMPLAINTS,
    PLACED,
    PLACEMENT_POSTS,
    SPENT_ON,
    Read,
    adult,
    child_years,
    count,
    inheritance,
    per_100_child_years,
    ratio,
    share,
    spent,
    stock,
    sum_of,
    total,
)


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


_OF_MOTHERS = inheritance(
    Count.HEIRS, Sum.HEIR_NEED, Sum.HEIR_NEED_SQUARED,
    Sum.MOTHER_STRAIN, Sum.MOTHER_STRAIN_SQUARED, Sum.HEIR_BY_MOTHER,
)  # fmt: skip
_OF_FATHERS = inheritance(
    Count.HEIRS_OF_MEN, Sum.MAN_HEIR_NEED, Sum.MAN_HEIR_NEED_SQUARED,
    Sum.FATHER_STRAIN, Sum.FATHER_STRAIN_SQUARED, Sum.HEIR_BY_FATHER,
)  # fmt: skip

INDICATORS: tuple[Indicator, ...] = (
    Indicator("net_cost_per_year", "cost", "m_dkk_per_year", -1, spent()),
    Indicator("placement_cost_per_year", "cost", "m_dkk_per_year", -1, spent(*PLACEMENT_POSTS)),
    Indicator(
        "prevention_cost_per_year",
        "cost",
        "m_dkk_per_year",
        0,
        spent(Post.EARLY, Post.PREVENTIVE, Post.HOME_BASED, Post.SUPPORT, Post.DETECTION),
    ),
    Indicator(
        "casework_cost_per_year",
        "cost",
        "m_dkk_per_year",
        0,
        spent(Post.CASEWORKERS, Post.NOTIFICATIONS_AND_ASSESSMENTS),
    ),
    Indicator("transition_cost_total", "cost", "m_dkk", -1, total(Post.TRANSITION)),
    Indicator(
        "need_months", "outcome", "months_per_100_child_years", -1, per_100_child_years(Count.NEED_MONTHS)
    ),
    Indicator(
        "deep_need_months",
        "outcome",
        "months_per_100_child_years",
        -1,
        per_100_child_years(Count.DEEP_NEED_MONTHS),
    ),
    Indicator(
        "unhelped_need_months",
        "outcome",
        "months_per_100_child_years",
        -1,
        per_100_child_years(Count.UNHELPED_NEED_MONTHS),
    ),
    Indicator(
        "need_at_18", "outcome", "sd", -1, ratio(sum_of(Sum.NEED_AT_18), count(Count.TURNED_18_NOTIFIED))
    ),
    Indicator("no_upper_secondary_at_25", "outcome", "percent", -1, adult(AdultOutcome.NO_UPPER_SECONDARY)),
    Indicator("not_in_work_or_education_at_25", "outcome", "percent", -1, adult(AdultOutcome.NEET)),
    Indicator("conviction_by_25", "outcome", "percent", -1, adult(AdultOutcome.CONVICTION)),
    Indicator("psychiatric_diagnosis_by_25", "outcome", "percent", -1, adult(AdultOutcome.DIAGNOSIS)),
    Indicator(
        "children_of_known_mothers_in_need",
        "outcome",
        "percent",
        -1,
        share(Count.HEIRS_OF_KNOWN_IN_NEED, Count.HEIRS_OF_KNOWN),
    ),
    Indicator("mother_child_correlation", "outcome", "correlation", -1, _OF_MOTHERS),
    Indicator("father_child_correlation", "outcome", "correlation", -1, _OF_FATHERS),
    Indicator(
        "ever_placed_by_18", "outcome", "percent", 0, share(Count.TURNED_18_EVER_PLACED, Count.TURNED_18)
    ),
    Indicator("notifications", "system", "per_year", 0, count(Count.NOTIFICATIONS)),
    Indicator("children_notified", "system", "children_per_year", 0, count(Count.CHILDREN_NOTIFIED)),
    Indicator("assessments", "system", "per_year", 0, count(Count.ASSESSMENTS)),
    Indicator("early_started", "system", "per_year", 0, count(Count.EARLY_STARTED)),
    Indicator("measures_started", "system", "per_year", 0, count(Count.MEASURES_STARTED)),
    Indicator(
        "preventive_on_a_day",
        "system",
        "on_a_day",
        0,
        stock(Count.STEP + Step.PREVENTIVE, Count.STEP + Step.HOME_BASED),
    ),
    Indicator("placed_on_a_day", "system", "on_a_day", 0, stock(*PLACED)),
    Indicator("new_placements", "system", "per_year", 0, count(Count.NEW_PLACEMENTS)),
    Indicator("first_placements", "system", "per_year", 0, count(Count.FIRST_PLACEMENTS)),
    Indicator(
        "age_at_first_placement",
        "system",
        "years",
        0,
        ratio(sum_of(Sum.AGE_AT_FIRST_PLACEMENT), count(Count.FIRST_PLACEMENTS), 1.0 / 12.0),
    ),
    Indicator("breakdowns", "system", "per_year", -1, count(Count.BREAKDOWNS)),
    Indicator("moves", "system", "per_year", -1, count(Count.MOVES)),
    Indicator("open_cases", "system", "cases", 0, stock(Count.OPEN_CASES)),
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
        ratio(count(Count.OPEN_CASES), sum_of(Sum.POSTS_PAID)),
    ),
    Indicator("review_kept", "system", "percent", 1, share(Count.REVIEWS_KEPT, Count.REVIEWS)),
    Indicator("assessment_kept", "system", "percent", 1, share(Count.ASSESSMENTS_KEPT, Count.ASSESSMENTS)),
    Indicator(
        "follow_up_kept", "system", "percent", 1, share(Count.FIRST_FOLLOW_UPS_KEPT, Count.FIRST_FOLLOW_UPS)
    ),
    Indicator(
        "follow_ups_per_case",
        "system",
        "per_case_per_year",
        0,
        ratio(count(Count.FOLLOW_UPS), stock(Count.OPEN_CASES)),
    ),
    Indicator(
        "days_to_decision",
        "system",
        "working_days",
        -1,
        ratio(sum_of(Sum.DECISION_DAYS), count(Count.ASSESSMENTS)),
    ),
    Indicator(
        "days_to_help",
        "system",
        "working_days",
        -1,
        ratio(sum_of(Sum.CONCERN_DAYS), count(Count.HELPED_AFTER_CONCERN)),
    ),
    Indicator("visits_kept", "system", "percent", 1, share(Count.VISITS_KEPT, Count.VISITS)),
    Indicator("child_talks", "system", "percent", 1, share(Count.CHILD_TALKS, Count.ASSESSMENTS)),
    Indicator("renotified_known", "system", "percent", 1, share(Count.RENOTIFIED_KNOWN, Count.RENOTIFIED)),
    Indicator(
        "turnover",
        "system",
        "percent_per_year",
        -1,
        ratio(count(Count.CASEWORKERS_LEFT), stock(Count.POSTS), 100.0),
    ),
    Indicator("vacancies", "system", "percent", -1, share(Count.VACANT, Count.POSTS)),
    *(
        Indicator(
            row,
            "system",
            "hours_per_post_per_year",
            direction,
            ratio(sum_of(which), sum_of(Sum.POSTS_PAID), 12.0),
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
    Indicator("hours_others", "system", "hours_per_year", 0, sum_of(Sum.HOURS_OTHERS)),
    Indicator(
        "days_to_team", "system", "working_days", -1, ratio(sum_of(Sum.TEAM_WAIT), count(Count.PROVIDED))
    ),
    Indicator(
        "days_to_therapist",
        "system",
        "working_days",
        -1,
        ratio(sum_of(Sum.THERAPY_WAIT), count(Count.PROVIDED + 1)),
    ),
    Indicator("waiting_for_team", "system", "on_a_day", -1, stock(Count.WAITING_PROVIDER)),
    Indicator("waiting_for_therapist", "system", "on_a_day", -1, stock(Count.WAITING_PROVIDER + 1)),
    Indicator("waiting_on_a_day", "system", "on_a_day", -1, stock(Count.WAITING)),
    Indicator("placements_ended", "system", "per_year", 0, count(Count.PLACEMENTS_ENDED)),
    Indicator(
        "placement_length_months",
        "system",
        "months",
        0,
        ratio(sum_of(Sum.PLACEMENT_ENDED_MONTHS), count(Count.PLACEMENTS_ENDED)),
    ),
    Indicator(
        "institution_share",
        "system",
        "percent",
        0,
        ratio(count(Count.STEP + Step.INSTITUTION), count(*PLACED), 100.0),
    ),
    Indicator(
        "breakdowns_per_100_placed",
        "system",
        "per_100_placed",
        -1,
        ratio(count(Count.BREAKDOWNS), stock(*PLACED), 100.0),
    ),
    Indicator(
        "renotifications",
        "system",
        "per_child_notified",
        0,
        ratio(count(Count.NOTIFICATIONS), count(Count.CHILDREN_NOTIFIED)),
    ),
    Indicator("without_consent", "system", "per_year", 0, count(Count.WITHOUT_CONSENT)),
    Indicator("complaints", "system", "per_year", -1, count(*COMPLAINTS)),
    Indicator(
        "age_at_first_contact",
        "sub_goal",
        "years",
        -1,
        ratio(sum_of(Sum.AGE_AT_FIRST_CONTACT), count(Count.FIRST_CONTACTS), 1.0 / 12.0),
        1,
    ),
    Indicator(
        "months_from_need_to_help",
        "sub_goal",
        "months",
        -1,
        ratio(sum_of(Sum.NEED_TO_HELP), count(Count.FIRST_HELPS)),
        2,
    ),
    Indicator(
        "kin_share",
        "sub_goal",
        "percent",
        0,
        ratio(count(Count.STEP + Step.KIN), count(*PLACED), 100.0),
        3,
    ),
    Indicator(
        "family_trust",
        "sub_goal",
        "index",
        1,
        ratio(sum_of(Sum.TRUST_IN_CASES), count(Count.OPEN_CASES)),
        3,
    ),
    Indicator(
        "everyday_life_share",
        "sub_goal",
        "percent",
        1,
        share(Count.EVERYDAY_LIFE_MONTHS, Count.NEED_MONTHS),
        4,
    ),
    Indicator(
        "new_placements_per_1000",
        "sub_goal",
        "per_1000_children",
        0,
        ratio(count(Count.NEW_PLACEMENTS), child_years, 1000.0),
        5,
    ),
    Indicator(
        "foster_share",
        "sub_goal",
        "percent",
        0,
        ratio(count(Count.STEP + Step.FOSTER), count(*PLACED), 100.0),
        6,
    ),
    Indicator(
        "institution_stay_months",
        "sub_goal",
        "months",
        0,
        ratio(sum_of(Sum.INSTITUTION_STAY), count(Count.INSTITUTION_STAYS_ENDED)),
        6,
    ),
    Indicator(
        "school_attachment",
        "sub_goal",
        "sd",
        1,
        ratio(sum_of(Sum.SCHOOL_IN_NEED), sum_of(Sum.SCHOOL_MONTHS)),
        7,
    ),
    Indicator(
        "leaving_exam_share",
        "sub_goal",
        "percent",
        1,
        lambda of: 100.0 - adult(AdultOutcome.NO_LEAVING_EXAM)(of),
        7,
    ),
    Indicator("missed_children", "harm", "per_year", -1, count(Count.MISSED)),
    Indicator("unnecessary_placements", "harm", "per_year", -1, count(Count.UNNECESSARY_PLACEMENTS)),
    Indicator("under_matched_children", "harm", "on_a_day", -1, stock(Count.UNDER_MATCHED_MONTHS)),
    Indicator("false_alarms", "harm", "per_year", -1, count(Count.FALSE_ALARMS)),
    *(
        Indicator(f"cost_{post.name.lower()}", "step_cost", "m_dkk_per_year", 0, spent(post))
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
