"""Who mends a problem: fed back to a person, given to another, many at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from mingbai.base.events.actions import Told, record_many
from mingbai.base.lib.errors import Changed, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.models import Official
from mingbai.base.staff.queries import actor_of
from mingbai.findings.issues import ladder
from mingbai.findings.issues.actions.guard import by_day, change, must_direct, place_of, somebody_was_first, told
from mingbai.findings.issues.models import Issue
from mingbai.findings.issues.queries.issues import visible
from mingbai.findings.issues.queries.limits import Numbers, numbers_on

MOST = 500
"""So many problems at once, no more."""
_GIVEN_IN = ("found", "fed_back", "mending")


def assign(
    *, by: Actor, issue: Issue, holder: Official, level: str, day: date, version: int, due: date | None = None,
    why: str = "",
) -> None:  # fmt: skip
    """Feeds a problem back to whoever is to mend it, at its level or below; `due` None leaves the clock as it is.

    A later day at the same level needs a reason, and no day goes beyond what the level has from `day` on.
    """
    by.must(Permission.ISSUE_ASSIGN, at=issue.village)
    with transaction.atomic():
        if issue.version != version:
            raise Changed(somebody_was_first(issue))
        fields, event = _given(by, issue, holder, actor_of(holder, day), level, day, numbers_on(day), due, why)
        change(issue, version=version, **fields)
        record_many(by=by, day=day, told=[event])


def assign_many(*, by: Actor, ids: Sequence[int], holder: Official, day: date) -> int:
    """Gives many to one person, all or none; each at its own level, or at the person's where that is lower.

    Returns how many. Refused with a sentence for each that can not be given.
    """
    by.must(Permission.ISSUE_ASSIGN)
    if not ids or len(ids) > MOST:
        raise Refused("请先勾选要分派的问题。" if not ids else f"一次最多分派 {MOST} 个问题。")
    worker, numbers = actor_of(holder, day), numbers_on(day)
    events: list[Told] = []
    reasons: list[str] = []
    with transaction.atomic():
        chosen = list(visible(by).filter(pk__in=set(ids)).select_for_update(of=("self",)).order_by("id"))
        if len(chosen) < len(set(ids)):
            raise Refused("勾选的问题里有不在您范围内的，或已经不在了。请刷新后再选。")
        for issue in chosen:
            by.must(Permission.ISSUE_ASSIGN, at=issue.village)
            try:
                fields, event = _given(by, issue, holder, worker, _level_for(issue, worker), day, numbers)
                change(issue, version=issue.version, **fields)
            except Refused as refused:
                reasons += [f"第 {issue.pk} 号问题：{reason}" for reason in refused.reasons]
            else:
                events.append(event)
        if reasons:
            raise Refused(*reasons)
        record_many(by=by, day=day, told=events)
    return len(events)


def _level_for(issue: Issue, worker: Actor) -> str:
    own = ladder.levels_of(worker, issue.village)
    here = ladder.LEVELS.index(issue.level)
    return next((level for level in reversed(ladder.LEVELS[: here + 1]) if level in own), issue.level)


def _given(
    by: Actor,
    issue: Issue,
    holder: Official,
    worker: Actor,
    level: str,
    day: date,
    numbers: Numbers,
    due: date | None = None,
    why: str = "",
) -> tuple[dict[str, Any], Told]:
    must_direct(by, issue)
    if issue.status not in _GIVEN_IN:
        raise Refused(f"这个问题现在是「{Issue.STATUS[issue.status]}」，不用再分派。")
    if level not in ladder.LEVELS[: ladder.LEVELS.index(issue.level) + 1]:
        raise Refused("分派只能在本级或往下；要往上交，请用「上交」并写明原因。")
    bureau = issue.bureau if level == "bureau" else ""
    if not holder.is_active or not ladder.works_at(worker, issue.village, level, bureau):
        raise Refused(f"{holder.name}没有在这个地方办理{place_of(level, bureau)}问题的岗位。")
    new = _due(issue, level, day, ladder.due_on(day, level, numbers(issue.village)), due, why)
    lowered = level != issue.level
    if (issue.holder, lowered, new, issue.status) == (worker.name, False, issue.due_on, "fed_back"):
        raise Refused(f"这个问题已经在{holder.name}手上，期限也没有变。")
    moved = lowered or new != issue.due_on
    fields: dict[str, Any] = {
        "to": "fed_back" if issue.status == "found" else issue.status, "level": level, "bureau": bureau,
        "holder": worker.name, "holder_shown": worker.shown, "due_on": new,
    }  # fmt: skip
    if moved:
        fields |= {"since": day, "reminded_on": None}
    changed = {"status": fields["to"], "level": level, "bureau": bureau, "holder": worker.name, "due_on": new}
    said = f"第 {issue.pk} 号问题交给{worker.shown}办理，{by_day(new)}。"
    return fields, told(issue, "issues.assigned", said, why, **changed)


def _due(issue: Issue, level: str, day: date, limit: date, due: date | None, why: str) -> date:
    if due is None:
        return limit if level != issue.level else issue.due_on
    if due == issue.due_on and level == issue.level:
        return due
    if not day <= due <= max(limit, issue.due_on):
        raise Refused(f"办结日期要在 {day} 到 {max(limit, issue.due_on)} 之间。")
    if due > issue.due_on and level == issue.level and not why.strip():
        raise Refused("延长期限要写明原因。")
    return due
