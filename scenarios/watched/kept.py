"""Results kept up to so many bytes, for those who ask the same again."""

import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

LIMIT = Path("/sys/fs/cgroup/memory.max")
"""Where Linux tells a container's memory."""


class Kept:
    """Results kept up to so many bytes; the one that has gone unused longest goes first."""

    def __init__(self, limit: int) -> None:
        self._limit, self._bytes = limit, 0
        self._entries: OrderedDict[Any, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Any) -> Any:
        """Return what is kept, or None."""
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def put(self, key: Any, value: Any, size: int) -> None:
        """Keep something, and let go of what has gone unused longest if there is no room."""
        if size > self._limit // 2:
            return
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = (value, size)
            self._bytes += size
            while self._bytes > self._limit:
                _, (_, gone) = self._entries.popitem(last=False)
                self._bytes -= gone


def memory() -> int:
    """Return the bytes of memory of the machine, or of a container if it has less; 0 if nobody tells."""
    try:
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0
    try:
        limit = LIMIT.read_text(encoding="ascii").strip()
    except OSError:
        return machine
    return min(machine, int(limit)) if limit.isdigit() else machine
