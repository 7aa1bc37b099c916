"""A user's hook is loaded on explicit request only; what it returns is held against the levers' bounds."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trappen.agents.problem import Problem
from trappen.model.checking import plain, shown
from trappen.policies.lever import levers

FUNCTION = "levers_in_force"
MAX_BYTES = 200_000


@dataclass(frozen=True)
class Hook:
    """A user's function that changes the levers of a month, and the hash of the file it came from."""

    file: str
    sha256: str
    change: Callable[[int, dict[str, float]], dict[str, float]]

    def changed(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return lever values as the hook leaves them, shape (months, levers) in the order of `levers()`.

        Raises
        ------
        Problem
            The hook fails, or returns something else than every lever within its bounds.
        """
        made = values.copy()
        known = levers()
        for month, row in enumerate(values):
            given = dict(zip(known, row.tolist(), strict=True))
            try:
                answer = self.change(month, dict(given))
            except Exception as error:
                raise Problem("hook.unreadable", file=self.file, what=repr(error)) from error
            if not isinstance(answer, dict) or set(answer) != set(known):
                raise Problem("hook.unreadable", file=self.file, what=FUNCTION)
            for column, (name, lever) in enumerate(known.items()):
                value = answer[name]
                if type(value) not in (int, float) or not lever.low <= value <= lever.high:
                    raise Problem(
                        "hook.wrong",
                        file=self.file,
                        given=shown(value),
                        lever=name,
                        month=month,
                        low=plain(lever.low),
                        high=plain(lever.high),
                    )
                made[month, column] = value
        return made


def sha256_of(path: str | Path) -> str:
    """Return the hash of a user's Python file without running it.

    Raises
    ------
    Problem
        The file cannot be read.
    """
    return hashlib.sha256(_source(Path(path))).hexdigest()


def _source(file: Path) -> bytes:
    try:
        source = file.read_bytes()
    except (OSError, ValueError) as error:
        raise Problem("hook.unreadable", file=file, what=getattr(error, "strerror", None) or "") from None
    if len(source) > MAX_BYTES:
        raise Problem("hook.unreadable", file=file, what=f"> {MAX_BYTES} bytes")
    return source


def load_hook(path: str | Path) -> Hook:
    """Run a user's Python file and return the hook in it. Call it only where the user asked for it by name.

    Raises
    ------
    Problem
        The file cannot be read or run, or has no function `levers_in_force`.
    """
    file = Path(path)
    source = _source(file)
    names: dict[str, object] = {"__name__": "trappen_hook", "__file__": str(file)}
    try:
        exec(compile(source, str(file), "exec"), names)
    except Exception as error:
        raise Problem("hook.unreadable", file=path, what=repr(error)) from error
    function = names.get(FUNCTION)
    if not callable(function):
        raise Problem("hook.unreadable", file=path, what=FUNCTION)
    return Hook(str(file), hashlib.sha256(source).hexdigest(), function)
