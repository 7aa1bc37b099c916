"""One policy, lever, parameter or instrument in words: what it is, its numbers, and what they rest on."""

import re
import shutil
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from trappen.agents.problem import Problem
from trappen.model.evidence import Entry, register
from trappen.model.nearest import nearest
from trappen.model.sources import source_in
from trappen.policies import library
from trappen.policies.catalogue import find, is_path, names, read_any
from trappen.policies.lever import Lever, levers
from trappen.policies.policy import PhaseIn, Policy, Transition
from trappen.policies.programme import Programme
from trappen.viz import wording
from trappen.viz.terminal import shown_instrument
from trappen.viz.terminal.evidence_view import owed
from trappen.viz.terminal.shown_programme import facts_of
from trappen.viz.wording import say

WIDTH = 92
"""Lines are no longer, however wide the terminal; on a narrower one they are as long as it is wide."""

LONGEST_NAME = 40


def show_entry(name: str, lang: str) -> str:
    """Return what there is to know of a policy, a programme, a lever, a parameter or an instrument.

    Parameters
    ----------
    name
        The name of any of them, or the path of a policy's or programme's file.
    lang
        `da` or `en`.

    Raises
    ------
    Problem
        Nothing is called so; the sentence names the nearest. Or a policy's file is wrong.
    """
    if is_path(name):
        made = read_any(name)
        return _joined(_programme(made, lang) if isinstance(made, Programme) else _policy(made, lang))
    if name in names():
        return _joined(_policy(find(name), lang))
    if name in library.entries("programme"):
        return _joined(_programme(library.programme(name), lang))
    if name in levers():
        return _joined(_lever(levers()[name], lang))
    if name in register():
        return _joined(_parameter(register()[name], lang))
    if name.lower() in shown_instrument.names():
        return _joined(_instrument(name.lower(), lang))
    given = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 3] + "..."
    known = [*names(), *library.entries("programme"), *levers(), *register(), *shown_instrument.names()]
    if near := nearest(name, known):
        raise Problem("show.unknown_near", given=given, nearest=", ".join(near))
    raise Problem("show.unknown", given=given)


def _policy(policy: Policy, lang: str) -> list[str]:
    moved = policy.moved()
    changes = [
        say(
            "show.policy_text.change",
            lang,
            title=levers()[name].title[lang],
            today=value_of(levers()[name], levers()[name].default, lang),
            target=value_of(levers()[name], policy.levers[name], lang),
            unit=unit_of(levers()[name], lang),
            name=name,
        )
        for name in moved
    ]
    alone = [", ".join(f"{levers()[name].title[lang]} ({name})" for name in levers() if name not in moved)]
    return [
        *_titled("show.policy", policy.name, getattr(policy.title, lang), lang),
        wrapped(getattr(policy.description, lang)),
        _section("practices", [", ".join(policy.practices)], lang) if policy.practices else "",
        _section("changes", changes or [say("show.policy_text.nothing_changed", lang)], lang),
        _section("programmes", _offers(policy, lang), lang) if policy.programmes else "",
        _section("unchanged", alone if alone[0] else [say("show.policy_text.all_changed", lang)], lang)
        if moved
        else "",
        _section("when", _dates(policy, lang), lang),
        _section("cost", _prices(policy.transition, lang), lang),
        _section("systems", [", ".join(policy.systems)], lang) if policy.systems else "",
        _section("evidence", _sources(moved, lang), lang) if moved else "",
    ]


def _programme(programme: Programme, lang: str) -> list[str]:
    title = getattr(programme.title, lang)
    sections = [_section(head, lines, lang) for head, lines in facts_of(programme, lang)]
    return [
        *_titled("show.programme", programme.name, title, lang),
        wrapped(getattr(programme.description, lang)),
        *sections,
    ]


def _instrument(name: str, lang: str) -> list[str]:
    entry = register()["instrument_error"]
    sections = [
        "\n".join(["", say(f"instrument.{head}", lang), *(wrapped(line, "  ", "    ") for line in lines)])
        for head, lines in shown_instrument.facts_of(name, lang)
    ]
    facts = [
        ("systems", ", ".join(shown_instrument.systems_of(name))),
        ("grade", _grade(entry.grade, lang)),
        ("source", source_in(entry.source, lang)),
    ]
    return [
        wrapped(say("show.title", lang, name=name, title=shown_instrument.title_of(name, lang))),
        say("instrument.kind", lang),
        *sections,
        "",
        *_facts(facts, lang),
    ]


def _offers(policy: Policy, lang: str) -> list[str]:
    return [
        say(
            "show.policy_text.offer",
            lang,
            name=offer.programme.name,
            title=getattr(offer.programme.title, lang),
            reach=wording.percent(offer.share_reached, lang, 0),
            served=wording.plain(offer.places, lang),
        )
        for offer in policy.programmes
    ]


def _dates(policy: Policy, lang: str) -> list[str]:
    if not policy.moved() and not policy.programmes:
        return [say("show.policy_text.never", lang)]
    lines = _coming(policy.phase_in, policy.stop_year, lang) if policy.keeps_its_dates() else []
    for offer in policy.programmes:
        if offer.has_dates:
            when = " ".join(_coming(*policy.dates_of(offer), lang))
            lines.append(say("show.pair", lang, label=offer.programme.name, text=when))
    return lines


def _coming(phase: PhaseIn, stop: int | None, lang: str) -> list[str]:
    """Return when something begins, how it is phased in and, if it does, when it stops."""
    first = "later_year" if phase.start_year else "first_year"
    begins = say(f"show.policy_text.{first}", lang, years=phase.start_year)
    key = "at_once" if phase.months == 0 else "at_once_paid" if phase.curve == "step" else "phased"
    curve = say(f"show.curve.{phase.curve}", lang)
    lines = [say(f"show.policy_text.{key}", lang, begins=begins, months=phase.months, curve=curve)]
    if stop is not None:
        lines.append(say("show.policy_text.stops", lang, years=stop))
    return lines


def _prices(transition: Transition, lang: str) -> list[str]:
    lines = []
    for part in Transition.model_fields:
        cost = getattr(transition, part)
        if cost is not None:
            value, low, high = (wording.plain(x, lang) for x in (cost.value, cost.low, cost.high))
            what = say(f"show.transition.{part}", lang)
            grade = _grade(cost.grade, lang)
            lines.append(
                say("show.policy_text.price", lang, what=what, value=value, low=low, high=high, grade=grade)
            )
            lines.append(getattr(cost.source, lang))
    return lines or [say("show.policy_text.no_cost", lang)]


def _sources(moved: Iterable[str], lang: str) -> list[str]:
    lines = []
    for name in moved:
        lever = levers()[name]
        lines.append(say("show.policy_text.source_of", lang, name=name, grade=_grade(lever.grade, lang)))
        lines.append(lever.source[lang])
    return lines


def value_of(lever: Lever, value: float, lang: str) -> str:
    """Return a lever's value; shares are told in per cent."""
    return wording.percent(value, lang, 0) if is_share(lever) else wording.plain(value, lang)


def is_share(lever: Lever) -> bool:
    """Tell whether a lever is a share of something."""
    return lever.unit["en"].startswith("share")


def unit_of(lever: Lever, lang: str) -> str:
    """Return a lever's unit as it stands behind a value: a share has its per cent, and says of what."""
    return f"({lever.unit[lang]})" if is_share(lever) else lever.unit[lang]


def _lever(lever: Lever, lang: str) -> list[str]:
    unit = unit_of(lever, lang)
    low, high = (value_of(lever, x, lang) for x in (lever.low, lever.high))
    today = say("show.with_unit", lang, value=value_of(lever, lever.default, lang), unit=unit)
    facts = [
        ("today", today),
        ("range", say("show.range", lang, low=low, high=high)),
        ("link", say(f"link.{lever.link}", lang)),
        ("mechanism", lever.mechanism[lang]),
        ("systems", ", ".join(lever.systems)),
        ("grade", _grade(lever.grade, lang)),
        ("source", lever.source[lang]),
    ]
    return [
        *_titled("show.lever", lever.name, lever.title[lang], lang),
        wrapped(lever.meaning[lang]),
        "",
        *_facts(facts, lang),
    ]


def _parameter(entry: Entry, lang: str) -> list[str]:
    room = say("show.parameter", lang, room=say(f"show.room.{entry.room}", lang))
    spread = say("show.no_range", lang)
    named = entry.unit == "instrument"
    if named:  # numbers of instruments are names and have no range
        spread = ""
    elif entry.low is not None and entry.high is not None and entry.low < entry.high:
        low, high = (_figure(x, lang) for x in (entry.low, entry.high))
        spread = say("show.range", lang, low=low, high=high)
    varies = "fixed" if entry.varies == "evidence" and entry.index else entry.varies
    facts = [
        ("value", _instruments(entry.value, lang) if named else _figure(entry.value, lang)),
        ("fitted", _fitted(entry, lang)),
        ("index", say(f"show.index.{wording.slug(entry.index)}", lang) if entry.index else ""),
        ("plausible", spread),
        ("unit", wording.unit(entry.unit, lang)),
        ("varies", say(f"show.varies.{varies}", lang)),
        ("grade", _grade(entry.grade, lang)),
        ("owed", _owed(entry.name, lang)),
        ("source", source_in(entry.source, lang)),
    ]
    title = say("show.title", lang, name=entry.name, title=entry.meaning[lang])
    return [wrapped(title), room, "", *_facts(facts, lang)]


def _owed(name: str, lang: str) -> str:
    """Return what the default comparison owes to a number; empty where that was not measured."""
    from trappen.scenarios.evidence_table import measured, told_from_luck

    row = measured().get(name)
    return "" if row is None else owed({**row, "cost_told": name in told_from_luck()}, lang)


def _instruments(numbers: Iterable[int], lang: str) -> str:
    """Return the names of instruments, first the one that is asked first."""
    known = shown_instrument.names()
    return "; ".join(shown_instrument.title_of(known[int(k)], lang) for k in numbers)


def _fitted(entry: Entry, lang: str) -> str:
    """Return what a calibrated number came to in the packaged parameter sets of the default structure."""
    from trappen.scenarios.parameter_sets import members

    if entry.varies != "calibrated":
        return ""
    columns = [entry.name] if entry.index is None else [f"{entry.name}.{k}" for k in range(len(entry.value))]
    best, *drawn = members("default")
    if not all(column in best for column in columns):
        return ""
    figures = [_figure(float(f"{best[column]:.4g}"), lang) for column in columns]
    if entry.index is not None or not drawn:
        return "  ".join(figures)
    seen = [row[entry.name] for row in drawn]
    low, high = (_figure(float(f"{x:.4g}"), lang) for x in (min(seen), max(seen)))
    return say("show.fitted", lang, best=figures[0], low=low, high=high, sets=len(drawn))


def _figure(value: Any, lang: str) -> str:
    """Write a number with the digits it has, a table row by row."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        rows = [_figure(part, lang) for part in value]
        if not (value and isinstance(value[0], Sequence)):
            return "  ".join(rows)
        widest = max(len(cell) for row in rows for cell in row.split())
        return "\n".join("  ".join(cell.ljust(widest) for cell in row.split()).rstrip() for row in rows)
    digits = len(f"{float(value):.10f}".rstrip("0").partition(".")[2])
    return wording.number(float(value), digits, lang)


def _grade(name: str, lang: str) -> str:
    return wording.say_or(f"grade.{name}", lang, name)


def _titled(kind: str, name: str, title: str, lang: str) -> list[str]:
    return [wrapped(say("show.title", lang, name=name, title=title)), say(kind, lang), ""]


def _facts(facts: Iterable[tuple[str, str]], lang: str) -> list[str]:
    """Return a line a fact, and a block of lines for a table."""
    parts = []
    for head, text in facts:
        if "\n" in text:
            parts += [say(f"show.head.{head}", lang) + ":", *(f"  {row}" for row in text.split("\n"))]
        elif text:
            label = say(f"show.head.{head}", lang)
            parts.append(wrapped(say("show.pair", lang, label=label, text=text), hanging="  "))
    return parts


def _section(head: str, lines: Iterable[str], lang: str) -> str:
    body = [wrapped(line, "  ", "    ") for line in lines]
    return "\n".join(["", say(f"show.head.{head}", lang), *body])


def wrapped(text: str, indent: str = "", hanging: str = "") -> str:
    """Return a text broken into lines that fit the terminal; a figure keeps its percent sign."""
    together = re.sub(r"(?<=\d) %", wording.NO_BREAK + "%", text.strip())
    return textwrap.fill(
        together,
        min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns),
        initial_indent=indent,
        subsequent_indent=hanging or indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _joined(parts: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).strip()
