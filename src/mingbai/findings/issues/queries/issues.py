"""Which problems somebody may see, in pages by due day, and what was done about one of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from mingbai.base.events.models import Event
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.queries import in_place, within, within_unindexed
from mingbai.facts.registry.models import Household
from mingbai.findings.issues.models import Issue

PAGE = 50
OPEN = ("found", "fed_back", "mending", "answered")
# A household's own history is read to its end; one of more moves than this is no history any more.
_LONGEST_HISTORY = 1000


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; '' is no narrowing, and a word that names nothing finds nothing.

    `status`: '' is everything open, ``all`` everything, else a status. `place`: a division code of any length.
    """

    status: str = ""
    level: str = ""
    place: str = ""
    bureau: str = ""
    overdue: bool = False
    mine: bool = False


@dataclass(frozen=True)
class Page:
    """Part of a list, with the keys from which the pages beside it start ('' where there is none)."""

    rows: Sequence[Issue]
    after: str
    before: str


def inside(by: Actor, permission: Permission) -> Q:
    """`staff.queries.within` for problems. Where the area is the site's whole county, nearly every row lies in it: then
    the list is read along the index of due days instead of being sorted as a whole."""
    areas = by.areas(permission)
    if settings.COUNTY and len(areas) == 1 and settings.COUNTY.startswith(areas[0]):
        return within_unindexed(by, permission, "village")
    return within(by, permission, "village")


def visible(by: Actor) -> QuerySet[Issue]:
    """What `by` may read: the problems of their area; for a bureau only what was sent to it."""
    areas = [inside(by, Permission.ISSUE_READ)] if by.may(Permission.ISSUE_READ) else []
    if by.bureau:
        areas.append(inside(by, Permission.ISSUE_ANSWER) & Q(level="bureau", bureau=by.bureau))
    if not areas:
        return Issue.objects.none()
    # An area of everywhere is an empty Q, and OR with an empty Q would forget it.
    return Issue.objects.filter(reduce(or_, areas)) if all(areas) else Issue.objects.all()


def filtered(by: Actor, filters: Filters, day: date) -> QuerySet[Issue]:
    """The visible problems that the filters leave, unordered."""
    found = visible(by)
    if filters.status not in ("", "all", *Issue.STATUS) or filters.level not in ("", *Issue.LEVELS):
        return found.none()
    if filters.status == "":
        found = found.filter(closed_on=None)
    elif filters.status != "all":
        found = found.filter(status=filters.status)
    if filters.level:
        found = found.filter(level=filters.level)
    if filters.bureau:
        found = found.filter(bureau=filters.bureau)
    if filters.place:
        found = found.filter(in_place(filters.place, "village"))
    if filters.mine:
        found = found.filter(holder=by.name)
    if filters.overdue:
        found = found.filter(closed_on=None, due_on__lt=day)
    return found


def with_heads(found: QuerySet[Issue]) -> QuerySet[Any]:
    """Each with `head_name`, the head of its household (None where it is a village's)."""
    head = Household.objects.filter(household_id=OuterRef("household_id")).values("head_name")[:1]
    return found.annotate(head_name=Subquery(head))


def page(by: Actor, filters: Filters, day: date, after: str = "", before: str = "", size: int = PAGE) -> Page:
    """One page by due day, the most urgent first. Keys are ``2026-07-15.12``; one that is none counts as the start."""
    found = with_heads(filtered(by, filters, day))
    forward, key = not before, _key(before or after)
    if key:
        due, number = key
        found = found.filter(
            Q(due_on__gte=due) & (Q(due_on__gt=due) | Q(id__gt=number))
            if forward
            else Q(due_on__lte=due) & (Q(due_on__lt=due) | Q(id__lt=number))
        )
    order = ("due_on", "id") if forward else ("-due_on", "-id")
    rows = list(found.order_by(*order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if not forward:
        rows.reverse()
    first, last = (_key_of(rows[0]), _key_of(rows[-1])) if rows else ("", "")
    has_next, has_previous = (more, bool(key)) if forward else (True, more)
    return Page(rows, last if has_next else "", first if has_previous else "")


def at_most(found: QuerySet[Any], most: int = 1000) -> int:
    """How many there are, counted no further than one beyond `most`."""
    return found.order_by()[: most + 1].count()


def figures(by: Actor, filters: Filters, day: date) -> dict[str, int]:
    """How many of the list are open, overdue, and wait for a revisit; each counted to 1001 at most."""
    found = filtered(by, replace(filters, status="", overdue=False), day)
    return {
        "open": at_most(found),
        "overdue": at_most(found.filter(due_on__lt=day)),
        "answered": at_most(found.filter(status="answered")),
    }


def history(issue: Issue) -> list[Event]:
    """What was done about a problem, newest first; each event with `words`, what its author wrote."""
    subject = f"household:{issue.household_id}" if issue.household_id else f"issue:{issue.pk}"
    found = []
    for event in Event.objects.filter(subject=subject, verb__startswith="issues.").order_by("-id")[:_LONGEST_HISTORY]:
        changed = json.loads(event.changed)
        if changed.get("issue") == issue.pk:
            hidden = (changed.get(name, "") for name in ("finding", "detail", "plan", "answer", "revisit"))
            event.words = next((settings.KEYS.open(text) for text in hidden if text), "")  # type: ignore[attr-defined]
            found.append(event)
    return found


def open_of_household(by: Actor, household_id: str) -> QuerySet[Issue]:
    """The open problems of one household, by due day."""
    found = visible(by).filter(household_id=household_id, closed_on=None) if household_id else visible(by).none()
    return found.order_by(F("due_on"), F("id"))


def _key(text: str) -> tuple[date, int] | None:
    day, _, number = text.partition(".")
    # No database takes a number of more digits.
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        return None
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


def _key_of(issue: Issue) -> str:
    return f"{issue.due_on.isoformat()}.{issue.pk}"
