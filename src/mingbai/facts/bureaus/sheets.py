"""Opening .xlsx and .xls: the first sheet, every cell as text, and IDs that were typed as numbers."""

import os
import re
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import fastexcel

from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus.raw import Note, Raw

_LARGEST = 4 << 30
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def load(con: duckdb.DuckDBPyConnection, name: str, path: Path) -> Raw:
    """The first sheet as table ``raw_NAME``. Refused: a password, a broken file, a bomb, no sheet."""
    _open_sesame(path)
    with _broken(path):
        book = fastexcel.read_excel(path)
        names = book.sheet_names
        sheet = book.load_sheet(0, header_row=None, skip_rows=0, dtypes="string") if names else None
    if sheet is None or not sheet.width:
        raise Refused(f"「{path.name}」的第一张工作表是空的，请把数据放在第一张工作表。")
    columns = ", ".join(f'"{c.name}" AS c{i}' for i, c in enumerate(sheet.available_columns()))
    con.execute(f"CREATE OR REPLACE TABLE raw_{name} AS SELECT {columns} FROM sheet")
    others = Note(
        f"只读了第一张工作表「{names[0]}」，另有：{'、'.join(names[1:])}。",
        f"Only the first sheet, {names[0]}, was read; there are also: {', '.join(names[1:])}.",
    )
    return Raw(name, sheet.width, [others] if len(names) > 1 else [])


def numbers_for_ids(con: duckdb.DuckDBPyConnection, path: Path, raw: str, ids: dict[str, int]) -> list[Note]:
    """A warning for each ID column (header → position) with cells that the spreadsheet holds as numbers.

    A number keeps at most 17 digits, so in an .xlsx such an ID ends in a zero. Where a cell that does stands
    among the shared texts it was typed as text; only for what is left the sheet is read once more.
    """
    # An .xls is small, and there the lost digits need not be zeros.
    looks = "[0-9]{16,22}" if path.suffix.lower() == ".xls" else "[0-9]{15,21}0"
    suspects: dict[str, list[tuple[int, str]]] = {}
    for header, position in ids.items():
        found = con.execute(
            f"SELECT line, c{position} FROM {raw} WHERE regexp_full_match(c{position}, '{looks}') ORDER BY line"
        ).fetchall()
        if found:
            suspects[header] = found
    typed = _shared_texts(path) if suspects else set()
    notes = []
    for header, found in suspects.items():
        if all(text in typed for _, text in found):
            continue
        numbers = _numbers(con, path, ids[header])
        lines = [line for line, _ in found if line in numbers]
        if lines:
            some = "、".join(map(str, lines[:5])) + ("等" if len(lines) > 5 else "")
            some_en = ", ".join(map(str, lines[:5])) + (" …" if len(lines) > 5 else "")
            notes.append(
                Note(
                    f"「{header}」有 {len(lines)} 格是按数字存的证件号码（第 {some} 行），末几位已丢失，"
                    "请把该列设为文本后重新录入。",
                    f"{header} holds {len(lines)} IDs as numbers (row {some_en}): their last digits are lost. "
                    "Make the column text and type them again.",
                )
            )
    return notes


def _shared_texts(path: Path) -> set[str]:
    """Of the texts that the cells of an .xlsx share: those that read like a number of 16 digits or more."""
    if not zipfile.is_zipfile(path):
        return set()
    with zipfile.ZipFile(path) as book:
        if "xl/sharedStrings.xml" not in book.namelist():
            return set()
        found = re.findall(rb">'?([0-9]{15,21}0)<", book.read("xl/sharedStrings.xml"))
    return {text.decode() for text in found}


def _numbers(con: duckdb.DuckDBPyConnection, path: Path, position: int) -> set[int]:
    """The rows in which a column holds a number: asked for a yes or no, only a number other than 0 gives one."""
    sheet = fastexcel.read_excel(path).load_sheet(
        0, header_row=None, skip_rows=0, use_columns=[position], dtypes={position: "boolean"}
    )
    con.register("sheet", sheet)
    numbers = con.execute("SELECT number FROM sheet AS s(number)").fetchall()
    con.unregister("sheet")
    return {line for line, (number,) in enumerate(numbers, start=1) if number}


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
        if not isinstance(error, fastexcel.FastExcelError) and type(error).__name__ != "PanicException":
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
        except zipfile.BadZipFile:
            raise Refused(f"「{path.name}」打不开：文件不完整，可能传输时中断，请重新导出。") from None
        if size > _LARGEST:
            raise Refused(f"「{path.name}」展开后有 {size >> 30} GB，太大了，请拆分或改用 .csv、.parquet。")
