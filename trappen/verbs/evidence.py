"""`trappen evidence`: every number with its source and grade, and what the result owes to it."""

import argparse
from pathlib import Path

from trappen.arguments import choice, json_option
from trappen.running import progress
from trappen.viz.wording import say


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    parser.add_argument("search", nargs="*", help=say("cli.argument.search", lang))
    for name in ("grade", "room", "varies"):
        parser.add_argument(f"--{name}", metavar="X", help=say(f"cli.option.evidence_{name}", lang))
    for name in ("identified", "measure"):
        parser.add_argument(f"--{name}", action="store_true", help=say(f"cli.option.{name}", lang))
    json_option(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Show the register or a part of it, show what identifies fitted numbers, or measure weights."""
    if options.measure:
        return _measure(lang)
    if options.identified:
        return _identified(options, lang)
    from trappen.model.evidence import GRADES, ROOMS, VARIES
    from trappen.scenarios.evidence_table import evidence

    for name, choices in (("grade", GRADES), ("room", ROOMS), ("varies", VARIES)):
        if getattr(options, name) is not None:
            choice(f"--{name}", *choices)(getattr(options, name))
    asked = {name: getattr(options, name) for name in ("grade", "room", "varies")}
    frame = evidence(" ".join(options.search), **asked, lang=lang)
    if options.json:
        print(frame.to_json(orient="records", force_ascii=False, indent=2))
        return 0
    from trappen.viz.terminal.evidence_view import print_evidence

    print_evidence(frame, lang)
    return 0


def _identified(options: argparse.Namespace, lang: str) -> int:
    with progress(lang, shown=not options.json) as say_:
        from trappen.scenarios.trust.evidence_measure import identification

        frame = identification(say=say_)
    if options.json:
        print(frame.to_json(orient="records", force_ascii=False, indent=2))
        return 0
    from trappen.viz.terminal.evidence_view import print_identified

    print_identified(frame, lang)
    return 0


def _measure(lang: str) -> int:
    from importlib.resources import files

    with progress(lang) as say_:
        from trappen.scenarios.evidence_table import MEASURED, assumed_range, assumed_share, measured
        from trappen.scenarios.trust.evidence_measure import measure_sensitivity, write_sensitivity

        found = measure_sensitivity(say=say_)
    path = write_sensitivity(found, Path(str(files("trappen.scenarios"))) / MEASURED)
    measured.cache_clear()
    from trappen.viz.findings import luck_in_weights_line, share_line

    print(path)
    print(share_line(assumed_share(), lang, assumed_range()))
    print(luck_in_weights_line(lang))
    return 0
