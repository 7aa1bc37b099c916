"""Compiled code: what runs for every child in every month, and where its machine code is kept.

Numba keeps compiled functions on disk but watches only the file a function stands in: a helper or
a constant changed in another file would go on giving old results. Here the folder it keeps them in
is named by a hash of every source a kernel may be built from, so that an edit anywhere in them is
seen. A kernel therefore imports from this package and from `trappen.agents` only, and takes
everything else as arguments; a test holds that.
"""

if __name__ == "kernels":
    raise ImportError(
        "This folder installs as trappen.model.kernels: import it by that name "
        "(`uv run` or `pip install -e .` sets it up)."
    )

import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import FunctionType
from typing import Any

import llvmlite
import numba
import platformdirs
from numba.core import config as _config
from numba.core.registry import CPUDispatcher

# numba makes its settings when it is imported, which type checkers cannot see.
config: Any = _config

# Type checkers know only some of its options.
_numba: Any = numba

FOLDER_PREFIX = "trappen-kernels-"
FOLDERS_KEPT = 8


def compiled_folders() -> tuple[Path, ...]:
    """Return the folders whose Python files kernels may be built from."""
    agents = find_spec("trappen.agents")
    below = list(agents.submodule_search_locations or ()) if agents else []
    return (Path(__file__).parent, *map(Path, below))


def source_hash(folders: tuple[Path, ...]) -> str:
    """Return 16 hexadecimal digits that change with any byte, name or place of a source.

    Parameters
    ----------
    folders
        Folders whose `*.py` files count, sub-folders included. The compiler's versions count too.
    """
    digest = hashlib.sha256(f"numba {numba.__version__} llvmlite {llvmlite.__version__}".encode())
    for number, folder in enumerate(folders):
        for file in sorted(folder.rglob("*.py")):
            content = file.read_bytes()
            # The length keeps two files from passing as one with the same bytes.
            digest.update(f"\0{number}/{file.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()[:16]


def open_cache(root: Path, key: str) -> Path | None:
    """Make the folder for compiled code and forget all but the newest few.

    Parameters
    ----------
    root
        Where the folders of different versions of the sources stand side by side.
    key
        From `source_hash`.

    Returns
    -------
    :
        The folder, or None where it cannot be written: then every run compiles anew.
    """
    folder = root / (FOLDER_PREFIX + key)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        os.utime(folder)  # the newest are those last used, not those first made
    except OSError:
        return None
    with suppress(OSError):
        known = [old for old in root.glob(FOLDER_PREFIX + "*") if old != folder and old.is_dir()]
        known.sort(key=lambda old: old.stat().st_mtime, reverse=True)
        for old in known[FOLDERS_KEPT - 1 :]:
            shutil.rmtree(old, ignore_errors=True)
    return folder


def _root() -> Path:
    """Return the user's own choice for numba's cache, or the system's place for caches."""
    return Path(config.CACHE_DIR or platformdirs.user_cache_dir("trappen", appauthor=False))


CACHE_FOLDER = open_cache(_root(), source_hash(compiled_folders()))


_deciding = threading.RLock()
"""One thread at a time decides how a function is compiled: the setting above is everybody's."""


def _compile(function: Callable[..., Any], **options: Any) -> Any:
    # Numba reads the setting when a function is decorated, so it is ours only for that long and
    # a user's own numba functions stay where they were.
    with _deciding:
        before = config.CACHE_DIR
        config.CACHE_DIR = "" if CACHE_FOLDER is None else str(CACHE_FOLDER)
        try:
            cached = CACHE_FOLDER is not None
            options |= {"cache": cached, "nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
            return _numba.njit(**options)(function)
        finally:
            config.CACHE_DIR = before


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function of a module's top level, keep it on disk, run it without the GIL.

    Division by zero gives inf or NaN as in numpy: the check for it would stop vectorisation. Arrays are read
    and written and none is made, so that none need be counted: counting the references to all arrays of a
    world at every call took a third of the time.
    """
    return _compile(function, _nrt=False)


def allocating(function: Callable[..., Any]) -> Any:
    """Compile as `kernel` does a function that makes arrays, or is handed some by one that does."""
    return _compile(function)


def inlined(function: Callable[..., Any]) -> Any:
    """Compile as `kernel` does, and copy the function into its callers so that loops vectorise.

    It is compiled for its callers alone. Python can call it too: then it is compiled a second time, with
    what takes apart Python's arguments, which is most of the work of compiling a small function.
    """
    found = _compile(function, _nrt=False, forceinline=True, no_cpython_wrapper=True)
    found.__class__ = _Inlined
    return found


class _Inlined(CPUDispatcher):
    """A function for kernels that Python can call as well."""

    def __call__(self, *told: Any) -> Any:
        own = self.__dict__
        with _deciding:
            if "called" not in own:
                plain: Any = self.py_func
                again = FunctionType(plain.__code__, plain.__globals__, plain.__name__, plain.__defaults__)
                # Code on disk is found by this name: the two must not be taken for one another.
                again.__qualname__ = f"{plain.__qualname__}_called"
                again.__module__ = plain.__module__
                own["called"] = _compile(again, _nrt=False)
        return own["called"](*told)
