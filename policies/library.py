"""Where the catalogue's files stand: those that ship, and a user's own folder, which appears everywhere.

A user's folder is given with `--catalogue FOLDER`, by the environment variable TRAPPEN_CATALOGUE, or is
called `trappen-catalogue` and stands beside the scenario. Its files are told apart by what is in them: a
programme has a target group, a policy has levers, practices or programmes.
"""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from trappen.agents.problem import Problem, Problems
from trappen.model.checking import Origin
from trappen.model.nearest import nearest
from trappen.model.strict_yaml import Marks, load, parse, read_bytes
from trappen.policies.programme import Programme, is_programme, read_programme

FOLDER_NAME = "trappen-catalogue"
VARIABLE = "TRAPPEN_CATALOGUE"
MOST_FILES = 500

_PACKAGED = Path(__file__).parent
_POLICIES, _PROGRAMMES = _PACKAGED / "catalogue", _PACKAGED / "programmes"

type Kind = Literal["policy", "programme"]


@dataclass(frozen=True)
class Entry:
    """A file of the catalogue."""

    name: str
    kind: Kind
    path: Path
    own: bool

    def read(self) -> tuple[dict[str, Any], Marks]:
        """Return what the file says and where.

        Raises
        ------
        Problems
            Something in it cannot be read.
        """
        if not self.own:
            return load(self.path, trusted=True)
        data, marks, found = parse(read_bytes(self.path), self.path)
        if found:
            raise Problems(found)
        return data, marks


_chosen: list[Path] = []


def use_folder(folder: str | Path | None) -> None:
    """Let the files of a user's folder appear everywhere; None for the packaged catalogue alone.

    Raises
    ------
    Problem
        There is no such folder.
    """
    _chosen.clear()
    if folder is not None:
        if not Path(folder).is_dir():
            raise Problem("catalogue.no_folder", file=folder)
        _chosen.append(Path(folder).resolve())
    forget()


def look_beside(scenario: str | Path) -> None:
    """Use the folder `trappen-catalogue` beside a scenario, unless one has been chosen."""
    folder = Path(scenario).absolute().parent / FOLDER_NAME
    if not _chosen and not os.environ.get(VARIABLE) and folder.is_dir():
        use_folder(folder)


def folder() -> Path | None:
    """Give the user's folder that is in use."""
    if _chosen:
        return _chosen[0]
    if told := os.environ.get(VARIABLE):
        if not Path(told).is_dir():
            raise Problem("catalogue.no_folder", file=told)
        return Path(told).resolve()
    return None


def forget() -> None:
    """Read the files again when they are next asked for."""
    _entries.cache_clear()
    programme.cache_clear()


def entries(kind: Kind) -> dict[str, Entry]:
    """List the catalogue's files of a kind by name: packaged ones first, today's practice before all.

    Raises
    ------
    Problem
        Two files give the same name; both are named.
    """
    return {name: entry for name, entry in _entries(folder()).items() if entry.kind == kind}


@cache
def _entries(own: Path | None) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    packaged: tuple[tuple[Kind, Path], ...] = (("policy", _POLICIES), ("programme", _PROGRAMMES))
    for kind, place in packaged:
        first = ("status_quo", "omlaegning")
        files = sorted(
            place.glob("*.yaml"), key=lambda file: (file.stem not in first, file.stem != first[0], file.stem)
        )
        found |= {file.stem: Entry(file.stem, kind, file, own=False) for file in files}
    for file in sorted(own.glob("*.y*ml"))[:MOST_FILES] if own else ():
        entry, marks = _own_entry(file)
        if entry is None:
            continue
        if (other := found.get(entry.name)) is not None:
            raise Problem(
                "catalogue.same_name",
                file=file,
                line=marks.line("name"),
                field="name",
                given=entry.name,
                other=other.path.name if not other.own else str(other.path),
            )
        found[entry.name] = entry
    return found


def _own_entry(file: Path) -> tuple[Entry | None, Marks]:
    """Tell what a user's file is; what is wrong inside it is told when it is used."""
    data, marks, _ = parse(read_bytes(file), file)
    name = data.get("name")
    if not isinstance(name, str) or "policy" in data:  # a scenario is no entry
        return None, marks
    if is_programme(data):
        return Entry(name, "programme", file, own=True), marks
    if data.keys() & {"levers", "practices", "programmes", "phase_in", "transition", "description"}:
        return Entry(name, "policy", file, own=True), marks
    return None, marks


@cache
def programme(name: str) -> Programme:
    """Find a programme by its name.

    Raises
    ------
    Problem
        There is none, or its file is wrong; `Problems` when several things are.
    """
    known = entries("programme")
    if name not in known:
        raise no_such(name, "programme")
    data, marks = known[name].read()
    made, problems = read_programme(data, Origin(known[name].path, marks))
    if made is None:
        raise Problems(problems)
    return made


def load_programme(path: str | Path) -> Programme:
    """Read a programme's file, and tell every mistake in it at once."""
    data, marks, found = parse(read_bytes(path), path)
    made, problems = read_programme(data, Origin(path, marks))
    if found or problems or made is None:
        raise Problems(found + problems)
    return made


def no_such(name: str, kind: Kind, **place: Any) -> Problem:
    """Make the problem of a name that the catalogue does not hold."""
    given = name if len(name) <= 40 else name[:37] + "..."
    known = entries(kind)
    key = {"policy": "policy_file.unknown", "programme": "programme.unknown"}[kind]
    if near := ", ".join(nearest(name, known)):
        return Problem(f"{key}_near", **place, given=given, nearest=near)
    return Problem(key, **place, given=given, known=", ".join(known))
