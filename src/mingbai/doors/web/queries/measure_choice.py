"""What can be chosen on the page of measures, and what an address chose; a word without meaning counts as unsaid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.base.places.models import Place
from mingbai.base.staff.queries import in_place
from mingbai.doors.web.queries.incomes import lines_of, years_with_accounts
from mingbai.doors.web.queries.measure_words import GROUPS, MEASURES
from mingbai.doors.web.queries.measures import Choice

WITHIN = {6: ("township", "village"), 9: ("village",), 12: ("group",)}
_OF_HOUSEHOLDS = ("class", "size", "head_age", "head_sex", "head_people", "")


class Line(NamedTuple):
    """An official line: its key in an address, its name, yuan per head and year."""

    key: str
    label: str
    yuan: float


@dataclass(frozen=True)
class Asked:
    """What was chosen and what else there is. choice: None where the place has no account or no line."""

    place: Place
    places: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    measures: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    line: Line | None
    choice: Choice | None
    public: bool


def asked(by: Actor, given: Mapping[str, str]) -> Asked | None:
    """What an address chose; None for a place in which `by` reads no figures. At most four queries."""
    place, places = place_asked(by, given.get("place", ""))
    if place is None:
        return None
    years = years_with_accounts(by, place.code)
    of_years = lines_of({*years, *range(2021, max(years, default=2021) + 1)}, place.code)
    usable = {year: n for year, n in years.items() if year in of_years}
    year = _year(given.get("year", ""), usable)
    lines = _lines(year, of_years) if year else ()
    line = next((one for one in lines if one.key == given.get("line")), lines[0] if lines else None)
    groups = (*WITHIN.get(len(place.code), ()), *_OF_HOUSEHOLDS)
    name = given.get("measure", "")
    group = given.get("by", groups[0])
    choice = None
    if year and line:
        choice = Choice(
            place.code, year, name if name in MEASURES else "headcount", group if group in groups else groups[0],
            line.yuan, people=given.get("count") != "homes",
        )  # fmt: skip
    return Asked(
        place, places, tuple(usable), tuple((key, _(one.label)) for key, one in MEASURES.items()),
        tuple((key, _(GROUPS[key])) for key in groups), lines, line, choice, given.get("public") == "1",
    )  # fmt: skip


def place_asked(by: Actor, code: str) -> tuple[Place | None, tuple[tuple[str, str], ...]]:
    """The place asked for, or one's own, and what can be chosen: one's own areas and what lies right within them."""
    areas = by.areas(P.FIGURE_READ)
    own = areas[0] if areas else ""
    if not code:
        code = own if len(own) in (6, 9, 12) else settings.COUNTY
    if not by.may(P.FIGURE_READ, at=code):
        return None, ()
    place = Place.objects.filter(code=code).first()
    if place is None or place.level not in _LEVELS:
        return None, ()
    top = next((area for area in areas if code.startswith(area) and len(area) >= 6), code[:6])
    near = Place.objects.filter(in_place(top, "code"), until=None).order_by("code")
    # In a county its townships; what lies in a township once that one is chosen.
    shown = [one for one in near if len(one.code) <= max(9, len(top)) or one.code.startswith(code[:9])]
    return place, tuple((one.code, "　" * (len(one.code) // 3 - len(top) // 3) + one.short) for one in shown)


def _lines(year: int, of_years: Mapping[int, float]) -> tuple[Line, ...]:
    own = of_years[year]
    first = Line("own", _("%(year)d 年监测线 %(yuan)s 元") % {"year": year, "yuan": _yuan(own)}, own)
    half = Line(
        "own1.5", _("%(year)d 年监测线的 1.5 倍 %(yuan)s 元") % {"year": year, "yuan": _yuan(own * 1.5)}, own * 1.5
    )
    rest = [
        Line(f"of{other}", _("%(year)d 年监测线 %(yuan)s 元") % {"year": other, "yuan": _yuan(value)}, value)
        for other, value in sorted(of_years.items(), reverse=True)
        if other != year
    ]
    return (first, *rest, half)


def _yuan(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _year(text: str, counted: Mapping[int, int]) -> int | None:
    """The year asked for, else that of most accounts: a new year is taken up when most households have theirs."""
    if text.isascii() and text.isdecimal() and int(text) in counted:
        return int(text)
    return max(counted, key=lambda year: (counted[year], year), default=None)


_LEVELS = ("county", "township", "village")
