"""Who is where as a month ends, in a terminal: the prevention triangle, and position by wellbeing."""

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

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
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column(say(f"stock.column.{kind}", lang), min_width=24)
        if len(names) == 1:
            heads = [say("stock.column.children", lang), say("column.interval", lang)]
        else:
            heads = [*names, say("column.difference", lang), say("column.interval", lang)]
        for head in heads:
            table.add_column(head, justify="right")
        for row in frame.to_dict("records"):
            keys = [f"{name}.{row[name]}" for name in ("set", "position", "wellbeing") if name in row]
            label = sentence(", ".join(say(f"stock.{key}", lang) for key in keys))
            if len(names) == 1:
                low, high = number(row["low"], 0, lang), number(row["high"], 0, lang)
                cells = [number(row["mean"], 0, lang), say("word.interval", lang, low=low, high=high)]
            else:
                cells = [number(row[which], 0, lang) for which in ("a", "b")]
                cells += [signed(row["difference"], 1, lang), interval(row["low"], row["high"], 0, lang)]
            table.add_row(label, *cells)
        out.print()
        out.print(Text(say(f"stock.{kind}", lang, month=month), "bold"))
        out.print(Padding(table, (0, 0, 0, 2)))
    out.print(Text(say("stock.note", lang), "dim"))
