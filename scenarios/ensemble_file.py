"""Ensembles as files: calibrating and writing the parameter sets that runs draw from."""

import csv
from pathlib import Path

from trappen.agents.problem import Problem
from trappen.scenarios.calibration import CHILDREN, Fit, Say, ensemble, fit, quiet, rows_of, solve_adults_of
from trappen.scenarios.parameter_sets import codes, ensemble_name
from trappen.scenarios.scenario import Structure

KEPT_MISFIT = 4.0
"""A set is kept if its mean squared distance to the targets is at most this: two spreads on average."""


def calibrate_to_file(
    structure: Structure,
    output: Path | None,
    *,
    rounds: int = 6,
    sets: int = 40,
    children: int = CHILDREN,
    seed: int = 2026,
    say: Say = quiet,
) -> tuple[int, Fit, Path]:
    """Fit, draw the ensemble, drop what cannot meet the targets, and write the file.

    Returns
    -------
    :
        How many sets were kept besides the best, the best fit, and the file.

    Raises
    ------
    Problem
        If the file cannot be written; that is found before anything is run.
    """
    path = output or Path(f"{ensemble_name(structure)}.csv")
    if not path.parent.is_dir():
        raise Problem("result.not_writable", file=path.parent)
    code = codes(structure)
    best, jacobian = fit(code, rounds=rounds, children=children, seed=seed, say=say)
    best = solve_adults_of(best, code, children, seed)
    drawn = (
        ensemble(code, best, jacobian, members=sets, children=children, seed=seed, say=say) if sets else []
    )
    kept = [one for one in drawn if one.misfit <= KEPT_MISFIT]
    write_ensemble(path, best, kept, structure)
    return len(kept), best, path


def write_ensemble(path: Path, best: Fit, kept: list[Fit], structure: Structure) -> None:
    """Write the best fit as set 0 and the kept sets after it."""
    rows = list(rows_of([best, *kept]))
    names = list(dict.fromkeys(name for row in rows for name in row))
    # The best fit leaves what evidence leaves open at the register's value.
    from trappen.model.evidence import register

    draft = path.with_suffix(".draft")
    head = (
        f"# Parameter sets fitted to scenarios/targets.yaml under {structure.model_dump()}\n"
        "# by `trappen calibrate`; set 0 is the best fit, others vary what evidence leaves open.\n"
    )
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            file.write(head)
            writer = csv.DictWriter(file, names, lineterminator="\n")
            writer.writeheader()
            for row in rows:
                whole = {n: row[n] if n in row else float(register()[n].value) for n in names}
                writer.writerow({n: f"{value:.6g}" for n, value in whole.items()})
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Problem("result.not_written", file=path, reason=error.strerror or str(error)) from None
