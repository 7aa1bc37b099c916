"""SimPy goes on where the compiled queue stands: the same log as if one of them had done it all."""

from hypothesis import given, settings
from hypothesis import strategies as st

from trappen.agents.casework_task import Task
from trappen.model.casework_compiled import CompiledCasework
from trappen.model.casework_handover import ContinuedCasework
from trappen.model.kernels.desks import VACANT

DAYS = 21


@st.composite
def towns(draw):
    """Return caseworkers and tasks by month; coarse numbers, so that much happens at one instant."""
    months, row = [], 0
    for month in range(draw(st.integers(2, 6))):
        tasks = []
        for _ in range(draw(st.integers(0, 9))):
            arrival = month * DAYS + draw(st.one_of(st.integers(-30, DAYS - 1), st.floats(0, 20.9)))
            work = draw(st.one_of(st.sampled_from([0.5, 1.0, 21.0, 50.0]), st.floats(1e-3, 60)))
            kind, priority, who, owner = (draw(st.integers(0, most)) for most in (3, 4, 3, 4))
            tasks.append(Task(kind, priority, float(arrival), who, row, work, owner - 1))
            row += 1
        away = st.one_of(st.sampled_from([0, VACANT]), st.integers(0, 2**21 - 1))
        months.append(([draw(away) for _ in range(draw(st.integers(0, 4)))], tasks))
    return months


@settings(max_examples=300, deadline=None)
@given(towns(), st.integers(0, 6))
def test_the_log_goes_on_to_the_last_bit(months, changed_at):
    compiled, continued = CompiledCasework(128, 8), None
    for month, (staff, tasks) in enumerate(months):
        if month == min(changed_at, len(months) - 1):
            continued = ContinuedCasework(compiled._queue)
        day = month * DAYS
        log = compiled.run_month(day, day + DAYS, staff, tasks, 1.0)
        if continued is not None:
            assert continued.run_month(day, day + DAYS, staff, tasks, 1.0) == log
            assert continued.busy == compiled.busy
            assert continued.undone == compiled.undone
            assert (continued.waiting, continued.in_service) == (compiled.waiting, compiled.in_service)
