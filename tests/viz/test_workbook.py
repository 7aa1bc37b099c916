"""The workbook holds numbers as numbers and words as words, and nothing in it can calculate."""

from openpyxl import load_workbook

from trappen.viz.report.workbook import write_sheets

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
