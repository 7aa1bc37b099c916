"""`trappen casework`: tell what overload does, caseload by caseload, and where it tips; or write the log."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from trappen.agents.problem import Problem
from trappen.arguments import Whole, place, policy_argument
from trappen.experimenting import carry_out, experiment_options, listed, option, scenarios
from trappen.streams import short
from trappen.viz.wording import say

if TYPE_CHECKING:
    from trappen.scenarios.compare import Say
    from trappen.scenarios.experiments.found import Found
    from trappen.scenarios.scenario import Scenario

REPLICATES = 4
LOG_MONTHS = 12
LOG_FORMS = (".csv", ".parquet")


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    policy_argument(parser, lang, "policy", "status_quo")
    option(parser, lang, "--caseloads")
    option(parser, lang, "--log", type=place)
    option(parser, lang, "--log-months", type=Whole(1, 1200, "--log-months"), default=LOG_MONTHS)
    experiment_options(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Tell what overload does, caseload by caseload, and where it tips; or write the log of a policy."""
    log: Path | None = options.log
    if log is not None and log.suffix not in LOG_FORMS:
        forms = ", ".join(LOG_FORMS)
        raise Problem("option.choice", field="--log", given=log.suffix or str(log), choices=forms)
    if log is not None:
        (scenario,) = scenarios(options, options.policy, replicates=1)
        return write_log(scenario, log, options.log_months, lang)
    from trappen.scenarios.watched.tipping import CASELOADS, find_tipping

    caseloads = CASELOADS if options.caseloads is None else read_caseloads(options.caseloads)
    (scenario,) = scenarios(options, options.policy, replicates=REPLICATES)

    def run(say_: "Say") -> "Found":
        return find_tipping(scenario, caseloads, say=say_)

    return carry_out(options, lang, run)


def write_log(scenario: "Scenario", log: Path, months: int, lang: str) -> int:
    """Write what caseworkers did in the first months, one row a task, and say what stands there.

    Raises
    ------
    Problem
        If the file cannot be written.
    """
    from trappen.scenarios.watched.casework_log import casework_log

    try:
        # Opened first, so that nobody waits for a log that has nowhere to go.
        with log.open("wb") as stream:
            table = casework_log(scenario, months=months)
            if log.suffix == ".csv":
                table.to_csv(stream, index=False, encoding="utf-8")
            else:
                table.to_parquet(stream, index=False)
    except OSError as error:
        raise Problem("casework.log_not_writable", file=log) from error
    kept = f"{100.0 * table['kept'].mean():.0f}" if len(table) else "-"
    told = min(months, scenario.months)
    print(say("casework.log_written", lang, file=str(log), tasks=len(table), months=told, kept=kept))
    return 0


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
