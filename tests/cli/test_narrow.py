"""On a terminal of 80 columns no word is broken: neither by a table, nor by a line that is too wide."""

import io
from itertools import product
from typing import ClassVar

import pandas as pd
import pytest
from rich.console import Console

from trappen.scenarios.trust.verdicts import kept_verdicts
from trappen.viz.terminal.national import print_by_municipality
from trappen.viz.terminal.stock_of_month import print_stock
from trappen.viz.terminal.validation_view import print_findings

COMMANDS = (
    ("catalogue",),
    ("catalogue", "--search", "care"),
    ("municipalities",),
    ("indicators",),
    ("prices",),
    ("evidence", "trust"),
    ("evidence", "--identified"),
    ("show", "omlaegning"),
    ("diff", "status_quo", "omlaegning"),
    ("child", "--municipality", "Samsø", "--years", "6"),
)


def words(text):
    return set(text.split())


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_word_is_broken(trappen, command, lang):
    narrow, wide = (trappen(["--lang", lang, *command], lang, columns=columns) for columns in (80, 400))
    assert narrow.code == wide.code == 0
    assert [line for line in narrow.out.splitlines() if len(line) > 80] == []
    assert words(narrow.out) - words(wide.out) == set()


@pytest.mark.parametrize("lang", ["da", "en"])
def test_verdicts_break_no_word(lang):
    found, _ = kept_verdicts()
    told = []
    for width in (80, 400):
        out = Console(width=width, highlight=False, file=io.StringIO())
        print_findings(found, lang, console=out)
        told.append(out.file.getvalue())
    assert words(told[0]) - words(told[1]) == set()


@pytest.mark.parametrize("lang", ["da", "en"])
def test_what_is_left_out_is_named_where_two_are(trappen, lang):
    for command in ("diff", "results", "figures"):
        said = trappen(["--lang", lang, command], lang)
        assert said.code == 2
        assert "--help" in said.err
        assert "Traceback" not in said.err


class Country:
    """What a comparison of the whole country has for a terminal."""

    names = ("status_quo", "omlaegning")
    manifest: ClassVar = {"scenarios": {"a": {}, "b": {}}}

    def by_municipality(self):
        rows = [("net_cost_per_year", 123.4), ("placed_on_a_day", -12.3)]
        told = [
            {"row": row, "code": k, "municipality": "Lyngby-Taarbæk", "children": 99_999, "difference": x * k}
            for k in range(-6, 7)
            for row, x in rows
        ]
        return pd.DataFrame(told)


class Month:
    """What the stock of a month has for a terminal."""

    names = ("familiens_fremtid_furesoe", "opsporingsmodellen")
    year, month = 2027, 3

    def _rows(self, **columns):
        figures = {
            "a": 123_456.0,
            "b": 123_457.0,
            "difference": -12_345.6,
            "low": -23_456.0,
            "high": 34_567.0,
        }
        return pd.DataFrame(
            [dict(zip(columns, key, strict=True)) | figures for key in product(*columns.values())]
        )

    def triangle(self):
        return self._rows(set=("primary", "secondary", "tertiary", "unseen"))

    def matrix(self):
        positions = ("not_exposed", "potentially_exposed", "exposed")
        return self._rows(position=positions, wellbeing=("thriving", "not_thriving"))


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(("show", "what"), [(print_by_municipality, Country()), (print_stock, Month())])
def test_the_country_and_the_stock_of_a_month_break_no_word(show, what, lang):
    told = []
    for width in (80, 400):
        out = Console(width=width, highlight=False, file=io.StringIO())
        show(what, lang, console=out)
        told.append(out.file.getvalue())
    assert max(map(len, told[0].splitlines())) <= 80
    assert words(told[0]) - words(told[1]) == set()
