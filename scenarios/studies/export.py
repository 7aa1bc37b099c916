"""All results of a study as one table, in the order of the study: the same bytes however it was run."""

import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv as arrow_csv

from trappen.agents.problem import Problem
from trappen.scenarios.studies.compute import head
from trappen.scenarios.studies.compute import writer as parquet_writer
from trappen.scenarios.studies.folder import Planned
from trappen.scenarios.studies.store import FULL, DiskFull, file_of, kept, read_result
from trappen.scenarios.whole import DRAFT

ROWS_AT_ONCE = 100_000


def export(folder: Path, planned: Planned, target: Path, *, partial: bool = False) -> tuple[int, int]:
    """Write the results of a study to one Parquet or CSV file, and return rows and tasks missing.

    Parameters
    ----------
    partial
        Write what is there even if tasks are missing.

    Raises
    ------
    Problem
        If tasks are missing, a result is damaged, or the file cannot be written.
    """
    if target.suffix not in (".parquet", ".csv"):
        raise Problem("study.odd_export", file=target)
    there = kept(folder)
    names = [task.name for task in planned.cut]
    present = [name for name in names if name in there]
    missing = len(names) - len(present)
    if not present or (missing and not partial):
        raise Problem("study.unfinished", file=folder, missing=missing, of=len(names))
    draft: str | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=DRAFT, dir=target.parent)
        with os.fdopen(handle, "wb") as stream:
            rows = _write(folder, planned, present, stream, target.suffix)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(draft, 0o644)
        os.replace(draft, target)
        draft = None
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull("study.disk_full", file=target.parent) from None
        raise Problem("result.not_written", file=target, reason=error.strerror or str(error)) from None
    finally:
        if draft is not None:
            with suppress(OSError):
                os.unlink(draft)
    return rows, missing


def _write(folder: Path, planned: Planned, names: list[str], stream: IO[bytes], suffix: str) -> int:
    """Write results one after another, gathered to groups of rows, and return how many rows there are."""
    rows = 0
    groups = _groups(folder, names)
    first = next(groups)
    told = head(planned.program, planned.identity)
    opened: Any = (
        arrow_csv.CSVWriter(stream, first.schema)
        if suffix == ".csv"
        else parquet_writer(stream, first.schema, told)
    )
    with opened as file:
        for table in itertools.chain([first], groups):
            file.write_table(table)
            rows += len(table)
    return rows


def _groups(folder: Path, names: list[str]) -> Iterator[pa.Table]:
    """Give the results in order, gathered to tables of many rows."""
    waiting: list[pa.Table] = []
    for place, name in enumerate(names):
        waiting.append(read_result(file_of(folder, name), name).replace_schema_metadata(None))
        if place == len(names) - 1 or sum(map(len, waiting)) >= ROWS_AT_ONCE:
            try:
                yield pa.concat_tables(waiting).combine_chunks()
            except pa.ArrowInvalid:
                raise Problem("study.result_damaged", file=file_of(folder, name)) from None
            waiting = []
