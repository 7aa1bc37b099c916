"""The forms the experiments' charts are made of: points with intervals, lines with bands, tornadoes."""

import textwrap
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from trappen.viz import canvas, findings, wording
from trappen.viz.canvas import Canvas
from trappen.viz.wording import say

if TYPE_CHECKING:
    import pandas as pd

WIDE, NARROW = 720, 350
NAME = 38
"""Letters of a row's name in a line."""

CORNERS = (
    ("cheaper_better", 0.985, 0.03, "right", "bottom"),
    ("dearer_better", 0.985, 0.97, "right", "top"),
    ("cheaper_worse", 0.015, 0.03, "left", "bottom"),
    ("dearer_worse", 0.015, 0.97, "left", "top"),
)
"""Quadrants of the cost-effectiveness plane and where their names stand."""


def bars(
    name: str,
    rows: Sequence[tuple[str, float, float, float]],
    axis: str,
    title: str,
    lang: str,
    *,
    signed: bool = True,
    narrow: bool = False,
) -> str:
    """Draw a point with its interval for each row, named and told beside it; above it on a telephone.

    A row whose interval is a point has none, and is drawn as a filled point.
    """
    kept = [row for row in rows if row[1] == row[1]]
    if not kept:
        return ""
    write: Callable[[float, int, str], str] = wording.signed if signed else wording.number
    places = findings.decimals(*(middle for _, middle, _, _ in kept))
    told = [_told(row, write, places, lang) for row in kept]
    drawing, axes = _rows(name, [row[0] for row in kept], axis, lang, narrow, head=26)
    axes.axvline(0, color=canvas.INK, linewidth=1.2)
    for at, (label, middle, low, high) in enumerate(kept):
        y = at + _BELOW * narrow
        clear = low > 0 or high < 0 or low == high != 0
        axes.plot([low, high], [y, y], color=canvas.SECOND, linewidth=3, alpha=0.55, solid_capstyle="butt")
        axes.plot(
            [middle],
            [y],
            "o",
            color=canvas.SECOND,
            markersize=8,
            markerfacecolor=canvas.SECOND if clear else "white",
        )
        _name_row(axes, at, label, told[at], narrow)
    _finish_rows(axes, len(kept), lang, signed=signed)
    description = "; ".join(f"{label}: {words}" for (label, *_), words in zip(kept, told, strict=True))
    return drawing.svg(title, description)


_BELOW = 0.26
"""How far below its name a row's mark stands on a telephone, in rows."""


def _told(
    row: tuple[str, float, float, float], write: Callable[[float, int, str], str], places: int, lang: str
) -> str:
    """Return a row's number with its interval, which a point without one does not have."""
    _, middle, low, high = row
    if low == high or low != low:
        return write(middle, places, lang)
    span = say("word.interval", lang, low=write(low, places, lang), high=write(high, places, lang))
    return f"{write(middle, places, lang)} ({span})"


def _rows(
    name: str, labels: Sequence[str], axis: str, lang: str, narrow: bool, head: int
) -> tuple[Canvas, Any]:
    """Return a canvas with room for rows of some names, and its axes; the axis is named above."""
    lines_of_axis = textwrap.wrap(axis, 54 if narrow else 110) or [axis]
    over = 14 * (len(lines_of_axis) - 1)
    longest = max(canvas.broken(label, NAME).count("\n") + 1 for label in labels)
    row = 46 if narrow else max(34, 6 + 15 * longest)
    width = NARROW if narrow else WIDE
    drawing = Canvas(f"{name}-narrow" if narrow else name, width, head + over + 38 + row * len(labels), lang)
    for at, line in enumerate(lines_of_axis):
        drawing.text(4, 16 + 14 * at, line, fontsize=11.5)
    sides = (10, 14) if narrow else (250, 168)
    return drawing, drawing.axes(sides[0], head + over, sides[1], 38)


def _name_row(axes: Any, at: float, label: str, told: str, narrow: bool) -> None:
    """Write a row's name and its number: to the left and the right, or both above it on a telephone."""
    across = axes.get_yaxis_transform()
    if narrow:
        behind = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
        words = canvas.broken(f"{label}: {told}", 56).split("\n")[:2]
        axes.text(
            0,
            at - 0.2,
            "\n".join(words),
            transform=across,
            va="center",
            fontsize=10.5,
            linespacing=1.1,
            bbox=behind,
        )
        return
    name = canvas.broken(label, NAME)
    axes.text(-0.02, at, name, transform=across, ha="right", va="center", fontsize=11.5)
    axes.text(1.02, at, told, transform=across, va="center", fontsize=11, fontweight="bold")


def _finish_rows(axes: Any, count: int, lang: str, *, signed: bool) -> None:
    axes.set_ylim(count - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.grid(True, color=canvas.FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    canvas.number_axis(axes.xaxis, lang, 5, signed=signed)


def lines(
    name: str,
    series: Sequence[tuple[str, "pd.DataFrame"]],
    x: str,
    axis: str,
    title: str,
    lang: str,
    below: str = "",
    banded: Collection[str] | None = None,
    *,
    narrow: bool = False,
) -> str:
    """Draw a line for each series, named at its end, those in `banded` with their band (all, if not given).

    `below` names an axis of numbers; what is drawn over it is a chance.
    """
    if not series:
        return ""
    drawing = Canvas(f"{name}-narrow" if narrow else name, NARROW if narrow else WIDE, 320, lang)
    names = [canvas.broken(label, 12 if narrow else 24) for label, _ in series]
    longest = max(len(line) for name in names for line in name.split("\n"))
    axes = drawing.axes(50 if narrow else 64, 36, 16 + 7.6 * longest, 52 if below else 32)
    drawing.text(4, 18, axis, fontsize=11.5)
    colours = (canvas.SECOND, canvas.FIRST, "#D55E00", "#009E73")
    dashes = ((1.0, 0.0), (5.0, 2.0), (2.0, 1.5), (7.0, 2.0, 1.5, 2.0))
    ends = []
    for (label, frame), colour, dash in zip(series, colours, dashes, strict=False):
        xs = frame[x].to_list()
        if "low" in frame and (banded is None or label in banded):
            axes.fill_between(xs, frame["low"], frame["high"], color=colour, alpha=0.12, linewidth=0)
        column = "mean" if "mean" in frame else "chance"
        axes.plot(xs, frame[column], color=colour, linewidth=2.4, dashes=dash)
        ends.append((float(frame[column].iloc[-1]), canvas.broken(label, 12 if narrow else 24), colour))
    axes.axhline(0, color=canvas.INK, linewidth=1.0)
    if below:
        axes.set_xlabel(canvas.broken(below, 34 if narrow else 80), fontsize=11.5)
        canvas.number_axis(axes.xaxis, lang, 3 if narrow else 6)
        axes.set_xlim(0, float(series[0][1][x].max()))
        axes.set_ylim(0, 1)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], [wording.percent(v, lang) for v in (0, 0.25, 0.5, 0.75, 1)])
    else:
        canvas.year_axis(axes, [int(v) for v in series[0][1][x]], 4 if narrow else 8)
        canvas.number_axis(axes.yaxis, lang, 6, signed=True)
    last = series[0][1][x].iloc[-1]
    canvas.label_ends(axes, float(last), ends, 15 * (1 + max(label.count("\n") for _, label, _ in ends)))
    write = wording.percent if below else _one_signed
    said = "; ".join(f"{label}: {write(value, lang)}" for value, label, _ in ends)
    return drawing.svg(title, said.replace("\n", " "))


def scatter(
    name: str,
    points: Sequence[tuple[float, float, bool]],
    x_axis: str,
    y_axis: str,
    title: str,
    lang: str,
    *,
    joined: bool = False,
    quadrants: bool = False,
    narrow: bool = False,
) -> str:
    """Draw points; filled ones are meant, and joined if they are a frontier.

    In a plane of effect and cost the quadrants are named, each with its share of the points.
    """
    if not points:
        return ""
    drawing = Canvas(f"{name}-narrow" if narrow else name, NARROW if narrow else WIDE, 380, lang)
    axes = drawing.axes(54 if narrow else 70, 50 if narrow else 36, 24, 66 if narrow else 54)
    drawing.text(4, 6, canvas.broken(y_axis, 50 if narrow else 110), va="top", fontsize=11.5)
    for x, y, meant in points:
        axes.plot(
            [x],
            [y],
            "o",
            color=canvas.SECOND,
            markersize=7,
            markerfacecolor=canvas.SECOND if meant else "white",
            alpha=0.85,
        )
    if joined:
        front = sorted((x, y) for x, y, meant in points if meant)
        axes.plot([x for x, _ in front], [y for _, y in front], color=canvas.SECOND, linewidth=1.6)
    axes.axhline(0, color=canvas.INK, linewidth=1.0)
    axes.axvline(0, color=canvas.INK, linewidth=1.0)
    if quadrants:
        _name_quadrants(axes, points, lang, 9.5 if narrow else 11.0)
    axes.set_xlabel(canvas.broken(x_axis, 44 if narrow else 90), fontsize=11.5)
    axes.grid(True, color=canvas.FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    canvas.number_axis(axes.xaxis, lang, 4 if narrow else 6, signed=True)
    canvas.number_axis(axes.yaxis, lang, 6, signed=True)
    return drawing.svg(title, f"{len(points)}: {x_axis}, {y_axis}")


def _one_signed(value: float, lang: str) -> str:
    return wording.signed(value, 1, lang)


def _name_quadrants(axes: Any, points: Sequence[tuple[float, float, bool]], lang: str, size: float) -> None:
    for key, x, y, beside, above in CORNERS:
        better, dearer = key.endswith("better"), key.startswith("dearer")
        count = sum((effect > 0) == better and (cost > 0) == dearer for effect, cost, _ in points)
        words = f"{say(f'experiment.id.{key}', lang)}: {wording.percent(count / len(points), lang)}"
        behind = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.8}
        axes.text(x, y, words, transform=axes.transAxes, ha=beside, va=above, fontsize=size, bbox=behind)


def tornado(
    rows: Sequence[tuple[str, float, float]],
    middle: float,
    axis: str,
    title: str,
    lang: str,
    *,
    narrow: bool = False,
) -> str:
    """Draw what a result becomes at each end of each number's range, about the line of the best fit.

    Parameters
    ----------
    rows
        Name, result at the low end and result at the high end.
    """
    drawing, axes = _rows("tornado", [row[0] for row in rows], axis, lang, narrow, head=26 if narrow else 40)
    axes.axvline(middle, color=canvas.INK, linewidth=1.2, linestyle=(0, (4, 2)))
    axes.axvline(0, color=canvas.INK, linewidth=1.2)
    places = findings.decimals(*(abs(high - low) for _, low, high in rows))
    for at, (label, low, high) in enumerate(rows):
        y = at + _BELOW * narrow
        axes.plot([low, high], [y, y], color=canvas.SECOND, linewidth=7, alpha=0.35, solid_capstyle="butt")
        axes.plot([low], [y], "<", color=canvas.SECOND, markersize=8, markerfacecolor="white")
        axes.plot([high], [y], ">", color=canvas.SECOND, markersize=8)
        _name_row(axes, at, label, wording.number(abs(high - low), places, lang), narrow)
    if not narrow:
        head = say("experiment.column.swing", lang)
        write = axes.get_yaxis_transform()
        axes.text(1.02, -0.8, head, transform=write, va="center", fontsize=11, color=canvas.OPEN)
    _finish_rows(axes, len(rows), lang, signed=True)
    told = "; ".join(
        f"{label}: {wording.signed(low, places, lang)}, {wording.signed(high, places, lang)}"
        for label, low, high in rows
    )
    return drawing.svg(title, told)
