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
    from trappen.api import (
        calibrate,
        catalogue,
        check,
        compare,
        evidence,
        municipalities,
        prices,
        read_result,
        rerun,
        run,
        study,
        targets,
        town,
        two_lives,
        use_catalogue,
        validate,
    )
    from trappen.model.municipality import Municipality
    from trappen.months import stock_of_month
    from trappen.questions import (
        budget,
        casework,
        compare_many,
        early,
        explain,
        optimise,
        seek,
        sensitivity,
        trial,
    )
    from trappen.scenarios.compare import Comparison
    from trappen.scenarios.experiments.found import Found

__version__ = "0.1.0"

_WHERE = {
    "Comparison": "trappen.scenarios.compare",
    "Found": "trappen.scenarios.experiments.found",
    "Municipality": "trappen.model.municipality",
    "Problem": "trappen.agents.problem",
    "Problems": "trappen.agents.problem",
    "budget": "trappen.questions",
    "calibrate": "trappen.api",
    "catalogue": "trappen.api",
    "check": "trappen.api",
    "compare": "trappen.api",
    "compare_many": "trappen.questions",
    "early": "trappen.questions",
    "casework": "trappen.questions",
    "evidence": "trappen.api",
    "explain": "trappen.questions",
    "municipalities": "trappen.api",
    "optimise": "trappen.questions",
    "prices": "trappen.api",
    "read_result": "trappen.api",
    "rerun": "trappen.api",
    "run": "trappen.api",
    "seek": "trappen.questions",
    "sensitivity": "trappen.questions",
    "stock_of_month": "trappen.months",
    "study": "trappen.api",
    "targets": "trappen.api",
    "town": "trappen.api",
    "trial": "trappen.questions",
    "two_lives": "trappen.api",
    "use_catalogue": "trappen.api",
    "validate": "trappen.api",
}

__all__ = [
    "Comparison",
    "Found",
    "Municipality",
    "Problem",
    "Problems",
    "__version__",
    "budget",
    "calibrate",
    "casework",
    "catalogue",
    "check",
    "compare",
    "compare_many",
    "early",
    "evidence",
    "explain",
    "municipalities",
    "optimise",
    "prices",
    "read_result",
    "rerun",
    "run",
    "seek",
    "sensitivity",
    "stock_of_month",
    "study",
    "targets",
    "town",
    "trial",
    "two_lives",
    "use_catalogue",
    "validate",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: `import trappen` itself costs nothing."""
    if name not in _WHERE:
        raise AttributeError(f"module 'trappen' has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
