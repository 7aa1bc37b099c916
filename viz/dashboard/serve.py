"""The dashboard's server: set up to need no network, then started behind its guard."""

import logging
import os
import secrets
import socket
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from trappen.agents.problem import Problem
from trappen.viz.dashboard.guard import LARGEST_MESSAGE, Guard, served
from trappen.viz.markup import heading, paragraph, tag, words
from trappen.viz.wording import say

ASSETS = Path(__file__).parent / "assets"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
LANGUAGE = "TRAPPEN_DASHBOARD_LANG"

_SETTINGS = {
    "SOLARA_APP": "trappen.viz.dashboard.app",
    "SOLARA_MODE": "production",
    "SOLARA_ASSETS_PROXY": "true",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_SESSION_HTTP_ONLY": "true",
    "SOLARA_KERNEL_CULL_TIMEOUT": "2m",
    "SOLARA_KERNEL_MAX_PER_SESSION": "10",
}


def settings(lang: str) -> dict[str, str]:
    """Return the environment the server runs in: own assets, no telemetry, nothing of its maker's pages."""
    return _SETTINGS | {
        "SOLARA_ASSETS_PROXY_CACHE_DIR": str(ASSETS),
        "SOLARA_ASSETS_CDN": "http://127.0.0.1:9/",  # never asked: what is not packaged is refused before
        "SOLARA_SESSION_SECRET_KEY": secrets.token_urlsafe(32),
        "SOLARA_THEME_TITLE": say("dashboard.title", lang),
        "SOLARA_HOME": tempfile.mkdtemp(prefix="trappen-dashboard-"),
        LANGUAGE: lang,
    }


def lost_page(lang: str, root: str = "") -> str:
    """Return what stands at an address of ours where there is no page: a sentence, and a way back."""
    title = say("dashboard.title", lang)
    way = tag("a", words(say("dashboard.lost_way", lang)), href=f"{root}/?lang={lang}")
    body = tag("main", heading(1, title), paragraph(say("dashboard.lost", lang)), tag("p", way))
    head = tag("head", '<meta charset="utf-8"><meta name="viewport" content="">', tag("title", words(title)))
    return "<!DOCTYPE html>" + tag(
        "html", head, tag("body", body, style="font-family: sans-serif; margin: 2rem")
    )


def application(lang: str = "da", hosts: Iterable[str] = LOOPBACK, root: str = "") -> Guard:
    """Return the guarded dashboard as an ASGI application.

    Parameters
    ----------
    lang
        Language of a page that does not say otherwise.
    hosts
        Names under which it may be asked for.
    root
        Path under which a proxy shows the dashboard.
    """
    os.environ.update(settings(lang))
    logging.getLogger("solara").setLevel(logging.ERROR)
    from solara.server.starlette import app

    return Guard(app, frozenset(hosts), served(ASSETS), lang, lost_page(lang, root))


def listening(host: str, port: int) -> socket.socket:
    """Return the socket the server listens on.

    Raises
    ------
    Problem
        If the port is taken, or there is no such address here.
    """
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    here = socket.socket(kind, socket.SOCK_STREAM)
    here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        here.bind((host, port))
    except (OSError, OverflowError):
        here.close()
        raise Problem("dashboard.no_address", host=host, port=port) from None
    here.listen(128)
    return here


def serve(here: socket.socket, lang: str, hosts: Iterable[str], root: str = "") -> None:
    """Serve until interrupted.

    Parameters
    ----------
    root
        Path under which a proxy shows the dashboard.
    """
    import uvicorn

    if root:
        os.environ["SOLARA_ROOT_PATH"] = root
    config: dict[str, Any] = {
        "access_log": False,
        "log_level": "error",
        "ws_max_size": LARGEST_MESSAGE,
        "server_header": False,
        "timeout_graceful_shutdown": 2,
        "loop": "asyncio",
    }
    uvicorn.Server(uvicorn.Config(application(lang, hosts, root), **config)).run(sockets=[here])
