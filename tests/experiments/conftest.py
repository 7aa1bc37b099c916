"""Noise for synthetic worlds, keyed like all noise."""

import numpy as np
import pytest

from trappen.model.kernels.draws import Purpose, normals


@pytest.fixture
def normal():
    """Return a function that gives n standard normals; `what` keeps uses apart."""
    return lambda n, what: normals(11, np.arange(n), what, Purpose.EXPERIMENT)[:, 0]
