"""The best fit is written into the register: the value of each calibrated parameter, and nothing else."""

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from trappen.model.evidence import register
from trappen.scenarios.whole import whole_file


def write_register(moved: Mapping[str, float], folder: Path | None = None) -> int:
    """Write fitted values into the parameter files and return how many entries changed.

    Parameters
    ----------
    moved
        Values by name; elements of tables are named `table.3`.
    folder
        Where the parameter files lie; the program's own by default.

    Raises
    ------
    Problem
        If a file cannot be written, as where the program is installed and not checked out.
    """
    folder = folder or Path(str(files("trappen.model"))) / "parameters"
    changed = 0
    for room, names in _by_room(moved).items():
        path = folder / f"{room}.yaml"
        text = path.read_text(encoding="utf-8")
        for name in names:
            written = re.sub(
                rf"(?m)^({name}:\n(?:  .*\n)*?  value: ).*$", rf"\g<1>{_shown(name, moved)}", text, count=1
            )
            changed += written != text
            text = written
        with whole_file(path) as draft:
            draft.write_text(text, encoding="utf-8")
    return changed


def _by_room(moved: Mapping[str, float]) -> dict[str, list[str]]:
    rooms: dict[str, list[str]] = {}
    for name in dict.fromkeys(name.partition(".")[0] for name in moved):
        entry = register()[name]
        if entry.varies == "calibrated":
            rooms.setdefault(entry.room, []).append(name)
    return rooms


def _shown(name: str, moved: Mapping[str, float]) -> str:
    entry = register()[name]
    if entry.index is None:
        return f"{moved[name]:.6g}"
    elements = [moved.get(f"{name}.{k}", value) for k, value in enumerate(entry.value)]
    return "[" + ", ".join(f"{value:.6g}" for value in elements) + "]"
