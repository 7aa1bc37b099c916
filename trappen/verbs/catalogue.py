"""`trappen catalogue`: search and filter its entries of all kinds; list what covers each system."""

import argparse
import json

from trappen.arguments import Whole, choice, json_option
from trappen.viz.wording import say

KINDS = ("policy", "programme", "lever", "instrument")
GRADES = ("trial", "register", "evaluation", "expert", "assumed")
LEGS = ("general", "authority", "provider")
PREVENTION = ("primary", "secondary", "tertiary")


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""

    def option(name: str, **kind: object) -> None:
        parser.add_argument(f"--{name}", help=say(f"catalogue_option.{name}", lang), **kind)  # type: ignore[arg-type]

    option("search", metavar="X")
    option("kind", type=choice("--kind", *KINDS), metavar="X")
    option("leg", type=choice("--leg", *LEGS), metavar="X")
    option("step", type=Whole(0, 6, "--step"), metavar="N")
    option("age", type=Whole(-1, 17, "--age"), metavar="N")
    option("prevention", type=choice("--prevention", *PREVENTION), metavar="X")
    option("grade", type=choice("--grade", *GRADES), metavar="X")
    option("system", metavar="X")
    parser.add_argument("--coverage", action="store_true", help=say("catalogue_option.coverage", lang))
    json_option(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """List what was asked for; with `--coverage`, 1 where a system of the source documents is not carried."""
    if options.coverage:
        return _coverage(options, lang)
    from rich.console import Console

    from trappen.viz.terminal.catalogue_list import Wanted, rows
    from trappen.viz.terminal.grid import line

    asked = ("search", "kind", "leg", "step", "age", "prevention", "grade", "system")
    found = rows(Wanted(**{name: getattr(options, name) for name in asked}), lang)
    if options.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    out = Console(highlight=False)
    for kind in KINDS:
        of_kind = [row for row in found if row["kind"] == kind]
        if of_kind:
            print(say(f"catalogue.{kind}", lang))
        for row in of_kind:
            name = f"  {row['name']:<27}"
            line(out, row["title"], indent=name, hanging=" " * len(name))
    line(out, say("catalogue.more" if found else "catalogue.nothing", lang))
    return 0


def _coverage(options: argparse.Namespace, lang: str) -> int:
    from rich.console import Console

    from trappen.policies.coverage import coverage
    from trappen.viz.terminal.coverage_table import terminal
    from trappen.viz.terminal.grid import lines

    found = coverage()
    if options.json:
        print(json.dumps([row.as_data() for row in found], ensure_ascii=False, indent=2))
    else:
        lines(Console(highlight=False), [terminal(found, lang)])
    return 0 if all(row.carried for row in found) else 1
