"""Files and folders are written whole or not at all: what was there stays until the new one is finished."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trappen.agents.problem import Problem

DRAFT = ".draft-"
"""How the names of unfinished files and folders begin: what a killed process left is known by it."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a draft beside a file, which takes its place when all is written, and is gone otherwise.

    Raises
    ------
    Problem
        The file cannot be written.
    """
    draft: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=DRAFT, suffix=path.suffix, dir=path.parent)
        os.close(handle)
        draft = Path(name)
        yield draft
        draft.chmod(0o644)
        os.replace(draft, path)
    except OSError as error:
        raise Problem("result.not_written", file=path, reason=error.strerror or str(error)) from None
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Yield an empty draft of a folder, which takes its place when all is written, and is gone otherwise.

    Raises
    ------
    Problem
        The folder cannot be written.
    """
    draft: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=target.parent))
        yield draft
        draft.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        os.replace(draft, target)
    except OSError as error:
        raise Problem("result.not_written", file=target, reason=error.strerror or str(error)) from None
    finally:
        if draft is not None and draft.exists():
            shutil.rmtree(draft, ignore_errors=True)
