"""How soon a lever's move shows in a real browser: `uv run python tests/web/timed.py`.

Browser and server share the machine's cores, as they do for whoever runs the dashboard at their own desk. A
move is a key pressed on a lever; it is heard when the page greys the figures before; then the row of key
figures is another one, both charts are drawn anew, and all tables stand. Moves begin when nothing is computed
any more, unless `--every` says how many seconds lie between them.
"""

import argparse
import re
import shutil
import signal
import subprocess
import sys
from urllib.parse import urlencode

import numpy as np
from playwright.sync_api import sync_playwright

from trappen.scenarios.files.written import to_link
from trappen.scenarios.scenario import scenario_from

WATCH = """() => {
  const strip = () => document.querySelector('.t-strip').innerText;
  const stale = () => document.querySelector('.t-stale');
  const revs = () => [...document.querySelectorAll('.t-canvas')].map((c) => Number(c.dataset.rev));
  window.found = new Promise((told) => addEventListener('keydown', () => {
    const out = {}, begun = performance.now();
    let before = null, told_before = '';
    const look = () => {
      const now = performance.now() - begun;
      if (!before && stale()) { out.heard = now; before = revs(); told_before = strip(); }
      if (before && out.figures === undefined && strip() !== told_before) { out.figures = now; }
      const drawn = before && revs().every((rev, at) => rev > before[at]);
      if (drawn && out.charts === undefined) { out.charts = now; }
      if (before && !stale()) { out.all = now; }
      if ((out.all && out.charts) || now > 20000) { clearInterval(timer); told(out); }
    };
    const timer = setInterval(look, 4);
  }, { once: true }));
}"""
"""Counts milliseconds from the key until what is told in the module."""

LEVER = ".t-group[open] input[type=range]"
DONE = "document.querySelectorAll('.t-progress.t-done').length === 1"


def main() -> None:
    """Start a dashboard and a browser, move the levers of the first group, print the waits."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--children", type=int, default=20_000)
    told.add_argument("--years", type=int, default=10)
    told.add_argument("--replicates", type=int, default=50)
    told.add_argument("--moves", type=int, default=40)
    told.add_argument("--every", type=float, help="seconds between moves, whether the answer is full or not")
    asked = told.parse_args()
    world = {"children": asked.children, "years": asked.years, "replicates": asked.replicates}
    link = to_link(scenario_from("status_quo", **world), scenario_from("omlaegning", **world))
    command = [sys.executable, "-m", "trappen", "dashboard", "--port", "0", "--no-browser", "--lang", "da"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        address = re.search(r"http://\S+", server.stderr.readline()).group().replace("127.0.0.1", "localhost")
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(600_000)
            page.goto(address + "?" + urlencode({"side": "compare", "lang": "da", **link}))
            page.wait_for_selector(".t-strip")
            page.wait_for_function(DONE)
            waits = {"heard": [], "figures": [], "charts": [], "all": []}
            levers = page.locator(LEVER).all()
            ways = ["ArrowLeft" if float(one.input_value()) > 0.5 else "ArrowRight" for one in levers]
            for move in range(asked.moves):  # in turns, each always the same way: no move leads back
                levers[move % len(levers)].focus()
                page.evaluate(WATCH)
                page.keyboard.press(ways[move % len(levers)])
                found = page.evaluate("window.found")
                for name, kept in waits.items():
                    kept.append(found.get(name, float("inf")))
                if asked.every:
                    page.wait_for_timeout(max(0.0, 1000 * asked.every - max(found.get("charts", 0), 0)))
                else:
                    page.wait_for_function(DONE)
            browser.close()
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
    for name, kept in waits.items():
        p50, p95 = np.quantile(kept, [0.5, 0.95], method="higher")
        most = max(kept)
        print(f"{name}: median {p50:.0f} ms, 95 % within {p95:.0f}, at most {most:.0f}, {len(kept)} moves")
        print(" ", " ".join(f"{x:.0f}" for x in kept))


if __name__ == "__main__":
    main()
