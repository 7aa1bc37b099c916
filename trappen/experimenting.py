"""What the experiments' commands share: reading numbers and lists, running, writing and printing."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trappen.agents.problem import Problem
from trappen.arguments import Whole, output_options, scenario_options
from trappen.running import check_simpy, overrides, progress
from trappen.streams import short
from trappen.viz.wording import number, say

if TYPE_CHECKING:
    from trappen.scenarios.compare import Say
    from trappen.scenarios.experiments.found import Found
    from trappen.scenarios.scenario import Scenario

REPLICATES = 8
"""What an experiment runs unless told otherwise: it runs many policies, each on the same replicates."""


class Real:
    """A number between bounds, as argparse's `type`; a decimal comma is read too."""

    def __init__(self, low: float, high: float, field: str) -> None:
        self.low, self.high, self.field = low, high, field

    def __call__(self, given: str) -> float:
        """Return the number, or raise the Problem that says what it may be."""
        try:
            value = float(given.replace(",", "."))
        except ValueError:
            value = float("nan")
        if not self.low <= value <= self.high:
            low, high = f"{self.low:g}", f"{self.high:g}"
            raise Problem("experiment.share", field=self.field, given=short(given), low=low, high=high)
        return value


def listed(given: str) -> list[str]:
    """Return the words of a list separated by commas."""
    return [word.strip() for word in given.split(",") if word.strip()]


def experiment_options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer what every experiment can be told: the scenario, prices, JSON and a folder."""
    scenario_options(parser, lang)
    output_options(parser, lang)


def option(parser: argparse.ArgumentParser, lang: str, name: str, **kind: Any) -> None:
    """Offer one option whose text is named like it."""
    key = name.removeprefix("--").replace("-", "_")
    parser.add_argument(name, metavar="X", help=say(f"cli.option.{key}", lang), **kind)


def whole(name: str, low: int, high: int) -> Whole:
    """Return a reader of whole numbers between bounds."""
    return Whole(low, high, name)


def scenarios(options: argparse.Namespace, *names: str, replicates: int = REPLICATES) -> list["Scenario"]:
    """Return the scenarios of some policies as the options tell them.

    `replicates` holds where neither the options nor a scenario file says how many.
    """
    from trappen.scenarios.kept.results import check_writable
    from trappen.scenarios.scenario import in_one_world, scenario_from

    told = overrides(options)
    said = [told.get("replicates") or _replicates_said(name) for name in names]
    usual = next((number for number in said if number), replicates)
    told.pop("replicates", None)
    loaded = (
        scenario_from(name, replicates=number or usual, **told)
        for name, number in zip(names, said, strict=True)
    )
    found = in_one_world(list(loaded))
    for one in found:
        check_simpy(one.casework, one.replicates)
    check_writable(options.output)
    return found


def _replicates_said(name: str) -> int | None:
    """Return how many replicates a scenario file asks for; None for a policy, or where it does not say."""
    from trappen.model.strict_yaml import parse, read_bytes
    from trappen.policies.catalogue import is_path

    if not is_path(name):
        return None
    raw, _, _ = parse(read_bytes(Path(name)), Path(name))
    number = raw.get("replicates")
    return number if type(number) is int else None


def carry_out(options: argparse.Namespace, lang: str, experiment: Callable[["Say"], "Found"]) -> int:
    """Run an experiment, write its folder and print its answer, or all of it as JSON."""
    began = time.monotonic()
    with progress(lang) as told:
        found = experiment(told)
    from trappen.scenarios.experiments.store import write_found

    folder = write_found(found, options.output, lambda of, place: write_beside(of, place, lang))
    if options.json:
        print(found.to_json())
        return 0
    from trappen.viz.terminal.found_terminal import print_found

    print_found(found, lang, folder)
    print(say("progress.done", lang, seconds=number(time.monotonic() - began, 1, lang)), file=sys.stderr)
    return 0


def write_beside(found: "Found", folder: Path, lang: str) -> None:
    """Write report and workbook of an experiment into a folder."""
    from trappen.viz.report.found_report import write_found_report
    from trappen.viz.report.workbook import write_found_workbook

    write_found_report(found, folder / "report.html", lang)
    write_found_workbook(found, folder / "report.xlsx", lang)
