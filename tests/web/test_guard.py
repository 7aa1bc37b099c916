"""The guard lets through what the dashboard needs, and nothing else."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from trappen.viz.dashboard.guard import Guard
from trappen.viz.dashboard.serve import ASSETS, lost_page, served

HOSTS = frozenset({"localhost", "trappen.example.dk"})


def in_a_loop_of_its_own(work):
    """Run it in a thread: the browser tests of the same process keep a loop going in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


async def _page(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    body = b'<html><meta name="viewport" content="user-scalable=no"></html>'
    await send({"type": "http.response.body", "body": body})


async def _no_page(scope, receive, send):
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"28")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"Page not found by the router"})


def ask(path, host="localhost:8765", method="GET", app=_page):
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b""}

    scope = {"type": "http", "path": path, "method": method, "headers": [(b"host", host.encode())]}
    in_a_loop_of_its_own(Guard(app, HOSTS, served(ASSETS), "da", lost_page("da"))(scope, receive, send))
    return sent


@pytest.mark.parametrize(
    ("path", "host", "method", "status"),
    [
        ("/", "localhost:8765", "GET", 200),
        ("/", "trappen.example.dk", "GET", 200),
        ("/", "evil.example", "GET", 421),
        ("/", "", "GET", 421),
        ("/", "localhost.evil.example", "GET", 421),
        ("/resourcez", "localhost", "GET", 404),
        ("/_solara/cdn/echarts@5.4.0/dist/echarts.min.js", "localhost", "GET", 200),
        ("/_solara/cdn/left-pad@1.3.0/index.js", "localhost", "GET", 404),
        ("/_solara/cdn/../serve.py", "localhost", "GET", 404),
        ("/trappen/_solara/cdn/left-pad@1.3.0", "localhost", "GET", 404),
        ("/", "localhost", "PUT", 404),
        ("/anything", "localhost", "POST", 404),
        ("/_solara/api/close/1", "localhost", "POST", 200),
        ("/_solara/api/evict/1", "localhost", "POST", 404),
    ],
)
def test_what_is_answered(path, host, method, status):
    assert ask(path, host, method)[0]["status"] == status


def test_a_page_has_its_language_its_policy_and_can_be_enlarged():
    start, body = ask("/")
    headers = dict(start["headers"])
    policy = headers[b"content-security-policy"].decode()
    assert b'<html lang="da">' in body["body"]
    assert b"user-scalable" not in body["body"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert headers[b"x-content-type-options"] == b"nosniff"


def test_an_address_without_a_page_gets_a_sentence_and_the_way_back():
    start, body = ask("/budget", app=_no_page)
    headers = dict(start["headers"])
    assert start["status"] == 404
    assert int(headers[b"content-length"]) == len(body["body"])
    assert b"content-security-policy" in headers
    text = body["body"].decode()
    assert "router" not in text
    assert '<html lang="da">' in text
    assert "Der er ingen side på denne adresse." in text
    assert 'href="/?lang=da"' in text
    assert 'href="/trappen/?lang=en"' in lost_page("en", "/trappen")


def listen(content, origin="http://localhost:8765"):
    heard = []

    async def app(scope, receive, send):
        while (message := await receive())["type"] == "websocket.receive":
            heard.append(message)

    messages = [{"type": "websocket.receive", **content}, {"type": "websocket.disconnect"}]

    async def receive():
        return messages.pop(0)

    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "websocket",
        "path": "/jupyter/api/kernels/1/channels",
        "headers": [(b"host", b"localhost:8765"), (b"origin", origin.encode())],
    }
    in_a_loop_of_its_own(Guard(app, HOSTS, frozenset(), "da", lost_page("da"))(scope, receive, send))
    return heard, sent


def message(content):
    return json.dumps({"content": {"data": {"method": "custom", "content": content}}})


@pytest.mark.parametrize(
    ("content", "through"),
    [
        ({"event": "change", "data": {"id": "caseload", "value": 20}}, True),
        ({"event": "change", "data": {"id": "name", "value": "create_widget"}}, True),
        ({"create_widget": ["this", "x"], "props": {}, "id": "1"}, False),
        ({"update_ref": {}, "id": "1", "prop": "x"}, False),
    ],
)
def test_messages_that_make_objects_are_dropped(content, through):
    assert bool(listen({"text": message(content)})[0]) is through


def test_a_refused_message_cannot_hide_behind_escapes():
    hidden = message({"create_widget": ["this", "x"]}).replace("create", "\\u0063reate")
    assert "create_widget" not in hidden
    assert not listen({"text": hidden})[0]
    assert not listen({"bytes": b'{"create_widget": 1}'})[0]


@pytest.mark.parametrize("origin", ["http://evil.example", "", "null", "http://localhost:9999"])
def test_another_origin_gets_no_connection(origin):
    heard, sent = listen({"text": "{}"}, origin)
    assert not heard
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_assets_are_few_small_and_licensed():
    files = [path for path in ASSETS.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 6_000_000
    assert (ASSETS / "LICENSES.txt").is_file()
