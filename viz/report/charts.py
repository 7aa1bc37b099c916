"""The charts of the report: each takes a comparison and returns an SVG to stand inside a page.

Lines and areas are named where they are, not in a legend; every axis has its unit; no meaning hangs
on colour alone. `narrow` draws the same chart for a telephone. A chart whose figures the comparison
does not hold is an empty string.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trappen.viz import account_groups, canvas, captions, findings, wording
from trappen.viz.canvas import Canvas
from trappen.viz.wording import say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

WIDE, NARROW = 720, 350

STACK: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("casework", ("caseworkers", "notifications_and_assessments"), "#999999"),
    ("early", ("early",), "#F0E442"),
    ("preventive", ("preventive",), "#56B4E9"),
    ("home_based", ("home_based",), "#009E73"),
    ("kin", ("kin",), "#CC79A7"),
    ("foster", ("foster",), "#E69F00"),
    ("institution", ("institution",), "#D55E00"),
    ("own_room_aftercare", ("own_room", "aftercare"), "#0072B2"),
    ("change", ("support", "detection", "transition"), "#000000"),
)
"""Layers of the stacked spending from the bottom: name, posts, colour."""


KEY = ("need_months", "deep_need_months", "unhelped_need_months", "ever_placed_by_18")
"""Outcomes that stand on the first page."""


def cost_over_years(comparison: Any, lang: str, *, narrow: bool = False) -> str:
    """Draw the net cost by year under both policies, with the band of 90 %."""
    lines = [_line(comparison, policy, "net_cost") for policy in comparison.names]
    if not all(len(line) for line in lines):
        return ""
    heads = [wording.sentence(captions.policy_head(comparison, which, lang)) for which in (0, 1)]
    drawing = Canvas(_name("cost", narrow), NARROW if narrow else WIDE, 300 if narrow else 340, lang)
    _two_lines(drawing, lines, heads, say("chart.cost.axis", lang), narrow)
    shown = [wording.number(float(line["mean"].iloc[at]), 1, lang) for line in lines for at in (0, -1)]
    words = dict(zip(("a_first", "a_last", "b_first", "b_last"), shown, strict=True))
    description = say("chart.cost.desc", lang, a=heads[0], b=heads[1], **words)
    title = say("chart.cost.title", lang, side=captions.side(comparison, lang))
    return drawing.svg(title, description)


def investment(comparison: Any, lang: str, *, narrow: bool = False) -> str:
    """Draw the difference in net cost added up since the start, with its band and the line of zero."""
    line = _line(comparison, "difference", "cumulative_net_difference")
    if not len(line):
        return ""
    drawing = Canvas(_name("investment", narrow), NARROW if narrow else WIDE, 300 if narrow else 340, lang)
    axes = drawing.axes(52, 40, 16, 32)
    drawing.text(4, 18, say("chart.investment.axis", lang), fontsize=11.5)
    years = [int(year) for year in line["year"]]
    axes.fill_between(years, line["low"], line["high"], color=canvas.SECOND, alpha=0.2, linewidth=0)
    axes.plot(years, line["mean"], color=canvas.SECOND, linewidth=2.4)
    axes.axhline(0, color=canvas.INK, linewidth=1.2)
    canvas.year_axis(axes, years, 4 if narrow else 8)
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, 0.0) - 0.12 * (high - low), max(high, 0.0) + 0.16 * (high - low))
    canvas.number_axis(axes.yaxis, lang, signed=True)
    for key, arrow, y, side in (("above", "↑", 0.98, "top"), ("below", "↓", 0.02, "bottom")):
        words = f"{arrow} {say(f'chart.investment.{key}', lang)}"
        axes.text(0.015, y, words, transform=axes.transAxes, va=side, fontsize=11)
    top = int(line["mean"].to_numpy().argmax())
    description = say(
        "chart.investment.desc",
        lang,
        highest=wording.signed(float(line["mean"].iloc[top]), 1, lang),
        highest_year=years[top],
        last=wording.signed(float(line["mean"].iloc[-1]), 1, lang),
    )
    return drawing.svg(say("chart.investment.title", lang), description)


@dataclass
class _Bar:
    """A point with its interval on one line of a forest."""

    label: str
    middle: float
    low: float
    high: float
    kind: str
    text: str


def key(comparison: Any, lang: str, *, narrow: bool = False) -> str:
    """Draw what the first page has room for: time in need, placements and every harm."""
    return forest(comparison, lang, narrow=narrow, chosen=KEY)


def forest(comparison: Any, lang: str, *, narrow: bool = False, chosen: Sequence[str] | None = None) -> str:
    """Draw the differences in outcomes and harm as change in per cent, each with its interval.

    Parameters
    ----------
    chosen
        Names of the outcomes; all of them, if not given. Harm is never left out.
    """
    bars = []
    told: dict[str, list[str]] = {"better": [], "worse": [], "unclear": []}
    kept = [
        row
        for row in [*findings.rows(comparison.summary(), "outcome"), *findings.records(comparison.harm())]
        if row["a"] > 0 and (chosen is None or row["row"] in chosen or row["group"] == "harm")
    ]
    for row in kept:
        found = findings.judgement(row)
        label = say(f"row.{row['row']}", lang)
        told.get(found, told["unclear"]).append(label.lower())
        changed = findings.in_percent(row)
        if changed is None:  # its line stands without a bar: harm is never left out
            unknown = (math.nan, math.nan, math.nan)
            bars.append(_Bar(label, *unknown, found, say("chart.forest.rare", lang)))
            continue
        places = findings.decimals(*changed)
        shown = wording.signed(changed[0], places, lang)
        span = wording.interval(changed[1], changed[2], places, lang)
        bars.append(_Bar(label, *changed, found, f"{shown} ({span})"))
    if all(bar.middle != bar.middle for bar in bars):
        return ""
    a = captions.policy_name(comparison, 0, lang)
    axis = say("chart.forest.axis", lang, a=a)
    name = "forest" if chosen is None else "key"
    drawing = _forest(_name(name, narrow), bars, axis, lang, narrow)
    words = {kind: findings.listed(labels, lang) if labels else wording.NONE for kind, labels in told.items()}
    return drawing.svg(say(f"chart.{name}.title", lang), say("chart.forest.desc", lang, **words))


def structure(comparison: Any, lang: str, *, narrow: bool = False) -> str:
    """Draw the cost difference under each structural choice, with its interval."""
    bars = []
    for row in findings.structural_choices(comparison):
        places = findings.decimals(row["cost_difference"], row["low"], row["high"])
        shown = wording.signed(row["cost_difference"], places, lang)
        span = wording.interval(row["low"], row["high"], places, lang)
        kind = "default" if row["is_default"] else "other"
        label = wording.sentence(findings.choice_name(row, lang))
        bars.append(_Bar(label, row["cost_difference"], row["low"], row["high"], kind, f"{shown} ({span})"))
    if not bars:
        return ""
    drawing = _forest(_name("structure", narrow), bars, say("chart.structure.axis", lang), lang, narrow)
    verdict = findings.structure_line(comparison, lang)
    return drawing.svg(say("chart.structure.title", lang), say("chart.structure.desc", lang, verdict=verdict))


def steps(comparison: Any, lang: str, *, narrow: bool = False) -> str:
    """Draw what is spent by step over the years, one panel for each policy on the same scale."""
    wide = account_groups.own_accounts(comparison.accounts())
    layers = {
        policy: [_summed(wide.loc[policy], posts) for _, posts, _ in STACK] for policy in comparison.names
    }
    years = [int(year) for year in wide.loc[comparison.names[0]].index]
    totals = {policy: sum(parts[1:], start=parts[0]) for policy, parts in layers.items()}
    most = 1.06 * max(float(total.max()) for total in totals.values())
    height = 560 if narrow else 380
    drawing = Canvas(_name("steps", narrow), NARROW if narrow else WIDE, height, lang)
    drawing.text(4, 16, say("chart.steps.axis", lang), fontsize=11.5)
    margin = 118 if narrow else 176
    for which, policy in enumerate(comparison.names):
        if narrow:
            axes = drawing.axes(38, 46 + 264 * which, margin, 32 + 264 * (1 - which))
        else:
            room = (WIDE - 40 - 44 - margin) / 2
            axes = drawing.axes(40 + which * (room + 44), 52, margin + (1 - which) * (room + 44), 32)
        head = wording.sentence(captions.policy_head(comparison, which, lang))
        axes.set_title(head, loc="left", fontsize=12, fontweight="bold", pad=8)
        colours = [colour for _, _, colour in STACK]
        axes.stackplot(years, *layers[policy], colors=colours, edgecolor="white", linewidth=0.8)
        axes.set_ylim(0, most)
        canvas.year_axis(axes, years, 3 if narrow else 4)
        canvas.number_axis(axes.yaxis, lang, 5)
        if which == 1 and not narrow:
            axes.set_yticklabels([])
        if which == 1 or narrow:
            _name_layers(axes, years[-1], [float(part[-1]) for part in layers[policy]], lang, narrow)
    last = [wording.number(float(totals[policy][-1]), 1, lang) for policy in comparison.names]
    heads = [captions.policy_head(comparison, which, lang) for which in (0, 1)]
    description = say("chart.steps.desc", lang, a=heads[0], b=heads[1], a_last=last[0], b_last=last[1])
    return drawing.svg(say("chart.steps.title", lang), description)


def placed(comparison: Any, lang: str, *, narrow: bool = False) -> str:
    """Draw the number of children placed over the years, and its mean by kind of placement."""
    lines = [_line(comparison, policy, "placed_on_a_day") for policy in comparison.names]
    total = findings.row_named(comparison.summary(), "placed_on_a_day")
    shares = [findings.row_named(comparison.indicators(), name) for name in ("kin_share", "foster_share")]
    if total is None or not all(len(line) for line in lines):
        return ""
    heads = [wording.sentence(captions.policy_head(comparison, which, lang)) for which in (0, 1)]
    drawing = Canvas(_name("placed", narrow), NARROW if narrow else WIDE, 500 if narrow else 320, lang)
    below = 230 if narrow else 0
    beside = 0 if narrow else 330
    axis = say("chart.placed.axis", lang)
    _two_lines(drawing, lines, heads, axis, narrow, below=below, beside=beside)
    kin, foster = shares
    if kin is not None and foster is not None:
        left, top = (4, 300) if narrow else (WIDE - 310, 18)
        drawing.text(left, top, say("chart.placed.kinds", lang), fontsize=11.5)
        axes = drawing.axes(left, top + 12, 74, 12)
        _kinds(axes, total, kin, foster, heads, lang)
    means = [wording.number(total[side], 1, lang) for side in ("a", "b")]
    description = say("chart.placed.desc", lang, a=heads[0], b=heads[1], a_mean=means[0], b_mean=means[1])
    return drawing.svg(say("chart.placed.title", lang), description)


def _name(chart: str, narrow: bool) -> str:
    return f"{chart}-narrow" if narrow else chart


def _line(comparison: Any, policy: str, row: str) -> "pd.DataFrame":
    """Return a row's figures by year under a policy."""
    found: pd.DataFrame = comparison.yearly(row)
    return found[found["policy"] == policy].sort_values("year")


def _summed(wide: "pd.DataFrame", posts: Sequence[str]) -> Any:
    """Return the sum of some posts by year as an array."""
    return wide[[post for post in posts if post in wide]].sum(axis=1).to_numpy()


def _two_lines(
    drawing: Canvas,
    lines: Sequence["pd.DataFrame"],
    heads: Sequence[str],
    axis: str,
    narrow: bool,
    below: float = 0,
    beside: float = 0,
) -> None:
    """Draw a line with its band for each policy, named at its end."""
    names = [canvas.broken(head, 11 if narrow or beside else 18) for head in heads]
    longest = max(len(piece) for name in names for piece in name.split("\n"))
    axes = drawing.axes(44, 36, beside + 14 + 7.8 * min(longest, 18), below + 32)
    drawing.text(4, 18, axis, fontsize=11.5)
    years = [int(year) for year in lines[0]["year"]]
    colours = (canvas.FIRST, canvas.SECOND)
    for line, colour, dashes in zip(lines, colours, ((5.0, 2.0), (1.0, 0.0)), strict=True):
        axes.fill_between(years, line["low"], line["high"], color=colour, alpha=0.16, linewidth=0)
        axes.plot(years, line["mean"], color=colour, linewidth=2.4, dashes=dashes)
    canvas.year_axis(axes, years, 4 if narrow or beside else 8)
    canvas.number_axis(axes.yaxis, drawing.lang)
    ends = [
        (float(line["mean"].iloc[-1]), name, colour)
        for line, name, colour in zip(lines, names, colours, strict=True)
    ]
    canvas.label_ends(axes, years[-1], ends, 15 * (1 + max(name.count("\n") for name in names)))


def _name_layers(axes: "Axes", year: int, amounts: Sequence[float], lang: str, narrow: bool) -> None:
    """Name the layers of a stack beside its right edge, each joined to its layer by a line."""
    low, high = axes.get_ylim()
    per_pixel = (high - low) / axes.get_window_extent().height
    middles = [sum(amounts[:at]) + amount / 2 for at, amount in enumerate(amounts)]
    shown = [at for at, amount in enumerate(amounts) if amount > 0.002 * high]
    places = canvas.spread([middles[at] for at in shown], 16 * per_pixel, low, high)
    for at, y in zip(shown, places, strict=True):
        key = "short" if narrow else "name"
        axes.annotate(
            say(f"chart.steps.layer.{STACK[at][0]}.{key}", lang),
            (year, middles[at]),
            xytext=(18, (y - middles[at]) / per_pixel),
            textcoords="offset points",
            va="center",
            fontsize=11,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": STACK[at][2], "linewidth": 2, "shrinkA": 0, "shrinkB": 1},
        )


def _kinds(
    axes: "Axes",
    total: dict[str, Any],
    kin: dict[str, Any],
    foster: dict[str, Any],
    heads: Sequence[str],
    lang: str,
) -> None:
    """Draw a pair of bars for each kind of placement, the first policy above the second."""
    for side, colour, shift, head in zip(
        ("a", "b"), (canvas.FIRST, canvas.SECOND), (0.16, 0.48), heads, strict=True
    ):
        counts = [kin[side] * total[side] / 100, foster[side] * total[side] / 100]
        counts.append(total[side] - sum(counts))
        for at, count in enumerate(counts):
            axes.barh(at + shift, count, height=0.28, color=colour)
            name = f" {head}" if at == 0 else ""
            axes.annotate(
                wording.number(count, 1, lang) + name,
                (count, at + shift),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                color=colour,
                fontsize=11,
                fontweight="bold",
                annotation_clip=False,
            )
    for at, kind in enumerate(("kin", "foster", "other")):
        axes.text(0, at - 0.16, say(f"chart.placed.{kind}", lang), va="center", fontsize=11)
    axes.set_ylim(2.75, -0.4)
    axes.set_xlim(0, None)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])


_MARKERS = {
    "better": ("o", canvas.BETTER, True),
    "worse": ("s", canvas.WORSE, True),
    "unclear": ("o", canvas.OPEN, False),
    "same": ("o", canvas.OPEN, False),
    "moved": ("D", canvas.OPEN, True),
    "default": ("s", canvas.INK, True),
    "other": ("o", canvas.SECOND, True),
}


def _point(axes: "Axes", bar: _Bar, y: float, reach: float) -> None:
    """Draw one point and its interval at a height, within so far of zero."""
    shape, colour, filled = _MARKERS[bar.kind]
    low, high = max(bar.low, -reach), min(bar.high, reach)
    axes.plot([low, high], [y, y], color=colour, linewidth=2.2, solid_capstyle="butt")
    for end, cut, arrow in ((low, bar.low < -reach, "<"), (high, bar.high > reach, ">")):
        axes.plot([end], [y], marker=arrow if cut else "|", color=colour, markersize=7, clip_on=False)
    axes.plot(
        [min(max(bar.middle, -reach), reach)],
        [y],
        marker=shape,
        markersize=7.5,
        markeredgewidth=1.8,
        color=colour,
        markerfacecolor=colour if filled else "white",
    )


def _forest(name: str, bars: Sequence[_Bar], axis: str, lang: str, narrow: bool) -> Canvas:
    """Draw points with intervals under each other; on a telephone each label stands above its bar.

    An interval that reaches far beyond all the others is cut and ends in an arrow; one that is not known
    is not drawn, nor is a point that is not.
    """
    row = 44 if narrow else 32
    drawing = Canvas(name, NARROW if narrow else WIDE, 64 + row * len(bars), lang)
    axes = drawing.axes(8, 28, 14, 36) if narrow else drawing.axes(272, 28, 138, 36)
    drawing.text(8 if narrow else 272, 16, axis, fontsize=11.5)
    known = [bar for bar in bars if bar.middle == bar.middle]
    ends = sorted(max(abs(x) for x in (bar.middle, bar.low, bar.high) if x == x) for bar in known)
    reach = 1.12 * min(ends[-1], max(3.5 * ends[len(ends) // 2], 1.5 * max(abs(bar.middle) for bar in known)))
    reach = reach or 1.0
    axes.axvline(0, color=canvas.INK, linewidth=1.2)
    for at, bar in enumerate(bars):
        y = at + (0.24 if narrow else 0.0)
        if bar.middle == bar.middle:
            _point(axes, bar, y, reach)
        if narrow:
            words = f"{bar.label}: {bar.text.split(' (')[0]}"
            behind = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
            axes.text(-reach, at - 0.26, words, va="center", fontsize=11, bbox=behind)
        else:
            beside: dict[str, Any] = {"textcoords": "offset points", "va": "center", "annotation_clip": False}
            label = canvas.broken(bar.label, 38)
            axes.annotate(
                label, (-reach, y), xytext=(-12, 0), ha="right", fontsize=11.5, linespacing=1.1, **beside
            )
            axes.annotate(bar.text, (reach, y), xytext=(12, 0), ha="left", fontsize=10.5, **beside)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.grid(True, color=canvas.FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    canvas.number_axis(axes.xaxis, lang, 6, signed=True)
    return drawing
