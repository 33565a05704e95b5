"""Finding and opening the files of a county folder: whatever their format, one raw relation each.

A raw relation has ``line`` (as a spreadsheet counts) and ``c0 … cN``, text as it stands in the file.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus import sheets, texts
from mingbai.facts.bureaus.cells import BLANKS, quoted
from mingbai.facts.bureaus.tables import BY_FILE, SUFFIXES, TABLES, Table

HEADER_WITHIN = 6
"""A header may stand in one of the first six rows: up to five (a title, a unit) are skipped."""


@dataclass
class Source:
    """One opened file: where its raw relation is, and which of its columns is which."""

    table: Table
    path: Path
    raw: str
    """SQL that can stand after FROM."""
    width: int
    columns: dict[str, int] = field(default_factory=dict)
    """English column name → position; a column that did not come is missing here."""
    first_line: int = 2
    """The line of the first row below the header."""
    notes: list[str] = field(default_factory=list)
    overfull: tuple[int, ...] = ()
    """Lines with filled cells beyond the last header: nobody can say which cell is which."""


def find(folder: Path) -> tuple[dict[str, Path], list[str]]:
    """The files of the tables in a folder, and notes on those that are none.

    Refused, with all reasons: the folder does not exist, a table that must come did not, one table in two files.
    """
    if not folder.is_dir():
        raise Refused(f"没有找到文件夹「{folder}」，请核对路径。")
    found: dict[str, list[Path]] = {}
    notes = []
    for path in sorted(folder.iterdir()):
        table = BY_FILE.get(path.stem.strip())
        if table and path.suffix.lower() in SUFFIXES:
            found.setdefault(table.name, []).append(path)
        elif not path.name.startswith("."):
            notes.append(f"「{path.name}」不是约定的表名或格式，没有读取。")
    reasons = [
        f"「{BY_FILE[paths[0].stem.strip()].file}」有 {len(paths)} 个文件（{'、'.join(p.name for p in paths)}），请只留一个。"
        for paths in found.values()
        if len(paths) > 1
    ]
    reasons += [
        f"文件夹「{folder}」里缺少「{t.file}」，请放入 {t.file}.csv、.xlsx、.xls 或 .parquet。"
        for t in TABLES
        if t.must_come and t.name not in found
    ]
    if reasons:
        raise Refused(*reasons)
    return {name: paths[0] for name, paths in found.items()}, notes


def open_file(con: duckdb.DuckDBPyConnection, table: Table, path: Path, scratch: Path) -> Source:
    """Opens one file. Refused when it cannot be opened or has no usable header, with every reason found."""
    try:
        match path.suffix.lower():
            case ".parquet":
                return _parquet(con, table, path)
            case ".csv":
                text = texts.inspect(path, scratch)
                raw = texts.load(con, table.name, text, scratch)
                head = texts.head(text.path, HEADER_WITHIN)
            case _:
                raw = sheets.load(con, table.name, path)
                head = raw.head(con, HEADER_WITHIN)
    except OSError as error:
        raise Refused(f"「{path.name}」打不开：{error.strerror or error}。请检查文件后再试。") from None
    source = _with_header(table, path, raw.relation, raw.width, head)
    source.notes += raw.notes
    source.overfull = tuple(line for line in raw.overfull if line >= source.first_line)
    if path.suffix.lower() == ".xlsx":
        source.notes += sheets.numbers_for_ids(con, path, source.raw, _id_positions(source))
    return source


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _id_positions(source: Source) -> dict[str, int]:
    return {c.header: source.columns[c.name] for c in source.table.columns if c.is_id and c.name in source.columns}


def _parquet(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> Source:
    file = quoted(str(path).replace("[", "[[]").replace("*", "[*]").replace("?", "[?]"))
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({file})").fetchall()
        names = [row[0] for row in described]
        # The reader renames a column that comes twice; the file's own schema tells what it was called.
        schema = con.execute(f"SELECT name, num_children FROM parquet_schema({file})").fetchall()
        own = [name for name, children in schema[1:] if not children]
    except duckdb.Error:
        raise Refused(f"「{path.name}」打不开：不是完整的 Parquet 文件，可能传输时中断，请重新导出。") from None
    columns = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}"::VARCHAR AS c{i}' for i, name in enumerate(names))
    raw = f"(SELECT file_row_number + 2 AS line, {columns} FROM read_parquet({file}, file_row_number = true))"
    source = _with_header(table, path, raw, len(names), [own if len(own) == len(names) else names])
    source.notes += [
        f"「{header}」在文件里是浮点数，证件号码的末几位已丢失，请按文本重新导出。"
        for header, position in _id_positions(source).items()
        if described[position][1] in ("DOUBLE", "FLOAT")
    ]
    return source


def _with_header(table: Table, path: Path, raw: str, width: int, head: Iterable[list[str]]) -> Source:
    known = {c.header: c.name for c in table.columns}
    for number, cells in enumerate(head, start=1):
        names = ["".join(ch for ch in cell or "" if ch not in BLANKS).removeprefix("'") for cell in cells]
        if len({n for n in names if n in known}) < 2:
            continue
        reasons = [
            f"「{path.name}」的列「{name}」出现了 {names.count(name)} 次，请只留一列。"
            for name in dict.fromkeys(names)
            if name in known and names.count(name) > 1
        ]
        reasons += [
            f"「{path.name}」缺少必有的列「{c.header}」，请补上这一列。"
            for c in table.columns
            if c.required and c.header not in names
        ]
        if reasons:
            raise Refused(*reasons)
        notes = [f"表头在第 {number} 行，上面 {number - 1} 行已跳过。"] if number > 1 else []
        positions = {known[n]: i for i, n in enumerate(names) if n in known}
        return Source(table, path, raw, width, positions, number + 1, notes)
    raise Refused(
        f"「{path.name}」前 {HEADER_WITHIN} 行里没有找到表头，请把列名（{'、'.join(c.header for c in table.columns[:4])}等）放在第一行。"
    )
