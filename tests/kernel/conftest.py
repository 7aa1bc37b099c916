"""What the files of this folder share: helpers to import, and a town to try kernels in."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def start(lab):
    """A municipality of 3,000 children at its start, to be copied."""
    return lab.town(children=3000, years=2).run(0)


@pytest.fixture
def town(start):
    """A copy of it that a test may change."""
    return start.copy()
