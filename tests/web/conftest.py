"""A dashboard of our own and a real browser to look at it with."""

import os
import re
import shutil
import signal
import subprocess
import sys
from urllib.parse import urlencode

import pytest

from trappen.scenarios.files.written import to_link
from trappen.scenarios.scenario import scenario_from

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SMALL = {"children": 1200, "years": 4, "replicates": 6, "seed": 4}
WORLD = to_link(scenario_from("status_quo", **SMALL), scenario_from("omlaegning", **SMALL))
TIMEOUT = 400_000
"""Milliseconds; a first run on a busy machine compiles the kernels."""


@pytest.fixture(scope="session")
def dashboard():
    """A dashboard of our own, stopped by its process id: the process and its address."""
    command = [sys.executable, "-m", "trappen", "dashboard", "--port", "0", "--no-browser", "--lang", "da"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        line = server.stderr.readline()
        yield server, re.search(r"http://\S+", line).group().replace("127.0.0.1", "localhost")
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


@pytest.fixture(scope="session")
def address(dashboard):
    return dashboard[1]


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("chromium is missing: THE DASHBOARD IS NOT TESTED IN A BROWSER")
    assert CHROMIUM, "chromium is missing: apt-get install chromium"
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as play:
        kind = play.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield kind
        kind.close()


@pytest.fixture
def visit(browser, address):
    """A function that opens a page; afterwards no error was logged and nobody else was asked."""
    said, asked, pages = [], [], []

    def open_(side="compare", lang="da", width=1280, height=900, **more):
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(TIMEOUT)
        page.on("console", lambda told: said.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda told: said.append(str(told)))
        page.on("request", lambda told: asked.append(told.url))
        page.goto(address + "?" + urlencode({"side": side, "lang": lang, **WORLD, **more}))
        page.wait_for_selector("h1")
        pages.append(page)
        return page

    yield open_
    for page in pages:
        page.close()
    assert said == []
    assert [
        url for url in asked if not url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))
    ] == []


@pytest.fixture(scope="session")
def world():
    """The words of a link to a small comparison."""
    return dict(WORLD)


@pytest.fixture
def settled():
    """A function that waits until a page computes no more."""
    return lambda page: page.wait_for_function(
        "document.querySelectorAll('.t-progress:not(.t-done)').length === 0"
    )
