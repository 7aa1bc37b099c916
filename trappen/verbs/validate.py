"""`trappen validate`: hold the model against what it was not fitted to, and say where it misses."""

import argparse

from trappen.arguments import Whole, json_option, place
from trappen.running import progress
from trappen.viz.wording import say


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    json_option(parser, lang)
    for name in ("cases", "backtest"):
        parser.add_argument(f"--{name}", metavar="X", help=say(f"cli.option.{name}", lang))
    parser.add_argument(
        "--replicates",
        type=Whole(2, 1000, "--replicates"),
        default=16,
        metavar="N",
        help=say("cli.option.replicates_validate", lang),
    )
    parser.add_argument(
        "--children",
        type=Whole(500, 200_000, "--children"),
        default=10_000,
        metavar="N",
        help=say("cli.option.children_validate", lang),
    )
    parser.add_argument("--keep", action="store_true", help=say("cli.option.keep_verdicts", lang))
    parser.add_argument("--output", type=place, metavar="X", help=say("cli.option.validation_output", lang))


def do(options: argparse.Namespace, lang: str) -> int:
    """Try the cases, print the verdicts, and write the report if a file is named."""
    if options.backtest:
        return _backtest(options, lang)
    with progress(lang, shown=not options.json) as say_:
        from trappen.scenarios.trust.validation import read_cases, validate

        cases = read_cases(options.cases)
        found = validate(cases, children=options.children, replicates=options.replicates, say=say_)
    if options.keep:
        from trappen.scenarios.trust.verdicts import keep_verdicts, kept_file

        keep_verdicts(found, kept_file())
    from trappen.viz.terminal.validation_view import as_rows, print_findings, write_report

    if options.json:
        import json

        print(json.dumps(as_rows(found, lang), ensure_ascii=False, indent=2))
    else:
        print_findings(found, lang)
    if options.output is not None:
        for path in write_report(found, options.output, lang):
            print(path)
    return 0


def _backtest(options: argparse.Namespace, lang: str) -> int:
    with progress(lang, shown=not options.json) as say_:
        from trappen.scenarios.trust.backtest import backtest, national_series, read_series

        series = national_series() if options.backtest == "national" else read_series(options.backtest)
        scores = backtest(series, say=say_)
    if options.json:
        print(scores.to_json(orient="records", force_ascii=False, indent=2))
    from trappen.viz.terminal.validation_view import print_scores, write_scores

    if not options.json:
        print_scores(scores, lang)
    if options.output is not None:
        for path in write_scores(scores, options.output, lang):
            print(path)
    return 0
