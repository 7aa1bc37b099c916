"""Kroner are conserved: every month's accounts are rebuilt from rows and counts and agree to the krone."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trappen.agents.ledger import MEASURES, Count, Group, Measure, Payer, Post
from trappen.agents.levers import Lever
from trappen.agents.states import Life, Step
from trappen.model.engine import InForce
from trappen.model.kernels.world import Meter

SOCIAL, GENERAL, STATE = Payer.MUNICIPALITY_SOCIAL, Payer.MUNICIPALITY_GENERAL, Payer.STATE
HEALTH = Payer.MUNICIPALITY_HEALTH
SHARED = [Post.EARLY, Post.DETECTION]


def whole(amount):
    """Return kroner rounded as money is: halves up."""
    return np.floor(np.asarray(amount, float) + 0.5).astype(np.int64)


def prices(town):
    """Return what each row's step, and a measure beside it, cost this month, kroner."""
    money, step = town.rules.money, town.children["step"].astype(int)
    price = np.array(money["month_price"])[step]
    if town.structure[2] == 0:
        factor = 1.0 + money["foster_fee_slope"] * (
            town.children["need"].astype(float) - money["foster_fee_reference"]
        )
        price = np.where(step == Step.FOSTER, price * np.clip(factor, 0.5, 2.0), price)
    beside = np.array(money["month_price"])[town.children["beside"].astype(int)]
    return np.where(step >= Step.PREVENTIVE, whole(price), 0), whole(beside)


def tools(paid, money):
    """Return how much of the seven tools is paid for, each with its part of the price."""
    own = paid[Lever.FRONT_SUPERVISION : Lever.CHILDS_REFORM + 1]
    return np.dot(money["tool_cost_share"], 1 - (1 - paid[Lever.DETECTION_TOOLS]) * (1 - own))


def refunds(cost, money):
    """Return the state's refund of each child's cost in a year: two brackets, written out."""
    first = np.clip(cost - money["refund_low"], 0, money["refund_high"] - money["refund_low"])
    second = np.clip(cost - money["refund_high"], 0, None)
    return whole(first * money["refund_low_share"] + second * money["refund_high_share"])


def conditions(town, month, paid):
    """Return what good conditions for effect cost this month, from the social and the general budgets."""
    p, begin = town.rules.programmes, town.children["birth_month"].astype(int)
    here = (town.children["life"] == Life.CHILD) & (begin <= month)  # who moved away costs nothing
    children, small = here.sum(), (here & (begin >= month - 71)).sum()
    at_home = np.isin(town.children["step"], [Step.PREVENTIVE, Step.HOME_BASED]).sum()
    ways = paid[Lever.TRUSTFUL_ENTRY] + paid[Lever.SOLUTION_FOCUS] + paid[Lever.SITUATED_EFFORT]
    social = children / 1000.0 * p["price_leadership"] * paid[Lever.LEADERSHIP]
    social += children / 1000.0 * p["price_programme_manuals"] * paid[Lever.PROGRAMME_MANUALS]
    social += at_home * p["price_close_contact"] * ways
    social += at_home * p["price_tapering"] * (paid[Lever.TAPERING] + paid[Lever.EMPOWERMENT])
    general = small * p["price_staffing"] * (paid[Lever.STAFFING] - 1.0)
    return whole(social / 12.0), whole(general / 12.0)


class Bookkeeper:
    """Keeps the accounts a second time, from what can be seen from outside."""

    def __init__(self):
        self.cost = None
        self.counts = self.accounts = None

    def close(self, town, month, paid, transition=0.0):
        """Hold the month's accounts against rows and counts."""
        year, world, money = 18 + month // 12, town.world, town.rules.money
        counts, accounts = world.counts[year].copy(), world.accounts[year].copy()
        if month % 12 == 0 or self.counts is None:
            self.counts, self.accounts = np.zeros_like(counts), np.zeros_like(accounts)
        events, amounts = counts - self.counts, accounts - self.accounts
        self.counts, self.accounts = counts, accounts
        expected = np.zeros_like(amounts)
        price, beside = prices(town)
        for step in range(Step.PREVENTIVE, Step.AFTERCARE + 1):
            of_step = price[town.children["step"] == step]
            expected[Post.PREVENTIVE + step - Step.PREVENTIVE, SOCIAL] = of_step.sum()
        expected[Post.PREVENTIVE, SOCIAL] += beside.sum()
        price = price + beside
        self.cost = price if self.cost is None else self.cost + price
        if month % 12 == 11:
            refund = refunds(self.cost, money).sum()
            expected[Post.REFUND, SOCIAL], expected[Post.REFUND, STATE] = -refund, refund
            self.cost = np.zeros_like(price)
        np.testing.assert_array_equal(town.children["year_cost"], self.cost)
        expected[Post.CASEWORKERS, SOCIAL] = whole(
            world.meters[Meter.POSTS_PAID]
            * (
                money["price_caseworker"] / 12.0
                + (paid[Lever.SUPERVISION] - money["supervision_reference"]) * money["price_supervision_hour"]
            )
        )
        expected[Post.NOTIFICATIONS_AND_ASSESSMENTS, SOCIAL] = whole(
            events[Count.NOTIFICATIONS] * money["price_notification"]
            + events[Count.ASSESSMENTS] * money["price_assessment"]
        )
        early = events[Count.EARLY_STARTED] * money["price_early"]
        expected[Post.EARLY, HEALTH] = whole(early * money["early_health_share"])
        expected[Post.EARLY, GENERAL] = whole(early) - expected[Post.EARLY, HEALTH]
        hours = (
            events[Count.FAMILY_CARE_MONTHS] * paid[Lever.FOSTER_SUPPORT]
            + events[Count.PLACED_MONTHS] * paid[Lever.PARALLEL_HOME_WORK]
            + events[Count.OPEN_CASES] * paid[Lever.CASE_COORDINATOR] * money["case_coordinator_hours"] / 12.0
        )
        expected[Post.SUPPORT, SOCIAL] = whole(
            hours * money["price_support_hour"]
            + events[Count.KIN_SEARCHES] * paid[Lever.KIN_SEARCH] * money["price_kin_search"]
            + events[Count.FOSTER_PLACES_NEW] * money["price_foster_recruitment"]
        )
        detection = events[Count.CHILDREN_UNDER_6] * tools(paid, money) * money["price_detection"] / 12.0
        detection += events[Count.BIRTHS] * paid[Lever.PREGNANCY_VISIT] * money["price_pregnancy_visit"]
        expected[Post.DETECTION, HEALTH] = whole(detection * money["detection_health_share"])
        expected[Post.DETECTION, GENERAL] = whole(detection) - expected[Post.DETECTION, HEALTH]
        expected[Post.TRANSITION, SOCIAL] = whole(transition)
        expected[Post.CONDITIONS, SOCIAL], expected[Post.CONDITIONS, GENERAL] = conditions(town, month, paid)
        np.testing.assert_array_equal(amounts, expected)
        return price


def all_years(town):
    """Hold what must be true of the accounts of all years."""
    accounts = town.world.accounts
    assert accounts.dtype == np.int64
    assert np.all(accounts[:, Post.REFUND].sum(axis=1) == 0)
    assert np.all(accounts[:, Post.REFUND, STATE] >= 0)
    # A staff ratio under today's is a saving; so is less supervision, which never outweighs the posts.
    assert np.all(np.delete(accounts, [Post.REFUND, Post.CONDITIONS], axis=1) >= 0)
    # Each post has one payer but the refund, programmes, conditions for effect and what two budgets share.
    several = [Post.REFUND, Post.PROGRAMMES, Post.CONDITIONS, *SHARED]
    payers = (np.delete(accounts, several, axis=1) != 0).any(axis=0).sum(axis=1)
    assert np.all(payers <= 1)
    balance(town)


def balance(town):
    """Hold the levels against each other, to the krone: child, group, step, payer, year and total."""
    world = town.world
    of_steps = world.accounts[:, Post.PREVENTIVE : Post.AFTERCARE + 1].sum(axis=(1, 2))
    assert world.children["paid"].astype(np.int64).sum() == of_steps.sum()
    costs = world.groups[:, Group.ALL, Measure.COST_OF_STEP : Measure.COST_OF_STEP + len(Step)]
    np.testing.assert_array_equal(
        costs[:, Step.PREVENTIVE :], world.accounts[:, Post.PREVENTIVE : Post.AFTERCARE + 1].sum(axis=2)
    )
    np.testing.assert_array_equal(costs.sum(axis=1), of_steps)
    np.testing.assert_array_equal(world.groups[:, Group.ALL, Measure.COST], of_steps)
    for measure in range(MEASURES):
        amounts = world.groups[:, :, measure]
        for kind in Group:
            np.testing.assert_array_equal(
                amounts[:, kind : kind + kind.width].sum(axis=1), amounts[:, Group.ALL]
            )
    by_payer, by_post = world.accounts.sum(axis=(0, 1)), world.accounts.sum(axis=(0, 2))
    assert by_payer.sum() == by_post.sum() == world.accounts.sum(axis=(1, 2)).sum()


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_krone_is_counted_once(lab, data):
    keeper = Bookkeeper()
    for town, month, levers in lab.any_history(data):
        keeper.close(town, month, levers)
    all_years(town)


def test_a_municipality_with_everything_going_on(lab):
    """The same with 4,000 children at base values: every post is used, the state refunds, and all agrees."""
    town, keeper, spent = lab.town(children=4000, years=2), Bookkeeper(), 0
    moved = {"detection_tools": 0.4, "foster_support": 2.5, "foster_recruitment": 0.3, "leadership": 0.5}
    levers = lab.lever_row(moved)
    for month in range(lab.begin, 24):
        row = levers[None]
        town.run(month + 1, InForce(row, row, np.array([1234.5])))
        spent += keeper.close(town, month, levers, 1234.5).sum()
    all_years(town)
    used = (town.world.accounts != 0).any(axis=(0, 2))
    assert np.flatnonzero(~used).tolist() == [Post.PROGRAMMES]  # none is in force
    of_steps = slice(Post.PREVENTIVE, Post.AFTERCARE + 1)
    assert town.world.accounts[:, of_steps].sum() == spent
