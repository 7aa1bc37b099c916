"""Files of a study: each written whole or not at all, found by the name of its task, and verifiable."""

import errno
import hashlib
import io
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from trappen.agents.problem import Problem
from trappen.scenarios.whole import DRAFT

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

LARGEST = 20_000_000
LARGEST_UNPACKED = 200_000_000
MOST_VALUES = 25_000_000
"""A result of five hundred runs by year with accounts has some four million values."""


class DiskFull(Problem):
    """There is no more room; what is kept is whole, and the study can go on when there is."""


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, even when power or process is lost.

    Raises
    ------
    DiskFull
        If there is no more room.
    Problem
        If it cannot be written for another reason.
    """
    draft: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=DRAFT, dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(draft, 0o644)
        os.replace(draft, path)
        draft = None
        _sync_folder(path.parent)
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull("study.disk_full", file=path.parent) from None
        raise Problem("result.not_written", file=path, reason=error.strerror or str(error)) from None
    finally:
        if draft is not None:
            with suppress(OSError):
                os.unlink(draft)


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder outlast a loss of power, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def file_of(folder: Path, name: str) -> Path:
    """Return where the result of a task is kept; few thousand files stand in one folder."""
    return folder / "tasks" / name[:2] / f"{name}.parquet"


def kept(folder: Path) -> dict[str, int]:
    """Return the size of every result that is there, by the name of its task."""
    found = {}
    root = folder / "tasks"
    for below in os.scandir(root) if root.is_dir() else ():
        if below.is_dir(follow_symlinks=False) and len(below.name) == 2:
            for entry in os.scandir(below.path):
                name, dot, kind = entry.name.partition(".")
                if len(name) == 64 and dot and kind == "parquet" and entry.is_file(follow_symlinks=False):
                    found[name] = entry.stat().st_size
    return found


def leftovers(folder: Path) -> list[Path]:
    """List drafts that were never finished: what a killed process left."""
    return sorted(folder.rglob(f"{DRAFT}*")) if folder.is_dir() else []


def sha256(content: bytes) -> str:
    """Return the checksum of a file's bytes."""
    return hashlib.sha256(content).hexdigest()


def read_parquet(path: Path) -> pa.Table:
    """Read a Parquet file, its pages held against their checksums, unless it is too large to be a result.

    Raises
    ------
    Problem
        If the file is not there, is damaged, or would take up too much memory.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise Problem("study.result_damaged", file=path)
        content = io.BytesIO(path.read_bytes())
        file = pq.ParquetFile(content, page_checksum_verification=True, memory_map=False)
        groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
        # A file of some bytes can claim to hold gigabytes; what it claims is asked before it is read.
        values = file.metadata.num_rows * max(1, file.metadata.num_columns)
        size = sum(group.total_byte_size for group in groups)
        if not 0 <= values <= MOST_VALUES or not 0 <= size <= LARGEST_UNPACKED:
            raise Problem("study.result_damaged", file=path)
        return file.read()
    except FileNotFoundError:
        raise Problem("study.result_missing", file=path) from None
    except (OSError, pa.ArrowException, ValueError, MemoryError):
        raise Problem("study.result_damaged", file=path) from None


def read_result(path: Path, name: str | None = None) -> pa.Table:
    """Read a result and hold its pages against their checksums.

    Parameters
    ----------
    name
        The task it must answer; whichever it says when None.

    Raises
    ------
    Problem
        If the file cannot be read, is damaged, or answers another task.
    """
    table = read_parquet(path)
    told = (table.schema.metadata or {}).get(b"trappen_task", b"").decode("ascii", "replace")
    if told != (name or path.stem):
        raise Problem("study.result_damaged", file=path)
    return table
