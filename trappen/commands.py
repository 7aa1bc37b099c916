"""What each command does: read the options, run, print, write."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trappen.agents.problem import Problem
from trappen.viz.wording import number, say

if TYPE_CHECKING:
    from trappen.scenarios.compare import Comparison, Say

SIMPY_REPLICATES = 5


def _structure(given: list[str] | None) -> dict[str, str] | None:
    """Return structural choices from `switch=choice` options; what they may be is checked later."""
    if not given:
        return None
    chosen = {}
    for text in given:
        switch, equals, choice = text.partition("=")
        if not equals or not switch or not choice:
            raise Problem("option.structure", field="--structure", given=text)
        chosen[switch] = choice
    return chosen


def _overrides(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the options say about the scenario, and nothing they leave open."""
    names = ("municipality", "years", "replicates", "seed", "uncertainty", "casework")
    told = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    if (structure := _structure(options.structure)) is not None:
        told["structure"] = structure
    return told


@contextmanager
def _progress(lang: str, *, shown: bool = True) -> Iterator["Say"]:
    """Show a progress bar on standard error while the work is done; nothing where nobody looks."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    texts = {
        "compare": say("progress.pairs", lang),
        "run": say("progress.replicates", lang),
        "calibrate": say("progress.calibrating", lang),
        "ensemble": say("progress.ensemble", lang),
    }
    _warn_of_compiling(console, lang)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not shown or not console.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def told(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(texts.get(what, what), total=of)
            bar.update(tasks[what], completed=done, total=of)

        yield told


def _warn_of_compiling(console: Any, lang: str) -> None:
    """Say that the kernels are compiled first, where they are."""
    from trappen.model.kernels import CACHE_FOLDER

    if CACHE_FOLDER is None or not any(CACHE_FOLDER.rglob("*.nbc")):
        console.print(say("progress.compiling", lang))


def _finish(comparison: "Comparison", options: argparse.Namespace, lang: str, began: float) -> int:
    """Write the result's folder and print the comparison, or all of it as JSON."""
    from trappen.scenarios import results
    from trappen.viz.report import write_report

    folder = results.write(comparison, options.output, lambda of, path: write_report(of, path, lang))
    if options.json:
        from trappen.scenarios.compare import to_json

        print(to_json(comparison))
    else:
        from trappen.viz.terminal import print_comparison

        print_comparison(comparison, lang, folder=folder)
        seconds = number(time.monotonic() - began, 1, lang)
        print(say("progress.done", lang, seconds=seconds), file=sys.stderr)
    return 0


def compare(options: argparse.Namespace, lang: str) -> int:
    """Compare two policies."""
    from trappen.scenarios.results import check_writable
    from trappen.scenarios.scenario import check_comparable, scenario_from

    began = time.monotonic()
    told = _overrides(options)
    a, b = (scenario_from(_source(name), **told) for name in (options.a, options.b))
    check_comparable(a, b)
    _check_simpy(a.casework, a.replicates)
    check_writable(options.output)
    with _progress(lang) as say_:
        from trappen.scenarios.compare import compare_scenarios

        found = compare_scenarios(a, b, threads=options.threads or 2, say=say_)
    return _finish(found, options, lang, began)


def _source(name: str) -> str | Path:
    return name


def _check_simpy(casework: str, replicates: int) -> None:
    if casework == "simpy" and replicates > SIMPY_REPLICATES:
        raise Problem("run.simpy_many", replicates=replicates)


def run(options: argparse.Namespace, lang: str) -> int:
    """Run one policy."""
    from trappen.scenarios.scenario import scenario_from

    scenario = scenario_from(_source(options.policy), **_overrides(options))
    _check_simpy(scenario.casework, scenario.replicates)
    with _progress(lang) as say_:
        from trappen.scenarios.single import run_scenario

        found = run_scenario(scenario, threads=options.threads or 2, say=say_)
    if options.json:
        tables = {
            name: json.loads(getattr(found, name)().to_json(orient="records"))
            for name in ("summary", "accounts")
        }
        print(json.dumps(tables | {"manifest": found.manifest}, ensure_ascii=False, indent=2))
    else:
        from trappen.viz.terminal import print_run

        print_run(found, lang)
    return 0


def rerun(options: argparse.Namespace, lang: str) -> int:
    """Repeat a run from its manifest; it must give the same numbers bit for bit."""
    from trappen.scenarios.manifest import read_manifest
    from trappen.scenarios.results import check_writable

    began = time.monotonic()
    check_writable(options.output)
    read_manifest(options.manifest)  # what is wrong with it is told before anything is loaded to run it
    from trappen import api

    with _progress(lang) as say_:
        found = api.rerun(options.manifest, say=say_)
    code = _finish(found, options, lang, began)
    print(say("terminal.same_bits", lang), file=sys.stderr)
    return code


def municipalities(options: argparse.Namespace, lang: str) -> int:
    """List the municipalities."""
    from trappen.model.municipalities import all_municipalities

    found = all_municipalities()
    if options.json:
        rows = [
            {"code": m.code, "name": m.name, "population_2020": m.population, "children_0_17": m.children}
            for m in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for m in found:
        print(
            f"{m.code:>4}  {m.name:<20}{number(m.population, 0, lang):>10}{number(m.children, 0, lang):>10}"
        )
    print(say("terminal.municipalities_note", lang))
    return 0


def targets(options: argparse.Namespace, lang: str) -> int:
    """Hold today's practice against the published figures."""
    from trappen.scenarios.scenario import scenario_from

    chosen = _structure(options.structure) or {}
    structure = scenario_from("status_quo", structure=chosen).structure
    with _progress(lang, shown=False):
        from trappen.scenarios.fit_report import hold

        frame = hold(structure=structure, sets=options.sets)
    if options.json:
        print(frame.to_json(orient="records", force_ascii=False, indent=2))
        return 0
    from trappen.viz.terminal import print_targets

    frame["label"] = [meaning[lang] for meaning in frame["meaning"]]
    print_targets(frame, lang)
    return 0


def calibrate(options: argparse.Namespace, lang: str) -> int:
    """Fit the parameters no source gives, and write the ensemble of parameter sets as a CSV file."""
    from trappen.scenarios.scenario import scenario_from

    structure = scenario_from("status_quo", structure=_structure(options.structure) or {}).structure
    output = options.output
    if output is not None and output.is_dir():
        from trappen.scenarios.parameter_sets import ensemble_name

        output /= f"{ensemble_name(structure)}.csv"
    if output is not None and not output.parent.is_dir():
        raise Problem("result.not_writable", file=output.parent)
    with _progress(lang) as say_:
        from trappen.scenarios.ensemble_file import calibrate_to_file

        kept, fit, path = calibrate_to_file(
            structure, output, rounds=options.rounds, sets=options.sets, say=say_
        )
    print(say("terminal.calibrated", lang, misfit=number(fit.misfit, 2, lang), kept=kept, file=path))
    return 0


def bench(options: argparse.Namespace, lang: str) -> int:
    """Measure speed, start-up and memory, peers in the same run."""
    from trappen.scenarios.benchmark import measure_all

    figures = measure_all(quick=options.quick)
    if options.json:
        print(json.dumps(figures, indent=2))
        return 0
    from trappen.viz.terminal import print_bench

    print_bench(figures, lang)
    return 0


def catalogue(options: argparse.Namespace, lang: str) -> int:
    """List policies and levers."""
    from trappen.policies.catalogue import find, names
    from trappen.policies.lever import levers

    print(say("catalogue.policies", lang))
    for name in names():
        print(f"  {name:<24}{getattr(find(name).title, lang)}")
    print(say("catalogue.levers", lang))
    for name, lever in levers().items():
        print(f"  {name:<24}{lever.title[lang]}")
    print(say("catalogue.more", lang))
    return 0


def show(options: argparse.Namespace, lang: str) -> int:
    """Show one policy, lever or parameter with what it rests on."""
    from trappen.viz.shown import show_entry

    print(show_entry(options.name, lang))
    return 0
