"""`trappen sensitivity`: tell which uncertain numbers a result hangs on."""

import argparse
from typing import TYPE_CHECKING

from trappen.arguments import policy_argument
from trappen.experimenting import carry_out, experiment_options, listed, option, scenarios, whole

if TYPE_CHECKING:
    from trappen.scenarios.compare import Say
    from trappen.scenarios.experiments.found import Found

REPLICATES = 4
"""Every point runs the same ones; from their spread it is told what luck alone would give."""


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
