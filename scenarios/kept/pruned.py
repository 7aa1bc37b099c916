"""What can be removed from disk without losing a result that can be had is listed, and removed when asked."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from trappen.agents.problem import Problem
from trappen.scenarios.kept.listing import folders_in, listed, size_of
from trappen.scenarios.studies import store
from trappen.scenarios.studies.folder import is_study, read_planned
from trappen.scenarios.whole import DRAFT


@dataclass(frozen=True)
class Loose:
    """Something that can be removed, and why: `draft`, `orphan` or `older`."""

    path: Path
    why: Literal["draft", "orphan", "older"]
    bytes: int


def loose(root: Path, *, older: bool = False) -> list[Loose]:
    """List what can be removed without losing a result that can be had.

    Drafts that were never finished, results of a study that its plan no longer holds, and, if asked for,
    results and studies that another version of the program made.
    """
    found = [Loose(path, "draft", _bytes(path)) for path in _drafts(root)]
    for kept in listed(root):
        if older and kept.state == "older":
            found.append(Loose(kept.folder, "older", kept.bytes))
        elif kept.kind == "study" and kept.state != "unreadable":
            planned = read_planned(kept.folder)
            wanted = {task.name for task in planned.cut}
            for name, size in sorted(store.kept(kept.folder).items()):
                if name not in wanted:
                    found.append(Loose(store.file_of(kept.folder, name), "orphan", size))
    return found


def _drafts(root: Path) -> list[Path]:
    """List drafts in a folder of results and in the studies below it, and nowhere else."""
    found = [path for path in sorted(root.glob(DRAFT + "*")) if not path.is_symlink()]
    for folder in folders_in(root):
        if is_study(folder):
            found += [path for path in store.leftovers(folder) if not path.is_symlink()]
    return sorted(set(found))


def _bytes(path: Path) -> int:
    try:
        return size_of(path)[1] if path.is_dir() else path.lstat().st_size
    except OSError:
        return 0


def remove(what: list[Loose]) -> int:
    """Remove what was listed and return the bytes that are free for it.

    Raises
    ------
    Problem
        If something cannot be removed.
    """
    freed = 0
    for one in what:
        try:
            if one.path.is_dir() and not one.path.is_symlink():
                shutil.rmtree(one.path)
            else:
                one.path.unlink(missing_ok=True)
        except OSError as error:
            raise Problem("results.not_removed", file=one.path, reason=error.strerror or "?") from None
        freed += one.bytes
    return freed
