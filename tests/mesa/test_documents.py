"""The example in the documentation runs."""

import doctest

from trappen.model import municipality


def test_the_example_of_the_municipality():
    result = doctest.testmod(municipality, optionflags=doctest.ELLIPSIS)
    assert (result.failed, result.attempted > 15) == (0, True)
