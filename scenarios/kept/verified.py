"""What is kept is held against the checksums it was written with; what is damaged is named."""

from dataclasses import dataclass
from pathlib import Path

from trappen.agents.problem import Problem
from trappen.scenarios import checksums
from trappen.scenarios.kept.listing import is_experiment
from trappen.scenarios.studies import store
from trappen.scenarios.studies.folder import is_study, read_planned
from trappen.scenarios.studies.index import Index


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
    """Hold a result, an experiment or a study against its checksums.

    Parameters
    ----------
    mend
        Remove damaged results of a study, so that it computes them anew when it is next run.

    Raises
    ------
    Problem
        If the folder holds none of them, or has no checksums.
    """
    if not is_study(folder):
        if not is_experiment(folder) and not (folder / "manifest.json").is_file():
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
