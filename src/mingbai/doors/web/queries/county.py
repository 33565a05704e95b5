"""The figures of a county's home, put together in a few grouped queries and kept for a while: they are a morning's
figures, not a live counter, and the page says as of when."""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Case, Count, DecimalField, F, Q, Sum, When
from django.utils import timezone

from mingbai.base.lib.permissions import system
from mingbai.base.places.models import Place
from mingbai.base.staff.queries import in_place
from mingbai.base.standards.queries import own_numbers
from mingbai.doors.web.distribution import Distribution, distribution
from mingbai.doors.web.queries.village import MONITORED, Counts, counts
from mingbai.facts.assessments.queries import unmet_counts
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.income.queries import monitoring_lines
from mingbai.facts.registry.models import Household, Member

FRESH = 60
"""Seconds for which figures that were cheap to put together are kept."""
STALE = 600
"""Seconds after which dear figures are put together again, in the background."""
DEAR = 0.25
"""Seconds from which figures are dear: then nobody waits for them."""
_KEPT = 7 * 24 * 3600
_ASKED = 600
_FEW = 5000


@dataclass(frozen=True)
class Figures:
    """Everything on a county's home that is counted. `cost` is how many seconds it took."""

    at: datetime
    day: date
    places: list[tuple[str, str, Counts]]
    """Code, short name and counts of each township."""
    incomes: Distribution
    year: int | None
    """Of the accounts; None where there are none."""
    unmet: dict[tuple[str, str], int]
    """(township, item) → guarantees unmet now."""
    causes: list[tuple[str, int]]
    """Risk causes of monitored households, the most frequent first."""
    cost: float

    @property
    def total(self) -> Counts:
        return Counts(*(sum(column) for column in zip(*(n for _, _, n in self.places), strict=True)))


def figures(place: str, day: date) -> tuple[Figures | None, bool]:
    """The figures of a place, and whether they should be put together again in the background.

    None where they are not there yet and would take long: a county of many households, opened for the first time.
    """
    kept: Figures | None = cache.get(_key(place, day))
    age = (timezone.now() - kept.at).total_seconds() if kept else 0.0
    if kept and (age < FRESH or kept.cost >= DEAR):
        return kept, age >= STALE and _mine_to_refresh(place)
    if kept or Household.objects.filter(in_place(place, "village"))[: _FEW + 1].count() <= _FEW:
        return refresh(place, day), False
    return None, _mine_to_refresh(place)


def refresh(place: str, day: date) -> Figures:
    """Puts the figures together and keeps them."""
    began = time.monotonic()
    by = system("figures")
    found = counts(by, place, day, 9)
    townships = Place.objects.filter(in_place(place, "code"), until=None, code__regex=r"^[0-9]{9}$").order_by("code")
    known = {one.code: one.short for one in townships}
    # What lies in a township that is no more is still counted.
    codes = sorted({*known, *found})
    year = _year(place)
    made = Figures(
        at=timezone.now(), day=day, places=[(code, known.get(code, code), found.get(code, Counts())) for code in codes],
        incomes=distribution(_incomes(place, year), _line(place, year)), year=year,
        unmet=unmet_counts(by, place, 9, day), causes=_causes(place), cost=time.monotonic() - began,
    )  # fmt: skip
    cache.set(_key(place, day), made, _KEPT)
    return made


def _key(place: str, day: date) -> str:
    return f"county-figures:{place}:{day.isoformat()}"


def _mine_to_refresh(place: str) -> bool:
    """Whether this is the one of many simultaneous pages that asks for new figures."""
    return bool(cache.add(f"county-figures-asked:{place}", 1, _ASKED))


def _year(place: str) -> int | None:
    """The year of most accounts: a new year is taken up when most households have theirs."""
    found = HouseholdAccount.objects.filter(in_place(place, "village"), in_force=True, is_whole=True)
    years = found.order_by().values_list("year").annotate(n=Count("pk"))
    return max(((n, year) for year, n in years), default=(0, None))[1]


def _line(place: str, year: int | None) -> Decimal | None:
    return monitoring_lines([year], place, own_numbers(place)).get(year) if year else None


def _incomes(place: str, year: int | None) -> list[tuple[Decimal, int]]:
    """(Net income, members) of each household with an account of the year in force; members are the living of today."""
    if year is None:
        return []
    inside = in_place(place, "household__village") & Q(household__ended_on=None)
    members = dict(
        Member.objects.filter(inside, left_on=None).order_by().values_list("household").annotate(n=Count("pk"))
    )
    accounts = dict(
        HouseholdAccount.objects.filter(inside, year=year, in_force=True, is_whole=True).values_list(
            "pk", "household_id"
        )
    )
    signed = Case(When(item__startswith="E", then=-F("amount")), default=F("amount"), output_field=_MONEY)
    sums = (
        AccountLine.objects.filter(account__in_force=True, account__year=year)
        .filter(in_place(place, "account__village"))
        .order_by().values_list("account").annotate(net=Sum(signed))
    )  # fmt: skip
    return [(net, members.get(accounts[account], 0)) for account, net in sums if account in accounts]


def _causes(place: str) -> list[tuple[str, int]]:
    """A household of two causes counts for both."""
    rows = Household.objects.filter(in_place(place, "village"), MONITORED, ended_on=None).exclude(causes="")
    found: Counter[str] = Counter()
    for causes, n in rows.order_by().values_list("causes").annotate(n=Count("pk")):
        for cause in {part.strip() for part in causes.split("、") if part.strip()}:
            found[cause] += n
    return sorted(found.items(), key=lambda cause: (-cause[1], cause[0]))


_MONEY: Any = DecimalField(max_digits=20, decimal_places=2)
