"""A municipality's fit as it is read in a terminal: its figures beside the model, and what moved."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from trappen.viz.wording import number, say, say_or

MOST = 12
"""Parameters shown; the file has all."""


def print_municipal_fit(found: Any, lang: str, *, console: Console | None = None) -> None:
    """Print the fit table, the parameters that moved, and how the sets are used.

    Parameters
    ----------
    found
        Anything with `name`, `own`, `best.misfit`, `kept`, `tried`, `file`, `fit_table()`, `moved_table()`.
    """
    out = console or Console(highlight=False)
    out.print(_fit(found.fit_table(), lang))
    out.print()
    out.print(Text(say("figures.heading_moved", lang), "bold"))
    out.print(_moved(found.moved_table().head(MOST), lang))
    told = say(
        "figures.fitted",
        lang,
        name=found.name,
        count=len(found.own),
        misfit=number(found.best.misfit, 2, lang),
        kept=len(found.kept),
        tried=found.tried,
        file=found.file,
    )
    out.print(told, soft_wrap=True)
    out.print(say("figures.use", lang, name=found.name, file=found.file), soft_wrap=True)


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, head in enumerate(heads):
        table.add_column(head, justify="left" if place == 0 else "right")
    return table


def _places(high: float) -> int:
    return 0 if high >= 100 else 1 if high >= 3 else 3


def _fit(frame: Any, lang: str) -> Table:
    heads = ("target_value", "target_range", "model_value", "model_range", "verdict")
    table = _table("", say("figures.column_own", lang), *(say(f"column.{head}", lang) for head in heads))
    for row in frame.to_dict("records"):
        places = _places(max(row["target_value"], row["model_value"]))
        low, high, mlow, mhigh = (
            number(row[name], places, lang) for name in ("low", "high", "model_low", "model_high")
        )
        table.add_row(
            row["meaning"][lang],
            "*" if row["own"] else "",
            number(row["target_value"], places, lang),
            say("word.interval", lang, low=low, high=high),
            number(row["model_value"], places, lang),
            say("word.interval", lang, low=mlow, high=mhigh),
            say_or(f"verdict.{row['verdict']}", lang, str(row["verdict"])),
        )
    return table


def _moved(frame: Any, lang: str) -> Table:
    heads = ("parameter", "country", "here", "range")
    table = _table(*(say(f"figures.column_{head}", lang) for head in heads))
    for row in frame.to_dict("records"):
        places = _places(max(abs(row["country"]), abs(row["here"])))
        low, high = (number(row[name], places, lang) for name in ("low", "high"))
        table.add_row(
            f"{row['meaning'][lang]} ({row['parameter']})",
            number(row["country"], places, lang),
            number(row["here"], places, lang),
            say("word.interval", lang, low=low, high=high),
        )
    return table
