"""The twin of a table as it came: the same rows, typed, as Parquet, and no ID in it.

In place of each ID stands a keyed hash, with birth date, sex and validity beside it; of a certificate only its tail
is left; whatever reads like an ID in a column of text is masked. Rules read twins and nothing else.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.resident_id import LOOKS_LIKE_ID
from mingbai.facts.bureaus import files, read
from mingbai.facts.bureaus.cells import quoted
from mingbai.facts.bureaus.raw import connect, literal
from mingbai.facts.bureaus.read import BadCell, Counts
from mingbai.facts.bureaus.tables import SUFFIXES, Table

_MOST_EXPANDED = 1 << 30
_MOST_ROWS = 20_000_000
_MEMORY = "1GB"
_CODES = ("household_id", "person_id", "village")
"""In our own tables these are numbers given by us or the national platform, and other tables are joined by them."""


@dataclass
class Twin:
    """What became of a file."""

    counts: Counts
    bad_cells: list[BadCell] = field(default_factory=list)
    invalid_ids: int = 0
    """Usable rows whose ID is filled and not valid: they match nobody."""


def make(path: Path, table: Table, out: Path, key_of: Callable[[str], str], scratch: Path) -> Twin:
    """Reads a file and writes its twin to `out`.

    Args:
        path: the file as it came; its suffix says what it is.
        key_of: `Keys.person_key`.
        scratch: a folder that nobody else may open; whatever is written there is gone afterwards.
    Raises:
        Refused: with every reason: not a table we can read, no usable header, a column missing, a bomb.
    """
    check(path)
    with connect(_MEMORY, scratch) as con:
        con.execute("CREATE SCHEMA arrived")
        columns = ", ".join(f"{name} {kind}" for name, kind in table.typed)
        con.execute(f"CREATE TABLE arrived.{table.name} ({columns})")
        bad_cells: list[BadCell] = []
        try:
            source = files.open_file(con, table, path, scratch)
            counts = read.arrive(con, source, bad_cells)
        except duckdb.OutOfMemoryException:
            raise Refused(f"「{path.name}」太大，这台机器的内存放不下，请按年度或乡镇拆开再交。") from None
        bad_cells.sort()
        _hash_ids(con, table, key_of)
        write(con, table, out)
        return Twin(counts, bad_cells, _invalid(con, table))


def write(con: duckdb.DuckDBPyConnection, table: Table, out: Path) -> int:
    """Writes ``arrived.NAME`` of `con`, whose IDs are hashed already, as a twin; how many rows it has."""
    columns = ", ".join(f"{_open(table, name)} AS {name}" for name, _ in table.typed)
    con.execute("SET preserve_insertion_order = true")
    con.execute(
        f"COPY (SELECT {columns} FROM arrived.{table.name} ORDER BY line) TO {quoted(str(out))} "
        "(FORMAT parquet, COMPRESSION zstd)"
    )
    return con.execute(f"SELECT count(*) FROM arrived.{table.name}").fetchall()[0][0]  # type: ignore[no-any-return]


def load(con: duckdb.DuckDBPyConnection, table: Table, path: Path | None) -> None:
    """Makes ``arrived.NAME`` from a twin, or empty; a column that was declared after the twin was made is empty.

    Refused where the twin cannot be read.
    """
    columns = ", ".join(f"{name} {kind}" for name, kind in table.typed)
    con.execute("CREATE SCHEMA IF NOT EXISTS arrived")
    con.execute(f"CREATE OR REPLACE TABLE arrived.{table.name} ({columns})")
    if path is None:
        return
    try:
        held = {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(path)})").fetchall()}
        names = ", ".join(name for name, _ in table.typed if name in held)
        con.execute(f"INSERT INTO arrived.{table.name} BY NAME SELECT {names} FROM read_parquet({literal(path)})")
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise Refused(f"「{table.file}」存下的数据打不开，文件可能损坏，请从备份恢复，或请部门重新交。") from error


def check(path: Path) -> None:
    """Refuses, before anything is unpacked, what is no table's file or would fill memory or disk."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        shown = f"「{path.suffix}」格式" if path.suffix else "没有扩展名的文件"
        raise Refused(f"「{path.name}」是{shown}，收不了。请另存为 {'、'.join(SUFFIXES)} 中的一种再交。")
    if suffix in (".xlsx", ".xls") and zipfile.is_zipfile(path):
        try:
            size = 0
            for part in _parts(path):
                if (size := size + part) > _MOST_EXPANDED:
                    raise Refused(
                        f"「{path.name}」展开后超过 {_MOST_EXPANDED >> 30} GB，不像正常的表格。"
                        "请删去多余的工作表和格式，或另存为 .csv 再交。"
                    )
        except (zipfile.BadZipFile, zlib.error, struct.error, OSError):
            raise Refused(f"「{path.name}」打不开：文件不完整，可能传输时中断，请重新导出。") from None
    if suffix == ".parquet":
        try:
            with duckdb.connect(":memory:") as con:
                asked = f"SELECT sum(num_rows) FROM parquet_file_metadata({literal(path)})"
                rows = con.execute(asked).fetchall()[0][0]
        except duckdb.Error:
            raise Refused(f"「{path.name}」打不开：不是完整的 Parquet 文件，可能传输时中断，请重新导出。") from None
        if rows > _MOST_ROWS:
            raise Refused(f"「{path.name}」有 {rows:,} 行，超过 {_MOST_ROWS:,} 行，请按年度或乡镇拆开再交。")


def _parts(path: Path) -> Iterator[int]:
    """Sizes of an archive's members as they come out, part by part: what its own index says of them can be a lie."""
    with zipfile.ZipFile(path) as book, path.open("rb") as file:
        for item in book.infolist():
            file.seek(item.header_offset + 26)
            names = struct.unpack("<HH", file.read(4))
            file.seek(sum(names), 1)
            left, inflating = item.compress_size, zlib.decompressobj(-zlib.MAX_WBITS)
            if item.compress_type != zipfile.ZIP_DEFLATED:
                yield left
                continue
            while left > 0 and (block := file.read(min(left, 1 << 16))):
                left -= len(block)
                while block:
                    yield len(inflating.decompress(block, 1 << 22))
                    block = inflating.unconsumed_tail


def _open(table: Table, name: str) -> str:
    """What a typed column is in the twin: whatever reads like an ID in a text is masked."""
    kinds = dict(table.typed)
    is_id = any(name in (f"{c.name}_key", f"{c.name}_sex") for c in table.columns if c.kind == "person")
    if kinds[name] != "VARCHAR" or is_id or (table.ours and name in _CODES):
        return name
    return f"regexp_replace({name}, {quoted(LOOKS_LIKE_ID)}, '\\1********\\2', 'g')"


def _hash_ids(con: duckdb.DuckDBPyConnection, table: Table, key_of: Callable[[str], str]) -> None:
    """Puts the keyed hash in place of each ID. Each ID is hashed once, however many rows it has."""
    for column in (f"{c.name}_key" for c in table.columns if c.kind == "person"):
        asked = f"SELECT DISTINCT {column} FROM arrived.{table.name} WHERE {column} IS NOT NULL"
        ids = [text for (text,) in con.execute(asked).fetchall()]
        con.register("hashed", pa.table({"id": ids, "hash": list(map(key_of, ids))}))
        con.execute(f"UPDATE arrived.{table.name} AS a SET {column} = hash FROM hashed WHERE a.{column} = hashed.id")
        con.unregister("hashed")


def _invalid(con: duckdb.DuckDBPyConnection, table: Table) -> int:
    ids = [c.name for c in table.columns if c.kind == "person"]
    if not ids:
        return 0
    asked = f"SELECT count(*) FROM arrived.{table.name} WHERE {ids[0]}_key IS NOT NULL AND NOT {ids[0]}_valid"
    return con.execute(asked).fetchall()[0][0]  # type: ignore[no-any-return]
