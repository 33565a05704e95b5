"""Screenings as they are read: the list, one with its outcome by rule, and what a withdrawal would touch."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.queries import within
from mingbai.facts.bureaus.models import Delivery
from mingbai.findings.screening.clue_list import GROUPS
from mingbai.findings.screening.from_deliveries import resting_on
from mingbai.findings.screening.models import Clue, Screening
from mingbai.findings.screening.rule import GROUPS as ORDER
from mingbai.findings.screening.rule import rules
from mingbai.findings.screening.summary import why
from mingbai.findings.screening.wording import titled

UNDER_WAY = ("queued", "running")


def visible(by: Actor) -> QuerySet[Screening]:
    """Screenings of counties where somebody runs them or reads what was delivered."""
    runs = within(by, Permission.SCREENING_RUN, "place")
    return Screening.objects.filter(runs | within(by, Permission.DELIVERY_READ, "place"))


class RuleCount(NamedTuple):
    """A rule in a run: how many clues it raised, and how many of these nobody had seen before."""

    code: str
    title: str
    raised: int
    new: int


class GroupCount(NamedTuple):
    """The rules of one group that raised something, most clues first."""

    key: str
    label: str
    raised: int
    rules: list[RuleCount]


class Unchecked(NamedTuple):
    """A rule that did not run, and why."""

    title: str
    reason: str


def by_group(report: Mapping[str, Any], english: bool) -> list[GroupCount]:
    """What the rules of a finished run raised, by group in the order of the desk."""
    raised, new = report.get("clues_by_rule", {}), report.get("stored", {}).get("new_by_rule", {})
    found = []
    for group in ORDER:
        mine = [
            RuleCount(code, titled(code, english), count, new.get(code, 0))
            for code, count in raised.items()
            if count and code in rules() and rules()[code].head["group"] == group
        ]
        mine.sort(key=lambda one: (-one.raised, one.code))
        found.append(GroupCount(group, GROUPS[group], sum(one.raised for one in mine), mine))
    return found


def silent(report: Mapping[str, Any], english: bool) -> list[str]:
    """Titles of the rules that ran and raised nothing."""
    return [titled(code, english) for code, count in report.get("clues_by_rule", {}).items() if not count]


def unchecked(report: Mapping[str, Any], english: bool) -> list[Unchecked]:
    """The rules that did not run."""
    return [
        Unchecked(titled(one["rule"], english), why(one["missing"], report) if english else one["reason"])
        for one in report.get("rules_not_checked", ())
    ]


class Touched(NamedTuple):
    """How many clues a withdrawal would retract, and how many cleared ones it would open again."""

    retracted: int
    reopened: int


def touched_by_run(screening: Screening) -> Touched:
    """What withdrawing a run would do now."""
    return _touched(Q(screening=screening, last_seen=screening), Q(cleared_in=screening))


def touched_by_delivery(delivery: Delivery) -> Touched:
    """What withdrawing a delivery would do now."""
    resting = Q(rule__in=resting_on(delivery.table))
    runs = Screening.objects.filter(deliveries=delivery).values("pk")
    return _touched(resting & Q(last_seen__in=runs), resting & Q(cleared_in__in=runs))


def open_of(by: Actor, screening: Screening) -> QuerySet[Clue]:
    """The clues of a run that wait to be verified, as far as `by` reads clues."""
    mine = Clue.objects.filter(within(by, Permission.CLUE_READ, "village"))
    return mine.filter(last_seen=screening, status__in=["new", "assigned"])


def _touched(raised: Q, cleared: Q) -> Touched:
    clues = Clue.objects.filter(channel="screening")
    return Touched(
        clues.filter(raised, status__in=["new", "assigned"]).count(), clues.filter(cleared, status="cleared").count()
    )
