"""`trappen trial`: tell what an evaluation with control districts would find."""

import argparse
from typing import TYPE_CHECKING

from trappen.agents.problem import Problem
from trappen.arguments import policy_argument
from trappen.experimenting import Real, carry_out, experiment_options, option, scenarios, whole

if TYPE_CHECKING:
    from trappen.scenarios.compare import Say
    from trappen.scenarios.experiments.found import Found

YEARS = 3
"""How long the detection model was followed."""

UNUSED = {"replicates": "--trials", "municipality": "--municipalities, --place-children"}
"""Options of a scenario that a trial, which makes its own municipalities, has another word for."""


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    policy_argument(parser, lang, "policy", "opsporingsmodellen")
    option(parser, lang, "--row", default="first_contact_age")
    option(
        parser,
        lang,
        "--municipalities",
        dest="municipalities_in_trial",
        type=whole("--municipalities", 2, 98),
        default=5,
    )
    option(parser, lang, "--place-children", type=whole("--place-children", 50, 1_000_000), default=8_000)
    option(parser, lang, "--trials", type=whole("--trials", 2, 10_000), default=20)
    option(parser, lang, "--spill-over", type=Real(0, 1, "--spill-over"), default=0.0)
    experiment_options(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Tell what an evaluation with control districts would find."""
    from trappen.scenarios.equity import row_named
    from trappen.scenarios.experiments.trial import trial

    row_named(options.row)
    for name, instead in UNUSED.items():
        if getattr(options, name) is not None:
            raise Problem("experiment.trial_unused", field=f"--{name}", instead=instead)
    (scenario,) = scenarios(options, options.policy)

    def run(say_: "Say") -> "Found":
        return trial(
            scenario,
            row=options.row,
            municipalities=options.municipalities_in_trial,
            children=options.place_children,
            years=options.years or YEARS,
            trials=options.trials,
            spill_over=options.spill_over,
            threads=options.threads or 2,
            say=say_,
        )

    return carry_out(options, lang, run)
