"""What the pictures of a county's home are drawn from: guarantees by place and household, and movement between years.

Put together with the home's other figures (`queries.county`), never for one request; a township's matrix is its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import duckdb
from django.utils import timezone

from mingbai.base.lib.dates import last_31_august, months_before
from mingbai.base.lib.permissions import Actor, Permission, system
from mingbai.base.places.queries import names, path
from mingbai.base.staff.queries import within
from mingbai.doors.web.guarantee_states import (
    OF_HOUSEHOLD,
    STATES,
    counted,
    listed,
    resolve,
)
from mingbai.doors.web.queries.incomes import lines_of, years_with_accounts
from mingbai.doors.web.queries.keeping import DEAR, kept
from mingbai.doors.web.queries.movement import Movement, movement
from mingbai.facts.assessments.guarantees import SCHOOL_STAGES
from mingbai.facts.assessments.queries import ages_at
from mingbai.facts.registry.models import Household
from mingbai.facts.registry.queries.bulk import into, text
from mingbai.oversight.indicators.queries.figures import Shown, engine

PAGE = 50


@dataclass(frozen=True)
class Deprived:
    """Guarantees by the places right below one, `places` as (code, name), and of the whole, whose code is ''.

    cells: (place, guarantee, state) → households it asks for. some: place → households with anything unmet.
    households: place → all of them.
    """

    at: datetime
    places: tuple[tuple[str, str], ...]
    cells: Mapping[tuple[str, str, str], int]
    some: Mapping[str, int]
    households: Mapping[str, int]

    def asked(self, place: str, guarantee: str) -> int:
        """How many households of a place a guarantee asks for."""
        return sum(self.cells.get((place, guarantee, state), 0) for state in STATES)


@dataclass(frozen=True)
class Pictures:
    """What a county's home draws besides its counts. incomes: (township, class of figure ``income_class``) →
    households. mean: yuan a head over people. without: households without an account. moved: None without two years."""

    deprived: Deprived
    incomes: Mapping[tuple[str, str], int]
    mean: int | None
    without: int
    moved: Movement | None


class Home(NamedTuple):
    """A household of a list, where it lies, and the codes of the items that are as the list says."""

    household: Household
    place: str
    items: tuple[str, ...]


def put_together(place: str, day: date, found: Shown) -> Pictures:
    """The pictures of a county, from what its figures have and two readings of its own."""
    mean, without = found.of("income_mean", place), found.of("without_account", place)
    return Pictures(
        deprived=_deprived(place, day, 9),
        incomes={(row.place, row.category): int(row.numerator or 0) for row in found.rows
                 if row.figure == "income_class" and len(row.place) == 9},
        mean=int(mean.value) if mean and mean.value is not None else None,
        without=int(without.numerator or 0) if without else 0,
        moved=_moved(place, found.year),
    )  # fmt: skip


def deprived_of_township(by: Actor, place: str, day: date) -> Deprived:
    """The matrix of a township by village, for who reads households there; kept for ten minutes where it is dear."""
    by.must(Permission.HOUSEHOLD_READ, at=place)
    return kept(f"deprived:{place}:{day.isoformat()}", lambda: _deprived(place, day, 12), dear=DEAR)


def homes(by: Actor, place: str, guarantee: str, state: str, day: date, after: str) -> tuple[list[Home], int, str]:
    """One page of a township's or village's households in a state, how many there are, and where the next one begins.

    By the same rule as the matrix. Only those that `by` may open.
    """
    by.must(Permission.HOUSEHOLD_READ, at=place)
    with engine() as con:
        read_states(con, place, day)
        found = listed(con, guarantee, state)
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0
    rest = [number for number in found if number > start]
    seen = Household.objects.filter(within(by, Permission.HOUSEHOLD_READ, "village")).in_bulk(rest[:PAGE])
    known = names({one.village for one in seen.values()})
    rows = [
        Home(home, path(home.village, known), tuple(found[number]))
        for number in rest[:PAGE] if (home := seen.get(number))
    ]  # fmt: skip
    return rows, len(found), str(rest[PAGE - 1]) if len(rest) > PAGE else ""


def _deprived(place: str, day: date, digits: int) -> Deprived:
    with engine() as con:
        read_states(con, place, day)
        cells, some = counted(con, digits)
        rows = con.execute("SELECT left(village, $n), count(*) FROM home GROUP BY ALL", {"n": digits}).fetchall()
    homes_at = dict(rows)
    whole: dict[tuple[str, str, str], int] = {}
    for (_place, guarantee, state), n in cells.items():
        whole["", guarantee, state] = whole.get(("", guarantee, state), 0) + n
    known = names(homes_at)
    return Deprived(
        at=timezone.now(), places=tuple((code, known.get(code, code)) for code in sorted(homes_at)),
        cells=cells | whole, some=some | {"": sum(some.values())}, households=homes_at | {"": sum(homes_at.values())},
    )  # fmt: skip


def read_states(con: duckdb.DuckDBPyConnection, place: str, day: date) -> None:
    """What `guarantee_states.resolve` asks for, of the households on the roster of a place. Five queries."""
    area, ages = (place, f"{place}:"), ages_at(day, place)
    grown = months_before(day, 12 * ages.school_until)
    begun = months_before(last_31_august(day), 12 * ages.school_from)
    bits = " ".join(f"WHEN '{item}' THEN {1 << at}" for at, item in enumerate(OF_HOUSEHOLD))
    into(
        con, "home", ("id", "village", "met", "people"),
        f"SELECT {text('h.id')}, h.village, (SELECT {text(f'SUM(DISTINCT CASE f.item {bits} ELSE 0 END)')} "
        "FROM assessments_finding f WHERE f.household_id = h.id AND f.member_id IS NULL AND f.state = 'met'), "
        "CASE WHEN EXISTS (SELECT 1 FROM registry_member m WHERE m.household_id = h.id AND m.left_on IS NULL) "
        f"THEN '1' END FROM registry_household h WHERE {_INSIDE}", area,
    )  # fmt: skip
    # Of nearly everybody it is known that they are insured: only the others are read.
    into(
        con, "uninsured", ("house", "who"),
        f"SELECT {text('m.household_id')}, {text('m.id')} {_LIVING} AND NOT EXISTS ({_met('medical')})", area,
    )  # fmt: skip
    into(
        con, "young", ("house", "who", "birth", "studying", "met"),
        f"SELECT {text('m.household_id')}, {text('m.id')}, {text('CASE WHEN m.id_valid THEN m.birth END')}, "
        f"m.studying, CASE WHEN EXISTS ({_met('schooling')}) THEN '1' END {_LIVING} "
        "AND (m.birth > %s OR m.birth IS NULL OR NOT m.id_valid)", (*area, grown),
    )  # fmt: skip
    con.execute(
        """CREATE TABLE person AS SELECT house, who, 'medical' AS item, false AS met FROM uninsured
        UNION ALL SELECT id, '', 'medical', true FROM home WHERE people = '1'
        UNION ALL SELECT house, who, 'schooling', met IS NOT NULL FROM young WHERE CASE WHEN birth IS NULL
            THEN list_contains($stages, studying) ELSE birth::DATE > $grown AND birth::DATE <= $begun END""",
        {"grown": grown, "begun": begun, "stages": list(SCHOOL_STAGES)},
    )
    into(
        con, "word", ("house", "who", "item", "state", "source", "day", "number", "birth"),
        f"SELECT {text('f.household_id')}, {text('f.member_id')}, f.item, f.state, f.source, {text('f.day')}, "
        f"{text('f.id')}, {text('m.birth')} FROM (SELECT DISTINCT b.household_id, b.item FROM assessments_finding b "
        "JOIN registry_household h ON h.id = b.household_id AND h.village = b.village "
        "WHERE b.village >= %s AND b.village < %s AND b.state IN ('unmet', 'unknown') AND h.ended_on IS NULL) c "
        "JOIN assessments_finding f ON f.household_id = c.household_id AND f.item = c.item "
        "LEFT JOIN registry_member m ON m.id = f.member_id WHERE f.member_id IS NULL OR m.left_on IS NULL", area,
    )  # fmt: skip
    resolve(con, grown)


_INSIDE = "h.village >= %s AND h.village < %s AND h.ended_on IS NULL"
_LIVING = (
    f"FROM registry_household h JOIN registry_member m ON m.household_id = h.id WHERE {_INSIDE} AND m.left_on IS NULL"
)


def _met(item: str) -> str:
    return (
        "SELECT 1 FROM assessments_finding f WHERE f.household_id = m.household_id "
        f"AND f.item = '{item}' AND f.member_id = m.id AND f.state = 'met'"
    )


def _moved(place: str, year: int | None) -> Movement | None:
    """From the year before the one of the accounts to that year; None where one of them has no account or no line."""
    if year is None:
        return None
    by = system("pictures")
    earlier = [one for one in years_with_accounts(by, place) if one < year]
    usable = lines_of([*earlier, year], place)
    before = max((one for one in earlier if one in usable), default=None)
    return movement(by, place, before, year) if before is not None and year in usable else None
