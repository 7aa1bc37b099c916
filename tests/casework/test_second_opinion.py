"""A queue simulator by others, given the same arrivals and the same work, says the same of every task."""

import numpy as np
import pytest

from trappen.model.casework import SimPyCasework
from trappen.model.casework_compiled import CompiledCasework
from trappen.model.kernels import draws

ciw = pytest.importorskip("ciw")


@pytest.mark.parametrize("engine", [SimPyCasework, CompiledCasework])
@pytest.mark.parametrize(("servers", "load"), [(1, 0.8), (4, 0.95)])
def test_ciw_starts_every_task_when_we_do(engine, servers, load):
    """Not statistics: the same inputs give the same starts, to rounding."""
    count = 400
    luck = draws.uniforms(servers, np.arange(count), 0, draws.TASK)
    gaps = -np.log(luck[:, 0]) / (servers * load)
    works = -np.log(luck[:, 1]) + 0.01
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps.tolist(), float("inf")])],
        service_distributions=[ciw.dists.Sequential(works.tolist())],
        number_of_servers=[servers],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(count, method="Finish")
    records = sorted(simulation.get_all_records(), key=lambda record: record.arrival_date)[:count]
    starts = by_month(engine(), np.cumsum(gaps), works, servers)
    assert len(records) == count
    assert [record.service_start_date for record in records] == pytest.approx(starts.tolist(), rel=1e-9)


def by_month(engine, arrivals, works, servers, days=21):
    """Return when each task is started, run month by month to the empty end."""
    from trappen.agents.casework_task import Task

    starts = np.full(len(arrivals), np.nan)
    month = given_in = 0
    while given_in < len(arrivals) or engine.waiting + engine.in_service:
        tasks = []
        while given_in < len(arrivals) and arrivals[given_in] < (month + 1) * days:
            tasks.append(Task(1, 2, float(arrivals[given_in]), given_in, given_in, float(works[given_in])))
            given_in += 1
        for record in engine.run_month(month * days, (month + 1) * days, servers, tasks):
            starts[record.row] = record.start
        month += 1
    return starts
