"""`trappen report`: write a result's report and workbook again, in either language."""

import argparse
from pathlib import Path

from trappen.arguments import filled
from trappen.viz.wording import say


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    what = say("cli.argument.result", lang)
    parser.add_argument("result", type=filled(what, "experiment.no_result"), help=what)


def do(options: argparse.Namespace, lang: str) -> int:
    """Write a result's report and workbook again."""
    from trappen.experimenting import write_beside
    from trappen.running import write_comparison_beside
    from trappen.scenarios.experiments.found import Found
    from trappen.scenarios.kept.results import check_writable
    from trappen.scenarios.kept.stored import meant, read_result

    folder = Path(options.result)
    result = read_result(folder)
    check_writable(folder)
    with meant(folder):
        if isinstance(result, Found):
            write_beside(result, folder, lang)
        else:
            write_comparison_beside(result, folder / "report.html", lang)
    print(say("experiment.written", lang, folder=folder))
    return 0
