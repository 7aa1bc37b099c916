"""`trappen study`: plan and run a large study, see how far it is, and put its results into one table."""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trappen.agents.problem import Problem
from trappen.arguments import Whole, filled, json_option, place
from trappen.viz.wording import number, say

if TYPE_CHECKING:
    from trappen.scenarios.studies.drive import Progress
    from trappen.scenarios.studies.study import Study

INTERRUPTED = 130
LINES = 20
"""How often progress is told in all where nobody looks at a bar."""


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""
    what = say("cli.argument.study", lang)
    parser.add_argument("study", type=filled(what, "file.unreadable"), help=what)
    of = say("cli.argument.study_of", lang)
    parser.add_argument("of", nargs="?", type=filled(of, "file.unreadable"), help=of)
    said = {name: say(f"cli.option.study_{name}", lang) for name in _OPTIONS}
    parser.add_argument("--output", type=place, metavar="X", help=said["output"])
    parser.add_argument("--engine", default="local", metavar="X", help=said["engine"])
    parser.add_argument("--workers", type=Whole(1, 1024, "--workers"), metavar="N", help=said["workers"])
    parser.add_argument("--plan", action="store_true", help=said["plan"])
    parser.add_argument("--retry", action="store_true", help=said["retry"])
    parser.add_argument("--to", type=place, metavar="X", help=said["to"])
    parser.add_argument("--partial", action="store_true", help=said["partial"])
    json_option(parser, lang)


_OPTIONS = ("output", "engine", "workers", "plan", "retry", "to", "partial")


def do(options: argparse.Namespace, lang: str) -> int:
    """Plan and run a large study, see how far it is, or put its results into one table."""
    if options.study == "status":
        return _status(_folder(options, lang), options, lang)
    if options.study == "export":
        return _export(_folder(options, lang), options, lang)
    if options.of is not None:
        raise Problem("option.too_many", given=options.of[:40])
    return _run(options, lang)


def _folder(options: argparse.Namespace, lang: str) -> Path:
    """Return the folder of a study that is named by it or by the study's file."""
    if options.of is None:
        raise Problem("option.missing", what=say("cli.argument.study_of", lang))
    given = Path(options.of)
    if given.is_dir() or not given.exists():
        return given
    from trappen.scenarios.studies.folder import default_folder
    from trappen.scenarios.studies.study import load_study

    return options.output or default_folder(load_study(given))


def _status(folder: Path, options: argparse.Namespace, lang: str) -> int:
    from trappen.scenarios.studies.status import status
    from trappen.viz.terminal.study_text import status_lines

    found = status(folder)
    if options.json:
        counts = {state: asdict(count) for state, count in found.counts.items()}
        left = found.core_seconds_left
        print(json.dumps({"counts": counts, "core_seconds_left": left, "aside": found.aside}, indent=2))
        return 0
    for line in status_lines(found, lang):
        print(line)
    return 0


def _export(folder: Path, options: argparse.Namespace, lang: str) -> int:
    from trappen.scenarios.studies.export import export
    from trappen.scenarios.studies.folder import read_planned

    target = options.to or folder / "runs.parquet"
    rows, missing = export(folder, read_planned(folder), target, partial=options.partial)
    if options.json:
        print(json.dumps({"file": str(target), "rows": rows, "missing": missing}))
        return 0
    print(say("study.exported", lang, rows=number(rows, 0, lang), file=target))
    if missing:
        print(say("study.exported_missing", lang, missing=number(missing, 0, lang)))
    return 0


def _run(options: argparse.Namespace, lang: str) -> int:
    from trappen.scenarios.kept.results import check_writable
    from trappen.scenarios.studies.engines import check_engine
    from trappen.scenarios.studies.folder import check_folder, default_folder
    from trappen.scenarios.studies.study import load_study

    check_engine(options.engine)
    study = load_study(options.study)
    folder = options.output or default_folder(study)
    check_writable(folder)
    check_folder(folder)
    last: dict[str, Any] = {}
    with _stopping():
        try:
            return _planned_and_run(study, folder, options, last, lang)
        except KeyboardInterrupt:
            from trappen.scenarios.studies.store import kept

            done = last["counts"]["done"].tasks if last else len(kept(folder))
            told = {"done": number(done, 0, lang), "of": number(study.tasks, 0, lang)}
            print(say("study.stopped", lang, **told), file=sys.stderr)
            return INTERRUPTED


def _planned_and_run(
    study: "Study", folder: Path, options: argparse.Namespace, last: dict[str, Any], lang: str
) -> int:
    """Tell what a study will take, and do it unless only that was asked for.

    Parameters
    ----------
    last
        Is given the last counts, for whoever stops it.
    """
    from trappen.scenarios.studies.drive import drive
    from trappen.scenarios.studies.engines import cores
    from trappen.scenarios.studies.plan import plan
    from trappen.viz.terminal.study_text import finished_lines, plan_lines

    found = plan(study, folder)
    out = sys.stderr if options.json else sys.stdout
    for line in plan_lines(study.name, found, options.workers or cores(), lang):
        print(line, file=out, flush=True)
    if options.plan:
        if options.json:
            print(json.dumps(asdict(found), indent=2))
        return 0
    with _progress(lang) as told:

        def keep(progress: "Progress") -> None:
            last["counts"] = progress.counts
            told(progress)

        counts = drive(
            study,
            folder,
            engine=options.engine,
            workers=options.workers,
            retry=options.retry,
            told=keep,
        )
    if options.json:
        print(
            json.dumps({"folder": str(folder), "counts": {k: asdict(v) for k, v in counts.items()}}, indent=2)
        )
        return 0
    for line in finished_lines(folder, counts, lang):
        print(line)
    return 0


@contextmanager
def _stopping() -> Iterator[None]:
    """Let a request to end (SIGTERM, as batch systems send it) stop the study as Ctrl-C does."""

    def stop(_: int, __: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _progress(lang: str) -> Iterator[Callable[["Progress"], None]]:
    """Show a bar and the time left where somebody looks, and some lines where nobody does."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    from trappen.viz.terminal.study_text import duration

    console = Console(stderr=True)
    columns = (
        TextColumn(say("study.progress", lang)),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
    )
    with Bar(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        shown = -1

        def told(progress: "Progress") -> None:
            nonlocal shown
            done = progress.counts["done"].tasks
            of = sum(count.tasks for count in progress.counts.values())
            time = duration(progress.seconds_left, lang)
            bar.update(task, completed=done, total=of, description=time)
            twentieth = LINES * done // max(1, of)
            if not console.is_terminal and twentieth != shown and done:
                shown = twentieth
                numbers = {"done": number(done, 0, lang), "of": number(of, 0, lang)}
                print(say("study.line", lang, time=time, **numbers), file=sys.stderr, flush=True)

        yield told
