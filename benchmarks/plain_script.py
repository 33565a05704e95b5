"""The whole command over again as one plain DuckDB script: `write` puts it down as SQL, `run` runs it.

It reads, types and cleans the same parquet files (plain_read.sql), folds a bureau's equal rows, runs all rules with
the numbers inlined, and writes clues.csv, accounts.csv, errors.csv and the sha256 of every file. The queries of the
rules are ours; the rest is straight SQL for this one day and this one layout of files, without a check of headers,
without counts by file, and with one and the same sentence for every bad cell.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    # What is timed imports DuckDB and nothing of ours.
    from mingbai.facts.bureaus.tables import Column, Table

DAY = date(2026, 6, 30)
READ = Path(__file__).with_name("plain_read.sql")
_KINDS = {"money": "yuan", "number": "num", "date": "day", "year": "yr", "item": "item"}
_LABELS = {
    "household_class": "class", "causes": "causes", "eliminated": "yes_no", "safe_water": "yes_no",
    "quality_ok": "yes_no", "relation": "relation", "sex": "sex", "schooling": "schooling", "studying": "studying",
    "health": "health", "skill": "skill",
}  # fmt: skip
_SAY = "'请改正或补填'"
_PER_HEAD = (
    "CASE WHEN h.members > 0 THEN (sign(a.net_income) * ((abs(a.net_income) * 100)::HUGEINT * 2 + h.members)"
    " // (2 * h.members))::DECIMAL(36, 0) * 0.01::DECIMAL(3, 2) END"
)


def write(folder: Path, out: Path, script: Path) -> None:
    """Puts the script down for a folder of parquet files in which every table came."""
    from mingbai.facts.bureaus.tables import TABLES

    statements = [
        READ.read_text(encoding="utf-8"),
        'CREATE TABLE error (file VARCHAR, line BIGINT, "column" VARCHAR, value VARCHAR, problem VARCHAR)',
        "CREATE TABLE clue (rule VARCHAR, subject_kind VARCHAR, subject_id VARCHAR, household_id VARCHAR, "
        "village VARCHAR, evidence VARCHAR, question VARCHAR, clue_key VARCHAR)",
    ]
    for table in TABLES:
        statements += _table(table, folder / f"{table.file}.parquet")
    statements += _roster()
    statements += _rules()
    statements += _written(out)
    script.write_text(";\n".join(statements), encoding="utf-8")


def _table(table: Table, path: Path) -> Iterator[str]:
    """Reads, types and cleans one table; its bad cells go to `error`, rows after the day and repeated ones go out."""
    came = [c[0] for c in duckdb.execute(f"DESCRIBE FROM read_parquet('{path}')").fetchall()]
    headers = [c.header for c in table.columns]
    more = [f'"{header}"' for header in came if header not in headers]
    raw = f"SELECT file_row_number + 2 AS line, * FROM read_parquet('{path}', file_row_number = true)"
    tidied = ", ".join(f'tidy("{header}") AS "{header}"' for header in came)
    sql = f"SELECT line, {tidied} FROM ({raw})"
    cells = ", ".join(f'"{header}"' for header in came)
    sql = f"SELECT * FROM ({sql}) WHERE coalesce({cells}) IS NOT NULL"
    for c in table.columns:
        if c.kind == "person":
            x, d = f"{c.name}_x", f"{c.name}_d"
            sql = f'SELECT *, short(bare("{c.header}")) AS {x} FROM ({sql})'
            sql = f"SELECT *, digits({x}) AS {d} FROM ({sql})"
            sql = f"SELECT *, checked({d}) AS {c.name}_c FROM ({sql})"
    typed = [one for c in table.columns for one in _typed(table.name, c)]
    bad = ", ".join(f"CASE WHEN {test} THEN '{c.header}' END" for c in table.columns if (test := _bad(table, c)))
    kept = [c for c in table.columns if (c.required and not c.stays) or c.name in table.either[:1]]
    out = " OR ".join(_bad(table, c) for c in kept)
    yield (
        f"CREATE TEMP TABLE typed AS SELECT line, {', '.join([*typed, *more])}, "
        f"nullif(concat_ws(',', {bad}), '') AS bad, coalesce({out}, false) AS out FROM ({sql})"
    )
    names = ", ".join(f"'{h}'" for h in came)
    value = f"coalesce(map([{names}], [{cells}])[t.bad], '')"
    yield (
        f"INSERT INTO error SELECT '{path.name}', t.line, t.bad, {value}, {_SAY} "
        "FROM (SELECT line, unnest(string_split(bad, ',')) AS bad FROM typed WHERE bad IS NOT NULL) t "
        f"JOIN ({raw}) r USING (line)"
    )
    fold = "* EXCLUDE (bad, out)" if table.ours else "min(line) AS line, * EXCLUDE (line, bad, out)"
    seen = f" AND ({table.dated} IS NULL OR {table.dated} <= {_bound(table)})" if table.dated else ""
    group = "" if table.ours else " GROUP BY ALL"
    yield f"CREATE TABLE {table.name} AS SELECT {fold} FROM typed WHERE NOT out{seen}{group}"
    yield "DROP TABLE typed"


def _bound(table: Table) -> str:
    return str(DAY.year) if table.column(table.dated).kind == "year" else f"DATE '{DAY}'"


def _typed(table: str, c: Column) -> list[str]:
    cell, name = f'"{c.header}"', c.name
    if c.kind == "person":
        x, d, check = f"{name}_x", f"{name}_d", f"{name}_c"
        return [
            f"id_key({x}, {d}, {check}) AS {name}_key", f"id_valid({x}, {d}, {check}) AS {name}_valid",
            f"CASE WHEN {name}_valid THEN id_born({d}) END AS {name}_birth",
            f"CASE WHEN {name}_valid THEN id_sex({d}) END AS {name}_sex",
        ]  # fmt: skip
    if c.kind == "certificate":
        # The number itself too: two certificates of one person are not one row.
        return [f"nullif(substr(bare({cell}), 19), '') AS {name}_tail", f"{cell} AS {name}_number"]
    macro = _KINDS.get(c.kind) or _LABELS.get(name) or ("grade" if (table, name) == ("disability", "grade") else "")
    return [f"{macro}({cell}) AS {name}" if macro else f"{cell} AS {name}"]


def _bad(table: Table, c: Column) -> str:
    cell = f'"{c.header}"'
    if table.either and c.name == table.either[0]:
        return " AND ".join(f'"{table.column(name).header}" IS NULL' for name in table.either)
    if c.kind in _KINDS:
        return f"{c.name} IS NULL" + ("" if c.required else f" AND {cell} IS NOT NULL")
    if c.closed:
        return f"{cell} IS NULL OR {c.name} NOT IN ({', '.join(map(repr, c.values))})"
    return f"{cell} IS NULL" if c.required else ""


def _roster() -> Iterator[str]:
    """A number that comes twice, and members of no household."""
    for table, file, column, header, which in (
        ("household", "户表", "household_id", "户编号", ""),
        ("member", "成员表", "household_id", "户编号", "ANTI JOIN household USING (household_id)"),
        ("member", "成员表", "person_id", "人编号", ""),
    ):
        twice = "" if which else f"QUALIFY row_number() OVER (PARTITION BY {column} ORDER BY line) > 1"
        yield f"CREATE TEMP TABLE gone AS SELECT line, {column} FROM {table} {which} {twice}"
        yield f"INSERT INTO error SELECT '{file}.parquet', line, '{header}', {column}, {_SAY} FROM gone"
        yield f"DELETE FROM {table} WHERE line IN (SELECT line FROM gone)"
        yield "DROP TABLE gone"


def _rules() -> Iterator[str]:
    """Our queries with the numbers of the day as literals, each into `clue`."""
    from mingbai.base.standards import standards
    from mingbai.facts.bureaus.tables import BY_NAME
    from mingbai.findings.screening import engine
    from mingbai.findings.screening.rule import rules

    given = engine.given(DAY, standards.at(DAY, ""), standards.by_year(engine.LINE, range(2015, DAY.year + 1), ""))
    ((_, year, school_year),) = given["screening_day"]
    yield f"CREATE TABLE screening_day AS SELECT DATE '{DAY}' AS day, {year} AS year, {school_year} AS school_year"
    lines = ", ".join(f"('{engine.LINE}', {row[6]}, {row[3]}::DECIMAL(12, 4))" for row in given["standard"] if row[6])
    yield f"CREATE TABLE standard AS SELECT * FROM (VALUES {lines}) AS s (name, year, value)"
    for kind, name, sql in engine.preparation(rules().values()):
        if name not in BY_NAME:
            yield f"CREATE {kind} {name} AS {_inlined(sql, given['standard'])}"
    types = _types()
    for rule in rules().values():
        struct = ", ".join(f"'{c}': {_value(c, types[rule.code])}" for c in rule.evidence)
        household = "''" if rule.subject == "village" else "household_id"
        # A household's or a village's own column stands twice in the query.
        columns = dict.fromkeys([rule.subject_column, "clue_key", *rule.evidence, "household_id", "village"])
        ask = rule.head["ask"].replace("'", "''")
        yield (
            f"INSERT INTO clue SELECT '{rule.code}', '{rule.subject}', {rule.subject_column}, {household}, village, "
            f"to_json({{{struct}}}), '{ask}', {_key(types[rule.code]['clue_key'])} "
            f"FROM (SELECT {', '.join(columns)} FROM ({_inlined(engine.raised(rule), given['standard'])}))"
        )


def _inlined(sql: str, numbers: list[tuple[object, ...]]) -> str:
    def literal(found: re.Match[str]) -> str:
        rows = [row for row in numbers if row[0] == found[2]]
        match found[1]:
            case "value":
                return f"{rows[0][3]}::DECIMAL(12, 4)"
            case "starts":
                return f"DATE '{rows[0][5]}'"
        return "(" + ", ".join(f"'{row[4]}'" for row in rows) + ")"

    return re.sub(r"\(SELECT (value|starts|label) FROM standard WHERE name = '(\w+)'\)", literal, sql)


def _value(column: str, types: Mapping[str, str]) -> str:
    if types[column].endswith("[]"):
        return f"coalesce(list_sort(list_distinct({column})), [])"
    return f"trim({column}, '、')" if types[column] == "VARCHAR" else column


def _key(kind: str) -> str:
    if kind.endswith("[]"):
        return "array_to_string(list_sort(list_distinct(clue_key)), '+')"
    if kind.startswith("DECIMAL"):
        return "regexp_replace(clue_key::VARCHAR, '\\.?0+$', '')"
    return "trim(clue_key::VARCHAR, '、')"


def _types() -> dict[str, dict[str, str]]:
    """The type of each column of each rule, from the rules run over empty tables."""
    from mingbai.base.standards import standards
    from mingbai.facts.bureaus.tables import TABLES
    from mingbai.findings.screening import engine
    from mingbai.findings.screening.rule import rules

    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA arrived")
        for table in TABLES:
            con.execute(f"CREATE TABLE arrived.{table.name} ({', '.join(f'{n} {k}' for n, k in table.typed)})")
        engine.prepare(con, DAY, standards.at(DAY, ""), {}, rules().values())
        return {
            rule.code: {c[0]: str(c[1]) for c in con.execute(engine.raised(rule)).description or ()}
            for rule in rules().values()
        }


def _written(out: Path) -> Iterator[str]:
    formula = "regexp_matches(x, '^[=+@\\t\\r-]') AND NOT regexp_full_match(x, '[+-]?[0-9]+(\\.[0-9]+)?')"
    yield f"CREATE MACRO inert(x) AS CASE WHEN {formula} THEN '''' || x ELSE x END"
    # The byte-order mark goes before the name of the first column.
    yield (
        'COPY (SELECT rule AS "\ufeffrule", subject_kind, inert(subject_id) AS subject_id, '
        "inert(household_id) AS household_id, inert(village) AS village, evidence, question, "
        f"inert(clue_key) AS clue_key FROM clue ORDER BY rule, subject_id) TO '{out}/clues.csv' (HEADER)"
    )
    yield (
        'COPY (SELECT file AS "\ufefffile", line, "column", inert(value) AS value, problem FROM error '
        f"ORDER BY file, line, \"column\") TO '{out}/errors.csv' (HEADER)"
    )
    yield (
        'COPY (SELECT inert(a.household_id) AS "\ufeffhousehold_id", a.year, a.wages, a.business, a.property, '
        f"a.transfers, a.costs, a.net_income, coalesce(h.members, 0) AS members, {_PER_HEAD} AS net_income_per_head "
        "FROM account a LEFT JOIN living_household h USING (household_id) ORDER BY a.household_id, a.year) "
        f"TO '{out}/accounts.csv' (HEADER)"
    )


def run(folder: Path, out: Path, script: Path) -> None:
    """Runs the script and writes run.json with the counts and the sha256 of every file."""
    out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con, ThreadPoolExecutor(1) as beside:
        hashes = {path.name: beside.submit(_sha256, path) for path in sorted(folder.glob("*.parquet"))}
        con.execute(script.read_text(encoding="utf-8"))
        clues = dict(con.execute("SELECT rule, count(*) FROM clue GROUP BY rule").fetchall())
        said = {"day": DAY.isoformat(), "clues_by_rule": clues, "sha256": {n: h.result() for n, h in hashes.items()}}
    (out / "run.json").write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    {"write": write, "run": run}[sys.argv[1]](*map(Path, sys.argv[2:]))
