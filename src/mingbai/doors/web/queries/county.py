"""The figures of a county's home, taken from the county's figures and kept for a while: they are a morning's
figures, not a live counter, and the page says as of when."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.utils import timezone

from mingbai.base.places.models import Place
from mingbai.base.staff.queries import in_place
from mingbai.base.standards.queries import own_numbers
from mingbai.doors.web.distribution import EDGES, Distribution
from mingbai.doors.web.queries.pictures import Pictures, put_together
from mingbai.facts.income.queries import monitoring_lines
from mingbai.facts.registry.models import Household
from mingbai.oversight.indicators.queries import figures as indicators
from mingbai.oversight.indicators.queries.counting import Counts

FRESH = 60
"""Seconds for which figures that were cheap to put together are kept."""
STALE = 600
"""Seconds after which dear figures are put together again, in the background."""
DEAR = 0.25
"""Seconds from which figures are dear: then nobody waits for them."""
_KEPT = 7 * 24 * 3600
_ASKED = 600
_FEW = 5000
_COUNTED = ("households", "monitored", "clues_open", "clues_late", "problems_open", "problems_late")
"""The figures that make up `Counts`."""


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
    pictures: Pictures
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
    """Puts the figures together, all of them at once (oversight.indicators), and keeps them."""
    began = time.monotonic()
    every = indicators.refresh(place, day)
    found = every[place]
    townships = Place.objects.filter(in_place(place, "code"), until=None, code__regex=r"^[0-9]{9}$").order_by("code")
    known = {one.code: one.short for one in townships}
    # What lies in a township that is no more is still counted.
    codes = sorted({*known, *(code for code in every if len(code) == 9)})
    numbers = {
        (row.figure, row.category, row.place): int(row.numerator or 0)
        for code, one in every.items()
        if len(code) == 9 or code == place
        for row in one.rows
        if row.place == code
    }
    made = Figures(
        at=found.at, day=day, places=[(code, known.get(code, code), _counts(numbers, code)) for code in codes],
        incomes=_distribution(found), year=found.year,
        unmet={(at, item): n for (figure, item, at), n in numbers.items() if figure == "unmet" and len(at) == 9 and n},
        causes=_causes(numbers, place), pictures=put_together(place, day, found), cost=time.monotonic() - began,
    )  # fmt: skip
    cache.set(_key(place, day), made, _KEPT)
    return made


def _counts(numbers: Mapping[tuple[str, str, str], int], code: str) -> Counts:
    return Counts(*(numbers.get((figure, "", code), 0) for figure in _COUNTED))


def _key(place: str, day: date) -> str:
    return f"county-home:{place}:{day.isoformat()}"


def _mine_to_refresh(place: str) -> bool:
    """Whether this is the one of many simultaneous pages that asks for new figures."""
    return bool(cache.add(f"county-figures-asked:{place}", 1, _ASKED))


def _distribution(found: indicators.Shown) -> Distribution:
    """The income figures of the place as its picture takes them."""
    classes = [row.numerator for row in found.rows if (row.figure, row.place) == ("income_class", found.place)]
    median, below = found.of("income_median", found.place), found.of("below", found.place)
    line = monitoring_lines([found.year], found.place, own_numbers(found.place)).get(found.year) if found.year else None
    counts = tuple(int(n or 0) for n in classes)
    return Distribution(
        EDGES, counts, sum(counts), int(below.numerator or 0) if below else 0, line, median.value if median else None
    )


def _causes(numbers: Mapping[tuple[str, str, str], int], place: str) -> list[tuple[str, int]]:
    """A household of two causes counts for both; those of which none is known are left out."""
    found = [(cause, n) for (figure, cause, at), n in numbers.items() if (figure, at) == ("causes", place) and n]
    return sorted((one for one in found if one[0] != "未填"), key=lambda cause: (-cause[1], cause[0]))
