"""Results as an Excel workbook: numbers are numbers, words are words, and nothing in it can calculate."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trappen.model.evidence import register
from trappen.viz import captions, findings, found_tables, found_words, wording
from trappen.viz.report.evidence_section import register_heads, register_rows
from trappen.viz.wording import say

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet

FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
NAME_LENGTH = 31
WIDEST = 60

Sheet = tuple[str, Sequence[str], Sequence[Sequence[Any]]]
"""Title, heads and rows."""


def write_found_workbook(found: Any, path: Path, lang: str) -> None:
    """Write an experiment's result: the answer on the first sheet, a table on each of the others."""
    first = [[text] for text in (found_words.title(found, lang), *found_words.answer(found, lang))]
    first += [[found_words.frame_line(found, lang)], [say("finding.caution", lang)]]
    tables = {name: frame for name, frame in found.tables.items() if len(frame)}
    sheets: list[Sheet] = [(say("report.summary", lang), [], [*first, *_listed(tables, lang)])]
    sheets += [_sheet(name, frame, found.facts, lang) for name, frame in tables.items()]
    write_sheets(path, sheets)


def write_comparison_workbook(comparison: Any, path: Path, lang: str) -> None:
    """Write a comparison: the answer on the first sheet, a table on each of the others."""
    manifest = comparison.manifest
    told = [
        captions.title(comparison, lang),
        captions.horizon_line(manifest, "terminal.horizon", lang),
        captions.few_line(manifest, lang),
        captions.own_prices_line(manifest, lang),
        *findings.headline(comparison, lang),
        findings.break_even_line(comparison, lang),
        findings.structure_line(comparison, lang),
    ]
    first: list[list[Any]] = [[text] for text in told if text]
    seen = say(f"perspective.{captions.perspective(comparison.manifest)}", lang)
    first.append([f"{say('report.frame_perspective', lang)}: {seen}"])
    first.append([say("finding.caution", lang)])
    names = ("summary", "indicators", "harm", "accounts", "yearly", "structure", "losing")
    tables = {name: getattr(comparison, name)() for name in names}
    tables["structure"] = _choices_in_words(tables["structure"], lang)
    budget = getattr(comparison, "budget", None)
    if budget is not None:
        tables |= budget().tables | {"equity": comparison.equity()}
    tables = {name: frame for name, frame in tables.items() if len(frame)}
    facts = {column: captions.policy_head(comparison, which, lang) for which, column in enumerate("ab")}
    sheets: list[Sheet] = [(say("report.summary", lang), [], [*first, *_listed(tables, lang)])]
    sheets += [_sheet(name, frame, facts, lang) for name, frame in tables.items()]
    sheets.append((say("sheet_name.register", lang), register_heads(lang), _register(lang)))
    write_sheets(path, sheets)


def _choices_in_words(frame: "pd.DataFrame", lang: str) -> "pd.DataFrame":
    """Return the structural choices each in one column, in words."""
    if not len(frame):
        return frame
    words = [findings.choice_name(row, lang) for row in findings.records(frame)]
    kept = frame.drop(columns=["switch", "choice", "is_default"])
    kept.insert(0, "choice", words)
    return kept


def _listed(names: Iterable[str], lang: str) -> list[list[str]]:
    """Return what each sheet holds, with the units that the name of a sheet has no room for."""
    return [[f"{_title(name, lang)}: {found_words.table_title(name, lang)}"] for name in names]


def _title(name: str, lang: str) -> str:
    return wording.say_or(f"sheet_name.{name}", lang, found_words.table_title(name, lang))


def _sheet(name: str, frame: Any, facts: Mapping[str, Any], lang: str) -> Sheet:
    columns = [str(column) for column in frame.columns]
    rows = [[_raw(record[column], column, lang) for column in columns] for record in frame.to_dict("records")]
    return _title(name, lang), [found_tables.head_of(column, facts, lang) for column in columns], rows


def _register(lang: str) -> list[list[Any]]:
    """Return the register's rows with a value that is a number as one."""
    values = (entry.value for entry in register().values())
    rows = zip(register_rows(lang), values, strict=True)
    return [[row[0], value if found_words.is_number(value) else row[1], *row[2:]] for row, value in rows]


def _raw(value: Any, column: str, lang: str) -> Any:
    """Return a number as it is, and anything else in words."""
    if hasattr(value, "item"):
        value = value.item()
    if found_words.is_number(value):
        return value if value == value else None
    return None if value is None else found_words.cell(value, column, lang)


def write_sheets(path: Path, sheets: Iterable[Sheet]) -> None:
    """Write sheets with a title, heads and rows; every text is forced to be a text."""
    from openpyxl import Workbook

    book = Workbook()
    del book[book.sheetnames[0]]
    used: set[str] = set()
    for title, heads, rows in sheets:
        sheet = book.create_sheet(_name(title, used))
        at = 1
        if heads:
            _put(sheet, at, heads, bold=True)
            sheet.freeze_panes = "B2"
            at = 2
        for number, row in enumerate(rows, at):
            _put(sheet, number, row)
        _fit(sheet, wrap=not heads)
    book.save(path)


def _put(sheet: "Worksheet", number: int, row: Sequence[Any], *, bold: bool = False) -> None:
    from openpyxl.styles import Alignment, Font

    for column, value in enumerate(row, 1):
        cell = sheet.cell(number, column)
        if value is None:
            continue
        cell.value = value if found_words.is_number(value) else FORBIDDEN.sub("", str(value))
        if not found_words.is_number(value):
            cell.data_type = "s"  # or a text that begins with = would be a formula
        elif isinstance(value, float):
            cell.number_format = number_format(value)
        if bold:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="bottom")


def number_format(value: float) -> str:
    """Return how a number is shown: three figures or whole thousands; the cell keeps all of it."""
    size = abs(value)
    if size >= 1000.0:
        return "#,##0"
    if size >= 100.0 or value == 0.0:
        return "0"
    return "0.0" if size >= 10.0 else "0.00" if size >= 1.0 else "0.000"


def _length(value: object) -> int:
    """Return about how many characters a cell shows."""
    return len(f"{value:,.3g}") if isinstance(value, float) else len(str(value))


def _fit(sheet: "Worksheet", *, wrap: bool) -> None:
    """Make columns as wide as what stands in them; a sheet of sentences is one wide column that wraps."""
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    for at, column in enumerate(sheet.iter_cols(), 1):
        longest = max((_length(cell.value) for cell in column if cell.value is not None), default=0)
        sheet.column_dimensions[get_column_letter(at)].width = (
            100 if wrap else min(WIDEST, max(10, 0.6 * longest + 4))
        )
        if wrap:
            for cell in column:
                cell.alignment = Alignment(wrap_text=True, vertical="top")


def _name(title: str, used: set[str]) -> str:
    """Return a sheet's name: no sign Excel forbids, not too long, not there yet."""
    bare = re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:NAME_LENGTH].strip() or "1"
    name, number = bare, 2
    while name.lower() in used:
        name = f"{bare[: NAME_LENGTH - 3]} {number}"
        number += 1
    used.add(name.lower())
    return name
