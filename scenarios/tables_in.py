"""Tables of a municipality's own figures, from CSV or Excel, are read strictly or refused with a sentence.

A table is whatever a spreadsheet holds: a line of heads and lines of cells. Danish and English ways of
writing numbers, and the encodings in which spreadsheets are saved, are told apart once for the whole
file. What could do harm or mean two things is refused: formulas, macros, links, archives that swell when
opened, numbers that may be thousands or decimals, and what looks like a person's number (CPR).
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from trappen.agents.problem import Problem, Problems
from trappen.model.strict_yaml import read_bytes

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL = 2_000
MAX_UNPACKED = 60_000_000
"""A real workbook of 20,000 rows unpacks to some tens of megabytes; a bomb of 300 kB unpacks to 300."""
MAX_RATIO = 200
MAX_MEMBERS = 500
DIGITS_OF_CPR = 10

Cell = str | float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its number in the file, counted from 1, and its cells by head."""

    line: int
    cells: dict[str, Cell]


@dataclass(frozen=True)
class Table:
    """A table with its heads, its rows, and how its numbers are written.

    Attributes
    ----------
    decimal
        The decimal sign of the file's texts: `,` in a Danish file; a workbook's numbers need none.
    """

    file: Path
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    decimal: str

    def need(self, *heads: str) -> None:
        """Say which columns lack.

        Raises
        ------
        Problem
            If a column is not there.
        """
        for head in heads:
            if head not in self.heads:
                raise Problem("table.no_column", file=self.file, line=1, field=head, heads=_few(self.heads))

    def text(self, row: Row, head: str) -> str:
        """Return a cell as text; nothing is the empty text, and 5.0 of a workbook is 5."""
        cell = row.cells.get(head)
        if cell is None:
            return ""
        return f"{cell:.12g}" if isinstance(cell, float) else cell

    def number(self, row: Row, head: str) -> float | None:
        """Return a cell as a number, None where it is empty.

        Raises
        ------
        Problem
            If it is no number.
        """
        cell = row.cells.get(head)
        if cell is None or isinstance(cell, float):
            return cell
        found = number_of(cell, self.decimal)
        if found is None:
            raise Problem("table.not_a_number", file=self.file, line=row.line, field=head, given=_short(cell))
        return found


def read_table(path: str | Path) -> Table:
    """Read a CSV file or the first sheet of an Excel workbook, which it is is read from its bytes.

    Raises
    ------
    Problem
        If it cannot be used; `Problems` where single cells are wrong.
    """
    file = Path(path)
    if file.is_dir():
        raise Problem("sheet.folder", file=file)
    raw = read_bytes(file, limit=MAX_BYTES)
    if raw[:4] == b"PK\x03\x04":
        return _whole(file, list(_sheet(file, raw)), ".")
    if raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Problem("table.old_excel", file=file)
    if b"\0" in raw and raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Problem("table.not_a_table", file=file)
    text = _decoded(raw)
    separator = _separator(text)
    lines = list(_csv(file, text, separator))
    return _whole(file, lines, _decimal(file, lines, separator))


def number_of(text: str, decimal: str) -> float | None:
    """Return the number a text writes, thousands separated or not, or None where it writes none."""
    bare = text.strip().replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", " ")
    thousands = "." if decimal == "," else ","
    whole = rf"(?:\d{{1,3}}(?:[{thousands} ]\d{{3}})+|\d+)"
    if not re.fullmatch(rf"[+-]?(?:{whole}(?:[{decimal}]\d*)?|[{decimal}]\d+)(?:[eE][+-]?\d{{1,2}})?", bare):
        return None
    return float(bare.replace(thousands, "").replace(" ", "").replace(decimal, "."))


def _decoded(raw: bytes) -> str:
    """Return the text of bytes: UTF-8 with or without a mark, UTF-16 with one, else Windows' own."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _separator(text: str) -> str:
    """Return what parts the cells: the sign that stands oftenest in the first line, Danish before English."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max((";", "\t", ","), key=lambda sign: first.count(sign))


def _csv(file: Path, text: str, separator: str) -> Iterator[tuple[int, list[Cell]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [_kept(cell) for cell in cells]
            if reader.line_num > MAX_ROWS:
                raise Problem("table.too_long", file=file, limit=str(MAX_ROWS))
    except csv.Error:
        raise Problem("table.broken", file=file, line=reader.line_num) from None


def _kept(cell: str) -> Cell:
    """Return a cell without the sign with which spreadsheets are kept from calculating a text."""
    bare = cell.strip()
    if len(bare) > 1 and bare[0] == "'" and bare[1] in "=+-@":
        bare = bare[1:]
    return bare or None


def _decimal(file: Path, lines: list[tuple[int, list[Cell]]], separator: str) -> str:
    """Return the file's decimal sign, or say that it uses two.

    A comma or a point is certain where it cannot part thousands: `12,5`, `0.25`, `1.234,50`. A file in
    which nothing is certain follows its separator: a semicolon is Danish, and so is its comma.
    """
    seen: dict[str, tuple[int, str]] = {}
    for line, cells in lines[1:]:
        for cell in cells:
            if isinstance(cell, str) and (sign := _certain(cell)):
                seen.setdefault(sign, (line, cell))
    if len(seen) == 2:
        (first, a), (second, b) = sorted(seen.values())
        raise Problem("table.two_decimals", file=file, line=second, given=_short(b), first=first, other=a)
    if seen:
        return next(iter(seen))
    return "." if separator == "," else ","


def _certain(cell: str) -> str:
    bare = cell.strip().lstrip("+-\N{MINUS SIGN}")
    if not re.fullmatch(r"[\d.,]*\d[\d.,]*", bare):
        return ""
    if "," in bare and "." in bare:
        return "," if bare.rfind(",") > bare.rfind(".") else "."
    for sign in ",.":
        if bare.count(sign) == 1:
            whole, _, part = bare.partition(sign)
            if len(part) != 3 or len(whole) > 3 or whole.startswith("0"):
                return sign
    return ""


def _sheet(file: Path, raw: bytes) -> Iterator[tuple[int, list[Cell]]]:
    _check_archive(file, raw)
    import defusedxml
    from openpyxl import DEFUSEDXML, load_workbook

    if not DEFUSEDXML:  # the workbook's XML would be read by a parser that expands what it is told to
        raise RuntimeError(f"openpyxl does not use defusedxml {defusedxml.__version__}")
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # a sheet's own word for its size may be a million empty rows
        for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), 1):
            if number > MAX_ROWS:
                raise Problem("table.too_long", file=file, limit=str(MAX_ROWS))
            yield number, [_value(file, number, cell) for cell in cells]
    except Problem:
        raise
    except Exception:
        raise Problem("table.broken_workbook", file=file) from None


def _check_archive(file: Path, raw: bytes) -> None:
    """Refuse a workbook that swells, runs or calls out, before anything in it is unpacked."""
    try:
        members = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise Problem("table.broken_workbook", file=file) from None
    names = [member.filename for member in members]
    if any("vbaproject" in name.lower() for name in names):
        raise Problem("table.macros", file=file)
    if any("externallinks/" in name.lower() for name in names):
        raise Problem("table.links", file=file)
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked / packed > MAX_RATIO:
        raise Problem("table.swells", file=file, limit=str(MAX_UNPACKED // 1_000_000))
    if "xl/workbook.xml" not in names:
        raise Problem("table.not_a_workbook", file=file)


def _value(file: Path, line: int, cell: Any) -> Cell:
    value = cell.value
    if cell.data_type == "f":
        raise Problem("table.formula", file=file, line=line, field=cell.coordinate)
    if cell.data_type == "e":
        raise Problem("table.error_cell", file=file, line=line, field=cell.coordinate, given=str(value))
    if value is None or isinstance(value, bool):
        return None if value is None else str(int(value))
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return _kept(str(value))


def _whole(file: Path, lines: list[tuple[int, list[Cell]]], decimal: str) -> Table:
    """Return the table, or say what is wrong with it."""
    filled = [(line, cells) for line, cells in lines if any(cell is not None for cell in cells)]
    if len(filled) < 2:
        raise Problem("table.empty", file=file)
    head_line, first = filled[0]
    while first and first[-1] is None:
        first = first[:-1]
    heads = [str(cell or "").strip() for cell in first]
    if len(heads) > MAX_COLUMNS:
        raise Problem("table.too_wide", file=file, limit=str(MAX_COLUMNS))
    for at, head in enumerate(heads):
        if not head:
            raise Problem("table.no_head", file=file, line=head_line, column=str(at + 1))
        if head in heads[:at]:
            raise Problem("table.same_head", file=file, line=head_line, field=_short(head))
    found: list[Problem] = []
    rows = []
    for line, cells in filled[1:]:
        if any(cell is not None for cell in cells[len(heads) :]):
            found.append(Problem("table.too_many_cells", file=file, line=line, count=str(len(heads))))
        padded = [*cells, *[None] * (len(heads) - len(cells))]
        rows.append(Row(line, dict(zip(heads, padded, strict=False))))
        found += _cell_problems(file, line, rows[-1].cells)
    found += _persons(file, heads, rows)
    if found:
        raise Problems(found[:20]) if len(found) > 1 else found[0]
    return Table(file, tuple(heads), tuple(rows), decimal)


def _cell_problems(file: Path, line: int, cells: dict[str, Cell]) -> Iterator[Problem]:
    for head, cell in cells.items():
        if isinstance(cell, str):
            if len(cell) > MAX_CELL:
                yield Problem(
                    "table.long_cell", file=file, line=line, field=_short(head), limit=str(MAX_CELL)
                )
            elif cell[0] in "=@" or (cell[0] in "+-" and re.match(r"[+-]\s*[A-Za-z(@=]", cell)):
                yield Problem("table.formula", file=file, line=line, field=_short(head))


def _persons(file: Path, heads: list[str], rows: list[Row]) -> Iterator[Problem]:
    """Find what looks like a person's number: no figure about a single person belongs here."""
    for head in heads:
        if re.search(r"\bcpr\b|personnummer", head, re.IGNORECASE):
            yield Problem("table.person", file=file, line=1, field=_short(head))
            continue
        bare = 0
        for row in rows:
            cell = row.cells.get(head)
            text = f"{cell:.0f}".zfill(DIGITS_OF_CPR) if _may_be_digits(cell) else str(cell or "")
            marked = re.search(r"(?<!\d)(\d{6})-(\d{4})(?!\d)", text)
            digits = marked or re.fullmatch(r"(\d{6})(\d{4})", text)
            if digits and _is_date(digits.group(1)):
                bare += 1
                if marked or bare > 1:  # one sum of ten digits may be a sum; two in a column are persons
                    yield Problem("table.person", file=file, line=row.line, field=_short(head))
                    break


def _may_be_digits(cell: Cell) -> bool:
    return (
        isinstance(cell, float)
        and cell.is_integer()
        and 10 ** (DIGITS_OF_CPR - 2) <= cell < 10**DIGITS_OF_CPR
    )


def _is_date(six: str) -> bool:
    return 1 <= int(six[:2]) <= 31 and 1 <= int(six[2:4]) <= 12


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "..."


def _few(heads: tuple[str, ...]) -> str:
    return ", ".join(_short(head) for head in heads[:12])
