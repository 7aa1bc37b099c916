"""Results and studies on disk have a keeper: listed, shown, compared, verified and pruned."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from trappen.agents.problem import Problem
from trappen.scenarios.kept import checksums
from trappen.scenarios.kept.manifest import FORMAT, parameter_hash, read_manifest
from trappen.scenarios.studies import store
from trappen.scenarios.studies.drive import described
from trappen.scenarios.studies.folder import Planned, is_study, read_planned
from trappen.scenarios.studies.index import Count, Index

MOST_LISTED = 10_000
LARGEST_MANIFEST = 5_000_000
MOST_ROWS = 5_000_000
State = Literal["current", "older", "unreadable"]


@dataclass(frozen=True)
class Kept:
    """A result or a study on disk.

    Attributes
    ----------
    kind
        `result` of one comparison, or `study`.
    state
        `current`: made by this version of the program; `older`: by another, whose numbers can be read but
        not had again; `unreadable`.
    told
        What it says of itself, as far as it can be read.
    """

    folder: Path
    kind: Literal["result", "study"]
    state: State
    version: str
    files: int
    bytes: int
    told: dict[str, Any] = field(default_factory=dict)


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
        If it holds neither a result nor a study.
    """
    files, size = size_of(folder)
    if is_study(folder):
        try:
            planned = read_planned(folder)
        except Problem:
            return Kept(folder, "study", "unreadable", "", files, size)
        state: State = "current" if planned.of_this_program else "older"
        return Kept(folder, "study", state, planned.version, files, size, _told_of_study(planned))
    if not (folder / "manifest.json").is_file():
        raise Problem("results.none_here", file=folder)
    told = _manifest(folder)
    if told is None:
        return Kept(folder, "result", "unreadable", "", files, size)
    current = told.get("parameter_hash") == parameter_hash() and told.get("format") == FORMAT
    version = str(told.get("program_version"))[:40]
    return Kept(folder, "result", "current" if current else "older", version, files, size, told)


def _manifest(folder: Path) -> dict[str, Any] | None:
    """Read a manifest of any version; None where it is none of this program."""
    file = folder / "manifest.json"
    try:
        if file.stat().st_size > LARGEST_MANIFEST:
            return None
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and told.get("program") == "trappen" else None


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
    """List the results and studies in a folder, by name; a folder that is one itself is listed alone.

    Raises
    ------
    Problem
        If there is no such folder.
    """
    if not root.is_dir():
        raise Problem("results.no_folder", file=root)
    return [look(folder) for folder in _folders(root)]


def _folders(root: Path) -> Iterator[Path]:
    try:
        candidates = [root, *sorted(root.iterdir())][: MOST_LISTED + 1]
    except OSError:
        raise Problem("results.no_folder", file=root) from None
    for folder in candidates:
        hidden = folder is not root and folder.name.startswith(".")
        if hidden or folder.is_symlink() or not folder.is_dir():
            continue
        if is_study(folder) or (folder / "manifest.json").is_file():
            yield folder
            if folder is root:
                return


@dataclass(frozen=True)
class Verified:
    """What holding a folder against its checksums gave.

    Attributes
    ----------
    good
        How many files are as they were written.
    bad
        Those that are not, and why: `changed`, `missing`, `unlisted`.
    """

    folder: Path
    good: int
    bad: dict[str, str]

    @property
    def whole(self) -> bool:
        """Whether nothing is changed or missing."""
        return not any(state != "unlisted" for state in self.bad.values())


def verify(folder: Path, *, mend: bool = False) -> Verified:
    """Hold a result or a study against its checksums.

    Parameters
    ----------
    mend
        Remove damaged results of a study, so that it computes them anew when it is next run.

    Raises
    ------
    Problem
        If the folder holds neither, or has no checksums.
    """
    if not is_study(folder):
        if not (folder / "manifest.json").is_file():
            raise Problem("results.none_here", file=folder)
        states = checksums.verify(folder)
        bad = {name: str(state) for name, state in states.items() if state != "ok"}
        return Verified(folder, len(states) - len(bad), bad)
    read_planned(folder)
    index = Index(folder)
    try:
        told = index.checksums()
        there = store.kept(folder)
        found: dict[str, str] = {name[:16]: "missing" for name in told if name not in there}
        good = 0
        for name in there:
            path = store.file_of(folder, name)
            if _sound(path, name, told.get(name)):
                good += 1
                continue
            found[path.relative_to(folder).as_posix()] = "changed"
            if mend:
                path.unlink(missing_ok=True)
                index.again(name)
        return Verified(folder, good, found)
    finally:
        index.close()


def _sound(path: Path, name: str, checksum: str | None) -> bool:
    """Tell whether a result is as it was written; its own pages answer where the index does not know."""
    try:
        if checksum is not None and store.sha256(path.read_bytes()) != checksum:
            return False
        store.read_result(path, name)
        return True
    except (Problem, OSError):
        return False


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
    found = [path for path in sorted(root.glob(store.DRAFT + "*")) if not path.is_symlink()]
    for folder in _folders(root):
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


@dataclass(frozen=True)
class Compared:
    """Two results beside each other.

    Attributes
    ----------
    inputs
        What decides them and differs: field, in the first, in the second.
    rows
        By row, how many values differ of how many in common, and the largest difference.
    """

    inputs: list[tuple[str, str, str]]
    rows: pd.DataFrame

    @property
    def same(self) -> bool:
        """Whether all numbers are the same to the bit."""
        return bool((self.rows["unlike"] == 0).all())


def compare(a: Path, b: Path) -> Compared:
    """Hold two results against each other, or two studies.

    Raises
    ------
    Problem
        If they are not of one kind, or cannot be read.
    """
    first, second = look(a), look(b)
    if first.kind != second.kind:
        raise Problem("results.two_kinds", file=a, other=str(b))
    for kept in (first, second):
        if kept.state == "unreadable":
            raise Problem("manifest.not_a_manifest", file=kept.folder)
    if first.kind == "study":
        told = [_flat(read_planned(kept.folder).study.resolved()) for kept in (first, second)]
        tables = [_study_table(kept.folder) for kept in (first, second)]
        keys = ["municipality_code", "policy", "parameter_set", "replicate"]
        keys += ["year"] if all("year" in table for table in tables) else []
    else:
        told = [_flat(kept.told.get("scenarios")) for kept in (first, second)]
        tables = [_summary(kept.folder) for kept in (first, second)]
        keys = ["row"]
    for kept, table in zip((first, second), tables, strict=True):
        if not set(keys) <= set(table.columns):
            raise Problem("study.result_damaged", file=kept.folder)
    inputs = [
        (name, told[0].get(name, "-"), told[1].get(name, "-"))
        for name in told[0] | told[1]
        if told[0].get(name) != told[1].get(name)
    ]
    return Compared(inputs, _unlike(tables[0], tables[1], keys))


def _flat(data: Any, path: str = "") -> dict[str, str]:
    """Write nested data out as one value for each path."""
    if isinstance(data, dict):
        items: Any = data.items()
    elif isinstance(data, list):
        items = enumerate(data)
    else:
        return {path.removeprefix("."): json.dumps(data, ensure_ascii=False)}
    found: dict[str, str] = {}
    for name, value in items:
        found |= _flat(value, f"{path}.{name}")
    return found


def _summary(folder: Path) -> pd.DataFrame:
    file = folder / "tables" / "summary.parquet"
    try:
        frame = store.read_parquet(file).to_pandas(ignore_metadata=True)
    except (pa.ArrowException, ValueError, TypeError):
        raise Problem("study.result_damaged", file=file) from None
    if "row" not in frame or not frame["row"].is_unique:
        raise Problem("study.result_damaged", file=file)
    return frame


def _study_table(folder: Path) -> pd.DataFrame:
    planned = read_planned(folder)
    there = store.kept(folder)
    names = [task.name for task in planned.cut if task.name in there]
    if not names:
        raise Problem("study.unfinished", file=folder, missing=len(planned.cut), of=len(planned.cut))
    if planned.study.runs > MOST_ROWS:
        raise Problem("results.too_many_rows", file=folder, limit=str(MOST_ROWS))
    tables = [store.read_result(store.file_of(folder, name), name) for name in names]
    return pa.concat_tables(table.replace_schema_metadata(None) for table in tables).to_pandas()


def _unlike(a: pd.DataFrame, b: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return by column of numbers how many values in common there are, and how many differ by how much."""
    joined = a.merge(b, on=keys, suffixes=("|a", "|b"))
    rows = []
    for name in a.columns:
        if f"{name}|a" in joined and a[name].dtype.kind in "fiu" and b[name].dtype.kind in "fiu":
            left, right = (joined[f"{name}|{side}"].to_numpy(float) for side in "ab")
            unlike = ~((left == right) | (np.isnan(left) & np.isnan(right)))
            largest = float(np.nanmax(np.abs(left - right), initial=0.0)) if unlike.any() else 0.0
            rows.append({"row": name, "common": len(joined), "unlike": int(unlike.sum()), "largest": largest})
    return pd.DataFrame(rows, columns=["row", "common", "unlike", "largest"])


@dataclass(frozen=True)
class Status:
    """How far a study is: counts by state, seconds of work left, tasks set aside and what they said."""

    planned: Planned
    counts: dict[str, Count]
    core_seconds_left: float | None
    aside: list[tuple[str, str]]


def status(folder: Path) -> Status:
    """Return how far a study is, while it runs or when it does not.

    Raises
    ------
    Problem
        If the folder holds no study that can be read.
    """
    planned = read_planned(folder)
    index = Index(folder)
    try:
        counts = index.counts()
        seconds, work = index.timed()
        left = (counts["waiting"].work + counts["running"].work) * seconds / work if work else None
        aside = [(described(planned.study, task), said) for task, said in index.aside()]
    except IndexError:
        raise Problem("study.index_damaged", file=index.path) from None
    finally:
        index.close()
    return Status(planned, counts, left, aside)


def can_be_rerun(folder: Path) -> bool:
    """Tell whether a result can be had again bit for bit by this version of the program."""
    try:
        read_manifest(folder)
        return True
    except Problem:
        return False
