"""Reading many rows of the site's database at once into the engine, whichever database it is."""

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection

_BATCH = 50_000


def into(
    con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], sql: str, params: Sequence[Any] = ()
) -> None:
    """Makes `table` of `con` from a SELECT in the site's database: every column as text, NULL where empty.

    Args:
        columns: names in the new table, one for each column of the SELECT.
        sql: a SELECT whose columns are texts or numbers; cast days with `text`.
    """
    names = ", ".join(f"{name} VARCHAR" for name in columns)
    con.execute(f"CREATE OR REPLACE TABLE {table} ({names})")
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(_BATCH):
            batch = pa.table([pa.array(cells, pa.string()) for cells in zip(*rows, strict=True)], list(columns))
            con.register("batch", batch)
            empty = ", ".join(f"nullif({name}, '')" for name in columns)
            con.execute(f"INSERT INTO {table} SELECT {empty} FROM batch")
            con.unregister("batch")


def text(column: str) -> str:
    """A column of any kind as text: days as 2026-06-30, on both databases.

    SQLite's driver would turn days into objects, one by one; a cast column it leaves alone.
    """
    return f"CAST({column} AS text)"


def length(column: str) -> str:
    """How many a column's JSON list holds, as SQL of the site's database."""
    return f"{'jsonb' if connection.vendor == 'postgresql' else 'json'}_array_length({column})"
