"""Trappen: a simulator of a Danish municipality's work with vulnerable children.

It compares policies for the same municipality, the same children and the same luck:

>>> import trappen
>>> result = trappen.compare("status_quo", "omlaegning", municipality="Vejle")  # doctest: +SKIP
>>> result.summary()  # doctest: +SKIP

It never scores or predicts a real child.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trappen.agents.problem import Problem, Problems
    from trappen.api import compare, evidence, municipalities, rerun, run, targets
    from trappen.model.municipality import Municipality
    from trappen.scenarios.compare import Comparison

__version__ = "0.1.0"

_WHERE = {
    "Comparison": "trappen.scenarios.compare",
    "Municipality": "trappen.model.municipality",
    "Problem": "trappen.agents.problem",
    "Problems": "trappen.agents.problem",
    "compare": "trappen.api",
    "evidence": "trappen.api",
    "municipalities": "trappen.api",
    "rerun": "trappen.api",
    "run": "trappen.api",
    "targets": "trappen.api",
}

__all__ = [
    "Comparison",
    "Municipality",
    "Problem",
    "Problems",
    "__version__",
    "compare",
    "evidence",
    "municipalities",
    "rerun",
    "run",
    "targets",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: `import trappen` itself costs nothing."""
    if name not in _WHERE:
        raise AttributeError(f"module 'trappen' has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
