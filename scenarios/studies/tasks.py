"""A study is cut into tasks, each named by the hash of all that decides its result."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from trappen.scenarios.studies.program import program_hash
from trappen.scenarios.studies.study import Study

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Task:
    """A municipality, some policies and some replicates.

    Attributes
    ----------
    name
        SHA-256 of all that decides the result, 64 hexadecimal digits.
    number
        Its place in the study, in which order results are put together.
    place, policies, replicates
        Which municipality (its place in the study), which policies (first, last + 1) and which replicates
        (first, last + 1) of the study's lists.
    runs
        How many runs it gives.
    """

    name: str
    number: int
    place: int
    policies: tuple[int, int]
    replicates: tuple[int, int]
    runs: int


@dataclass(frozen=True)
class Cut:
    """A study cut into tasks; the same study is always cut the same way."""

    study: Study
    program: str

    @cached_property
    def _numbers(self) -> list[int]:
        return self.study.replicate_numbers

    @cached_property
    def _world(self) -> dict[str, Any]:
        names = {"start_year", "years", "seed", "structure", "links", "parameters", "ensemble", "keep"}
        names |= {"parameter_sets"}
        told = self.study.model_dump(mode="json", include=names)
        # Which sets are run follows from the replicates; only whether they are drawn at all is a fact.
        return told | {"parameter_sets": min(1, told["parameter_sets"])}

    @cached_property
    def _policies(self) -> list[dict[str, Any]]:
        return [entry.model_dump(mode="json") for entry in self.study.policies]

    def body(self, task: Task) -> str:
        """Return a task written out, as a worker is given it."""
        return _canonical(
            {
                "format": FORMAT,
                "name": task.name,
                "program": self.program,
                "world": self._world,
                "place": self.study.places[task.place].model_dump(mode="json"),
                "policies": self._policies[slice(*task.policies)],
                "replicates": self._numbers[slice(*task.replicates)],
            }
        )

    def __iter__(self) -> Iterator[Task]:
        """Give every task in the order of the study: by municipality, replicates and policies."""
        head = _hash(FORMAT, self.program, self._world)
        blocks = [(block, _hash(self._policies[slice(*block)])) for block in self.study.policy_blocks]
        number = 0
        for which, place in enumerate(self.study.places):
            where = _hash(head, place.model_dump(mode="json"))
            for replicates in self.study.replicate_blocks(place.children):
                luck = self._numbers[slice(*replicates)]
                for policies, hashed in blocks:
                    name = _hash(where, luck, hashed)
                    runs = (policies[1] - policies[0]) * len(luck)
                    yield Task(name, number, which, policies, replicates, runs)
                    number += 1

    def __len__(self) -> int:
        """Return how many tasks there are."""
        return self.study.tasks


def cut(study: Study) -> Cut:
    """Cut a study into tasks for this version of the program."""
    return Cut(study, program_hash())


def _canonical(data: Any) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _hash(*parts: Any) -> str:
    return hashlib.sha256(_canonical(parts).encode()).hexdigest()
