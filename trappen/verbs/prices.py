"""`trappen prices`: list the unit costs, or write them as a form for a municipality's own."""

import argparse
import json

from trappen.agents.problem import Problem
from trappen.arguments import json_option, place
from trappen.viz.wording import plain, say, unit


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    json_option(parser, lang)
    parser.add_argument("--output", type=place, metavar="X", help=say("cli.option.prices_output", lang))


def do(options: argparse.Namespace, lang: str) -> int:
    """List the unit costs, or write them to a file."""
    from rich.console import Console

    from trappen.scenarios.own_prices import price_list
    from trappen.viz.terminal.grid import line

    prices = price_list(lang)
    if not options.json:
        prices["unit"] = [unit(name, lang) for name in prices["unit"]]
        prices["grade"] = [say(f"grade.{name}", lang) for name in prices["grade"]]
    if options.output is not None:
        try:
            if options.output.suffix == ".xlsx":
                from trappen.viz.report.workbook import write_sheets

                rows = prices.to_numpy().tolist()
                write_sheets(options.output, [("prices", list(prices.columns), rows)])
            else:
                separator, decimal = (";", ",") if lang == "da" else (",", ".")
                prices.to_csv(
                    options.output, index=False, encoding="utf-8-sig", sep=separator, decimal=decimal
                )
        except OSError as error:
            reason = error.strerror or str(error)
            raise Problem("result.not_written", file=options.output, reason=reason) from None
        print(say("prices.written", lang, file=options.output))
        return 0
    if options.json:
        print(json.dumps(json.loads(prices.to_json(orient="records")), ensure_ascii=False, indent=2))
        return 0
    out = Console(highlight=False)
    line(out, say("prices.head", lang, year=int(prices["price_year"].iloc[0])))
    for row in prices.to_dict("records"):
        value, low, high = (plain(float(row[name]), lang) for name in ("value", "low", "high"))
        span = say("word.interval", lang, low=low, high=high)
        named = f"{row['name']:<26}{value:>12}  "
        line(out, f"{row['unit']} ({span})", indent=named, hanging=" " * len(named))
        line(out, say("prices.what", lang, meaning=row["meaning"], grade=row["grade"]), indent="    ")
    return 0
