"""What an import's events say: one for each household that changes, made from its plan. SQL, no Django.

The JSON of what changed is put together by the engine: for a million persons nothing else is quick enough.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from mingbai.facts.registry.listing import HEADERS
from mingbai.facts.registry.snapshot import HIDDEN
from mingbai.facts.registry.staging import HOUSEHOLD, MEMBER

_BATCH = 10_000
_NAMED = 4
"""Of more persons than this an event's sentence names the first ones only; all are in what changed."""

Hide = Callable[[Sequence[str]], list[str]]


def households(con: duckdb.DuckDBPyConnection, hide: Hide) -> Iterator[tuple[str, str, str, str]]:
    """For each household that changes: its code, its village, the sentence, and `changed` as registry events have it,
    as canonical JSON. `hide` hides many texts."""
    _hide(con, "household", "household_id", hide)
    _hide(con, "member", "person_id", hide)
    _people(con)
    _households(con)
    con.execute("SELECT * FROM plan.told ORDER BY household_id")
    while batch := con.fetchmany(_BATCH):
        for household_id, village, changed, *words in batch:
            yield household_id, village, _said(*words), changed


def _hide(con: duckdb.DuckDBPyConnection, table: str, key: str, hide: Hide) -> None:
    """``plan.covered_TABLE``: the plan with what may not lie open hidden; ``odd``: JSON has to escape something."""
    told = HOUSEHOLD if table == "household" else MEMBER
    names = sorted(HIDDEN.intersection(told))
    rows = con.sql(f"SELECT {key}, {', '.join(f'coalesce({n}, $$$$) AS {n}' for n in names)} FROM plan.{table}")
    held = rows.to_arrow_table()
    for at, name in enumerate(names, start=1):
        held = held.set_column(at, name, pa.array(hide(held.column(name).to_pylist()), pa.string()))
    con.register("held", held)
    cells = ", ".join(f"nullif(x.{name}, '') AS {name}" for name in names)
    texts = ", ".join(f"p.{name}" for name in ("household_id", *told) if name not in names)
    con.execute(
        f"CREATE OR REPLACE TABLE plan.covered_{table} AS SELECT p.* REPLACE ({cells}), "
        f"regexp_matches(concat_ws(' ', {texts}), '[\"\\\\[:cntrl:]]') AS odd "
        f"FROM plan.{table} p JOIN held x USING ({key})"
    )
    con.unregister("held")


def _people(con: duckdb.DuckDBPyConnection) -> None:
    """``plan.person``: each person's part, with the household that tells of it; whoever moves is told of where they
    leave too."""
    # Whoever is new in a household comes with all their fields.
    whole = "(kind = 'new' OR from_household IS NOT NULL)"
    parts = {
        name: f"CASE WHEN {whole} OR list_contains(fields, '{name}') THEN {_pair(name, name)} END" for name in MEMBER
    }
    parts["household"] = f"CASE WHEN {whole} THEN {_pair('household', 'household_id')} END"
    parts["id_hidden"] = _pair(
        "id_hidden", f"CASE WHEN {whole} THEN coalesce(id_hidden, from_hidden) ELSE id_hidden END"
    )
    parts["birth"] = (
        f'CASE WHEN birth_was_typed THEN \'"birth":""\' '
        f"WHEN {whole} AND NOT id_valid THEN {_pair('birth', 'birth')} END"
    )
    con.execute(
        "CREATE OR REPLACE TABLE plan.person AS "
        "SELECT household_id AS teller, person_id, name, kind, from_household, FALSE AS leaves, fields, "
        f"{_object(parts)} AS told FROM plan.covered_member "
        "UNION ALL SELECT from_household, person_id, name, kind, from_household, TRUE, fields, "
        f"'{{' || {_pair('household', 'household_id')} || '}}' FROM plan.covered_member "
        "WHERE from_household IS NOT NULL"
    )


def _households(con: duckdb.DuckDBPyConnection) -> None:
    parts = {
        name: f"CASE WHEN h.kind = 'new' OR list_contains(h.fields, '{name}') THEN {_pair(name, f'h.{name}')} END"
        for name in HOUSEHOLD
    }
    moved = "from_household IS NOT NULL AND NOT leaves"
    stayed = "p.kind = 'changed' AND from_household IS NULL"
    # The names are wanted where a sentence says them: not for households that are new.
    con.execute(
        "CREATE OR REPLACE TABLE plan.named AS SELECT teller, "
        "list(name ORDER BY person_id) FILTER (p.kind = 'new') AS new, "
        f"list(name ORDER BY person_id) FILTER ({moved}) AS came, "
        "list(name ORDER BY person_id) FILTER (leaves) AS went, "
        f"list(name ORDER BY person_id) FILTER ({stayed}) AS stayed, "
        f"flatten(list(p.fields ORDER BY person_id) FILTER ({stayed})) AS headers "
        "FROM plan.person p JOIN plan.household h ON h.household_id = p.teller AND h.kind <> 'new' GROUP BY teller"
    )
    con.execute(
        "CREATE OR REPLACE TABLE plan.told AS WITH people AS (SELECT teller, count(*) AS number, "
        "string_agg(to_json(person_id) || ':' || told, ',' ORDER BY person_id) AS told "
        "FROM plan.person GROUP BY teller), "
        f"own AS (SELECT h.*, {_object(parts)} AS told FROM plan.covered_household h) "
        "SELECT h.household_id, h.village, '{' || concat_ws(',', "
        "CASE WHEN h.told <> '{}' THEN '\"household\":' || h.told END, "
        "'\"members\":{' || p.told || '}') || '}' AS changed, "
        "h.kind, h.head_name, h.fields, coalesce(p.number, 0), n.new, n.came, n.went, n.stayed, n.headers "
        "FROM own h LEFT JOIN people p ON p.teller = h.household_id LEFT JOIN plan.named n ON n.teller = h.household_id"
    )


def _pair(name: str, value: str) -> str:
    """``"name":"value"``; NULL where the value is. Only rows with something to escape (`odd`) go the slow way."""
    return f"'\"{name}\":' || CASE WHEN odd THEN to_json({value})::VARCHAR ELSE '\"' || ({value}) || '\"' END"


def _object(parts: dict[str, str]) -> str:
    """A JSON object of pairs, those that are NULL left out, by name."""
    return f"'{{' || concat_ws(',', {', '.join(parts[name] for name in sorted(parts))}) || '}}'"


def _said(kind: str, head: str, fields: Sequence[str], number: int, *groups: Any) -> str:
    new, came, went, stayed, headers = (group or [] for group in groups)
    if kind == "new":
        return f"名册导入：登记入册，户主{head}，{number} 人。"
    parts = []
    if fields:
        parts.append("更新" + "、".join(HEADERS[name] for name in fields))
    parts += [words + _names(some) for words, some in (("新增成员", new), ("转入", came), ("转出", went)) if some]
    if stayed:
        parts.append(f"更新{_names(stayed)}的{'、'.join(dict.fromkeys(HEADERS[name] for name in headers))}")
    return f"名册导入：{'；'.join(parts)}。"


def _names(some: Sequence[str]) -> str:
    shown = "、".join(some[:_NAMED])
    return shown if len(some) <= _NAMED else f"{shown}等 {len(some)} 人"
