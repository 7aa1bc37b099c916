import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def root():
    return Path(__file__).parents[2]


sys.path.insert(0, str(Path(__file__).parent))
