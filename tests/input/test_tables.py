"""A table of own figures is read as it was meant, or refused with a sentence that names the place."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from trappen.agents.problem import Problem
from trappen.scenarios.tables_in import number_of, read_table


def written(tmp_path, content, name="own.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def workbook(tmp_path, rows, name="own.xlsx"):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    path = tmp_path / name
    book.save(path)
    return path


DANISH = "navn;værdi\r\nprice_foster;512.000,50\r\nprice_kin;180000\r\nrefund_low_share;0,25\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_danish_file_reads_the_same_in_every_encoding(tmp_path, encoding):
    table = read_table(written(tmp_path, DANISH, encoding=encoding))
    assert table.heads == ("navn", "værdi")
    assert [table.number(row, "værdi") for row in table.rows] == [512000.5, 180000.0, 0.25]
    assert [row.line for row in table.rows] == [2, 3, 4]


def test_an_english_file_and_a_workbook_say_the_same(tmp_path):
    english = read_table(written(tmp_path, 'name,value\nprice_foster,"512,000.50"\nprice_kin,180000\n'))
    book = read_table(
        workbook(tmp_path, [["name", "value"], ["price_foster", 512000.5], ["price_kin", 180000]])
    )
    for table in (english, book):
        assert [(table.text(row, "name"), table.number(row, "value")) for row in table.rows] == [
            ("price_foster", 512000.5),
            ("price_kin", 180000.0),
        ]


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1.234,5", ",", 1234.5),
        ("1.234", ",", 1234.0),
        ("1.234", ".", 1.234),
        ("1 234 567", ",", 1234567.0),
        ("\N{MINUS SIGN}5,3", ",", -5.3),
        ("1.23.4", ",", None),
        ("12,34,5", ".", None),
        ("nan", ".", None),
        ("1e5", ".", 1e5),
        ("0x10", ".", None),
        ("", ",", None),
    ],
)
def test_numbers(text, decimal, number):
    assert number_of(text, decimal) == number


def bomb(tmp_path):
    """An archive of some hundred kB that unpacks to 120 MB."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 120_000_000)
    return written(tmp_path, made.getvalue(), "bomb.xlsx")


def with_member(tmp_path, member):
    path = workbook(tmp_path, [["a"], [1]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(member, b"x")
    return path


def entity(tmp_path):
    """A workbook whose XML declares an entity that grows."""
    made = io.BytesIO()
    plain = workbook(tmp_path, [["a"], ["b"]], "plain.xlsx")
    grows = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            if member == "xl/worksheets/sheet1.xml":
                content = grows + content.replace(b"<v>0</v>", b"<v>&b;</v>")
            new.writestr(member, content)
    return written(tmp_path, made.getvalue(), "entity.xlsx")


REFUSED = {
    "formula_sheet": (lambda p: workbook(p, [["a"], ["=1+1"]]), "table.formula"),
    "formula_text": (lambda p: written(p, "a;b\n=1+1;2\n"), "table.formula"),
    "formula_plus": (lambda p: written(p, "a;b\n+SUM(A1);2\n"), "table.formula"),
    "bomb": (bomb, "table.swells"),
    "macros": (lambda p: with_member(p, "xl/vbaProject.bin"), "table.macros"),
    "links": (lambda p: with_member(p, "xl/externalLinks/externalLink1.xml"), "table.links"),
    "entity": (entity, "table.broken_workbook"),
    "other_archive": (lambda p: with_zip(p), "table.not_a_workbook"),
    "torn": (lambda p: written(p, b"PK\x03\x04" + b"\1" * 60, "a.xlsx"), "table.broken_workbook"),
    "old": (
        lambda p: written(p, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 9, "a.xls"),
        "table.old_excel",
    ),
    "binary": (lambda p: written(p, b"\x89PNG\0\0\0"), "table.not_a_table"),
    "empty": (lambda p: written(p, "a;b\n"), "table.empty"),
    "same": (lambda p: written(p, "a;a\n1;2\n"), "table.same_head"),
    "no_head": (lambda p: written(p, "a;;b\n1;2;3\n"), "table.no_head"),
    "wide": (lambda p: written(p, "a;b\n1;2;3\n"), "table.too_many_cells"),
    "quote": (lambda p: written(p, 'a;b\n"1;2\n'), "table.broken"),
    "two": (lambda p: written(p, "a;b\n1,5;2\n2.5;3\n"), "table.two_decimals"),
    "cpr": (lambda p: written(p, "navn;nr\nBo;010203-1234\n"), "table.person"),
    "cpr_bare": (lambda p: written(p, "navn;nr\nBo;0102031234\nIb;2403851234\n"), "table.person"),
    "cpr_head": (lambda p: written(p, "CPR;nr\n1;2\n"), "table.person"),
    "cpr_numbers": (lambda p: workbook(p, [["nr"], [102031234], [2403851234]]), "table.person"),
}


def with_zip(tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("letter.txt", "hello")
    return written(tmp_path, made.getvalue(), "letter.xlsx")


@pytest.mark.parametrize("case", REFUSED)
def test_what_could_harm_or_mean_two_things_is_refused(tmp_path, case):
    make, key = REFUSED[case]
    with pytest.raises(Problem) as caught:
        read_table(make(tmp_path))
    assert caught.value.key == key
    assert caught.value.file


def test_a_cell_that_is_no_number_is_named_with_its_line(tmp_path):
    table = read_table(written(tmp_path, "navn;værdi\na;1\nb;to\n"))
    with pytest.raises(Problem) as caught:
        table.number(table.rows[1], "værdi")
    assert (caught.value.key, caught.value.line, caught.value.field) == ("table.not_a_number", 3, "værdi")
    with pytest.raises(Problem) as caught:
        table.need("pris")
    assert caught.value.key == "table.no_column"
