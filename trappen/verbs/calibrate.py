"""`trappen calibrate`: fit the parameters no source gives, and write the sets as a CSV file."""

import argparse

from trappen.agents.problem import Problem
from trappen.arguments import Whole, place, structure_option
from trappen.running import chosen_structure, progress
from trappen.viz.wording import number, say


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    structure_option(parser, lang)
    for name, low, high, usual, text in (("sets", 0, 1000, 40, "sets_fit"), ("rounds", 1, 50, 6, "rounds")):
        whole = Whole(low, high, f"--{name}")
        text = say(f"cli.option.{text}", lang)
        parser.add_argument(f"--{name}", type=whole, default=usual, metavar="N", help=text)
    parser.add_argument("--output", type=place, metavar="X", help=say("cli.option.output_file", lang))


def do(options: argparse.Namespace, lang: str) -> int:
    """Fit the parameters no source gives, and write the ensemble of parameter sets as a CSV file."""
    from trappen.scenarios.scenario import scenario_from

    structure = scenario_from("status_quo", structure=chosen_structure(options.structure) or {}).structure
    output = options.output
    if output is not None and output.is_dir():
        from trappen.scenarios.parameter_sets import ensemble_name

        output /= f"{ensemble_name(structure)}.csv"
    if output is not None and not output.parent.is_dir():
        raise Problem("result.not_writable", file=output.parent)
    with progress(lang) as say_:
        from trappen.scenarios.ensemble_file import calibrate_to_file

        kept, fit, path = calibrate_to_file(
            structure, output, rounds=options.rounds, sets=options.sets, say=say_
        )
    print(say("terminal.calibrated", lang, misfit=number(fit.misfit, 2, lang), kept=kept, file=path))
    return 0
