"""A roster that came, checked against the contract and against what stands here: which rows can be used.

SQL over the engine, no Django. Schemas of the connection:

* ``arrived``    household and member as typed from the files (Table.typed; ``X_key`` is the ID in clear)
* ``here``       household and member of the registry in the import's place, the ended and departed too (all text)
* ``elsewhere``  household (household_id) and member (person_id, id_index, living): of the file's codes and IDs, those
  that the registry has outside the place
* ``place_now``  code, name, until, successor of the places in the import's place
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus import files
from mingbai.facts.bureaus.cells import cleaned, quoted
from mingbai.facts.bureaus.files import Source
from mingbai.facts.bureaus.read import BadCell, Counts, arrive
from mingbai.facts.bureaus.tables import BY_NAME

HOUSEHOLD = (
    "village", "group_name", "head_name", "household_class", "causes", "identified_on", "monitored_since", "eliminated",
    "eliminated_on", "elimination_way", "housing_grade", "safe_water", "phone", "helper", "helper_unit",
)  # fmt: skip
"""What an import says of a household, besides its code."""

MEMBER = (
    "name", "relation", "sex", "ethnicity", "schooling", "studying", "health", "skill", "months_worked", "work_place",
    "phone",
)  # fmt: skip
"""What an import says of a person, besides code, household and ID."""

DECIDED = ("household_class", "monitored_since", "eliminated", "eliminated_on", "elimination_way")
"""What an import no longer changes once it was decided here (class_decided_on)."""

_SEVERAL = ("causes", "health")
_MOST_MONTHS = 9999
_LONGEST_ID = 40


@dataclass
class Came:
    """What became of the files so far."""

    bad: list[BadCell] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    counts: dict[str, Counts] = field(default_factory=dict)


def begin(con: duckdb.DuckDBPyConnection) -> None:
    """Empty tables for what did not come."""
    for schema in ("arrived", "here", "elsewhere", "plan"):
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for name in ("household", "member"):
        columns = ", ".join(f"{column} {kind}" for column, kind in BY_NAME[name].typed)
        con.execute(f"CREATE OR REPLACE TABLE arrived.{name} ({columns})")


def open_files(con: duckdb.DuckDBPyConnection, paths: Mapping[str, Path], scratch: Path) -> Came:
    """Opens the files (by English table name). Refused: with every reason at once, as a screening would."""
    came = Came()
    reasons: list[str] = []
    for name in ("household", "member"):
        if name not in paths:
            continue
        try:
            came.sources[name] = files.open_file(con, BY_NAME[name], paths[name], scratch)
        except Refused as refusal:
            reasons += refusal.reasons
    if reasons:
        raise Refused(*reasons)
    return came


def households(con: duckdb.DuckDBPyConnection, came: Came) -> None:
    """Types the rows of 户表."""
    if "household" in came.sources:
        came.counts["household"] = arrive(con, came.sources["household"], came.bad)


def check_households(con: duckdb.DuckDBPyConnection, came: Came, limits: Mapping[str, int], area: str) -> None:
    """Takes out the households that may not come in here: another area, an unknown village, an ended household."""
    if "household" not in came.sources:
        return
    _shorten(con, came, "household", limits)
    out = _Out(con, came, "household")
    out.take("village", f"NOT starts_with(a.village, {quoted(area)})", "'这个村不在本次导入的范围内。'")
    out.take(
        "village",
        "NOT EXISTS (FROM place_now p WHERE p.code = a.village AND length(p.code) = 12)",
        "'系统里没有这个村代码，请核对；确是新设的村，请先在系统里增加。'",
    )
    out.take(
        "village",
        "EXISTS (FROM place_now p WHERE p.code = a.village AND p.until IS NOT NULL)",
        "'这个村已经撤并' || coalesce((SELECT '（并入 ' || p.successor || '）' FROM place_now p "
        "WHERE p.code = a.village AND p.successor <> ''), '') || '，请改为现在的村代码。'",
    )
    out.take(
        "household_id",
        "a.household_id IN (SELECT household_id FROM elsewhere.household)",
        "'这个户编号已登记在本次导入范围以外，请核对编号。'",
    )
    out.take(
        "household_id",
        "EXISTS (FROM here.household h WHERE h.household_id = a.household_id AND h.ended_on IS NOT NULL)",
        "(SELECT '这一户已于 ' || h.ended_on || ' 在系统里销户（' || h.ended_why || '），名册不会恢复它。确要恢复，请先在系统里办理。' "
        "FROM here.household h WHERE h.household_id = a.household_id)",
    )


def members(con: duckdb.DuckDBPyConnection, came: Came) -> None:
    """Types the rows of 成员表; a household may stand in 户表 or in the registry."""
    if "member" not in came.sources:
        return
    con.execute(
        "INSERT INTO arrived.household (household_id) SELECT household_id FROM here.household h "
        "WHERE ended_on IS NULL AND household_id NOT IN (SELECT household_id FROM arrived.household)"
    )
    came.counts["member"] = arrive(con, came.sources["member"], came.bad)
    con.execute("DELETE FROM arrived.household WHERE line IS NULL")


def check_members(con: duckdb.DuckDBPyConnection, came: Came, limits: Mapping[str, int]) -> None:
    """Takes out persons who live elsewhere or have left, and second heads of one household."""
    if "member" not in came.sources:
        return
    _shorten(con, came, "member", limits)
    out = _Out(con, came, "member")
    out.take(
        "person_id",
        "a.person_id IN (SELECT person_id FROM elsewhere.member)",
        "'这个人编号已登记在本次导入范围以外，请核对编号。'",
    )
    out.take(
        "person_id",
        "EXISTS (FROM here.member h WHERE h.person_id = a.person_id AND h.left_on IS NOT NULL)",
        "(SELECT '此人已于 ' || h.left_on || ' 在系统里登记' || h.left_why || '，名册里仍有。登记有误的，请先在系统里更正。' "
        "FROM here.member h WHERE h.person_id = a.person_id)",
    )
    _one_head(con, out)


def _one_head(con: duckdb.DuckDBPyConnection, out: "_Out") -> None:
    """Of several heads of one household: whoever is registered and not in the file stays, then whoever is head now,
    then the earlier row."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE head AS WITH said AS ("
        "SELECT a.household_id, a.line, a.name, a.person_id, "
        "coalesce(h.relation = '户主' AND h.household_id = a.household_id, FALSE) AS now "
        "FROM arrived.member a LEFT JOIN here.member h USING (person_id) WHERE a.relation = '户主' "
        "UNION ALL SELECT h.household_id, 0, h.name, h.person_id, TRUE FROM here.member h "
        "WHERE h.relation = '户主' AND h.left_on IS NULL AND h.person_id NOT IN (SELECT person_id FROM arrived.member)) "
        "SELECT *, row_number() OVER w AS place, first_value(name) OVER w AS first FROM said "
        "WINDOW w AS (PARTITION BY household_id ORDER BY line > 0, NOT now, line)"
    )
    out.take(
        "relation",
        "a.line IN (SELECT line FROM head WHERE place > 1)",
        "(SELECT '这一户的户主是' || first || '，一户只能有一个户主。换户主的，两人的「与户主关系」要一起改。' "
        "FROM head WHERE head.line = a.line)",
    )
    con.execute("DROP TABLE head")


@dataclass
class _Out:
    """Takes rows out of an arrived table, each with a sentence."""

    con: duckdb.DuckDBPyConnection
    came: Came
    table: str

    def take(self, column: str, where: str, sentence: str, value: str = "") -> None:
        """Rows (alias a) for which `where` holds; `sentence` and `value` (else the column) are SQL."""
        found = self.con.execute(
            f"SELECT line, {value or column}, {sentence} FROM arrived.{self.table} a WHERE {where} ORDER BY line"
        ).fetchall()
        if not found:
            return
        source = self.came.sources[self.table]
        header = source.table.column(column).header
        self.came.bad += [BadCell(source.path.name, line, header, v, f"{said}本行未采用。") for line, v, said in found]
        self.came.counts[self.table].rejected += len(found)
        self.con.execute(
            f"DELETE FROM arrived.{self.table} WHERE line IN (SELECT unnest($lines))", {"lines": [f[0] for f in found]}
        )


def _shorten(con: duckdb.DuckDBPyConnection, came: Came, table: str, limits: Mapping[str, int]) -> None:
    """A text longer than the registry keeps: a row without it if it must be there, else an empty cell."""
    out, source = _Out(con, came, table), came.sources[table]
    for column in source.table.columns:
        limit = limits.get(column.name)
        if limit is None or column.kind == "date":
            continue
        too_long = f"length({_plain(column.name)}) > {limit} OR contains({column.name}, chr(0))"
        if column.name == "months_worked":
            too_long = f"a.months_worked > {_MOST_MONTHS} OR a.months_worked < 0"
        said = f"超过 {limit} 个字或有看不见的控制符，请改短改正。"
        if column.required and not column.stays:
            out.take(column.name, too_long, quoted(said))
            continue
        cells = con.execute(f"SELECT line, {column.name} FROM arrived.{table} a WHERE {too_long}").fetchall()
        if column.name == "months_worked":
            said = "务工月数不合常理，请核对。"
        came.bad += [
            BadCell(source.path.name, line, column.header, str(v), f"{said}本行保留，这一格按空白处理。")
            for line, v in cells
        ]
        if cells:
            con.execute(f"UPDATE arrived.{table} AS a SET {column.name} = NULL WHERE {too_long}")
    if table == "member":
        said = f"'证件号码超过 {_LONGEST_ID} 个字，请核对。'"
        out.take("person", f"length(a.person_key) > {_LONGEST_ID}", said, value="left(person_key, 60)")


def _plain(name: str) -> str:
    return f"trim(a.{name}, '、')" if name in _SEVERAL else f"a.{name}"


def said_by_file(con: duckdb.DuckDBPyConnection, came: Came) -> None:
    """``plan.said_household`` and ``plan.said_member``: the usable rows as the registry writes things, all text.

    ``plan.named_household`` and ``plan.named_member``: every code that the files name, in refused rows too.
    """
    _named(con, came, "household_id", "plan.named_household")
    _named(con, came, "person_id", "plan.named_member")
    cells = ", ".join(f"{_written(name)} AS {name}" for name in HOUSEHOLD)
    con.execute(
        f"CREATE OR REPLACE TABLE plan.said_household AS SELECT line, household_id, {cells} FROM arrived.household a"
    )
    cells = ", ".join(f"{_written(name)} AS {name}" for name in MEMBER)
    con.execute(
        "CREATE OR REPLACE TABLE plan.said_member AS SELECT line, person_id, household_id, person_key AS key, "
        f"person_valid AS valid, person_birth::VARCHAR AS birth, {cells} FROM arrived.member a"
    )


def _named(con: duckdb.DuckDBPyConnection, came: Came, column: str, into: str) -> None:
    parts = [
        f"SELECT {cleaned(f'c{source.columns[column]}')} AS {column} FROM {source.raw}"
        for source in came.sources.values()
        if column in source.columns
    ]
    parts.append(f"SELECT NULL::VARCHAR AS {column}")
    con.execute(
        f"CREATE OR REPLACE TABLE {into} AS SELECT DISTINCT {column} FROM ({' UNION ALL '.join(parts)}) "
        f"WHERE {column} IS NOT NULL"
    )


def _written(name: str) -> str:
    if name == "months_worked":
        # As the history writes numbers: without needless zeros.
        return "regexp_replace(a.months_worked::DECIMAL(6,2)::VARCHAR, '\\.?0+$', '')"
    return f"CAST({_plain(name)} AS VARCHAR)"
