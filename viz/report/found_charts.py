"""The charts of the experiments: each takes what was found and returns an SVG, empty if nothing is drawn."""

from collections.abc import Callable
from typing import Any, NamedTuple

from trappen.viz import canvas, found_words, wording
from trappen.viz.canvas import Canvas
from trappen.viz.found_words import name_of
from trappen.viz.markup import Html, heading, paragraph, tag
from trappen.viz.report.marks import NARROW, WIDE, bars, lines, scatter, tornado
from trappen.viz.wording import say

MOST_ROWS = 15
"""So many uncertain numbers a chart shows."""


class Drawn(NamedTuple):
    """A chart with what a reader needs to read it."""

    title: str
    svg: str
    note: str = ""


def charts(found: Any, lang: str, *, narrow: bool = False) -> list[Drawn]:
    """Return the charts of an experiment in the order in which they are to be read; narrow for telephones."""
    return [drawn for drawn in _DRAW[found.kind](found, lang, narrow) if drawn.svg]


def figures(found: Any, lang: str) -> list[Html]:
    """Return the charts as figures of a page, each with its title, its note and its drawing in two widths."""
    return [
        tag(
            "figure",
            tag("figcaption", heading(3, wide.title), paragraph(wide.note)),
            tag("div", Html(wide.svg), class_="chart wide"),
            tag("div", Html(narrow.svg), class_="chart narrow"),
        )
        for wide, narrow in zip(charts(found, lang), charts(found, lang, narrow=True), strict=True)
    ]


def _note(name: str, lang: str, **values: object) -> str:
    return say(f"experiment.note.{name}", lang, **values)


def _budget(found: Any, lang: str, narrow: bool) -> list[Drawn]:
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
    banded = name_of("municipality" if chosen == "accounts" else chosen, lang)
    axis = say("experiment.chart.million_a_year", lang, a=_first_policy(found, lang))
    return [
        Drawn(
            heads["silo"],
            bars("silo", silo, axis, heads["silo"], lang, narrow=narrow),
            _note("points", lang),
        ),
        Drawn(
            heads["investment"],
            lines(
                "perspectives",
                investment,
                "year",
                say("experiment.chart.cumulative", lang),
                heads["investment"],
                lang,
                banded=[banded],
                narrow=narrow,
            ),
            _note("investment", lang, side=banded[:1].lower() + banded[1:]),
        ),
        *uncertain(found, lang, narrow=narrow),
    ]


def equity_chart(comparison: Any, lang: str, *, narrow: bool = False) -> str:
    """Draw for each group by how much fewer or more of its children are in need."""
    frame = comparison.equity()
    own = frame[(frame["measure"] == "in_need") & (frame["group_kind"] != "all")]
    rows = [
        (_group(r["group_kind"], r["group"], lang), r["difference"], r["low"], r["high"])
        for r in own.to_dict("records")
    ]
    title = say("chart.equity.title", lang)
    return bars("equity", rows, say("chart.equity.axis", lang), title, lang, narrow=narrow)


def _group(kind: str, group: str, lang: str) -> str:
    """Return a group's name, told what it is a group of where the name does not say so."""
    of, name = name_of(kind, lang), name_of(group, lang)
    return name if name.startswith(of) else f"{of}: {name[:1].lower()}{name[1:]}"


def _first_policy(found: Any, lang: str) -> str:
    name = str(found.facts.get("a", "status_quo"))
    return wording.say_or(f"policy.{name}", lang, name)


def uncertain(found: Any, lang: str, *, narrow: bool = False) -> list[Drawn]:
    """Return the cost-effectiveness plane and the acceptability curve."""
    tables = found.tables
    heads = {name: found_words.table_title(name, lang) for name in ("plane", "acceptability")}
    points = [
        (float(r["months_relieved"]), float(r["cost"]), True) for r in tables["plane"].to_dict("records")
    ]
    b = wording.say_or(f"policy.{found.facts['b']}", lang, str(found.facts["b"]))
    curve = [(wording.sentence(b), tables["acceptability"])]
    effect, cost = (say(f"experiment.chart.{name}_axis", lang) for name in ("effect", "cost"))
    chance, worth = (say(f"experiment.chart.{name}", lang) for name in ("chance", "worth"))
    at = heads["acceptability"]
    return [
        Drawn(
            heads["plane"],
            scatter("plane", points, effect, cost, heads["plane"], lang, quadrants=True, narrow=narrow),
            _note("plane", lang, count=len(points)),
        ),
        Drawn(
            at,
            lines("acceptability", curve, "worth", chance, at, lang, worth, narrow=narrow),
            _note("acceptability", lang, b=b),
        ),
    ]


def _explain(found: Any, lang: str, narrow: bool) -> list[Drawn]:
    drawn = []
    for row, frame in found.tables["parts"].groupby("row", sort=False):
        rows = [
            (wording.sentence(name_of(r["part"], lang)), r["share"], r["low"], r["high"])
            for r in frame.to_dict("records")
        ]
        title = say(f"row.{row}", lang)
        axis = f"{say('column.difference', lang)}, {wording.unit(found_words.unit_of(row), lang)}"
        svg = bars(f"explain-{row}", rows, axis, title, lang, narrow=narrow)
        drawn.append(Drawn(title, svg, _note("points", lang)))
    return drawn


def _seek(found: Any, lang: str, narrow: bool) -> list[Drawn]:
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
    goal = found_words.goal_words(str(found.facts["goal"]), lang)
    title = f"{say('experiment.column.share_met', lang)} (%): {goal}"
    axis = f"{wording.sentence(name_of(found.facts['lever'], lang))} → %"
    svg = bars("seek", rows, axis, title, lang, signed=False, narrow=narrow)
    return [Drawn(title, svg, _note("seek", lang))]


def _optimise(found: Any, lang: str, narrow: bool) -> list[Drawn]:
    points = [
        (r["outcome_difference"], r["cost_difference"], bool(r["on_front"]))
        for r in found.tables["tried"].to_dict("records")
    ]
    title = found_words.table_title("front", lang)
    row = found.facts["row"]
    difference = say("experiment.column.outcome_difference", lang)
    unit = wording.unit(found_words.unit_of(row), lang)
    x = f"{wording.sentence(name_of(row, lang))}: {difference.lower()} ({unit})"
    y = say(
        "experiment.chart.million_a_year", lang, a=wording.say_or("policy.status_quo", lang, "status_quo")
    )
    svg = scatter("front", points, x, y, title, lang, joined=True, narrow=narrow)
    return [Drawn(title, svg, _note("front", lang))]


def _sensitivity(found: Any, lang: str, narrow: bool) -> list[Drawn]:
    records = found.tables["parameters"].head(MOST_ROWS).to_dict("records")
    title = found_words.table_title("parameters", lang)
    row, method = found.facts["row"], found.facts["method"]
    of_row = say(f"row.{row}", lang)
    values = {
        "row": of_row[:1].lower() + of_row[1:],
        "unit": wording.unit(found_words.unit_of(row), lang),
        "count": len(found.tables["parameters"]),
        "shown": len(records),
    }
    axis = say(f"experiment.chart.{method}", lang, **values)
    note = _note(method, lang, **values)
    if method == "tornado":
        ends = [(name_of(r["parameter"], lang), r["at_low"], r["at_high"]) for r in records]
        middle = float(found.facts["middle"])
        return [Drawn(title, tornado(ends, middle, axis, title, lang, narrow=narrow), note)]
    column = {"morris": "mean_effect", "sobol": "total", "value": "worth_knowing", "posterior": "explained"}
    rows = []
    for r in records:
        at = float(r[column[method]])
        reach = 1.645 * float(r.get("total_error", r.get("mean_error", 0.0)) or 0.0)
        rows.append((name_of(r["parameter"], lang), at, at - reach, at + reach))
    svg = bars("sensitivity", rows, axis, title, lang, signed=False, narrow=narrow)
    return [Drawn(title, svg, note)]


def _trial(found: Any, lang: str, narrow: bool) -> list[Drawn]:
    rows = []
    for r in found.tables["arms"].to_dict("records"):
        rows.append((wording.sentence(name_of(r["controls"], lang)), r["estimate"], r["low"], r["high"]))
    truth = float(found.facts["truth"])
    rows.append((say("experiment.column.truth", lang), truth, truth, truth))
    title = say(f"experiment.measure.{found.facts['measure']}", lang)
    axis = f"{say('column.difference', lang)}: {title}"
    svg = bars("trial", rows, axis, title, lang, narrow=narrow)
    drawn = [Drawn(title, svg, _note("trial", lang, trials=found.facts["trials"]))]
    curve = found.tables["power"]
    ways = (("spill_over", "chance"), ("none", "chance_clean"))
    series = [
        (name_of(name, lang), curve[["municipalities", column]].rename(columns={column: "chance"}))
        for name, column in ways
    ]
    title = found_words.table_title("power", lang)
    chance, below = say("experiment.chart.power", lang), say("experiment.chart.municipalities", lang)
    svg = lines("power", series, "municipalities", chance, title, lang, below, narrow=narrow)
    return [*drawn, Drawn(title, svg, _note("power", lang, wanted=wording.percent(0.8, lang)))]


def _by_age(found: Any, lang: str, narrow: bool) -> list[Drawn]:
    rows = [
        (f"{r['ages']} {say('unit.years', lang)}", r["all_saved"], r["low"], r["high"])
        for r in found.tables["ages"].to_dict("records")
    ]
    title = found_words.title(found, lang)
    axis = say("experiment.chart.kroner_per_child", lang)
    svg = bars("by-age", rows, axis, title, lang, narrow=narrow)
    return [Drawn(title, svg, _note("by_age", lang))]


def _many(found: Any, lang: str, narrow: bool) -> list[Drawn]:
    drawn = []
    frame = found.tables["differences"]
    for row in ("net_cost_per_year", found.facts["row"]):
        rows = [
            (wording.sentence(name_of(r["policy"], lang)), r["difference"], r["low"], r["high"])
            for r in frame[frame["row"] == row].to_dict("records")
        ]
        title = say(f"row.{row}", lang)
        axis = f"{say('column.difference', lang)}, {wording.unit(found_words.unit_of(row), lang)}"
        svg = bars(f"many-{row}", rows, axis, title, lang, narrow=narrow)
        drawn.append(Drawn(title, svg, _note("points", lang)))
    return drawn


def _casework(found: Any, lang: str, narrow: bool) -> list[Drawn]:
    """Draw deadlines kept and turnover, and what waits, over the caseload."""
    ranges, told = found.tables["casework_ranges"], found.tables["casework_published"]
    today = float(found.facts["today"])
    drawn = []
    for key, rows in (
        ("casework_kept", ("reviews_kept", "assessments_kept", "first_follow_ups_kept", "turnover")),
        ("casework_waited", ("months_waited", "undone_days")),
    ):
        title = say(f"experiment.chart.{key}", lang)
        name = key.replace("_", "-")
        drawing = Canvas(f"{name}-narrow" if narrow else name, NARROW if narrow else WIDE, 380, lang)
        axes = drawing.axes(44 if narrow else 52, 50 if narrow else 36, 124 if narrow else 226, 54)
        drawing.text(4, 18, canvas.broken(title, 52 if narrow else 110), fontsize=11.5, linespacing=1.1)
        colours = ("#0072B2", "#595959", "#D55E00", "#000000")
        dashes = ((1.0, 0.0), (5.0, 2.0), (7.0, 2.0, 1.5, 2.0), (2.0, 1.5))
        ends, said = [], []
        for row, colour, dash in zip(rows, colours, dashes, strict=False):
            line = ranges[ranges["row"] == row]
            at = line["caseload"].to_list()
            axes.fill_between(at, line["low"], line["high"], color=colour, alpha=0.12, linewidth=0)
            axes.plot(at, line["mean"], color=colour, linewidth=2.4, dashes=dash)
            called = name_of(row, lang)
            ends.append((float(line["mean"].iloc[-1]), canvas.broken(called, 16 if narrow else 28), colour))
            said.append(f"{called}: {wording.number(float(line['mean'].iloc[-1]), 1, lang)}")
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
        canvas.number_axis(axes.xaxis, lang, 4 if narrow else 8)
        canvas.number_axis(axes.yaxis, lang, 6)
        apart = 15 * (1 + max(label.count("\n") for _, label, _ in ends))
        canvas.label_ends(axes, float(found.facts["highest"]), ends, apart)
        drawn.append(Drawn(title, drawing.svg(title, "; ".join(said))))
    return drawn


_DRAW: dict[str, Callable[[Any, str, bool], list[Drawn]]] = {
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
