"""Teams and therapists on the page of casework: who waits for them, whom they help, what room they have."""

from typing import Any, NamedTuple

import numpy as np
import solara

from trappen.agents.ledger import Count
from trappen.model.outcomes import INDICATORS
from trappen.model.readers import Ledger
from trappen.scenarios.intervals import FEW, spread_of
from trappen.viz import captions, wording
from trappen.viz.dashboard.options import row_option
from trappen.viz.dashboard.pages.parts import Drawn, chart, markup
from trappen.viz.markup import Html, paragraph, scrolling, table
from trappen.viz.markup import heading as title_of
from trappen.viz.wording import say

KINDS = ("team", "therapist")
"""Providers of home-based and of preventive measures, in the order the ledger counts them."""

PLACES = "provider_places"
"""The lever that staffs both."""


class Providers(NamedTuple):
    """What is shown of both kinds of provider: words, charts of who waits, and a table of what is given."""

    words: Html
    charts: list[Drawn]
    table: Html


def providers(told: Providers, lang: str) -> None:
    """Show both kinds of provider."""
    markup(told.words)
    with solara.Div(classes=["t-pair"]):
        for drawn in told.charts:
            with solara.Div(classes=["t-one"]):
                chart(*drawn, lang, height=260)
    markup(told.table)


def providers_of(comparison: Any, names: tuple[str, str], by_year: Any, lang: str) -> Providers:
    """Return what is to be told of both kinds of provider: who waits by year, and what each policy gives.

    Parameters
    ----------
    by_year
        Makes the table behind a chart of a yearly row.
    """
    title = say("dashboard.providers.title", lang)
    few = comparison.a.replicates < FEW
    brackets = say(f"dashboard.providers.brackets_{'few' if few else 'many'}", lang)
    told = title_of(2, title) + paragraph(say("dashboard.providers.about", lang, brackets=brackets))
    charts: list[Drawn] = []
    for row in (f"waiting_for_{kind}" for kind in KINDS):
        name = say(f"row.{row}", lang)
        if not anybody(comparison, row):
            told += paragraph(say("dashboard.providers.none", lang, row=name))
            continue
        about = say(f"row_help.{row}", lang)
        if rare(comparison, row):
            about += " " + say("dashboard.providers.rare", lang)
        option = row_option(comparison, names, row, lang)
        charts.append((option, name, about, by_year(comparison, row, names, lang)))
    return Providers(Html(told), charts, scrolling(provided(comparison, lang), title))


def provided(comparison: Any, lang: str) -> Html:
    """Return what each kind of provider gives under both policies, with the 90 % range over replicates."""
    heads = [say("column.row", lang)]
    heads += [wording.sentence(captions.policy_head(comparison, which, lang)) for which in (0, 1)]
    lines = []
    for at, kind in enumerate(KINDS):
        begun = [
            _spread(run.counts[..., Count.PROVIDED + at].mean(axis=1), 0, lang) for run in comparison.runs
        ]
        lines.append([say(f"dashboard.providers.begun_{kind}", lang), *begun])
        for row in (f"waiting_for_{kind}", f"days_to_{kind}"):
            label = f"{say(f'row.{row}', lang)} ({wording.unit(_read(row).unit, lang)})"
            lines.append([label, *(_waited(_over_years(run, row), lang) for run in comparison.runs)])
    room = (one.policy_as_run.levers[PLACES] for one in (comparison.a, comparison.b))
    lines.append([say("dashboard.providers.room", lang), *(wording.plain(float(x), lang) for x in room)])
    return table(heads, lines, text_columns=(1, 2))


def _spread(values: np.ndarray, places: int, lang: str) -> str:
    seen = spread_of(np.asarray(values, float), level=True)
    mean, low, high = (wording.number(seen[name], places, lang) for name in ("mean", "low", "high"))
    return f"{mean} ({say('show.range', lang, low=low, high=high)})"


def _waited(values: np.ndarray, lang: str) -> str:
    """Return a wait with its range, and in how many replicates there is one if not in all.

    Where few replicates have a queue at all, those few carry the mean, which can then lie above the range.
    """
    told = _spread(values, 1, lang)
    some = int(np.count_nonzero(values > 0))
    if not 0 < some < len(values):
        return told
    shown, of = (wording.number(n, 0, lang) for n in (some, len(values)))
    return f"{told}, {say('dashboard.providers.some', lang, shown=shown, of=of)}"


def anybody(comparison: Any, row: str) -> bool:
    """Tell whether a yearly row is anything but zero in any replicate of either policy."""
    return any(bool(np.any(_by_year(run, row) > 0)) for run in comparison.runs)


def rare(comparison: Any, row: str) -> bool:
    """Tell whether the mean of a yearly row lies above the range of the replicates in any year."""
    found = comparison.yearly(row)
    return bool((found["mean"] > found["high"]).any())


def _read(row: str) -> Any:
    return next(one for one in INDICATORS if one.row == row)


def _by_year(run: Any, row: str) -> np.ndarray:
    return np.asarray(_read(row).read(Ledger(run.counts, run.sums, run.accounts)), float)


def _over_years(run: Any, row: str) -> np.ndarray:
    whole = Ledger(run.counts, run.sums, run.accounts).over_years()
    return np.asarray(_read(row).read(whole), float)
