"""An experiment's result on disk: tables, the whole result as JSON, and what floors above write beside."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from trappen.agents.problem import Problem
from trappen.model.nearest import fold
from trappen.scenarios.experiments.found import Found

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
    draft: Path | None = None
    try:
        parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=parent))
        (draft / "tables").mkdir()
        for name, frame in found.tables.items():
            frame.to_csv(draft / "tables" / f"{name}.csv", index=False, encoding="utf-8-sig")
        (draft / "result.json").write_text(text + "\n", encoding="utf-8")
        if beside is not None:
            beside(found, draft)
        draft.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        os.replace(draft, target)
    except OSError as error:
        raise Problem("result.not_written", file=target, reason=error.strerror or str(error)) from None
    finally:
        if draft is not None and draft.exists():
            shutil.rmtree(draft, ignore_errors=True)
    return target
