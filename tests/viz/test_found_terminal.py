"""An experiment's tables on terminals of any width: a figure is never broken."""

import io

import pytest
from rich.console import Console

from trappen.viz.terminal.found_terminal import _fits, print_listed

HEADS = ["On the frontier", *(f"Lever {n}, difference from today" for n in range(14))]
CELLS = [["yes", f"+1.4{n}", *["0.80"] * 12, f"-12,34{n}"] for n in range(3)]


@pytest.mark.parametrize(("lang", "shared"), [("da", "Ens i alle"), ("en", "The same in all")])
def test_a_table_too_wide_is_listed_with_every_figure_whole_and_what_is_shared_once(lang, shared):
    assert not _fits(HEADS, CELLS, 80)
    out = io.StringIO()
    print_listed(HEADS, CELLS, lang, Console(file=out, width=80, color_system=None))
    told = out.getvalue()
    assert told.count(shared) == 1
    assert told.count("0.80") == 12
    for row in CELLS:
        assert told.count(row[1]) == told.count(row[-1]) == 1
    assert max(map(len, told.splitlines())) <= 80


def test_a_narrow_table_stays_a_table():
    assert _fits(["Lever", "Share", "90% interval"], [["Cases per caseworker", "12", "-1 to 4"]], 60)
