"""The state's refund and monthly prices against plain Python, over a grid of costs and parameters."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from trappen.agents.states import Step
from trappen.model.kernels.money import kroner, month_price, refund_of


def refund(cost, low, high, low_share, high_share):
    """Return the refund of a year's cost in exact fractions, rounded to whole kroner, halves up."""
    brackets = [(low, high, low_share), (high, math.inf, high_share)]
    total = sum(
        (Fraction(min(cost, top)) - Fraction(bottom)) * Fraction(share)
        for bottom, top, share in brackets
        if cost > bottom
    )
    return math.floor(total + Fraction(1, 2))


def test_refunds_over_a_grid(lab):
    """Shares that a float holds exactly, costs around both thresholds and far beyond."""
    for low, high, a, b in itertools.product(
        (500_000, 913_000), (1_793_000, 2_000_001), (0.25, 0.0), (0.5, 0.75)
    ):
        p = lab.rules(
            money__refund_low=low,
            money__refund_high=high,
            money__refund_low_share=a,
            money__refund_high_share=b,
        ).money
        costs = [0, 1, 400_000, 5_000_000, 2**31 - 1]
        for threshold in (low, high):
            costs += [threshold + step for step in (-2, -1, 0, 1, 2, 3, 4, 1000, 123_457)]
        for cost in costs:
            assert refund_of(cost, p) == refund(cost, low, high, a, b), cost


def test_a_refund_never_exceeds_the_cost_and_never_falls_with_it(lab):
    p = lab.rules().money
    found = [int(refund_of(cost, p)) for cost in range(0, 4_000_000, 997)]
    assert found == sorted(found)
    assert found[0] == 0
    assert all(part < cost for part, cost in zip(found[1:], range(997, 4_000_000, 997), strict=False))


def test_kroner_are_whole_and_halves_go_up():
    for amount, whole in (
        (0.0, 0),
        (0.49, 0),
        (0.5, 1),
        (1.5, 2),
        (2.5, 3),
        (-0.5, 0),
        (-0.6, -1),
        (1e9 + 0.4, 10**9),
    ):
        assert kroner(amount) == whole


@pytest.mark.parametrize("costly", [True, False])
def test_a_month_costs_a_twelfth_and_a_hard_foster_case_more(lab, costly):
    rules = lab.rules()
    p = rules.money
    for step in Step:
        for need in np.linspace(-3, 9, 25):
            price = p[f"price_{step.name.lower()}"] / 12 if step >= Step.PREVENTIVE else 0.0
            if costly and step == Step.FOSTER:
                price *= min(2.0, max(0.5, 1 + p["foster_fee_slope"] * (need - p["foster_fee_reference"])))
            assert month_price(int(step), need, p, costly) == math.floor(price + 0.5)
