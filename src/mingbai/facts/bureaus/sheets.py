"""Opening .xlsx and .xls: the first sheet, every cell as text, and IDs that were typed as numbers."""

import os
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import fastexcel

from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus.raw import WIDEST, Note, Raw

_LARGEST = 4 << 30
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_LONG_NUMBER = re.compile(rb"v>([0-9]{16,22}(\.0*)?|[0-9.]+[eE]\+?(1[5-9]|2[0-2]))</")
# What reading an archive raises when it is damaged: a feature or a password it does not have, a name that is no text.
_BROKEN = (fastexcel.FastExcelError, zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, EOFError)


def load(con: duckdb.DuckDBPyConnection, name: str, path: Path) -> Raw:
    """The first sheet as table ``raw_NAME``. Refused: a password, a broken file, a bomb, no sheet."""
    _open_sesame(path)
    with _broken(path):
        book = fastexcel.read_excel(path)
        names = book.sheet_names
        sheet = book.load_sheet(0, header_row=None, skip_rows=0, dtypes="string") if names else None
        if sheet is not None and sheet.width > WIDEST:
            near = list(range(WIDEST))
            sheet = book.load_sheet(0, header_row=None, skip_rows=0, dtypes="string", use_columns=near)
    if sheet is None or not sheet.width:
        raise Refused(f"「{path.name}」的第一张工作表是空的，请把数据放在第一张工作表。")
    width = min(sheet.width, WIDEST)
    columns = ", ".join(f"c{i}" for i in range(width))
    con.register("sheet", sheet)
    con.execute(f"CREATE OR REPLACE TABLE raw_{name} AS SELECT * FROM sheet AS s({columns})")
    con.unregister("sheet")
    others = Note(
        f"只读了第一张工作表「{names[0]}」，另有：{'、'.join(names[1:])}。",
        f"Only the first sheet, {names[0]}, was read; there are also: {', '.join(names[1:])}.",
    )
    return Raw(name, width, [others] if len(names) > 1 else [])


def long_texts(path: Path) -> frozenset[str]:
    """The shared texts of an .xlsx that are 16 to 22 digits long: what stands there was typed as text."""
    try:
        with zipfile.ZipFile(path) as book:
            texts = book.getinfo("xl/sharedStrings.xml")
            # All at once: one text at a time would cost more than the search. A bomb is not for here.
            digits = re.findall(rb">'?([0-9]{16,22})<", book.read(texts)) if texts.file_size < _LARGEST >> 2 else []
    except (KeyError, *_BROKEN):
        # Without shared texts, or no workbook: `load` says so.
        return frozenset()
    return frozenset(b" ".join(digits).decode().split())


def numbers_for_ids(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, ids: dict[str, int], typed: frozenset[str]
) -> list[Note]:
    """A warning for each ID column (header → position) of ``raw_NAME`` with cells that hold a number.

    `typed` is what `long_texts` found. A spreadsheet knows 15 digits of a number; such a cell becomes these and
    zeros, as it reads there.
    """
    notes = []
    for header, position in ids.items():
        suspects = _suspects(con, name, position)
        if not suspects or not _may_be_numbers(path, {text for _, text in suspects} - typed):
            continue
        numbers = _numbers(con, path, position)
        lines = [line for line, _ in suspects if line in numbers]
        if lines:
            _as_it_reads(con, name, position, lines)
            notes.append(_warning(header, lines))
    return notes


def _suspects(con: duckdb.DuckDBPyConnection, name: str, position: int) -> list[tuple[int, str]]:
    """Lines and texts that could be numbers: more than 15 digits, and a binary fraction holds them exactly.

    That is so of every number, and of one in many of the IDs that were typed as text.
    """
    cell = f"c{position}"
    return con.execute(
        f"SELECT rowid + 1, {cell} FROM raw_{name} WHERE regexp_full_match({cell}, '[0-9]{{16,22}}') "
        f"AND TRY_CAST({cell} AS DOUBLE)::HUGEINT = TRY_CAST({cell} AS HUGEINT) ORDER BY rowid"
    ).fetchall()


def _may_be_numbers(path: Path, suspects: set[str]) -> bool:
    """A cheap look into an .xlsx before it is read again: whether any suspect may be a number. (An .xls is small.)"""
    if path.suffix.lower() == ".xls":
        return True
    with _broken(path), zipfile.ZipFile(path) as book:
        return bool(suspects) and any(
            _LONG_NUMBER.search(part)
            for name in book.namelist()
            if name.startswith("xl/worksheets/")
            for part in _parts(book, name)
        )


def _parts(book: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A member in parts that overlap by more than a cell's number is long."""
    with book.open(name) as member:
        tail = b""
        while part := member.read(1 << 20):
            yield tail + part
            tail = part[-64:]


def _numbers(con: duckdb.DuckDBPyConnection, path: Path, position: int) -> set[int]:
    """The rows in which a column holds a number: asked for a yes or no, only a number other than 0 gives one."""
    with _broken(path):
        sheet = fastexcel.read_excel(path).load_sheet(
            0, header_row=None, skip_rows=0, use_columns=[position], dtypes={position: "boolean"}
        )
    con.register("sheet", sheet)
    numbers = con.execute("SELECT number FROM sheet AS s(number)").fetchall()
    con.unregister("sheet")
    return {line for line, (number,) in enumerate(numbers, start=1) if number}


def _as_it_reads(con: duckdb.DuckDBPyConnection, name: str, position: int, lines: list[int]) -> None:
    lost = f"('1' || repeat('0', length(c{position}) - 15))::HUGEINT"
    con.execute(
        f"UPDATE raw_{name} SET c{position} = ((c{position}::HUGEINT + {lost} // 2) // {lost} * {lost})::VARCHAR "
        "WHERE rowid + 1 IN (SELECT unnest($lines))",
        {"lines": lines},
    )


def _warning(header: str, lines: list[int]) -> Note:
    some, more = lines[:5], len(lines) > 5
    return Note(
        f"「{header}」有 {len(lines)} 格是按数字存的证件号码（第 {'、'.join(map(str, some))} 行{'等' if more else ''}），"
        "末几位已丢失，请把该列设为文本后重新录入。",
        f"{header} holds {len(lines)} IDs as numbers (row {', '.join(map(str, some))}{' …' if more else ''}): "
        "their last digits are lost. Make the column text and type them again.",
    )


@contextmanager
def _broken(path: Path) -> Iterator[None]:
    """Refuses what the reader cannot read. It is Rust, and panics over some broken files, loudly, on standard error."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    except BaseException as error:
        # A panic comes as an exception of its own that is no Exception and has no public name.
        if not isinstance(error, _BROKEN) and type(error).__name__ != "PanicException":
            raise
        raise Refused(
            f"「{path.name}」打不开：文件损坏、加了密码，或不是真正的 Excel 文件。请用 Excel 打开，另存为不带密码的 .xlsx。"
        ) from None
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _open_sesame(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(8)
    if path.suffix.lower() == ".xlsx" and start == _OLE:
        raise Refused(
            f"「{path.name}」加了密码（或其实是旧的 .xls），打不开。请用 Excel 打开，另存为不带密码的 .xlsx。"
        )
    if start[:2] == b"PK":
        try:
            with zipfile.ZipFile(path) as book:
                size = sum(item.file_size for item in book.infolist())
        except _BROKEN:
            raise Refused(f"「{path.name}」打不开：文件不完整，可能传输时中断，请重新导出。") from None
        if size > _LARGEST:
            raise Refused(f"「{path.name}」展开后有 {size >> 30} GB，太大了，请拆分或改用 .csv、.parquet。")
