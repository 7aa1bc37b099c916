"""`trappen results`: list, show, compare, verify and prune what is kept on disk."""

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from trappen.agents.problem import Problem
from trappen.arguments import filled, json_option
from trappen.streams import short
from trappen.viz.wording import say

NEEDED = {"list": (0, 1), "show": (1, 1), "compare": (2, 2), "verify": (1, 100_000), "prune": (0, 1)}
"""How many folders each takes, at least and at most."""

BELONGS = {"older": "prune", "yes": "prune", "mend": "verify"}
USUAL = Path("results")


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    what = say("cli.argument.results_what", lang)
    parser.add_argument("what", type=filled(what), help=what)
    of = say("cli.argument.results_of", lang)
    parser.add_argument("of", nargs="*", type=filled(of, "file.unreadable"), help=of)
    for name in BELONGS:
        parser.add_argument(f"--{name}", action="store_true", help=say(f"cli.option.results_{name}", lang))
    json_option(parser, lang)


def do(options: argparse.Namespace, lang: str) -> int:
    """List, show, compare, verify or prune what is kept on disk."""
    what, folders = options.what, [Path(given) for given in options.of]
    if what not in NEEDED:
        raise Problem("results.odd_what", given=short(what))
    least, most = NEEDED[what]
    if not least <= len(folders) <= most:
        needed = least if least == most else f"{least}-{most}"
        raise Problem("results.how_many", what=what, needed=needed, given=len(folders))
    for name, home in BELONGS.items():
        if getattr(options, name) and what != home:
            raise Problem("results.option_elsewhere", given=f"--{name}", what=what)
    return int(_DO[what](folders, options, lang) or 0)


def _tell(options: argparse.Namespace, data: Any, told: Iterable[str]) -> None:
    if options.json:
        print(json.dumps(data, indent=2, default=str, ensure_ascii=False))
        return
    from rich.console import Console

    from trappen.viz.terminal.grid import lines

    lines(Console(highlight=False), told)


def _list(folders: list[Path], options: argparse.Namespace, lang: str) -> None:
    from trappen.scenarios.kept.listing import listed
    from trappen.viz.terminal.study_text import list_lines

    root = folders[0] if folders else USUAL
    kept = listed(root) if folders or root.exists() else []
    plain = [{k: v for k, v in asdict(one).items() if k != "told"} for one in kept]
    _tell(options, plain, list_lines(kept, lang) if kept else [say("results.empty", lang, folder=root)])


def _show(folders: list[Path], options: argparse.Namespace, lang: str) -> None:
    from trappen.scenarios.kept.listing import look
    from trappen.viz.terminal.study_text import show_lines

    kept = look(folders[0])
    _tell(options, asdict(kept), show_lines(kept, lang))


def _compare(folders: list[Path], options: argparse.Namespace, lang: str) -> None:
    from trappen.scenarios.kept.compared import compare
    from trappen.viz.terminal.study_text import compared_lines

    found = compare(*folders)
    data = {"same": found.same, "inputs": found.inputs, "rows": found.rows.to_dict("records")}
    _tell(options, data, compared_lines(found, lang))


def _verify(folders: list[Path], options: argparse.Namespace, lang: str) -> None:
    from trappen.scenarios.kept.verified import verify
    from trappen.viz.terminal.study_text import verified_lines

    found = [verify(folder, mend=options.mend) for folder in folders]
    lines = [line for one in found for line in verified_lines(one, lang)]
    bad = sum(state != "unlisted" for one in found for state in one.bad.values())
    if bad and options.mend:
        lines.append(say("results.mended", lang))
    _tell(options, [asdict(one) for one in found], lines)
    if bad and not options.mend:
        first = next(one.folder for one in found if not one.whole)
        raise Problem("results.damaged", file=first, bad=bad)


def _prune(folders: list[Path], options: argparse.Namespace, lang: str) -> None:
    from trappen.scenarios.kept.pruned import loose, remove
    from trappen.viz.terminal.study_text import loose_lines

    root = folders[0] if folders else USUAL
    found = loose(root, older=options.older) if folders or root.exists() else []
    if options.yes:
        remove(found)
    _tell(options, [asdict(one) for one in found], loose_lines(found, options.yes, lang))


_DO = {"list": _list, "show": _show, "compare": _compare, "verify": _verify, "prune": _prune}
