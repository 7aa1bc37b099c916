"""`trappen episodes`: a municipality's own placements, checked and summed up; nothing personal is kept."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from trappen.agents.problem import Problem
from trappen.arguments import Whole, filled, json_option, place
from trappen.viz.wording import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    what = say("cli.argument.episodes", lang)
    parser.add_argument("file", type=filled(what), help=what)
    parser.add_argument("--until", metavar="X", help=say("cli.option.until", lang))
    parser.add_argument(
        "--threshold",
        type=Whole(2, 100, "--threshold"),
        default=5,
        metavar="N",
        help=say("cli.option.threshold", lang),
    )
    parser.add_argument("--output", type=place, metavar="X", help=say("cli.option.episodes_output", lang))
    json_option(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Read placements, print the tables, and write them as CSV if a folder is named."""
    from trappen.scenarios.own.episode_tables import tables
    from trappen.scenarios.own.episodes import day_in, read_episodes

    until = None if options.until is None else day_in(options.until)
    if options.until is not None and until is None:
        raise Problem("episodes.not_a_date", field="--until", given=options.until[:20])
    episodes = read_episodes(options.file, until=until)
    found = tables(episodes, options.threshold)
    if options.json:
        import json

        told = {name: json.loads(frame.to_json(orient="records")) for name, frame in found.items()}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for name, frame in found.items():
            print(f"\n{say(f'episodes.table.{name}', lang)}")
            print(frame.to_string(index=False, na_rep="..", float_format=lambda value: f"{value:.3g}"))
        print(say("episodes.kept_nothing", lang, threshold=options.threshold))
    for key, count in episodes.warnings.items():
        print(say(key, lang, count=count), file=sys.stderr)
    if options.output is not None:
        _write(options.output, found)
    return 0


def _write(folder: Path, found: "Mapping[str, pd.DataFrame]") -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in found.items():
            frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig", na_rep="..")
    except OSError as error:
        raise Problem("result.not_written", file=folder, reason=error.strerror or str(error)) from None
