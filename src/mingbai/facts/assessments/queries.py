"""What is known of a household's guarantees, which are unmet now, and in which words the county asks."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import duckdb
from django.conf import settings
from django.db.models import BooleanField, Count, F, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from mingbai.base.lib.dates import last_31_august, months_before
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.queries import within, within_place
from mingbai.base.standards.queries import own_numbers
from mingbai.base.standards.reading import Number
from mingbai.base.standards.standards import at
from mingbai.facts.assessments.bureau_words import TABLES, news, say
from mingbai.facts.assessments.guarantees import Ages, Person, Word
from mingbai.facts.assessments.models import Finding, Wording
from mingbai.facts.bureaus.queries import newest, twin_path
from mingbai.facts.registry.models import Household, Member
from mingbai.facts.registry.queries.bulk import into, text
from mingbai.facts.registry.queries.export import roster_tables

# Of the same source no later word on the same item of the same person (or household), and of no other source a newest
# word since that it is met; the roster's column has no date, so whatever anybody else says outweighs it. As plain SQL:
# the query set of the same took longer to put together than the database to answer.
_CELL = (
    "{0}.household_id = {1}.household_id AND {0}.item = {1}.item "
    "AND COALESCE({0}.member_id, 0) = COALESCE({1}.member_id, 0)"
)
_LAST = (
    f"NOT EXISTS (SELECT 1 FROM assessments_finding later WHERE {_CELL.format('later', '{0}')} "
    "AND later.source = {0}.source AND (later.day, later.id) > ({0}.day, {0}.id))"
)
_STANDS = RawSQL(
    f"{_LAST.format('assessments_finding')} AND NOT EXISTS (SELECT 1 FROM assessments_finding met "
    f"WHERE {_CELL.format('met', 'assessments_finding')} AND met.state = 'met' AND met.source <> 'roster' "
    "AND (met.day > assessments_finding.day OR assessments_finding.source = 'roster') "
    f"AND {_LAST.format('met')})",
    (),
    output_field=BooleanField(),
)


def people_of(members: Iterable[Member]) -> list[Person]:
    """Members as the matrix knows them, in the order given."""
    return [Person(m.person_id, m.name, m.birth if m.id_valid else None, m.studying) for m in members]


def words_of(household: Household) -> list[Word]:
    """Every word ever said of a household's guarantees. One query. The caller found the household within an area."""
    rows = Finding.objects.filter(household=household).values_list(
        "item", "member__person_id", "state", "source", "day", "id", "by_shown", "note", "source_note"
    )
    return [
        Word(item, person or "", state, source, day, number, shown, note or about)
        for item, person, state, source, day, number, shown, note, about in rows
    ]


def ages_of(day: date, place: str, own: Sequence[Number]) -> Ages:
    """The ages of compulsory schooling in force; where the numbers have ended, nobody is of that age."""
    numbers = at(day, place, own)
    found = [numbers[name].value if name in numbers else None for name in ("schooling_from_age", "schooling_until_age")]
    return Ages(*(int(value) if isinstance(value, Decimal) else 0 for value in found))


def ages_at(day: date, place: str) -> Ages:
    """`ages_of` with the county's own numbers. One query."""
    return ages_of(day, place, own_numbers(place))


def unmet_now(
    by: Actor, day: date, ages: Ages, permission: Permission = Permission.HOUSEHOLD_READ
) -> QuerySet[Finding]:
    """The findings by which a guarantee is unmet on `day`, by the same rule as `guarantees.matrix`: the newest word of
    its source, with no other source's newest word saying since that it is met; of somebody who is asked about it, in a
    household of the roster."""
    return _unmet(within(by, permission, "village"), day, ages)


def unmet_in_village(by: Actor, village: str, day: date) -> dict[int, list[str]]:
    """Household's number → codes of the guarantees that are unmet now, in one village. One query."""
    found: dict[int, list[str]] = {}
    inside = within_place(by, Permission.HOUSEHOLD_READ, village, "village")
    rows = _unmet(inside, day, ages_at(day, village)).order_by("id").values_list("household_id", "item")
    for household, item in rows:
        found.setdefault(household, []).append(item)
    return found


def unmet_counts(by: Actor, place: str, digits: int, day: date) -> dict[tuple[str, str], int]:
    """Unmet guarantees now by place (the first `digits` of the village's code) and item, in households of the roster.
    One grouped query."""
    inside = within_place(by, Permission.HOUSEHOLD_READ, place, "village")
    every = _unmet(inside, day, ages_at(day, place))
    rows = every.values_list("village", "item").annotate(n=Count("pk")).order_by()
    found: dict[tuple[str, str], int] = {}
    for village, item, n in rows:
        found[village[:digits], item] = found.get((village[:digits], item), 0) + n
    return found


def _unmet(inside: Q, day: date, ages: Ages) -> QuerySet[Finding]:
    # By the findings' own copy of the village: an index holds it, by the household's every one would be looked up.
    # That it is still the household's is asked of an expression, so that SQLite does not begin there for all that.
    words = Finding.objects.filter(inside).alias(lives=Coalesce("household__village", Value("")))
    words = words.filter(lives=F("village"), household__ended_on=None)
    grown_up = Q(item="schooling", member__birth__lte=months_before(day, 12 * ages.school_until))
    return words.filter(_STANDS, state="unmet", member__left_on=None).filter(~grown_up)


def wordings(place: str, day: date) -> dict[str, Wording]:
    """The county's own wording of each question in force at a place: the longest place first, then the latest."""
    codes = [place[:n] for n in range(2, len(place) + 1)]
    rows = Wording.objects.filter(place__in=codes, since__lte=day).order_by("since")
    found: dict[str, Wording] = {}
    for row in sorted(rows, key=lambda w: (len(w.place), w.since)):
        found[row.item] = row
    return found


def fresh_words(place: str, day: date, con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Fills table ``fresh`` of `con` (see bureau_words) with what the roster and the newest deliveries say anew of the
    households of `place`, and ``house`` and ``person`` with their numbers here. Gives each township's count of news."""
    con.execute(f"SET temp_directory = '{settings.HOME / 'spill'}'")
    roster_tables(place, con, settings.KEYS)
    delivered = {}
    for table in TABLES:
        delivery = newest(table, place[:6], until=day)
        if delivery is not None:
            con.execute(f"CREATE VIEW arrived.{table} AS SELECT * FROM read_parquet('{twin_path(delivery)}')")
            delivered[table] = (delivery.period, delivery.day)
    limit = at(day, place, own_numbers(place)).get("water_days")
    water_days = limit.value if limit and isinstance(limit.value, Decimal) else None
    say(con, day, last_31_august(day), ages_at(day, place), water_days, delivered)
    _spoken(place, con)
    news(con)
    return dict(
        con.execute(
            "SELECT left(h.village, 9), count(*) FROM fresh f JOIN house h USING (household_id) GROUP BY 1 ORDER BY 1"
        ).fetchall()
    )


def _spoken(place: str, con: duckdb.DuckDBPyConnection) -> None:
    """Every word so far in ``spoken``; ``house`` and ``person`` translate codes into our numbers; ``strayed`` has the
    findings whose village is no longer the household's."""
    inside, area = "h.village >= %s AND h.village < %s AND h.ended_on IS NULL", (place, f"{place}:")
    into(
        con, "house", ("id", "household_id", "village"),
        f"SELECT {text('h.id')}, h.household_id, h.village FROM registry_household h WHERE {inside}", area,
    )  # fmt: skip
    into(
        con, "person", ("id", "person_id"),
        f"SELECT {text('m.id')}, m.person_id FROM registry_member m JOIN registry_household h ON h.id = m.household_id "
        f"WHERE {inside} AND m.left_on IS NULL", area,
    )  # fmt: skip
    cells = ", ".join(text(f"f.{name}") for name in ("household_id", "member_id", "day", "id"))
    into(
        con, "told", ("house", "who", "day", "number", "item", "state", "source", "fact", "village"),
        f"SELECT {cells}, f.item, f.state, f.source, f.source_note, f.village FROM assessments_finding f "
        f"JOIN registry_household h ON h.id = f.household_id WHERE {inside}", area,
    )  # fmt: skip
    con.execute(
        "CREATE OR REPLACE TABLE spoken AS SELECT h.household_id, coalesce(p.person_id, '') AS person_id, t.item, "
        "t.state, t.source, t.fact, t.day::DATE AS day, t.number::BIGINT AS number "
        "FROM told t JOIN house h ON h.id = t.house LEFT JOIN person p ON p.id = t.who "
        "WHERE t.who IS NULL OR p.id IS NOT NULL"
    )
    con.execute(
        "CREATE OR REPLACE TABLE strayed AS SELECT t.number::BIGINT AS number, h.village FROM told t "
        "JOIN house h ON h.id = t.house WHERE t.village IS DISTINCT FROM h.village"
    )
    con.execute("DROP TABLE told")
