"""Work that a page waits for, done beside the page: as many pieces at once as the machine has cores.

The same question is worked on once, however many ask it; a piece that nobody waits for any more is told so.
A page reads its answer off the piece that it waits for now. Threads beside it only say that there is news:
one that comes late, of a question left long ago, changes nothing.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from time import sleep
from typing import Any

import solara

from trappen.scenarios.watched.polite import yield_the_processor

Wanted = Callable[[], bool]
KEPT = 16
LINGERS = 1.0
"""Seconds by which a thread outlives the page that began it."""

_cores = threading.BoundedSemaphore(max(1, os.cpu_count() or 1))
_lock = threading.Lock()


@dataclass(eq=False)
class Piece:
    """One question: how many wait for it, and its answer."""

    watchers: int = 0
    value: Any = None
    failed: BaseException | None = None
    done: bool = False
    ended: threading.Event = field(default_factory=threading.Event)


_pieces: OrderedDict[str, Piece] = OrderedDict()
"""What is being worked on for somebody, and answers; nothing that failed or was given up."""


def _join(key: str, make: Callable[[Wanted], Any]) -> Piece:
    with _lock:
        piece = _pieces.get(key)
        if piece is None:
            piece = Piece()
            # Kept only once it has begun: where no thread is to be had, nobody may wait for it for ever.
            threading.Thread(target=_do, args=(key, piece, make), daemon=True).start()
            _pieces[key] = piece
        piece.watchers += 1
        _pieces.move_to_end(key)
        for old in [name for name, one in _pieces.items() if not one.watchers][: max(0, len(_pieces) - KEPT)]:
            del _pieces[old]
    return piece


def _is_wanted(key: str, piece: Piece) -> bool:
    """Tell whether anybody waits for a piece; if not it is let go, so that nobody joins what is given up."""
    with _lock:
        if not piece.watchers:
            _let_go(key, piece)
        return piece.watchers > 0


def _let_go(key: str, piece: Piece) -> None:
    if _pieces.get(key) is piece:
        del _pieces[key]


def _do(key: str, piece: Piece, make: Callable[[Wanted], Any]) -> None:
    wanted = partial(_is_wanted, key, piece)
    yield_the_processor()
    try:
        with _cores:
            if wanted():
                piece.value = make(wanted)
                piece.done = piece.value is not None
    except Exception as failed:
        piece.failed = failed
    finally:
        if not piece.done:
            with _lock:
                _let_go(key, piece)
        piece.ended.set()
    outlive_the_page()


def outlive_the_page() -> None:
    """Let a thread that a page began end a moment after the page.

    A page that is closed lists its threads and then strikes each from the list: one that ends in between is
    no longer there, and Solara 1.64 logs a KeyError and leaves the page half closed.
    """
    sleep(LINGERS)


def until_unwanted(wanted: Wanted) -> Callable[..., None]:
    """Return what a long piece of work can call between its steps: it ends the work once nobody waits."""

    def go_on(*_: object) -> None:
        if not wanted():
            raise InterruptedError

    return go_on


@dataclass(eq=False)
class _Page:
    """What a page waits for, by the key of the question, and what it shows: answer, failure, question."""

    waits_for: tuple[str, Piece] | None = None
    shows: tuple[Any, BaseException | None, str] = (None, None, "")


def use_work(key: str, make: Callable[[Wanted], Any] | None) -> tuple[Any, BaseException | None, bool]:
    """Have something worked out while the page is shown.

    Parameters
    ----------
    key
        What decides the answer.
    make
        Works it out; it may ask between steps whether anybody still waits, and return None or raise if not.
        None asks for nothing.

    Returns
    -------
    :
        The answer (of the question before, while the new one is worked on), what went wrong, and whether
        it is still being worked on.
    """
    page = solara.use_memo(_Page, [])
    _, draw = solara.use_state(object(), eq=lambda old, new: old is new)

    def begin() -> Callable[[], None]:
        if make is None:
            return lambda: None
        piece = _join(key, make)
        page.waits_for = key, piece
        left = threading.Event()

        def follow() -> None:
            while not left.is_set():
                if piece.ended.wait(5.0):
                    draw(object())
                    break
            outlive_the_page()

        if piece.ended.is_set():
            draw(object())
        else:
            threading.Thread(target=follow, daemon=True).start()

        def leave() -> None:
            left.set()
            with _lock:
                piece.watchers -= 1

        return leave

    solara.use_effect(begin, [key])
    if page.waits_for is not None:
        asked, piece = page.waits_for
        if piece.ended.is_set():
            page.shows = piece.value, piece.failed, asked
    value, failed, told = page.shows
    return value, failed, make is not None and told != key
