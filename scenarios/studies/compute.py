"""The work of one task: its runs as rows of one Parquet file; the same bytes wherever it is done."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from trappen.agents.ledger import Payer, Post
from trappen.model.engine import WARM_UP_YEARS
from trappen.model.outcomes import INDICATORS, Indicator
from trappen.model.readers import Ledger
from trappen.scenarios.runner import run_replicate, set_of
from trappen.scenarios.scenario import Scenario
from trappen.scenarios.studies.program import program_hash

KEYS = (
    ("municipality_code", pa.int16()),
    ("municipality", pa.string()),
    ("children", pa.int32()),
    ("policy", pa.string()),
    ("parameter_set", pa.int16()),
    ("replicate", pa.int32()),
)
YEAR = ("year", pa.int16())


class Stopped(Exception):
    """The work was stopped before it was done; nothing is wrong."""


class OtherProgram(Exception):
    """A worker runs another version of the program than the one that planned the study."""


def scenarios_of(task: dict[str, Any]) -> list[Scenario]:
    """Return the scenarios of a task, one a policy."""
    world, place = task["world"], task["place"]
    shared = {
        name: world[name]
        for name in ("start_year", "years", "seed", "structure", "links", "parameters", "ensemble")
    }
    shared |= {
        "municipality": place["name"] if place["code"] else None,
        "municipality_code": place["code"] or None,
        "children": place["children"],
        "children_source": place["children_source"],
        "uncertainty": world["parameter_sets"] > 0,
        "casework": "compiled",
        # A replicate is run by its number, which a scenario of so many would not be allowed; how many there
        # are decides nothing.
        "replicates": 1,
    }
    return [
        Scenario.from_resolved({"name": entry["policy"]["name"], "policy": entry["policy"], **shared})
        for entry in task["policies"]
    ]


def kept_indicators(keep: dict[str, Any]) -> list[Indicator]:
    """Return the indicators that are kept, in the order of the model."""
    return [i for i in INDICATORS if not keep["indicators"] or i.row in keep["indicators"]]


def schema_of(world: dict[str, Any], grid: list[str]) -> pa.Schema:
    """Return the columns of a study's results: keys, levers of the grid, indicators, accounts."""
    keep = world["keep"]
    fields = [*KEYS, YEAR] if keep["by"] == "year" else [*KEYS]
    fields += [(f"lever_{name}", pa.float64()) for name in grid]
    fields += [(indicator.row, pa.float64()) for indicator in kept_indicators(keep)]
    if keep["accounts"]:
        fields += [(_account(post, payer), pa.int64()) for post in Post for payer in Payer]
    return pa.schema([pa.field(name, kind, nullable=name not in dict(KEYS)) for name, kind in fields])


def _account(post: Post, payer: Payer) -> str:
    return f"dkk_{post.name.lower()}_{payer.name.lower()}"


def do_task(body: str, stop: Callable[[], bool] | None = None) -> bytes:
    """Do the runs of a task and return its file.

    Parameters
    ----------
    body
        The task written out, from `Cut.body`.
    stop
        Asked between replicates whether to leave off.

    Raises
    ------
    OtherProgram
        If this is not the program that planned the task.
    Stopped
        If `stop` said so.
    """
    task = json.loads(body)
    if task["program"] != program_hash():
        raise OtherProgram(f"{task['program']} planned it, {program_hash()} is here")
    scenarios = scenarios_of(task)
    rows = []
    for replicate in task["replicates"]:
        if stop is not None and stop():
            raise Stopped
        for entry, scenario, world in zip(
            task["policies"], scenarios, run_replicate(scenarios, replicate), strict=True
        ):
            of = Ledger(
                world.counts[WARM_UP_YEARS:], world.sums[WARM_UP_YEARS:], world.accounts[WARM_UP_YEARS:]
            )
            rows.append(_rows(task, entry, scenario, replicate, of))
    columns = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    schema = schema_of(task["world"], list(task["policies"][0]["grid"]))
    table = pa.table(
        {field.name: pa.array(columns[field.name], field.type) for field in schema}, schema=schema
    )
    return to_parquet(table, head(task["program"], task["name"]))


def head(program: str, task: str) -> dict[str, str]:
    """Return what a file says of itself: the program that made it and the task it answers."""
    return {"trappen_program": program, "trappen_task": task}


def _rows(
    task: dict[str, Any], entry: dict[str, Any], scenario: Scenario, replicate: int, of: Ledger
) -> dict[str, np.ndarray]:
    """Return the rows of one run by column: one, or one a year."""
    keep, place = task["world"]["keep"], task["place"]
    by_year = keep["by"] == "year"
    told = of if by_year else of.over_years()
    length = scenario.years if by_year else 1
    keys: dict[str, Any] = {
        "municipality_code": place["code"],
        "municipality": place["name"],
        "children": place["children"],
        "policy": entry["label"],
        "parameter_set": set_of(scenario, replicate),
        "replicate": replicate,
    }
    found = {name: np.full(length, value) for name, value in keys.items()}
    if by_year:
        found["year"] = scenario.start_year + np.arange(length)
    found |= {f"lever_{name}": np.full(length, value) for name, value in entry["grid"].items()}
    for indicator in kept_indicators(keep):
        found[indicator.row] = np.broadcast_to(np.asarray(indicator.read(told), float), length)
    if keep["accounts"]:
        for post in Post:
            for payer in Payer:
                amounts = told.accounts[..., post, payer]
                found[_account(post, payer)] = np.broadcast_to(np.asarray(amounts), length)
    return found


def to_parquet(table: pa.Table, told: dict[str, str]) -> bytes:
    """Return a table as a Parquet file that says what it is and whose pages carry checksums."""
    sink = pa.BufferOutputStream()
    with writer(sink, table.schema, told) as file:
        file.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


@contextmanager
def writer(sink: Any, schema: pa.Schema, told: dict[str, str]) -> Iterator[pq.ParquetWriter]:
    """Open a Parquet file to write tables to, the same way for each result and for all of them together."""
    texts = [field.name for field in schema if pa.types.is_string(field.type)]
    file = pq.ParquetWriter(
        sink,
        schema,
        compression="zstd",
        use_dictionary=texts,
        write_statistics=texts,
        write_page_checksum=True,
        store_schema=False,  # the columns' own types say all of it, in half the room
    )
    with file:
        yield file
        file.add_key_value_metadata(told)
