"""The same rules on a larger engine: PostgreSQL or Spark.

A rule stays one file in DuckDB's dialect; sqlglot writes it in the other. Only what it cannot carry over is written
once more by hand, in ``dialects/NAME.postgres.sql`` or ``dialects/NAME.spark.sql``; `rewritten` lists these.

Every function gives statements as text and runs none, so that a province brings its own connection. They name their
tables without a schema: choose an empty one of your own first (``search_path``, ``USE``). What arrived lies in schema
``arrived``, as it does in DuckDB. docs/decisions/0006-rules-on-other-engines.md says what was compared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

import sqlglot
from sqlglot import exp

from mingbai.facts.bureaus.tables import TABLES
from mingbai.findings.screening import engine
from mingbai.findings.screening.rule import GIVEN, Query, Rule, views

Dialect = Literal["postgres", "spark"]
BY_HAND = Path(__file__).parent / "dialects"


def translated(query: Query, dialect: Dialect) -> str:
    """The SELECT of a rule or a view in another dialect: written by hand where such a file is, else by sqlglot."""
    by_hand = BY_HAND / f"{query.name}.{dialect}.sql"
    return by_hand.read_text(encoding="utf-8") if by_hand.exists() else _written(query.sql, dialect)


def rewritten() -> list[str]:
    """Files of `dialects/`: what no machine could translate. Empty is what we want."""
    return sorted(path.name for path in BY_HAND.glob("*.sql"))


def arrival(dialect: Dialect) -> list[str]:
    """Statements that make the empty tables of schema ``arrived``, with the columns and types of the contract."""
    made = [f"CREATE TABLE arrived.{table.name} ({_columns(dict(table.typed))})" for table in TABLES]
    return [_written(sql, dialect) for sql in ("CREATE SCHEMA arrived", *made)]


def preparation(
    rules: Iterable[Rule],
    given: Mapping[str, list[tuple[object, ...]]],
    dialect: Dialect,
) -> list[str]:
    """Statements that build all that the rules stand on, in order; they may be run again for another day.

    Args:
        given: the day and the numbers in force, from `engine.given`.
    """
    done = []
    for name, rows in given.items():
        # Emptied and filled, not dropped: views stand on it, and PostgreSQL does not take it away from under them.
        done += [
            _written(f"CREATE TABLE IF NOT EXISTS {name} ({_columns(GIVEN[name])})", dialect),
            f"TRUNCATE TABLE {name}",
            f"INSERT INTO {name} {_values(rows, dialect)}",
        ]
    for _, name, sql in engine.preparation(rules):
        # There a view that is not kept is a table too: PostgreSQL does not drop a table from under a view.
        if name not in views():
            done.append(f"CREATE OR REPLACE VIEW {name} AS {_written(sql, dialect)}")
            continue
        done += [f"DROP TABLE IF EXISTS {name}", f"CREATE TABLE {name} AS {translated(views()[name], dialect)}"]
        if dialect == "postgres":
            # Without it the planner takes a fresh table for a small one, and joins row by row.
            done.append(f"ANALYZE {name}")
    return done


def raised(rule: Rule, dialect: Dialect) -> str:
    """The SELECT of a rule's clues, for `clues.collect`.

    What `engine.raised` puts around it is plain SQL everywhere.
    """
    return engine.raised(replace(rule, sql=translated(rule, dialect)))


def _written(sql: str, dialect: Dialect) -> str:
    (found,) = sqlglot.transpile(sql, read="duckdb", write=dialect)
    return found


def _columns(types: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in types.items())


def _values(rows: list[tuple[object, ...]], dialect: Dialect) -> str:
    return exp.values([tuple(exp.convert(cell) for cell in row) for row in rows]).sql(dialect)
