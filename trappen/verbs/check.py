"""`trappen check`: explain everything that is wrong with a scenario, a policy or a programme, at once."""

import argparse
from pathlib import Path

from trappen.arguments import filled
from trappen.viz.wording import say


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    what = say("cli.argument.file", lang)
    parser.add_argument("file", type=filled(what), help=what)


def do(options: argparse.Namespace, lang: str) -> int:
    """Say that a file is good and what it is; what is wrong is told as problems, all of them."""
    from trappen.scenarios.files.checked import check_file

    found = check_file(Path(options.file))
    print(say(f"check.{found.kind}", lang, file=options.file, name=found.name, title=found.title[lang]))
    return 0
