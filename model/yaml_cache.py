"""What was read from a file that ships with the program is kept, so that a start does not parse it again.

An entry is found by the hash of the file's bytes and of the reader's own source, so it can never be
stale; a damaged or unwritable cache only costs time.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

type Lines = dict[tuple[str | int, ...], int]


def folder() -> Path:
    """Give the folder in which entries are kept."""
    from platformdirs import user_cache_path

    return user_cache_path("trappen") / "yaml"


def _entry(path: str | Path, raw: bytes) -> Path:
    reader = Path(__file__).with_name("strict_yaml.py").read_bytes()
    return folder() / f"{Path(path).stem}-{hashlib.sha256(reader + raw).hexdigest()[:32]}.json"


def recall(path: str | Path, raw: bytes) -> tuple[dict[str, Any], Lines] | None:
    """Give what was kept for these bytes, or None."""
    try:
        kept = json.loads(_entry(path, raw).read_text(encoding="utf-8"))
        return kept["data"], {tuple(key): line for key, line in kept["lines"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(path: str | Path, raw: bytes, data: dict[str, Any], lines: Lines) -> None:
    """Keep what was read; two programs that write at once leave one whole entry."""
    try:
        entry = _entry(path, raw)
        entry.parent.mkdir(parents=True, exist_ok=True)
        draft = entry.with_suffix(f".{os.getpid()}")
        text = json.dumps({"data": data, "lines": [[list(key), line] for key, line in lines.items()]})
        draft.write_text(text, encoding="utf-8")
        draft.replace(entry)
    except OSError:
        return
