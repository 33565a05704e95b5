"""A village's households, and the villages of a township: what each has open, in a few bounded queries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.base.places.models import Place
from mingbai.base.staff.queries import within
from mingbai.facts.income.models import HouseholdAccount
from mingbai.facts.registry.models import Household, Member
from mingbai.findings.issues.models import Issue
from mingbai.findings.issues.queries.issues import visible as issues_of
from mingbai.findings.screening.models import Clue
from mingbai.findings.screening.queries.clues import OPEN
from mingbai.findings.screening.queries.clues import of_households as clues_of_households
from mingbai.findings.screening.queries.clues import visible as clues_of
from mingbai.oversight.indicators.queries.counting import MONITORED

PAGE = 50
_PART = 500
Unmet = Mapping[int, Sequence[str]]
"""What assessments.queries.unmet_in_village gives."""

SORTS = {"head": "head_name", "group": "group_name", "class": "household_class"}
"""What a list can be sorted by; with a dash in front, downwards. Without, in the order of the roster."""


@dataclass(frozen=True)
class Wanted:
    """The filters of a village's list; '' leaves a filter out, a value that names nothing finds nothing."""

    household_class: str = ""
    group_name: str = ""
    monitored: bool = False
    clue: bool = False
    unmet: bool = False
    no_account: bool = False
    """No account of this year that is in force."""


class Line(NamedTuple):
    """A household of the list with what is open for it."""

    household: Household
    members: int
    clues: int
    clue_late: bool
    issues: int
    issue_late: bool
    unmet: tuple[str, ...]
    """Codes of the guarantees that are unmet now."""
    account: HouseholdAccount | None
    """This year's, else the newest one."""


class Page(NamedTuple):
    """A page of a list, and the numbers from which the pages beside it start ('' where there is none)."""

    lines: list[Line]
    after: str
    before: str


def place_of(by: Actor, code: str) -> Place | None:
    """A village or township in which `by` reads households; None for any other code."""
    if len(code) not in (9, 12) or not by.may(P.HOUSEHOLD_READ, at=code):
        return None
    return Place.objects.filter(code=code).first()


def households(by: Actor, code: str, wanted: Wanted, unmet: Unmet, day: date) -> QuerySet[Household]:
    """The households of a village that `by` sees and the filters leave, in no order."""
    found = Household.objects.filter(within(by, P.HOUSEHOLD_READ, "village"), village=code, ended_on=None)
    if wanted.household_class:
        found = found.filter(household_class=wanted.household_class)
    if wanted.group_name:
        found = found.filter(group_name=wanted.group_name)
    if wanted.monitored:
        found = found.filter(MONITORED)
    if wanted.clue:
        # By code, and only those of the village: few, where an EXISTS would ask for every household.
        mine = clues_of(by).filter(village=code, status__in=OPEN).exclude(household_id="")
        found = found.filter(household_id__in=mine.values("household_id"))
    if wanted.unmet:
        found = found.filter(pk__in=list(unmet))
    if wanted.no_account:
        kept = HouseholdAccount.objects.filter(household=OuterRef("pk"), year=day.year, in_force=True)
        found = found.filter(~Exists(kept))
    return found


def paged(
    by: Actor, found: QuerySet[Household], unmet: Unmet, day: date, *, sort: str = "", after: str = "", before: str = ""
) -> Page:
    """One page. `after` and `before` are numbers of households of the list; anything else gives the first page."""
    field, down = SORTS.get(sort.removeprefix("-"), ""), sort.startswith("-")
    back = _number(before)
    mark = back or _number(after)
    falling = down != bool(back)
    if mark:
        beside = Household.objects.filter(pk=mark).values_list(field or "pk", flat=True).first()
        way = "lt" if falling else "gt"
        if field and beside is not None:
            found = found.filter(Q(**{f"{field}__{way}": beside}) | Q(**{field: beside, f"pk__{way}": mark}))
        else:
            found = found.filter(**{f"pk__{way}": mark})
    sign = "-" if falling else ""
    rows = list(found.order_by(*([sign + field] if field else []), f"{sign}pk")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if back:
        rows.reverse()
    onward, backward = (True, more) if back else (more, bool(mark))
    return Page(
        lines(by, rows, unmet, day),
        str(rows[-1].pk) if onward and rows else "",
        str(rows[0].pk) if backward and rows else "",
    )


def lines(by: Actor, rows: Sequence[Household], unmet: Unmet, day: date) -> list[Line]:
    """Households with what is open for each: four queries, however many they are."""
    keys, codes = [row.pk for row in rows], [row.household_id for row in rows]
    members = _counted(Member.objects.filter(household__in=keys, left_on=None), "household")
    clues = _open(clues_of_households(by, codes).filter(status__in=OPEN), day)
    issues = _open(issues_of(by).filter(household_id__in=codes, closed_on=None), day)
    accounts = {
        one.household_id: one
        for one in HouseholdAccount.objects.filter(household__in=keys, in_force=True).order_by("year")
    }
    return [
        Line(
            row, members.get(row.pk, 0), *clues.get(row.household_id, (0, False)),
            *issues.get(row.household_id, (0, False)), tuple(dict.fromkeys(unmet.get(row.pk, ()))),
            accounts.get(row.pk),
        )
        for row in rows
    ]  # fmt: skip


def every_line(by: Actor, found: QuerySet[Household], unmet: Unmet, day: date) -> Iterator[Line]:
    """The whole list in the order of the roster, a part at a time: for a file."""
    rows = found.order_by("pk").iterator(chunk_size=_PART)
    while part := list(islice(rows, _PART)):
        yield from lines(by, part, unmet, day)


def groups(by: Actor, code: str) -> list[tuple[str, int, int]]:
    """The groups (村民小组) of a village with how many households each has, and how many are monitored."""
    homes = Household.objects.filter(within(by, P.HOUSEHOLD_READ, "village"), village=code, ended_on=None)
    rows = homes.values_list("group_name").annotate(n=Count("pk"), m=Count("pk", filter=MONITORED))
    return list(rows.order_by("group_name"))


def _counted(rows: Any, field: str) -> Mapping[int, int]:
    return dict(rows.order_by().values_list(field).annotate(n=Count("pk")))


def _open(rows: QuerySet[Clue] | QuerySet[Issue], day: date) -> dict[str, tuple[int, bool]]:
    """By household: how many, and whether one is late."""
    late = Count("pk", filter=Q(due_on__lt=day))
    counted = rows.order_by().values_list("household_id").annotate(n=Count("pk"), late=late)
    return {household: (n, bool(some)) for household, n, some in counted}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
