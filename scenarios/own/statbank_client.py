"""Fetching StatBank tables over Statistics Denmark's open interface, into files the reader takes."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from trappen.agents.problem import Problem
from trappen.model.municipalities import Municipality
from trappen.scenarios.own.statbank_cells import layout
from trappen.scenarios.whole import whole_file

ADDRESS = "https://api.statbank.dk"
TIMEOUT = 30.0
MAX_BYTES = 50_000_000

Told = Callable[[str, int, int], None]


def fetch(
    town: Municipality, folder: Path, *, address: str = ADDRESS, say: Told = lambda what, done, of: None
) -> list[Path]:
    """Write one file a table for a municipality, the latest time of each, and return the files.

    Each table is asked twice: which variables and values it has, then for its numbers as codes.

    Raises
    ------
    Problem
        There is no connection, an answer is no answer, or a file cannot be written.
    """
    if urlsplit(address).scheme not in ("http", "https"):
        raise Problem("fetch.address", field="--address", given=address[:80])
    tables = list(layout()["tables"])
    written = []
    for done, table in enumerate(tables):
        say("fetch", done, len(tables))
        told = _json(address, "tableinfo", {"table": table, "format": "JSON", "lang": "da"}, table)
        try:
            variables = [_chosen(variable, town) for variable in told["variables"]]
        except (KeyError, TypeError, IndexError, ValueError):
            raise Problem("fetch.odd_answer", field=table, address=address) from None
        asked = {
            "table": table,
            "format": "BULK",
            "lang": "da",
            "valuePresentation": "Code",
            "variables": variables,
        }
        content = _post(address, "data", asked, table)
        if b";" not in content.partition(b"\n")[0]:
            raise Problem("fetch.odd_answer", field=table, address=address)
        written.append(_write(folder / f"{table}.csv", content))
    say("fetch", len(tables), len(tables))
    return written


def _chosen(variable: dict[str, Any], town: Municipality) -> dict[str, Any]:
    """Return which values of a variable are asked for: the municipality, the latest time, else all."""
    code = str(variable["id"])
    if variable.get("time"):
        return {"code": code, "values": [str(variable["values"][-1]["id"])]}
    if code.upper() in layout()["columns"]["place"]:
        ids = [str(value["id"]) for value in variable["values"]]
        return {"code": code, "values": [told for told in ids if told.isdecimal() and int(told) == town.code]}
    return {"code": code, "values": ["*"]}


def _post(address: str, what: str, asked: dict[str, Any], table: str) -> bytes:
    request = urllib.request.Request(
        f"{address.rstrip('/')}/v1/{what}",
        data=json.dumps(asked).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "trappen"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            content: bytes = answer.read(MAX_BYTES + 1)
    except urllib.error.HTTPError as error:
        raise Problem("fetch.refused", field=table, code=error.code, message=_message(error)) from None
    except (urllib.error.URLError, OSError, ValueError):
        raise Problem("fetch.no_connection", field=table, address=address) from None
    if len(content) > MAX_BYTES:
        raise Problem("fetch.odd_answer", field=table, address=address)
    return content


def _message(error: urllib.error.HTTPError) -> str:
    try:
        told = json.loads(error.read(10_000).decode("utf-8", "replace"))
        return str(told.get("message", ""))[:200]
    except (ValueError, AttributeError, OSError):
        return ""


def _json(address: str, what: str, asked: dict[str, Any], table: str) -> dict[str, Any]:
    try:
        told = json.loads(_post(address, what, asked, table).decode("utf-8"))
    except ValueError:
        raise Problem("fetch.odd_answer", field=table, address=address) from None
    if not isinstance(told, dict):
        raise Problem("fetch.odd_answer", field=table, address=address)
    return told


def _write(path: Path, content: bytes) -> Path:
    with whole_file(path) as draft:
        draft.write_bytes(content)
    return path
