"""`trappen rerun`: repeat a run from its manifest; it must give the same numbers bit for bit."""

import argparse
import sys
import time

from trappen.arguments import filled, output_options
from trappen.running import finish, progress
from trappen.viz.wording import say


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    what = say("cli.argument.manifest", lang)
    parser.add_argument("manifest", type=filled(what, "manifest.unreadable"), help=what)
    output_options(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Repeat a run from its manifest; it must give the same numbers bit for bit."""
    from trappen.scenarios.kept.manifest import read_manifest
    from trappen.scenarios.kept.results import check_writable

    began = time.monotonic()
    check_writable(options.output)
    read_manifest(options.manifest)  # what is wrong with it is told before anything is loaded to run it
    from trappen import api

    with progress(lang) as say_:
        found = api.rerun(options.manifest, say=say_)
    code = finish(found, options, lang, began)
    print(say("terminal.same_bits", lang), file=sys.stderr)
    return code
