"""What the dashboard's charts show, as plain data for the drawing library: pure functions of results."""

from collections.abc import Sequence
from typing import Any

from trappen.viz import wording
from trappen.viz.canvas import FIRST, SECOND
from trappen.viz.wording import say

INK, FAINT = "#1a1a1a", "#d9d9d9"
_TEXT = {"color": INK, "fontSize": 13, "fontFamily": "Roboto, system-ui, sans-serif"}


def lines_with_bands(
    years: Sequence[int],
    lines: Sequence[dict[str, Any]],
    unit: str,
    *,
    zero: bool = False,
    places: Sequence[float] | None = None,
) -> dict[str, Any]:
    """Return lines over years, each named at its end, with a band of 90 %.

    Parameters
    ----------
    lines
        `name`, `mean`, `low`, `high` (sequences by year), and `colour`, `width` and `dashed` or `dash` (its
        kind) if wanted.
    unit
        Stands above the vertical axis.
    zero
        Whether a line marks zero.
    places
        What the lines run over instead of years, each where its value lies between the others.
    """
    series: list[dict[str, Any]] = []
    for at, line in enumerate(lines):
        colour = line.get("colour", (FIRST, SECOND)[at % 2])
        low, high = _numbers(line["low"]), _numbers(line["high"])
        band = {
            "type": "line",
            "stack": f"band-{at}",
            "stackStrategy": "all",
            "symbol": "none",
            "silent": True,
            "lineStyle": {"opacity": 0},
            "tooltip": {"show": False},
            "emphasis": {"disabled": True},
        }
        series.append({**band, "name": f"low-{at}", "data": low})
        series.append(
            {
                **band,
                "name": f"band-{at}",
                "data": [
                    None if bottom is None or top is None else round(top - bottom, 4)
                    for bottom, top in zip(low, high, strict=True)
                ],
                "areaStyle": {"color": colour, "opacity": 0.16},
            }
        )
        drawn: dict[str, Any] = {
            "type": "line",
            "name": line["name"],
            "data": _numbers(line["mean"]),
            "symbol": "circle" if at == 0 else "diamond",
            "symbolSize": 5,
            "showSymbol": len(years) <= 25,
            "lineStyle": {
                "color": colour,
                "width": line.get("width", 2.5),
                "type": line.get("dash") or ("dashed" if line.get("dashed") else "solid"),
            },
            "itemStyle": {"color": colour},
            "endLabel": {
                "show": True,
                "valueAnimation": False,  # a label that counts up breaks where animation is off
                "formatter": "{a}",
                "color": colour,
                "fontWeight": "bold",
                "fontSize": 13,
                "width": 118,
                "lineHeight": 15,
                "overflow": "break",
            },
            "labelLayout": {"moveOverlap": "shiftY"},
        }
        if zero and at == 0:
            drawn["markLine"] = {
                "silent": True,
                "symbol": "none",
                "label": {"show": False},
                "lineStyle": {"color": INK, "type": "solid", "width": 1},
                "data": [{"yAxis": 0}],
            }
        series.append(drawn)
    across: dict[str, Any] = {"type": "category", "data": [str(year) for year in years], "boundaryGap": False}
    if places is not None:
        across = {
            "type": "value",
            "min": places[0],
            "max": places[-1],
            "splitLine": {"show": False},
            "axisPointer": {"snap": True},
        }
        for one in series:
            # Bands are stacked, and the library stacks the first number of a point: its height comes first.
            one["data"] = [list(pair) for pair in zip(one["data"], places, strict=True)]
            one["encode"] = {"x": 1, "y": 0}
    return {
        "textStyle": _TEXT,
        "grid": {"left": 8, "right": 132, "top": 34, "bottom": 8, "containLabel": True},
        "xAxis": across | {"axisLabel": {"color": INK, "hideOverlap": True, "margin": 12}},
        "yAxis": {
            "type": "value",
            "scale": True,
            "name": unit,
            "nameTextStyle": {"align": "left", "color": INK, "padding": [0, 0, 0, -16]},
            "axisLabel": {"color": INK},
            "splitLine": {"lineStyle": {"color": FAINT}},
        },
        "tooltip": {"trigger": "axis", "confine": True},
        "series": series,
        "narrow": {"grid": {"left": 4, "right": 124, "top": 34, "bottom": 8, "containLabel": True}},
    }


def cost_option(comparison: Any, names: Sequence[str], lang: str) -> dict[str, Any]:
    """Return net cost by year under both policies."""
    return lines_with_bands(*_by_year(comparison, comparison.names, names, "net_cost"), _money(lang))


def investment_option(comparison: Any, lang: str) -> dict[str, Any]:
    """Return the difference in net cost added up since the start."""
    name = say("dashboard.chart.difference", lang)
    years, lines = _by_year(comparison, ["difference"], [name], "cumulative_net_difference")
    lines[0]["colour"] = SECOND
    return lines_with_bands(years, lines, say("unit.m_dkk", lang), zero=True)


def row_option(comparison: Any, names: Sequence[str], row: str, lang: str) -> dict[str, Any]:
    """Return any yearly row under both policies."""
    years, lines = _by_year(comparison, comparison.names, names, row)
    unit = str(comparison.yearly(row)["unit"].iloc[0])
    return lines_with_bands(years, lines, wording.unit(unit, lang))


def _money(lang: str) -> str:
    return say("unit.m_dkk_per_year", lang)


def _by_year(
    comparison: Any, policies: Sequence[str], names: Sequence[str], row: str
) -> tuple[list[int], list[dict[str, Any]]]:
    found = comparison.yearly(row)
    lines = []
    years: list[int] = []
    for policy, name in zip(policies, names, strict=True):
        own = found[found["policy"] == policy]
        years = [int(year) for year in own["year"]]
        lines.append({"name": name, **{column: own[column].tolist() for column in ("mean", "low", "high")}})
    return years, lines


def _numbers(values: Sequence[float]) -> list[float | None]:
    """Return what JSON can hold; what is not known is a gap."""
    return [round(float(value), 4) if value == value else None for value in values]


def sankey_option(nodes: Sequence[dict[str, Any]], links: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return flows between states at two times, each node named with its number."""
    return {
        "textStyle": _TEXT,
        "animation": False,
        "tooltip": {"trigger": "item", "confine": True},
        "series": [
            {
                "type": "sankey",
                "left": 4,
                "right": 150,
                "top": 8,
                "bottom": 8,
                "nodeWidth": 14,
                "nodeGap": 14,
                "layoutIterations": 0,
                "emphasis": {"focus": "adjacency"},
                "label": {"color": INK, "fontSize": 12, "textBorderColor": "#fff", "textBorderWidth": 3},
                "lineStyle": {"color": "source", "opacity": 0.35},
                "data": list(nodes),
                "links": list(links),
            }
        ],
    }


def bars_option(
    names: Sequence[str],
    values: Sequence[float],
    unit: str,
    *,
    colours: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return horizontal bars, each with its figure written beside it."""
    texts = labels or [str(value) for value in values]
    data = [
        {
            "value": round(float(value), 4),
            "itemStyle": {"color": (colours[at] if colours else SECOND)},
            "label": {"show": True, "position": "right", "formatter": texts[at], "color": INK},
        }
        for at, value in enumerate(values)
    ]
    return {
        "textStyle": _TEXT,
        "grid": {"left": 8, "right": 76, "top": 34, "bottom": 8, "containLabel": True},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": list(names),
            # Every bar has its name, however close they stand on paper.
            "axisLabel": {"color": INK, "width": 270, "overflow": "break", "lineHeight": 14, "interval": 0},
        },
        "xAxis": {
            "type": "value",
            "name": unit,
            "nameLocation": "middle",
            "nameGap": 26,
            "nameTextStyle": {"color": INK},
            "position": "top",
            "splitLine": {"lineStyle": {"color": FAINT}},
            "axisLabel": {"color": INK, "hideOverlap": True},
        },
        "tooltip": {"trigger": "item", "confine": True},
        "series": [{"type": "bar", "data": data, "barMaxWidth": 22}],
        "narrow": {
            "yAxis": {
                "type": "category",
                "inverse": True,
                "data": list(names),
                "axisLabel": {
                    "color": INK,
                    "width": 150,
                    "overflow": "break",
                    "fontSize": 11,
                    "lineHeight": 12,
                    "interval": 0,
                },
            },
            "grid": {"left": 0, "right": 40, "top": 34, "bottom": 8, "containLabel": True},
        },
    }
