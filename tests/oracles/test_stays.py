"""Exposure, stays and stocks: waiting until a concern, time on a step, and Little's law.

Error rates stand with each test; all samples are checked to be large enough to fail.
"""

import numpy as np
import pytest
from scipy import stats

from trappen.agents.ledger import Count, Sum
from trappen.agents.states import NEVER, CaseState, Life, Step

ONES = np.ones((10, 5))


def quiet_need(town):
    """Take need, death and its causes out of a municipality."""
    for name in ("propensity", "onset_size", "deviation", "scar", "need"):
        town.children[name] = 0.0
    town.children["death_month"] = NEVER


STILL = {
    "population__move_rate": 0.0,
    "life__quarter_spread": 0.0,
    "life__shock_rate": 0.0,
    "life__untreated_growth": 0.0,
    "life__load_weight": 0.0,
    "life__school_protection": 0.0,
    "life__institution_need": 0.0,
    "notice__known_courage": 0.0,
    "staircase__return_strain": 0.0,
    "staircase__foster_closes": 0.0,
    "life__effect": np.zeros(9),
    "life__institution_drift": 0.0,
    "staircase__breakdown_level": 0.0,
    "staircase__dropout": 0.0,
    "casework__turnover": 0.0,
    "casework__illnesses": 0.0,
    "casework__holiday_summer": 0.0,
    "casework__holiday_week": 0.0,
    "casework__holiday_christmas": 0.0,
    "casework__training_days": 0.0,
}
ALWAYS_THERE = {
    "illnesses": 0.0,
    "holiday_summer": 0,
    "holiday_week": 0,
    "holiday_christmas": 0,
    "training_days": 0,
}
"""Caseworkers who are never away, so that what is asked for in a month is done in it."""


def alarms(rate, **more):
    """Return settings with concerns at one rate for every child, every one resolved by early help or none."""
    return STILL | {
        "notice__notice_floor": 50.0,
        "notice__false_alarm_rate": rate,
        "notice__coverage": ONES,
        "notice__arena_level": np.full(10, 1 / 10),
        "notice__sight_total": 1.0,
        "notice__boost": 1.0,
        "notice__teen_notice": 1.0,
        "casework__review_hours": 1e-4,
        **more,
    }


def test_time_to_a_concern_is_geometric_with_the_exposures_rate(lab, luck):
    """First notifications by month since conception: P(month k) = (1 - g)^(k-1) g, g = 1 - exp(-rate/12).

    Chi-square over 40 months and the rest, p > 1e-6 (the error rate). Power: 5,000 children born into
    the run or more; a rate 10 % off has a non-centrality above 45 and is seen with probability .95.
    """
    rate = 0.6
    rules = lab.rules(
        **alarms(rate, notice__notify_share=ONES, notice__young_courage=1.0),
        casework__assessment_threshold=50.0,
        casework__early_threshold=50.0,
    )
    town = lab.town(rules, children=20_000, years=1, seed=luck)
    quiet_need(town)
    town.run(-60)
    rows = town.children
    born = rows["birth_month"].astype(int)
    seen = (born - 9 >= lab.begin) & (born - 9 + 60 < -60)
    waited = rows["first_contact"][seen].astype(int) - (born[seen] - 9) + 1
    assert len(waited) > 5000
    g = 1 - np.exp(-rate / 12)
    months = np.arange(1, 41)
    found = np.array([np.sum(waited == k) for k in months] + [np.sum(waited > 40)])
    expected = len(waited) * np.append((1 - g) ** (months - 1) * g, (1 - g) ** 40)
    assert expected.min() > 20
    assert stats.chisquare(found, expected).pvalue > 1e-6
    wrong = 1 - np.exp(-1.1 * rate / 12)
    shifted = len(waited) * np.append((1 - wrong) ** (months - 1) * wrong, (1 - wrong) ** 40)
    assert stats.chisquare(found, shifted).pvalue < 1e-3, "a rate a tenth higher fits as well"


def test_concerns_are_boosted_for_a_year_after_a_notification(lab, luck):
    """Notifications a month are a chain of 13 states: no recent one, or k months since the last.

    The share notified in a month at rest is held to the chain's at |z| < 5 with the errors of months
    taken as independent children; power: without boost the share not notified for a
    year would be over 12 errors away.
    """
    rate, boost = 0.3, 3.0
    rules = lab.rules(
        **alarms(rate, notice__notify_share=ONES, notice__young_courage=1.0) | {"notice__boost": boost},
        casework__assessment_threshold=50.0,
        casework__early_threshold=50.0,
    )
    town = lab.town(rules, children=30_000, years=1, seed=luck)
    quiet_need(town)
    town.run(-144)
    rows = (town.children["birth_month"] < lab.begin) & (town.children["life"] == Life.CHILD)
    n = rows.sum()
    low, high = 1 - np.exp(-rate / 12), 1 - np.exp(-boost * rate / 12)
    # State k < 12: k months since; 12: longer. A child notified this month has 0 next.
    step = np.zeros((13, 13))
    for k in range(13):
        # In the month that follows k is one more: boosted while it is below 12.
        chance = high if k + 1 < 12 else low
        step[k, 0], step[k, min(k + 1, 12)] = chance, 1 - chance
    at_rest = np.linalg.matrix_power(step, 500)[0]
    since = np.where(
        town.children["last_notified"][rows] == NEVER, 99, -145 - town.children["last_notified"][rows]
    )
    found = np.bincount(np.minimum(since, 12), minlength=13)[:13]
    assert np.all(np.abs(found - n * at_rest) < 5 * np.sqrt(n * at_rest * (1 - at_rest)))
    plain = (1 - low) ** 12
    assert abs(found[12] - n * plain) > 12 * np.sqrt(n * plain * (1 - plain))


@pytest.fixture(scope="module")
def courses(lab):
    """A municipality where early courses are all there is, at rest, by seed."""
    made = {}

    def make(seed):
        if seed not in made:
            rules = lab.rules(
                **alarms(1.5, notice__notify_share=0 * ONES),
                staircase__early_offer=1.0,
                staircase__accept_base=1.0,
            )
            town = lab.town(rules, children=20_000, years=3, seed=seed)
            quiet_need(town)
            for begin in range(lab.begin, 36, 12):
                town.run(begin + 12, lab.in_force(12, {"early_help_places": 1e6}))
            made[seed] = town
        return made[seed]

    return make


def test_little_s_law(courses, luck):
    """Stock = starts x mean stay, on steps of whole months: a course is on its step 1/(1-exp(-1/mean)) + 1.

    (The month in which it ends is counted.) Starts are some 70,000 in 13 years, stays have a spread of
    about their mean: the relative error is below 1/sqrt(70,000) = .4 %, and ends bring .5 %; held to 3 %.
    Power: a stay a month longer or shorter is 12 % off.
    """
    town = courses(luck)
    counts = town.world.counts[8:]
    starts, stock = counts[:, Count.EARLY_STARTED].sum(), counts[:, Count.STEP + Step.EARLY].sum()
    assert starts > 20_000
    mean = 1 / (1 - np.exp(-1 / town.rules.staircase["ready_early"])) + 1
    assert stock == pytest.approx(starts * mean, rel=0.03)


def test_little_s_law_holds_exactly_over_what_is_seen(courses, luck):
    """Stock at the end = starts - ends, and child-months of stock = months stayed, to the last one."""
    town = courses(luck)
    rows = town.children
    running = rows["step"] == Step.EARLY
    assert town.world.occupied[Step.EARLY] == running.sum()
    # Families pay nothing for waiting: every course is paid once, when it starts.
    price = town.rules.money["price_early"]
    assert town.world.accounts[:, 2].sum() == town.world.counts[:, Count.EARLY_STARTED].sum() * price


def enter_placement(lab, seed, step, changes=None, levers=None):
    """Return a municipality at month 0 whose children under 8 were all placed in the first month of a run.

    Assessed need never calls for the placement, so that each ends at the first follow-up, every month,
    after child and home are ready.
    """
    rules = lab.rules(
        ALWAYS_THERE | (changes or {}),
        **STILL,
        notice__arena_level=np.zeros(10),
        notice__sight_total=1.0,
        notice__false_alarm_rate=0.0,
        casework__postponed=0.0,
        casework__visit_interval=600.0,  # visits read the child too
        casework__follow_up_hours=1e-4,
        staircase__first_follow_up=1.0,
        staircase__preventive_threshold=20.0,
        staircase__placement_threshold=30.0,
    )
    town = lab.town(rules, children=60_000, years=1, seed=seed)
    quiet_need(town)
    rows = np.flatnonzero((town.children["birth_month"] < lab.begin) & (town.children["life"] == Life.CHILD))
    for name, value in {
        "case": CaseState.DECIDED,
        "wanted": step,
        "wanted_from": lab.begin,
        "believed": lab.begin,
        "belief": 0.0,
    }.items():
        town.children[name][rows] = value
    return town, rows, levers or {}


@pytest.mark.parametrize("step", [Step.FOSTER, Step.INSTITUTION])
def test_stays_in_placement_are_a_mixture_of_two_exponentials(lab, luck, step):
    """Survival at 12 times against S(t) = a exp(-t/short) + (1 - a) exp(-t/long), brought nearer by work.

    Held to |z| < 5 (error rate 7e-6). Power: 20,000 stays or more; a mean 5 % off is 5 errors or more.
    """
    levers = {"parallel_home_work": 4.0, "institution_aim": 0.5, "follow_up_interval": 1, "caseload": 1}
    town, rows, _ = enter_placement(lab, luck, step, {"ready_long": 60, "ready_short": 8})
    p = town.rules.staircase
    factor = 1 - p["parallel_work_effect"]
    factor *= 1 - 0.5 * p["aim_shortens"] if step == Step.INSTITUTION else 1.0
    n = len(rows)
    assert n > 20_000
    soon = p["ready_short_share"]
    for month in range(lab.begin, lab.begin + 61):
        town.run(month + 1, lab.in_force(1, levers))
        stayed = month - lab.begin  # months since entry, this one's follow-up included
        if stayed == 0:
            assert np.all(town.children["step"][rows] == step)
            continue
        if stayed not in (1, 2, 3, 5, 8, 12, 18, 24, 30, 40, 50, 60):
            continue
        # Readiness comes a whole month after the exponential's time began: P(ready > k) = S(k).
        expected = soon * np.exp(-stayed / (factor * p["ready_short"]))
        expected += (1 - soon) * np.exp(-stayed / (factor * p["ready_long"]))
        found = np.sum(town.children["step"][rows] == step)
        assert abs(found - n * expected) < 5 * np.sqrt(n * expected * (1 - expected)), stayed
    counts, sums = town.world.counts.sum(axis=0), town.world.sums.sum(axis=0)
    assert counts[Count.PLACEMENTS_ENDED] == n - np.sum(town.children["step"][rows] == step)
    if step == Step.INSTITUTION:
        assert counts[Count.INSTITUTION_STAYS_ENDED] == counts[Count.PLACEMENTS_ENDED]
        assert sums[Sum.INSTITUTION_STAY] == sums[Sum.PLACEMENT_ENDED_MONTHS]


@pytest.mark.parametrize("interval", [1, 2, 3, 6, 12])
def test_follow_ups_come_at_the_interval_set(lab, interval):
    """With caseworkers enough and nothing postponed each case is followed up every so many months."""
    town, rows, _ = enter_placement(lab, 1, Step.FOSTER)
    town.rules.staircase["ready_short"] = town.rules.staircase["ready_long"] = 1e6
    rows = rows[:500]
    town.children["wanted"][np.setdiff1d(np.arange(len(town.children)), rows)] = Step.NONE
    town.children["case"][np.setdiff1d(np.arange(len(town.children)), rows)] = CaseState.NONE
    last, gaps = np.full(len(rows), lab.begin), []
    for month in range(lab.begin, lab.begin + 40):
        town.run(month + 1, lab.in_force(1, {"follow_up_interval": interval, "caseload": 1}))
        read = town.children["believed"][rows] == month
        gaps += (month - last[read]).tolist() if month > lab.begin + interval else []
        last[read] = month
    assert len(gaps) > 500
    # A follow-up asked for on the last instant of a month can end in the next: once in a million.
    assert np.mean(np.array(gaps) == interval) > 0.999, np.bincount(gaps)


def test_a_placed_child_is_visited_twice_a_year(lab):
    """With caseworkers enough and nobody away: half a year after it came, and each half year on."""
    town, rows, _ = enter_placement(lab, 1, Step.FOSTER, {"ready_short": 1e6, "ready_long": 1e6})
    rows, others = rows[:500], np.setdiff1d(np.arange(len(town.children)), rows[:500])
    town.rules.casework["visit_interval"], town.rules.casework["visit_hours"] = 6, 1e-4
    town.children["wanted"][others], town.children["case"][others] = Step.NONE, CaseState.NONE
    town.run(lab.begin + 37, lab.in_force(37, {"caseload": 1, "follow_up_interval": 12}))
    counts = town.world.counts.sum(axis=0)
    assert np.all(town.children["step"][rows] == Step.FOSTER)
    # Months 7, 13, 19, 25 and 31 of the placement; one asked for on a month's last instant ends in the next.
    assert abs(counts[Count.VISITS] - 5 * len(rows)) <= 2
    assert counts[Count.VISITS_KEPT] >= 0.999 * counts[Count.VISITS]
