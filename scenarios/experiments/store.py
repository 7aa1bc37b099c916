"""An experiment's result on disk: tables, the result as JSON, what floors above write, and checksums."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from trappen.model.nearest import fold
from trappen.scenarios.checksums import write_checksums
from trappen.scenarios.experiments.found import Found
from trappen.scenarios.whole import whole_folder

WriteBeside = Callable[[Found, Path], None]


def write_found(found: Found, parent: Path, beside: WriteBeside | None = None) -> Path:
    """Write a folder of its own under `parent`, whole or not at all, and return it.

    Parameters
    ----------
    beside
        Writes report and workbook into the folder; it stands on a floor above this one.

    Raises
    ------
    Problem
        If the folder cannot be written; then nothing is left behind.
    """
    text = found.to_json()
    stamp = hashlib.sha256(text.encode()).hexdigest()[:8]
    place = fold(str(found.manifest.get("municipality") or "")).replace(" ", "-") or "own"
    target = parent / f"{place}-{found.kind}-{stamp}"
    with whole_folder(target) as draft:
        (draft / "tables").mkdir()
        for name, frame in found.tables.items():
            frame.to_csv(draft / "tables" / f"{name}.csv", index=False, encoding="utf-8-sig")
        (draft / "result.json").write_text(text + "\n", encoding="utf-8")
        if beside is not None:
            beside(found, draft)
        write_checksums(draft)
    return target
