"""The benchmark: speed, start-up and memory on this machine, each beside a peer of the same run or a goal."""

import math
import os
import platform
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from trappen.scenarios.bench import PARTS
from trappen.scenarios.bench import life as benchmark_life
from trappen.scenarios.bench import program as benchmark_program
from trappen.scenarios.bench import studies as benchmark_studies
from trappen.scenarios.bench import visitors as benchmark_visitors
from trappen.scenarios.bench import whole as benchmark_whole
from trappen.scenarios.bench.queue import bench_queue, bench_year

SMALL, LARGE = 20_000, 200_000
GROWN = 100_000
CHILDREN_IN_DENMARK = 1_150_000
REPLICATES, QUICK_REPLICATES = 60, 12
"""Paired replicates from which the gain of pairing is told: twelve give anything from 3 to 13 where sixty
give 8, so the quick way holds its figure against no goal.
"""

GROUPS = ("life", "draws", "queue", "whole", "growth", "program", "country", "pairing", "studies", "visitors")
"""Parts of the benchmark in the order they are shown."""

PACKAGES = ("numba", "numpy", "mesa", "simpy")
GOAL_SOURCE = "engine goals of the project"
Say = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure is to reach: at least, or at most, a limit."""

    limit: float
    at_least: bool

    def reached(self, value: float) -> bool:
        """Return whether a figure reaches it."""
        return value >= self.limit if self.at_least else value <= self.limit


GOALS = {
    "life_over_mesa": Goal(500, True),
    "life_over_numpy": Goal(12, True),
    "at_risk_over_draws": Goal(10, False),
    "whole_over_draws": Goal(10, False),
    "queue_over_simpy": Goal(50, True),
    "herning_100": Goal(6, False),
    "denmark": Goal(6, False),
    "country_end": Goal(6, False),
    "country_memory": Goal(1.5e9, False),
    "growth_time": Goal(1.15, False),
    "growth_memory": Goal(1.15, False),
    "help": Goal(0.2, False),
    "compare_few": Goal(4, False),
    "compare_usual": Goal(4, False),
    "compare_cold": Goal(30, False),
    "unpaired_over_paired": Goal(10, True),
    "study_kernels": Goal(0.9, True),
    "study_growth": Goal(1.15, False),
    "visitors_first": Goal(1.0, False),
    "beside_long_first": Goal(1.0, False),
}
"""Goals by row; seconds where the row is in seconds. Rows without one are there to be read beside others."""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of the benchmark.

    Attributes
    ----------
    group
        Which part of the benchmark it belongs to.
    row
        What it is: a key of the texts, and of `GOALS`.
    value
        The figure in its unit: `per_second`, `s`, `ns`, `bytes`, `times`, `sd`, `children`; NaN where this
        system does not tell it.
    about
        What the text of the row speaks of, such as the number of children.
    """

    group: str
    row: str
    value: float
    unit: str
    about: Mapping[str, float] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """Return it as plain data with its goal, its kind of goal, and whether it is reached."""
        goal = GOALS.get(self.row)
        known = math.isfinite(self.value)
        return asdict(self) | {
            "value": self.value if known else None,
            "goal": None if goal is None else goal.limit,
            "goal_is": None if goal is None else "at_least" if goal.at_least else "at_most",
            "reached": goal.reached(self.value) if goal is not None and known else None,
        }


def _program(quick: bool) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder)
        wall, busy = benchmark_program.measure_help(kept)
        yield Row("program", "help", wall, "s")
        yield Row("program", "help_cpu", busy, "s")
        # In an empty folder of its own the first run is cold. The quick way uses the compiled kernels that
        # are there already, and its first run, as short as can be, only makes sure of them.
        first = benchmark_program.measure_compare(1 if quick else 2, kept, own_caches=not quick)
        if not quick:
            yield from _compare("compare_cold", first, 2)
        yield from _compare(
            "compare_few", benchmark_program.measure_compare(2, kept, own_caches=not quick), 2
        )
        if not quick:
            usual = benchmark_program.measure_compare(None, kept, own_caches=True)
            yield from _compare("compare_usual", usual, 50)


def _compare(row: str, run: benchmark_program.Finished, replicates: int) -> Iterator[Row]:
    about = {"replicates": replicates}
    yield Row("program", row, run.first_output, "s", about)
    yield Row("program", f"{row}_cpu", run.cpu, "s", about)
    yield Row("program", f"{row}_memory", run.peak, "bytes", about)


def _country() -> Iterator[Row]:
    """Give what all 98 municipalities over 20 years cost under both policies, in one command."""
    with tempfile.TemporaryDirectory() as folder:
        run = benchmark_program.measure_country(Path(folder))
    yield Row("country", "country_end", run.end, "s")
    yield Row("country", "country_cpu", run.cpu, "s")
    yield Row("country", "country_memory", run.peak, "bytes")


def _life(children: int, mesa_months: int) -> Iterator[Row]:
    found = benchmark_life.measure_life(children, mesa_months)
    about = {"children": children, "mesa_months": mesa_months}
    for name in ("engine", "numpy", "mesa"):
        yield Row("life", f"life_{name}", found[name], "per_second", about)
    yield Row("life", "life_over_mesa", found["engine"] / found["mesa"], "times", about)
    yield Row("life", "life_over_numpy", found["engine"] / found["numpy"], "times", about)
    yield Row("life", "life_apart", found["apart"], "sd", about)
    yield Row("life", "life_unlike", found["unlike"], "children", about)
    yield Row("life", "mesa_create", found["mesa_create"], "ns", about)


def _draws_and_whole(replicates: int, large: int) -> Iterator[Row]:
    known = benchmark_life.measure_at_risk()
    yield Row("draws", "at_risk_month", known["month"], "ns")
    yield Row("draws", "at_risk_draws", known["draws"], "ns")
    yield Row("draws", "at_risk_over_draws", known["month"] / known["draws"], "times")
    one = benchmark_whole.measure_replicate()
    whole = one["seconds"] / one["at_risk_months"] * 1e9
    yield Row("draws", "whole_month", whole, "ns")
    yield Row("draws", "whole_draws", known["block"], "ns")
    yield Row("draws", "whole_over_draws", whole / known["block"], "times")
    about = {"children": one["children"], "replicates": replicates}
    yield Row("whole", "replicate_cpu", one["seconds"], "s", about)
    yield Row("whole", "whole_speed", one["child_months"] / one["seconds"], "per_second", about)
    paired = benchmark_whole.measure_pairing(replicates, uncertainty=False)
    yield Row("whole", "replicate_wall", paired["seconds"], "s", about)
    yield Row("whole", "replicate_busy", paired["cpu"], "s", about)
    yield Row("whole", "herning_50", 50 * paired["seconds"] + paired["outputs"], "s", about)
    yield Row("whole", "herning_100", 100 * paired["seconds"] + paired["outputs"], "s", about)
    yield from _growth(one, paired["seconds"], large)
    rough = "" if replicates == REPLICATES else "_rough"
    yield Row("pairing", f"unpaired_over_paired{rough}", paired["saved"], "times", about)


def _growth(one: dict[str, float], wall: float, replicates: int) -> Iterator[Row]:
    """Give what a municipality several times as large costs, beside the one already measured."""
    large = benchmark_whole.measure_replicate(replicates, children=GROWN)
    about = {"children": GROWN, "base": one["children"]}
    yield Row("growth", "large_cpu", large["seconds"], "s", about)
    a_child_month = [found["seconds"] / found["child_months"] for found in (one, large)]
    yield Row("growth", "growth_time", a_child_month[1] / a_child_month[0], "times", about)
    held = [
        benchmark_whole.bytes_held(benchmark_whole.pair(**told)[0]) / children
        for told, children in (({}, one["children"]), ({"children": GROWN}, GROWN))
    ]
    yield Row("growth", "bytes_a_child", held[1], "bytes", about)
    yield Row("growth", "growth_memory", held[1] / held[0], "times", about)
    # Denmark is municipalities like the first, so it is projected from that one on both threads.
    yield Row("growth", "denmark", wall / one["children"] * CHILDREN_IN_DENMARK, "s", about)


def _queue() -> Iterator[Row]:
    found = bench_queue()
    yield Row("queue", "queue_compiled", found["compiled_events_per_second"], "per_second")
    yield Row("queue", "queue_simpy", found["simpy_events_per_second"], "per_second")
    yield Row("queue", "queue_over_simpy", found["ratio"], "times")
    year = bench_year()
    about = {"children": year["children"], "tasks": year["tasks"]}
    yield Row("queue", "year_compiled", year["compiled"], "s", about)
    yield Row("queue", "year_simpy", year["simpy"], "s", about)


def _studies(quick: bool) -> Iterator[Row]:
    found = benchmark_studies.measure_studies(quick)
    for tasks, seconds in found["threads"].items():
        yield Row("studies", "study_threads", seconds, "s", {"tasks": tasks})
    for engine in ("processes", "dask"):
        yield Row("studies", f"study_{engine}", found[engine], "s", {"tasks": found["few"]})
    # Starting up weighs on the few tasks of the quick way, which is held against no goal for it.
    rough = "_rough" if quick else ""
    grown = {"tasks": found["few"], "many": found["many"]}
    yield Row("studies", f"study_growth{rough}", found["growth"], "times", grown)
    yield Row("studies", "study_growth_processor", found["growth_processor"], "times", grown)
    yield from _of_kernels(found)
    yield Row("studies", "study_index", found["index"], "bytes", {"tasks": found["many"]})


def _of_kernels(found: Mapping[str, float]) -> Iterator[Row]:
    yield Row("studies", "study_kernels", found["share"], "times", {"runs": found["runs"]})
    yield Row("studies", "study_run", found["seconds"], "s")
    yield Row("studies", "study_bytes", found["bytes"], "bytes", {"runs": found["runs_per_task"]})


def _long_study() -> Iterator[Row]:
    yield from _of_kernels(benchmark_studies.kernel_share(benchmark_studies.LONG))


def _visitors(quick: bool) -> Iterator[Row]:
    """Give what twenty visitors of the dashboard wait for, in Herning and in a small town."""
    small = {"children": benchmark_visitors.CLASS_CHILDREN}
    paces = (benchmark_visitors.EVERY, benchmark_visitors.CLASS_EVERY)
    for told in ({}, small):  # without a size it is the municipality the page opens on
        page = benchmark_visitors.open_page(**told)
        about: dict[str, float] = {"visitors": benchmark_visitors.VISITORS, "children": page.a.children}
        alone = benchmark_visitors.measure_visitors(page, visitors=1)
        yield Row("visitors", "visitor_alone", float(np.median(alone.first)), "s", about)
        for every in paces:
            found = benchmark_visitors.measure_visitors(page, every, changes=2 if quick else 4)
            about = about | {"every": every}
            yield Row("visitors", "visitors_answered", float(np.mean(~np.isnan(found.first))), "times", about)
            yield Row("visitors", "visitors_median", benchmark_visitors.high(found.first, 0.5), "s", about)
            yield Row("visitors", "visitors_first", benchmark_visitors.high(found.first), "s", about)
        burst = benchmark_visitors.measure_burst(page)
        yield Row("visitors", "burst_first", max(burst.first), "s", about)
        if not told:
            beside = benchmark_visitors.measure_beside_long(page)
            long = {
                "children": benchmark_visitors.LONG_CHILDREN,
                "replicates": benchmark_visitors.LONG_REPLICATES,
            }
            yield Row("visitors", "beside_long_first", max(beside.first), "s", long)


def _pairing() -> Iterator[Row]:
    paired = benchmark_whole.measure_pairing(REPLICATES)
    yield Row("pairing", "unpaired_over_paired_sets", paired["saved"], "times", {"replicates": REPLICATES})


LEFT_OUT = ("pairing", "country")
"""What the quick way has no time for."""


def _parts(quick: bool) -> dict[str, Callable[[], Iterator[Row]]]:
    """Return what is measured, by name."""

    def life() -> Iterator[Row]:
        yield from _life(SMALL, 6 if quick else 12)
        if not quick:
            yield from _life(LARGE, 3)

    # Programs are started first, while this process has nothing in memory that crowds them.
    made: dict[str, Callable[[], Iterator[Row]]] = {
        "program": lambda: _program(quick),
        "life": life,
        "queue": _queue,
        "studies": lambda: _studies(quick),
        "visitors": lambda: _visitors(quick),
        "whole": lambda: _draws_and_whole(*((QUICK_REPLICATES, 1) if quick else (REPLICATES, 3))),
        "pairing": _pairing,
        "country": _country,
        "long_study": _long_study,
    }
    return made


def measure_all(quick: bool = False, say: Say | None = None, *, only: str | None = None) -> dict[str, Any]:
    """Measure everything in one run and return it as plain data.

    Figures of one thread are processor time, those of two threads and of whole programs the clock on
    the wall. Ratios are between figures of this run.

    Parameters
    ----------
    quick
        Leave out the large population, the cold start, the usual comparison, the whole country and the
        pairing under uncertain parameters.
    say
        Told of progress: what, done, of how many.
    only
        One of `PARTS` or `BY_NAME`: measure it and nothing else.

    Returns
    -------
    :
        `machine`; `quick`; `goal_source`; `rows`, each with group, row, value, unit, about, goal, goal_is
        (`at_least` or `at_most`) and reached.
    """
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else math.nan
    parts = _parts(quick)
    wanted = [only] if only else [name for name in PARTS if not (quick and name in LEFT_OUT)]
    rows: list[Row] = []
    for done, name in enumerate(wanted):
        if say is not None:
            say("bench", done, len(wanted))
        rows += parts[name]()
    if say is not None:
        say("bench", len(wanted), len(wanted))
    rows.sort(key=lambda row: GROUPS.index(row.group))
    return {
        "machine": {
            "system": f"{platform.system()} {platform.machine()}",
            "cores": os.cpu_count() or 0,
            "load": load if math.isfinite(load) else None,
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
        "quick": quick,
        "goal_source": GOAL_SOURCE,
        "rows": [row.told() for row in rows],
    }
