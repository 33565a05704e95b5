"""Writes rows to files: always first a plain CSV a table, row by row, so that a county of any size needs little memory."""

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import duckdb
import xlsxwriter

from mingbai.facts.bureaus.tables import TABLES, Table

MARK_HEADER, MARK = "备注", "虚构数据"
SIDE_FILE = "虚构数据.json"
FORMATS = ("csv", "xlsx", "parquet")
# A fixed creation time: the same arguments give the same bytes.
CREATED = datetime(2026, 1, 1)
MOST_FOR_XLSX = 100_000
"""Households: beyond this a table may not fit into the 1,048,576 rows of a sheet."""


class Writers:
    """One open CSV file a table; every row gets the mark that says it is invented."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts = dict.fromkeys((t.name for t in TABLES), 0)
        self._open: list[IO[str]] = []
        self._rows: dict[str, Any] = {}
        for table in TABLES:
            file = (folder / f"{table.file}.csv").open("w", encoding="utf-8-sig", newline="")
            self._open.append(file)
            self._rows[table.name] = csv.writer(file, lineterminator="\r\n")
            self._rows[table.name].writerow([*headers(table), MARK_HEADER])

    def add(self, table: str, rows: Sequence[list[str]]) -> None:
        """Append rows of one table, in the column order of tables.py."""
        self.counts[table] += len(rows)
        for row in rows:
            row.append(MARK)
        self._rows[table].writerows(rows)

    def close(self) -> None:
        for file in self._open:
            file.close()


def headers(table: Table) -> list[str]:
    """The Chinese headers of a table, without the mark."""
    return [c.header for c in table.columns]


def convert(folder: Path, file_format: str) -> None:
    """Turn every CSV of the folder into the wanted format."""
    if file_format == "csv":
        return
    for table in TABLES:
        source = folder / f"{table.file}.csv"
        if file_format == "parquet":
            to_parquet(source, source.with_suffix(".parquet"))
        else:
            with source.open(encoding="utf-8-sig", newline="") as file:
                to_xlsx(source.with_suffix(".xlsx"), csv.reader(file))
        source.unlink()


def to_parquet(source: Path, target: Path) -> None:
    """Every column as text, as bureaus send it; one thread, so that the row groups are always the same."""
    con = duckdb.connect(config={"threads": 1})
    read = "read_csv($source, all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', auto_detect = false"
    with source.open(encoding="utf-8-sig", newline="") as file:
        names = next(csv.reader(file))
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    con.execute(
        f"COPY (SELECT * FROM {read}, columns = {{{columns}}})) TO '{_quoted(target)}' (FORMAT parquet)",
        {"source": str(source)},
    )
    con.close()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def to_xlsx(target: Path, rows: Iterable[Sequence[Any]]) -> None:
    """One sheet of text cells."""
    book = xlsxwriter.Workbook(str(target), {"constant_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": CREATED, "comments": MARK})
    sheet = book.add_worksheet("Sheet1")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(at, column, cell)
    book.close()


def to_json(target: Path, content: object) -> None:
    """The side file, UTF-8, one level of lines so that people can read and compare it."""
    target.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
