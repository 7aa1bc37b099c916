"""What commands share when they run something: progress, what options say of a scenario, the end."""

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
    from trappen.scenarios.scenario import Scenario
    from trappen.scenarios.watched.stock_of_month import StockOfMonth

SIMPY_REPLICATES = 5


def chosen_structure(given: list[str] | None) -> dict[str, str] | None:
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


def overrides(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the options say about the scenario, and nothing they leave open."""
    names = (
        "municipality",
        "years",
        "replicates",
        "seed",
        "uncertainty",
        "casework",
        "ensemble",
        "perspective",
    )
    told = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    if (chosen := chosen_structure(options.structure)) is not None:
        told["structure"] = chosen
    if getattr(options, "prices", None) is not None:
        from trappen.scenarios.own_prices import read_prices

        told["parameters"] = read_prices(options.prices)
    return told


def with_hook(scenario: "Scenario", options: argparse.Namespace) -> "Scenario":
    """Return a scenario with the hook that the user asked for by name, if any."""
    if options.hook is None:
        return scenario
    from trappen.policies.hook import load_hook

    return scenario.with_hook(load_hook(options.hook))


@contextmanager
def progress(lang: str, *, shown: bool = True) -> Iterator["Say"]:
    """Show a progress bar on standard error while the work is done; nothing where nobody looks."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    texts = {
        "compare": say("progress.pairs", lang),
        "run": say("progress.replicates", lang),
        "national": say("progress.national", lang),
        "calibrate": say("progress.calibrating", lang),
        "ensemble": say("progress.ensemble", lang),
        "fetch": say("progress.fetching", lang),
        "validate": say("progress.validating", lang),
        "measure": say("progress.measuring", lang),
        "identify": say("progress.identifying", lang),
        "stock": say("progress.stock", lang),
        "sensitivity": say("progress.sensitivity", lang),
        "explain": say("progress.explaining", lang),
        "seek": say("progress.seeking", lang),
        "optimise": say("progress.optimising", lang),
        "trial": say("progress.trials", lang),
        "casework": say("progress.replicates", lang),
        "by_age": say("progress.replicates", lang),
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


def check_month(options: argparse.Namespace, scenario: "Scenario") -> None:
    """Refuse a month in which the scenario does not run, before anything is run."""
    if options.month is not None:
        from trappen.scenarios.watched.stock_of_month import month_number

        month_number(scenario, *options.month)


def count_month(
    options: argparse.Namespace, scenarios: list["Scenario"], told: "Say"
) -> "StockOfMonth | None":
    """Count who is where as the month asked for ends; None where none was asked for."""
    if options.month is None:
        return None
    from trappen.scenarios.watched.stock_of_month import stock_of_month

    def counted(done: int, of: int) -> None:
        told("stock", done, of)

    return stock_of_month(scenarios, *options.month, threads=options.threads or 2, progress=counted)


def tables_of(stock: "StockOfMonth | None") -> dict[str, Any]:
    """Return the tables of a month as JSON has them."""
    if stock is None:
        return {}
    frames = {"triangle_of_month": stock.triangle(), "matrix_of_month": stock.matrix()}
    return {name: json.loads(frame.to_json(orient="records")) for name, frame in frames.items()}


def finish(
    comparison: "Comparison",
    options: argparse.Namespace,
    lang: str,
    began: float,
    stock: "StockOfMonth | None" = None,
) -> int:
    """Write the result's folder and print the comparison, or all of it as JSON."""
    from trappen.scenarios.kept import results

    folder = results.write(
        comparison, options.output, lambda of, path: write_comparison_beside(of, path, lang)
    )
    if options.json:
        from trappen.scenarios.compare import to_json

        text = to_json(comparison)
        if stock is not None:
            whole = json.loads(text) | tables_of(stock)
            text = json.dumps(whole, ensure_ascii=False, indent=2)
        print(text)
    else:
        from trappen.viz.terminal.compared import print_comparison

        print_comparison(comparison, lang, folder=folder)
        if "by_municipality" in comparison.further_tables:
            from trappen.viz.terminal.national import print_by_municipality

            print_by_municipality(comparison, lang)
        if stock is not None:
            from trappen.viz.terminal.stock_of_month import print_stock

            print_stock(stock, lang)
        seconds = number(time.monotonic() - began, 1, lang)
        print(say("progress.done", lang, seconds=seconds), file=sys.stderr)
    return 0


def write_comparison_beside(comparison: Any, path: Path, lang: str) -> None:
    """Write a comparison's report to a path, and its workbook beside it, as far as its scenarios ask."""
    from trappen.scenarios.outputs import Outputs
    from trappen.viz.report.page import write_report
    from trappen.viz.report.workbook import write_comparison_workbook

    wanted = getattr(comparison, "outputs", Outputs())
    if wanted.report:
        write_report(comparison, path, lang)
    if wanted.workbook:
        write_comparison_workbook(comparison, path.with_suffix(".xlsx"), lang)


def check_simpy(casework: str, replicates: int) -> None:
    """Refuse many replicates of casework by the day: each takes minutes."""
    if casework == "simpy" and replicates > SIMPY_REPLICATES:
        raise Problem("run.simpy_many", replicates=replicates)
