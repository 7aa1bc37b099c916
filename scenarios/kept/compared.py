"""Two results, or two studies, are held against each other: what decides them, and number for number."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from trappen.agents.problem import Problem
from trappen.scenarios.kept.listing import look
from trappen.scenarios.studies import store
from trappen.scenarios.studies.folder import read_planned

MOST_ROWS = 5_000_000


@dataclass(frozen=True)
class Compared:
    """Two results beside each other.

    Attributes
    ----------
    inputs
        What decides them and differs: field, in the first, in the second.
    rows
        By row, how many values differ of how many in common, and the largest difference.
    """

    inputs: list[tuple[str, str, str]]
    rows: pd.DataFrame

    @property
    def same(self) -> bool:
        """Whether all numbers are the same to the bit."""
        return bool((self.rows["unlike"] == 0).all())


def compare(a: Path, b: Path) -> Compared:
    """Hold two results against each other, or two studies.

    Raises
    ------
    Problem
        If they are not of one kind, are experiments, or cannot be read.
    """
    first, second = look(a), look(b)
    if first.kind != second.kind:
        raise Problem("results.two_kinds", file=a, other=str(b))
    if first.kind == "experiment":
        raise Problem("results.experiments", file=a)
    for kept in (first, second):
        if kept.state == "unreadable":
            raise Problem("manifest.not_a_manifest", file=kept.folder)
    if first.kind == "study":
        told = [_flat(read_planned(kept.folder).study.resolved()) for kept in (first, second)]
        tables = [_study_table(kept.folder) for kept in (first, second)]
        keys = ["municipality_code", "policy", "parameter_set", "replicate"]
        keys += ["year"] if all("year" in table for table in tables) else []
    else:
        told = [_flat(kept.told.get("scenarios")) for kept in (first, second)]
        tables = [_summary(kept.folder) for kept in (first, second)]
        keys = ["row"]
    for kept, table in zip((first, second), tables, strict=True):
        if not set(keys) <= set(table.columns):
            raise Problem("study.result_damaged", file=kept.folder)
    inputs = [
        (name, told[0].get(name, "-"), told[1].get(name, "-"))
        for name in told[0] | told[1]
        if told[0].get(name) != told[1].get(name)
    ]
    return Compared(inputs, _unlike(tables[0], tables[1], keys))


def _flat(data: Any, path: str = "") -> dict[str, str]:
    """Write nested data out as one value for each path."""
    if isinstance(data, dict):
        items: Any = data.items()
    elif isinstance(data, list):
        items = enumerate(data)
    else:
        return {path.removeprefix("."): json.dumps(data, ensure_ascii=False)}
    found: dict[str, str] = {}
    for name, value in items:
        found |= _flat(value, f"{path}.{name}")
    return found


def _summary(folder: Path) -> pd.DataFrame:
    file = folder / "tables" / "summary.parquet"
    try:
        frame = store.read_parquet(file).to_pandas(ignore_metadata=True)
    except (pa.ArrowException, ValueError, TypeError):
        raise Problem("study.result_damaged", file=file) from None
    if "row" not in frame or not frame["row"].is_unique:
        raise Problem("study.result_damaged", file=file)
    return frame


def _study_table(folder: Path) -> pd.DataFrame:
    planned = read_planned(folder)
    there = store.kept(folder)
    names = [task.name for task in planned.cut if task.name in there]
    if not names:
        raise Problem("study.unfinished", file=folder, missing=len(planned.cut), of=len(planned.cut))
    if planned.study.runs > MOST_ROWS:
        raise Problem("results.too_many_rows", file=folder, limit=str(MOST_ROWS))
    tables = [store.read_result(store.file_of(folder, name), name) for name in names]
    return pa.concat_tables(table.replace_schema_metadata(None) for table in tables).to_pandas()


def _unlike(a: pd.DataFrame, b: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return by column of numbers how many values in common there are, and how many differ by how much."""
    joined = a.merge(b, on=keys, suffixes=("|a", "|b"))
    rows = []
    for name in a.columns:
        if f"{name}|a" in joined and a[name].dtype.kind in "fiu" and b[name].dtype.kind in "fiu":
            left, right = (joined[f"{name}|{side}"].to_numpy(float) for side in "ab")
            unlike = ~((left == right) | (np.isnan(left) & np.isnan(right)))
            largest = float(np.nanmax(np.abs(left - right), initial=0.0)) if unlike.any() else 0.0
            rows.append({"row": name, "common": len(joined), "unlike": int(unlike.sum()), "largest": largest})
    return pd.DataFrame(rows, columns=["row", "common", "unlike", "largest"])
