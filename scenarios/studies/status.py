"""How far a study is, told while it runs and when it does not."""

from dataclasses import dataclass
from pathlib import Path

from trappen.agents.problem import Problem
from trappen.scenarios.studies.drive import described
from trappen.scenarios.studies.folder import Planned, read_planned
from trappen.scenarios.studies.index import Count, Index


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
