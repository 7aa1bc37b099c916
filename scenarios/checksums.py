"""A result's folder carries the checksums of its files, by which it can be verified later and elsewhere."""

import hashlib
from pathlib import Path, PurePosixPath
from typing import Literal

from trappen.agents.problem import Problem

FILE = "checksums.sha256"
LARGEST = 1_000_000
State = Literal["ok", "changed", "missing", "unlisted"]


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by their path below it; links are no part of a result."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path != folder / FILE:
            found[path.relative_to(folder).as_posix()] = path
    return found


def write_checksums(folder: Path) -> None:
    """Write the checksums of all files of a folder, in the form that `sha256sum --check` reads."""
    lines = [f"{_sha256(path)}  {name}\n" for name, path in _files(folder).items()]
    (folder / FILE).write_text("".join(lines), encoding="utf-8")


def has_checksums(folder: Path) -> bool:
    """Tell whether a folder carries checksums; results of version 0.1.0 do not."""
    return (folder / FILE).is_file()


def verify(folder: Path) -> dict[str, State]:
    """Hold the files of a folder against their checksums.

    Raises
    ------
    Problem
        If there are no checksums, or they cannot be read.
    """
    file = folder / FILE
    if not file.is_file():
        raise Problem("results.no_checksums", file=folder)
    try:
        if file.stat().st_size > LARGEST:
            raise Problem("results.odd_checksums", file=file)
        told = dict(map(_line, file.read_text(encoding="utf-8").splitlines()))
    except (OSError, ValueError):
        raise Problem("results.odd_checksums", file=file) from None
    found: dict[str, State] = {}
    there = _files(folder)
    for name, checksum in told.items():
        try:
            found[name] = "missing" if name not in there else _held(there[name], checksum)
        except OSError:
            found[name] = "missing"
    return found | {name: "unlisted" for name in there if name not in told}


def _held(path: Path, checksum: str) -> State:
    return "ok" if _sha256(path) == checksum else "changed"


def _line(line: str) -> tuple[str, str]:
    """Read a line; a path that leads out of the folder is no path of a result."""
    checksum, name = line[:64], line[66:]
    path = PurePosixPath(name)
    odd = line[64:66] != "  " or set(checksum) - set("0123456789abcdef") or len(checksum) < 64
    if odd or not name or path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        raise ValueError(line)
    return name, checksum
