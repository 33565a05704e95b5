"""How a problem comes onto the list: from a clue that was confirmed, or found by somebody without one."""

from datetime import date
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError, transaction

from mingbai.base.events.actions import record_many
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.facts.registry.models import Household
from mingbai.findings.issues import ladder
from mingbai.findings.issues.actions.guard import by_day, told, words
from mingbai.findings.issues.models import Issue
from mingbai.findings.issues.queries.limits import numbers_on
from mingbai.findings.screening.actions import clues
from mingbai.findings.screening.models import Clue
from mingbai.findings.screening.wording import title_of

GUARANTEES = MappingProxyType(
    {"school_dropout": "schooling", "uninsured": "medical", "unsafe_house": "housing", "water_short": "water_quantity"}
)
"""Rule → the guarantee that is not met where its clue is true."""


_OF_HEALTH = frozenset({"new_disability", "accident", "medical_burden"})
"""Rules whose title tells of somebody's health: an event names them by number only."""


def confirm_clue(
    *, by: Actor, clue: Clue, finding: str, day: date, title: str = "", version: int | None = None
) -> Issue:
    """A clue found true at the door becomes a problem of the village.

    Raises Changed where somebody decided it before; `version` is that of the page on which it was decided.
    """
    by.must(Permission.CLUE_VERIFY, at=clue.village)
    finding = words(finding, "核实到的情况")
    with transaction.atomic():
        clues.move(clue, to="confirmed", by=by, finding=finding, day=day, version=version)
        issue = Issue.objects.create(
            title=(title.replace("\x00", "").strip() or title_of(clue))[:200],
            detail=f"{clue.said}\n核实情况：{finding}", clue=clue,
            household_id=clue.household_id, village=clue.village, guarantee=GUARANTEES.get(clue.rule, ""),
            found_on=day, found_by=by.name, since=day,
            due_on=ladder.due_on(day, "village", numbers_on(day)(clue.village)),
        )  # fmt: skip
        named = "" if clue.rule in _OF_HEALTH else f"「{title_of(clue)}」"
        said = f"线索{named}核实属实，列为第 {issue.pk} 号问题，由村级办理，{by_day(issue.due_on)}。"
        _tell(issue, by, day, said, clue=clue.pk, finding=finding)
    return issue


def open_issue(
    *, by: Actor, village: str, title: str, detail: str, day: date, household_id: str = "", guarantee: str = "",
    form_key: str = "",
) -> Issue:  # fmt: skip
    """A problem that a visit or an inspection found without a clue. The same `form_key` again is the same problem."""
    # An inspector does not raise problems up the ladder, but what an inspection finds goes onto the list.
    finds = Permission.ISSUE_RAISE if by.may(Permission.ISSUE_RAISE, at=village) else Permission.ISSUE_REVISIT
    by.must(finds, at=village)
    title, detail = words(title, "是什么问题"), words(detail, "看到的情况")
    if household_id and not Household.objects.filter(household_id=household_id, village=village).exists():
        raise Refused(f"这个村里没有户编号为 {household_id} 的农户。")
    try:
        with transaction.atomic():
            issue = Issue.objects.create(
                title=title[:200], detail=detail, household_id=household_id, village=village, guarantee=guarantee,
                found_on=day, found_by=by.name, since=day, form_key=form_key,
                due_on=ladder.due_on(day, "village", numbers_on(day)(village)),
            )  # fmt: skip
            said = f"走访或检查发现问题，列为第 {issue.pk} 号问题，由村级办理，{by_day(issue.due_on)}。"
            _tell(issue, by, day, said, detail=detail)
    except IntegrityError:
        sent_before = Issue.objects.filter(form_key=form_key, found_by=by.name).first() if form_key else None
        if sent_before is None:
            raise
        return sent_before
    return issue


def _tell(issue: Issue, by: Actor, day: date, said: str, **changed: Any) -> None:
    start: dict[str, Any] = {"status": issue.status, "level": issue.level, "due_on": issue.due_on, "title": issue.title}
    record_many(by=by, day=day, told=[told(issue, "issues.found", said, **start, **changed)])
