"""`trappen child`: show one child's two lives, or draw several and write them down."""

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from trappen.agents.problem import Problem
from trappen.arguments import Whole, place, policy_argument, scenario_options
from trappen.running import overrides
from trappen.viz.wording import say, texts

FORMS = (".md", ".svg", ".png")


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    policy_argument(parser, lang, "a", "status_quo")
    policy_argument(parser, lang, "b", "omlaegning")
    scenario_options(parser, lang)

    # The names of the patterns are those of their texts: the model is not loaded for a help text.
    begin = "dashboard.life.pattern."
    patterns = ", ".join(key.removeprefix(begin) for key in texts() if key.startswith(begin))

    def option(name: str, text: str, **kind: object) -> None:
        told = say(f"cli.option.{text}", lang, patterns=patterns)
        parser.add_argument(name, help=told, **kind)  # type: ignore[arg-type]

    option("--who", "who", type=Whole(0, 2**32 - 1, "--who"), metavar="N")
    option("--pattern", "pattern", metavar="X")
    option("--draw", "draw", type=Whole(1, 500, "--draw"), default=1, metavar="N")
    option("--luck", "luck", type=Whole(0, 100_000, "--luck"), default=0, metavar="N")
    option("--output", "lives_output", type=place, metavar="X")


def do(options: argparse.Namespace, lang: str) -> int:
    """Show one child's two lives, or draw several and write them down."""
    from trappen.scenarios.scenario import scenarios_from
    from trappen.scenarios.watched.lives import draw_lives

    output: Path | None = options.output
    if output is not None and output.suffix not in FORMS:
        raise Problem(
            "option.choice", field="--output", given=output.suffix or str(output), choices=", ".join(FORMS)
        )
    told = overrides(options) | {"replicates": options.luck + 1}
    a, b = scenarios_from((options.a, options.b), **told)
    found = draw_lives(a, b, options.draw, who=options.who, pattern=options.pattern, replicate=options.luck)
    if output is None:
        from trappen.viz.lives import WIDTH, timeline

        width = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)
        print("\n\n".join(timeline(life, lang, width) for life in found))
        return 0
    try:
        _write(found, output, options, lang)
    except OSError as error:
        raise Problem("result.not_writable", file=output) from error
    print(os.fspath(output))
    return 0


def _write(found: list[Any], output: Path, options: argparse.Namespace, lang: str) -> None:
    from trappen.viz.lives import book, chart

    output.parent.mkdir(parents=True, exist_ok=True)
    if output.suffix == ".md":
        command = " ".join(["trappen", *sys.argv[1:]])
        output.write_text(book(found, command, options.pattern or "placed", lang), encoding="utf-8")
    elif output.suffix == ".svg":
        output.write_text(chart(found[0], lang), encoding="utf-8")
    else:
        from trappen.viz.lives import picture

        output.write_bytes(picture(found[0], lang))
