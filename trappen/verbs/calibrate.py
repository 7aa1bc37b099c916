"""`trappen calibrate`: fit the parameters no source gives, and write the sets as a CSV file."""

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from trappen.agents.problem import Problem
from trappen.arguments import Whole, place, structure_option
from trappen.running import chosen_structure, progress
from trappen.viz.wording import number, say

if TYPE_CHECKING:
    from trappen.model.municipalities import Municipality
    from trappen.scenarios.own.own_figures import Figure
    from trappen.scenarios.scenario import Structure


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    structure_option(parser, lang)
    for name, text in (
        ("municipality", "own_municipality"),
        ("figures", "own_figures"),
        ("statbank", "statbank"),
        ("episodes", "own_episodes"),
        ("prices", "own_prices_fit"),
    ):
        parser.add_argument(f"--{name}", metavar="X", help=say(f"cli.option.{text}", lang))
    for name, low, high, usual, text in (
        ("sets", 1, 1000, None, "sets_fit"),
        ("rounds", 1, 50, 2, "rounds"),
        ("children", 2_000, 500_000, None, "children_fit"),
        ("threads", 1, 256, 2, "threads"),
    ):
        whole = Whole(low, high, f"--{name}")
        text = say(f"cli.option.{text}", lang)
        parser.add_argument(f"--{name}", type=whole, default=usual, metavar="N", help=text)
    parser.add_argument("--all", action="store_true", help=say("cli.option.all_structures", lang))
    parser.add_argument("--register", action="store_true", help=say("cli.option.register", lang))
    parser.add_argument("--output", type=place, metavar="X", help=say("cli.option.output_file", lang))


def do(options: argparse.Namespace, lang: str) -> int:
    """Fit the parameters no source gives, and write the ensemble of parameter sets as a CSV file."""
    from trappen.scenarios.scenario import scenario_from

    if options.all and options.structure:
        raise Problem("option.both", field="--all", other="--structure")
    structure = scenario_from("status_quo", structure=chosen_structure(options.structure) or {}).structure
    output = options.output
    if any((options.municipality, options.figures, options.statbank, options.episodes, options.prices)):
        return _to_own_figures(options, structure, lang)
    if output is not None and output.is_dir() and not options.all:
        from trappen.scenarios.parameter_sets import ensemble_name

        output /= f"{ensemble_name(structure)}.csv"
    folder = output if options.all else output and output.parent
    if folder is not None and not folder.is_dir():
        raise Problem("result.not_writable", file=folder)
    began = time.monotonic()
    how = {name: getattr(options, name) for name in ("rounds", "sets", "children", "threads")}
    how = {name: value for name, value in how.items() if value is not None}
    with progress(lang) as say_:
        from trappen.scenarios.fitting.ensemble_file import calibrate_all, calibrate_to_file

        if options.all:
            found = calibrate_all(output or Path(), say=say_, **how)
        else:
            found = [calibrate_to_file(structure, output, say=say_, **how)[:3]]
    for kept, fit, path in found:
        print(say("terminal.calibrated", lang, misfit=number(fit.misfit, 2, lang), kept=kept, file=path))
    if options.register:
        from trappen.scenarios.fitting.register_file import write_register

        print(say("terminal.register_written", lang, count=write_register(found[0][1].moved)))
        from trappen.model.parameter_set import base_values, with_changes
        from trappen.scenarios.fitting.slopes import slopes_task, write_slopes
        from trappen.scenarios.fitting.task import CHILDREN
        from trappen.scenarios.parameter_sets import codes

        task = slopes_task(codes(structure), options.children or CHILDREN)
        print(write_slopes(task, with_changes(base_values(), found[0][1].moved), threads=options.threads))
    print(say("progress.done", lang, seconds=number(time.monotonic() - began, 1, lang)), file=sys.stderr)
    return 0


def _to_own_figures(options: argparse.Namespace, structure: "Structure", lang: str) -> int:
    """Fit to a municipality's own figures, and write the parameter sets that its runs draw from."""
    from trappen.model.municipalities import find
    from trappen.model.nearest import fold

    if options.municipality is None:
        raise Problem("figures.no_municipality", field="--municipality")
    town = find(options.municipality)
    figures = read_own(options, town, lang)
    path = options.output or Path(f"{fold(town.name).replace(' ', '-')}.csv")
    if path.is_dir():
        path /= f"{fold(town.name).replace(' ', '-')}.csv"
    if not path.parent.is_dir():
        raise Problem("result.not_writable", file=path.parent)
    from trappen.scenarios.own.own_figures import children_in, in_model_units

    children = children_in(figures, town.children)
    own = in_model_units(figures, children)
    prices = _own_prices(options.prices, own, lang)
    began = time.monotonic()
    more = {} if options.children is None else {"size": options.children}
    if options.sets is not None:
        more["most"] = options.sets
    with progress(lang) as say_:
        from trappen.scenarios.own.municipal_fit import fit_municipality

        found = fit_municipality(
            town.name,
            own,
            children,
            structure=structure,
            output=path,
            rounds=options.rounds,
            threads=options.threads,
            prices=prices,
            say=say_,
            **more,
        )
    from trappen.viz.terminal.fit_tables import print_municipal_fit

    print_municipal_fit(found, lang, prices=options.prices)
    print(say("progress.done", lang, seconds=number(time.monotonic() - began, 1, lang)), file=sys.stderr)
    return 0


def _own_prices(path: str | None, own: Mapping[str, float], lang: str) -> dict[str, float]:
    """Return the municipality's own unit costs; without spending to hold them against they move nothing."""
    if path is None:
        return {}
    from trappen.scenarios.own_prices import read_prices

    prices = read_prices(path)
    if "cost" not in own:
        print(say("figures.prices_without_cost", lang), file=sys.stderr)
    return prices


def read_own(options: argparse.Namespace, town: "Municipality", lang: str) -> "list[Figure]":
    """Return the figures the options name; what StatBank's tables leave out is told on standard error."""
    from trappen.scenarios.own.own_figures import read_figures
    from trappen.scenarios.own.statbank import read_folder, together

    episodes = getattr(options, "episodes", None)
    if options.figures is None and options.statbank is None and episodes is None:
        raise Problem("figures.missing", field="--figures")
    own = [] if options.figures is None else read_figures(options.figures)
    if episodes is not None:
        from trappen.scenarios.own.episode_tables import as_figures
        from trappen.scenarios.own.episodes import read_episodes

        own = together(own, as_figures(read_episodes(episodes), episodes))
    if options.statbank is None:
        return own
    reading = read_folder(options.statbank, town)
    print(say("statbank.from", lang, count=len(reading.figures)), file=sys.stderr)
    for note in reading.notes:
        print(f"- {say(note.key, lang, **note.values)}", file=sys.stderr)
    return together(own, reading.figures)
