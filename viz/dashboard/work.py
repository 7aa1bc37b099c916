"""Work that a page waits for, done beside the page: as many pieces at once as the machine has cores.

The same question is worked on once, however many ask it; a piece that nobody waits for any more is told so.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import solara

Wanted = Callable[[], bool]
KEPT = 16

_cores = threading.BoundedSemaphore(max(1, os.cpu_count() or 1))
_lock = threading.Lock()


@dataclass(eq=False)
class Piece:
    """One question: who waits for it, and its answer."""

    watchers: int = 0
    value: Any = None
    failed: BaseException | None = None
    done: bool = False
    ended: threading.Event = field(default_factory=threading.Event)


_pieces: OrderedDict[str, Piece] = OrderedDict()


def _join(key: str, make: Callable[[Wanted], Any]) -> Piece:
    with _lock:
        piece = _pieces.get(key)
        if piece is None or (piece.ended.is_set() and not piece.done):
            piece = _pieces[key] = Piece()
            piece.watchers += 1  # before it begins, or it would think that nobody waits
            threading.Thread(target=_do, args=(key, piece, make), daemon=True).start()
        else:
            piece.watchers += 1
        _pieces.move_to_end(key)
        for old in [name for name, one in _pieces.items() if not one.watchers][: max(0, len(_pieces) - KEPT)]:
            del _pieces[old]
    return piece


def _do(key: str, piece: Piece, make: Callable[[Wanted], Any]) -> None:
    try:
        with _cores:
            if piece.watchers > 0:
                piece.value = make(lambda: piece.watchers > 0)
                piece.done = piece.value is not None
    except Exception as failed:
        piece.failed = failed
    finally:
        piece.ended.set()
        if not piece.done:
            with _lock:
                if _pieces.get(key) is piece:
                    del _pieces[key]


def use_work(key: str, make: Callable[[Wanted], Any] | None) -> tuple[Any, BaseException | None, bool]:
    """Have something worked out while the page is shown.

    Parameters
    ----------
    key
        What decides the answer.
    make
        Works it out; it may ask between steps whether anybody still waits, and return None if not. None asks
        for nothing.

    Returns
    -------
    :
        The answer (of the question before, while the new one is worked on), what went wrong, and whether
        it is still being worked on.
    """
    nothing: tuple[Any, BaseException | None, str] = (None, None, "")
    shown, show = solara.use_state(nothing, eq=lambda old, new: old is new)

    def begin() -> Callable[[], None]:
        if make is None:
            return lambda: None
        piece = _join(key, make)
        open_ = threading.Event()

        def follow() -> None:
            while not open_.is_set():
                if piece.ended.wait(5.0):
                    if not open_.is_set():
                        show((piece.value, piece.failed, key))
                    return

        if piece.ended.is_set():
            show((piece.value, piece.failed, key))
        else:
            threading.Thread(target=follow, daemon=True).start()

        def leave() -> None:
            open_.set()
            with _lock:
                piece.watchers -= 1

        return leave

    solara.use_effect(begin, [key])
    value, failed, told = shown
    return value, failed, make is not None and told != key
