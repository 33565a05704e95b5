"""Our registry as the tables of the contract (户表, 成员表): for the rules, and for people who want it as a file."""

from collections.abc import Callable, Iterator, Sequence

import duckdb
import pyarrow as pa

from mingbai.base.lib.cipher import Keys
from mingbai.base.places.models import Place
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.facts.registry.queries.bulk import into, text

_HOUSEHOLD = (
    "household_id", "village", "group_name", "head_name", "household_class", "causes", "identified_on",
    "monitored_since", "eliminated", "eliminated_on", "elimination_way", "housing_grade", "safe_water", "phone",
    "helper", "helper_unit",
)  # fmt: skip
_MEMBER = (
    "person_id", "name", "id_hidden", "id_valid", "birth", "relation", "sex", "ethnicity", "schooling", "studying",
    "health", "skill", "months_worked", "work_place", "phone",
)  # fmt: skip
_AT_ONCE = 10_000
# Several by 、 here; in the typed tables with one more on either side, so that each can be found with LIKE.
_SEVERAL = ("causes", "health")
_ROWS = {
    "household": (
        "standing.household h LEFT JOIN standing.member p ON p.household_id = h.household_id AND p.relation = '户主' "
        "LEFT JOIN standing.opened c ON c.id_hidden = p.id_hidden",
        "h.household_id",
    ),
    "member": (
        "standing.member h LEFT JOIN standing.opened c ON c.id_hidden = h.id_hidden",
        "h.household_id, h.person_id",
    ),
}


def roster_tables(place: str, con: duckdb.DuckDBPyConnection, keys: Keys) -> None:
    """Fills ``arrived.household`` and ``arrived.member`` (Table.typed) with who is on the registry of `place` now.

    Households that ended and members who left are not in it. ``X_key`` is the keyed hash of the ID (Keys.person_key),
    never the ID; ``line`` counts from 2, by 户编号 and 人编号.
    """
    standing(place, con)
    opened(con, keys, lambda clear: (keys.person_key(clear), _sex(clear)), "key", "sex")
    con.execute("CREATE SCHEMA IF NOT EXISTS arrived")
    for table, (rows, order) in _ROWS.items():
        typed = BY_NAME[table].typed[1:]
        columns = ", ".join(f"CAST({_expression(table, name)} AS {kind}) AS {name}" for name, kind in typed)
        con.execute(
            f"CREATE OR REPLACE TABLE arrived.{table} AS "
            f"SELECT row_number() OVER (ORDER BY {order}) + 1 AS line, {columns} FROM {rows}"
        )
    con.execute("DROP SCHEMA standing CASCADE")


def _expression(table: str, name: str) -> str:
    who = "p" if table == "household" else "h"
    match name:
        case "person_key" | "head_key":
            return "c.key"
        case "person_valid" | "head_valid":
            return f"coalesce({who}.id_valid, FALSE)"
        case "person_birth" | "head_birth":
            return f"CASE WHEN {who}.id_valid THEN {who}.birth END"
        case "person_sex" | "head_sex":
            return f"CASE WHEN {who}.id_valid THEN c.sex END"
    return f"'、' || h.{name} || '、'" if name in _SEVERAL else f"h.{name}"


def _sex(clear: str) -> str:
    """What the 17th digit of an ID says; asked only where the ID is valid."""
    return "男" if clear[16:17] in ("1", "3", "5", "7", "9") else "女"


def opened(con: duckdb.DuckDBPyConnection, keys: Keys, say: Callable[[str], Sequence[str]], *columns: str) -> None:
    """Fills ``standing.opened``: for each hidden ID of ``standing.member`` what `say` makes of the ID in clear."""
    names = ["id_hidden", *columns]
    con.execute(f"CREATE OR REPLACE TABLE standing.opened ({', '.join(f'{name} VARCHAR' for name in names)})")
    hidden = con.execute("SELECT DISTINCT id_hidden FROM standing.member WHERE id_hidden IS NOT NULL").fetchall()
    rows = [(text, *say(keys.open(text))) for (text,) in hidden]
    if rows:
        con.register("rows", pa.table([pa.array(cells, pa.string()) for cells in zip(*rows, strict=True)], names))
        con.execute("INSERT INTO standing.opened SELECT * FROM rows")
        con.unregister("rows")


def contract_rows(
    place: str, table: str, con: duckdb.DuckDBPyConnection, keys: Keys, say: Callable[[str], str]
) -> tuple[list[str], int, Iterator[tuple[str | None, ...]]]:
    """户表 (household) or 成员表 (member) of `place` as people know it: headers, number of rows, and the rows, all text.

    `say` makes of an ID in clear what is to be shown of it.
    """
    standing(place, con)
    opened(con, keys, lambda clear: (say(clear),), "shown")
    columns = BY_NAME[table].columns
    rows, order = _ROWS[table]
    cells = ", ".join("c.shown" if column.kind == "person" else f"h.{column.name}" for column in columns)
    number = con.execute(f"SELECT count(*) FROM standing.{table}").fetchall()[0][0]
    con.execute(f"SELECT {cells} FROM {rows} ORDER BY {order}")
    return [column.header for column in columns], number, _fetched(con)


def _fetched(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str | None, ...]]:
    while batch := con.fetchmany(_AT_ONCE):
        yield from batch


def standing(place: str, con: duckdb.DuckDBPyConnection) -> None:
    """Fills ``standing.household`` and ``standing.member``: the registry of `place` as it is now, all text but
    id_valid, IDs still hidden; with the names of townships and villages."""
    con.execute("CREATE SCHEMA IF NOT EXISTS standing")
    inside = "h.village >= %s AND h.village < %s AND h.ended_on IS NULL"
    area = (place, f"{place}:")
    cells = ", ".join(text(f"h.{name}") for name in _HOUSEHOLD)
    into(con, "standing.plain", _HOUSEHOLD, f"SELECT {cells} FROM registry_household h WHERE {inside}", area)
    names = [("code", "name"), *Place.objects.filter(code__startswith=place[:6]).values_list("code", "name")]
    codes, shown = zip(*names, strict=True)
    con.register("places", pa.table([pa.array(codes, pa.string()), pa.array(shown, pa.string())], ["code", "name"]))
    con.execute(
        "CREATE OR REPLACE TABLE standing.household AS SELECT h.*, t.name AS township, v.name AS village_name "
        "FROM standing.plain h LEFT JOIN places t ON t.code = left(h.village, 9) "
        "LEFT JOIN places v ON v.code = h.village"
    )
    con.unregister("places")
    cells = ", ".join(text(f"m.{name}") for name in _MEMBER)
    into(
        con, "standing.told", ("household_id", *_MEMBER),
        f"SELECT h.household_id, {cells} FROM registry_member m JOIN registry_household h ON h.id = m.household_id "
        f"WHERE {inside} AND m.left_on IS NULL", area,
    )  # fmt: skip
    # SQLite says 1, PostgreSQL says true.
    con.execute(
        "CREATE OR REPLACE TABLE standing.member AS SELECT * REPLACE (id_valid IN ('1', 'true') AS id_valid) "
        "FROM standing.told"
    )
    con.execute("DROP TABLE standing.plain")
    con.execute("DROP TABLE standing.told")
