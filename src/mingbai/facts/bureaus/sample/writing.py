"""Writes rows to files.

Always first a plain CSV a table, row by row, so that a county of any size needs little memory.
"""

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import IO, Any

import duckdb
import xlsxwriter

from mingbai.facts.bureaus.tables import TABLES, Table

MARK_HEADER, MARK = "备注", "虚构数据"

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


TYPES = {"date": "DATE", "money": "DECIMAL(12,2)", "number": "DECIMAL(12,4)", "year": "INTEGER"}
"""Types of the columns of a typed Parquet file, by kind."""


def to_parquet(source: Path, target: Path, kinds: Mapping[str, str] | None = None) -> None:
    """Every column as text, as bureaus send it, but those in `kinds` (header → kind) with the type of their kind.

    One thread, so that the row groups are always the same.
    """
    with source.open(encoding="utf-8-sig", newline="") as file:
        names = next(csv.reader(file))
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    select = ", ".join(
        f'CAST("{name}" AS {TYPES[kinds[name]]}) AS "{name}"' if kinds and name in kinds else f'"{name}"'
        for name in names
    )
    shape = "header = true, delim = ',', quote = '\"', escape = '\"', auto_detect = false"
    read = f"read_csv($source, {shape}, columns = {{{columns}}})"
    con = duckdb.connect(config={"threads": 1})
    con.execute(f"COPY (SELECT {select} FROM {read}) TO '{_quoted(target)}' (FORMAT parquet)", {"source": str(source)})
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


class Book:
    """A workbook as offices send it: merged title rows, real dates and numbers in most cells, a second sheet."""

    def __init__(
        self, titles: list[list[str]], header: list[str], kinds: Mapping[str, str], second_sheet: bool, rng: Random
    ) -> None:
        self.titles, self.header, self.kinds, self.second_sheet, self.rng = titles, header, kinds, second_sheet, rng

    def write(self, target: Path, rows: Iterable[Sequence[str]], numbers: Sequence[str]) -> None:
        """Write the rows; `numbers` names for each row the header of a cell that is forced to be a number."""
        book = xlsxwriter.Workbook(str(target), {"constant_memory": True, "strings_to_formulas": False})
        book.set_properties({"created": CREATED, "comments": MARK})
        day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
        sheet = book.add_worksheet("Sheet1")
        for at, title in enumerate(self.titles):
            if at == 0:
                sheet.merge_range(0, 0, 0, len(self.header) - 1, title[0], bold)
            else:
                sheet.write_row(at, 0, title)
        top = len(self.titles)
        sheet.write_row(top, 0, self.header, bold)
        for at, (row, number) in enumerate(zip(rows, numbers, strict=True), top + 1):
            for column, cell in enumerate(row):
                self._cell(sheet, at, column, cell, day, self.header[column] == number)
        if self.second_sheet:
            book.add_worksheet("填表说明").write_string(0, 0, "本表由各乡镇汇总上报，" + MARK)
        book.close()

    def _cell(self, sheet: Any, at: int, column: int, cell: str, day: Any, number: bool) -> None:
        kind = self.kinds.get(self.header[column], "")
        real = kind and self.rng.random() < 0.7
        if number or (real and kind in ("money", "number", "year") and _PLAIN.fullmatch(cell)):
            sheet.write_number(at, column, float(cell))
        elif real and kind == "date" and _DAY.fullmatch(cell):
            sheet.write_datetime(at, column, datetime.fromisoformat(cell), day)
        elif cell:
            sheet.write_string(at, column, cell)


# A number that a double holds to the cent, and a day that Excel's calendar knows.
_PLAIN = re.compile(r"-?\d{1,11}(\.\d{1,2})?")
_DAY = re.compile(r"(19[1-9]\d|20\d\d)-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])")


def to_json(target: Path, content: object) -> None:
    """The side file, UTF-8, one level of lines so that people can read and compare it."""
    target.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
