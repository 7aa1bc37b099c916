"""`trappen seek`: find the least a lever must be moved to reach a goal."""

import argparse
from typing import TYPE_CHECKING

from trappen.arguments import policy_argument
from trappen.experimenting import Real, carry_out, experiment_options, option, scenarios

if TYPE_CHECKING:
    from trappen.scenarios.compare import Say
    from trappen.scenarios.experiments.found import Found

REPLICATES = 12


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    policy_argument(parser, lang, "policy", "status_quo")
    option(parser, lang, "--lever", default="caseload")
    option(parser, lang, "--goal", default="follow_up_kept>=90")
    option(parser, lang, "--certainty", type=Real(0.01, 0.99, "--certainty"), default=0.8)
    experiment_options(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Find the least a lever must be moved to reach a goal."""
    from trappen.scenarios.experiments.goal import read_goal
    from trappen.scenarios.experiments.seek import seek, the_lever

    goal = read_goal(options.goal)
    the_lever(options.lever)
    (scenario,) = scenarios(options, options.policy, replicates=REPLICATES)

    def run(say_: "Say") -> "Found":
        threads = options.threads or 2
        return seek(scenario, options.lever, goal, certainty=options.certainty, threads=threads, say=say_)

    return carry_out(options, lang, run)
