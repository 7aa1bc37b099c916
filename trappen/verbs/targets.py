"""`trappen targets`: hold today's practice against the published figures."""

import argparse

from trappen.arguments import Whole, json_option, structure_option
from trappen.running import chosen_structure, progress
from trappen.viz.wording import say


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    json_option(parser, lang)
    parser.add_argument(
        "--sets", type=Whole(0, 100, "--sets"), default=0, metavar="N", help=say("cli.option.sets", lang)
    )
    structure_option(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Hold today's practice against the published figures."""
    from trappen.model.sources import source_in
    from trappen.scenarios.scenario import scenario_from

    chosen = chosen_structure(options.structure) or {}
    structure = scenario_from("status_quo", structure=chosen).structure
    with progress(lang, shown=False):
        from trappen.scenarios.fitting.fit_report import hold

        frame = hold(structure=structure, sets=options.sets)
    frame["source"] = [source_in(source, lang) for source in frame["source"]]
    if options.json:
        print(frame.to_json(orient="records", force_ascii=False, indent=2))
        return 0
    from trappen.viz.terminal.compared import print_targets

    frame["label"] = [meaning[lang] for meaning in frame["meaning"]]
    print_targets(frame, lang)
    return 0
