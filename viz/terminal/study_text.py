"""What is told of studies and of results on disk, as lines of text."""

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from trappen.viz.wording import NONE, number, say, say_or

if TYPE_CHECKING:
    from trappen.scenarios.kept.compared import Compared
    from trappen.scenarios.kept.listing import Kept
    from trappen.scenarios.kept.pruned import Loose
    from trappen.scenarios.kept.verified import Verified
    from trappen.scenarios.studies.index import Count
    from trappen.scenarios.studies.plan import Plan
    from trappen.scenarios.studies.status import Status

MOST_SHOWN = 40


def size(count: float, lang: str) -> str:
    """Write bytes in the largest unit of which there are some."""
    for unit, each in (("GB", 1e9), ("MB", 1e6)):
        if count >= 2 * each:
            return f"{number(count / each, 1, lang)} {unit}"
    return f"{number(count / 1e3, 0, lang)} kB"


def duration(seconds: float | None, lang: str) -> str:
    """Write a time in the largest unit of which there are some."""
    if seconds is None:
        return NONE
    if seconds >= 2 * 3600:
        return say("study.hours", lang, hours=number(seconds / 3600, 1, lang))
    if seconds >= 120:
        return say("study.minutes", lang, minutes=number(seconds / 60, 0, lang))
    return say("study.seconds", lang, seconds=number(seconds, 0, lang))


def plan_lines(name: str, plan: "Plan", workers: int, lang: str) -> Iterator[str]:
    """Tell what a study will take."""

    def whole(value: float) -> str:
        return number(value, 0, lang)

    yield say(
        "study.plan_title",
        lang,
        name=name,
        municipalities=whole(plan.municipalities),
        policies=whole(plan.policies),
        sets=whole(plan.sets),
        replicates=whole(plan.replicates),
    )
    counts = {"runs": whole(plan.runs), "tasks": whole(plan.tasks), "done": whole(plan.done)}
    yield say("study.plan_runs", lang, **counts)
    yield say(
        "study.plan_time",
        lang,
        core=duration(plan.core_seconds, lang),
        time=duration(plan.core_seconds / workers, lang),
        workers=whole(workers),
    )
    free = size(plan.bytes_free, lang)
    yield say("study.plan_disk", lang, needed=size(plan.bytes, lang), free=free)


def finished_lines(folder: object, counts: Mapping[str, "Count"], lang: str) -> Iterator[str]:
    """Tell that a study is done, and what one does next."""
    done = counts["done"]
    told = {"done": number(done.tasks, 0, lang), "runs": number(done.runs, 0, lang)}
    yield say("study.finished", lang, size=size(done.bytes, lang), folder=folder, **told)
    yield say("study.how_to_export", lang, folder=folder)


def status_lines(status: "Status", lang: str) -> Iterator[str]:
    """Tell how far a study is."""
    if not status.planned.of_this_program:
        yield say("study.older", lang, version=status.planned.version, program=status.planned.program)
    yield status.planned.study.name
    for state, count in status.counts.items():
        if count.tasks:
            told = {"tasks": number(count.tasks, 0, lang), "runs": number(count.runs, 0, lang)}
            yield "  " + say("study.status_line", lang, state=say(f"study.state_{state}", lang), **told)
    if status.core_seconds_left:
        yield "  " + say("study.status_time", lang, core=duration(status.core_seconds_left, lang))
    for task, said in status.aside[:MOST_SHOWN]:
        yield f"  {say('study.state_aside', lang)}: {task}: {said}"


def list_lines(kept: list["Kept"], lang: str) -> Iterator[str]:
    """Tell what is kept in a folder."""
    for one in kept:
        yield str(one.folder)
        yield "  " + _kept(one, lang)


def _kept(one: "Kept", lang: str) -> str:
    kind, state = (say(f"results.{key}", lang) for key in (f"kind_{one.kind}", f"state_{one.state}"))
    if one.kind == "experiment" and one.state != "unreadable":
        verb = str(one.told["experiment"])[:40]
        kind = say("results.kind_of", lang, title=say_or(f"experiment.title.{verb}", lang, verb), verb=verb)
    if one.kind == "experiment" and one.state == "current":
        state = say("results.state_of_this", lang)
    return say(
        "results.list_line",
        lang,
        kind=kind,
        version=one.version or NONE,
        state=state,
        files=number(one.files, 0, lang),
        size=size(one.bytes, lang),
    )


_SHOWN = (
    *("name", "municipality", "municipalities", "policies", "children", "start_year", "years"),
    *(
        "parameter_sets",
        "ensemble",
        "replicates",
        "runs",
        "seed",
        "result_hash",
        "parameter_hash",
        "program_hash",
    ),
)


def show_lines(one: "Kept", lang: str) -> Iterator[str]:
    """Tell what a result, an experiment or a study says of itself."""
    yield from list_lines([one], lang)
    if not one.checked:
        again = "rerun" if one.kind == "result" else "experiment"
        yield "  " + say(f"results.unchecked_{again}", lang)
    for name in _SHOWN:
        value = one.told.get(name)
        if isinstance(value, str | int | float):
            yield f"  {name}: {str(value)[:80]}"
    titles = one.told.get("titles")
    for name, title in titles.items() if isinstance(titles, Mapping) else ():
        words: Any = title.get(lang) if isinstance(title, Mapping) else title
        yield f"  {str(name)[:80]}: {str(words)[:200]}"


def verified_lines(verified: "Verified", lang: str) -> Iterator[str]:
    """Tell which files of a folder are as they were written."""
    yield say("results.whole", lang, folder=verified.folder, good=number(verified.good, 0, lang))
    for name, state in list(verified.bad.items())[:MOST_SHOWN]:
        yield f"  {name}: {say(f'results.bad_{state}', lang)}"


def compared_lines(compared: "Compared", lang: str) -> Iterator[str]:
    """Tell in what two results differ: what decides them, and what they say."""
    for name, a, b in compared.inputs[:MOST_SHOWN]:
        yield say("results.input", lang, name=name, a=a[:60], b=b[:60])
    if compared.same:
        yield say("results.same", lang)
        return
    unlike = compared.rows[compared.rows["unlike"] > 0]
    of = {"unlike": number(len(unlike), 0, lang), "of": number(len(compared.rows), 0, lang)}
    yield say("results.different", lang, **of)
    for row in unlike.to_dict("records"):
        counts = {"unlike": number(row["unlike"], 0, lang), "common": number(row["common"], 0, lang)}
        largest = number(float(row["largest"]), _places(row["largest"]), lang)
        yield "  " + say("results.row", lang, row=row["row"], largest=largest, **counts)


def _places(value: float) -> int:
    """Return the decimals with which a number has four figures; tiny ones are shown with twelve at most."""
    return 0 if value == 0 else min(12, max(0, 3 - math.floor(math.log10(abs(value)))))


def loose_lines(loose: list["Loose"], removed: bool, lang: str) -> Iterator[str]:
    """Tell what can be removed, or was."""
    if not loose:
        yield say("results.nothing_loose", lang)
        return
    for one in loose[:MOST_SHOWN]:
        yield f"  {one.path}: {say(f'results.loose_{one.why}', lang)}, {size(one.bytes, lang)}"
    key = "results.removed" if removed else "results.loose_total"
    count = number(len(loose), 0, lang)
    yield say(key, lang, count=count, size=size(sum(one.bytes for one in loose), lang))
