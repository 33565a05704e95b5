"""What a night does with overdue problems: one level up, each with its event; where there is no way up, told of."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from mingbai.base.events.actions import Told, record_many
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.queries import in_place
from mingbai.findings.issues import ladder
from mingbai.findings.issues.actions.guard import by_day, place_of, told, where
from mingbai.findings.issues.models import Issue
from mingbai.findings.issues.queries.limits import numbers_on

# Keys in one statement: far below what either database takes.
_BATCH = 5000


@dataclass(frozen=True)
class Night:
    """How many problems went up a level, and how many were told of where they stay."""

    raised: int
    told: int


def escalate(*, by: Actor, place: str, day: date) -> Night:
    """Raises every open problem of a place that is past its due day by one level, in one transaction.

    One level a night, so that each level has its days. At the county and at a bureau it stays, and is told of once in
    each period of that level. Again on the same day, or twice at once, does nothing more: what was raised is no longer
    overdue, and what was told of is marked. Killed in the middle, it has done nothing.
    """
    by.must(Permission.ISSUE_RAISE, at=place)

    numbers = numbers_on(day)
    with transaction.atomic():
        # The lock: a second run waits here, and then finds nothing that is still overdue.
        overdue = Issue.objects.filter(in_place(place, "village"), closed_on=None, due_on__lt=day)
        up: dict[tuple[str, date], list[Issue]] = defaultdict(list)
        stays: list[Issue] = []
        for issue in overdue.select_for_update().order_by("id"):
            above = ladder.raised_at_night(issue.level)
            if above:
                up[above, ladder.due_on(day, above, numbers(issue.village))].append(issue)
            elif ladder.told_again(issue.reminded_on, day, ladder.days_at(issue.level, numbers(issue.village))):
                stays.append(issue)
        events = [_raise(level, due, issues, day) for (level, due), issues in up.items()]
        told_of = _remind(stays, day)
        every = [event for part in events for event in part] + told_of
        if every:
            record_many(by=by, day=day, told=every)
    return Night(len(every) - len(told_of), len(told_of))


def _raise(level: str, due: date, issues: list[Issue], day: date) -> list[Told]:
    for part in _batches(issues):
        Issue.objects.filter(pk__in=part).update(
            level=level, holder="", holder_shown="", since=day, due_on=due, reminded_on=None,
            times_raised=F("times_raised") + 1, version=F("version") + 1,
        )  # fmt: skip
    changed: dict[str, Any] = {"level": level, "holder": "", "due_on": due}
    return [
        told(
            issue, "issues.raised",
            f"第 {issue.pk} 号问题在{where(issue)}逾期没有办结，自动上交{place_of(level)}办理，{by_day(due)}。", **changed,
        )
        for issue in issues
    ]  # fmt: skip


def _remind(issues: list[Issue], day: date) -> list[Told]:
    for part in _batches(issues):
        Issue.objects.filter(pk__in=part).update(reminded_on=day)
    return [
        told(
            issue, "issues.overdue",
            f"第 {issue.pk} 号问题在{where(issue)}逾期 {(day - issue.due_on).days} 天没有办结，提示催办。", due_on=issue.due_on,
        )
        for issue in issues
    ]  # fmt: skip


def _batches(issues: list[Issue]) -> list[list[int]]:
    keys = [issue.pk for issue in issues]
    return [keys[at : at + _BATCH] for at in range(0, len(keys), _BATCH)]
