"""`trappen budget`: who pays and who gains, year by year, and when it is earned back."""

import argparse
from typing import TYPE_CHECKING

from trappen.arguments import policy_argument
from trappen.experimenting import carry_out, experiment_options, scenarios

if TYPE_CHECKING:
    from trappen.scenarios.compare import Say
    from trappen.scenarios.experiments.found import Found

REPLICATES = 24


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    policy_argument(parser, lang, "a", "status_quo")
    policy_argument(parser, lang, "b", "omlaegning")
    experiment_options(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Reckon who pays and who gains."""
    from trappen.scenarios.scenario import check_comparable

    a, b = scenarios(options, options.a, options.b, replicates=REPLICATES)
    check_comparable(a, b)

    def run(say_: "Say") -> "Found":
        from trappen.scenarios.compare import compare_scenarios

        threads = options.threads or 2
        return compare_scenarios(a, b, structure=False, threads=threads, say=say_).budget()

    return carry_out(options, lang, run)
