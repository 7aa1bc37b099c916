"""`trappen casework`: tell what overload does, caseload by caseload, and where it tips."""

import argparse
from typing import TYPE_CHECKING

from trappen.agents.problem import Problem
from trappen.arguments import policy_argument
from trappen.experimenting import carry_out, experiment_options, listed, option, scenarios
from trappen.streams import short

if TYPE_CHECKING:
    from trappen.scenarios.compare import Say
    from trappen.scenarios.experiments.found import Found

REPLICATES = 4


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    policy_argument(parser, lang, "policy", "status_quo")
    option(parser, lang, "--caseloads")
    experiment_options(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Tell what overload does, caseload by caseload, and where it tips."""
    from trappen.scenarios.watched.tipping import CASELOADS, find_tipping

    caseloads = CASELOADS if options.caseloads is None else read_caseloads(options.caseloads)
    (scenario,) = scenarios(options, options.policy, replicates=REPLICATES)

    def run(say_: "Say") -> "Found":
        return find_tipping(scenario, caseloads, say=say_)

    return carry_out(options, lang, run)


def read_caseloads(given: str) -> tuple[float, ...]:
    """Return the caseloads of a list, each within what the lever can be.

    Raises
    ------
    Problem
        If there are fewer than two, or one is no such number.
    """
    from trappen.policies.lever import levers

    lever = levers()["caseload"]
    low, high = f"{lever.low:g}", f"{lever.high:g}"
    found = []
    for word in listed(given):
        try:
            value = float(word)
        except ValueError:
            value = float("nan")
        if not lever.low <= value <= lever.high:
            raise Problem("casework.caseloads", field="--caseloads", given=short(word), low=low, high=high)
        found.append(value)
    if len(set(found)) < 2:
        raise Problem("casework.caseloads", field="--caseloads", given=short(given), low=low, high=high)
    return tuple(found)
