"""Net income per head of the households of a place, as columns: a few set-based queries, however many they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from django.db.models import BigIntegerField, Case, Count, DecimalField, F, FloatField, Func, IntegerField, Q, Sum, When
from django.db.models.functions import Cast
from numpy.typing import NDArray

from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.base.staff.queries import within_place
from mingbai.base.standards.queries import own_numbers
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.income.queries import monitoring_lines
from mingbai.facts.registry.models import Household, Member

Column = NDArray[Any]
_ALL = Q()


class _Length(Func):
    """How many a JSON list holds."""

    function = "JSON_ARRAY_LENGTH"
    output_field: Any = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_ARRAY_LENGTH", **context)


@dataclass(frozen=True)
class Homes:
    """The households on today's roster of a place, by their number, with their incomes of one account year.

    pk, village: shape (n,), the village's 12 digits as a number. size: those who share the income: the account's own
    list where it has one, else the members of today. income: net, in whole cents per household, 0 where not known.
    known: whether the year has an account with lines and somebody to share it. what: the column of the group asked for,
    as the registry has it.
    """

    pk: NDArray[np.int64]
    village: NDArray[np.int64]
    size: NDArray[np.int64]
    income: NDArray[np.int64]
    known: NDArray[np.bool_]
    what: Column = field(default_factory=lambda: np.zeros(0))

    @property
    def per_head(self) -> NDArray[np.float64]:
        """Yuan; NaN where not known. One division, rounded once: who is exactly on the line stays there."""
        shared = np.where(self.known, self.size * 100, 1)
        return np.where(self.known, self.income / shared, np.nan)


REGISTERED = {"class": "household_class", "group": "group_name"}
HEADS = {"head_age": "birth", "head_sex": "sex", "head_people": "ethnicity"}


def homes(by: Actor, place: str, year: int, what: str = "") -> Homes:
    """The households of `place` in the areas where `by` reads figures. Three queries, four for what is the head's.

    what: a column of Homes.what: one of REGISTERED or HEADS, '' for none.
    """
    # Only those with an account share an income; of the others members are counted where they make the groups.
    sharing = Q(household__accounts__year=year, household__accounts__in_force=True, household__accounts__is_whole=True)
    found = roster(by, place, what, _ALL if what == "size" else sharing)
    of, _village, _year, own, cents = _accounts(by, place, Q(account__year=year, account__household__ended_on=None))
    # Whoever was registered between two queries is not there yet.
    mine = np.isin(of, found.pk)
    at = np.searchsorted(found.pk, of[mine])
    found.income[at], found.known[at] = cents[mine], True
    found.size[at] = np.where(own[mine] > 0, own[mine], found.size[at])
    return replace(found, known=found.known & (found.size > 0))


def roster(by: Actor, place: str, what: str = "", whose: Q = _ALL) -> Homes:
    """The same households without their incomes: none is known. Two queries, three for what is the head's.

    size: living members, of the households in `whose` (a filter of members) only.
    """
    inside = within_place(by, P.FIGURE_READ, place, "village")
    columns = ["pk", "village", *([REGISTERED[what]] if what in REGISTERED else [])]
    rows = list(Household.objects.filter(inside, ended_on=None).order_by("pk").values_list(*columns))
    pk = _numbers(row[0] for row in rows)
    asked = np.array([row[2] for row in rows], dtype=object) if what in REGISTERED else np.zeros(0)
    if what in HEADS:
        asked = _heads(by, place, pk, HEADS[what])
    nothing = np.zeros(len(pk), np.int64)
    village = _numbers(int(row[1]) for row in rows)
    return Homes(pk, village, _sizes(by, place, pk, whose), nothing, np.zeros(len(pk), np.bool_), asked)


@dataclass(frozen=True)
class Accounts:
    """Every account of some years: household, its village (12 digits as a number), year, yuan per head; shape (n,)."""

    household: NDArray[np.int64]
    village: NDArray[np.int64]
    year: NDArray[np.int64]
    per_head: NDArray[np.float64]


def accounts_of_years(by: Actor, place: str, until: int) -> Accounts:
    """The accounts of a place up to a year, also of households that are no more. Two queries.

    An account that nobody shares is left out: its year is not known.
    """
    of, village, year, own, cents = _accounts(by, place, Q(account__year__lte=until))
    keys = np.unique(of)
    size = np.where(own > 0, own, _sizes(by, place, keys)[np.searchsorted(keys, of)])
    some = size > 0
    return Accounts(of[some], village[some], year[some], cents[some] / (size[some] * 100))


def years_with_accounts(by: Actor, place: str) -> dict[int, int]:
    """The account years of a place, newest first, with how many households have one. One query."""
    inside = within_place(by, P.FIGURE_READ, place, "household__village")
    found = HouseholdAccount.objects.filter(inside, in_force=True, is_whole=True)
    return dict(found.order_by().values_list("year").annotate(n=Count("pk")).order_by("-year"))


def lines_of(years: Iterable[int], place: str) -> dict[int, float]:
    """The monitoring line of each year that has one, yuan per head and year."""
    found = monitoring_lines(years, place, own_numbers(place))
    return {year: float(value) for year, value in found.items()}


def _accounts(by: Actor, place: str, which: Q) -> tuple[Column, ...]:
    """Household, village, year, size of the account's own list, and net income in cents, of accounts in force with
    lines. One query."""
    inside = within_place(by, P.FIGURE_READ, place, "account__household__village")
    signed = Case(When(item__gte="E", then=-F("amount")), default=F("amount"), output_field=_MONEY)
    rows = (
        AccountLine.objects.filter(inside, which, account__in_force=True, account__is_whole=True)
        .order_by()
        .values_list(
            "account__household_id", Cast("account__household__village", BigIntegerField()), "account__year",
            _Length("account__members"),
        )
        .annotate(net=Cast(Sum(signed), FloatField()))
    )  # fmt: skip
    found = np.array(list(rows), np.float64).reshape(-1, 5)
    whole = found[:, :4].astype(np.int64)
    # The database may keep money as binary fractions: whole cents are what was written.
    return (*(whole[:, n] for n in range(4)), np.rint(found[:, 4] * 100).astype(np.int64))


def _sizes(by: Actor, place: str, pk: NDArray[np.int64], whose: Q = _ALL) -> NDArray[np.int64]:
    """Living members of each household."""
    inside = within_place(by, P.FIGURE_READ, place, "household__village")
    rows = (
        Member.objects.filter(inside, whose, left_on=None).order_by().values_list("household").annotate(n=Count("pk"))
    )
    counted = np.array(list(rows), np.int64).reshape(-1, 2)
    return _beside(pk, counted[:, 0], counted[:, 1], np.zeros(len(pk), np.int64))


def _heads(by: Actor, place: str, pk: NDArray[np.int64], name: str) -> Column:
    inside = within_place(by, P.FIGURE_READ, place, "household__village")
    rows = list(Member.objects.filter(inside, left_on=None, relation="户主").values_list("household", name))
    column = np.empty(len(rows), dtype=object)
    column[:] = [row[1] for row in rows]
    return _beside(pk, _numbers(row[0] for row in rows), column, np.full(len(pk), None, dtype=object))


def _beside(pk: NDArray[np.int64], keys: Column, values: Column, empty: Column) -> Column:
    """`empty` with the values of those keys that are among the households."""
    at = np.searchsorted(pk, keys)
    at[at == len(pk)] = 0
    mine = pk[at] == keys if len(pk) else np.zeros(len(keys), np.bool_)
    empty[at[mine]] = values[mine]
    return empty


def ages(born: Sequence[date | None], day: date) -> Column:
    """Whole years lived on a day; -1 where nobody knows."""
    return np.array(
        [-1 if b is None else day.year - b.year - ((day.month, day.day) < (b.month, b.day)) for b in born], np.int64
    )


def _numbers(values: Iterable[int]) -> NDArray[np.int64]:
    return np.fromiter(values, np.int64)


_MONEY: Any = DecimalField(max_digits=20, decimal_places=2)
