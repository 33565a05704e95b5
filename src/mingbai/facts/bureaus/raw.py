"""A file's cells as they stand, in a table of the engine; and that engine."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import duckdb

from mingbai.facts.bureaus.cells import quoted

WIDEST = 256
"""Columns beyond are not looked at (an .xls has no more): a stray cell far to the right makes a sheet 16,384 wide."""


class Note(NamedTuple):
    """What a reader should know about a file: the sentence in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Raw:
    """Table ``raw_NAME`` with ``c0 … c(width-1)``, all text, in the order of the file."""

    name: str
    width: int
    notes: list[Note] = field(default_factory=list)
    overfull: tuple[int, ...] = ()

    @property
    def relation(self) -> str:
        """SQL to stand after FROM, with ``line``: the first record is line 1."""
        return f"(SELECT rowid + 1 AS line, * FROM raw_{self.name})"

    def head(self, con: duckdb.DuckDBPyConnection, rows: int) -> list[list[str]]:
        """The first rows, for finding the header."""
        cells = ", ".join(f"c{i}" for i in range(self.width))
        return [
            list(row)
            for row in con.execute(f"SELECT {cells} FROM {self.relation} ORDER BY line LIMIT {rows}").fetchall()
        ]


@contextmanager
def connect(memory: str = "3GB", scratch: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine of one's own, in memory, spilling to the disk (under `scratch`) before a laptop is full."""
    # What spills is people's data: into a folder that nobody else may open, and that goes with the engine.
    with tempfile.TemporaryDirectory(prefix="mingbai-", dir=scratch) as spill, duckdb.connect(":memory:") as con:
        con.execute(f"SET temp_directory = {quoted(spill)}")
        con.execute(f"SET memory_limit = '{memory}'; SET enable_progress_bar = false; SET TimeZone = 'UTC'")
        yield con


def literal(path: Path) -> str:
    """The path of one file for DuckDB's readers, which take [, * and ? for patterns."""
    return quoted(str(path).replace("[", "[[]").replace("*", "[*]").replace("?", "[?]"))
