"""The forms the experiments' charts are made of: points with intervals, lines with bands, tornadoes."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from trappen.viz import canvas, findings, wording
from trappen.viz.canvas import Canvas
from trappen.viz.wording import say

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 720
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
) -> str:
    """Draw a point with its interval for each row, named at the left and told at the right."""
    kept = [row for row in rows if row[1] == row[1]]
    if not kept:
        return ""
    row_height = 34
    drawing = Canvas(name, WIDTH, 64 + row_height * len(kept), lang)
    axes = drawing.axes(258, 26, 128, 38)
    drawing.text(4, 16, axis, fontsize=11.5)
    axes.axvline(0, color=canvas.INK, linewidth=1.2)
    places = findings.decimals(*(middle for _, middle, _, _ in kept))
    for at, (label, middle, low, high) in enumerate(kept):
        clear = low > 0 or high < 0
        axes.plot([low, high], [at, at], color=canvas.SECOND, linewidth=3, alpha=0.55, solid_capstyle="butt")
        axes.plot(
            [middle],
            [at],
            "o",
            color=canvas.SECOND,
            markersize=8,
            markerfacecolor=canvas.SECOND if clear else "white",
        )
        axes.text(
            -0.02,
            at,
            canvas.broken(label, 38),
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=11.5,
        )
        write: Callable[[float, int, str], str] = wording.signed if signed else wording.number
        told = write(middle, places, lang)
        beside: Any = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": 11.5}
        axes.text(1.02, at, told, fontweight="bold", **beside)
    axes.set_ylim(len(kept) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.grid(True, color=canvas.FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    canvas.number_axis(axes.xaxis, lang, 6, signed=signed)
    description = "; ".join(f"{label}: {wording.signed(middle, 1, lang)}" for label, middle, _, _ in kept)
    return drawing.svg(title, description)


def lines(
    name: str,
    series: Sequence[tuple[str, "pd.DataFrame"]],
    x: str,
    axis: str,
    title: str,
    lang: str,
    below: str = "",
    banded: Collection[str] | None = None,
) -> str:
    """Draw a line for each series, named at its end, those in `banded` with their band (all, if not given).

    `below` names an axis of numbers; what is drawn over it is a chance.
    """
    if not series:
        return ""
    drawing = Canvas(name, WIDTH, 340, lang)
    axes = drawing.axes(64, 36, 196, 52 if below else 32)
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
        ends.append((float(frame[column].iloc[-1]), canvas.broken(label, 24), colour))
    axes.axhline(0, color=canvas.INK, linewidth=1.0)
    if below:
        axes.set_xlabel(below, fontsize=11.5)
        canvas.number_axis(axes.xaxis, lang, 6)
        axes.set_xlim(left=0)
        axes.set_ylim(0, 1)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], [wording.percent(v, lang) for v in (0, 0.25, 0.5, 0.75, 1)])
    else:
        canvas.year_axis(axes, [int(v) for v in series[0][1][x]], 8)
        canvas.number_axis(axes.yaxis, lang, 6, signed=True)
    last = series[0][1][x].iloc[-1]
    canvas.label_ends(axes, float(last), ends, 32)
    said = "; ".join(f"{label}: {wording.signed(value, 1, lang)}" for value, label, _ in ends)
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
) -> str:
    """Draw points; filled ones are meant, and joined if they are a frontier.

    In a plane of effect and cost the quadrants are named, each with its share of the points.
    """
    if not points:
        return ""
    drawing = Canvas(name, WIDTH, 380, lang)
    axes = drawing.axes(70, 36, 24, 54)
    drawing.text(4, 18, y_axis, fontsize=11.5)
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
        _name_quadrants(axes, points, lang)
    axes.set_xlabel(x_axis, fontsize=11.5)
    axes.grid(True, color=canvas.FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    canvas.number_axis(axes.xaxis, lang, 6, signed=True)
    canvas.number_axis(axes.yaxis, lang, 6, signed=True)
    return drawing.svg(title, f"{len(points)}: {x_axis}, {y_axis}")


def _name_quadrants(axes: Any, points: Sequence[tuple[float, float, bool]], lang: str) -> None:
    for key, x, y, beside, above in CORNERS:
        better, dearer = key.endswith("better"), key.startswith("dearer")
        count = sum((effect > 0) == better and (cost > 0) == dearer for effect, cost, _ in points)
        words = f"{say(f'experiment.id.{key}', lang)}: {wording.percent(count / len(points), lang)}"
        behind = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.8}
        axes.text(x, y, words, transform=axes.transAxes, ha=beside, va=above, fontsize=11, bbox=behind)


def tornado(rows: Sequence[tuple[str, float, float]], middle: float, axis: str, title: str, lang: str) -> str:
    """Draw what a result becomes at each end of each number's range, about the line of the best fit.

    Parameters
    ----------
    rows
        Name, result at the low end and result at the high end.
    """
    drawing = Canvas("tornado", WIDTH, 76 + 34 * len(rows), lang)
    axes = drawing.axes(258, 38, 128, 38)
    drawing.text(4, 16, axis, fontsize=11.5)
    axes.axvline(middle, color=canvas.INK, linewidth=1.2, linestyle=(0, (4, 2)))
    axes.axvline(0, color=canvas.INK, linewidth=1.2)
    write = axes.get_yaxis_transform()
    places = findings.decimals(*(abs(high - low) for _, low, high in rows))
    for at, (label, low, high) in enumerate(rows):
        axes.plot([low, high], [at, at], color=canvas.SECOND, linewidth=7, alpha=0.35, solid_capstyle="butt")
        axes.plot([low], [at], "<", color=canvas.SECOND, markersize=8, markerfacecolor="white")
        axes.plot([high], [at], ">", color=canvas.SECOND, markersize=8)
        name = canvas.broken(label, 38)
        axes.text(-0.02, at, name, transform=write, ha="right", va="center", fontsize=11.5)
        span = wording.number(abs(high - low), places, lang)
        axes.text(1.02, at, span, transform=write, va="center", fontsize=11.5, fontweight="bold")
    head = say("experiment.column.swing", lang)
    axes.text(1.02, -0.8, head, transform=write, va="center", fontsize=11, color=canvas.OPEN)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.grid(True, color=canvas.FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    canvas.number_axis(axes.xaxis, lang, 6, signed=True)
    told = "; ".join(
        f"{label}: {wording.signed(low, places, lang)}, {wording.signed(high, places, lang)}"
        for label, low, high in rows
    )
    return drawing.svg(title, told)
