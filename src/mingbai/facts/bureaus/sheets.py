"""Opening .xlsx and .xls: the first sheet, every cell as text, and IDs that were typed as numbers."""

import re
import zipfile
from pathlib import Path

import duckdb
import fastexcel

from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus.raw import Raw

_LARGEST = 4 << 30
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def load(con: duckdb.DuckDBPyConnection, name: str, path: Path) -> Raw:
    """The first sheet as table ``raw_NAME``. Refused: a password, a broken file, a bomb, no sheet."""
    _open_sesame(path)
    try:
        book = fastexcel.read_excel(path)
        names = book.sheet_names
        sheet = book.load_sheet(0, header_row=None, skip_rows=0, dtypes="string") if names else None
    except fastexcel.FastExcelError:
        raise Refused(
            f"「{path.name}」打不开：文件损坏、加了密码，或不是真正的 Excel 文件。请用 Excel 打开，另存为不带密码的 .xlsx。"
        ) from None
    if sheet is None or not sheet.width:
        raise Refused(f"「{path.name}」的第一张工作表是空的，请把数据放在第一张工作表。")
    columns = ", ".join(f'"{c.name}" AS c{i}' for i, c in enumerate(sheet.available_columns()))
    con.execute(f"CREATE OR REPLACE TABLE raw_{name} AS SELECT {columns} FROM sheet")
    notes = [f"只读了第一张工作表「{names[0]}」，另有：{'、'.join(names[1:])}。"] if len(names) > 1 else []
    return Raw(name, sheet.width, notes)


def numbers_for_ids(con: duckdb.DuckDBPyConnection, path: Path, raw: str, ids: dict[str, int]) -> list[str]:
    """A warning for each ID column with cells that the spreadsheet holds as numbers.

    A number keeps about 16 digits, so such an ID ends in a zero. Where a cell that does stands among the
    shared texts it was typed as text; only for what is left the sheet's own XML is searched.
    """
    suspects: dict[str, list[tuple[int, str]]] = {}
    for header, position in ids.items():
        found = con.execute(
            f"SELECT line, c{position} FROM {raw} WHERE regexp_full_match(c{position}, '[0-9]{{15,21}}0') ORDER BY line"
        ).fetchall()
        if found:
            suspects[header] = found
    if not suspects:
        return []
    with zipfile.ZipFile(path) as book:
        texts = b""
        if "xl/sharedStrings.xml" in book.namelist():
            texts = book.read("xl/sharedStrings.xml")
        typed = {match.decode() for match in re.findall(rb">'?([0-9]{15,21}0)<", texts)}
        left = {h: [line for line, text in found if text not in typed] for h, found in suspects.items()}
        if not any(left.values()):
            return []
        numeric = _numeric_cells(book)
    return [
        f"「{header}」有 {len(lines)} 格是按数字存的证件号码（第 {'、'.join(map(str, lines[:5]))} 行"
        f"{'等' if len(lines) > 5 else ''}），末几位已丢失，请把该列设为文本后重新录入。"
        for header, suspected in left.items()
        if (lines := [line for line in suspected if line in numeric])
    ]


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


def _numeric_cells(book: zipfile.ZipFile) -> set[int]:
    """The rows of the first sheet in which some cell holds a number of 16 or more digits."""
    sheets = sorted(n for n in book.namelist() if re.fullmatch(r"xl/worksheets/sheet\d*\.xml", n))
    if not sheets:
        return set()
    body = book.read("xl/worksheets/sheet1.xml" if "xl/worksheets/sheet1.xml" in sheets else sheets[0])
    cells = re.finditer(rb'<c r="[A-Z]+([0-9]+)"([^>]*)><v>([0-9.]{16,}|[0-9.]+[eE]\+?1[5-9])</v>', body)
    return {int(cell.group(1)) for cell in cells if b"t=" not in cell.group(2) or b't="n"' in cell.group(2)}
