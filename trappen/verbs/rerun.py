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
    parser.add_argument("--hook", metavar="X", help=say("cli.option.hook", lang))
    output_options(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """Repeat a run from its manifest; it must give the same numbers bit for bit."""
    from trappen.scenarios.kept.manifest import read_manifest, with_hooks
    from trappen.scenarios.kept.results import check_writable

    began = time.monotonic()
    check_writable(options.output)
    # What is wrong with it is told before anything is loaded to run it.
    _, a, b = read_manifest(options.manifest)
    with_hooks(a, b, options.hook, options.manifest)
    from trappen import api

    with progress(lang) as say_:
        found = api.rerun(options.manifest, hook=options.hook, say=say_)
    code = finish(found, options, lang, began)
    print(say("terminal.same_bits", lang), file=sys.stderr)
    return code
