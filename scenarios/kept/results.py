"""Results on disk: a folder with the report, tidy tables and the manifest, written whole or not at all."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from trappen.agents.problem import Problem
from trappen.model.nearest import fold
from trappen.scenarios.checksums import write_checksums
from trappen.scenarios.outputs import TABLES
from trappen.scenarios.whole import whole_folder

if TYPE_CHECKING:
    from trappen.scenarios.compare import Comparison

WriteReport = Callable[["Comparison", Path], None]


def folder_name(comparison: "Comparison") -> str:
    """Return the name of a result's folder: place, policies and the hash of all that decides it."""
    place = fold(comparison.a.municipality or comparison.a.name).replace(" ", "-")
    a, b = comparison.names
    return f"{place}-{a}-{b}-{comparison.result_hash[:8]}"


def check_writable(parent: Path) -> None:
    """Tell before a run whether its result can be written.

    Raises
    ------
    Problem
        If the folder cannot be made or written.
    """
    existing = parent
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        raise Problem("result.not_writable", file=parent)


def write(comparison: "Comparison", parent: Path, report: WriteReport | None = None) -> Path:
    """Write a comparison's folder and return it; an older folder of the same result is replaced.

    Parameters
    ----------
    parent
        Folder in which the result's own folder is made.
    report
        Writes the report to a path; it stands on a floor above this one.

    Raises
    ------
    Problem
        If the folder cannot be written; then nothing is left behind.
    """
    check_writable(parent)
    target = parent / folder_name(comparison)
    with whole_folder(target) as draft:
        _write_into(comparison, draft, report)
    return target


def _write_into(comparison: "Comparison", folder: Path, report: WriteReport | None) -> None:
    tables = folder / "tables"
    tables.mkdir()
    for name in (*TABLES, *comparison.further_tables):
        frame: pd.DataFrame = getattr(comparison, name)()
        frame.to_parquet(tables / f"{name}.parquet", index=False)
        if comparison.outputs.as_text(name):
            frame.to_csv(tables / f"{name}.csv", index=False, encoding="utf-8-sig")
    answer = {"names": list(comparison.names), "break_even": comparison.break_even()}
    (folder / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
    (folder / "budget.json").write_text(comparison.budget().to_json(), encoding="utf-8")
    text = json.dumps(comparison.manifest, ensure_ascii=False, indent=2)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
    if report is not None:
        report(comparison, folder / "report.html")
    write_checksums(folder)
