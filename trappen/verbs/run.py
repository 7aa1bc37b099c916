"""`trappen run`: run one policy."""

import argparse
import json

from trappen.arguments import json_option, policy_argument, scenario_options
from trappen.running import check_simpy, overrides, progress, with_hook


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    policy_argument(parser, lang, "policy", "status_quo")
    scenario_options(parser, lang)
    json_option(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Run one policy."""
    from trappen.scenarios.scenario import scenario_from

    scenario = scenario_from(options.policy, **overrides(options))
    scenario = with_hook(scenario, options)
    check_simpy(scenario.casework, scenario.replicates)
    with progress(lang) as say_:
        from trappen.scenarios.single import run_scenario

        found = run_scenario(scenario, threads=options.threads or 2, say=say_)
    if options.json:
        tables = {
            name: json.loads(getattr(found, name)().to_json(orient="records"))
            for name in ("summary", "accounts")
        }
        print(json.dumps(tables | {"manifest": found.manifest}, ensure_ascii=False, indent=2))
    else:
        from trappen.viz.terminal.compared import print_run

        print_run(found, lang)
    return 0
