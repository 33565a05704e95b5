"""What an import is compared with: the registry of its place as it stands, and whom the files name beyond it."""

from collections.abc import Iterator, Sequence
from itertools import islice

import duckdb
import pyarrow as pa
from django.db.models import Model, QuerySet

from mingbai.base.lib.cipher import Keys
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.models import Place
from mingbai.base.staff.queries import in_place, within, within_unindexed
from mingbai.facts.registry.models import Difference, Household, Import, Member
from mingbai.facts.registry.queries.bulk import into, text
from mingbai.facts.registry.staging import HOUSEHOLD, MEMBER


def _limits(model: type[Model]) -> dict[str, int]:
    fields = model._meta.concrete_fields
    return {f.name: f.max_length for f in fields if f.max_length} | {"months_worked": 7}


LIMITS = {"household": _limits(Household), "member": _limits(Member)}
"""Characters that a text column of the registry holds."""

_ASKED_AT_ONCE = 5000


def here(con: duckdb.DuckDBPyConnection, place: str) -> None:
    """Fills ``here.household``, ``here.member``, ``here.difference`` and ``place_now``."""
    area = (place, f"{place}:")
    columns = ("household_id", "version", "class_decided_on", "ended_on", "ended_why", *HOUSEHOLD)
    cells = ", ".join(text(f"h.{name}") for name in columns)
    inside = "h.village >= %s AND h.village < %s"
    # Households first: a member changed after this has moved its household's version on, which confirming sees.
    into(con, "here.household", columns, f"SELECT {cells} FROM registry_household h WHERE {inside}", area)
    people = ("person_id", "id_hidden", "id_index", "id_valid", "birth", "left_on", "left_why", *MEMBER)
    cells = ", ".join(text(f"m.{name}") for name in people)
    into(
        con, "here.told", ("household_id", *people),
        f"SELECT h.household_id, {cells} FROM registry_member m JOIN registry_household h ON h.id = m.household_id "
        f"WHERE {inside}", area,
    )  # fmt: skip
    con.execute(
        "CREATE OR REPLACE TABLE here.member AS SELECT * REPLACE (id_valid IN ('1', 'true') AS id_valid, "
        "regexp_replace(months_worked::DECIMAL(6,2)::VARCHAR, '\\.?0+$', '') AS months_worked) FROM here.told"
    )
    con.execute("DROP TABLE here.told")
    into(
        con, "here.difference", ("household_id", "field", "theirs"),
        "SELECT h.household_id, d.field, d.theirs FROM registry_difference d "
        f"JOIN registry_household h ON h.id = d.household_id WHERE {inside} AND d.settled IN ('', 'ours')", area,
    )  # fmt: skip
    places = Place.objects.filter(in_place(place, "code")).values_list("code", "name", "until", "successor")
    con.execute("CREATE OR REPLACE TABLE place_now (code VARCHAR, name VARCHAR, until DATE, successor VARCHAR)")
    if rows := list(places):
        con.executemany("INSERT INTO place_now VALUES (?, ?, ?, ?)", rows)


def households_elsewhere(con: duckdb.DuckDBPyConnection, place: str) -> None:
    """Fills ``elsewhere.household``: codes of the file that stand in the registry outside the place."""
    con.execute("CREATE OR REPLACE TABLE elsewhere.household (household_id VARCHAR)")
    if not _others(place):
        return
    wanted = _column(con, "SELECT household_id FROM arrived.household ANTI JOIN here.household USING (household_id)")
    for codes in _batches(wanted):
        found = Household.objects.filter(household_id__in=codes).values_list("household_id", flat=True)
        _add(con, "elsewhere.household", household_id=list(found))


def members_elsewhere(con: duckdb.DuckDBPyConnection, place: str, keys: Keys) -> None:
    """Fills ``elsewhere.member``, and ``plan.id_index``: the blind index of every ID of the file, under every key."""
    con.execute("CREATE OR REPLACE TABLE elsewhere.member (person_id VARCHAR, id_index VARCHAR, living BOOLEAN)")
    con.execute("CREATE OR REPLACE TABLE plan.id_index (key VARCHAR, id_index VARCHAR, current BOOLEAN)")
    clear = _column(con, "SELECT DISTINCT person_key FROM arrived.member WHERE person_key <> ''")
    for name in keys.keys:
        now = [name == keys.current] * len(clear)
        _add(con, "plan.id_index", key=clear, id_index=keys.index_many(clear, name), current=now)
    if not _others(place):
        return
    outside = Member.objects.exclude(in_place(place, "household__village"))
    for field, sql in (
        ("person_id", "SELECT person_id FROM arrived.member ANTI JOIN here.member USING (person_id)"),
        ("id_index", "SELECT id_index FROM plan.id_index"),
    ):
        for values in _batches(_column(con, sql)):
            rows = outside.filter(**{f"{field}__in": values}).values_list("person_id", "id_index", "left_on")
            person, index, left = zip(*rows, strict=True) if rows else ((), (), ())
            living = [day is None for day in left]
            _add(con, "elsewhere.member", person_id=person, id_index=index, living=living)


def hidden_ids(con: duckdb.DuckDBPyConnection, keys: Keys) -> None:
    """Puts the hidden ID and its index in the place of each ID in clear of ``plan.member``."""
    clear = _column(con, "SELECT DISTINCT key FROM plan.member WHERE key IS NOT NULL")
    con.execute("CREATE OR REPLACE TEMP TABLE hidden (key VARCHAR, id_hidden VARCHAR)")
    _add(con, "hidden", key=clear, id_hidden=keys.hide_many(clear))
    con.execute(
        "CREATE OR REPLACE TABLE plan.member AS SELECT m.* EXCLUDE (key), x.id_hidden, i.id_index "
        "FROM plan.member m LEFT JOIN hidden x USING (key) LEFT JOIN plan.id_index i ON i.key = m.key AND i.current"
    )
    con.execute("DROP TABLE hidden")


def imports_of(by: Actor) -> QuerySet[Import]:
    """The imports that somebody may look at."""
    return Import.objects.filter(within(by, Permission.ROSTER_IMPORT, "place"))


def differences_of(by: Actor) -> QuerySet[Difference]:
    """Differences that somebody may settle, in the order in which they came."""
    found = Difference.objects.filter(within_unindexed(by, Permission.HOUSEHOLD_STATUS, "household__village"))
    return found.select_related("household").order_by("id")


def _others(place: str) -> bool:
    """Whether the registry has anybody outside the place at all; in most counties' sites it has not."""
    return bool(place) and Household.objects.exclude(in_place(place, "village")).exists()


def _batches(values: Sequence[str]) -> Iterator[list[str]]:
    left = iter(values)
    while batch := list(islice(left, _ASKED_AT_ONCE)):
        yield batch


def _column(con: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    # By way of Arrow: a million texts, not a million rows of one text.
    return con.sql(sql).to_arrow_table().column(0).to_pylist()  # type: ignore[no-any-return]


def _add(con: duckdb.DuckDBPyConnection, table: str, **columns: Sequence[object]) -> None:
    if all(columns.values()):
        con.register("rows", pa.table({name: pa.array(values) for name, values in columns.items()}))
        con.execute(f"INSERT INTO {table} SELECT * FROM rows")
        con.unregister("rows")


def places_for(by: Actor, permission: Permission) -> list[Place]:
    """Counties and townships, and where somebody's areas are villages these: what they may choose from."""
    found = Place.objects.filter(within(by, permission, "code"), until=None).order_by("code")
    wide = any(len(area) < _VILLAGE for area in by.areas(permission))
    return [place for place in found if len(place.code) < _VILLAGE or not wide]


_VILLAGE = 12
