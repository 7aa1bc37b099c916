"""The whole country in a terminal: how a result spreads over the municipalities."""

from typing import Any

from rich.console import Console
from rich.text import Text

from trappen.viz import captions
from trappen.viz.terminal.found_terminal import print_fitting
from trappen.viz.terminal.grid import line
from trappen.viz.wording import number, say, sentence

ENDS = 5
"""Municipalities shown at either end."""


def print_by_municipality(comparison: Any, lang: str, *, console: Console | None = None) -> None:
    """Print where it costs most and least a child, and in how many municipalities more.

    Parameters
    ----------
    comparison
        Has `by_municipality`, as a `NationalComparison` has.
    lang
        `da` or `en`.
    console
        Where to print; standard output unless given.
    """
    out = console or Console(highlight=False)
    frame = comparison.by_municipality()
    cost = frame[frame["row"] == "net_cost_per_year"].copy()
    cost["per_child"] = 1e6 * cost["difference"] / cost["children"]
    cost = cost.sort_values("per_child", kind="stable").reset_index(drop=True)
    placed = frame[frame["row"] == "placed_on_a_day"].set_index("code")["difference"]
    out.print()
    out.print(Text(say("national.heading", lang), "bold"))
    dearer = int((cost["difference"] > 0).sum())
    policy = sentence(captions.policy_name(comparison, 1, lang))
    line(out, say("national.dearer", lang, policy=policy, dearer=dearer, of=len(cost)))
    columns = ("municipality", "children", "cost", "per_child", "placed")
    heads = [say(f"national.column.{column}", lang) for column in columns]
    cells = []
    shown = cost if len(cost) <= 2 * ENDS else cost.iloc[[*range(ENDS), *range(len(cost) - ENDS, len(cost))]]
    for place, row in shown.iterrows():
        if len(cost) > 2 * ENDS and place == len(cost) - ENDS:
            cells.append(["...", *[""] * (len(heads) - 1)])
        cells.append(
            [
                str(row["municipality"]),
                number(float(row["children"]), 0, lang),
                number(float(row["difference"]), 1, lang),
                number(float(row["per_child"]), 0, lang),
                number(float(placed[row["code"]]), 1, lang),
            ]
        )
    print_fitting(heads, cells, (0,), lang, out)
    line(out, say("national.note", lang), "dim")
