"""`trappen optimise`: find the frontier of cost and outcome over combinations of levers."""

import argparse
from typing import TYPE_CHECKING

from trappen.arguments import policy_argument
from trappen.experimenting import Real, carry_out, experiment_options, listed, option, scenarios, whole

if TYPE_CHECKING:
    from trappen.scenarios.compare import Say
    from trappen.scenarios.experiments.found import Found


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    policy_argument(parser, lang, "policy", "omlaegning")
    option(parser, lang, "--levers", type=listed)
    option(parser, lang, "--levels", type=whole("--levels", 2, 9), default=3)
    option(parser, lang, "--row", default="need_months")
    option(parser, lang, "--tries", type=whole("--tries", 2, 100_000), default=60)
    option(parser, lang, "--most-extra-cost", type=Real(-1e6, 1e6, "--most-extra-cost"))
    option(parser, lang, "--most-caseworkers", type=Real(0, 1e6, "--most-caseworkers"))
    experiment_options(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Find the frontier of cost and outcome over combinations of levers."""
    from trappen.scenarios.experiments.found import indicator
    from trappen.scenarios.experiments.optimise import optimise
    from trappen.scenarios.experiments.seek import the_lever

    indicator(options.row)
    for name in options.levers or ():
        the_lever(name)
    (scenario,) = scenarios(options, options.policy)

    def run(say_: "Say") -> "Found":
        return optimise(
            scenario,
            options.levers,
            levels=options.levels,
            row=options.row,
            most_extra_cost=options.most_extra_cost,
            most_caseworkers=options.most_caseworkers,
            tries=options.tries,
            threads=options.threads or 2,
            say=say_,
        )

    return carry_out(options, lang, run)
