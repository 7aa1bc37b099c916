"""A municipality's own published figures: read from a table, brought to the form targets have."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from trappen.agents.problem import Problem, Problems
from trappen.model.nearest import fold, nearest
from trappen.policies.lever import levers
from trappen.scenarios.fitting.targets import Target, targets
from trappen.scenarios.fitting.task import Aim
from trappen.scenarios.own.csv_in import Row, Sheet, number_in, read_csv, refuse_personal
from trappen.scenarios.own_prices import factor_from
from trappen.scenarios.tables_in import read_table

RANGE_SPREADS = 4.0
"""A plausible range, as the targets state it, is taken to span four spreads: 95 % of a normal curve."""

MOST_TOLD = 100
"""Mistakes told of one file: a table of thousands that is no table of figures is refused at once."""

PER = 10_000.0
CHILDREN = "children_0_17"
SHARE_OF = {
    "% of children notified": "children_notified",
    "% of notifications": "notifications",
    "% of new placements": "new_placements",
    "% of placed on a day": "placed_on_a_day",
}
"""What a figure in per cent is a share of; the other percentages cannot be given as counts."""

KEPT_OF = {
    "review_kept": "notifications",
    "assessment_kept": "assessments",
    "follow_up_kept": "measures_started",
    "breakdowns": "placed_on_a_day",
    "came_back": "new_placements",
}
"""What other percentages are counted over, which decides how much luck is in them."""

UNITS = {
    "antal": "count",
    "count": "count",
    "number": "count",
    "pr 10000": "per_10000",
    "pr_10000": "per_10000",
    "per 10000": "per_10000",
    "per_10000": "per_10000",
    "procent": "percent",
    "percent": "percent",
    "%": "percent",
    "mio kr": "m_dkk",
    "mio_kr": "m_dkk",
    "m_dkk": "m_dkk",
    "måneder": "months",
    "maaneder": "months",
    "months": "months",
    "sager": "cases",
    "cases": "cases",
}
HEADS = {"da": ("tal", "værdi", "enhed", "år", "note"), "en": ("figure", "value", "unit", "year", "note")}
"""The columns of the template in each language; more spellings are read, but these are told."""

UNIT_WORDS = {
    "da": {
        "count": "antal",
        "per_10000": "pr 10000",
        "percent": "procent",
        "m_dkk": "mio kr",
        "months": "måneder",
        "cases": "sager",
    },
    "en": {
        "count": "count",
        "per_10000": "per_10000",
        "percent": "percent",
        "m_dkk": "m_dkk",
        "months": "months",
        "cases": "cases",
    },
}
"""How the template writes the units."""

COLUMNS = {
    "figure": ("figure", "noegletal", "tal"),
    "value": ("value", "vaerdi"),
    "unit": ("unit", "enhed"),
    "year": ("year", "aar"),
    "note": ("note", "kilde", "source"),
}
"""What each column may be called; the first three must be there."""


PARTS_OF_A_WHOLE = ("mix_", "notifier_")
"""Figures whose names begin so are shares of the same whole."""

ROUNDING = 0.5
"""Per cent by which each of them may be rounded up."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it was given.

    Attributes
    ----------
    unit
        count, per_10000, percent, m_dkk, months or cases.
    place
        Where it came from: a line of a file, or a table of StatBank.
    """

    name: str
    value: float
    unit: str
    year: int | None
    place: str
    file: str | None = None
    line: int | None = None

    def wrong(self, key: str, **values: object) -> Problem:
        """Return the problem that says what is wrong with it, and where it was given."""
        return Problem(key, file=self.file, line=self.line, field=self.name, **values)


def figure_names() -> list[str]:
    """Return what figures may be called: the targets, and the number of children."""
    return [CHILDREN, *targets()]


def read_figures(path: str | Path) -> list[Figure]:
    """Read a table of own figures, CSV or Excel, and tell every mistake in it at once.

    Raises
    ------
    Problem
        The file cannot be used; `Problems` where single rows are wrong.
    """
    return figures_in(_sheet(Path(path)))


def _sheet(path: Path) -> Sheet:
    """Read CSV as it comes; a workbook by the strict reader of workbooks."""
    if path.suffix.lower() not in (".xlsx", ".xlsm", ".xls"):
        return read_csv(path)
    table = read_table(path)
    rows = tuple(Row(row.line, tuple(table.text(row, head) for head in table.heads)) for row in table.rows)
    return Sheet(path, table.heads, rows)


def figures_in(sheet: Sheet) -> list[Figure]:
    """Return the figures of a table."""
    refuse_personal(sheet)
    places = _columns(sheet)
    lang = _language(sheet)
    found: dict[str, Figure] = {}
    problems: list[Problem] = []
    for row in sheet.rows:
        cells = {name: row.cells[place] for name, place in places.items()}
        if not cells["value"]:
            continue  # a line of the template that was not filled in
        try:
            figure = _figure(cells, sheet.file, row.line, lang)
            if figure.name in found:
                raise Problem(
                    "figures.twice",
                    file=sheet.file,
                    line=row.line,
                    field=figure.name,
                    first=found[figure.name].line,
                )
            found[figure.name] = figure
        except Problem as problem:
            problems.append(problem)
            if len(problems) >= MOST_TOLD:
                break
    if problems:
        raise Problems(problems)
    if not found:
        raise Problem("figures.none", file=sheet.file, column=sheet.header[places["value"]])
    return list(found.values())


def _language(sheet: Sheet) -> str:
    """Return the language of the template a table was made from; Danish where it is unclear."""
    folded = {fold(name) for name in sheet.header}
    known = {lang: len(folded & set(map(fold, heads))) for lang, heads in HEADS.items()}
    return max(known, key=lambda lang: known[lang])


def _columns(sheet: Sheet) -> dict[str, int]:
    folded = [fold(name) for name in sheet.header]
    places = {}
    for at, (name, spellings) in enumerate(COLUMNS.items()):
        where = [place for place, told in enumerate(folded) if told in spellings]
        if where:
            places[name] = where[0]
        elif name in ("figure", "value", "unit"):
            wanted = HEADS[_language(sheet)][at]
            raise Problem("figures.column", file=sheet.file, line=1, wanted=wanted)
    return places


def _figure(cells: Mapping[str, str], file: Path, line: int, lang: str) -> Figure:
    told = cells["figure"]
    name = _by_label().get(fold(told), told)
    if name not in figure_names():
        near = nearest(told, [*figure_names(), *_by_label()])
        key, more = (
            ("figures.unknown_near", {"nearest": ", ".join(near)}) if near else ("figures.unknown", {})
        )
        raise Problem(key, file=file, line=line, given=told[:60], **more)
    value = number_in(cells["value"])
    if value is None or value < 0:
        key = "figures.not_a_number" if value is None else "figures.negative"
        raise Problem(key, file=file, line=line, field=name, given=cells["value"][:40])
    unit = UNITS.get(cells["unit"].lower().replace(".", "").strip(), "")
    if unit not in allowed_units(name):
        raise Problem(
            "figures.unit",
            file=file,
            line=line,
            field=name,
            given=cells["unit"][:40],
            known=", ".join(UNIT_WORDS[lang][unit] for unit in allowed_units(name)),
        )
    year = cells.get("year", "")
    if year and not re.fullmatch(r"(19|20)\d\d", year):
        raise Problem("figures.year", file=file, line=line, field=name, given=year[:40])
    return Figure(name, value, unit, int(year) if year else None, f"{file.name}:{line}", str(file), line)


@cache
def _by_label() -> dict[str, str]:
    labels = {fold(text): name for name, target in targets().items() for text in target.meaning.values()}
    return labels | {fold("Børn 0-17 år"): CHILDREN, fold("Children aged 0-17"): CHILDREN}


def allowed_units(name: str) -> tuple[str, ...]:
    """Return the units a figure can be given in, the usual one first."""
    if name == CHILDREN:
        return ("count",)
    unit = targets()[name].unit
    if unit.startswith("per 100 "):
        return ("percent",)
    if unit.startswith("%"):
        return ("percent", "count") if unit in SHARE_OF else ("percent",)
    if unit.startswith("m DKK"):
        return ("m_dkk", "per_10000")
    if unit == "months":
        return ("months",)
    return ("cases",) if name == "caseload" else ("count", "per_10000")


def children_in(figures: Iterable[Figure], otherwise: float) -> float:
    """Return the children aged 0-17 the figures state, or another number where they do not."""
    return next((figure.value for figure in figures if figure.name == CHILDREN), otherwise)


def in_model_units(figures: Iterable[Figure], children: float) -> dict[str, float]:
    """Return figures as the targets state them: per 10,000 children, per cent, in prices of the price year.

    Amounts are taken to be of the year they are given for; without a year, of the price year.

    Raises
    ------
    Problems
        A share is given as a count and what it is a share of is missing, a share or a mix that cannot be told
        apart is over 100 %, there are more of something than there are children, no caseworker has such a
        caseload, or prices of a year are not known.
    """
    given = {figure.name: figure for figure in figures}
    if CHILDREN in given:
        children = given[CHILDREN].value
    if children <= 0:
        raise given[CHILDREN].wrong("figures.not_a_number", given=given[CHILDREN].value)
    found: dict[str, float] = {}
    problems = []
    for name, figure in given.items():
        if name == CHILDREN:
            continue
        unit = targets()[name].unit
        value = figure.value
        if unit in SHARE_OF and figure.unit == "count":
            whole = given.get(SHARE_OF[unit])
            if whole is None or whole.value <= 0:
                problems.append(figure.wrong("figures.share_of", wanted=SHARE_OF[unit]))
                continue
            counted = whole.value if whole.unit == "count" else whole.value * children / PER
            value = 100.0 * value / counted
        elif figure.unit in ("count", "m_dkk"):
            value = value * PER / children
        if unit.startswith("m DKK"):
            factor = 1.0 if figure.year is None else factor_from(figure.year)
            if factor is None:
                problems.append(figure.wrong("figures.price_year", given=figure.year))
                continue
            value *= factor
        if figure.unit != "per_10000" and unit.startswith("%") and value > 100.0:
            problems.append(figure.wrong("figures.over", given=f"{value:.0f}"))
        if unit.startswith("per 10,000") and value > PER:
            problems.append(figure.wrong("figures.too_many", children=children))
        lever = levers().get(name)
        if lever is not None and not lever.low <= value <= lever.high:
            problems.append(
                figure.wrong("figures.not_practised", given=figure.value, low=lever.low, high=lever.high)
            )
        found[name] = value
    for prefix in PARTS_OF_A_WHOLE:
        parts = {name: value for name, value in found.items() if name.startswith(prefix)}
        if sum(parts.values()) > 100.0 + ROUNDING * len(parts):
            last = given[list(parts)[-1]]
            added = f"{sum(parts.values()):.0f}"
            problems.append(
                Problem("figures.over", file=last.file, line=last.line, field=", ".join(parts), given=added)
            )
    if problems:
        raise Problems(problems)
    return found


def municipal_aim(own: Mapping[str, float], children: float) -> Aim:
    """Return what a municipality's fit aims at.

    Own figures are held as closely as luck in so small a place allows, and no closer than the country's.
    Where there is none, the country's figure holds loosely: by its range over municipalities.
    """
    names, values, spreads = [], [], []
    for name, target in targets().items():
        if name in levers() or (not target.fitted and name not in own):
            continue
        names.append(name)
        if name in own:
            values.append(own[name])
            spreads.append(_own_spread(target, own, children))
        else:
            values.append(target.value)
            spreads.append(max((target.high - target.low) / RANGE_SPREADS, target.spread))
    return Aim(tuple(names), np.array(values), np.array(spreads))


def _own_spread(target: Target, own: Mapping[str, float], children: float) -> float:
    value = own[target.name]
    known = target.spread * (value / target.value if target.unit.startswith("per") else 1.0)
    whole = SHARE_OF.get(target.unit) or KEPT_OF.get(target.name)
    if whole:
        counted = own.get(whole, targets()[whole].value) * children / PER
        share = min(max(value, 1.0), 99.0)
        luck = (share * (100.0 - share) / max(counted, 1.0)) ** 0.5
    elif target.unit.startswith("per 10,000"):
        luck = (max(value, 1.0) * PER / children) ** 0.5
    elif target.unit == "months":  # stays spread about as much as they are long
        luck = (
            value
            / max(own.get("new_placements", targets()["new_placements"].value) * children / PER, 1.0) ** 0.5
        )
    else:
        luck = 0.0
    return float(max((known**2 + luck**2) ** 0.5, target.spread * 0.25))
