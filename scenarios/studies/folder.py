"""The folder of a study: the study written out, which program planned it, and its results."""

import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from trappen.agents.problem import Problem
from trappen.scenarios.studies.program import program_hash
from trappen.scenarios.studies.store import write_atomically
from trappen.scenarios.studies.study import Study
from trappen.scenarios.studies.tasks import Cut

FORMAT = 1
FILE = "study.json"
LARGEST = 20_000_000


@dataclass(frozen=True)
class Planned:
    """What a study's folder says of itself.

    Attributes
    ----------
    study
        The study as it was planned.
    program, version
        Hash and version of the program that planned it and made its results.
    """

    study: Study
    program: str
    version: str

    @property
    def of_this_program(self) -> bool:
        """Whether the program at hand gives the same numbers."""
        return self.program == program_hash()

    @property
    def cut(self) -> Cut:
        """The study's tasks, by the names they had then."""
        return Cut(self.study, self.program)

    @property
    def identity(self) -> str:
        """A hash of the study and the program together."""
        told = json.dumps([self.program, self.study.resolved()], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


def default_folder(study: Study) -> Path:
    """Return where a study is kept when nothing else is said."""
    return Path("results") / f"study-{study.name.replace(' ', '-')}"


def is_study(folder: Path) -> bool:
    """Tell whether a folder holds a study."""
    return (folder / FILE).is_file()


def check_folder(folder: Path) -> None:
    """Refuse a folder with results of another version of the program: they would be mixed up.

    Raises
    ------
    Problem
        If it holds some, or a study that cannot be read.
    """
    if is_study(folder):
        known = read_planned(folder)
        if not known.of_this_program:
            raise Problem(
                "study.other_program",
                file=folder,
                version=known.version,
                program=known.program,
                present=version("trappen"),
                here=program_hash(),
            )


def write_planned(folder: Path, study: Study) -> Planned:
    """Write what a folder is to hold, and return it.

    Raises
    ------
    Problem
        If the folder cannot be written, or holds results of another version of the program.
    """
    check_folder(folder)
    planned = Planned(study, program_hash(), version("trappen"))
    told: dict[str, Any] = {
        "program": "trappen",
        "format": FORMAT,
        "program_version": planned.version,
        "program_hash": planned.program,
        "study": study.resolved(),
    }
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    write_atomically(folder / FILE, text.encode())
    return planned


def read_planned(folder: Path) -> Planned:
    """Read what a study's folder says of itself.

    Raises
    ------
    Problem
        If the folder holds no study, or one that cannot be read.
    """
    file = folder / FILE
    try:
        if not file.is_file():
            raise Problem("study.no_study", file=folder)
        if file.stat().st_size > LARGEST:
            raise Problem("study.not_planned", file=file)
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise Problem("study.not_planned", file=file) from None
    if not isinstance(data, dict) or data.get("program") != "trappen" or data.get("format") != FORMAT:
        raise Problem("study.not_planned", file=file)
    program, told = data.get("program_hash"), data.get("program_version")
    if not isinstance(program, str) or not isinstance(told, str) or len(program) > 64 or len(told) > 64:
        raise Problem("study.not_planned", file=file)
    return Planned(Study.from_resolved(data.get("study"), file=file), program, told)
