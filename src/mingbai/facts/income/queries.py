"""Accounts of households: as people read them, and as screenings do."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db.models import FloatField, Q, QuerySet
from django.db.models.functions import Cast

from mingbai.base.lib.cipher import Keys
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import cleaned
from mingbai.base.staff.queries import in_place, within
from mingbai.base.standards import standards as policy
from mingbai.base.standards.reading import Number
from mingbai.facts.bureaus.queries import newest, twin_path
from mingbai.facts.income.account import Account, Line, reckon
from mingbai.facts.income.bureau_amounts import TABLES, Found, Source, Words, amounts, window
from mingbai.facts.income.entry import check_year
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.registry.models import Household, Member

_PART = 50_000


def visible(by: Actor) -> QuerySet[HouseholdAccount]:
    """Accounts of households that somebody may read. By the household's village of today, which an account's own
    copy follows only when it is next written."""
    return HouseholdAccount.objects.filter(within(by, Permission.HOUSEHOLD_READ, "household__village"))


def account_of(by: Actor, household_id: str, year: int) -> HouseholdAccount | None:
    """The account in force of a household's year, with its lines; None where there is none, or `by` may not see it."""
    found = visible(by).filter(household__household_id=household_id, year=year, in_force=True)
    return found.select_related("household").prefetch_related("lines").first()


def correction_of(by: Actor, household_id: str, year: int) -> HouseholdAccount | None:
    """The correction that is under way for a household's year, with its lines."""
    found = visible(by).filter(household__household_id=household_id, year=year, in_force=False)
    pending = found.exclude(status="replaced")
    return pending.select_related("household").prefetch_related("lines").first()


def accounts_of(by: Actor, household_id: str) -> list[HouseholdAccount]:
    """The accounts in force of a household, newest year first, with their lines. Two queries."""
    found = visible(by).filter(household__household_id=household_id, in_force=True)
    return list(found.select_related("household").prefetch_related("lines").order_by("-year"))


def begins(household: Household, year: int, day: date, own: Sequence[Number] = ()) -> bool:
    """Whether the account of a year may be begun on a day."""
    try:
        check_year(year, day, first_month(policy.at(day, household.village, own)))
    except Refused:
        return False
    return True


def living(household: Household) -> list[Member]:
    """Those who share income and expenditure today: members who have not left. One query."""
    return list(household.members.filter(left_on=None).order_by("person_id"))


def reckoned(account: HouseholdAccount, members: int) -> Account:
    """The reckoning of an account. `members` are the living of today: they count until the account is shown to the
    household, which fixes its own list."""
    lines = [Line(one.pk, one.item, one.amount, one.note) for one in account.lines.all()]
    return reckon(account.year, lines, len(account.members) if account.members else members)


def monitoring_lines(years: Iterable[int], place: str, own: Sequence[Number] = ()) -> dict[int, Decimal]:
    """The monitoring line of each account year that has one, in yuan per head."""
    found = policy.by_year("monitoring_line", years, place, own)
    return {year: number.value for year, number in found.items() if isinstance(number.value, Decimal)}


def bureau_amounts(household: Household, year: int, day: date, own: Sequence[Number] = ()) -> tuple[Found, ...]:
    """What the newest deliveries say was paid to the household's members in an account year, as far as `day`."""
    county = household.village[:6]
    numbers = policy.at(day, household.village, own)
    sources = []
    for table in TABLES:
        delivery = newest(table, county)
        if delivery is not None and (twin := twin_path(delivery)).exists():
            sources.append(Source(table, twin, delivery.period))
    if not sources:
        return ()
    keys: Keys = settings.KEYS
    people = {keys.person_key(cleaned(keys.open(one.id_hidden))): one.name for one in living(household) if one.id_valid}
    first, last = window(year, first_month(numbers))
    words = Words.of(_labels(numbers, "subsidy_items"), _labels(numbers, "subsidy_left_out"))
    return amounts(sources, people, first, min(last, day), words)


def first_month(numbers: Mapping[str, policy.Standard]) -> int:
    """The month from which account years run: 10 for October of the year before, 1 for the calendar year."""
    number = numbers.get("account_year_month")
    return int(number.value) if number and isinstance(number.value, Decimal) and 1 <= number.value <= 12 else 1


def _labels(numbers: Mapping[str, policy.Standard], name: str) -> tuple[str, ...]:
    number = numbers.get(name)
    return number.value if number and isinstance(number.value, tuple) else ()


def income_lines(place: str, con: duckdb.DuckDBPyConnection, keys: Keys | None = None) -> int:
    """Fills ``arrived.income_line`` (columns of its Table.typed; ``line`` is AccountLine.pk) from the accounts in force
    of the households in a place. Returns how many lines.

    A draft counts only where it is whole: what somebody is still typing raises no clue. Of an account with a correction
    under way the confirmed one counts until the household has confirmed the other. `keys` are not needed: no line
    carries an ID.
    """
    con.execute("CREATE SCHEMA IF NOT EXISTS arrived")
    con.execute(
        "CREATE OR REPLACE TABLE arrived.income_line "
        "(line BIGINT, household_id VARCHAR, year INTEGER, item VARCHAR, amount DECIMAL(18,2), note VARCHAR)"
    )
    counts = ~Q(account__status="draft") | Q(account__is_whole=True)
    rows = (
        AccountLine.objects.filter(in_place(place, "account__household__village"), counts, account__in_force=True)
        .annotate(yuan=Cast("amount", FloatField()))
        .order_by()
        .values_list("pk", "account__household__household_id", "account__year", "item", "yuan", "note")
    )
    part: list[tuple[Any, ...]] = []
    filled = 0
    for row in rows.iterator(chunk_size=_PART):
        part.append(row)
        if len(part) == _PART:
            filled += _fill(con, part)
            part.clear()
    return filled + _fill(con, part)


def _fill(con: duckdb.DuckDBPyConnection, rows: list[tuple[Any, ...]]) -> int:
    if not rows:
        return 0
    names = ("line", "household_id", "year", "item", "amount", "note")
    part = pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    con.register("some_lines", part)
    # SQLite keeps money as a binary fraction; the cast to DECIMAL gives back the cents that were written.
    con.execute(
        "INSERT INTO arrived.income_line SELECT line, household_id, CAST(year AS INTEGER), item, "
        "CAST(amount AS DECIMAL(18,2)), nullif(note, '') FROM some_lines"
    )
    con.unregister("some_lines")
    return len(rows)
