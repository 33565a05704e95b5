"""The rows of a staged import that people look at, by kind, with IDs masked; and which rows of the files are wrong."""

import duckdb
import pyarrow as pa

from mingbai.base.lib.resident_id import masked, without_ids
from mingbai.facts.bureaus.files import Source
from mingbai.facts.bureaus.raw import literal
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.facts.registry.staging import HOUSEHOLD, MEMBER, Came

MOST = 5000
"""Rows of a kind that the page can turn through; all are counted, and all refused ones are in the file."""

KINDS = ("refused", "doubt", "difference", "changed", "new", "missing")

HEADERS = {c.name: c.header for name in ("member", "household") for c in BY_NAME[name].columns}
"""Chinese header by English column."""

PROBLEM = "问题"
"""The one more column of the error file."""

_MASKED = (
    "CASE WHEN length({0}) >= 15 THEN left({0}, 6) || '********' || right({0}, 4) ELSE repeat('*', length({0})) END"
)


def make(con: duckdb.DuckDBPyConnection, came: Came) -> dict[str, int]:
    """``plan.row`` (kind, n, household_id, person_id, name, field, ours, theirs), and the counts of the preview.

    A refused row has the file in household_id and the line in person_id.
    """
    con.execute(
        "CREATE OR REPLACE TABLE plan.row (kind VARCHAR, n BIGINT, household_id VARCHAR, person_id VARCHAR, "
        "name VARCHAR, field VARCHAR, ours VARCHAR, theirs VARCHAR)"
    )
    selects = {
        "doubt": "SELECT household_id, person_id, name, '' AS field, '' AS ours, said AS theirs FROM plan.doubt",
        "difference": " UNION ALL ".join(
            f"SELECT d.household_id, '' AS person_id, h.head_name AS name, '{HEADERS[name]}' AS field, ours, theirs "
            f"FROM plan.difference d JOIN here.household h USING (household_id) WHERE d.field = '{name}'"
            for name in HOUSEHOLD
        ),
        "changed": _changed(),
        "new": _new(),
        "missing": _missing("household" in came.sources, "member" in came.sources),
    }
    for kind, select in selects.items():
        con.execute(
            f"INSERT INTO plan.row SELECT '{kind}', * FROM (SELECT row_number() OVER "
            f"(ORDER BY household_id, person_id, field) AS n, * FROM ({select})) WHERE n <= {MOST}"
        )
    refused = [
        ("refused", n, bad.file, str(bad.line), "", bad.column, _shown(bad.column, bad.value), bad.problem)
        for n, bad in enumerate(sorted(came.bad)[:MOST], start=1)
    ]
    if refused:
        con.executemany("INSERT INTO plan.row VALUES (?, ?, ?, ?, ?, ?, ?, ?)", refused)
    counts = _counts(con, selects["missing"])
    return counts | {"bad_cells": len(came.bad), "refused": sum(one.rejected for one in came.counts.values())}


def _counts(con: duckdb.DuckDBPyConnection, missing: str) -> dict[str, int]:
    def count(rows: str) -> int:
        return con.execute(f"SELECT count(*) FROM {rows}").fetchall()[0][0]  # type: ignore[no-any-return]

    found = {
        "households_new": count("plan.household WHERE kind = 'new'"),
        "households_changed": count("plan.household WHERE kind = 'changed'"),
        "households_touched": count("plan.household"),
        "households_read": count("plan.said_household"),
        "members_new": count("plan.member WHERE kind = 'new'"),
        "members_changed": count("plan.member WHERE kind = 'changed'"),
        "members_read": count("plan.said_member"),
        "difference": count("plan.difference"),
        "doubt": count("plan.doubt"),
        "missing": count(f"({missing})"),
    }
    for what in ("households", "members"):
        found[f"{what}_unchanged"] = found[f"{what}_read"] - found[f"{what}_new"] - found[f"{what}_changed"]
    return found


def _changed() -> str:
    household = [
        f"SELECT p.household_id, '' AS person_id, h.head_name AS name, '{HEADERS[name]}' AS field, h.{name} AS ours, "
        f"p.{name} AS theirs FROM plan.household p JOIN here.household h USING (household_id) "
        f"WHERE p.kind = 'changed' AND list_contains(p.fields, '{name}')"
        for name in HOUSEHOLD
    ]
    member = [
        f"SELECT p.household_id, p.person_id, h.name, '{HEADERS[name]}' AS field, h.{name} AS ours, p.{name} AS theirs "
        f"FROM plan.member p JOIN plan.living h USING (person_id) "
        f"WHERE p.kind = 'changed' AND list_contains(p.fields, '{name}')"
        for name in (*MEMBER, "household_id")
    ]
    member.append(
        "SELECT p.household_id, p.person_id, h.name, '证件号码' AS field, "
        f"CASE WHEN starts_with(h.key, 'hs') THEN '另一个号码' ELSE {_MASKED.format('h.key')} END AS ours, "
        f"{_MASKED.format('p.key')} AS theirs FROM plan.member p JOIN plan.living h USING (person_id) "
        "WHERE p.kind = 'changed' AND list_contains(p.fields, 'person')"
    )
    return " UNION ALL ".join(household + member)


def _new() -> str:
    return (
        "SELECT p.household_id, '' AS person_id, p.head_name AS name, '' AS field, p.village AS ours, "
        "coalesce(p.household_class || '，', '') || (SELECT count(*) FROM plan.member m "
        "WHERE m.household_id = p.household_id) || ' 人' AS theirs FROM plan.household p WHERE p.kind = 'new' "
        "UNION ALL SELECT m.household_id, m.person_id, m.name, '' AS field, h.village AS ours, m.relation AS theirs "
        "FROM plan.member m JOIN here.household h USING (household_id) WHERE m.kind = 'new'"
    )


def _missing(households: bool, members: bool) -> str:
    """Who stands here and is not in the file: households of its villages, members of its households."""
    return (
        "SELECT h.household_id, '' AS person_id, h.head_name AS name, '' AS field, h.village AS ours, "
        f"coalesce(h.household_class, '') AS theirs FROM here.household h WHERE {households} AND h.ended_on IS NULL "
        "AND h.village IN (SELECT village FROM arrived.household) "
        "AND h.household_id NOT IN (SELECT household_id FROM plan.named_household) "
        "UNION ALL SELECT m.household_id, m.person_id, m.name, '' AS field, h.village AS ours, m.relation AS theirs "
        f"FROM plan.living m JOIN here.household h USING (household_id) WHERE {members} AND h.ended_on IS NULL "
        "AND m.household_id IN (SELECT household_id FROM plan.named_household) "
        "AND m.person_id NOT IN (SELECT person_id FROM plan.named_member)"
    )


def _shown(column: str, value: str) -> str:
    return masked(value) if column in ("证件号码", "户主证件号码") else without_ids(value)


def bad_rows(con: duckdb.DuckDBPyConnection, came: Came) -> None:
    """``plan.bad_household`` and ``plan.bad_member``: the rows with something wrong as they stand in the file, in its
    columns, and one more that says what; IDs are in clear. Only for files that have such rows."""
    for name, source in came.sources.items():
        con.execute(f"DROP TABLE IF EXISTS plan.bad_{name}")
        said = [
            (b.line, f"「{b.column}」{b.problem}" if b.column else b.problem)
            for b in came.bad
            if b.file == source.path.name
        ]
        if not said:
            continue
        lines, problems = zip(*said, strict=True)
        con.register("said", pa.table({"line": pa.array(lines, pa.int64()), "problem": pa.array(problems)}))
        cells = ", ".join(f'r.c{at} AS "{header}"' for at, header in _header(con, source))
        con.execute(
            f'CREATE OR REPLACE TABLE plan.bad_{name} AS SELECT s.line, {cells}, s.problem AS "{PROBLEM}" FROM '
            f"(SELECT line, string_agg(problem, ' ') AS problem FROM said GROUP BY line) s "
            f"JOIN {source.raw} r USING (line) ORDER BY s.line"
        )
        con.unregister("said")


def _header(con: duckdb.DuckDBPyConnection, source: Source) -> list[tuple[int, str]]:
    """The columns of a file by position, under the names they have there."""
    if source.path.suffix.lower() == ".parquet":
        described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(source.path)})").fetchall()
        names: list[str | None] = [row[0] for row in described]
    else:
        cells = ", ".join(f"c{at}" for at in range(source.width))
        rows = con.execute(f"SELECT {cells} FROM {source.raw} WHERE line = {source.first_line - 1}").fetchall()
        names = list(rows[0]) if rows else [None] * source.width
    known = {at: source.table.column(name).header for name, at in source.columns.items()}
    found, used = [], {PROBLEM, "line"}
    for at, name in enumerate(names):
        text = known.get(at) or (name or "").strip().replace('"', "")
        if text and text not in used:
            used.add(text)
            found.append((at, text))
    return found
