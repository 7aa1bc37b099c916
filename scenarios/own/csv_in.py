"""CSV files as offices write them: semicolons or commas, UTF-8 or Windows, Danish or English numbers."""

import csv
import math
import re
from dataclasses import dataclass
from pathlib import Path

from trappen.agents.problem import Problem

MAX_BYTES = 50_000_000
MAX_COLUMNS = 200
CPR = re.compile(r"(?<!\d)\d{6}[- ]?\d{4}(?!\d)")
"""Ten digits in the form of a Danish personal number."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row and the line it stands on, counted from 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table read from a file.

    Attributes
    ----------
    header
        The names of the columns, as they stand; empty if the file has none.
    """

    file: Path
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_text(file: Path, limit: int = MAX_BYTES) -> str:
    """Return a file's text, be it UTF-8 with or without a mark, UTF-16 or Windows-1252.

    Raises
    ------
    Problem
        The file is not there, too large, or no text.
    """
    try:
        if file.is_dir():
            raise Problem("sheet.folder", file=file)
        if not file.exists():
            raise Problem("file.missing", file=file)
        if file.stat().st_size > limit:
            raise Problem("file.too_large", file=file, limit=str(limit // 1000))
        raw = file.read_bytes()
    except (OSError, ValueError):
        raise Problem("file.unreadable", file=file) from None
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if wide else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise Problem("sheet.not_text", file=file)


def read_csv(path: str | Path) -> Sheet:
    """Read a table with a header; blank lines and lines that begin with # are left out.

    Raises
    ------
    Problem
        The file cannot be read, has no header, or a row has other columns than the header.
    """
    file = Path(path)
    text = read_text(file)
    lines = text.splitlines(keepends=True)
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if not first:
        raise Problem("sheet.empty", file=file)
    separator = max(";\t,", key=first.count)
    rows: list[Row] = []
    reader = csv.reader(lines, delimiter=separator)
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
                continue
            rows.append(Row(line, tuple(cell.strip() for cell in cells)))
    except csv.Error:
        raise Problem("sheet.broken", file=file, line=before + 1) from None
    header = rows[0]
    if len(header.cells) > MAX_COLUMNS:
        raise Problem(
            "sheet.columns", file=file, line=header.line, count=len(header.cells), wanted=MAX_COLUMNS
        )
    for row in rows:
        if len(row.cells) != len(header.cells):
            raise Problem(
                "sheet.columns", file=file, line=row.line, count=len(row.cells), wanted=len(header.cells)
            )
    return Sheet(file, header.cells, tuple(rows[1:]))


_DANISH = re.compile(r"[-+]?\d{1,3}(\.\d{3})+(,\d+)?|[-+]?\d+,\d+")
_ENGLISH = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")


def number_in(text: str) -> float | None:
    """Read a number in Danish or English form; None where it is none or could be two.

    `1.234` is refused: a thousand and more to one reader, one and a bit to another.
    """
    told = text.strip().replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace("\N{MINUS SIGN}", "-")
    if len(told) > 40:
        return None
    if _PLAIN.fullmatch(told) and not re.fullmatch(r"[-+]?[1-9]\d{0,2}\.\d{3}", told):
        value = float(told)
    elif re.fullmatch(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", told):
        return None
    elif _DANISH.fullmatch(told):
        value = float(told.replace(".", "").replace(",", "."))
    elif _ENGLISH.fullmatch(told):
        value = float(told.replace(",", ""))
    else:
        return None
    return value if math.isfinite(value) else None


def refuse_personal(sheet: Sheet) -> None:
    """Refuse a table with personal numbers in it.

    Raises
    ------
    Problem
        A column is called as they are, or a cell looks like one; the cell itself is not repeated.
    """
    for name in sheet.header:
        if re.search(r"(?i)\b(cpr|personnummer|personnr)", name) or CPR.search(name):
            raise Problem("sheet.personal_column", file=sheet.file, field=CPR.sub("...", name)[:40])
    for row in sheet.rows:
        for name, cell in zip(sheet.header, row.cells, strict=True):
            if CPR.search(cell):
                raise Problem("sheet.personal", file=sheet.file, line=row.line, field=name[:40])
