import math

import pytest

from trappen.viz import found_words
from trappen.viz.wording import say


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("value", [None, math.nan])
def test_an_investment_never_earned_back_is_told_as_never(value, lang):
    """A table keeps it as not a number, a fact as nothing: neither is a year."""
    assert found_words._shown("break_even", value, "budget", lang) == say("experiment.never", lang)
    assert found_words._shown("break_even", 2036.0, "budget", lang) == "2036"
