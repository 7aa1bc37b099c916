"""`trappen explain`: tell how much of a difference each part of a policy carries."""

import argparse
from typing import TYPE_CHECKING

from trappen.arguments import policy_argument
from trappen.experimenting import carry_out, experiment_options, listed, option, scenarios, whole

if TYPE_CHECKING:
    from trappen.scenarios.compare import Say
    from trappen.scenarios.experiments.found import Found


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    policy_argument(parser, lang, "policy", "omlaegning")
    from trappen.arguments import choice

    option(parser, lang, "--by", type=choice("--by", "links", "levers"), default="links")
    option(parser, lang, "--row", type=listed)
    option(parser, lang, "--orders", type=whole("--orders", 2, 10_000), default=12)
    experiment_options(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Tell how much of a difference each part of a policy carries."""
    from trappen.scenarios.experiments import explain

    (scenario,) = scenarios(options, options.policy)
    rows = options.row or explain.ROWS
    explain.check(rows)

    def run(say_: "Say") -> "Found":
        threads = options.threads or 2
        return explain.explain(
            scenario, by=options.by, rows=rows, orders=options.orders, threads=threads, say=say_
        )

    return carry_out(options, lang, run)
