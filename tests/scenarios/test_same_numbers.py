"""The same scenario gives the same numbers however it is run."""

import pytest

import trappen
from trappen.scenarios.compare import Comparison

SMALL = {"children": 900, "years": 2, "replicates": 2, "seed": 5, "structure_check": False}


@pytest.fixture(scope="module")
def usual() -> Comparison:
    return trappen.compare(**SMALL)


def test_simpy_gives_the_compiled_queues_numbers(usual: Comparison) -> None:
    """Casework by the day in SimPy and the compiled queue agree to the last bit, for both policies."""
    assert trappen.compare(**SMALL, casework="simpy").result_hash == usual.result_hash


def test_threads_change_no_number(usual: Comparison) -> None:
    for threads in (1, 3):
        assert trappen.compare(**SMALL, threads=threads).result_hash == usual.result_hash


def test_another_seed_gives_other_numbers(usual: Comparison) -> None:
    assert trappen.compare(**(SMALL | {"seed": 6})).result_hash != usual.result_hash


def test_fewer_replicates_are_the_first_of_more(usual: Comparison) -> None:
    """A replicate's luck does not depend on how many there are."""
    more = trappen.compare(**(SMALL | {"replicates": 3}))
    for few, many in zip(usual.runs, more.runs, strict=True):
        assert (few.counts == many.counts[:2]).all()
        assert (few.accounts == many.accounts[:2]).all()
