"""Many visitors of one dashboard, for long: `uv run python tests/web/visitors.py --minutes 30`.

Each speaks with the server as a browser does, over a websocket of its own, and moves a lever every so often;
what a browser does on the visitor's own machine is not counted. With `--together` all move the same lever by
whole steps, as a class does, so that answers are shared; without, no two ever ask the same. Errors are what a
page would show or a server would log.
"""

import argparse
import json
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlencode

import numpy as np
from websockets.sync.client import connect  # it comes with the server

from trappen.scenarios.files.written import to_link
from trappen.scenarios.scenario import scenario_from

GOLDEN = 0.6180339887498949
STRIP, SHARP, DONE, PROBLEM = "t-strip", r">[^<]*\b20 (gentagelser|replicates)", "t-done", "t-problem"


_numbers = count(1)


def fresh() -> str:
    """Return an id nobody else has, in the form that browsers give."""
    return f"{next(_numbers):08x}-0000-4000-8000-000000000000"


@dataclass
class Waits:
    """What all visitors saw: seconds, and what went wrong."""

    load: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    sharp: list[float] = field(default_factory=list)
    full: list[float] = field(default_factory=list)
    moves: int = 0
    wrong: list[str] = field(default_factory=list)
    bytes_at_load: list[int] = field(default_factory=list)


class Visitor:
    """One page, open until it is closed."""

    def __init__(self, address: str, query: str, waits: Waits) -> None:
        self.waits, self.session = waits, fresh()
        self.levers, self.seen, self.told = "", {}, 0
        begun = monotonic()
        jar = CookieJar()
        urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar)).open(f"{address}?{query}").read()
        place = f"{address.replace('http', 'ws')}jupyter/api/kernels/{fresh()}/channels"
        cookies = "; ".join(f"{one.name}={one.value}" for one in jar)
        self.open = ExitStack()
        self.socket = self.open.enter_context(
            connect(
                f"{place}?session_id={self.session}",
                additional_headers={"Cookie": cookies},
                origin=address.rstrip("/"),
                max_size=None,
            )
        )
        control = fresh()
        self._send("kernel_info_request", {})
        self._send("comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
        told = {"path": f"/?{query}", "dark": False, "themes": {"light": {}, "dark": {}}, "appName": None}
        self._send("comm_msg", {"comm_id": control, "data": {"method": "run", "args": told}})
        self._read(lambda: "first" in self.seen, 120.0)
        waits.load.append(monotonic() - begun)
        waits.bytes_at_load.append(self.told)

    def _send(self, kind: str, content: dict) -> None:
        header = {"msg_id": fresh(), "msg_type": kind, "session": self.session, "username": ""}
        header |= {"version": "5.2", "date": "2026-01-01T00:00:00Z"}
        message = {"header": header, "content": content, "channel": "shell", "buffers": []}
        self.socket.send(json.dumps(message | {"metadata": {}, "parent_header": {}}))

    def _read(self, enough, seconds: float) -> None:
        """Read what the server tells until it is enough or time is up."""
        end = monotonic() + seconds
        while not enough() and (left := end - monotonic()) > 0:
            try:
                message = self.socket.recv(timeout=left)
            except TimeoutError:
                return
            self.told += len(message)
            self._take(json.loads(message))

    def _take(self, message: dict) -> None:
        if message["header"]["msg_type"] == "error":
            self.waits.wrong.append(str(message["content"])[:300])
        content = message.get("content", {})
        state = content.get("data", {}).get("state", {}) if isinstance(content.get("data"), dict) else {}
        if "packed" in state and "values" in state:
            self.levers = content["comm_id"]
        html = state.get("html", "")
        if PROBLEM in html:
            self.waits.wrong.append(re.sub("<[^>]*>", " ", html)[:300])
        if STRIP in html:
            self.seen.setdefault("first", monotonic())
        if re.search(SHARP, html) or DONE in html:
            self.seen.setdefault("sharp", monotonic())
        if DONE in html:
            self.seen.setdefault("full", monotonic())

    def move(self, lever: str, value: float, until: float) -> None:
        """Move a lever, and read until it is time for the next move."""
        self.seen = {}
        begun = monotonic()
        data = {"event": "change", "data": {"id": lever, "value": value}}
        told = {"method": "custom", "content": data}
        self._send("comm_msg", {"comm_id": self.levers, "data": told})
        self._read(lambda: False, until - monotonic())
        self.waits.moves += 1
        for name in ("first", "sharp", "full"):
            getattr(self.waits, name).append(self.seen.get(name, np.inf) - begun)

    def close(self) -> None:
        """Close the page."""
        self.open.close()


def memory_of(process: int) -> float:
    """Return how many megabytes a process has in memory."""
    told = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", told).group(1)) / 1000


def told_of(name: str, values: list[float]) -> str:
    """Return a line on waits; what never came is counted as longer than all."""
    found = np.asarray(values)
    came = np.isfinite(found)
    p50, p95 = (
        f"{x:.2f} s" if np.isfinite(x) else "not in time"
        for x in np.quantile(found, [0.5, 0.95], method="higher")
    )
    most = f"{found[came].max():.2f}" if came.any() else "-"
    return (
        f"{name}: median {p50}, 95 % within {p95}, at most {most} s, {came.mean():.0%} of {len(found)} came"
    )


def main() -> None:
    """Start a dashboard, let visitors in, print what they saw."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--visitors", type=int, default=20)
    told.add_argument("--every", type=float, default=5.0, help="seconds between two moves of a visitor")
    told.add_argument("--minutes", type=float, default=30.0)
    told.add_argument("--children", type=int, default=20_000)
    told.add_argument("--together", action="store_true", help="as a class: the same whole steps")
    asked = told.parse_args()
    world = {"children": asked.children}
    link = to_link(scenario_from("status_quo", **world), scenario_from("omlaegning", **world))
    query = urlencode({"side": "compare", "lang": "da", **link})
    command = [sys.executable, "-m", "trappen", "dashboard", "--port", "0", "--no-browser", "--lang", "da"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    waits, logged = Waits(), []
    try:
        line = server.stderr.readline()
        address = re.search(r"http://\S+", line).group().replace("127.0.0.1", "localhost").rstrip("/") + "/"
        threading.Thread(target=lambda: logged.extend(server.stderr), daemon=True).start()
        first = Visitor(address, query, Waits())  # compiles the kernels, warms the town up
        first._read(lambda: "full" in first.seen, 600.0)
        first.close()
        sleep(1.0)
        before, end = memory_of(server.pid), monotonic() + 60.0 * asked.minutes

        def visit(which: int) -> None:
            sleep(asked.every * which / asked.visitors)
            turn = 0
            try:
                page = Visitor(address, query, waits)
                while monotonic() < end:
                    at = (which + 1 + turn * asked.visitors) * GOLDEN % 1.0
                    value = 12.0 + 28.0 * at
                    value = float(round(value)) if asked.together else round(value, 6)
                    page.move("caseload", value, monotonic() + asked.every)
                    turn += 1
                page.close()
            except Exception as failed:
                waits.wrong.append(f"visitor {which}, move {turn}: {type(failed).__name__}: {failed}")

        threads = [threading.Thread(target=visit, args=(which,)) for which in range(asked.visitors)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            sleep(60.0)
            print(told_of("first, so far", waits.first), f"{len(waits.wrong)} errors", file=sys.stderr)
        after = memory_of(server.pid)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
    print(f"{asked.visitors} visitors, {waits.moves} moves in {asked.minutes:g} minutes")
    for name in ("load", "first", "sharp", "full"):
        print(told_of(name, getattr(waits, name)))
    print(f"told at load: {max(waits.bytes_at_load) / 1000:.0f} kB a visitor at most")
    print(f"memory: {before:.0f} MB before, {after:.0f} MB after")
    wrong = [*waits.wrong, *(line.strip() for line in logged if "Error" in line or "Traceback" in line)]
    print(f"errors: {len(wrong)}")
    for text in [*wrong[:10], *(logged[-60:] if wrong else [])]:
        print(" ", text)


if __name__ == "__main__":
    main()
