"""A child's two lives in words and as a chart: for the terminal, for documents and for pictures."""

import io
import itertools
import textwrap
from collections.abc import Sequence
from typing import Any

from trappen.agents.states import PREGNANCY_MONTHS, Step
from trappen.scenarios.watched.life_events import Event
from trappen.scenarios.watched.lives import OneLife, TwoLives
from trappen.viz import captions, wording
from trappen.viz.canvas import FIRST, INK, SECOND, Canvas, label_ends, number_axis
from trappen.viz.wording import say, say_or

WIDTH = 92
NARROWEST = 72
"""Below which the two lives would not stand beside each other without broken words."""

AGE_WIDE, CELL_WIDE = 13, 37
"""Columns of an age, and of what happens under one policy, where two stand side by side."""
HALF_YEAR = 6
DEEP = 2.0
_SIGNS = ".123456789"
_SILENT = {"follow_up"}
"""Events that a timeline leaves out: they say that all goes on."""


def timeline(found: TwoLives, lang: str, width: int = WIDTH) -> str:
    """Return both lives as text, no line wider than told: strips of steps and need, what happened when."""
    width = max(width, NARROWEST)
    names = [_policy(life.policy, lang, _cell(width)) for life in (found.a, found.b)]
    year = found.start_year + found.birth_month // 12
    sex = say(f"dashboard.life.sex_{found.sex}", lang)
    parting = _parting(found, lang).replace("..", ".")
    lines = [say("lives.title", lang, who=found.who, sex=sex, year=year), _wrapped(parting, width), ""]
    for title, strip in (("steps", _step_strip), ("need", _need_strip)):
        lines.append(say(f"lives.{title}", lang))
        wide = max(map(len, names))
        for name, life in zip(names, (found.a, found.b), strict=True):
            lines.append(f"  {name:<{wide}}  {strip(life, found.need_cut)}")
    used = sorted({int(step) for life in (found.a, found.b) for step in life.child_rows["step"]} - {0})
    told = ", ".join(f"{_SIGNS[step]} {say(f'step.{Step(step).name.lower()}', lang)}" for step in used)
    lines += [_wrapped(say("lives.key", lang, steps=told or "-"), width)]
    lines += [_wrapped(say("lives.need_key", lang), width), ""]
    first = found.first_visible_difference
    parted = first if first is not None else 10**6
    same = [event for event in found.a.events if event.month < parted]
    lines += _block(say("lives.before", lang), same, width, lang)
    if first is not None:
        after = [[event for event in life.events if event.month >= parted] for life in (found.a, found.b)]
        lines += _beside(names, after, _cell(width), lang)
    return "\n".join(lines)


def book(lives: Sequence[TwoLives], command: str, pattern: str, lang: str) -> str:
    """Return many children's timelines as one Markdown document."""
    told = say_or(f"dashboard.life.pattern.{pattern}", lang, pattern)
    head = [
        say("lives.book", lang, number=len(lives)),
        "",
        _wrapped(say("lives.book_about", lang, command=command, pattern=told), WIDTH),
    ]
    parts = []
    for found in lives:
        title, _, rest = timeline(found, lang).partition("\n")
        parts.append(f"## {title}\n\n```text\n{rest}\n```")
    return "\n".join(head) + "\n\n" + "\n\n".join(parts) + "\n"


def chart(found: TwoLives, lang: str) -> str:
    """Return both lives as an SVG that stands alone: need above, steps below, the parting marked."""
    title, about = say("lives.chart_title", lang, who=found.who), say("lives.chart_about", lang)
    svg = _drawn(found, lang).svg(title, about)
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def picture(found: TwoLives, lang: str) -> bytes:
    """Return the same as a PNG."""
    canvas = _drawn(found, lang)
    stream = io.BytesIO()
    canvas.figure.savefig(stream, format="png", dpi=144, facecolor="white")
    canvas.svg("", "")
    return stream.getvalue()


def _drawn(found: TwoLives, lang: str) -> Canvas:
    canvas = Canvas(f"life-{found.who}", 860, 470, lang)
    ages = [(found.a.months - found.birth_month) / 12.0, (found.b.months - found.birth_month) / 12.0]
    above, below = canvas.axes(64, 30, 150, 250), canvas.axes(220, 270, 150, 52)
    ends = []
    for axes_age, life, colour in zip(ages, (found.a, found.b), (FIRST, SECOND), strict=True):
        need = life.frame["need"]
        above.plot(axes_age, need, color=colour, linewidth=1.8)
        ends.append((float(need.iloc[-1]), _policy(life.policy, lang), colour))
        shift = -0.12 if colour == FIRST else 0.12
        below.step(axes_age, life.child_rows["step"] + shift, color=colour, linewidth=2.2, where="post")
    above.axhline(found.need_cut, color=INK, linewidth=0.8, linestyle=":")
    above.text(ages[0][0], found.need_cut, say("lives.cut", lang), va="bottom", fontsize=10.5)
    seen = found.first_visible_difference
    if seen is not None:
        age = (seen - found.birth_month) / 12.0
        for axes in (above, below):
            axes.axvline(age, color=INK, linewidth=1.0, linestyle="--")
        above.annotate(
            say("lives.parts", lang),
            (age, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(4, 2),
            textcoords="offset points",
            fontsize=10.5,
        )
    above.set_ylabel(say("lives.need_axis", lang))
    below.set_xlabel(say("lives.age_axis", lang))
    number_axis(above.yaxis, lang)
    above.set_xlim(ages[0][0], ages[0][-1])
    # Both share the ages; the names of the steps need room of their own.
    box, under = above.get_position(), below.get_position()
    below.set_position((box.x0, under.y0, box.width, 0.32))
    below.set_xlim(ages[0][0], ages[0][-1])
    used = sorted({int(step) for life in (found.a, found.b) for step in life.child_rows["step"]})
    below.set_yticks(used, [_SIGNS[step] if step else "0" for step in used])
    below.set_ylabel(say("lives.steps", lang))
    for step in used[1:]:
        below.annotate(
            say(f"step.{Step(step).name.lower()}", lang),
            (1.0, step),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
            annotation_clip=False,
        )
    label_ends(above, float(ages[0][-1]), ends, 16.0)
    return canvas


def _parting(found: TwoLives, lang: str) -> str:
    first, cause = found.first_difference, found.cause
    if first is None or cause is None:
        return say("dashboard.life.same", lang)
    phase = say_or(f"dashboard.life.phase.{cause[0]}", lang, cause[0])
    told = when("parted", found, first, lang, year=found.start_year + first // 12, phase=phase)
    seen = found.first_visible_difference
    return told if seen is None else f"{told} {when('seen', found, seen, lang)}"


def when(what: str, found: TwoLives, month: int, lang: str, **values: object) -> str:
    """Return a sentence on a month of a child's life: before birth, at birth, or at an age."""
    age = month - found.birth_month
    which = "_unborn" if age < 0 else "" if age else "_birth"
    return say(f"dashboard.life.{what}{which}", lang, age=wording.age(age, lang), **values)


def _halves(life: OneLife, column: str) -> list[Any]:
    """Return the greatest value of a column in each half year."""
    values = life.child_rows[column]
    return [values[k : k + HALF_YEAR].max() for k in range(0, len(values), HALF_YEAR)]


def _step_strip(life: OneLife, _: float) -> str:
    return "".join(_SIGNS[int(step)] for step in _halves(life, "step"))


def _need_strip(life: OneLife, cut: float) -> str:
    return "".join("N" if need >= DEEP else "n" if need >= cut else "_" for need in _halves(life, "need"))


def told(event: Event, lang: str) -> str:
    """Return an event in words."""
    words = {"step": "", "earlier": "", "domain": "", "outcomes": ""}
    for name, value in event.values.items():
        if isinstance(value, list):
            words[name] = ", ".join(say_or(f"dashboard.life.outcome.{one}", lang, one) for one in value)
        elif isinstance(value, str):
            kind = "dashboard.life.domain" if name == "domain" else "step"
            words[name] = say_or(f"{kind}.{value}", lang, value)
    return say(f"dashboard.life.event.{event.kind}", lang, **words)


def _entries(events: Sequence[Event], lang: str) -> list[tuple[int, str, str]]:
    """Return month, age and words of what is shown; the same thing time after time is told once."""
    found = []
    shown = [event for event in events if event.kind not in _SILENT]
    at = 0
    while at < len(shown):
        run = at
        while run + 1 < len(shown) and shown[run + 1].kind == shown[at].kind == "notified":
            run += 1
        what = told(shown[at], lang)
        if run > at:
            last = _short_age(shown[run].age_months, lang)
            what = say("lives.times", lang, what=what, times=run - at + 1, age=last)
        found.append((shown[at].month, _short_age(shown[at].age_months, lang), what))
        at = run + 1
    return found


def _cell(width: int) -> int:
    """Return how wide each of two columns is beside the ages."""
    return (width - 2 - AGE_WIDE - 2) // 2


def _policy(name: str, lang: str, cell: int = CELL_WIDE) -> str:
    """Return a policy as a head; one's own, which has no words here, by its name, cut to the column."""
    told = captions.name_of(name, lang)
    return told if len(told) <= cell else told[: cell - 3] + "..."


def _short_age(months: int, lang: str) -> str:
    if months < -PREGNANCY_MONTHS:
        return "-"
    if months <= 0:
        return say("dashboard.life.before_birth" if months < 0 else "lives.at_birth", lang)
    return say("lives.age", lang, years=months // 12, months=months % 12)


def _block(title: str, events: Sequence[Event], width: int, lang: str) -> list[str]:
    """Return the lines of a list of events, one column."""
    lines = [title]
    for _, when, what in _entries(events, lang):
        first = f"  {when:<{AGE_WIDE}}"
        lines.append(textwrap.fill(what, width, initial_indent=first, subsequent_indent=" " * len(first)))
    return [*lines, ""]


def _beside(names: Sequence[str], lists: Sequence[Sequence[Event]], cell: int, lang: str) -> list[str]:
    """Return the lines of both lives side by side: a row a month in which something happens in either."""
    lines = [_side_by_side(cell, "", *names), _side_by_side(cell, "", *("-" * len(name) for name in names))]
    kept = [_entries(events, lang) for events in lists]
    for month in sorted({entry[0] for entries in kept for entry in entries}):
        there = [[entry for entry in entries if entry[0] == month] for entries in kept]
        for pair in itertools.zip_longest(*there):
            when = next(entry[1] for entry in pair if entry is not None)
            cells = [textwrap.wrap(entry[2], cell) if entry else [] for entry in pair]
            for k, texts in enumerate(itertools.zip_longest(*cells, fillvalue="")):
                lines.append(_side_by_side(cell, "" if k else when, *texts))
    return [*lines, ""]


def _side_by_side(cell: int, when: str, left: str, right: str) -> str:
    return f"  {when:<{AGE_WIDE}}{left:<{cell}}  {right}".rstrip()


def _wrapped(text: str, width: int) -> str:
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
