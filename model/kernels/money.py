"""Money: what a month costs, in whole kroner, and who pays; so that every krone is counted once."""

import numpy as np

from trappen.agents.ledger import Count, Measure, Payer, Post
from trappen.agents.levers import Lever
from trappen.agents.states import Step
from trappen.model.kernels import inlined, kernel
from trappen.model.kernels.arenas import in_use
from trappen.model.kernels.groups import tally
from trappen.model.kernels.world import Meter

FIRST_TOOL = Lever.FRONT_SUPERVISION.value
TOOLS = Lever.CHILDS_REFORM.value - FIRST_TOOL + 1


@inlined
def kroner(amount):  # type: ignore[no-untyped-def]
    """Return an amount rounded to whole kroner."""
    return np.int64(np.floor(amount + 0.5))


@inlined
def month_price(step, need, p, foster_costly):  # type: ignore[no-untyped-def]
    """Return the price of a month on a step; a foster family's fee rises with difficulty."""
    price = p.month_price[step]
    if foster_costly and step == Step.FOSTER:
        price *= max(0.5, min(2.0, 1.0 + p.foster_fee_slope * (need - p.foster_fee_reference)))
    return kroner(price)


@kernel
def pay_children(world, p, foster_costly, month, year):  # type: ignore[no-untyped-def]
    """Pay for the step of every child this month."""
    children = world.children
    accounts = world.accounts[year]
    for k in range(int(world.meters[Meter.INVOLVED])):
        i = world.involved[k]
        child = children[i]
        step = child.step
        if step >= Step.PREVENTIVE:
            price = month_price(step, float(child.need), p, foster_costly)
            accounts[Post.PREVENTIVE + step - Step.PREVENTIVE, Payer.MUNICIPALITY_SOCIAL] += price
            child.year_cost += price
            child.paid += price
            tally(world, i, Measure.COST, price, month, year)
            tally(world, i, Measure.COST_OF_STEP + step, price, month, year)
            if child.beside != Step.NONE:
                # A measure beside a higher step costs what it costs alone.
                price = month_price(np.int64(child.beside), float(child.need), p, foster_costly)
                accounts[Post.PREVENTIVE, Payer.MUNICIPALITY_SOCIAL] += price
                child.year_cost += price
                child.paid += price
                tally(world, i, Measure.COST, price, month, year)
                tally(world, i, Measure.COST_OF_STEP + Step.PREVENTIVE, price, month, year)


@kernel
def settle_year(world, p, month, year):  # type: ignore[no-untyped-def]
    """Let the state refund what single cases cost over its thresholds in the year that ends."""
    children = world.children
    accounts = world.accounts[year]
    first = world.row_of_month[month - 287 - world.first_month[0]]
    last = world.row_of_month[month + 10 - world.first_month[0]]
    for i in range(first, last):
        child = children[i]
        if child.year_cost != 0:
            refund = refund_of(child.year_cost, p)
            accounts[Post.REFUND, Payer.MUNICIPALITY_SOCIAL] -= refund
            accounts[Post.REFUND, Payer.STATE] += refund
            child.year_cost = 0


@inlined
def refund_of(cost, p):  # type: ignore[no-untyped-def]
    """Return the state's refund of an expensive single case: shares of what lies over two thresholds."""
    low = max(0.0, min(cost, p.refund_high) - p.refund_low) * p.refund_low_share
    return kroner(low + max(0.0, cost - p.refund_high) * p.refund_high_share)


@inlined
def share_out(accounts, post, amount, health_share):  # type: ignore[no-untyped-def]
    """Divide an amount between health care and day care and school, to the krone."""
    whole = kroner(amount)
    health = kroner(amount * health_share)
    accounts[post, Payer.MUNICIPALITY_HEALTH] += health
    accounts[post, Payer.MUNICIPALITY_GENERAL] += whole - health


@inlined
def tools_paid(paid, p):  # type: ignore[no-untyped-def]
    """Return how much of the detection model's seven tools is paid for; 1 is all of them everywhere."""
    share = 0.0
    for k in range(TOOLS):
        share += p.tool_cost_share[k] * in_use(paid, FIRST_TOOL + k)
    return share


@kernel
def pay_activity(world, p, paid, before, transition, month, year):  # type: ignore[no-untyped-def]
    """Pay for posts, tasks, courses, support, detection and the change itself.

    Parameters
    ----------
    paid
        Levers in force as the municipality pays for them.
    before
        This year's counts as they stood when the month began.
    transition
        Cost of changing that falls in this month, kroner.
    """
    counts = world.counts[year]
    accounts = world.accounts[year]
    social = Payer.MUNICIPALITY_SOCIAL
    supervision = (paid[Lever.SUPERVISION] - p.supervision_reference) * p.price_supervision_hour
    accounts[Post.CASEWORKERS, social] += kroner(
        world.meters[Meter.POSTS_PAID] * (p.price_caseworker / 12.0 + supervision)
    )
    notified = counts[Count.NOTIFICATIONS] - before[Count.NOTIFICATIONS]
    assessed = counts[Count.ASSESSMENTS] - before[Count.ASSESSMENTS]
    accounts[Post.NOTIFICATIONS_AND_ASSESSMENTS, social] += kroner(
        notified * p.price_notification + assessed * p.price_assessment
    )
    courses = counts[Count.EARLY_STARTED] - before[Count.EARLY_STARTED]
    share_out(accounts, Post.EARLY, courses * p.price_early, p.early_health_share)
    family_care = counts[Count.FAMILY_CARE_MONTHS] - before[Count.FAMILY_CARE_MONTHS]
    placed = counts[Count.PLACED_MONTHS] - before[Count.PLACED_MONTHS]
    hours = family_care * paid[Lever.FOSTER_SUPPORT] + placed * paid[Lever.PARALLEL_HOME_WORK]
    cases = counts[Count.OPEN_CASES] - before[Count.OPEN_CASES]
    hours += cases * paid[Lever.CASE_COORDINATOR] * p.case_coordinator_hours / 12.0
    searches = counts[Count.KIN_SEARCHES] - before[Count.KIN_SEARCHES]
    new_places = counts[Count.FOSTER_PLACES_NEW] - before[Count.FOSTER_PLACES_NEW]
    accounts[Post.SUPPORT, social] += kroner(
        hours * p.price_support_hour
        + searches * paid[Lever.KIN_SEARCH] * p.price_kin_search
        + new_places * p.price_foster_recruitment
    )
    young = counts[Count.CHILDREN_UNDER_6] - before[Count.CHILDREN_UNDER_6]
    births = counts[Count.BIRTHS] - before[Count.BIRTHS]
    detection = young * tools_paid(paid, p) * p.price_detection / 12.0
    detection += births * paid[Lever.PREGNANCY_VISIT] * p.price_pregnancy_visit
    share_out(accounts, Post.DETECTION, detection, p.detection_health_share)
    accounts[Post.TRANSITION, social] += kroner(transition)
