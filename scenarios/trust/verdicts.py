"""The verdicts of the latest trial of all cases, kept in a file so that a page need not run them anew."""

import csv
from importlib.resources import files
from pathlib import Path

from trappen.scenarios.trust.validation import Finding, Trial, read_cases
from trappen.scenarios.whole import whole_file

KEPT = "validation_verdicts.csv"
"""What `trappen validate --keep` writes and the dashboard's page of evidence shows."""

_COUNTS = ("sets", "replicates", "children", "years")
_TRIAL = (*_COUNTS, "version", "date")
_HEADS = ("case", "verdict", "value", "low", "high", "within", "counted", *_TRIAL)


def kept_file() -> Path:
    """Return where the verdicts are kept."""
    return Path(str(files("trappen.scenarios.trust"))) / KEPT


def keep_verdicts(found: list[Finding], path: Path) -> None:
    """Write the verdicts, a line a case, with how they were tried and by which version of the program."""
    with whole_file(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        pen = csv.writer(file, lineterminator="\n")
        pen.writerow(_HEADS)
        for one in found:
            numbers = [f"{x:.6g}" for x in (one.value, one.low, one.high, one.within)]
            how = [getattr(one.trial, name, "") for name in _TRIAL]
            pen.writerow([one.case.name, one.verdict, *numbers, one.sets, *how])


def kept_verdicts(path: Path | None = None) -> tuple[list[Finding], str]:
    """Return the verdicts that are kept, in the order of the cases, and the version that found them.

    A case that is no longer among the cases is left out; with no file there are none.
    """
    path = path or kept_file()
    if not path.is_file():
        return [], ""
    with path.open(encoding="utf-8") as file:
        told = {row["case"]: row for row in csv.DictReader(file)}
    found = []
    for case in read_cases():
        if (row := told.get(case.name)) is not None:
            value, low, high, within = (float(row[name]) for name in ("value", "low", "high", "within"))
            sets, replicates, children, years = (int(row[n]) for n in _COUNTS)
            trial = Trial(sets, replicates, children, years, row["version"], row["date"])
            found.append(Finding(case, value, low, high, within, row["verdict"], int(row["counted"]), trial))
    return found, next((row["version"] for row in told.values()), "")
