"""Threads that compute, behind everything else that wants the processor."""

import os
import sys
import threading

BEHIND = 10
"""Niceness of a thread that computes: with it, about a tenth of a core that somebody else wants as well."""


def yield_the_processor() -> None:
    """Let this thread alone have the processor when others do not want it.

    Only where threads have a niceness of their own, which is on Linux; elsewhere nothing changes, and answers
    come as they do, a little later where a browser shares the machine. No number depends on it.
    """
    if sys.platform == "linux":
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BEHIND)
        except OSError:  # not allowed here
            return
