"""What stands between the network and the dashboard: hosts, origins, assets and messages it lets through.

Everything else is refused. Pages are sent with a content security policy under which a browser asks no
other machine for anything.
"""

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_MESSAGE = 8_000_000
"""Bytes of one message from the browser: an upload of 5 MB, written as text."""

REFUSED_MESSAGES = ("create_widget", "update_ref")
"""What a page of ours never asks for: making objects on the server by the name of their class."""

_ASSETS = "/_solara/cdn/"
_CLOSED = re.compile(r"/(resourcez|_solara/api/evict)")
_VIEWPORT = re.compile(rb'<meta name="viewport"[^>]*>')
_OUR_VIEWPORT = b'<meta name="viewport" content="width=device-width, initial-scale=1">'
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' {sockets}; worker-src blob:; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
)
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


def served(folder: Path) -> frozenset[str]:
    """Return the assets that ship with the program, as they are asked for."""
    return frozenset(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


class Guard:
    """An ASGI application around the dashboard.

    Parameters
    ----------
    app
        The dashboard.
    hosts
        Names (with or without port) under which it may be asked for; none other is answered.
    assets
        Paths below the asset address that are answered.
    lang
        Language of the page before its own code runs.
    lost
        Page for an address at which there is none.
    """

    def __init__(self, app: App, hosts: frozenset[str], assets: frozenset[str], lang: str, lost: str) -> None:
        self._app, self._hosts, self._assets = app, hosts, assets
        self._lang, self._lost = lang.encode(), lost.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse, or pass on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {key.lower(): value.decode("latin-1") for key, value in scope.get("headers", [])}
        host = headers.get(b"host", "")
        if not self._is_ours(host):
            await _refuse(scope, send, 421)
        elif scope["type"] == "websocket":
            origin = headers.get(b"origin", "")
            if origin.partition("://")[2] != host:
                await _refuse(scope, send, 403)
            else:
                await self._app(scope, self._listening(receive), send)
        elif self._is_closed(scope):
            await _refuse(scope, send, 404)
        else:
            await self._app(scope, receive, self._answering(scope, send, host))

    def _is_ours(self, host: str) -> bool:
        return host in self._hosts or re.sub(r":\d+$", "", host) in self._hosts

    def _is_closed(self, scope: Scope) -> bool:
        path = scope["path"]
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return True
        if scope["method"] == "POST" and not path.startswith("/_solara/api/close/"):
            return True
        at = path.find(_ASSETS)
        if at >= 0:
            return path[at + len(_ASSETS) :] not in self._assets
        return bool(_CLOSED.search(path))

    def _listening(self, receive: Receive) -> Receive:
        async def listen() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive" or _is_harmless(message):
                    return message

        return listen

    def _answering(self, scope: Scope, send: Send, host: str) -> Send:
        page: list[bytes] = []
        begun: list[Message] = []

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 404:
                # The server underneath names itself, in English, to whoever mistypes an address.
                page.append(self._lost)
                told = {**message, "headers": [(b"content-type", b"text/html; charset=utf-8")]}
                begun.append(self._with_headers(told, host, scope))
            elif message["type"] == "http.response.start":
                fixed = self._with_headers(message, host, scope)
                if _is_html(message):
                    begun.append(fixed)
                else:
                    await send(fixed)
            elif begun:
                if begun[0]["status"] != 404:
                    page.append(message.get("body", b""))
                if not message.get("more_body"):
                    body = self._mended(b"".join(page))
                    head = begun[0]
                    length = (b"content-length", str(len(body)).encode())
                    head["headers"] = [
                        pair for pair in head["headers"] if pair[0].lower() != b"content-length"
                    ] + [length]
                    await send(head)
                    await send({"type": "http.response.body", "body": body})
            else:
                await send(message)

        # The page is mended as plain text, so it must not come compressed.
        if "/static/" not in scope["path"] and _ASSETS not in scope["path"]:
            scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != b"accept-encoding"]
        return answer

    def _with_headers(self, message: Message, host: str, scope: Scope) -> Message:
        secure = scope.get("scheme") == "https"
        sockets = f"{'wss' if secure else 'ws'}://{host}"
        policy = (b"content-security-policy", _POLICY.format(sockets=sockets).encode("latin-1"))
        ours = {key for key, _ in _HEADERS} | {b"server"}
        kept = [pair for pair in message.get("headers", []) if pair[0].lower() not in ours]
        return {**message, "headers": [*kept, *_HEADERS, policy]}

    def _mended(self, page: bytes) -> bytes:
        """Give the page its language, and let readers enlarge it."""
        page = page.replace(b"<html>", b'<html lang="' + self._lang + b'">', 1)
        return _VIEWPORT.sub(_OUR_VIEWPORT, page, count=1)


def _is_html(message: Message) -> bool:
    kinds = [value for key, value in message.get("headers", []) if key.lower() == b"content-type"]
    coded = any(key.lower() == b"content-encoding" for key, _ in message.get("headers", []))
    return bool(kinds) and kinds[0].startswith(b"text/html") and not coded


def _is_harmless(message: Message) -> bool:
    """Tell whether a message is one that our own pages send; what cannot be read is not let through."""
    content = message.get("text")
    raw = message.get("bytes")
    size = len(content) if content is not None else len(raw or b"")
    if size > LARGEST_MESSAGE:
        return False
    text = content if content is not None else (raw or b"").decode("utf-8", "replace")
    if not any(word in text for word in (*REFUSED_MESSAGES, "\\u")):
        return True
    if content is None:  # binary frames carry buffers; ours carry no such word
        return not any(word in text for word in REFUSED_MESSAGES)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return not _names(told)


def _names(told: Any, depth: int = 0) -> bool:
    """Tell whether a refused message stands anywhere in what was sent, as a key."""
    if depth > 60:
        return True
    if isinstance(told, dict):
        return any(key in REFUSED_MESSAGES or _names(value, depth + 1) for key, value in told.items())
    return isinstance(told, list) and any(_names(value, depth + 1) for value in told)


async def _refuse(scope: Scope, send: Send, status: int) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]}
    )
    await send({"type": "http.response.body", "body": b""})
