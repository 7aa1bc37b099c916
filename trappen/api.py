"""The public functions: what one can do with Trappen from Python; the command line does the same."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from trappen.agents.problem import Problem
from trappen.scenarios.compare import Comparison, Say, compare_scenarios
from trappen.scenarios.manifest import read_manifest
from trappen.scenarios.national import ALL, REPLICATES, compare_national
from trappen.scenarios.scenario import Scenario, scenario_from
from trappen.scenarios.single import Outcome, run_scenario

if TYPE_CHECKING:
    import pandas as pd

Source = str | Path | Scenario


def _scenario(source: Source, options: dict[str, Any]) -> Scenario:
    if isinstance(source, Scenario):
        return source.model_copy(update=options) if options else source
    return scenario_from(source, **options)


def compare(
    a: Source = "status_quo",
    b: Source = "omlaegning",
    *,
    structure_check: bool = True,
    threads: int = 2,
    say: Say | None = None,
    **options: Any,
) -> Comparison:
    """Compare two policies for the same municipality, the same children and the same luck.

    Parameters
    ----------
    a, b
        Name of a policy in the catalogue, path of a scenario or policy file, or a `Scenario`.
    structure_check
        Whether the structural alternatives are tried too, each with a few replicates.
    threads
        How many replicates run at once; no number depends on it.
    say
        Told of progress: what, done, of how many.
    options
        Anything a scenario file can say: municipality (`all` for each of the 98 and their total), children,
        years, replicates, seed, uncertainty,
        start_year, structure, links, parameters, levers.

    Raises
    ------
    Problem
        If something given cannot be used; its text is a sentence that says what and what instead.

    Examples
    --------
    >>> import trappen
    >>> r = trappen.compare(children=600, years=2, replicates=2, seed=3, structure_check=False)
    >>> list(r.summary().columns[:3])
    ['group', 'row', 'unit']
    """
    if options.get("municipality") == ALL:
        options = {"replicates": REPLICATES} | {k: v for k, v in options.items() if k != "municipality"}
        return compare_national(_scenario(a, options), _scenario(b, options), threads=threads, say=say)
    first, second = _scenario(a, options), _scenario(b, options)
    return compare_scenarios(first, second, structure=structure_check, threads=threads, say=say)


def run(
    policy: Source = "status_quo", *, threads: int = 2, say: Say | None = None, **options: Any
) -> Outcome:
    """Run one policy; parameters and errors as in `compare`."""
    return run_scenario(_scenario(policy, options), threads=threads, say=say)


def rerun(manifest: str | Path, *, threads: int = 2, say: Say | None = None) -> Comparison:
    """Repeat the run of a manifest and hold the numbers against it, bit for bit.

    Raises
    ------
    Problem
        If the manifest cannot be used, or the run gives other numbers.
    """
    data, a, b = read_manifest(manifest)
    comparison = (
        compare_national(a, b, threads=threads, say=say)
        if data.get("scope") == ALL
        else compare_scenarios(
            a, b, structure=bool(data.get("structure_alternatives", True)), threads=threads, say=say
        )
    )
    if comparison.result_hash != data.get("result_hash"):
        raise Problem("manifest.not_the_same", file=manifest)
    return comparison


def municipalities() -> "pd.DataFrame":
    """Return the 98 municipalities: code, name, population 2020 and the estimate of children aged 0-17."""
    import pandas as pd

    from trappen.model.municipalities import all_municipalities

    return pd.DataFrame(
        [(m.code, m.name, m.population, m.children, m.children_source) for m in all_municipalities()],
        columns=["code", "name", "population_2020", "children_0_17", "children_source"],
    )


def targets(**options: Any) -> "pd.DataFrame":
    """Return today's practice in the model beside the published figures; see `fit_report.hold`."""
    from trappen.scenarios.fit_report import hold

    return hold(**options)


def evidence(search: str | None = None, **options: Any) -> "pd.DataFrame":
    """Return the evidence register, or the part asked for; see `evidence_table.evidence`."""
    from trappen.scenarios.evidence_table import evidence as found

    return found(search, **options)
