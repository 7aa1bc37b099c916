"""Ensembles as files: calibrating, resuming what was broken off, and writing the sets runs draw from."""

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from trappen.agents.problem import Problem
from trappen.model.parameter_set import base_values
from trappen.scenarios.fitting.calibration import THREADS, Fit, Say, ensemble, fit, quiet, rows_of
from trappen.scenarios.fitting.drawn import draw_evidence
from trappen.scenarios.fitting.slopes import first_jacobian
from trappen.scenarios.fitting.task import CHILDREN, Task, make_task
from trappen.scenarios.parameter_sets import ALTERNATIVES, codes, ensemble_name, members
from trappen.scenarios.scenario import Structure
from trappen.scenarios.whole import whole_file

KEPT_MISFIT = 4.0
"""A set is kept if its mean squared distance to the targets is at most this: two spreads on average."""


class Unfinished:
    """What a calibration has made so far, kept beside its result until that is written.

    A file that another model, other targets or other options left behind is not taken up.
    """

    def __init__(self, path: Path, key: str) -> None:
        self.path = path.with_suffix(".unfinished.json")
        self.key = key
        self.best: Fit | None = None
        self.jacobian: np.ndarray | None = None
        self.made: dict[int, Fit] = {}
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            if kept["key"] == key:
                self.best = Fit(**kept["best"])
                self.jacobian = np.array(kept["jacobian"], float)
                self.made = {int(k): Fit(**one) for k, one in kept["made"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            return

    def save(self) -> None:
        """Write it whole or not at all."""
        assert self.best is not None
        assert self.jacobian is not None
        told = {
            "key": self.key,
            "best": asdict(self.best),
            "jacobian": self.jacobian.tolist(),
            "made": {str(k): asdict(one) for k, one in self.made.items()},
        }
        with whole_file(self.path) as draft:
            draft.write_text(json.dumps(told), encoding="utf-8")

    def keep_best(self, best: Fit, jacobian: np.ndarray) -> None:
        """Keep the best fit and its Jacobian."""
        self.best, self.jacobian = best, jacobian
        self.save()

    def keep(self, number: int, one: Fit) -> None:
        """Keep one member of the ensemble."""
        self.made[number] = one
        self.save()

    def done(self) -> None:
        """Take it away: the result is written."""
        self.path.unlink(missing_ok=True)


def key_of(task: Task, *more: object) -> str:
    """Return the hash of what decides a calibration: model, register, targets, luck, size and options."""
    from trappen.model.kernels import CACHE_FOLDER
    from trappen.scenarios.kept.manifest import evidence_hash

    told = [
        evidence_hash(),
        CACHE_FOLDER.name if CACHE_FOLDER else "",  # the hash of all compiled sources
        task.structure.tolist(),
        task.aim.names,
        task.aim.value.tolist(),
        task.aim.spread.tolist(),
        task.children,
        task.seed,
        task.names,
        dict(task.today),
        dict(task.prices),
        *more,
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def calibrate_to_file(
    structure: Structure,
    output: Path | None,
    *,
    rounds: int = 2,
    sets: int = 24,
    children: int = CHILDREN,
    seed: int = 2026,
    jacobian: np.ndarray | None = None,
    threads: int = THREADS,
    say: Say = quiet,
) -> tuple[int, Fit, Path, np.ndarray]:
    """Fit, draw the ensemble, drop what cannot meet the targets, and write the file.

    Returns
    -------
    :
        How many sets were kept besides the best, the best fit, the file, and the last Jacobian.

    Raises
    ------
    Problem
        If the file cannot be written; that is found before anything is run.
    """
    name = ensemble_name(structure)
    path = output or Path(f"{name}.csv")
    if not path.parent.is_dir():
        raise Problem("result.not_writable", file=path.parent)
    task = make_task(codes(structure), children=children, seed=seed)
    unfinished = Unfinished(path, key_of(task, rounds, sets))
    if unfinished.best is None:
        start = members(name)[0]
        jacobian = first_jacobian(task) if jacobian is None else jacobian
        unfinished.keep_best(*fit(task, start, rounds=rounds, jacobian=jacobian, threads=threads, say=say))
    best, last = unfinished.best, unfinished.jacobian
    assert best is not None
    assert last is not None
    drawn = ensemble(
        task,
        best,
        last,
        draw_evidence(sets, seed),
        already=unfinished.made,
        keep=unfinished.keep,
        threads=threads,
        say=say,
    )
    kept = [one for one in drawn if one.misfit <= KEPT_MISFIT]
    head = (
        f"Parameter sets fitted to scenarios/fitting/targets.yaml under {structure.model_dump()}",
        "by `trappen calibrate`; set 0 is the best fit, others vary what evidence leaves open.",
    )
    write_ensemble(path, [best, *kept], head)
    unfinished.done()
    return len(kept), best, path, last


def calibrate_all(
    folder: Path,
    *,
    rounds: int = 2,
    sets: int = 24,
    children: int = CHILDREN,
    seed: int = 2026,
    threads: int = THREADS,
    say: Say = quiet,
) -> list[tuple[int, Fit, Path]]:
    """Fit the default structure and each alternative, which begin with the Jacobian of the one before.

    The alternatives draw half as many sets: they are asked whether a verdict changes, not by how much.
    """
    found = []
    jacobian: np.ndarray | None = None
    choices = [Structure(), *(Structure(**{switch: choice}) for switch, choice in ALTERNATIVES)]  # type: ignore[arg-type]
    for structure in choices:
        name = ensemble_name(structure)
        number = sets if name == "default" else (sets + 1) // 2

        def told(what: str, done: int, of: int, name: str = name) -> None:
            say(f"{what}:{name}", done, of)

        kept, best, path, jacobian = calibrate_to_file(
            structure,
            folder / f"{name}.csv",
            rounds=rounds,
            sets=number,
            children=children,
            seed=seed,
            jacobian=jacobian,
            threads=threads,
            say=told,
        )
        found.append((kept, best, path))
    return found


def write_ensemble(path: Path, fits: Sequence[Fit], head: Sequence[str]) -> None:
    """Write the best fit as set 0 and the others after it, with lines of comment before them.

    What only some sets vary stands at the register's value in the others.
    """
    rows = list(rows_of(list(fits)))
    names = list(dict.fromkeys(name for row in rows for name in row))
    with whole_file(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"# {line}\n" for line in head)
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: f"{_cell(row, name):.6g}" for name in names})


def _cell(row: Mapping[str, float], name: str) -> float:
    if name in row:
        return row[name]
    table, dot, element = name.rpartition(".")
    value = base_values()[table if dot else name]
    return float(value[int(element)] if dot else value)
