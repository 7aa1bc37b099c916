"""Programs by others look at the same stays: statsmodels for competing risks, matrix powers for occupancy."""

import numpy as np
import pytest

from trappen.agents.states import Step
from trappen.model.kernels import draws
from trappen.model.kernels.steps import months_until_ready

duration = pytest.importorskip("statsmodels.duration.survfunc")

CHILDREN = 12_000
LEAVING = 0.02


@pytest.fixture(scope="module")
def ended(lab):
    """Months of measures at home by the kernel, and how they end: 1 ready, 2 the family leaves."""
    rules = lab.rules({"ready_preventive": 9.0})
    luck = draws.uniforms(5, np.arange(CHILDREN), 0, draws.STAIRCASE)
    levers = lab.lever_row()
    ready = np.array(
        [months_until_ready(Step.PREVENTIVE, u[0], u[1], rules.staircase, levers) for u in luck], float
    )
    left = np.floor(np.log(luck[:, 2]) / np.log(1.0 - LEAVING)) + 1.0
    return np.minimum(ready, left), np.where(ready <= left, 1, 2)


def chain(months):
    """Return the monthly matrix of on, ready and left, to a power: what is known without simulation."""
    ready = 1.0 - np.exp(-1.0 / 9.0)
    stay = (1.0 - ready) * (1.0 - LEAVING)
    step = np.array([[stay, ready, (1.0 - ready) * LEAVING], [0, 1, 0], [0, 0, 1]])
    return np.linalg.matrix_power(step, months)[0]


def test_competing_risks_are_those_of_statsmodels_and_of_matrix_powers(ended):
    """Error of a share is at most 0.5/sqrt(n); 4.5 of them over ten comparisons: a false alarm in 1e-4."""
    months, how = ended
    found = duration.CumIncidenceRight(months, how)
    for month in (1, 3, 6, 12, 24):
        _, ready, left = chain(month)
        for known, incidence in ((ready, found.cinc[0]), (left, found.cinc[1])):
            before = np.flatnonzero(found.times <= month)
            told = incidence[before[-1]] if len(before) else 0.0
            error = np.sqrt(known * (1 - known) / CHILDREN)
            assert abs(told - known) < 4.5 * error + 1e-9, (month, told, known)


def test_a_chance_of_leaving_a_third_off_is_seen(ended):
    months, how = ended
    share = np.mean(how == 2)
    true = chain(600)[2]
    assert abs(share - true) < 4.5 * np.sqrt(true * (1 - true) / CHILDREN)
    assert abs(share - 1.3 * true) > 4.5 * np.sqrt(true * (1 - true) / CHILDREN)
    assert months.min() >= 1
