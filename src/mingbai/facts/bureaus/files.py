"""Finding and opening the files of a county folder: whatever their format, one raw relation each.

A raw relation has ``line`` (as a spreadsheet counts) and ``c0 … cN``, text as it stands in the file.
"""

import hashlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus import sheets, texts
from mingbai.facts.bureaus.cells import BLANKS
from mingbai.facts.bureaus.raw import WIDEST, Note, literal
from mingbai.facts.bureaus.tables import BY_FILE, SUFFIXES, TABLES, Table

_FLOATS = ("DOUBLE", "FLOAT")
HEADER_WITHIN = 6
"""A header may stand in one of the first six rows: up to five (a title, a unit) are skipped."""
INVENTED = "虚构数据.json"
"""The side file of an invented county: what is made from a folder with it says so."""
OWN_STANDARDS = "standards.yaml"
"""The county's own policy numbers, where they lie in its folder."""
# No tables, and no surprise: ours, and what a screening into the same folder wrote.
_SILENT = (INVENTED, OWN_STANDARDS, "clues.csv", "线索清单.xlsx", "accounts.csv", "errors.csv", "run.json")


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
    notes: list[Note] = field(default_factory=list)
    overfull: tuple[int, ...] = ()
    """Lines with filled cells beyond the last header: nobody can say which cell is which."""


def find(folder: Path) -> tuple[dict[str, Path], list[Note], list[str]]:
    """The files of the tables in a folder, notes on those that are none, and reasons to stop.

    A reason: a table that must come did not, one table in two files. Refused: the folder does not exist.
    """
    if not folder.is_dir():
        raise Refused(f"没有找到文件夹「{folder}」，请核对路径。")
    found: dict[str, list[Path]] = {}
    notes = []
    for path in sorted(folder.iterdir()):
        table = BY_FILE.get(path.stem.strip())
        if table and path.suffix.lower() in SUFFIXES:
            found.setdefault(table.name, []).append(path)
        elif path.name not in _SILENT and not path.name.startswith("."):
            notes.append(
                Note(
                    f"「{path.name}」不是约定的表名或格式，没有读取。",
                    f"{path.name} is not a table of the contract: not read.",
                )
            )
    reasons = [
        f"「{BY_FILE[paths[0].stem.strip()].file}」有 {len(paths)} 个文件（{'、'.join(p.name for p in paths)}），请只留一个。"
        for paths in found.values()
        if len(paths) > 1
    ]
    reasons += [
        f"文件夹「{folder}」里缺少「{t.file}」，请放入 {t.file}.csv、.xlsx、.xls 或 .parquet。"
        + "".join(f"「{p.name}」的格式读不了，请另存。" for p in sorted(folder.glob(f"{t.file}.*")))
        for t in TABLES
        if t.must_come and t.name not in found
    ]
    return {name: paths[0] for name, paths in found.items()}, notes, reasons


def open_file(con: duckdb.DuckDBPyConnection, table: Table, path: Path, scratch: Path) -> Source:
    """Opens one file. Refused when it cannot be opened or has no usable header, with every reason found."""
    try:
        match path.suffix.lower():
            case ".parquet":
                return _parquet(con, table, path)
            case ".csv":
                text = texts.inspect(path, scratch)
                head = texts.head(text, HEADER_WITHIN)
                width = min(len(head[_header_at(table, path, head)]), WIDEST)
                raw = texts.load(con, table.name, text, width, scratch)
            case _:
                # The reader leaves a core free, and the texts of a workbook are a file of their own.
                with ThreadPoolExecutor(1) as beside:
                    typed = beside.submit(sheets.long_texts, path)
                    raw = sheets.load(con, table.name, path)
                head = raw.head(con, HEADER_WITHIN)
    except IsADirectoryError:
        raise Refused(f"「{path.name}」是一个文件夹，不是文件，请移走或改名。") from None
    except OSError as error:
        raise Refused(f"「{path.name}」打不开：{error.strerror or error}。请检查文件后再试。") from None
    try:
        source = _with_header(table, path, raw.relation, raw.width, head)
    except Refused as refusal:
        # A cover sheet in front is the usual reason.
        raise Refused(*refusal.reasons, *(f"「{path.name}」{note.zh}" for note in raw.notes)) from None
    source.notes += raw.notes
    source.overfull = tuple(line for line in raw.overfull if line >= source.first_line)
    if path.suffix.lower() != ".csv":
        source.notes += sheets.numbers_for_ids(con, path, table.name, _id_positions(source), typed.result())
    return source


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _id_positions(source: Source) -> dict[str, int]:
    return {c.header: source.columns[c.name] for c in source.table.columns if c.is_id and c.name in source.columns}


def _parquet(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> Source:
    file = literal(path)
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({file}, binary_as_string = true)").fetchall()
        names = [row[0] for row in described]
        kinds = [row[1] for row in described]
        # The reader renames a column that comes twice; the file's own schema tells what it was called.
        schema = con.execute(f"SELECT name, num_children FROM parquet_schema({file})").fetchall()
        own = [name for name, children in schema[1:] if not children]
    except (duckdb.Error, UnicodeDecodeError):
        raise Refused(f"「{path.name}」打不开：不是完整的 Parquet 文件，可能传输时中断，请重新导出。") from None
    columns = ", ".join(f"{_text(*column)} AS c{i}" for i, column in enumerate(zip(names, kinds, strict=True)))
    options = "file_row_number = true, binary_as_string = true"
    raw = f"(SELECT file_row_number + 2 AS line, {columns} FROM read_parquet({file}, {options}))"
    source = _with_header(table, path, raw, len(names), [own if len(own) == len(names) else names])
    source.notes += [
        Note(
            f"「{header}」在文件里是浮点数，证件号码的末几位已丢失，请按文本重新导出。",
            f"{header} holds floating numbers: the IDs' last digits are lost, export them as text.",
        )
        for header, position in _id_positions(source).items()
        if kinds[position] in _FLOATS
    ]
    return source


def _text(name: str, kind: str) -> str:
    """A column of a Parquet file as text. Floats read as the whole numbers that they mostly are; NaN is empty."""
    column = f'"{name.replace(chr(34), chr(34) * 2)}"'
    if kind not in _FLOATS:
        return f"{column}::VARCHAR"
    whole = f"{column} = trunc({column}) AND abs({column}) < 1e30"
    return (
        f"CASE WHEN isnan({column}) THEN NULL WHEN {whole} THEN {column}::HUGEINT::VARCHAR ELSE {column}::VARCHAR END"
    )


def _names(cells: Iterable[str | None]) -> list[str]:
    return ["".join(ch for ch in cell or "" if ch not in BLANKS).removeprefix("'") for cell in cells]


def _header_at(table: Table, path: Path, head: Sequence[list[str]]) -> int:
    """Which of the first rows is the header (from 0): the first with two or more known names. Refused: none is."""
    known = {c.header for c in table.columns}
    for at, cells in enumerate(head):
        if len(known.intersection(_names(cells))) > 1:
            return at
    for mark, name in {"\t": "制表符", ";": "分号", "；": "分号", "，": "全角逗号"}.items():
        if any(len(known.intersection(_names(cell.split(mark)))) > 1 for cells in head for cell in cells if cell):
            raise Refused(f"「{path.name}」的各列是用{name}分隔的，请另存为“CSV UTF-8（逗号分隔）”。")
    first = "、".join(c.header for c in table.columns[:4])
    raise Refused(f"「{path.name}」前 {HEADER_WITHIN} 行里没有找到表头，请把列名（{first}等）放在第一行。")


def _with_header(table: Table, path: Path, raw: str, width: int, head: Sequence[list[str]]) -> Source:
    known = {c.header: c.name for c in table.columns}
    at = _header_at(table, path, head)
    names = _names(head[at])
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
    skipped = Note(f"表头在第 {at + 1} 行，上面 {at} 行已跳过。", f"The header is row {at + 1}: rows above it skipped.")
    positions = {known[n]: i for i, n in enumerate(names) if n in known}
    return Source(table, path, raw, width, positions, at + 2, [skipped] if at else [])
