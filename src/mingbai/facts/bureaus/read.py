"""Reading a county folder into typed tables: every bad cell at once, good rows kept.

Each file becomes table ``arrived.NAME`` (the columns of `Table.typed`). What could not be used is a list.
Whether people and households are on the roster is not asked here.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus import files
from mingbai.facts.bureaus.cells import BLANKS, cleaned, is_bad, problem, steps
from mingbai.facts.bureaus.files import Source
from mingbai.facts.bureaus.raw import Note
from mingbai.facts.bureaus.tables import BY_NAME, TABLES, Column, Table


@dataclass(frozen=True, order=True)
class BadCell:
    """A cell that could not be used. `value` as it stands in the file; `problem` says what to do."""

    file: str
    line: int
    column: str
    value: str
    problem: str


@dataclass
class Counts:
    """What became of the rows of one file (wholly empty rows apart)."""

    file: str
    rows: int = 0
    rejected: int = 0
    repeated: int = 0
    """Rows of a bureau equal to an earlier one in every column: counted once."""
    bad_cells: int = 0
    notes: list[Note] = field(default_factory=list)


@dataclass
class Reading:
    """What a folder held."""

    counts: dict[str, Counts] = field(default_factory=dict)
    """By English table name, in the order of the contract; a table that did not come is missing."""
    bad_cells: list[BadCell] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    paths: dict[str, Path] = field(default_factory=dict)


def read(con: duckdb.DuckDBPyConnection, folder: Path, step: Callable[[str], None] = lambda file: None) -> Reading:
    """Reads every table of `folder` into schema ``arrived`` of `con`, empty where a table did not come.

    Args:
        con: a DuckDB connection of one's own.
        folder: the county folder.
        step: told the name of each file as its turn comes.
    Raises:
        Refused: with every reason at once: no folder, no roster, a file that cannot be opened or lacks a column.
    """
    paths, notes, reasons = files.find(folder)
    con.execute("CREATE SCHEMA IF NOT EXISTS arrived")
    # A raw row's number is its place in the table.
    con.execute("RESET preserve_insertion_order")
    reading = Reading(notes=notes, paths=paths)
    with tempfile.TemporaryDirectory(prefix="mingbai-") as scratch:
        for table in TABLES:
            columns = ", ".join(f"{name} {kind}" for name, kind in table.typed)
            try:
                con.execute(f"CREATE OR REPLACE TABLE arrived.{table.name} ({columns})")
            except duckdb.FatalException:
                # A file can be damaged so that the engine gives up for good; that file is among the reasons.
                if not reasons:
                    raise
                break
            if table.name not in paths:
                continue
            step(paths[table.name].name)
            try:
                source = files.open_file(con, table, paths[table.name], Path(scratch))
                reading.counts[table.name] = arrive(con, source, reading.bad_cells)
            except Refused as refusal:
                # Go on: the county office mends all files in one go.
                reasons += refusal.reasons
            else:
                con.execute(f"DROP TABLE IF EXISTS raw_{table.name}")
    if reasons:
        raise Refused(*reasons)
    reading.bad_cells.sort()
    return reading


def arrive(con: duckdb.DuckDBPyConnection, source: Source, bad_cells: list[BadCell]) -> Counts:
    """Types one opened file into ``arrived.NAME``, adds its bad cells to the list, and counts."""
    table = source.table
    counts = Counts(source.path.name, notes=list(source.notes))
    before = len(bad_cells)
    # Every row carries its line, so the threads need not wait for each other to keep the order.
    con.execute("SET preserve_insertion_order = false")
    try:
        con.execute(f"CREATE OR REPLACE TABLE arrived.{table.name} AS {_typing(source)}")
    except duckdb.Error:
        # All but Parquet has been read before.
        if source.path.suffix.lower() != ".parquet":
            raise
        raise Refused(f"「{source.path.name}」读到中途出错，文件可能不完整，请重新导出。") from None
    finally:
        con.execute("RESET preserve_insertion_order")
    counts.rows = _count(con, f"arrived.{table.name}")
    _bad_rows(con, source, bad_cells)
    if table.name == "household":
        _repeats(con, source, "household_id", bad_cells)
    if table.name == "member":
        _strangers(con, source, bad_cells)
        _repeats(con, source, "person_id", bad_cells)
    counts.rejected = counts.rows - _count(con, f"arrived.{table.name}")
    if not table.ours:
        counts.repeated = _fold(con, source)
    con.execute(f"ALTER TABLE arrived.{table.name} DROP COLUMN bad")
    con.execute(f"ALTER TABLE arrived.{table.name} DROP COLUMN fold")
    counts.bad_cells = len(bad_cells) - before
    return counts


def _count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    return con.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0]  # type: ignore[no-any-return]


def _typing(source: Source) -> str:
    """One SELECT that cleans, types and checks every cell, and drops rows that are wholly empty."""
    table, positions = source.table, source.columns
    extras = _beside(source)
    texts = [
        f"{cleaned(f'c{positions[c.name]}') if c.name in positions else 'NULL::VARCHAR'} AS t_{c.name}"
        for c in table.columns
    ]
    # What only tells an empty row from others is cleaned where all before it are empty, which is hardly ever.
    compared = [] if table.ours else extras
    texts += [f"{cleaned(f'c{i}')} AS x_{i}" if i in compared else f"c{i}" for i in extras]
    filled = ", ".join(
        [f"t_{name}" for name in positions] + [f"x_{i}" if i in compared else cleaned(f"c{i}") for i in extras]
    )
    sql = f"SELECT line, {', '.join(texts)} FROM {source.raw} WHERE line >= {source.first_line}"
    sql = f"SELECT * FROM ({sql}) WHERE coalesce({filled}) IS NOT NULL"
    layers = [steps(c) for c in table.columns]
    for depth in range(max(map(len, layers))):
        new = [f"{sql_} AS {name}" for layer in layers if depth < len(layer) for name, sql_ in layer[depth].items()]
        sql = f"SELECT *, {', '.join(new)} FROM ({sql})"
    names = [name for name, _ in table.typed]
    bad = " + ".join(f"CASE WHEN {_bad(table, c)} THEN {1 << i} ELSE 0 END" for i, c in enumerate(table.columns))
    fold = "NULL" if table.ours else f"hash({', '.join([*names[1:], *(f'x_{i}' for i in compared)])})"
    return f"SELECT {', '.join(names)}, ({bad})::BIGINT AS bad, {fold} AS fold FROM ({sql})"


def _beside(source: Source) -> list[int]:
    """Positions that two equal rows must share besides the typed columns: columns not in the contract, and
    certificates, of which the typed table holds only a part."""
    typed = {at for name, at in source.columns.items() if source.table.column(name).kind != "certificate"}
    return [i for i in range(source.width) if i not in typed]


def _bad(table: Table, column: Column) -> str:
    if table.either and column.name == table.either[0]:
        return " AND ".join(f"t_{name} IS NULL" for name in table.either)
    return is_bad(column)


def _bad_rows(con: duckdb.DuckDBPyConnection, source: Source, bad_cells: list[BadCell]) -> None:
    """Lists every bad cell with its value as it stands, and takes out the rows that cannot be used."""
    table, file = source.table, source.path.name
    fatal = sum(
        1 << i for i, c in enumerate(table.columns) if (c.required and not c.stays) or c.name in table.either[:1]
    )
    came = [(i, c) for i, c in enumerate(table.columns) if c.name in source.columns]
    cells = ", ".join(f"r.c{source.columns[c.name]}" for _, c in came)
    if not source.overfull and not _count(con, f"arrived.{table.name} WHERE bad <> 0"):
        return
    rows = con.execute(
        f"SELECT a.bad, a.line, {cells} FROM arrived.{table.name} a JOIN {source.raw} r USING (line) WHERE a.bad <> 0"
    )
    overfull = frozenset(source.overfull)
    while batch := rows.fetchmany(10_000):
        for bad, line, *values in batch:
            if line in overfull:
                # Which cell is which is not known there.
                continue
            raw = dict(zip((i for i, _ in came), values, strict=True))
            for i, column in enumerate(table.columns):
                if bad >> i & 1:
                    bad_cells.append(_bad_cell(table, file, line, column, raw.get(i) or ""))
    for line in source.overfull:
        bad_cells.append(
            BadCell(
                file, line, "", "", "这一行的格数比表头多，可能有没加引号的逗号，分不清哪格是哪列，请改正。本行未采用。"
            )
        )
    out = f"bad & {fatal} <> 0"
    if source.overfull:
        out += f" OR line IN ({', '.join(map(str, source.overfull))})"
    con.execute(f"DELETE FROM arrived.{table.name} WHERE {out}")


def _bad_cell(table: Table, file: str, line: int, column: Column, value: str) -> BadCell:
    if column.name in table.either:
        either = "和".join(table.column(name).header for name in table.either)
        return BadCell(file, line, column.header, value, f"{either}都是空的，至少填一个。本行未采用。")
    empty = not value.strip(BLANKS).removeprefix("'").strip(BLANKS)
    return BadCell(file, line, column.header, value, problem(column, None if empty else value))


def _take_out(
    con: duckdb.DuckDBPyConnection, source: Source, column: str, found: list[tuple[int, str, str]], bad: list[BadCell]
) -> None:
    """Takes out rows by (line, value, sentence)."""
    header = source.table.column(column).header
    bad += [BadCell(source.path.name, line, header, value, sentence) for line, value, sentence in found]
    con.execute(
        f"DELETE FROM arrived.{source.table.name} WHERE line IN (SELECT unnest($lines))",
        {"lines": [line for line, _, _ in found]},
    )


def _repeats(con: duckdb.DuckDBPyConnection, source: Source, column: str, bad_cells: list[BadCell]) -> None:
    """Of two usable rows with one number the earlier is kept."""
    found = con.execute(
        f"SELECT line, {column}, first FROM arrived.{source.table.name} JOIN (SELECT {column}, min(line) AS first "
        f"FROM arrived.{source.table.name} GROUP BY {column} HAVING count(*) > 1) USING ({column}) "
        "WHERE line > first ORDER BY line"
    ).fetchall()
    sentence = "与第 {} 行重复，只采用第 {} 行；请核对后删去一行，或改正编号。本行未采用。"
    _take_out(con, source, column, [(line, v, sentence.format(first, first)) for line, v, first in found], bad_cells)


def _strangers(con: duckdb.DuckDBPyConnection, source: Source, bad_cells: list[BadCell]) -> None:
    found = con.execute(
        "SELECT line, household_id FROM arrived.member ANTI JOIN arrived.household USING (household_id) ORDER BY line"
    ).fetchall()
    sentence = (
        f"「{BY_NAME['household'].file}」里没有这个户编号（或那一户的行有错没有采用），请先补正户表。本行未采用。"
    )
    _take_out(con, source, "household_id", [(line, value, sentence) for line, value in found], bad_cells)


def _fold(con: duckdb.DuckDBPyConnection, source: Source) -> int:
    """Rows equal in every column, those not in the contract included, count once: the first is kept."""
    table = f"arrived.{source.table.name}"
    twins = f"SELECT fold FROM {table} GROUP BY fold HAVING count(*) > 1"
    if not con.execute(f"SELECT 1 FROM ({twins}) LIMIT 1").fetchall():
        return 0
    extras = _beside(source)
    same = ", ".join([name for name, _ in source.table.typed[1:]] + [f"x_{i}" for i in extras])
    texts = "".join(f", {cleaned(f'r.c{i}')} AS x_{i}" for i in extras)
    join = f"JOIN {source.raw} r USING (line)" if extras else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE twin AS SELECT line, min(line) OVER (PARTITION BY {same}) AS first "
        f"FROM (SELECT a.*{texts} FROM {table} a {join} WHERE a.fold IN ({twins}))"
    )
    con.execute(f"DELETE FROM {table} WHERE line IN (SELECT line FROM twin WHERE line > first)")
    return _count(con, "(SELECT 1 FROM twin WHERE line > first)")
