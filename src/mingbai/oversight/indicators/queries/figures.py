"""Figures of places: reckoned anew, or as kept for a while; and what lies behind one of them.

Pages, exports, statements and the county's pictures all ask here: `figures(by, place, day)` gives a list of
`reckoning.FigureRow` for the place and everything in it. Declarations (titles, units) stand in `figures.FIGURES`.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import duckdb
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.queries import in_place
from mingbai.facts.registry.models import Household
from mingbai.oversight.indicators.figures import FIGURES
from mingbai.oversight.indicators.queries.reading import account_year, read, year_to
from mingbai.oversight.indicators.reckoning import Asked, FigureRow, behind, reckoned

FRESH = 60
"""Seconds for which figures that were cheap to put together are kept."""
STALE = 600
"""Seconds after which dear figures are put together again, in the background."""
DEAR = 0.5
"""Seconds from which figures are dear: then nobody waits for them."""
_KEPT = 2 * 24 * 3600
_ASKED = 600
_FEW = 5000


@dataclass(frozen=True)
class Shown:
    """Figures of a place and of the places right below it, as they were at a moment. `year` is of the accounts."""

    at: datetime
    place: str
    day: date
    year: int | None
    rows: list[FigureRow]
    cost: float

    @cached_property
    def _at(self) -> dict[tuple[str, str, str], FigureRow]:
        return {(row.figure, row.category, row.place): row for row in self.rows}

    def of(self, code: str, place: str, category: str = "") -> FigureRow | None:
        """One figure of one place."""
        return self._at.get((code, category, place))


def figures(by: Actor, place: str, day: date, *, since: date | None = None) -> list[FigureRow]:
    """Every figure of a place and of all places in it (down to the villages), reckoned now.

    Rows stand in the order of `figures.FIGURES`, their categories, and the places' codes. How things stand is as of
    `day`; what happened is from `since` (1 January of that year) to `day`. Forbidden where `by` reads no figures.
    A constant number of queries; for 250,000 households it takes seconds: pages use `shown`.
    """
    by.must(Permission.FIGURE_READ, at=place)
    return _reckoned(Asked(place, day, since or year_to(day), day), account_year(place))


def shown(by: Actor, place: str, day: date) -> tuple[Shown | None, bool]:
    """The figures of a place and those right below it, kept for a while, and whether somebody should put them together
    anew in the background (`tasks.refresh_figures`): true for one of many who ask at once.

    None where they are not there yet and would take long.
    """
    by.must(Permission.FIGURE_READ, at=place)
    kept: Shown | None = cache.get(_key(place, day))
    age = (timezone.now() - kept.at).total_seconds() if kept else 0.0
    if kept and (age < FRESH or kept.cost >= DEAR):
        return kept, age >= STALE and _mine_to_refresh(place)
    if kept or not is_large(place):
        return refresh(place, day)[place], False
    return None, _mine_to_refresh(place)


def refresh(place: str, day: date) -> dict[str, Shown]:
    """Puts the figures of a place together, and keeps them for it and for every place in it; all of these by code."""
    began = time.monotonic()
    year = account_year(place)
    rows = _reckoned(Asked(place, day, year_to(day), day), year)
    cost, at = time.monotonic() - began, timezone.now()
    parts: dict[str, list[FigureRow]] = {place: []}
    for row in rows:
        parts.setdefault(row.place, []).append(row)
        above = above_of(row.place)
        if len(above) >= len(place):
            parts.setdefault(above, []).append(row)
    made = {code: Shown(at, code, day, year, some, cost) for code, some in parts.items()}
    cache.set_many({_key(code, day): one for code, one in made.items() if len(code) < 12 or code == place}, _KEPT)
    return made


def is_large(place: str) -> bool:
    """Whether so many households live there that nobody should wait for their figures."""
    return Household.objects.filter(in_place(place, "village"))[: _FEW + 1].count() > _FEW


def above_of(code: str) -> str:
    """The code of the place above: 513434100 of 513434100200; '' above a province."""
    return code[: {12: 9, 9: 6, 6: 4, 4: 2}.get(len(code), 0)]


@dataclass(frozen=True)
class Behind:
    """A household that a figure counts, and the clue or problem where it counts these (number 0: none)."""

    household_id: str
    number: int


def households_behind(by: Actor, place: str, day: date, code: str, category: str = "") -> list[Behind]:
    """What a figure of a township or village counts, by the same expression as the figure itself.

    Forbidden where `by` may not read households there. The list is the village's or township's: no county's.
    """
    by.must(Permission.FIGURE_READ, at=place)
    by.must(Permission.HOUSEHOLD_READ, at=place)
    asked = Asked(place, day, year_to(day), day)
    with engine() as con:
        read(con, asked, account_year(place))
        return [Behind(key, number) for key, number in behind(con, asked, FIGURES[code], category)]


def _reckoned(asked: Asked, year: int | None) -> list[FigureRow]:
    with engine() as con:
        read(con, asked, year)
        return reckoned(con, asked, FIGURES)


@contextmanager
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine of its own that may spill to the site's folder."""
    with duckdb.connect(":memory:", config={"temp_directory": str(settings.HOME / "spill"), "threads": 2}) as con:
        yield con


def _key(place: str, day: date) -> str:
    return f"figures:{place}:{day.isoformat()}"


def _mine_to_refresh(place: str) -> bool:
    return bool(cache.add(f"figures-asked:{place}", 1, _ASKED))
