"""The inputs of figures, read from the site's database into the engine: a constant number of queries."""

from datetime import date
from functools import cache

import duckdb
import pyarrow as pa
from django.db.models import Count

from mingbai.base.lib.permissions import system
from mingbai.base.staff.queries import in_place
from mingbai.base.standards.queries import own_numbers
from mingbai.facts.assessments.queries import ages_at, unmet_now
from mingbai.facts.bureaus.tables import MONITORED_CLASSES
from mingbai.facts.income.models import HouseholdAccount
from mingbai.facts.income.queries import monitoring_lines
from mingbai.facts.registry.queries.bulk import into, length, text
from mingbai.oversight.indicators.inputs import TABLES
from mingbai.oversight.indicators.reckoning import Asked

_CLASSES = ", ".join(f"'{name}'" for name in MONITORED_CLASSES)
_MONITORED = f"h.household_class IN ({_CLASSES}) AND h.eliminated <> '是'"
_INSIDE = "h.village >= %s AND h.village < %s AND h.ended_on IS NULL"


def account_year(place: str) -> int | None:
    """The year whose accounts count: that of most accounts of the county (of the area above it), so that a new year is
    taken up when most households have theirs. None where there are no accounts."""
    found = HouseholdAccount.objects.filter(in_place(place[:6], "village"), in_force=True, is_whole=True)
    years = found.order_by().values_list("year").annotate(n=Count("pk"))
    return max(((n, year) for year, n in years), default=(0, None))[1]


def read(con: duckdb.DuckDBPyConnection, asked: Asked, year: int | None) -> None:
    """Fills the tables of `inputs.TABLES` in `con` with the area as it is now.

    year: of the accounts; None where there are none. Whoever calls has asked whether the area may be read.
    """
    _empty(con)
    area = (asked.area, f"{asked.area}:")
    into(con, "place", ("code", "name"),
         "SELECT code, name FROM places_place WHERE code >= %s AND code < %s AND until IS NULL", area)  # fmt: skip
    _households(con, area, year)
    _unmet(con, asked)
    _problems(con, asked, area)
    _clues(con, asked, area)


def _empty(con: duckdb.DuckDBPyConnection) -> None:
    for name, columns in TABLES.items():
        con.execute(f"CREATE OR REPLACE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns)})")


def _households(con: duckdb.DuckDBPyConnection, area: tuple[str, str], year: int | None) -> None:
    into(
        con, "home", ("id", "key", "village", "class", "causes", "monitored"),
        f"SELECT {text('h.id')}, h.household_id, h.village, h.household_class, h.causes, "
        f"CASE WHEN {_MONITORED} THEN '1' ELSE '0' END FROM registry_household h WHERE {_INSIDE}", area,
    )  # fmt: skip
    into(
        con, "living", ("id", "members"),
        f"SELECT {text('m.household_id')}, {text('count(*)')} FROM registry_member m JOIN registry_household h "
        f"ON h.id = m.household_id WHERE {_INSIDE} AND m.left_on IS NULL GROUP BY m.household_id", area,
    )  # fmt: skip
    _incomes(con, area, year)
    _returned(con, area)
    _lines(con, area[0], year)
    con.execute(
        "INSERT INTO household SELECT key, h.village, coalesce(class, ''), monitored = '1', coalesce(causes, ''), "
        "coalesce(l.members::BIGINT, 0), now.net, before.net, CASE WHEN now.net IS NOT NULL "
        "THEN coalesce(now.own, l.members::BIGINT, 0) END, CASE WHEN before.net IS NOT NULL "
        "THEN coalesce(before.own, l.members::BIGINT, 0) END, line, line_before, r.id IS NOT NULL "
        "FROM home h LEFT JOIN living l USING (id) LEFT JOIN (SELECT * FROM income WHERE recent) now USING (id) "
        "LEFT JOIN (SELECT * FROM income WHERE NOT recent) before USING (id) LEFT JOIN back r USING (id) "
        "LEFT JOIN line_of USING (village)"
    )
    for table in ("home", "living", "income", "back", "line_of"):
        con.execute(f"DROP TABLE {table}")


def _incomes(con: duckdb.DuckDBPyConnection, area: tuple[str, str], year: int | None) -> None:
    """``income``: net cents and length of the account's own list (NULL: none) by household, of the year (`recent`) and
    the one before; whole accounts in force only."""
    # SQLite keeps money as a binary fraction: rounding the sum gives back the cents that were written.
    cents = "round(sum(CASE WHEN substr(l.item, 1, 1) = 'E' THEN -l.amount ELSE l.amount END) * 100)"
    into(
        con, "told", ("id", "year", "net", "own"),
        f"SELECT {text('a.household_id')}, {text('a.year')}, {text(f'CAST({cents} AS bigint)')}, "
        f"{text(length('a.members'))} "
        "FROM registry_household h JOIN income_householdaccount a ON a.household_id = h.id "
        f"JOIN income_accountline l ON l.account_id = a.id WHERE {_INSIDE} AND a.in_force AND a.is_whole "
        "AND a.year IN (%s, %s) GROUP BY a.id, a.household_id, a.year", (*area, year or 0, (year or 0) - 1),
    )  # fmt: skip
    con.execute(
        "CREATE TABLE income AS SELECT id, net::BIGINT AS net, nullif(own::BIGINT, 0) AS own, "
        f"year::INT = {year or 0} AS recent FROM told"
    )
    con.execute("DROP TABLE told")


def _returned(con: duckdb.DuckDBPyConnection, area: tuple[str, str]) -> None:
    """``back``: monitored households of which the history knows a time between, eliminated or of another class.

    Only the history of those monitored today is read; states are followed event by event, as replay does.
    """
    into(
        con, "turn", ("id", "number", "changed"),
        f"SELECT {text('h.id')}, {text('e.id')}, e.changed FROM registry_household h "
        f"JOIN events_event e ON e.subject = 'household:' || h.household_id WHERE {_INSIDE} AND {_MONITORED} "
        """AND (e.changed LIKE '%%"household_class":%%' OR e.changed LIKE '%%"eliminated":%%')""", area,
    )  # fmt: skip
    con.execute(f"""
        CREATE TABLE back AS
        WITH said AS (
            SELECT id, number::BIGINT AS number,
                CASE WHEN contains(changed, '"household_class":')
                    THEN regexp_extract(changed, '"household_class":"([^"]*)"', 1) END AS class,
                CASE WHEN contains(changed, '"eliminated":')
                    THEN regexp_extract(changed, '"eliminated":"([^"]*)"', 1) END AS eliminated
            FROM turn
        ), state AS (
            SELECT id, number, last_value(class IGNORE NULLS) OVER past IN ({_CLASSES}) AS listed,
                coalesce(last_value(eliminated IGNORE NULLS) OVER past, '') = '是' AS eliminated
            FROM said WINDOW past AS (PARTITION BY id ORDER BY number)
        ), first AS (SELECT id, min(number) AS number FROM state WHERE listed GROUP BY id)
        SELECT DISTINCT s.id FROM state s JOIN first f USING (id)
        WHERE s.number >= f.number AND (s.eliminated OR NOT s.listed)
    """)
    con.execute("DROP TABLE turn")


def _lines(con: duckdb.DuckDBPyConnection, place: str, year: int | None) -> None:
    """``line_of``: the monitoring line by village, in cents a head, of the year and the one before. One query."""
    own = own_numbers(place)
    # Places within a county may have lines of their own; elsewhere one look-up a county is enough.
    digits = 12 if any(len(value.place) > 6 for number in own for value in number.values) else 6

    @cache
    def lines(code: str) -> tuple[int | None, int | None]:
        found = monitoring_lines([year, year - 1], code, own) if year else {}
        cents = [found.get(one) for one in (year or 0, (year or 0) - 1)]
        now, before = (None if one is None else int(one * 100) for one in cents)
        return now, before

    villages = [row[0] for row in con.execute("SELECT DISTINCT village FROM home").fetchall()]
    both = [lines(village[:digits]) for village in villages]
    table = pa.table(
        {
            "village": pa.array(villages, pa.string()), "line": pa.array([one for one, _ in both], pa.int64()),
            "line_before": pa.array([one for _, one in both], pa.int64()),
        }
    )  # fmt: skip
    con.register("came", table)
    con.execute("CREATE TABLE line_of AS SELECT * FROM came")
    con.unregister("came")


def _unmet(con: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    """By the one rule of assessments, as every list of guarantees unmet."""
    found = unmet_now(system("figures"), asked.day, ages_at(asked.day, asked.area))
    found = found.filter(in_place(asked.area, "village"))
    rows = list(found.order_by().values_list("household__household_id", "village", "item"))
    if rows:
        con.register(
            "came", pa.table(dict(zip(("key", "village", "item"), map(list, zip(*rows, strict=True)), strict=True)))
        )
        con.execute("INSERT INTO unmet SELECT * FROM came")
        con.unregister("came")


def _clues(con: duckdb.DuckDBPyConnection, asked: Asked, area: tuple[str, str]) -> None:
    _measured(con, asked, area)
    days = [text(f"c.{name}") for name in ("found_on", "due_on", "decided_on")]
    into(
        con, "told", ("number", "key", "village", "status", "found_on", "due_on", "decided_on", "issue", "closed_on"),
        f"SELECT {text('c.id')}, c.household_id, c.village, c.status, {', '.join(days)}, {text('i.id')}, "
        f"{text('i.closed_on')} FROM screening_clue c LEFT JOIN issues_issue i ON i.clue_id = c.id "
        "WHERE c.village >= %s AND c.village < %s AND (c.status IN ('new', 'assigned') OR c.found_on >= %s "
        "OR c.decided_on >= %s OR (i.id IS NOT NULL AND (i.closed_on IS NULL OR i.closed_on >= %s)))",
        (*area, asked.since, asked.since, asked.since),
    )  # fmt: skip
    con.execute(
        "INSERT INTO clue SELECT t.number::BIGINT, coalesce(key, ''), village, status, found_on::DATE, due_on::DATE, "
        "decided_on::DATE, m.day, closed_on::DATE FROM told t LEFT JOIN measured m ON m.issue = t.issue::BIGINT"
    )
    con.execute("DROP TABLE told")
    con.execute("DROP TABLE measured")


def _measured(con: duckdb.DuckDBPyConnection, asked: Asked, area: tuple[str, str]) -> None:
    """``measured``: the first day on which work on a problem began, by the history; of problems not closed before."""
    subject = (
        "CASE WHEN i.household_id <> '' THEN 'household:' || i.household_id ELSE 'issue:' || " + text("i.id") + " END"
    )
    into(
        con, "begun", ("day", "changed"),
        f"SELECT {text('e.day')}, e.changed FROM events_event e WHERE e.verb = 'issues.mending' AND e.subject IN ("
        f"SELECT {subject} FROM issues_issue i WHERE i.village >= %s AND i.village < %s AND i.clue_id IS NOT NULL "
        "AND (i.closed_on IS NULL OR i.closed_on >= %s))", (*area, asked.since),
    )  # fmt: skip
    con.execute(
        """CREATE TABLE measured AS SELECT regexp_extract(changed, '"issue":([0-9]+)', 1)::BIGINT AS issue,
        min(day::DATE) AS day FROM begun GROUP BY 1"""
    )
    con.execute("DROP TABLE begun")


def _problems(con: duckdb.DuckDBPyConnection, asked: Asked, area: tuple[str, str]) -> None:
    days = ", ".join(text(f"i.{name}") for name in ("found_on", "due_on", "closed_on", "times_raised"))
    into(
        con, "told", ("number", "key", "village", "status", "found_on", "due_on", "closed_on", "times_raised"),
        f"SELECT {text('i.id')}, i.household_id, i.village, i.status, {days} FROM issues_issue i "
        "WHERE i.village >= %s AND i.village < %s AND (i.closed_on IS NULL OR i.closed_on >= %s OR i.found_on >= %s)",
        (*area, asked.since, asked.since),
    )  # fmt: skip
    con.execute(
        "INSERT INTO problem SELECT number::BIGINT, coalesce(key, ''), village, status, found_on::DATE, due_on::DATE, "
        "closed_on::DATE, times_raised::BIGINT FROM told"
    )
    con.execute("DROP TABLE told")


def year_to(day: date) -> date:
    """The first day of the calendar year of `day`: what happened `this year` so far."""
    return date(day.year, 1, 1)
