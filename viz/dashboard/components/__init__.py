"""The few parts of a page that are our own: each a small Vue 2 template with native, named controls."""

from collections.abc import Callable
from typing import Any

import solara

Event = Callable[[dict[str, Any]], None]


@solara.component_vue("frame.vue")
def Frame(
    *,
    lang: str,
    title: str,
    query: str,
    page: str,
    pages: list[dict[str, str]],
    languages: list[dict[str, str]],
    words: dict[str, str],
    event_go: Event,
    event_speak: Event,
    event_restore: Event,
) -> None:
    """The head of every page: skip link, pages, languages; keeps address, title and language in step."""


@solara.component_vue("controls.vue")
def Controls(*, label: str, fields: list[dict[str, Any]], event_change: Event, event_press: Event) -> None:
    """A row of native controls: choices, numbers, texts, switches and buttons."""


@solara.component_vue("levers.vue")
def Levers(
    *,
    groups: list[dict[str, Any]],
    values: dict[str, float],
    on: list[str],
    words: dict[str, str],
    event_change: Event,
    event_turn: Event,
) -> None:
    """The levers and programmes in groups, each with today's value, explanation and evidence."""


@solara.component_vue("markup.vue")
def Markup(*, html: str, live: bool = False, event_pick: Event | None = None) -> None:
    """Markup made and escaped on the server; what bears `data-pick` can be chosen."""


@solara.component_vue("chart.vue")
def Chart(
    *,
    option: dict[str, Any],
    title: str,
    about: str,
    table: str,
    words: dict[str, str],
    height: int = 320,
    event_pick: Event | None = None,
) -> None:
    """A chart with its title, what it says in words, and the table behind it."""


@solara.component_vue("upload.vue")
def Upload(*, label: str, accept: str, limit: int, words: dict[str, str], event_sent: Event) -> None:
    """A native choice of a file, read in the browser and refused there if it is too large."""


@solara.component_vue("download.vue")
def Download(*, files: list[dict[str, str]], event_ask: Event, ready: dict[str, str] | None = None) -> None:
    """Buttons that fetch a file made on the server when it is asked for."""


@solara.component_vue("stairs.vue")
def Stairs(*, frames: dict[str, Any], words: dict[str, str], month: int, event_pick: Event) -> None:
    """The staircase with children standing on it, played month by month."""
