"""The public functions: what one can do with Trappen from Python; the command line does the same."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from trappen.agents.problem import Problem
from trappen.scenarios.compare import Comparison, Say, compare_scenarios
from trappen.scenarios.kept.manifest import read_manifest, with_hooks
from trappen.scenarios.scenario import Scenario, in_one_world, scenario_from
from trappen.scenarios.single import Outcome, run_scenario
from trappen.scenarios.watched.national import ALL, REPLICATES, compare_national

if TYPE_CHECKING:
    import pandas as pd

    from trappen.model.municipality import Municipality
    from trappen.scenarios.experiments.found import Found
    from trappen.scenarios.kept.stored import StoredComparison
    from trappen.scenarios.own.municipal_fit import MunicipalFit
    from trappen.scenarios.trust.validation import Finding
    from trappen.scenarios.watched.lives import TwoLives

Source = str | Path | Scenario


def as_scenario(source: Source, options: dict[str, Any]) -> Scenario:
    """Return a scenario of a policy's name, a file's path or a scenario, with some fields replaced."""
    if isinstance(source, Scenario):
        return source.model_copy(update=options) if options else source
    return scenario_from(source, **options)


def _both(a: Source, b: Source, options: dict[str, Any]) -> list[Scenario]:
    """Return two scenarios to compare; a name beside a file is tried where the file is."""
    pair = [as_scenario(a, options), as_scenario(b, options)]
    return pair if isinstance(a, Scenario) or isinstance(b, Scenario) else in_one_world(pair)


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
        Name of a policy in the catalogue, path of a scenario or policy file, or a `Scenario`. A policy alone,
        beside a scenario file, is tried where the file is.
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
        return compare_national(*_both(a, b, options), threads=threads, say=say)
    first, second = _both(a, b, options)
    return compare_scenarios(first, second, structure=structure_check, threads=threads, say=say)


def town(policy: Source = "status_quo", *, replicate: int = 0, **options: Any) -> "Municipality":
    """Return one municipality under a policy as a Mesa model, its warm-up behind it, to step through.

    It is the replicate of that number of `run` with the same options, to the bit.

    Parameters
    ----------
    policy, options
        As in `compare`.
    replicate
        Which piece of luck, and by it which parameter set.

    Raises
    ------
    Problem
        As `compare`.

    Examples
    --------
    >>> import trappen
    >>> here = trappen.town("omlaegning", children=400, years=2)
    >>> here.step()
    >>> here.month
    1
    """
    from trappen.model.kernels.world import Meter
    from trappen.scenarios.runner import start, town_at_start

    scenario = as_scenario(policy, options)
    world, _, rules, _ = start(scenario, replicate)
    return town_at_start(scenario, replicate, rules, float(world.meters[Meter.POSTS_PAID]))


def run(
    policy: Source = "status_quo", *, threads: int = 2, say: Say | None = None, **options: Any
) -> Outcome:
    """Run one policy; parameters and errors as in `compare`."""
    return run_scenario(as_scenario(policy, options), threads=threads, say=say)


def rerun(
    manifest: str | Path, *, hook: str | Path | None = None, threads: int = 2, say: Say | None = None
) -> Comparison:
    """Repeat the run of a manifest, with the Python file it rests on if any, to the same bits.

    Raises
    ------
    Problem
        If the manifest cannot be used, the hook is missing or another, or the run gives other numbers.
    """
    data, a, b = read_manifest(manifest)
    a, b = with_hooks(a, b, hook, manifest)
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


def prices(path: str | Path | None = None) -> "pd.DataFrame | dict[str, float]":
    """Return the unit costs; or, of a file of own ones, the values to give as `parameters`."""
    from trappen.scenarios.own_prices import price_list, read_prices

    return price_list() if path is None else read_prices(path)


def read_result(folder: str | Path) -> "StoredComparison | Found":
    """Return a result from its folder; see `scenarios.stored.read_result`."""
    from trappen.scenarios.kept.stored import read_result as read

    return read(folder)


def municipalities() -> "pd.DataFrame":
    """Return the 98 municipalities: code, name, population 2020 and the estimate of children aged 0-17."""
    import pandas as pd

    from trappen.model.municipalities import all_municipalities

    return pd.DataFrame(
        [(m.code, m.name, m.population, m.children, m.children_source) for m in all_municipalities()],
        columns=["code", "name", "population_2020", "children_0_17", "children_source"],
    )


def catalogue(search: str | None = None, *, lang: str = "en", **filters: Any) -> "pd.DataFrame":
    """Return policies, programmes and levers that fit, one a row.

    Parameters
    ----------
    search
        Words to be found in name, title or description.
    filters
        `kind`, `leg`, `step`, `age` (years, -1 in pregnancy), `prevention`, `grade`, `system`.
    """
    import pandas as pd

    from trappen.viz.terminal.catalogue_list import Wanted, rows

    return pd.DataFrame(rows(Wanted(search=search, **filters), lang))


def use_catalogue(folder: str | Path | None) -> None:
    """Let the policies and programmes of a folder appear everywhere; None for the packaged ones alone."""
    from trappen.policies.library import use_folder

    use_folder(folder)


def check(path: str | Path) -> str:
    """Return what a file is (scenario, policy or programme) where nothing is wrong with it.

    Raises
    ------
    Problems
        One sentence for each thing that is wrong.
    """
    from trappen.scenarios.files.checked import check_file

    return check_file(Path(path)).kind


def targets(**options: Any) -> "pd.DataFrame":
    """Return today's practice in the model beside the published figures; see `fit_report.hold`."""
    from trappen.scenarios.fitting.fit_report import hold

    return hold(**options)


def evidence(search: str | None = None, **options: Any) -> "pd.DataFrame":
    """Return the evidence register, or the part asked for; see `evidence_table.evidence`."""
    from trappen.scenarios.evidence_table import evidence as found

    return found(search, **options)


def study(
    file: str | Path,
    folder: str | Path | None = None,
    *,
    engine: str = "local",
    workers: int | None = None,
    retry: bool = False,
) -> Path:
    """Run what is missing of a study and return the folder of its results; it can be stopped at any moment.

    Parameters
    ----------
    file
        The study's file.
    folder
        Where its results are kept; `results/study-NAME` when None.
    engine, workers
        `local`, `threads`, `processes` or `dask:tcp://HOST:8786`, and how many; no number depends on them.
    retry
        Try tasks anew that were set aside.

    Raises
    ------
    Problem
        If the study cannot be used, or could not be done to its end.
    """
    from trappen.scenarios.studies.drive import drive
    from trappen.scenarios.studies.folder import default_folder
    from trappen.scenarios.studies.study import load_study

    asked = load_study(file)
    place = default_folder(asked) if folder is None else Path(folder)
    drive(asked, place, engine=engine, workers=workers, retry=retry)
    return place


def calibrate(
    municipality: str,
    figures: str | Path | None = None,
    *,
    statbank: str | Path | None = None,
    output: str | Path | None = None,
    prices: str | Path | None = None,
    **options: Any,
) -> "MunicipalFit":
    """Fit to a municipality's own figures; see `municipal_fit.fit_municipality` for the options.

    Parameters
    ----------
    figures, statbank
        A table of own figures, and a folder of StatBank tables.
    output
        File for the parameter sets, which `ensemble=` of a comparison takes.
    prices
        A file of own unit costs, in which own spending is reckoned.

    Raises
    ------
    Problem
        There are no figures, or they cannot be used.
    """
    from trappen.model.municipalities import find
    from trappen.scenarios.own.municipal_fit import fit_municipality
    from trappen.scenarios.own.own_figures import children_in, in_model_units, read_figures
    from trappen.scenarios.own.statbank import read_folder, together
    from trappen.scenarios.own_prices import read_prices

    if figures is None and statbank is None:
        raise Problem("figures.missing")
    town = find(municipality)
    given = [] if figures is None else read_figures(figures)
    if statbank is not None:
        given = together(given, read_folder(statbank, town).figures)
    children = children_in(given, town.children)
    file = None if output is None else Path(output)
    own = in_model_units(given, children)
    paid = None if prices is None else read_prices(prices)
    return fit_municipality(town.name, own, children, output=file, prices=paid, **options)


def validate(cases: str | Path | None = None, **options: Any) -> "list[Finding]":
    """Hold the model against cases it was not fitted to, its own or those of a file.

    See `validation.validate` for the options.
    """
    from trappen.scenarios.trust.validation import read_cases
    from trappen.scenarios.trust.validation import validate as held

    return held(read_cases(cases), **options)


def two_lives(
    a: Source = "status_quo",
    b: Source = "omlaegning",
    *,
    who: int | None = None,
    pattern: str | None = None,
    replicate: int = 0,
    **options: Any,
) -> "TwoLives":
    """Return one child's life under two policies with the same luck, month by month.

    Parameters
    ----------
    who
        The child's key; drawn among those with the pattern if left out.
    pattern
        One of `trappen.scenarios.watched.lives.PATTERNS`, such as `placed`, `missed` or `differs`.
    replicate
        Whose luck.
    """
    from trappen.scenarios.watched.lives import two_lives as found

    return found(as_scenario(a, options), as_scenario(b, options), who, pattern, replicate)
