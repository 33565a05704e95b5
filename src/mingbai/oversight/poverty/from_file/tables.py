"""A statistician's file, CSV, Parquet or Excel: the names of its columns, and the columns that are wanted."""

import csv
import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet

from mingbai.oversight.poverty.from_file.faults import Faults, Said, lines

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_DELIMITERS = ",\t;"
_HEADER_LINE = 1
_EXACT = 2.0**53
"""Up to here a float64 tells every whole number from the next."""


@dataclass(frozen=True)
class Table:
    """An opened file. names: its header, in order. read: the columns of these positions, all of one length.

    Row 0 stands on line `first_line` as a spreadsheet counts. Text of a CSV comes as text.
    """

    names: tuple[str, ...]
    read: Callable[[Sequence[int]], list[pa.ChunkedArray]]
    first_line: int = 2
    notes: list[Said] = field(default_factory=list)


def opened(path: Path) -> Table:
    """Opens a file by its suffix. Faults: it is not there, cannot be read, has a password, or no header."""
    readers = {".csv": _csv, ".txt": _csv, ".tsv": _csv, ".parquet": _parquet, ".xlsx": _excel, ".xls": _excel}
    reader = readers.get(path.suffix.lower())
    if not path.exists():
        raise Faults(Said(f"没有找到文件「{path}」，请核对路径。", f"There is no file {path}: check the path."))
    if path.is_dir() or reader is None:
        raise Faults(
            Said(
                f"「{path.name}」不是 CSV、Parquet 或 Excel（.xlsx）文件，请另存为其中一种。",
                f"{path.name} is not a CSV, Parquet or Excel (.xlsx) file: save it as one of these.",
            )
        )
    try:
        found = reader(path)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Faults(Said(f"「{path.name}」打不开：{why}。", f"{path.name} cannot be opened: {why}.")) from None
    if not any(found.names):
        raise Faults(Said(f"「{path.name}」是空的，没有表头。", f"{path.name} is empty: it has no header."))
    return found


def _broken(path: Path) -> Faults:
    return Faults(
        Said(
            f"「{path.name}」打不开：文件不完整，或不是后缀所说的格式，请重新导出。",
            f"{path.name} cannot be read: it is damaged, or not what its suffix says. Export it again.",
        )
    )


# --- CSV --------------------------------------------------------------------------------------------------------------


def _csv(path: Path) -> Table:
    content = path.read_bytes()
    encoding = _encoding(path, content)
    start = content[: 1 << 16].decode(encoding, errors="ignore").removeprefix("\ufeff")
    if "\n" not in start:
        start = content.decode(encoding).removeprefix("\ufeff")
    first = start.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    header = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
    try:
        names = tuple(name.strip() for name in next(header, []))
    except csv.Error:
        raise _broken(path) from None
    skip = header.line_num

    def read(wanted: Sequence[int]) -> list[pa.ChunkedArray]:
        return _cells(path, content, encoding, delimiter, skip, len(names), wanted)

    return Table(names, read, skip + 1)


def _encoding(path: Path, content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with one, or GB18030 (so GBK too)."""
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
            return encoding
        except UnicodeDecodeError:
            continue
    raise Faults(
        Said(
            f"「{path.name}」既不是 UTF-8 也不是 GB18030 编码，请另存为“CSV UTF-8（逗号分隔）”。",
            f"{path.name} is neither UTF-8 nor GB18030: save it as CSV UTF-8.",
        )
    )


def _cells(
    path: Path, content: bytes, encoding: str, delimiter: str, skip: int, width: int, wanted: Sequence[int]
) -> list[pa.ChunkedArray]:
    """The wanted columns as text. Faults: lines with more or fewer cells than the header, or an open quote."""
    text = {f"c{at}": pa.string() for at in wanted}
    irregular: list[int] = []

    def seen(row: Any) -> str:
        irregular.append(row.number)
        return "skip"

    def attempt(threads: bool, handler: Callable[[Any], str] | None) -> pa.Table:
        return arrow_csv.read_csv(
            pa.BufferReader(content),
            arrow_csv.ReadOptions(
                use_threads=threads, encoding=encoding, skip_rows=skip, column_names=[f"c{at}" for at in range(width)],
                block_size=1 << 23,
            ),
            arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=handler),
            arrow_csv.ConvertOptions(include_columns=list(text), column_types=text, strings_can_be_null=False),
        )  # fmt: skip

    try:
        try:
            table = attempt(True, None)
        except pa.ArrowInvalid as error:
            if "Empty CSV file" in str(error):
                return [pa.chunked_array([], pa.string()) for _ in wanted]
            # Once more on one thread, which can number the lines.
            attempt(False, seen)
            raise
    except pa.ArrowInvalid:
        if irregular:
            where = lines(irregular)
            raise Faults(
                Said(
                    f"「{path.name}」{where.zh}的格数与表头的 {width} 列不同，请改正（格里有逗号的要加引号）。",
                    f"{path.name}: {where.en} do not have the {width} cells of the header: "
                    "mend them (a cell with a comma needs quotes).",
                )
            ) from None
        raise _broken(path) from None
    return [table.column(name) for name in text]


# --- Parquet ----------------------------------------------------------------------------------------------------------


def _parquet(path: Path) -> Table:
    try:
        names = tuple(parquet.read_schema(path).names)
    except (pa.ArrowException, OSError):
        raise _broken(path) from None

    def read(wanted: Sequence[int]) -> list[pa.ChunkedArray]:
        table = parquet.read_table(path, columns=[names[at] for at in wanted])
        return [_as_text(table.column(names[at])) for at in wanted]

    return Table(names, read)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Old writers leave text without saying that it is text."""
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        with suppress(pa.ArrowInvalid):
            return column.cast(pa.string())
    return column


# --- Excel ------------------------------------------------------------------------------------------------------------


def _excel(path: Path) -> Table:
    with path.open("rb") as file:
        if path.suffix.lower() == ".xlsx" and file.read(8) == _OLE:
            raise Faults(
                Said(
                    f"「{path.name}」加了密码（或其实是旧的 .xls），打不开。请用 Excel 打开，另存为不带密码的 .xlsx。",
                    f"{path.name} has a password (or is an old .xls): save it from Excel as .xlsx without a password.",
                )
            )
    try:
        book = fastexcel.read_excel(path)
        head = book.load_sheet(0, header_row=None, skip_rows=0, n_rows=_HEADER_LINE, dtypes="string").to_arrow()
    except (fastexcel.FastExcelError, BadZipFile, ValueError, RuntimeError):
        raise _broken(path) from None
    cells = [column.to_pylist() for column in head.columns]
    names = tuple(str(cell[0]).strip() if cell and cell[0] is not None else "" for cell in cells)

    def read(wanted: Sequence[int]) -> list[pa.ChunkedArray]:
        # What a column holds is judged by all rows: a text below a thousand numbers would otherwise be an empty cell.
        sheet = book.load_sheet(
            0, header_row=None, skip_rows=_HEADER_LINE, use_columns=sorted(set(wanted)), schema_sample_rows=None
        )
        batch = sheet.to_arrow()
        at = {position: batch.column(place) for place, position in enumerate(sorted(set(wanted)))}
        return [_whole_numbers(pa.chunked_array([at[position]])) for position in wanted]

    notes = []
    if others := book.sheet_names[1:]:
        notes = [
            Said(
                f"只读了第一张工作表「{book.sheet_names[0]}」，另有：{'、'.join(others)}。",
                f"Only the first sheet, {book.sheet_names[0]}, was read; there are also: {', '.join(others)}.",
            )
        ]
    return Table(names, read, _HEADER_LINE + 1, notes)


def _whole_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Excel knows no whole numbers: a column of floats that are all whole, as integers. Dates lose their midnight."""
    if pa.types.is_floating(column.type):
        whole = pc.and_(pc.equal(column, pc.trunc(column)), pc.less_equal(pc.abs(column), _EXACT))
        return column.cast(pa.int64(), safe=False) if pc.all(whole).as_py() else column
    if pa.types.is_timestamp(column.type):
        days = column.cast(pa.date32(), safe=False)
        if days.cast(column.type).equals(column):
            return days
    return column
