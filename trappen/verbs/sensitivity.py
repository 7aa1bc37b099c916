"""`trappen sensitivity`: tell which uncertain numbers a result hangs on."""

import argparse
import sys
from typing import TYPE_CHECKING

from trappen.arguments import policy_argument
from trappen.experimenting import carry_out, experiment_options, listed, option, scenarios, whole
from trappen.viz.wording import number, say

if TYPE_CHECKING:
    from trappen.scenarios.compare import Say
    from trappen.scenarios.experiments.found import Found
    from trappen.scenarios.scenario import Scenario

REPLICATES = 4
"""Every point runs the same ones; from their spread it is told what luck alone would give."""

WORTH_TELLING = 20.0
"""Seconds of work from which it is said beforehand how long it takes."""


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    policy_argument(parser, lang, "a", "status_quo")
    policy_argument(parser, lang, "b", "omlaegning")
    from trappen.arguments import choice

    methods = ("tornado", "morris", "sobol", "value", "posterior")
    option(parser, lang, "--method", type=choice("--method", *methods), default="tornado")
    option(parser, lang, "--row", default="net_cost_per_year")
    option(parser, lang, "--parameters", type=listed)
    option(parser, lang, "--size", type=whole("--size", 2, 1_000_000))
    experiment_options(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Tell which uncertain numbers a result hangs on."""
    from trappen.scenarios.experiments.found import indicator
    from trappen.scenarios.experiments.sensitivity import check, sensitivity, uncertain
    from trappen.scenarios.scenario import check_comparable

    indicator(options.row)
    check(options.method, uncertain(options.parameters))
    a, b = scenarios(options, options.a, options.b, replicates=REPLICATES)
    check_comparable(a, b)

    if options.method != "posterior":
        _tell_how_long(a, b, options, lang)

    def run(say_: "Say") -> "Found":
        return sensitivity(
            a,
            b,
            method=options.method,
            row=options.row,
            names=options.parameters,
            size=options.size,
            threads=options.threads or 2,
            say=say_,
        )

    return carry_out(options, lang, run)


def _tell_how_long(a: "Scenario", b: "Scenario", options: argparse.Namespace, lang: str) -> None:
    """Say before it begins how many runs it takes, and about how long, where one has to wait for it."""
    from trappen.scenarios.experiments.sensitivity import plan, seconds_expected, uncertain

    numbers = len(uncertain(options.parameters))
    _, runs = plan(options.method, numbers, options.size)
    seconds = seconds_expected(a, b, runs, options.threads or 2)
    if seconds < WORTH_TELLING:
        return
    minutes = number(max(1.0, seconds / 60), 0, lang)
    told = {"numbers": numbers, "runs": number(runs, 0, lang), "replicates": a.replicates}
    print(say("progress.sensitivity_planned", lang, minutes=minutes, **told), file=sys.stderr)
