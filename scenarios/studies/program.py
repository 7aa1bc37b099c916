"""Which program made a result: a hash of every source and figure that a run's numbers depend on."""

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

FLOORS = ("agents", "model", "policies")
"""Everything in these decides, save the catalogue's policies and programmes: those stand in the study."""

SCENARIOS = (
    "ensembles", "named.py", "numbers.py", "offered.py", "outputs.py", "own_sets.py", "parameter_sets.py",
    "runner.py", "scenario.py", "structure.py", "studies/compute.py",
)  # fmt: skip
"""What decides of the scenarios' floor; a test holds that a run loads nothing else of it."""

PACKAGES = ("numpy", "numba", "llvmlite")
KINDS = (".py", ".yaml", ".csv")


@cache
def program_hash() -> str:
    """Return 16 hexadecimal digits that change with anything that decides a run's numbers."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        digest.update(f"{package} {version(package)}\0".encode())
    root = files("trappen.scenarios")
    chosen = [files(f"trappen.{floor}") for floor in FLOORS]
    chosen += [root.joinpath(name) for name in SCENARIOS]
    for number, place in enumerate(chosen):
        for path, content in _contents(place, ""):
            digest.update(f"{number}{path}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()[:16]


def _contents(place: Traversable, path: str) -> list[tuple[str, bytes]]:
    if place.is_file():
        return [(path, place.read_bytes())] if path.endswith(KINDS) or not path else []
    if place.name in ("__pycache__", "catalogue", "programmes"):
        return []
    found = []
    for below in sorted(place.iterdir(), key=lambda entry: entry.name):
        found += _contents(below, f"{path}/{below.name}")
    return found
