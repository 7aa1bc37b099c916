"""How long the program takes to start and to show a first result, and the memory it needs for it.

Run as a module it runs the program itself and tells the memory needed as the last line of standard
error: a process is asked about itself, as what a parent is told may be its own.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

PEAK = "peak memory in bytes:"


@dataclass(frozen=True, slots=True)
class Finished:
    """A run of the program: wall seconds to its first output and to its end, CPU seconds, and peak memory.

    Memory is in bytes, NaN where the system does not tell it.
    """

    first_output: float
    end: float
    cpu: float
    peak: float


def _environment(kept: Path, *, own_caches: bool) -> dict[str, str]:
    """Return the environment of a program whose Python keeps its bytecode, as it does where it is installed.

    It keeps it in a folder of the benchmark, so that nothing is left where the program stands.
    """
    environment = dict(os.environ) | {"PYTHONUNBUFFERED": "1", "PYTHONPYCACHEPREFIX": str(kept / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if own_caches:
        environment |= {"NUMBA_CACHE_DIR": str(kept), "XDG_CACHE_HOME": str(kept)}
    return environment


def run_program(arguments: list[str], kept: Path, *, own_caches: bool = False) -> Finished:
    """Run the program in a process of its own.

    Parameters
    ----------
    kept
        Folder for Python's bytecode.
    own_caches
        Keep there whatever else is kept between runs, compiled kernels above all, instead of in the
        usual places: then a start with an empty folder is a cold one.

    Raises
    ------
    RuntimeError
        If the program fails.
    """
    environment = _environment(kept, own_caches=own_caches)
    command = [sys.executable, "-m", "trappen.scenarios.bench.program", *arguments]
    before = _processor_time()
    begun = perf_counter()
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment) as process,
    ):
        assert process.stdout is not None
        process.stdout.read(1)
        first = perf_counter() - begun
        process.stdout.read()
        code = process.wait()
        end = perf_counter() - begun
        cpu = _processor_time() - before
        errors.seek(0)
        said = errors.read().decode(errors="replace")
    if code:
        raise RuntimeError(f"trappen {' '.join(arguments)} ended with {code}: {said}")
    peak = next((line for line in reversed(said.splitlines()) if line.startswith(PEAK)), f"{PEAK} nan")
    return Finished(first, end, cpu, float(peak.removeprefix(PEAK)))


def measure_help(kept: Path, runs: int = 5) -> tuple[float, float]:
    """Return wall and CPU seconds of `trappen --help`, medians of some runs after one that does not count."""
    command = [sys.executable, "-m", "trappen", "--help"]
    environment = _environment(kept, own_caches=False)
    walls, busy = [], []
    for _ in range(1 + runs):
        before, begun = _processor_time(), perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
        walls.append(perf_counter() - begun)
        busy.append(_processor_time() - before)
    return median(walls[1:]), median(busy[1:])


def _processor_time() -> float:
    """Return the CPU seconds of all programs this process has started and that have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system


def measure_compare(replicates: int | None, kept: Path, *, own_caches: bool = False) -> Finished:
    """Run `trappen compare` for Herning; without a number of replicates, as many as is usual."""
    with tempfile.TemporaryDirectory() as results:
        arguments = ["compare", "--output", results]
        if replicates is not None:
            arguments += ["--replicates", str(replicates)]
        return run_program(arguments, kept, own_caches=own_caches)


def measure_country(kept: Path, years: int = 20) -> Finished:
    """Run `trappen compare --municipality all`, both policies in all 98 municipalities, one replicate."""
    with tempfile.TemporaryDirectory() as results:
        told = ["--municipality", "all", "--replicates", "1", "--years", str(years), "--output", results]
        return run_program(["compare", *told], kept)


def peak_memory() -> float:
    """Return the most memory this process has held at once, bytes; NaN where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return float(line.split()[1]) * 1024
    except (OSError, StopIteration):
        pass
    try:
        import resource
    except ImportError:
        return float("nan")
    # Outside Linux, the systems that have it tell bytes.
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    import runpy

    sys.argv[0] = "trappen"
    try:
        runpy.run_module("trappen", run_name="__main__")
    finally:
        print(PEAK, peak_memory(), file=sys.stderr)
