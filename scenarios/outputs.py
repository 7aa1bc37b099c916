"""What a comparison writes beside what the program itself reads back: report, workbook and tables."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from trappen.model.checking import Strict

TableName = Literal[
    "summary", "indicators", "harm", "accounts", "yearly", "structure", "losing", "losing_parameters",
    "equity", "prevention", "position", "evidence",
]  # fmt: skip
TABLES: tuple[TableName, ...] = get_args(TableName)


class Outputs(Strict):
    """What is written for people to read; the manifest and the tables a rerun is held against always are.

    Attributes
    ----------
    report
        The report as a page (HTML).
    workbook
        The same as a workbook (XLSX).
    csv
        The tables as text (CSV), beside the Parquet files.
    tables
        Which tables are written as text; all of them if left out.
    """

    report: bool = True
    workbook: bool = True
    csv: bool = True
    tables: Annotated[list[TableName], Field(min_length=1)] | None = None

    def as_text(self, table: str) -> bool:
        """Tell whether a table is written as text; what is told of each municipality always is."""
        return self.csv and (self.tables is None or table in self.tables or table not in TABLES)
