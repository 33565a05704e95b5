"""What figures are reckoned from: a few tables of an engine, filled from the registry or from what a statement kept.

Money is whole cents, days are dates. Keys are codes of households (live) or keyed hashes of them (kept); the reckoning
never looks at one but to tell households apart.
"""

import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

TABLES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "place": (("code", "VARCHAR"), ("name", "VARCHAR")),
        # Households on the roster. members: living ones of today. line, line_before: the monitoring line in cents a
        # head of the account year and of the one before. net, net_before: NULL without a whole account of that year;
        # sharing, sharing_before: those who share its income, its own list where it has one, else the living of today.
        "household": (
            ("key", "VARCHAR"), ("village", "VARCHAR"), ("class", "VARCHAR"), ("monitored", "BOOLEAN"),
            ("causes", "VARCHAR"), ("members", "BIGINT"), ("net", "BIGINT"), ("net_before", "BIGINT"),
            ("sharing", "BIGINT"), ("sharing_before", "BIGINT"), ("line", "BIGINT"), ("line_before", "BIGINT"),
            ("returned", "BOOLEAN"),
        ),
        # One row a guarantee that is unmet, of a person or of the household.
        "unmet": (("key", "VARCHAR"), ("village", "VARCHAR"), ("item", "VARCHAR")),
        # Clues open, or found, decided, first mended or closed in the period. number: 0 in what is kept.
        "clue": (
            ("number", "BIGINT"), ("key", "VARCHAR"), ("village", "VARCHAR"), ("status", "VARCHAR"),
            ("found_on", "DATE"), ("due_on", "DATE"), ("decided_on", "DATE"), ("measured_on", "DATE"),
            ("closed_on", "DATE"),
        ),
        "problem": (
            ("number", "BIGINT"), ("key", "VARCHAR"), ("village", "VARCHAR"), ("status", "VARCHAR"),
            ("found_on", "DATE"), ("due_on", "DATE"), ("closed_on", "DATE"), ("times_raised", "BIGINT"),
        ),
    }
)  # fmt: skip
"""Name → columns with their types in the engine."""


class Kept(NamedTuple):
    """One input as a statement keeps it: its name, the SHA-256 of its bytes, how many rows."""

    name: str
    sha256: str
    rows: int


def frozen(con: duckdb.DuckDBPyConnection, hide: Callable[[str], str]) -> dict[str, tuple[Kept, bytes]]:
    """The tables of `con` as Parquet, in an order of their own, without numbers, and each key hidden by `hide`."""
    keys = [row[0] for row in con.execute(_EVERY_KEY).fetchall()]
    hidden = pa.table({"key": pa.array(keys, pa.string()), "hidden": pa.array(map(hide, keys), pa.string())})
    con.register("hidden_key", hidden)
    found = {}
    for name, columns in TABLES.items():
        cells = [_kept(column, "t") for column, _kind in columns]
        join = "LEFT JOIN hidden_key k ON k.key = t.key" if "key" in dict(columns) else ""
        table = con.sql(f"SELECT {', '.join(cells)} FROM {name} t {join} ORDER BY ALL").to_arrow_table()
        content = _parquet(table)
        found[name] = (Kept(name, hashlib.sha256(content).hexdigest(), table.num_rows), content)
    con.unregister("hidden_key")
    return found


def _kept(column: str, table: str) -> str:
    if column == "key":
        return "coalesce(k.hidden, '') AS key"
    return "CAST(0 AS BIGINT) AS number" if column == "number" else f"{table}.{column}"


_EVERY_KEY = " UNION ".join(
    f"SELECT key FROM {name} WHERE key <> ''" for name, columns in TABLES.items() if "key" in dict(columns)
)


def thawed(con: duckdb.DuckDBPyConnection, contents: Mapping[str, bytes]) -> None:
    """Fills the tables of `con` with what was kept."""
    for name, columns in TABLES.items():
        con.register("came", pq.read_table(pa.BufferReader(contents[name])))
        cells = ", ".join(f"CAST({column} AS {kind}) AS {column}" for column, kind in columns)
        con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {cells} FROM came")
        con.unregister("came")


def _parquet(table: pa.Table) -> bytes:
    """Always written in the same way: the same rows are the same bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        table, sink, version="2.6", compression="zstd", compression_level=3, row_group_size=1 << 20,
        write_statistics=False, store_schema=False,
    )  # fmt: skip
    return bytes(sink.getvalue())
