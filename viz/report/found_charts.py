"""The charts of the experiments: each takes what was found and returns an SVG, empty if nothing is drawn."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from trappen.viz import canvas, findings, found_words, wording
from trappen.viz.canvas import Canvas
from trappen.viz.found_words import name_of
from trappen.viz.wording import say

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 720
Drawn = tuple[str, str]
"""Title and SVG."""


def charts(found: Any, lang: str) -> list[Drawn]:
    """Return the charts of an experiment in the order in which they are to be read."""
    drawn = [(title, svg) for title, svg in _DRAW[found.kind](found, lang) if svg]
    return drawn


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
        told = write(middle, findings.decimals(middle, low, high), lang)
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
) -> str:
    """Draw a line with its band for each series, named at its end; `below` names an axis of numbers."""
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
        if "low" in frame:
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
    else:
        canvas.year_axis(axes, [int(v) for v in series[0][1][x]], 8)
    canvas.number_axis(axes.yaxis, lang, 6)
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
) -> str:
    """Draw points; filled ones are meant, and joined if they are a frontier."""
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
    axes.set_xlabel(x_axis, fontsize=11.5)
    axes.grid(True, color=canvas.FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    canvas.number_axis(axes.xaxis, lang, 6, signed=True)
    canvas.number_axis(axes.yaxis, lang, 6, signed=True)
    return drawing.svg(title, f"{len(points)}: {x_axis}, {y_axis}")


def _budget(found: Any, lang: str) -> list[Drawn]:
    tables = found.tables
    silo = [
        (wording.sentence(name_of(r["budget"], lang)), r["difference"], r["low"], r["high"])
        for r in tables["silo"].to_dict("records")
    ]
    investment = [
        (name_of(name, lang), frame)
        for name, frame in tables["investment"].groupby("perspective", sort=False)
    ]
    heads = {name: found_words.table_title(name, lang) for name in tables}
    return [
        (
            heads["silo"],
            bars("silo", silo, say("experiment.chart.million_a_year", lang), heads["silo"], lang),
        ),
        (
            heads["investment"],
            lines(
                "perspectives",
                investment,
                "year",
                say("experiment.chart.cumulative", lang),
                heads["investment"],
                lang,
            ),
        ),
        *uncertain(found, lang),
    ]


def uncertain(found: Any, lang: str) -> list[Drawn]:
    """Return the cost-effectiveness plane and the acceptability curve."""
    tables = found.tables
    heads = {name: found_words.table_title(name, lang) for name in ("plane", "acceptability")}
    points = [
        (float(r["months_relieved"]), float(r["cost"]), True) for r in tables["plane"].to_dict("records")
    ]
    curve = [
        (wording.say_or(f"policy.{found.facts['b']}", lang, str(found.facts["b"])), tables["acceptability"])
    ]
    effect, cost = (say(f"experiment.chart.{name}_axis", lang) for name in ("effect", "cost"))
    chance, worth = (say(f"experiment.chart.{name}", lang) for name in ("chance", "worth"))
    at = heads["acceptability"]
    return [
        (heads["plane"], scatter("plane", points, effect, cost, heads["plane"], lang)),
        (at, lines("acceptability", curve, "worth", chance, at, lang, worth)),
    ]


def _explain(found: Any, lang: str) -> list[Drawn]:
    drawn = []
    for row, frame in found.tables["parts"].groupby("row", sort=False):
        rows = [
            (wording.sentence(name_of(r["part"], lang)), r["share"], r["low"], r["high"])
            for r in frame.to_dict("records")
        ]
        title = say(f"row.{row}", lang)
        drawn.append((title, bars(f"explain-{row}", rows, title, title, lang)))
    return drawn


def _seek(found: Any, lang: str) -> list[Drawn]:
    frame = found.tables["tried"].sort_values("value")
    rows = [
        (
            wording.number(r["value"], 2, lang),
            r["share_met"] * 100,
            r["share_low"] * 100,
            r["share_high"] * 100,
        )
        for r in frame.to_dict("records")
    ]
    title = f"{say('experiment.column.share_met', lang)} (%): {found.facts['goal']}"
    axis = f"{wording.sentence(name_of(found.facts['lever'], lang))} → %"
    return [(title, bars("seek", rows, axis, title, lang, signed=False))]


def _optimise(found: Any, lang: str) -> list[Drawn]:
    points = [
        (r["outcome_difference"], r["cost_difference"], bool(r["on_front"]))
        for r in found.tables["tried"].to_dict("records")
    ]
    title = found_words.table_title("front", lang)
    difference = say("experiment.column.outcome_difference", lang)
    x = f"{wording.sentence(name_of(found.facts['row'], lang))}: {difference.lower()}"
    y = say("experiment.chart.million_a_year", lang)
    return [(title, scatter("front", points, x, y, title, lang, joined=True))]


def _sensitivity(found: Any, lang: str) -> list[Drawn]:
    frame = found.tables["parameters"].head(15)
    title = found_words.table_title("parameters", lang)
    axis = say(f"row.{found.facts['row']}", lang)
    if found.facts["method"] == "posterior":
        axis = say("experiment.column.explained", lang)
    rows = []
    for r in frame.to_dict("records"):
        label = name_of(r["parameter"], lang)
        if "explained" in r:
            rows.append((label, r["explained"], r["explained"], r["explained"]))
        elif "swing" in r:
            low, high = min(r["at_low"], r["at_high"]), max(r["at_low"], r["at_high"])
            rows.append((label, (low + high) / 2, low, high))
        elif "mean_effect" in r:
            rows.append((label, r["mean_effect"], r["mean_effect"], r["mean_effect"]))
        elif "total" in r:
            rows.append(
                (
                    label,
                    r["total"],
                    r["total"] - 1.645 * r["total_error"],
                    r["total"] + 1.645 * r["total_error"],
                )
            )
        else:
            rows.append((label, r["worth_knowing"], r["worth_knowing"], r["worth_knowing"]))
    return [(title, bars("sensitivity", rows, axis, title, lang))]


def _trial(found: Any, lang: str) -> list[Drawn]:
    rows = []
    for r in found.tables["arms"].to_dict("records"):
        rows.append((wording.sentence(name_of(r["controls"], lang)), r["estimate"], r["low"], r["high"]))
    truth = float(found.facts["truth"])
    rows.append((say("experiment.column.truth", lang), truth, truth, truth))
    title = say(f"experiment.measure.{found.facts['measure']}", lang)
    return [(title, bars("trial", rows, title, title, lang))]


def _by_age(found: Any, lang: str) -> list[Drawn]:
    rows = [
        (f"{r['ages']} {say('unit.years', lang)}", r["all_saved"], r["low"], r["high"])
        for r in found.tables["ages"].to_dict("records")
    ]
    title = found_words.title(found, lang)
    return [(title, bars("by-age", rows, say("experiment.chart.kroner_per_child", lang), title, lang))]


def _many(found: Any, lang: str) -> list[Drawn]:
    drawn = []
    frame = found.tables["differences"]
    for row in ("net_cost_per_year", found.facts["row"]):
        rows = [
            (wording.sentence(name_of(r["policy"], lang)), r["difference"], r["low"], r["high"])
            for r in frame[frame["row"] == row].to_dict("records")
        ]
        title = say(f"row.{row}", lang)
        drawn.append((title, bars(f"many-{row}", rows, title, title, lang)))
    return drawn


def _casework(found: Any, lang: str) -> list[Drawn]:
    """Draw deadlines kept and turnover, and what waits, over the caseload."""
    ranges, told = found.tables["casework_ranges"], found.tables["casework_published"]
    today = float(found.facts["today"])
    drawn = []
    for key, rows in (
        ("casework_kept", ("reviews_kept", "assessments_kept", "first_follow_ups_kept", "turnover")),
        ("casework_waited", ("months_waited", "undone_days")),
    ):
        title = say(f"experiment.chart.{key}", lang)
        drawing = Canvas(key.replace("_", "-"), WIDTH, 380, lang)
        axes = drawing.axes(52, 36, 226, 54)
        drawing.text(4, 18, title, fontsize=11.5)
        colours = ("#0072B2", "#595959", "#D55E00", "#000000")
        dashes = ((1.0, 0.0), (5.0, 2.0), (7.0, 2.0, 1.5, 2.0), (2.0, 1.5))
        ends, said = [], []
        for row, colour, dash in zip(rows, colours, dashes, strict=False):
            line = ranges[ranges["row"] == row]
            at = line["caseload"].to_list()
            axes.fill_between(at, line["low"], line["high"], color=colour, alpha=0.12, linewidth=0)
            axes.plot(at, line["mean"], color=colour, linewidth=2.4, dashes=dash)
            name = name_of(row, lang)
            ends.append((float(line["mean"].iloc[-1]), canvas.broken(name, 28), colour))
            said.append(f"{name}: {wording.number(float(line['mean'].iloc[-1]), 1, lang)}")
            for one in told[told["row"] == row].to_dict("records"):
                axes.plot(
                    [today], [one["published"]], "o", color=colour, markersize=9, markerfacecolor="white"
                )
        if key == "casework_kept" and len(told):
            axes.text(today, 101, say("experiment.chart.casework_published", lang), ha="center", fontsize=11)
            axes.set_ylim(0, 108)
        else:
            axes.set_ylim(bottom=0)
        axes.set_xlabel(say("experiment.chart.casework_caseload", lang), fontsize=11.5)
        canvas.number_axis(axes.xaxis, lang, 8)
        canvas.number_axis(axes.yaxis, lang, 6)
        canvas.label_ends(axes, float(found.facts["highest"]), ends, 32)
        drawn.append((title, drawing.svg(title, "; ".join(said))))
    return drawn


_DRAW: dict[str, Callable[[Any, str], list[Drawn]]] = {
    "budget": _budget,
    "explain": _explain,
    "seek": _seek,
    "optimise": _optimise,
    "sensitivity": _sensitivity,
    "trial": _trial,
    "by_age": _by_age,
    "many": _many,
    "casework": _casework,
}
