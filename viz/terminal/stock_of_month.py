"""Who is where as a month ends, in a terminal: the prevention triangle, and position by wellbeing."""

from typing import Any

from rich.console import Console
from rich.text import Text

from trappen.viz.terminal.found_terminal import print_fitting
from trappen.viz.terminal.grid import line
from trappen.viz.wording import interval, number, say, say_or, sentence, signed


def print_stock(stock: Any, lang: str, *, console: Console | None = None) -> None:
    """Print both tables of a month.

    Parameters
    ----------
    stock
        Has `names`, `year`, `month`, `triangle` and `matrix`, as a `StockOfMonth` has.
    lang
        `da` or `en`.
    console
        Where to print; standard output unless given.
    """
    out = console or Console(highlight=False, markup=False, emoji=False)
    names = [sentence(say_or(f"policy.{name}", lang, name)) for name in stock.names]
    month = f"{stock.year}-{stock.month:02d}"
    for frame, kind in ((stock.triangle(), "triangle"), (stock.matrix(), "matrix")):
        first = say(f"stock.column.{kind}", lang)
        if len(names) == 1:
            heads = [say("stock.column.children", lang), say("column.interval", lang)]
        else:
            heads = [*names, say("column.difference", lang), say("column.interval", lang)]
        rows = []
        for row in frame.to_dict("records"):
            keys = [f"{name}.{row[name]}" for name in ("set", "position", "wellbeing") if name in row]
            label = sentence(", ".join(say(f"stock.{key}", lang) for key in keys))
            if len(names) == 1:
                low, high = number(row["low"], 0, lang), number(row["high"], 0, lang)
                cells = [number(row["mean"], 0, lang), say("word.interval", lang, low=low, high=high)]
            else:
                cells = [number(row[which], 0, lang) for which in ("a", "b")]
                cells += [signed(row["difference"], 1, lang), interval(row["low"], row["high"], 0, lang)]
            rows.append([label, *cells])
        out.print()
        out.print(Text(say(f"stock.{kind}", lang, month=month), "bold"))
        print_fitting([first, *heads], rows, (0,), lang, out)
    line(out, say("stock.note", lang), "dim")
