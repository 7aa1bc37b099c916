"""What is shown of one child's two lives: charts over ages, steps, family, what was seen and what it cost."""

import math
from typing import Any

import numpy as np

from trappen.agents.family import DOMAINS
from trappen.agents.states import AGE_OF_MAJORITY, PREGNANCY_MONTHS, Step
from trappen.model.kernels.groups import SCHOOL_AGE
from trappen.scenarios.watched.lives import OneLife, TwoLives
from trappen.viz import wording
from trappen.viz.dashboard.options import FIRST, INK, SECOND, lines_with_bands
from trappen.viz.dashboard.pages.staircase import COLOURS, step_name
from trappen.viz.markup import Html, folded, paragraph, scrolling, table, tag, words
from trappen.viz.markup import heading as title_of
from trappen.viz.wording import say, say_or


def sums_of(found: TwoLives, names: tuple[str, str], lang: str) -> Html:
    """Return what was seen, what was missed and what it cost in both lives, a row a figure."""
    columns = [_sums(life, found.need_cut) for life in (found.a, found.b)]
    rows = []
    for name, ours in columns[0].items():
        rows.append([say(f"dashboard.life.figure.{name}", lang), *_whole(ours, columns[1][name], lang)])
    title = say("dashboard.life.figures", lang)
    heads = [say("column.row", lang), f"A: {names[0]}", f"B: {names[1]}", say("column.difference", lang)]
    about = paragraph(say("dashboard.life.costs_about", lang))
    return tag("section", title_of(2, title), scrolling(table(heads, rows), title), about)


def _whole(ours: float, theirs: float, lang: str) -> list[str]:
    """Return two figures in whole numbers and the difference of what is shown, which a reader can check."""
    shown = [round(x) for x in (ours, theirs)]
    return [*(wording.number(x, 0, lang) for x in shown), wording.signed(shown[1] - shown[0], 0, lang)]


def _sums(life: OneLife, need_cut: float) -> dict[str, float]:
    """Return the sums of a life: months and contacts before 18, and what its own case cost."""
    frame, rows = life.frame, life.child_rows
    child = (frame["age_months"] >= 0) & (frame["age_months"] < AGE_OF_MAJORITY) & (frame["life"] == "child")
    need = child & (frame["need"] >= need_cut)
    known = rows["first_contact"] <= life.months
    helped = (frame["step"] != "none").to_numpy()
    kinds = [event.kind for event in life.events]
    return {
        "thriving": float((child & ~need).sum()),
        "need": float(need.sum()),
        "unseen": float((need & ~known).sum()),
        "unhelped": float((need & known & ~helped).sum()),
        "helped": float((child & helped).sum()),
        "placed": float(rows["months_placed"][-1]),
        "notifications": float(kinds.count("notified")),
        "follow_ups": float(kinds.count("follow_up")),
        "moves": float(rows["moves"][-1]),
        "breakdowns": float(rows["breakdowns"][-1]),
        "cost": float(rows["paid"][-1]) / 1000.0,
    }


def family_of(found: TwoLives, lang: str) -> Html:
    """Return the family as the child is born, where the lives part, and at the end, under both."""
    moments = [("born", 0)]
    if found.first_difference is not None and found.first_difference > found.birth_month:
        moments.append(("parting", found.first_difference - found.birth_month))
    moments.append(("end", int(found.a.frame["age_months"].iloc[-1])))
    rows = []
    for moment, age in moments:
        for letter, life in zip("AB", (found.a, found.b), strict=True):
            at = life.frame.iloc[int((life.frame["age_months"] - age).abs().argmin())]
            strained = [
                say(f"dashboard.life.domain.{name.removeprefix('domain_')}", lang)
                for name in DOMAINS
                if at[name] >= STRAINED
            ]
            rows.append(
                [
                    f"{say(f'dashboard.life.moment.{moment}', lang)}, {letter}",
                    say_or(f"dashboard.life.kind.{at['family_kind']}", lang, str(at["family_kind"])),
                    say_or(f"dashboard.life.household.{at['household']}", lang, str(at["household"])),
                    ", ".join(strained) or wording.NONE,
                    wording.number(at["trust"], 2, lang),
                ]
            )
    title = say("dashboard.life.family_title", lang)
    heads = [
        say(f"dashboard.life.column.{name}", lang)
        for name in ("moment", "kind", "household", "strain", "trust")
    ]
    shown = scrolling(table(heads, rows, text_columns=[1, 2, 3]), title)
    return folded(title, paragraph(say("dashboard.life.family_about", lang)), shown)


STRAINED = 1.0
"""Strain in a domain (SD) from which it is told of."""


def costs_of(found: TwoLives, names: tuple[str, str], lang: str) -> Html:
    """Return what the child's own case cost each year under both."""
    years = [_by_year(life) for life in (found.a, found.b)]
    rows = []
    for year in sorted(set(years[0]) | set(years[1])):
        pair = [years[which].get(year, 0.0) for which in (0, 1)]
        if any(pair):
            rows.append([str(found.start_year + year), *_whole(pair[0], pair[1], lang)])
    title = say("dashboard.life.costs", lang)
    if not rows:
        return folded(title, paragraph(say("dashboard.life.no_costs", lang)))
    heads = [say("column.year", lang), f"A: {names[0]}", f"B: {names[1]}", say("column.difference", lang)]
    return folded(title, scrolling(table(heads, rows), title))


def _by_year(life: OneLife) -> dict[int, float]:
    """Return what the child's own case cost in each year of the horizon, thousand kroner."""
    years = life.months // 12
    last = np.flatnonzero(np.append(years[1:] != years[:-1], True))
    paid = np.diff(life.child_rows["paid"][last].astype(float), prepend=0.0) / 1000.0
    return dict(zip(years[last].tolist(), paid.tolist(), strict=True))


def need_over(found: TwoLives, names: tuple[str, str], lang: str) -> tuple[dict[str, Any], Html]:
    """Return true need by age under both, what the caseworker believes, and the limit of need."""
    lines = _lines(found, names, "need")
    for letter, own, colour in zip("AB", (found.a, found.b), (FIRST, SECOND), strict=True):
        values = own.frame.iloc[::QUARTER]["belief"].tolist()
        lines.append(
            {
                "name": say("dashboard.life.belief", lang, which=letter),
                **dict.fromkeys(("mean", "low", "high"), values),
                "colour": colour,
                "width": 1.2,
                "dash": "dotted",
            }
        )
    limit = {"yAxis": found.need_cut, "name": say("dashboard.life.limit", lang)}
    option = _over_ages(found, lines, [limit], lang)
    halves = [life.frame.iloc[:: 2 * QUARTER].to_dict("records") for life in (found.a, found.b)]
    rows = [
        [wording.age(int(a["age_months"]), lang), *_cells(a, lang), *_cells(b, lang)]
        for a, b in zip(*halves, strict=True)
    ]
    heads = [say("dashboard.life.age_axis", lang)]
    for name in names:
        heads += [
            f"{name}: {say(f'dashboard.life.{key}', lang)}" for key in ("need_head", "believed", "step")
        ]
    return option, table(heads, rows, text_columns=[3, 6])


def school_over(found: TwoLives, names: tuple[str, str], lang: str) -> tuple[dict[str, Any], Html] | None:
    """Return wellbeing at school by age under both, from the start of school; None of who never starts.

    The axis is the same for every child, unless one lies beyond it.
    """
    first = int((found.a.frame["age_months"] < SCHOOL_AGE).sum())
    if first + QUARTER >= len(found.a.frame):
        return None
    lines = _lines(found, names, "school", first)
    option = _over_ages(found, lines, [], lang, first)
    known = [value for line in lines for value in line["mean"] if value == value]
    option["yAxis"] |= {
        "min": min(-SCHOOL_REACH, math.floor(min(known))),
        "max": max(SCHOOL_REACH, math.ceil(max(known))),
    }
    halves = [life.frame.iloc[first :: 2 * QUARTER] for life in (found.a, found.b)]
    rows = [
        [wording.age(int(age), lang), wording.number(a, 2, lang), wording.number(b, 2, lang)]
        for age, a, b in zip(halves[0]["age_months"], halves[0]["school"], halves[1]["school"], strict=True)
    ]
    return option, table([say("dashboard.life.age_axis", lang), *names], rows)


SCHOOL_REACH = 3
"""Standard deviations to both sides that the axis of school holds for every child."""

QUARTER = 3
"""Months between two points of a chart."""


def _lines(found: TwoLives, names: tuple[str, str], column: str, first: int = 0) -> list[dict[str, Any]]:
    """Return one line a life, without a band: it is one life and no mean."""
    lives = (found.a, found.b)
    values = [life.frame.iloc[first::QUARTER][column].tolist() for life in lives]
    return [
        {"name": f"{letter}: {name}", **dict.fromkeys(("mean", "low", "high"), own), "dashed": letter == "B"}
        for letter, name, own in zip("AB", names, values, strict=True)
    ]


def _over_ages(
    found: TwoLives, lines: list[dict[str, Any]], marks: list[dict[str, Any]], lang: str, first: int = 0
) -> dict[str, Any]:
    """Return lines over ages from the month of life so many on, with marks and with the parting."""
    ages = [age / 12.0 for age in found.a.frame["age_months"].iloc[first::QUARTER]]
    option = lines_with_bands([0] * len(ages), lines, "SD")
    option["xAxis"] |= {
        "data": [wording.number(age, 1, lang) for age in ages],
        "whole": _whole_years(ages),
        "name": say("dashboard.life.age_axis", lang),
        "nameLocation": "middle",
        "nameGap": 28,
    }
    option["grid"]["bottom"] = option["narrow"]["grid"]["bottom"] = 28
    age = np.inf
    if found.first_difference is not None:
        age = (found.first_difference - found.birth_month) / 12.0
    if ages[0] <= age < np.inf:
        at = min(range(len(ages)), key=lambda k: abs(ages[k] - age))
        # The words stand along the line, on the side where the chart has room: never over the axis' numbers.
        side = "insideEndBottom" if 2 * at < len(ages) else "insideEndTop"
        mark = {"xAxis": at, "name": say("dashboard.life.mark", lang), "label": {"position": side}}
        marks = [*marks, mark]
    option["series"][2]["markLine"] = {
        "silent": True,
        "symbol": "none",
        "label": {
            "show": True,
            "formatter": "{b}",
            "position": "insideEndTop",
            "color": INK,
            "textBorderColor": "#fff",
            "textBorderWidth": 3,
        },
        "lineStyle": {"color": INK, "type": "dotted", "width": 1.5},
        "data": marks,
    }
    return option


def _whole_years(ages: list[float]) -> list[str]:
    """Return the birthdays that are written below the axis, and nothing at the ages between them."""
    every = _years_apart(ages[-1] - ages[0])
    near = QUARTER / 24.0
    return [
        str(round(age)) if abs(age - round(age)) <= near and round(age) % every == 0 else "" for age in ages
    ]


def _years_apart(span: float) -> int:
    """Return how many years lie between two ages written below so many years."""
    return 1 if span <= 8 else 2 if span <= 18 else 5


def _cells(row: Any, lang: str) -> list[str]:
    need, belief = (wording.number(row[name], 2, lang) for name in ("need", "belief"))
    return [
        need,
        belief if row["belief"] == row["belief"] else wording.NONE,
        say(f"step.{row['step']}", lang),
    ]


def strips_of(found: TwoLives, names: tuple[str, str], lang: str) -> Html:
    """Return the steps of both lives as two strips over the same ages, with a key."""
    strips = []
    seen: set[str] = set()
    for letter, name, life in zip("AB", names, (found.a, found.b), strict=True):
        steps = life.frame["step"].tolist()
        parts = []
        start = 0
        for at in range(1, len(steps) + 1):
            if at == len(steps) or steps[at] != steps[start]:
                colour = COLOURS[Step[steps[start].upper()]] if steps[start] != "none" else "#ececec"
                width = 1000.0 * (at - start) / len(steps)
                left = 1000.0 * start / len(steps)
                parts.append(f'<rect x="{left:.1f}" y="0" width="{width:.1f}" height="34" fill="{colour}"/>')
                seen.add(steps[start])
                start = at
        if found.first_difference is not None:
            gone = found.first_difference - found.birth_month + PREGNANCY_MONTHS
            mark = 1000.0 * max(0, gone) / len(steps)
            parts.append(f'<rect x="{mark:.1f}" y="0" width="4" height="34" fill="#1a1a1a"/>')
        label = f"{letter}: {name}"
        svg = Html(
            f'<svg viewBox="0 0 1000 34" preserveAspectRatio="none" aria-hidden="true" class="t-strip-svg">'
            f"{''.join(parts)}</svg>"
        )
        strips.append(tag("div", tag("p", words(label)), svg, class_="t-lifestrip"))
    key = [
        tag("li", Html(f'<span class="t-swatch" style="background:{colour}"></span>'), words(text))
        for name, colour, text in (
            (Step(step).name.lower(), COLOURS[step] if step else "#ececec", step_name(step, lang))
            for step in Step
        )
        if name in seen
    ]
    return tag(
        "section",
        title_of(2, say("dashboard.life.steps", lang)),
        paragraph(say("dashboard.life.steps_about", lang)),
        *strips,
        _scale(found, lang),
        tag("ul", *key, class_="t-legend"),
    )


def _scale(found: TwoLives, lang: str) -> Html:
    """Return the ages that stand below both strips, each where the child has that birthday."""
    months = found.a.frame["age_months"]
    first, last = int(months.iloc[0]), int(months.iloc[-1])
    step = 12 * _years_apart((last - first) / 12.0)
    marks = (
        tag(
            "span",
            words(wording.number(age // 12, 0, lang)),
            style=f"left:{100.0 * (age - first) / len(months):.2f}%",
        )
        for age in range(0, last + 1, step)
    )
    return tag("div", *marks, class_="t-ages", aria_hidden="true")
