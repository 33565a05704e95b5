"""The whole command over again as one plain DuckDB script: `write` puts it down as SQL, `main` runs it.

It reads, types and cleans the same parquet files (plain_read.sql), folds a bureau's equal rows, runs all rules with
the numbers inlined, and writes clues.csv, accounts.csv, errors.csv and the sha256 of every file. The queries of the
rules are ours; everything around them is straight line SQL for this one day and this one layout of files.
"""

import hashlib
import json
import re
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb

DAY = date(2026, 6, 30)
READ = Path(__file__).with_name("plain_read.sql")
PER_HEAD = (
    "CASE WHEN h.members > 0 THEN (sign(a.net_income) * ((abs(a.net_income) * 100)::HUGEINT * 2 + h.members)"
    " // (2 * h.members))::DECIMAL(36, 0) * 0.01::DECIMAL(3, 2) END"
)
MACRO = {"money": "yuan", "number": "num", "date": "day", "year": "yr", "item": "item"}
LABEL = {
    "household_class": "class", "causes": "causes", "eliminated": "yes_no", "safe_water": "yes_no", "quality_ok": "yes_no",
    "relation": "relation", "schooling": "schooling", "studying": "studying", "health": "health", "skill": "skill",
}  # fmt: skip


def write(folder: Path, out: Path, script: Path) -> None:
    """Puts the script down, for the tables that came."""
    statements = [READ.read_text(encoding="utf-8"), _errors_table()]
    statements += _tables(folder)
    statements += _numbers()
    statements += _rules()
    statements += _outputs(out)
    script.write_text(";\n".join(statements), encoding="utf-8")


def _errors_table() -> str:
    return 'CREATE TABLE error (file VARCHAR, line BIGINT, "column" VARCHAR, value VARCHAR, problem VARCHAR)'


def _tables(folder: Path) -> Iterator[str]:
    from mingbai.facts.bureaus.tables import TABLES

    yield "CREATE SCHEMA arrived"
    for table in TABLES:
        path = folder / f"{table.file}.parquet"
        typed, bad, ids = [], [], []
        for c in table.columns:
            cell, head = f'"{c.header}"', c.header
            sex = f"{head}：请改正或补填"
            if c.kind == "person":
                ids += [f'bare({cell}) AS "{c.name}_b"']
                typed += _id(c.name)
                test = f"{cell} IS NULL" if c.required else ""
            elif c.kind == "certificate":
                typed += [f"nullif(substr(bare({cell}), 19), '') AS {c.name}_tail"]
                test = f"{cell} IS NULL" if c.required else ""
            else:
                macro = MACRO.get(c.kind) or LABEL.get(c.name) or ("grade" if table.name == "disability" and c.name == "grade" else "")
                typed += [f"{macro}({cell}) AS {c.name}" if macro else f"{cell} AS {c.name}"]
                test = f"{c.name} IS NULL" if c.required else ""
                if c.kind in MACRO and not c.required:
                    test = f"{c.name} IS NULL AND {cell} IS NOT NULL"
            if c.closed:
                test = f"({test} OR {c.name} NOT IN ({', '.join(map(repr, c.values))}))"
            if table.either and c.name == table.either[0]:
                test = " AND ".join(f'"{table.column(name).header}" IS NULL' for name in table.either)
            if test:
                bad.append(f"CASE WHEN {test} THEN '{head}' END")
            del sex
        yield _table(table.name, str(path), ids, typed, bad, [c.header for c in table.columns])
        yield _bad_cells(table.name, str(path))
        must = [c.header for c in table.columns if (c.required and not c.stays) or c.name in table.either[:1]]
        out = " OR ".join(f"list_contains(bad, '{head}')" for head in must)
        if table.ours:
            yield f"CREATE TABLE arrived.{table.name} AS SELECT * EXCLUDE bad FROM typed_{table.name} WHERE NOT ({out})"
        else:
            yield (
                f"CREATE TABLE arrived.{table.name} AS SELECT min(line) AS line, * EXCLUDE (line, bad) "
                f"FROM typed_{table.name} WHERE NOT ({out}) GROUP BY ALL"
            )
        yield f"DROP TABLE typed_{table.name}"
    yield from _roster()


def _id(name: str) -> list[str]:
    x, d, c = f"{name}_x", f"{name}_d", f"{name}_c"
    return [
        f"id_key({x}, {d}, {c}) AS {name}_key", f"id_valid({x}, {d}, {c}) AS {name}_valid",
        f"CASE WHEN {name}_valid THEN id_born({d}) END AS {name}_birth",
        f"CASE WHEN {name}_valid THEN id_sex({d}) END AS {name}_sex",
    ]  # fmt: skip
