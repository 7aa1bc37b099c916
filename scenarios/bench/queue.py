"""How fast casework runs, compiled against SimPy: on the same tasks, and in a whole municipality's year."""

from time import process_time

DAYS_A_MONTH = 21
SITTING = 1.0


def bench_queue(
    months: int = 36, tasks_a_month: int = 600, caseworkers: int = 30, load: float = 0.9, repeats: int = 5
) -> dict[str, float]:
    """Measure both casework engines on one municipality's tasks and return the figures.

    Parameters
    ----------
    months
        Length of the run.
    tasks_a_month
        Tasks handed in each month, reviews, assessments and follow-ups alike.
    caseworkers
        How many serve them.
    load
        Share of the caseworkers' time that the tasks need on average.
    repeats
        Runs of the compiled engine, of which the quickest counts; SimPy runs once.

    Returns
    -------
    :
        `tasks` finished; `events` (each task arrives, starts and finishes); CPU seconds
        `compiled_seconds` and `simpy_seconds`; `compiled_events_per_second` and
        `simpy_events_per_second`; their `ratio`; `same`, 1 if both logs were equal to the last bit.
    """
    import numpy as np

    from trappen.model.casework import SimPyCasework
    from trappen.model.kernels import desks as compiled
    from trappen.model.kernels import draws
    from trappen.model.kernels.queue import run_month

    mean_work = load * caseworkers * DAYS_A_MONTH / tasks_a_month
    handed_in = []
    for month in range(months):
        row = np.arange(tasks_a_month) + month * tasks_a_month
        luck = draws.uniforms(1, row, month, draws.TASK)
        kind = (luck[:, 0] * 3).astype(np.int64)
        arrival = (month + luck[:, 1]) * DAYS_A_MONTH
        work = np.maximum(-np.log(luck[:, 2]) * mean_work, compiled.LEAST_WORK)
        owner = (luck[:, 3] * caseworkers).astype(np.int64)
        handed_in.append(compiled.Tasks(kind, kind + 1, arrival, row, row, work, owner, arrival))
    room, away = months * tasks_a_month, np.zeros(caseworkers, np.int64)

    def run(one_month, done) -> tuple[float, list[np.ndarray]]:  # type: ignore[no-untyped-def]
        log, begun = [], process_time()
        for month, tasks in enumerate(handed_in):
            first = float(month * DAYS_A_MONTH)
            end = first + DAYS_A_MONTH
            count = one_month(first, end, caseworkers, away, SITTING, tasks, tasks_a_month, done)
            log.append(np.stack([done.row[:count], done.start[:count], done.finish[:count]]))
        return process_time() - begun, log

    def run_compiled() -> tuple[float, list[np.ndarray]]:
        queue = compiled.empty_queue(room, caseworkers)
        return run(lambda *month: run_month(queue, *month), compiled.empty_done(room, caseworkers))

    run_compiled()  # compiles, or loads what is compiled
    compiled_seconds, log = min((run_compiled() for _ in range(repeats)), key=lambda timed: timed[0])
    simpy_seconds, judge = run(SimPyCasework().run_columns, compiled.empty_done(room, caseworkers))
    tasks = sum(part.shape[1] for part in log)
    return {
        "tasks": float(tasks),
        "events": 3.0 * tasks,
        "compiled_seconds": compiled_seconds,
        "simpy_seconds": simpy_seconds,
        "compiled_events_per_second": 3.0 * tasks / compiled_seconds,
        "simpy_events_per_second": 3.0 * tasks / simpy_seconds,
        "ratio": simpy_seconds / compiled_seconds,
        "same": float(all(np.array_equal(a, b) for a, b in zip(log, judge, strict=True))),
    }


def bench_year(repeats: int = 3) -> dict[str, float]:
    """Measure a whole municipality's first year, all its rules, with either casework engine.

    Parameters
    ----------
    repeats
        Years of the compiled engine, of which the quickest counts; SimPy runs once.

    Returns
    -------
    :
        `children`; `tasks` done in the year; CPU seconds `compiled` and `simpy`; `same`, 1 if both gave the
        same yearly tables to the last bit.
    """
    import numpy as np

    from trappen.agents.ledger import Count
    from trappen.model.engine import WARM_UP_YEARS, run_months
    from trappen.model.kernels.world import Meter
    from trappen.scenarios.parameter_sets import codes
    from trappen.scenarios.runner import ready, start, town_at_start
    from trappen.scenarios.scenario import scenario_from

    scenario = scenario_from("status_quo", years=1, replicates=1, uncertainty=False)
    begun = start(scenario, 0)
    posts = float(begun[0].meters[Meter.POSTS_PAID])
    seconds = []
    for _ in range(repeats):
        world, desk, force = ready(scenario, begun)
        before = process_time()
        run_months(world, desk, begun[2], force, codes(scenario.structure), 0)
        seconds.append(process_time() - before)
    town = town_at_start(scenario.model_copy(update={"casework": "simpy"}), 0, begun[2], posts)
    before = process_time()
    town.run(scenario.months)
    simpy = process_time() - before
    counts = world.counts[WARM_UP_YEARS]
    tasks = sum(counts[which] for which in (Count.REVIEWS, Count.ASSESSMENTS, Count.FOLLOW_UPS, Count.VISITS))
    return {
        "children": float(scenario.children),
        "tasks": float(tasks),
        "compiled": min(seconds),
        "simpy": simpy,
        "same": float(np.array_equal(world.counts, town.world.counts)),
    }
