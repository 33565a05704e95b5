"""Our registry as the tables of the contract."""

from collections.abc import Callable
from datetime import date

import duckdb
import pytest
from django.conf import settings

from characters import COUNTY, DAY, NEXT_VILLAGE, VILLAGE
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.facts.registry.models import Household, Member
from mingbai.facts.registry.queries.export import roster_tables

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]


def tables(place: str = COUNTY) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    roster_tables(place, con, settings.KEYS)
    return con


def test_the_tables_have_the_columns_and_types_of_the_contract(family: Family) -> None:
    family(VILLAGE)
    con = tables()
    for name in ("household", "member"):
        described = con.execute(f"DESCRIBE arrived.{name}").fetchall()
        assert [(row[0], row[1]) for row in described] == list(BY_NAME[name].typed)


def test_rows_carry_a_keyed_hash_and_never_an_id(family: Family) -> None:
    household = family(VILLAGE, size=3, causes="因病、因残", identified_on=date(2020, 1, 2))
    Member.objects.filter(relation="配偶").update(health="残疾", months_worked="6.50")
    con = tables()
    rows = con.execute("SELECT head_key, head_valid, head_sex, causes, identified_on, township FROM arrived.household")
    head = Member.objects.get(household=household, relation="户主")
    clear = settings.KEYS.open(head.id_hidden)
    key = settings.KEYS.person_key(clear)
    assert rows.fetchall() == [(key, True, "男", "、因病、因残、", date(2020, 1, 2), "越城镇")]
    members = con.execute("SELECT line, person_key, person_birth, health, months_worked FROM arrived.member").fetchall()
    assert [row[0] for row in members] == [2, 3, 4]
    assert members[0][1:3] == (key, head.birth)
    assert members[1][3] == "、残疾、" and float(members[1][4]) == 6.5
    assert clear not in str(con.execute("SELECT * FROM arrived.member").fetchall())


def test_the_dead_the_ended_and_the_next_county_are_not_in_it(family: Family) -> None:
    kept = family(VILLAGE, size=3)
    Member.objects.filter(household=kept, relation="之子").update(left_on=DAY, left_why="死亡")
    gone = family(VILLAGE, ended_on=DAY, ended_why="整户迁出")
    family(NEXT_VILLAGE)
    con = tables()
    assert con.execute("SELECT household_id FROM arrived.household").fetchall() == [(kept.household_id,)]
    assert con.execute("SELECT count(*) FROM arrived.member").fetchall() == [(2,)]
    assert gone.household_id not in str(con.execute("SELECT * FROM arrived.member").fetchall())


def test_an_empty_registry_gives_empty_tables(places: object) -> None:
    con = tables()
    assert con.execute("SELECT count(*) FROM arrived.household").fetchall() == [(0,)]
    assert con.execute("SELECT count(*) FROM arrived.member").fetchall() == [(0,)]
