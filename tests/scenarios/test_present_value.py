"""Discounting equals the annuity formula, and break-even is what cumulative sums say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trappen.model.outcomes import discount_factors


@given(st.integers(1, 36), st.floats(0.001, 0.2))
def test_level_stream_is_the_annuity_due(years: int, rate: float) -> None:
    """One krone at the beginning of each year is worth (1 - v^n) / (1 - v), to 1e-12."""
    v = 1.0 / (1.0 + rate)
    assert discount_factors(years, rate, 0.0, 36).sum() == pytest.approx((1 - v**years) / (1 - v), rel=1e-12)


def test_later_rate_begins_in_its_year() -> None:
    """The step from year 35 to 36 is the first discounted at the later rate."""
    factors = discount_factors(50, 0.035, 0.025, 36)
    ratios = factors[:-1] / factors[1:] - 1.0
    assert np.allclose(ratios[:35], 0.035, rtol=1e-12)
    assert np.allclose(ratios[35:], 0.025, rtol=1e-12)
    assert factors[0] == 1.0
