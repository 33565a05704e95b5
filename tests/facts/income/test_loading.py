"""Accounts that come by 收入表, and lines that go to a screening."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from characters import COUNTY, DAY, OTHER_VILLAGE, VILLAGE, Person
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Forbidden
from mingbai.facts.income.actions import answering, entering
from mingbai.facts.income.actions.loading import AUTHOR, follow_village, load_accounts
from mingbai.facts.income.entry import Entry, first_place
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.income.queries import income_lines
from mingbai.facts.registry.models import Household

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]
_KINDS = "line BIGINT, household_id VARCHAR, year INTEGER, item VARCHAR, amount DECIMAL(18,2), note VARCHAR"


def came(*rows: tuple[Any, ...]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:")
    con.execute(f"CREATE SCHEMA arrived; CREATE TABLE arrived.income_line ({_KINDS})")
    for n, row in enumerate(rows, 2):
        con.execute("INSERT INTO arrived.income_line VALUES (?, ?, ?, ?, ?, ?)", [n, *row])
    return con


def screened(place: str = COUNTY) -> list[tuple[Any, ...]]:
    with duckdb.connect(":memory:") as con:
        income_lines(place, con)
        found = con.execute("SELECT household_id, year, item, amount, note FROM arrived.income_line ORDER BY line")
        return found.fetchall()


def test_accounts_come_whole_as_drafts_of_nobody(family: Family, wang: Person, li: Person) -> None:
    one, two = family(), family(OTHER_VILLAGE)
    con = came(
        (one.household_id, 2025, "A1", "24000.00", "外出务工"), (one.household_id, 2025, "b1a", "3000.10", None),
        (one.household_id, 2024, "A1", "22000", None), (two.household_id, 2025, "D2", "3960", None),
        (one.household_id, 2025, "A1", "500", "59990119800101001X 代领"),
    )  # fmt: skip
    done = load_accounts(by=wang.actor, place=COUNTY, day=DAY, con=con)
    assert (done.accounts, done.lines, done.kept, dict(done.left_out)) == (3, 5, 0, {})
    account = HouseholdAccount.objects.get(household=one, year=2025)
    assert (account.status, account.entered_by, account.is_whole) == ("draft", AUTHOR, True)
    lines = [(x.item, str(x.amount), x.note) for x in account.lines.all()]
    assert lines == [
        ("A1", "24000.00", "外出务工"),
        ("A1", "500.00", "599901********001X 代领"),
        ("B1A", "3000.10", ""),
    ]
    events = Event.objects.filter(verb="income.accounts_loaded").order_by("subject")
    assert [(e.subject, e.place) for e in events] == sorted(
        [(f"household:{one.household_id}", VILLAGE), (f"household:{two.household_id}", OTHER_VILLAGE)]
    )
    # Somebody goes on with it, shows it, and another enters the answer.
    held = entering.save(
        by=li.actor, account=account, version=1, entries=[Entry(first_place("A1"), "A1", Decimal(1))], day=DAY
    )
    assert answering.show(by=li.actor, account=held, version=held.version, day=DAY).status == "shown"


def test_the_same_table_twice_changes_nothing(family: Family, wang: Person) -> None:
    household = family()
    con = came((household.household_id, 2025, "A1", "24000.00", None))
    load_accounts(by=wang.actor, place=COUNTY, day=DAY, con=con)
    before = list(AccountLine.objects.values())
    done = load_accounts(by=wang.actor, place=COUNTY, day=DAY, con=con)
    assert (done.accounts, done.lines, done.kept) == (0, 0, 1)
    assert list(AccountLine.objects.values()) == before and Event.objects.count() == 1


def test_unusable_rows_are_counted_by_their_reason(family: Family, wang: Person) -> None:
    household = family()
    stranger = family("513435100200")
    known = household.household_id
    con = came(
        (stranger.household_id, 2025, "A1", "1", None), ("没有", 2025, "A1", "1", None), (known, 2013, "A1", "1", None),
        (known, 2027, "A1", "1", None), (known, 2025, "A9", "1", None), (known, 2025, "A1", "-1", None),
        (known, 2025, "A1", "100000000", None), (known, 2025, "A1", None, None), (known, 2025, "A2", "1", None),
    )  # fmt: skip
    done = load_accounts(by=wang.actor, place=COUNTY, day=DAY, con=con)
    assert dict(done.left_out) == {
        "户编号不在花名册上": 2, "年度不在 2014—2026 之内": 2, "科目不在收支账目录内": 1, "金额是负数或太大": 3,
    }  # fmt: skip
    assert AccountLine.objects.count() == 1


def test_only_who_imports_rosters_loads_accounts(family: Family, li: Person, sun: Person, chen: Person) -> None:
    con = came((family().household_id, 2025, "A1", "1", None))
    for person in (li, sun, chen):
        with pytest.raises(Forbidden):
            load_accounts(by=person.actor, place=COUNTY, day=DAY, con=con)
    assert not HouseholdAccount.objects.exists()


def test_a_failure_in_the_middle_leaves_nothing(family: Family, wang: Person) -> None:
    con = came((family().household_id, 2025, "A1", "1", None))
    con.execute("ALTER TABLE arrived.income_line DROP COLUMN note")
    with pytest.raises(duckdb.Error):
        load_accounts(by=wang.actor, place=COUNTY, day=DAY, con=con)
    assert not HouseholdAccount.objects.exists()


def test_a_screening_sees_accounts_in_force_to_the_cent(family: Family, li: Person, zhao: Person, wang: Person) -> None:
    household, typing, next_door = family(), family(), family("513435100200")
    odd = Decimal("1478.80")
    con = came(
        (household.household_id, 2025, "A1", odd, "外出"), (household.household_id, 2025, "B1", "99999999.99", None),
        (household.household_id, 2025, "D2", "0.01", None), (next_door.household_id, 2025, "A1", "1", None),
    )  # fmt: skip
    load_accounts(by=wang.actor, place=COUNTY, day=DAY, con=con)
    rows = [
        (household.household_id, 2025, "A1", odd, "外出"),
        (household.household_id, 2025, "B1", Decimal("99999999.99"), None),
        (household.household_id, 2025, "D2", Decimal("0.01"), None),
    ]
    assert screened() == rows
    assert screened(OTHER_VILLAGE) == [] and screened("") == []
    # What somebody is still typing is not judged; once the household has seen it, it is.
    account = entering.begin(by=li.actor, household=typing, year=2026, day=DAY)
    account = entering.save(
        by=li.actor, account=account, version=account.version, entries=[Entry(0, "A1", Decimal(7))], day=DAY
    )
    assert screened() == rows
    account = answering.show(by=li.actor, account=account, version=account.version, day=DAY)
    typed = (typing.household_id, 2026, "A1", Decimal("7.00"), None)
    assert screened() == [*rows, typed]
    # A correction under way does not count before the household confirms it.
    answer = {"by": zhao.actor, "name": "杨一", "way": "签字", "on": DAY, "day": DAY}
    account = answering.confirm(account=account, version=account.version, **answer)
    new = entering.correct(by=li.actor, account=account, why="记错了", day=DAY)
    new = entering.save(by=li.actor, account=new, version=1, entries=[Entry(0, "A1", Decimal(9))], day=DAY)
    new = answering.show(by=li.actor, account=new, version=new.version, day=DAY)
    assert screened() == [*rows, typed]
    answering.confirm(account=new, version=new.version, **answer)
    assert screened() == [*rows, (typing.household_id, 2026, "A1", Decimal("9.00"), None)]


def test_accounts_follow_a_merged_village(family: Family, li: Person, wang: Person) -> None:
    account = entering.begin(by=li.actor, household=family(), year=2026, day=DAY)
    with pytest.raises(Forbidden):
        follow_village(by=li.actor, old=VILLAGE, new=OTHER_VILLAGE)
    assert follow_village(by=wang.actor, old=VILLAGE, new=OTHER_VILLAGE) == 1
    account.refresh_from_db()
    assert account.village == OTHER_VILLAGE
