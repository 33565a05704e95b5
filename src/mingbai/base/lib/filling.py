"""Filling a temporary table of the site's database with many rows, outside any lock on what others write."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any

_BATCH = 20_000


def fill(connection: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Makes temporary table `table` (an INTEGER column ``n`` from 1, the others TEXT) and fills it.

    Args:
        connection: the site's database connection, as Django gives it.
        rows: texts or None, in the order of `columns`.
    """
    drop(connection, table)
    names = ", ".join(columns)
    kinds = ", ".join(f"{name} text" for name in columns)
    with closing(connection.cursor()) as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {table} (n integer PRIMARY KEY, {kinds})")
        numbered = ((n, *row) for n, row in enumerate(rows, start=1))
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} (n, {names}) FROM STDIN") as copy:
                for row in numbered:
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {table}")
            return
        # One transaction for all rows, but a deferred one: it never touches what others write.
        own = not connection.in_atomic_block
        if own:
            cursor.execute("BEGIN DEFERRED")
        marks = ", ".join(["%s"] * (len(columns) + 1))
        cursor.executemany(f"INSERT INTO temp.{table} (n, {names}) VALUES ({marks})", numbered)
        if own:
            cursor.execute("COMMIT")


def drop(connection: Any, *tables: str) -> None:
    """Removes temporary tables; one that is not there is no matter."""
    # Named by its schema, so that no table of the site can be meant.
    schema = "pg_temp" if connection.vendor == "postgresql" else "temp"
    with closing(connection.cursor()) as cursor:
        for table in tables:
            cursor.execute(f"DROP TABLE IF EXISTS {schema}.{table}")
