"""Results, experiments and studies on disk are found, and tell what they are and which version made them."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from trappen.agents.problem import Problem
from trappen.scenarios.checksums import has_checksums
from trappen.scenarios.kept.manifest import FORMAT, parameter_hash
from trappen.scenarios.studies.folder import Planned, is_study, read_planned

MOST_LISTED = 10_000
LARGEST_MANIFEST = 5_000_000
LARGEST_RESULT = 50_000_000
RESULT = "result.json"
State = Literal["current", "older", "unreadable"]
Kind = Literal["result", "experiment", "study"]


@dataclass(frozen=True)
class Kept:
    """A result, an experiment or a study on disk.

    Attributes
    ----------
    kind
        `result` of one comparison, `experiment` (budget, trial and the like), or `study`.
    state
        `current`: made by this version of the program; `older`: by another, whose numbers can be read but
        not had again; `unreadable`.
    checked
        Whether it can be held against checksums; results and experiments of earlier versions cannot.
    told
        What it says of itself, as far as it can be read; an experiment its verb too, as `experiment`.
    """

    folder: Path
    kind: Kind
    state: State
    version: str
    files: int
    bytes: int
    told: dict[str, Any] = field(default_factory=dict)
    checked: bool = True


def size_of(folder: Path) -> tuple[int, int]:
    """Return how many files a folder holds and how many bytes they have; links are not followed."""
    files = size = 0
    for place, below, names in os.walk(folder, followlinks=False):
        below.sort()
        for name in names:
            try:
                size += os.lstat(os.path.join(place, name)).st_size
                files += 1
            except OSError:  # gone meanwhile
                continue
    return files, size


def look(folder: Path) -> Kept:
    """Return what a folder holds.

    Raises
    ------
    Problem
        If it holds neither a result nor an experiment nor a study.
    """
    files, size = size_of(folder)
    if is_study(folder):
        try:
            planned = read_planned(folder)
        except Problem:
            return Kept(folder, "study", "unreadable", "", files, size)
        state: State = "current" if planned.of_this_program else "older"
        return Kept(folder, "study", state, planned.version, files, size, _told_of_study(planned))
    if is_experiment(folder):
        return _experiment(folder, files, size)
    if not (folder / "manifest.json").is_file():
        raise Problem("results.none_here", file=folder)
    checked = has_checksums(folder)
    told = _manifest(folder)
    if told is None:
        return Kept(folder, "result", "unreadable", "", files, size, checked=checked)
    current = told.get("parameter_hash") == parameter_hash() and told.get("format") == FORMAT
    version = str(told.get("program_version"))[:40]
    return Kept(folder, "result", "current" if current else "older", version, files, size, told, checked)


def is_experiment(folder: Path) -> bool:
    """Tell whether a folder holds what an experiment found; a comparison has a manifest of its own."""
    return (folder / RESULT).is_file() and not (folder / "manifest.json").is_file()


def _experiment(folder: Path, files: int, size: int) -> Kept:
    """Return what an experiment says of itself; it has no manifest by which it could be rerun."""
    from trappen import __version__

    checked = has_checksums(folder)
    found = _json(folder / RESULT, LARGEST_RESULT)
    told = found.get("manifest") if found else None
    if not found or not isinstance(told, dict) or not isinstance(found.get("kind"), str):
        return Kept(folder, "experiment", "unreadable", "", files, size, checked=checked)
    version = str(told.get("program_version"))[:40]
    state: State = "current" if version == __version__ else "older"
    told = told | {"experiment": found["kind"]}
    return Kept(folder, "experiment", state, version, files, size, told, checked)


def _manifest(folder: Path) -> dict[str, Any] | None:
    """Read a manifest of any version; None where it is none of this program."""
    told = _json(folder / "manifest.json", LARGEST_MANIFEST)
    return told if told and told.get("program") == "trappen" else None


def _json(file: Path, largest: int) -> dict[str, Any] | None:
    """Read the fields of a file; None where it cannot be read or holds none."""
    try:
        if file.stat().st_size > largest:
            return None
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _told_of_study(planned: Planned) -> dict[str, Any]:
    study = planned.study
    return {
        "name": study.name,
        "program_hash": planned.program,
        "municipalities": len(study.places),
        "policies": len(study.policies),
        "parameter_sets": study.parameter_sets,
        "ensemble": study.ensemble.name if study.ensemble else "-",
        "replicates": study.replicates,
        "start_year": study.start_year,
        "years": study.years,
        "seed": study.seed,
        "runs": study.runs,
    }


def listed(root: Path) -> list[Kept]:
    """List what is kept in a folder, by name; a folder that is a result itself is listed alone.

    Raises
    ------
    Problem
        If there is no such folder.
    """
    if not root.is_dir():
        raise Problem("results.no_folder", file=root)
    return [look(folder) for folder in folders_in(root)]


def folders_in(root: Path) -> Iterator[Path]:
    """Give the folders of results, experiments and studies in a folder, or the folder itself if it is one.

    Raises
    ------
    Problem
        If it cannot be listed.
    """
    try:
        candidates = [root, *sorted(root.iterdir())][: MOST_LISTED + 1]
    except OSError:
        raise Problem("results.no_folder", file=root) from None
    for folder in candidates:
        hidden = folder is not root and folder.name.startswith(".")
        if hidden or folder.is_symlink() or not folder.is_dir():
            continue
        if is_study(folder) or is_experiment(folder) or (folder / "manifest.json").is_file():
            yield folder
            if folder is root:
                return
