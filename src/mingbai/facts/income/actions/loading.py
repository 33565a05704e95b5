"""Accounts that come in by the table 收入表, for a county that starts; and accounts that follow a merged village."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import duckdb
from django.db import connection, transaction

from mingbai.base.events.actions import Told, record_many
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import without_ids
from mingbai.base.staff.queries import in_place
from mingbai.facts.income.entry import FIRST_YEAR, LARGEST, PLACES_AN_ITEM, base, first_place, is_item
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.registry.models import Household

AUTHOR = "system:import"
_ACCOUNTS_A_PART = 5000
_COLUMNS = ("account_id", "position", "item", "amount", "source", "source_note", "note", "disputed", "dispute")


@dataclass
class Loaded:
    """What a load did: accounts and lines made, accounts that were there already and stay, rows left out by reason."""

    accounts: int = 0
    lines: int = 0
    kept: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def load_accounts(*, by: Actor, place: str, day: date, con: duckdb.DuckDBPyConnection) -> Loaded:
    """Makes accounts from ``arrived.income_line`` (columns household_id, year, item, amount, note), all or none.

    Each is a draft by ``system:import``, whole (so it is screened), for somebody to go through with the household and
    show to it. A household's year that has an account already is left as it is, so the same table twice changes
    nothing. Rows of unknown households, of years before 2014 or after `day`'s, of unknown items and of amounts below
    zero are left out and counted. One event a household.
    """
    by.must(Permission.ROSTER_IMPORT, at=place)
    done = Loaded()
    with transaction.atomic():
        known = {
            one.household_id: one
            for one in Household.objects.filter(in_place(place, "village")).only("household_id", "village")
        }
        taken = set(
            HouseholdAccount.objects.filter(in_place(place, "household__village"), in_force=True).values_list(
                "household__household_id", "year"
            )
        )
        told: list[Told] = []
        part: list[tuple[HouseholdAccount, list[tuple[Any, ...]]]] = []
        for household_id, years in groupby(_accounts(con, day, known, done), key=lambda one: one[0][0]):
            new = []
            for (_, year), rows in years:
                if (household_id, year) in taken:
                    done.kept += 1
                    continue
                new.append(year)
                part.append((_account(known[household_id], year, day), rows))
            if new:
                told.append(_told(known[household_id], new))
            if len(part) >= _ACCOUNTS_A_PART:
                _write(part, done)
                part.clear()
        _write(part, done)
        if told:
            record_many(by=by, day=day, told=told)
    return done


def follow_village(*, by: Actor, old: str, new: str) -> int:
    """The accounts of a village that was merged into another carry its code. The merge itself is the event."""
    by.must(Permission.PLACE_CHANGE, at=old)
    return HouseholdAccount.objects.filter(village=old).update(village=new)


def follow_household(*, by: Actor, household: Household, old: str) -> int:
    """The accounts of a household that moved from village `old` carry its new village's code. The move is the event."""
    by.must(Permission.HOUSEHOLD_CHANGE, at=old)
    return HouseholdAccount.objects.filter(household=household, village=old).update(village=household.village)


def _accounts(
    con: duckdb.DuckDBPyConnection, day: date, known: dict[str, Household], done: Loaded
) -> Iterator[tuple[tuple[str, int], list[tuple[Any, ...]]]]:
    """The usable rows of each (household, year), in order; the others are counted."""
    rows = _usable(con, day, known, done)
    for key, group in groupby(rows, key=itemgetter(0, 1)):
        yield key, list(group)


def _usable(
    con: duckdb.DuckDBPyConnection, day: date, known: dict[str, Household], done: Loaded
) -> Iterator[tuple[Any, ...]]:
    found = con.execute(
        "SELECT household_id, year, upper(item), CAST(amount AS DECIMAL(18,2)), coalesce(note, '') "
        "FROM arrived.income_line ORDER BY household_id, year, upper(item), line"
    )
    while part := found.fetchmany(50_000):
        for row in part:
            if fault := _fault(row, day, known):
                done.left_out[fault] += 1
            else:
                yield row


def _fault(row: tuple[Any, ...], day: date, known: dict[str, Household]) -> str:
    household_id, year, item, amount, _ = row
    if household_id not in known:
        return "户编号不在花名册上"
    if year is None or not FIRST_YEAR <= year <= day.year:
        return f"年度不在 {FIRST_YEAR}—{day.year} 之内"
    if item is None or not is_item(item):
        return "科目不在收支账目录内"
    if amount is None or not Decimal(0) <= amount <= LARGEST:
        return "金额是负数或太大"
    return ""


def _account(household: Household, year: int, day: date) -> HouseholdAccount:
    return HouseholdAccount(
        household=household, village=household.village, year=year, entered_by=AUTHOR, entered_by_shown="收入表导入",
        entered_on=day, authors=[AUTHOR], saved_by_shown="收入表导入", is_whole=True,
    )  # fmt: skip


def _write(part: list[tuple[HouseholdAccount, list[tuple[Any, ...]]]], done: Loaded) -> None:
    # Both databases give back the numbers of rows made in bulk, in order.
    made = HouseholdAccount.objects.bulk_create([account for account, _ in part], batch_size=500)
    rows = (row for account, (_, some) in zip(made, part, strict=True) for row in _lines(account.pk, some))
    done.accounts += len(made)
    done.lines += _insert(rows)


def _insert(rows: Iterator[tuple[Any, ...]]) -> int:
    """Lines straight into their table: a model for each of millions would take most of the time."""
    names, table = ", ".join(_COLUMNS), AccountLine._meta.db_table
    counted = 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
                    counted += 1
            return counted
        marks = ", ".join(["%s"] * len(_COLUMNS))
        while some := list(islice(rows, 20_000)):
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", some)
            counted += len(some)
    return counted


def _lines(account: int, rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows of one account by _COLUMNS."""
    used: Counter[str] = Counter()
    for _, _, item, amount, note in rows:
        under = base(item)
        # A thousand lines of one item in one account are no account.
        if used[under] < PLACES_AN_ITEM:
            place = first_place(item) + used[under]
            yield account, place, item, amount, "said", "收入表导入", without_ids(note)[:200], False, ""
        used[under] += 1


def _told(household: Household, years: list[int]) -> Told:
    said = f"从收入表导入 {'、'.join(map(str, years))} 年收支账，待与户里核对。"
    return Told(
        "income.accounts_loaded", f"household:{household.household_id}", household.village, said,
        changed={"years": years},
    )  # fmt: skip
