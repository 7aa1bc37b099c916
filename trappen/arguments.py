"""The arguments that commands share: how each is read, and which belong together."""

import argparse
import os
import re
from pathlib import Path
from typing import Any

from trappen.agents.problem import Problem
from trappen.streams import short
from trappen.viz.wording import say

PERSPECTIVES = ("children_family", "municipality", "public", "society")
"""Whose money may be counted besides the accounts of the area; see `scenarios.perspective`."""


class Whole:
    """A whole number between bounds, as argparse's `type`."""

    def __init__(self, low: int, high: int, field: str) -> None:
        self.low, self.high, self.field = low, high, field

    def __call__(self, given: str) -> int:
        """Return the number, or raise the Problem that says what it may be."""
        if not re.fullmatch(r"[+-]?[0-9]{1,30}", given):
            raise self._problem("option.not_a_number", given)
        if not self.low <= int(given) <= self.high:
            raise self._problem("field.out_of_range", given)
        return int(given)

    def _problem(self, key: str, given: str) -> Problem:
        return Problem(key, field=self.field, given=short(given), low=self.low, high=self.high)


def filled(what: str, unreadable: str | None = None) -> Any:
    """Return a function that reads a positional argument; an empty path would be this folder."""

    def filled(given: str) -> str:
        if not given:
            raise Problem("option.missing", what=what)
        if unreadable and no_path(given):
            raise Problem(unreadable, file=given)
        return given

    return filled


def place(given: str) -> Path:
    """Read the path of what is to be written, before anything is run for it."""
    if not given:
        raise Problem("option.without_value", field="--output", option="--output")
    if no_path(given):
        raise Problem("result.not_writable", file=given)
    return Path(given)


def no_path(given: str) -> bool:
    """Tell whether no file can have this path, which systems and Pythons answer each in their own way."""
    parts = [os.fsencode(part) for part in Path(given).parts]
    return "\0" in given or any(len(part) > 255 for part in parts) or sum(map(len, parts)) > 4000


def choice(field: str, *choices: str) -> Any:
    """Return a function that reads one of some words."""

    def chosen(given: str) -> str:
        if given not in choices:
            raise Problem("option.choice", field=field, given=short(given), choices=", ".join(choices))
        return given

    return chosen


def scenario_options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer what a scenario can be told on the command line."""

    def option(name: str, **kind: Any) -> None:
        key = name.removeprefix("--").replace("-", "_")
        parser.add_argument(name, help=say(f"cli.option.{key}", lang), **kind)

    option("--municipality", metavar="X")
    option("--years", type=Whole(1, 60, "--years"), metavar="N")
    option("--replicates", type=Whole(1, 100_000, "--replicates"), metavar="N")
    option("--seed", type=Whole(0, 2**63 - 1, "--seed"), metavar="N")
    both = parser.add_mutually_exclusive_group()
    both.add_argument(
        "--uncertainty",
        action="store_true",
        default=None,
        help=say("cli.option.uncertainty", lang),
    )
    both.add_argument(
        "--no-uncertainty",
        action="store_false",
        dest="uncertainty",
        help=say("cli.option.no_uncertainty", lang),
    )
    option("--casework", type=choice("--casework", "compiled", "simpy"), metavar="X")
    option("--perspective", type=choice("--perspective", "accounts", *PERSPECTIVES), metavar="X")
    option("--structure", action="append", metavar="X=Y")
    option("--ensemble", metavar="X")
    option("--hook", metavar="X")
    option("--prices", type=filled("--prices"), metavar="X")
    option("--threads", type=Whole(1, 256, "--threads"), metavar="N")


def output_options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer JSON, and a folder for the results."""
    json_option(parser, lang)
    parser.add_argument(
        "--output",
        type=place,
        default=Path("results"),
        metavar="X",
        help=say("cli.option.output", lang),
    )


def json_option(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the result as JSON."""
    parser.add_argument("--json", action="store_true", help=say("cli.option.json", lang))


def structure_option(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer to choose between structural alternatives."""
    parser.add_argument("--structure", action="append", metavar="X=Y", help=say("cli.option.structure", lang))


def calendar_month(given: str) -> tuple[int, int]:
    """Read a month written as year and month."""
    from trappen.scenarios.watched.stock_of_month import read_month

    return read_month(short(given))


def month_option(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer to count who is where as a month ends."""
    parser.add_argument("--month", type=calendar_month, metavar="YYYY-MM", help=say("cli.option.month", lang))


def policy_argument(parser: argparse.ArgumentParser, lang: str, name: str, usual: str) -> None:
    """Ask for a policy: a catalogue name, or a file's path."""
    parser.add_argument(name, nargs="?", default=usual, help=say("cli.argument.policy", lang))
