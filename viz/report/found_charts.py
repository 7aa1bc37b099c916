"""The charts of the experiments: each takes what was found and returns an SVG, empty if nothing is drawn."""

from collections.abc import Callable
from typing import Any

from trappen.viz import canvas, found_words, wording
from trappen.viz.canvas import Canvas
from trappen.viz.found_words import name_of
from trappen.viz.report.marks import WIDTH, bars, lines, scatter, tornado
from trappen.viz.wording import say

Drawn = tuple[str, str]
"""Title and SVG."""


def charts(found: Any, lang: str) -> list[Drawn]:
    """Return the charts of an experiment in the order in which they are to be read."""
    drawn = [(title, svg) for title, svg in _DRAW[found.kind](found, lang) if svg]
    return drawn


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
    chosen = found.facts.get("perspective", "accounts")
    banded = "municipality" if chosen == "accounts" else chosen
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
                banded=[name_of(banded, lang)],
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
        (heads["plane"], scatter("plane", points, effect, cost, heads["plane"], lang, quadrants=True)),
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
    if found.facts["method"] == "tornado":
        ends = [(name_of(r["parameter"], lang), r["at_low"], r["at_high"]) for r in frame.to_dict("records")]
        what = say("experiment.chart.tornado", lang, row=axis[:1].lower() + axis[1:])
        return [(title, tornado(ends, float(found.facts["middle"]), what, title, lang))]
    if found.facts["method"] == "posterior":
        axis = say("experiment.column.explained", lang)
    rows = []
    for r in frame.to_dict("records"):
        label = name_of(r["parameter"], lang)
        if "explained" in r:
            rows.append((label, r["explained"], r["explained"], r["explained"]))
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
