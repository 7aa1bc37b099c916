"""SimPy goes on where the compiled queue stands: the same log as if one of them had done it all."""

from hypothesis import given, settings
from hypothesis import strategies as st

from trappen.agents.casework_task import Task
from trappen.model.casework import CompiledCasework
from trappen.model.casework_handover import ContinuedCasework

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
            kind, priority, who = (draw(st.integers(0, most)) for most in (2, 3, 3))
            tasks.append(Task(kind, priority, float(arrival), who, row, work))
            row += 1
        months.append((draw(st.integers(0, 4)), tasks))
    return months


@settings(max_examples=300, deadline=None)
@given(towns(), st.integers(0, 6))
def test_the_log_goes_on_to_the_last_bit(months, changed_at):
    compiled, continued = CompiledCasework(128), None
    for month, (servers, tasks) in enumerate(months):
        if month == min(changed_at, len(months) - 1):
            continued = ContinuedCasework(compiled._queue)
        day = month * DAYS
        log = compiled.run_month(day, day + DAYS, servers, tasks)
        if continued is not None:
            assert continued.run_month(day, day + DAYS, servers, tasks) == log
            assert continued.busy_days == compiled.busy_days
            assert (continued.waiting, continued.in_service) == (compiled.waiting, compiled.in_service)
