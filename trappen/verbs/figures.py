"""`trappen figures`: a template for own figures, tables from StatBank, and what they say."""

import argparse
from pathlib import Path

from trappen.agents.problem import Problem
from trappen.arguments import choice, place
from trappen.running import progress
from trappen.viz.wording import number, say, unit


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    what = choice("what", "template", "fetch", "show")
    parser.add_argument("what", type=what, help=say("cli.argument.figures_what", lang))
    for name, text in (
        ("municipality", "own_municipality"),
        ("figures", "own_figures"),
        ("statbank", "statbank"),
        ("address", "address"),
    ):
        parser.add_argument(f"--{name}", metavar="X", help=say(f"cli.option.{text}", lang))
    parser.add_argument("--output", type=place, metavar="X", help=say("cli.option.figures_output", lang))


def do(options: argparse.Namespace, lang: str) -> int:
    """Write a template, fetch tables, or show what own figures say."""
    return {"template": _template, "fetch": _fetch, "show": _show}[options.what](options, lang)


def _template(options: argparse.Namespace, lang: str) -> int:
    from trappen.scenarios.own.figures_template import write_template
    from trappen.scenarios.own.own_figures import HEADS

    path = write_template(options.output or Path("figures.csv"), lang)
    print(say("figures.written", lang, file=path, column=HEADS[lang][1]))
    return 0


def _fetch(options: argparse.Namespace, lang: str) -> int:
    from trappen.model.municipalities import find
    from trappen.scenarios.own.statbank_client import ADDRESS, fetch

    if options.municipality is None:
        raise Problem("figures.no_municipality", field="--municipality")
    town = find(options.municipality)
    folder = options.output or Path("statbank")
    with progress(lang) as say_:
        written = fetch(town, folder, address=options.address or ADDRESS, say=say_)
    for path in written:
        print(path)
    print(say("fetch.done", lang, folder=folder, town=town.name))
    return 0


def _show(options: argparse.Namespace, lang: str) -> int:
    from trappen.model.municipalities import find
    from trappen.scenarios.fitting.targets import targets
    from trappen.scenarios.own.own_figures import children_in, in_model_units
    from trappen.verbs.calibrate import read_own

    if options.municipality is None:
        raise Problem("figures.no_municipality", field="--municipality")
    town = find(options.municipality)
    figures = read_own(options, town, lang)
    children = children_in(figures, town.children)
    for name, value in in_model_units(figures, children).items():
        target = targets()[name]
        told = f"{target.meaning[lang]}: {number(value, 1, lang)}"
        print(
            say(
                "figures.shown",
                lang,
                told=told,
                unit=unit(target.unit, lang),
                country=number(target.value, 1, lang),
            )
        )
    return 0
