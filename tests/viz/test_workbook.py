"""The workbook holds numbers as numbers and words as words, and nothing in it can calculate."""

import re

import pytest
from openpyxl import load_workbook

from trappen.scenarios.compare import compare_scenarios
from trappen.scenarios.scenario import scenario_from
from trappen.viz import captions, findings, wording
from trappen.viz.report.workbook import NAME_LENGTH, write_comparison_workbook, write_sheets

DANGEROUS = ["=1+1", "=HYPERLINK(0)", "+1", "-1", "@SUM(A1)", "\tx", "a\x00b"]


def test_texts_that_look_like_formulas_stay_texts(tmp_path):
    path = tmp_path / "book.xlsx"
    write_sheets(path, [("=cmd|'x'[1]", ["name", "value"], [[text, 1.5] for text in DANGEROUS])])
    for data_only in (False, True):
        sheet = load_workbook(path, data_only=data_only).worksheets[0]
        cells = [row[0] for row in sheet.iter_rows(min_row=2, max_col=1)]
        assert [cell.data_type for cell in cells] == ["s"] * len(DANGEROUS)
        assert [cell.value for cell in cells][:5] == DANGEROUS[:5]
        assert all(row[1].value == 1.5 and row[1].data_type == "n" for row in sheet.iter_rows(min_row=2))


def test_sheets_have_names_that_excel_takes_and_that_differ(tmp_path):
    path = tmp_path / "book.xlsx"
    long = "År for år: hvad kommunen betaler og hvem der vinder"
    write_sheets(path, [(long, ["a"], [[1]]), (long, ["a"], [[2]]), ("?*", ["a"], [[None]])])
    names = load_workbook(path).sheetnames
    assert len({name.lower() for name in names}) == 3
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


@pytest.fixture(scope="module")
def small_comparison():
    pair = [scenario_from(name, children=600, years=2, replicates=2) for name in ("status_quo", "omlaegning")]
    return compare_scenarios(*pair)


@pytest.mark.parametrize(
    ("lang", "policy", "sheet"),
    [("da", "Omlægning", "Regnskab"), ("en", "Reorientation", "Accounts")],
)
def test_a_comparison_s_workbook_is_all_in_the_reader_s_language(
    small_comparison, tmp_path, lang, policy, sheet
):
    """No id of the program stands in it, no name of a sheet is cut, policies are heads, numbers numbers."""
    path = tmp_path / "book.xlsx"
    write_comparison_workbook(small_comparison, path, lang)
    book = load_workbook(path)
    assert sheet in book.sheetnames
    titles = {wording.say(key, lang) for key in wording.texts() if key.startswith("sheet_name.")}
    assert set(book.sheetnames[1:]) <= titles | {wording.say("experiment.table.units", lang)}
    assert policy in [cell.value for cell in book.worksheets[1][1]]
    for one in book.worksheets[1:-1]:
        words = [cell for row in one.iter_rows(values_only=True) for cell in row if isinstance(cell, str)]
        assert [word for word in words if re.search(r"[a-z]_[a-z]", word)] == [], one.title
    values = [row[1] for row in book.worksheets[-1].iter_rows(min_row=2, values_only=True)]
    assert sum(isinstance(value, int | float) for value in values) > 200


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_first_sheet_says_what_was_asked_and_how_far_to_trust_it(tmp_path, lang):
    """It is the part that is passed on alone: what, how long, on how few runs, and the disputed choices."""
    pair = [scenario_from(name, children=500, years=1, replicates=2) for name in ("status_quo", "omlaegning")]
    comparison = compare_scenarios(*pair)
    path = tmp_path / "book.xlsx"
    write_comparison_workbook(comparison, path, lang)
    told = [row[0] for row in load_workbook(path).worksheets[0].iter_rows(values_only=True)]
    assert captions.title(comparison, lang) == told[0]
    assert captions.horizon_line(comparison.manifest, "terminal.horizon", lang) in told
    assert captions.few_line(comparison.manifest, lang) in told
    assert findings.structure_line(comparison, lang) in told


def test_numbers_are_shown_to_three_figures_and_kept_whole(tmp_path):
    path = tmp_path / "book.xlsx"
    values = [0.9228276446459684, 23.456789, 123.456, 98765.4321, 7]
    write_sheets(path, [("x", ["value"], [[value] for value in values])])
    cells = [row[0] for row in load_workbook(path).worksheets[0].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == values
    assert [cell.number_format for cell in cells] == ["0.000", "0.0", "0", "#,##0", "General"]


def test_names_of_sheets_fit():
    for key, entry in wording.texts().items():
        if key.startswith("sheet_name."):
            assert all(len(name) <= NAME_LENGTH for name in entry.values()), key
