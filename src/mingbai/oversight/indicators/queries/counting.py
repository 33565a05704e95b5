"""What lies open in places, for lists that somebody works on: the same counts as the figures', of what `by` sees."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Q

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.queries import in_place, within, within_place
from mingbai.facts.bureaus.tables import MONITORED_CLASSES
from mingbai.facts.registry.models import Household
from mingbai.findings.issues.models import Issue
from mingbai.findings.issues.queries.issues import visible as visible_issues
from mingbai.findings.screening.models import Clue
from mingbai.findings.screening.queries.clues import OPEN

MONITORED = Q(household_class__in=MONITORED_CLASSES) & ~Q(eliminated="是")
"""Monitored households (监测对象)."""


class Counts(NamedTuple):
    """What a place has."""

    households: int = 0
    monitored: int = 0
    clues: int = 0
    clues_late: int = 0
    issues: int = 0
    issues_late: int = 0


def counts(by: Actor, code: str, day: date, digits: int) -> dict[str, Counts]:
    """What the places within `code` have (everywhere for ''), by the first `digits` of the village's code.

    Three grouped queries, each of what `by` may read; a bureau counts the problems sent to it.
    """
    homes = Household.objects.filter(_inside(by, Permission.HOUSEHOLD_READ, code), ended_on=None)
    clues = Clue.objects.filter(_inside(by, Permission.CLUE_READ, code), status__in=OPEN)
    if by.bureau:
        issues = visible_issues(by)
        issues = issues.filter(in_place(code, "village")) if code else issues
    else:
        issues = Issue.objects.filter(_inside(by, Permission.ISSUE_READ, code))
    late = Count("pk", filter=Q(due_on__lt=day))
    return _added(
        digits,
        homes.order_by().values_list("village").annotate(n=Count("pk"), m=Count("pk", filter=MONITORED)),
        clues.order_by().values_list("village").annotate(n=Count("pk"), late=late),
        issues.filter(closed_on=None).order_by().values_list("village").annotate(n=Count("pk"), late=late),
    )


def _inside(by: Actor, permission: Permission, code: str) -> Q:
    return within_place(by, permission, code, "village") if code else within(by, permission, "village")


def _added(digits: int, *kinds: Any) -> dict[str, Counts]:
    found: dict[str, list[int]] = {}
    for at, rows in enumerate(kinds):
        for village, n, some in rows:
            sums = found.setdefault(village[:digits], [0] * 6)
            sums[2 * at] += n
            sums[2 * at + 1] += some
    return {code: Counts(*sums) for code, sums in found.items()}
