"""`trappen early`: tell what the same lasting relief saves, by the age at which it is given."""

import argparse
from typing import TYPE_CHECKING

from trappen.arguments import policy_argument
from trappen.experimenting import Real, carry_out, experiment_options, option, scenarios

if TYPE_CHECKING:
    from trappen.scenarios.compare import Say
    from trappen.scenarios.experiments.found import Found


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    policy_argument(parser, lang, "policy", "status_quo")
    option(parser, lang, "--relief", type=Real(0.01, 2, "--relief"), default=0.3)
    experiment_options(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Tell what the same lasting relief saves, by the age at which it is given."""
    from trappen.scenarios.experiments.by_age import by_age

    (scenario,) = scenarios(options, options.policy)

    def run(say_: "Say") -> "Found":
        return by_age(scenario, relief=options.relief, say=say_)

    return carry_out(options, lang, run)
