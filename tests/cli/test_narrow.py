"""On a terminal of 80 columns no word is broken: neither by a table, nor by a line that is too wide."""

import io

import pytest
from rich.console import Console

from trappen.scenarios.trust.verdicts import kept_verdicts
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
