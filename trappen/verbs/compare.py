"""`trappen compare`: compare two policies."""

import argparse
import time
from typing import TYPE_CHECKING

from trappen.agents.problem import Problem
from trappen.arguments import month_option, output_options, policy_argument, scenario_options
from trappen.running import (
    check_month,
    check_simpy,
    count_month,
    finish,
    overrides,
    progress,
    with_hook,
)
from trappen.viz.wording import say

if TYPE_CHECKING:
    from trappen.scenarios.compare import Say
    from trappen.scenarios.experiments.found import Found
    from trappen.scenarios.scenario import Scenario


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    policy_argument(parser, lang, "a", "status_quo")
    policy_argument(parser, lang, "b", "omlaegning")
    parser.add_argument("more", nargs="*", metavar="X", help=say("cli.option.more", lang))
    scenario_options(parser, lang)
    parser.add_argument(
        "--no-structure-check",
        action="store_false",
        dest="structure_check",
        help=say("cli.option.no_structure_check", lang),
    )
    month_option(parser, lang)
    output_options(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Compare two policies."""
    from trappen.scenarios.kept.results import check_writable
    from trappen.scenarios.scenario import check_comparable, scenarios_from
    from trappen.scenarios.watched.national import ALL, REPLICATES, compare_national

    began = time.monotonic()
    told = overrides(options)
    everywhere = told.get("municipality") == ALL
    if everywhere:
        # Any municipality will do: each of them takes its place in turn.
        told = {"replicates": REPLICATES} | {
            name: value for name, value in told.items() if name != "municipality"
        }
    a, b, *more = scenarios_from((options.a, options.b, *options.more), **told)
    b = with_hook(b, options)
    check_comparable(a, b)
    if everywhere and options.month is not None:
        raise Problem("option.month_everywhere", field="--month")
    check_month(options, a)
    check_simpy(a.casework, a.replicates)
    check_writable(options.output)
    if options.more:
        return _many(options, lang, [a, b, *more])
    with progress(lang) as say_:
        from trappen.scenarios.compare import compare_scenarios

        threads = options.threads or 2
        found = (
            compare_national(a, b, threads=threads, say=say_)
            if everywhere
            else compare_scenarios(a, b, structure=options.structure_check, threads=threads, say=say_)
        )
        stock = count_month(options, [a, b], say_)
    return finish(found, options, lang, began, stock)


def _many(options: argparse.Namespace, lang: str, scenarios: list["Scenario"]) -> int:
    """Compare several policies with the first."""
    from trappen.experimenting import carry_out
    from trappen.scenarios.experiments.many import compare_many

    def run(say_: "Say") -> "Found":
        return compare_many(scenarios, threads=options.threads or 2, say=say_)

    return carry_out(options, lang, run)
