"""A municipality's fit as it is read in a terminal: its figures beside the model, and what moved."""

from typing import Any

from rich.console import Console
from rich.text import Text

from trappen.agents.states import Arena
from trappen.model.evidence import register
from trappen.viz.terminal.found_terminal import print_fitting
from trappen.viz.wording import NONE, number, say, say_or

MOST = 12
"""Parameters shown; the file has all."""


def print_municipal_fit(
    found: Any, lang: str, *, prices: str | None = None, console: Console | None = None
) -> None:
    """Print the fit table, the parameters that moved, and how the sets are used.

    Parameters
    ----------
    found
        Anything with `name`, `own`, `best.misfit`, `kept`, `tried`, `file`, `fit_table()`, `moved_table()`.
    prices
        The file of own unit costs that the fit was given, which later runs need too.
    """
    out = console or Console(highlight=False)
    _print_fit(found.fit_table(), lang, out)
    out.print()
    out.print(Text(say("figures.heading_moved", lang), "bold"))
    _print_moved(found.moved_table().head(MOST), lang, out)
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
    more = f" --prices {prices}" if prices else ""
    out.print(say("figures.use", lang, name=found.name, file=found.file, more=more), soft_wrap=True)


def _places(high: float) -> int:
    return 0 if high >= 100 else 1 if high >= 3 else 3


def _print_fit(frame: Any, lang: str, out: Console) -> None:
    columns = ("target_value", "target_range", "model_value", "model_range", "verdict")
    heads = [say("figures.column_figure", lang), say("figures.column_own", lang)]
    heads += [say(f"column.{column}", lang) for column in columns]
    cells = []
    for row in frame.to_dict("records"):
        places = _places(max(row["target_value"], row["model_value"]))
        low, high, mlow, mhigh = (
            number(row[name], places, lang) for name in ("low", "high", "model_low", "model_high")
        )
        cells.append(
            [
                row["meaning"][lang],
                "*" if row["own"] else "",
                number(row["target_value"], places, lang),
                say("word.interval", lang, low=low, high=high) if row["low"] == row["low"] else NONE,
                number(row["model_value"], places, lang),
                say("word.interval", lang, low=mlow, high=mhigh),
                say_or(f"verdict.{row['verdict']}", lang, str(row["verdict"])),
            ]
        )
    print_fitting(heads, cells, (0, 6), lang, out)


def _print_moved(frame: Any, lang: str, out: Console) -> None:
    heads = [say(f"figures.column_{head}", lang) for head in ("parameter", "country", "here", "range")]
    cells = []
    for row in frame.to_dict("records"):
        places = _places(max(abs(row["country"]), abs(row["here"])))
        low, high = (number(row[name], places, lang) for name in ("low", "high"))
        cells.append(
            [
                f"{row['meaning'][lang]} ({_which(row['parameter'], lang)})",
                number(row["country"], places, lang),
                number(row["here"], places, lang),
                say("word.interval", lang, low=low, high=high),
            ]
        )
    print_fitting(heads, cells, (0,), lang, out)


def _which(parameter: str, lang: str) -> str:
    """Return a parameter's name; a number of an arena says of which."""
    name, _, place = parameter.partition(".")
    if place and register()[name].index == "arena":
        arena = Arena(int(place)).name.lower()
        return f"{say(f'arena.{arena}', lang)}, {parameter}"
    return parameter
