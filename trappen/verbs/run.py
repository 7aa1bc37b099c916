"""`trappen run`: run one policy."""

import argparse
import json

from trappen.arguments import json_option, month_option, policy_argument, scenario_options
from trappen.running import (
    check_month,
    check_simpy,
    count_month,
    overrides,
    progress,
    tables_of,
    with_hook,
)


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    policy_argument(parser, lang, "policy", "status_quo")
    scenario_options(parser, lang)
    month_option(parser, lang)
    json_option(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Run one policy."""
    from trappen.scenarios.scenario import scenario_from

    scenario = scenario_from(options.policy, **overrides(options))
    scenario = with_hook(scenario, options)
    check_month(options, scenario)
    check_simpy(scenario.casework, scenario.replicates)
    with progress(lang) as say_:
        from trappen.scenarios.single import run_scenario

        found = run_scenario(scenario, threads=options.threads or 2, say=say_)
        stock = count_month(options, [scenario], say_)
    if options.json:
        tables = {
            name: json.loads(getattr(found, name)().to_json(orient="records"))
            for name in ("summary", "accounts")
        }
        tables |= tables_of(stock)
        print(json.dumps(tables | {"manifest": found.manifest}, ensure_ascii=False, indent=2))
    else:
        from trappen.viz.terminal.compared import print_run

        print_run(found, lang)
        if stock is not None:
            from trappen.viz.terminal.stock_of_month import print_stock

            print_stock(stock, lang)
    return 0
