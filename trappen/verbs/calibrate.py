"""`trappen calibrate`: fit the parameters no source gives, and write the sets as a CSV file."""

import argparse
import sys
import time
from pathlib import Path

from trappen.agents.problem import Problem
from trappen.arguments import Whole, place, structure_option
from trappen.running import chosen_structure, progress
from trappen.viz.wording import number, say


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    structure_option(parser, lang)
    for name, low, high, usual, text in (
        ("sets", 0, 1000, 24, "sets_fit"),
        ("rounds", 1, 50, 3, "rounds"),
        ("children", 2_000, 500_000, 60_000, "children_fit"),
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
    if output is not None and output.is_dir() and not options.all:
        from trappen.scenarios.parameter_sets import ensemble_name

        output /= f"{ensemble_name(structure)}.csv"
    folder = output if options.all else output and output.parent
    if folder is not None and not folder.is_dir():
        raise Problem("result.not_writable", file=folder)
    began = time.monotonic()
    how = {name: getattr(options, name) for name in ("rounds", "sets", "children", "threads")}
    with progress(lang) as say_:
        from trappen.scenarios.ensemble_file import calibrate_all, calibrate_to_file

        if options.all:
            found = calibrate_all(output or Path(), say=say_, **how)
        else:
            found = [calibrate_to_file(structure, output, say=say_, **how)[:3]]
    for kept, fit, path in found:
        print(say("terminal.calibrated", lang, misfit=number(fit.misfit, 2, lang), kept=kept, file=path))
    if options.register:
        from trappen.scenarios.register_file import write_register

        print(say("terminal.register_written", lang, count=write_register(found[0][1].moved)))
    print(say("progress.done", lang, seconds=number(time.monotonic() - began, 1, lang)), file=sys.stderr)
    return 0
