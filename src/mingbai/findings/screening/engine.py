"""Running rules over the tables that came: what is built before, and what each rule raised.

Everything is SQL in DuckDB's dialect and nothing here depends on DuckDB but `prepare` and `run_rule`; `portable` turns
the same statements into PostgreSQL's and Spark's dialect.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

import duckdb

from mingbai.base.lib.dates import last_31_august, months_before
from mingbai.base.standards.standards import Standard
from mingbai.facts.bureaus.tables import BY_NAME, TABLES
from mingbai.findings.screening.rule import GIVEN, Rule, views, views_of

LINE = "monitoring_line"


def given(
    day: date, standards: Mapping[str, Standard], lines: Mapping[int, Standard]
) -> dict[str, list[tuple[object, ...]]]:
    """The rows of ``screening_day`` and ``standard`` (see `GIVEN`) for one run.

    Args:
        standards: the numbers in force on `day`; the yearly monitoring line is taken from `lines` instead.
        lines: the monitoring line of each account year that has one.
    """
    rows: list[tuple[object, ...]] = []
    for name, number in sorted(standards.items()):
        if name == LINE:
            continue
        if isinstance(number.value, tuple):
            rows += [(name, number.since, number.place, None, label, None, None) for label in number.value]
            continue
        starts = months_before(day, int(number.value)) if number.unit == "months" else None
        rows.append((name, number.since, number.place, number.value, None, starts, None))
    for year, number in sorted(lines.items()):
        rows.append((LINE, number.since, number.place, number.value, None, None, year))
    return {"screening_day": [(day, day.year, last_31_august(day).year)], "standard": rows}


def seen(table: str) -> str:
    """SELECT of the rows of a table that are seen on the screening day: none dated after it."""
    declared = BY_NAME[table]
    columns = ", ".join(f"a.{name}" for name, _ in declared.typed)
    if not declared.dated:
        return f"SELECT {columns} FROM arrived.{table} AS a"
    mark = "year" if declared.column(declared.dated).kind == "year" else "day"
    return (
        f"SELECT {columns} FROM arrived.{table} AS a CROSS JOIN screening_day AS d "
        f"WHERE a.{declared.dated} IS NULL OR a.{declared.dated} <= d.{mark}"
    )


def preparation(rules: Iterable[Rule], also: Iterable[str] = ()) -> list[tuple[str, str, str]]:
    """What is built once a run: (VIEW or TABLE, name, SELECT), in order; `also` names views wanted besides."""
    # `raised` says where every household lies, whether the rule itself asks or not.
    needed = {"home", "roster"} | {view.name for rule in rules for view in views_of(rule)}
    for name in also:
        needed |= {name, *(view.name for view in views_of(views()[name]))}
    steps = [("VIEW", t.name, seen(t.name)) for t in TABLES]
    return steps + [
        ("TABLE" if view.is_kept else "VIEW", view.name, view.sql) for view in views().values() if view.name in needed
    ]


def prepare(
    con: duckdb.DuckDBPyConnection,
    day: date,
    standards: Mapping[str, Standard],
    lines: Mapping[int, Standard],
    rules: Iterable[Rule],
    also: Iterable[str] = (),
) -> None:
    """Builds, on a connection that holds ``arrived``, all that the rules stand on."""
    # Rows carry their lines and lists are sorted outside, so nothing here rests on the order of rows.
    con.execute("SET preserve_insertion_order = false")
    for name, rows in given(day, standards, lines).items():
        columns = ", ".join(f"{column} {kind}" for column, kind in GIVEN[name].items())
        con.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")
        if rows:
            # One statement: a round for each row would cost more than a rule does.
            row = f"({', '.join('?' * len(GIVEN[name]))})"
            cells = [cell for one in rows for cell in one]
            con.execute(f"INSERT INTO {name} VALUES {', '.join([row] * len(rows))}", cells)
    for kind, name, sql in preparation(rules, also):
        con.execute(f"CREATE OR REPLACE {kind} {name} AS {sql}")


def raised(rule: Rule, household: str | None = None) -> str:
    """The SELECT of a rule's clues: evidence, then household_id and village of the subject.

    With a household (a SQL literal) it also gives what did not fire, in column ``fires``.
    """
    columns = ", ".join(f"r.{c}" for c in (rule.subject_column, "clue_key", *rule.evidence))
    fires = "r.fires" if "fires" in rule.columns else "TRUE"
    match rule.subject:
        case "person":
            place, joins = "h.household_id, h.village", "JOIN roster AS h ON h.person_id = r.person_id"
        case "household":
            place, joins = "h.household_id, h.village", "JOIN home AS h ON h.household_id = r.household_id"
        case _:
            place, joins = "'' AS household_id, r.village", ""
    if household is None:
        return f"SELECT {columns}, {place} FROM ({rule.sql}) AS r {joins} WHERE {fires}"
    if rule.subject == "village":
        where = f"r.village = (SELECT h.village FROM home AS h WHERE h.household_id = {household})"
    else:
        where = f"h.household_id = {household}"
    return f"SELECT {columns}, {place}, {fires} AS fires FROM ({rule.sql}) AS r {joins} WHERE {where}"


def run_rule(con: duckdb.DuckDBPyConnection, rule: Rule, household: str | None = None) -> Iterator[tuple[object, ...]]:
    """The rows of `raised`, fetched in parts."""
    found = con.execute(raised(rule, household))
    while part := found.fetchmany(50_000):
        yield from part


def plain_number(value: Decimal) -> Decimal:
    """A number without the zeros that its storage added: 6.0000 is 6, 36.5000 is 36.5; cents stay."""
    exponent = value.as_tuple().exponent
    if exponent == -2:
        return value
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()
