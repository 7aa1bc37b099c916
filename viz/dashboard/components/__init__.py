"""The few parts of a page that are our own: each a small Vue 2 template with native, named controls."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

import solara

Event = Callable[[dict[str, Any]], None]

went_wrong = solara.reactive(False)
"""Whether what a visitor did last could not be done; the page then says so in a sentence. One a visitor."""


def guarded(event: Event) -> Event:
    """Return an event whose failure is told on the page: the server's log is nothing a visitor can read."""

    def run(told: dict[str, Any]) -> None:
        went_wrong.value = False
        try:
            event(told)
        except Exception:
            logging.getLogger("trappen").exception("an event failed")
            went_wrong.value = True

    return run


def _part(file: str) -> Callable[[Callable[..., None]], Callable[..., Any]]:
    """Make a component of a Vue file, with every event guarded."""

    def made(function: Callable[..., None]) -> Callable[..., Any]:
        component = solara.component_vue(file)(function)

        @wraps(function)
        def element(**told: Any) -> Any:
            events = {
                name: guarded(event)
                for name, event in told.items()
                if name.startswith("event_") and event is not None
            }
            return component(**told | events)

        return element

    return made


@_part("frame.vue")
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


@_part("controls.vue")
def Controls(*, label: str, fields: list[dict[str, Any]], event_change: Event, event_press: Event) -> None:
    """A row of native controls: choices, numbers, texts, switches and buttons."""


@_part("levers.vue")
def Levers(
    *,
    packed: str,
    values: dict[str, float],
    on: list[str],
    words: dict[str, str],
    event_change: Event,
    event_turn: Event,
) -> None:
    """The levers and programmes in groups, each with today's value, explanation and evidence.

    `packed` holds the groups, a list, as JSON: at every event all that is not text is searched through and
    compared.
    """


@_part("markup.vue")
def Markup(*, html: str, live: bool = False, event_pick: Event | None = None) -> None:
    """Markup made and escaped on the server; what bears `data-pick` can be chosen."""


@_part("chart.vue")
def Chart(
    *,
    option: str,
    title: str,
    about: str,
    table: str,
    words: dict[str, str],
    height: int = 320,
    event_pick: Event | None = None,
) -> None:
    """A chart with its title, what it says in words, and the table behind it; its options as JSON."""


@_part("upload.vue")
def Upload(*, label: str, accept: str, limit: int, words: dict[str, str], event_sent: Event) -> None:
    """A native choice of a file, read in the browser and refused there if it is too large."""


@_part("download.vue")
def Download(*, files: list[dict[str, str]], event_ask: Event, ready: dict[str, str] | None = None) -> None:
    """Buttons that fetch a file made on the server when it is asked for."""


@_part("stairs.vue")
def Stairs(*, packed: str, words: dict[str, str], month: int, event_pick: Event) -> None:
    """The staircase with children standing on it, played month by month; its frames as JSON."""
