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
    """A run of the program: wall seconds to its first output and to its end, and peak memory in bytes.

    Memory is NaN where the system does not tell it.
    """

    first_output: float
    end: float
    peak: float


def run_program(arguments: list[str], cache: Path | None = None) -> Finished:
    """Run the program in a process of its own.

    Parameters
    ----------
    cache
        Folder for compiled code and whatever else is kept between runs, instead of the usual one; an
        empty one makes for a cold start.

    Raises
    ------
    RuntimeError
        If the program fails.
    """
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    if cache is not None:
        environment |= {"NUMBA_CACHE_DIR": str(cache), "XDG_CACHE_HOME": str(cache)}
    command = [sys.executable, "-m", "trappen.scenarios.benchmark_program", *arguments]
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
        errors.seek(0)
        said = errors.read().decode(errors="replace")
    if code:
        raise RuntimeError(f"trappen {' '.join(arguments)} ended with {code}: {said}")
    peak = next((line for line in reversed(said.splitlines()) if line.startswith(PEAK)), f"{PEAK} nan")
    return Finished(first, end, float(peak.removeprefix(PEAK)))


def measure_help(runs: int = 5) -> float:
    """Return the wall seconds of `trappen --help`, the median of some runs."""
    command = [sys.executable, "-m", "trappen", "--help"]
    taken = []
    for _ in range(runs):
        begun = perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(perf_counter() - begun)
    return median(taken)


def measure_compare(replicates: int | None, *, cold: bool = False) -> Finished:
    """Run `trappen compare` for Herning; without a number of replicates, as many as is usual."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["compare", "--output", str(Path(folder) / "results")]
        if replicates is not None:
            arguments += ["--replicates", str(replicates)]
        return run_program(arguments, Path(folder) / "cache" if cold else None)


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
