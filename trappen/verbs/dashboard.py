"""`trappen dashboard`: open the dashboard in a browser."""

import argparse
import re
import sys
import threading
import webbrowser

from trappen.agents.problem import Problem
from trappen.arguments import Whole
from trappen.streams import short
from trappen.viz.wording import say

PORT = 8765


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    parser.add_argument("--host", default="127.0.0.1", metavar="X", help=say("cli.option.host", lang))
    parser.add_argument(
        "--port",
        type=Whole(0, 65535, "--port"),
        default=PORT,
        metavar="N",
        help=say("cli.option.port", lang),
    )
    parser.add_argument("--name", action="append", metavar="X", help=say("cli.option.name", lang))
    parser.add_argument("--root", default="", metavar="X", help=say("cli.option.root", lang))
    parser.add_argument("--no-browser", action="store_true", help=say("cli.option.no_browser", lang))


def do(options: argparse.Namespace, lang: str) -> int:
    """Serve the dashboard until interrupted."""
    from trappen.viz.dashboard.serve import LOOPBACK, listening, serve

    names = [*LOOPBACK, *(options.name or ())]
    for name in options.name or ():
        if not re.fullmatch(r"[A-Za-z0-9.\-\[\]:]{1,255}", name):
            raise Problem("dashboard.odd_name", field="--name", given=short(name))
    if options.root and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", options.root):
        raise Problem("dashboard.odd_root", field="--root", given=short(options.root))
    with listening(options.host, options.port) as here:
        port = here.getsockname()[1]
        shown = f"[{options.host}]" if ":" in options.host else options.host
        address = f"http://{shown}:{port}{options.root}/"
        if options.host not in ("127.0.0.1", "::1", "localhost"):
            names.append(shown)
            print(say("dashboard.open_to_network", lang), file=sys.stderr)
        print(say("dashboard.at", lang, address=address), file=sys.stderr, flush=True)
        if not options.no_browser:
            threading.Timer(2.0, webbrowser.open, (address,)).start()
        serve(here, lang, names, options.root)
    return 0
