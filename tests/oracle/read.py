"""Reading a county folder: files, headers, cells, rows that are out, equal rows."""

import csv
import io
import sys
import warnings
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet

from oracle.cells import CellError, Id, as_text, clean, clean_id, parse_cell, parse_id
from oracle.tables import EITHER, MUST_COME, SHAPES, Column, Shape

Row = dict[str, Any]
"""Typed cells by header, None where empty (an ID is never None); the row's number under "line"."""


class Refused(Exception):
    """The run stops; `args` are the reasons, all at once."""


@dataclass
class Counts:
    """Of one file: rows not wholly empty, out, equal to an earlier one, with an ID that is not valid, of nobody."""

    read: int = 0
    out: int = 0
    repeated: int = 0
    invalid_id: int = 0
    unmatched: int = 0


@dataclass
class Folder:
    """What came: usable rows by table, counts by table, and the places of bad cells as (file, line, column)."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    counts: dict[str, Counts] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    errors: set[tuple[str, int, str]] = field(default_factory=set)

    def out(self, table: str, row: Row, column: str) -> None:
        self.errors.add((self.files[table], row["line"], column))
        self.counts[table].out += 1


def read_folder(folder: Path, day: date) -> Folder:
    """Read every table of `folder` for screening on `day`. Raises Refused."""
    if not folder.is_dir():
        raise Refused(f"{folder} is not a folder")
    result, reasons = Folder(), []
    for shape in SHAPES.values():
        files = [f for f in sorted(folder.iterdir()) if f.stem == shape.name and f.suffix.lower() in _READERS]
        if len(files) > 1:
            reasons.append(f"{shape.name}: in two files")
        if not files and shape.name in MUST_COME:
            reasons.append(f"{shape.name}: missing")
        if len(files) == 1:
            result.files[shape.name] = files[0].name
            try:
                _read_table(files[0], shape, day, result)
            except Refused as refused:
                reasons += refused.args
    if reasons:
        raise Refused(*reasons)
    _settle_own(result)
    return result


def _settle_own(result: Folder) -> None:
    """Unique household and person numbers; members only of households that are there."""
    households: set[str] = set()
    kept = []
    for row in result.tables["户表"]:
        if row["户编号"] in households:
            result.out("户表", row, "户编号")
        else:
            households.add(row["户编号"])
            kept.append(row)
    result.tables["户表"] = kept
    persons: set[str] = set()
    kept = []
    for row in result.tables["成员表"]:
        if row["户编号"] not in households:
            result.out("成员表", row, "户编号")
        elif row["人编号"] in persons:
            result.out("成员表", row, "人编号")
        else:
            persons.add(row["人编号"])
            kept.append(row)
    result.tables["成员表"] = kept


def _read_table(file: Path, shape: Shape, day: date, result: Folder) -> None:
    rows = _READERS[file.suffix.lower()](file)
    top, places, extras = _find_header(rows, shape, file)
    spreadsheet = file.suffix.lower() == ".xlsx"
    counts = result.counts[shape.name] = Counts()
    kept: list[Row] = []
    seen: set[tuple[object, ...]] = set()
    for index, raw in enumerate(rows[top + 1 :], start=top + 2):
        if not any(clean(as_text(v)) for v in raw):
            continue
        counts.read += 1
        row, bad, fatal = _read_row(raw, shape, places, day, spreadsheet)
        result.errors |= {(file.name, index, column) for column in bad}
        if fatal:
            counts.out += 1
            continue
        if shape.bureau:
            rest = tuple(clean(as_text(raw[i])) if i < len(raw) else "" for i in extras)
            key = (*row.values(), *rest)
            if key in seen:
                counts.repeated += 1
                continue
            seen.add(key)
        row["line"] = index
        kept.append(row)
    result.tables[shape.name] = kept


def _find_header(rows: list[list[Any]], shape: Shape, file: Path) -> tuple[int, dict[str, int], list[int]]:
    """The header's row (at most five rows stand above it), where each known column is, and the other columns."""
    known = {c.header for c in shape.columns}
    needed = {c.header for c in shape.columns if c.must}
    either = EITHER.get(shape.name)
    for top, raw in enumerate(rows[:6]):
        header = [clean(as_text(v)) for v in raw]
        if needed <= set(header) and (not either or set(either) & set(header)):
            twice = {h for h in header if h in known and header.count(h) > 1}
            if twice:
                raise Refused(f"{file.name}: {'、'.join(sorted(twice))} stands twice")
            places = {h: i for i, h in enumerate(header) if h in known}
            return top, places, [i for i, h in enumerate(header) if h not in known]
    raise Refused(f"{file.name}: no header with {'、'.join(sorted(needed))}")


def _read_row(
    raw: list[Any], shape: Shape, places: dict[str, int], day: date, spreadsheet: bool
) -> tuple[Row, list[str], bool]:
    """The typed row, the columns of its bad cells, and whether one of them puts the row out."""
    row: Row = {}
    bad: list[str] = []
    fatal = False
    for column in shape.columns:
        place = places.get(column.header, len(raw))
        value = raw[place] if place < len(raw) else None
        try:
            row[column.header] = _read_cell(column, value, day, spreadsheet)
        except CellError:
            row[column.header] = None
            bad.append(column.header)
            fatal |= column.must and column.kind != "class"
    if shape.name in EITHER:
        first, second = EITHER[shape.name]
        if row[first] is None and not row[second].text:
            bad.append(first)
            fatal = True
    return row, bad, fatal


def _read_cell(column: Column, value: Any, day: date, spreadsheet: bool) -> Any:
    is_id = column.kind in ("id", "certificate")
    text = clean(as_text(value, id_of_a_spreadsheet=is_id and spreadsheet))
    if is_id:
        text = clean_id(text)
    if not text and column.must:
        raise CellError(text)
    if column.kind == "id":
        return parse_id(text, day) if text else Id("")
    return parse_cell(column.kind, text, day) if text else None


def _csv(file: Path) -> list[list[Any]]:
    csv.field_size_limit(sys.maxsize)
    data = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return [list(r) for r in csv.reader(io.StringIO(text, newline=""))]
        except csv.Error as error:
            raise Refused(f"{file.name}: {error}") from error
    raise Refused(f"{file.name}: neither UTF-8 nor GB18030")


def _xlsx(file: Path) -> list[list[Any]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl remarks on styles that do not matter here
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            rows = [list(r) for r in book.worksheets[0].iter_rows(values_only=True)]
            book.close()
    except Exception as error:  # whatever a broken archive raises, the file cannot be opened
        raise Refused(f"{file.name}: {error}") from error
    return rows


def _parquet(file: Path) -> list[list[Any]]:
    try:
        table = pyarrow.parquet.ParquetFile(file).read()
    except Exception as error:  # pyarrow raises several kinds for one broken file
        raise Refused(f"{file.name}: {error}") from error
    return [list(table.column_names), *map(list, zip(*(c.to_pylist() for c in table.columns), strict=True))]


_READERS = {".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet}
