"""Where the tasks are done: on threads or processes of this machine, or on a Dask cluster.

All three are executors of Python's own `concurrent.futures`, so the driver knows only one way of
giving work and of hearing that a worker died.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from multiprocessing import connection
from typing import Protocol

from trappen.agents.problem import Problem
from trappen.scenarios.studies.program import program_hash

THREADS_AT_MOST = 8
"""Workers up to which threads are used: outside the kernels Python runs one thread at a
time, some hundredths of the work (which the benchmark tells), so more threads would wait for one another."""

WAIT_FOR_WORKERS = 60
"""Seconds a cluster is given to have a worker."""

Work = Callable[..., bytes]


class Engine(Protocol):
    """Something that does tasks."""

    name: str

    def room(self) -> int:
        """Return how many tasks it is to hold at once."""

    def submit(self, body: str) -> "Future[bytes]":
        """Give it a task."""

    def lost(self, error: BaseException) -> str | None:
        """Tell what an error says of the workers: `worker` or `cluster` lost, `task` kills, or None."""

    def restart(self) -> None:
        """Make it usable after a worker was lost."""

    def close(self) -> None:
        """Let go of it; tasks not begun are dropped."""


class Threads:
    """Threads of this process: the kernels run outside the lock that Python holds."""

    name = "threads"

    def __init__(self, workers: int, work: Work) -> None:
        self.workers = workers
        self.stop = threading.Event()
        self._work = partial(work, stop=self.stop.is_set)
        self._pool: Executor = ThreadPoolExecutor(workers)

    def room(self) -> int:
        """Return how many tasks it is to hold: one a thread."""
        return self.workers

    def submit(self, body: str) -> "Future[bytes]":
        """Give it a task."""
        return self._pool.submit(self._work, body)

    def lost(self, error: BaseException) -> str | None:
        """Tell that no thread is lost without its process."""
        return None

    def restart(self) -> None:
        """Leave as it is."""

    def close(self) -> None:
        """Stop the tasks between two replicates and let go of the threads."""
        self.stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)


class Processes:
    """Processes of this machine, that fall alone: a task that takes one down leaves the driver standing."""

    name = "processes"

    def __init__(self, workers: int, work: Work) -> None:
        self.workers = workers
        self._work = work
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # Spawned and not forked: a copy of a process with threads and locks is no good start.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.workers, mp_context=context, initializer=_end_with_parent)

    def room(self) -> int:
        """Return how many tasks it is to hold: one a process, and one to come for each."""
        return 2 * self.workers

    def submit(self, body: str) -> "Future[bytes]":
        """Give it a task."""
        return self._pool.submit(self._work, body)

    def lost(self, error: BaseException) -> str | None:
        """Tell that a worker was lost; all tasks under way fall with it, and which one did it is not said."""
        return "worker" if isinstance(error, BrokenProcessPool) else None

    def restart(self) -> None:
        """Start new processes."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = self._start()

    def close(self) -> None:
        """End the processes at once: what they hold is not kept anyway."""
        processes = list((self._pool._processes or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            with suppress(OSError, ValueError):
                process.kill()


def _end_with_parent() -> None:
    """End this process when its driver ends, even if that is killed, and leave Ctrl-C to the driver."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def watch() -> None:
            connection.wait([parent.sentinel])
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()


class Dask:
    """An existing Dask cluster: its scheduler gives tasks of workers that died to others."""

    name = "dask"

    def __init__(self, address: str, work: Work, *, wait: float = WAIT_FOR_WORKERS) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise Problem("study.no_dask") from None
        self.address = address
        try:
            self._client = Client(address, timeout=wait, set_as_default=False)
        except (OSError, ValueError, TypeError, TimeoutError):
            raise Problem("study.no_scheduler", field="--engine", given=address) from None
        try:
            self._client.wait_for_workers(1, timeout=wait)
        except TimeoutError:
            self._client.close()
            raise Problem("study.no_workers", field="--engine", given=address) from None
        self._check_workers()
        self._work = work
        self._pool = self._client.get_executor(pure=False)

    def _check_workers(self) -> None:
        """Refuse workers that lack the program, or have another version of it, before anything is run."""
        told = self._client.run(_program_there, on_error="return")
        others = {str(answer) for answer in told.values() if answer != program_hash()}
        if others:
            self._client.close()
            raise Problem(
                "study.other_worker", field="--engine", workers=len(told), given=sorted(others)[0][:60]
            )

    def room(self) -> int:
        """Return how many tasks it is to hold: two for each thread of the cluster as it is now."""
        try:
            workers = self._client.scheduler_info(n_workers=-1)["workers"]
        except (KeyError, OSError):
            return 1
        return max(1, 2 * sum(int(worker["nthreads"]) for worker in workers.values()))

    def submit(self, body: str) -> "Future[bytes]":
        """Give it a task."""
        return self._pool.submit(self._work, body)

    def lost(self, error: BaseException) -> str | None:
        """Tell whether a task has killed several workers, or the scheduler itself is gone."""
        from concurrent.futures import CancelledError

        from distributed import KilledWorker
        from distributed.comm import CommClosedError

        if isinstance(error, KilledWorker):
            return "task"
        gone = isinstance(error, CommClosedError | CancelledError | ConnectionError)
        return "cluster" if gone or type(error).__module__.startswith("distributed") else None

    def restart(self) -> None:
        """Leave as it is: the scheduler does it."""

    def close(self) -> None:
        """Let go of the cluster; it drops what this driver had asked for."""
        with suppress(Exception):
            self._pool.shutdown(wait=False, cancel_futures=True)
        with suppress(Exception):
            self._client.close(timeout=5)


def _program_there() -> str:
    return program_hash()


def check_engine(told: str) -> str:
    """Say whether an engine exists: `local`, `threads`, `processes` or `dask:ADDRESS`.

    Raises
    ------
    Problem
        If it does not.
    """
    kind, colon, address = told.partition(":")
    plain = told in ("local", "threads", "processes")
    named = kind == "dask" and bool(colon) and address.startswith(("tcp://", "tls://"))
    if not (plain or (named and address.rpartition("/")[2])):
        raise Problem("study.odd_engine", field="--engine", given=told[:40])
    return told


def cores() -> int:
    """Return how many cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def open_engine(told: str, workers: int | None, work: Work) -> Engine:
    """Return the engine that was asked for.

    Parameters
    ----------
    workers
        Threads or processes; one for each core when None. A cluster has its own.
    work
        Does a task; must be importable by workers.

    Raises
    ------
    Problem
        If there is no such engine, or its cluster cannot be reached.
    """
    check_engine(told)
    number = workers or cores()
    if told.startswith("dask:"):
        return Dask(told.removeprefix("dask:"), work)
    if told == "threads" or (told == "local" and number <= THREADS_AT_MOST):
        return Threads(number, work)
    return Processes(number, work)
