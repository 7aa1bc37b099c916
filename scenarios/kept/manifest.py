"""The manifest: everything that decides a result, from which it can be had again bit for bit."""

import hashlib
import json
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trappen.agents.problem import Problem
from trappen.model.evidence import ROOMS, register
from trappen.policies.hook import load_hook, sha256_of
from trappen.policies.lever import levers
from trappen.scenarios.evidence_table import assumed_range, assumed_share
from trappen.scenarios.scenario import Scenario

if TYPE_CHECKING:
    from trappen.scenarios.compare import Comparison

FORMAT = 1
PRICE_YEAR = 2023


def _hash(*contents: bytes) -> str:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def evidence_hash() -> str:
    """Return the SHA-256 of the packaged parameters with their evidence."""
    folder = files("trappen.model.parameters")
    return _hash(*((folder / f"{room}.yaml").read_bytes() for room in ROOMS))


def parameter_hash() -> str:
    """Return the SHA-256 of the packaged parameter sets and of the register they rest on."""
    folder = files("trappen.scenarios.ensembles")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".csv"))
    return _hash(evidence_hash().encode(), *((folder / name).read_bytes() for name in names))


def _moved(a: Scenario, b: Scenario) -> list[dict[str, Any]]:
    """Return the levers whose targets differ between two scenarios."""
    ours, theirs = (scenario.policy_as_run.levers for scenario in (a, b))
    return [
        {
            "id": name,
            "title": dict(lever.title),
            "unit": dict(lever.unit),
            "a": ours[name],
            "b": theirs[name],
            "link": lever.link,
            "grade": lever.grade,
        }
        for name, lever in levers().items()
        if ours[name] != theirs[name]
    ]


def manifest_of(comparison: "Comparison") -> dict[str, Any]:
    """Return the manifest of a comparison."""
    a, b = comparison.a, comparison.b
    entries = list(register().values())
    return {
        "format": FORMAT,
        "program": "trappen",
        "program_version": version("trappen"),
        "numpy_version": np.__version__,
        "scenarios": {"a": a.resolved(), "b": b.resolved()},
        "structure_alternatives": bool(comparison.alternatives),
        "parameter_hash": parameter_hash(),
        "evidence_hash": evidence_hash(),
        "result_hash": comparison.result_hash,
        # What a reader wants to see beside the numbers.
        "municipality": a.municipality or a.name,
        "municipality_code": a.municipality_code,
        "children": a.children,
        "children_source": a.children_source,
        "start_year": a.start_year,
        "years": a.years,
        "replicates": a.replicates,
        "seed": a.seed,
        "parameter_sets": len(np.unique(comparison.runs[0].sets)),
        "price_year": PRICE_YEAR,
        "perspective": a.perspective,
        "discount_rate": register()["discount_rate"].value,
        "structure": a.structure.model_dump(),
        "links": a.links.model_dump(),
        "levers": _moved(a, b),
        "titles": {
            name: scenario.policy_as_run.title.model_dump()
            for name, scenario in zip(comparison.names, (a, b), strict=True)
        },
        "evidence": {
            "grades": {grade: count for grade, count in register().grades().items() if count},
            "assumed_share": sum(e.grade == "assumed" for e in entries) / len(entries),
            # Of the spread of the cost difference that stems from uncertain numbers.
            "spread_by_grade": assumed_share(),
            "assumed_range": assumed_range(),
        },
    }


def read_manifest(path: str | Path) -> tuple[dict[str, Any], Scenario, Scenario]:
    """Read a manifest and rebuild its two scenarios.

    Raises
    ------
    Problem
        If the file cannot be read, is no manifest of this program, or was made with other parameters.
    """
    file = Path(path)
    if file.is_dir():
        file = file / "manifest.json"
    try:
        if file.stat().st_size > 5_000_000:
            raise Problem("manifest.not_a_manifest", file=file)
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise Problem("manifest.unreadable", file=file) from None
    except (ValueError, RecursionError):
        raise Problem("manifest.not_a_manifest", file=file) from None
    if not isinstance(data, dict) or data.get("program") != "trappen" or data.get("format") != FORMAT:
        raise Problem("manifest.not_a_manifest", file=file)
    scenarios = data.get("scenarios")
    if not isinstance(scenarios, dict) or not {"a", "b"} <= scenarios.keys():
        raise Problem("manifest.not_a_manifest", file=file)
    if data.get("parameter_hash") != parameter_hash():
        raise Problem(
            "manifest.other_parameters",
            file=file,
            version=str(data.get("program_version")),
            present=version("trappen"),
        )
    a, b = (Scenario.from_resolved(scenarios[name], file=file) for name in ("a", "b"))
    return data, a, b


def with_hooks(
    a: Scenario, b: Scenario, hook: str | Path | None, manifest: str | Path
) -> tuple[Scenario, Scenario]:
    """Return a manifest's scenarios with the hook that they rest on, which the user has given.

    The file is run only once its hash is the one in the manifest.

    Raises
    ------
    Problem
        If they rest on a hook and none is given, or another; or if they rest on none and one is given.
    """
    needed = {scenario.hook_sha256 for scenario in (a, b)} - {None}
    if hook is None:
        for sha256 in needed:
            raise Problem("hook.needed", file=manifest, sha256=sha256)
        return a, b
    found = sha256_of(hook)
    if not needed:
        raise Problem("hook.not_asked_for", file=manifest, hook=hook)
    if found not in needed:
        raise Problem("hook.another", file=hook, given=found, needed=", ".join(sorted(map(str, needed))))
    loaded = load_hook(hook)
    first, second = (one.with_hook(loaded) if one.hook_sha256 == found else one for one in (a, b))
    return first, second
