"""The moves of a problem by people: being mended, answered, looked at again, closed, or raised a level."""

from datetime import date
from typing import Any

from django.db import transaction

from mingbai.base.events.actions import record_many
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.models import Post
from mingbai.base.staff.queries import in_force
from mingbai.findings.issues import ladder
from mingbai.findings.issues.actions.guard import (
    by_day,
    change,
    must_work_at,
    place_of,
    told,
    where,
    words,
)  # fmt: skip
from mingbai.findings.issues.models import Issue
from mingbai.findings.issues.queries.limits import numbers_on


def start_mending(*, by: Actor, issue: Issue, plan: str, day: date, version: int) -> None:
    """The plan is made and work begins; whoever begins holds the problem where nobody was named."""
    by.must(Permission.ISSUE_ANSWER, at=issue.village)
    must_work_at(by, issue)
    plan = words(plan, "整改措施")
    holder = (issue.holder, issue.holder_shown) if issue.holder else (by.name, by.shown)
    with transaction.atomic():
        change(issue, version=version, to="mending", plan=plan, holder=holder[0], holder_shown=holder[1])
        said = f"第 {issue.pk} 号问题开始整改，{by_day(issue.due_on)}。"
        _tell(issue, by, day, "issues.mending", said, status="mending", plan=plan)


def answer(*, by: Actor, issue: Issue, text: str, day: date, version: int) -> None:
    """What was done, in words; it then waits for a revisit by somebody else. An earlier revisit counts no more."""
    by.must(Permission.ISSUE_ANSWER, at=issue.village)
    must_work_at(by, issue)
    text = words(text, "整改结果")
    with transaction.atomic():
        change(
            issue, version=version, to="answered", answer=text, answered_on=day, answered_by=by.name,
            revisit="", revisited_on=None, revisited_by="",
        )  # fmt: skip
        said = f"第 {issue.pk} 号问题已整改并答复，等待回访。"
        _tell(issue, by, day, "issues.answered", said, status="answered", answer=text)


def revisit(*, by: Actor, issue: Issue, kept: bool, text: str, day: date, version: int) -> None:
    """Somebody other than who answered looks at the door: mended (it may be closed), or back to mending.

    Where it was not mended the clock goes on: an answer that does not hold wins no time.
    """
    by.must(Permission.ISSUE_REVISIT, at=issue.village)
    text = words(text, "回访看到的情况")
    _must_wait_for_a_revisit(issue, version)
    if by.name == issue.answered_by:
        raise Refused("整改是您答复的，要由别的同事去回访。")
    to = "answered" if kept else "mending"
    with transaction.atomic():
        change(issue, version=version, to=to, revisit=text, revisited_on=day, revisited_by=by.name)
        if kept:
            said = f"回访第 {issue.pk} 号问题：整改到位，可以销号。"
        else:
            said = f"回访第 {issue.pk} 号问题：没有整改到位，退回继续整改，{by_day(issue.due_on)}。"
        _tell(issue, by, day, "issues.revisited" if kept else "issues.sent_back", said, status=to, revisit=text)


def close(*, by: Actor, issue: Issue, day: date, version: int) -> None:
    """Off the list, after a revisit that found it mended, and never by whoever answered."""
    by.must(Permission.ISSUE_CLOSE, at=issue.village)
    _must_wait_for_a_revisit(issue, version)
    if not issue.revisited_by:
        raise Refused("还没有回访，不能销号。请先由答复人以外的同事回访。")
    if by.name == issue.answered_by:
        raise Refused("整改是您答复的，要由别的同事来销号。")
    with transaction.atomic():
        change(issue, version=version, to="closed", closed_on=day, closed_by=by.name)
        _tell(issue, by, day, "issues.closed", f"第 {issue.pk} 号问题销号。", status="closed")


def raise_up(*, by: Actor, issue: Issue, reason: str, day: date, version: int, bureau: str = "") -> None:
    """What is beyond a level goes one up, with the reason; from the county to the bureau that is named.

    Naming the bureau is telling it, so a problem that was only found counts as fed back there.
    """
    by.must(Permission.ISSUE_RAISE, at=issue.village)
    if not ladder.directs(by, issue.village, issue.level):
        must_work_at(by, issue)
    reason = words(reason, "上交的原因")
    above = ladder.next_up(issue.level)
    if above is None or issue.status == "closed":
        raise Refused("已经在部门，没有更上一级了。" if above is None else "这个问题已经销号。")
    if above == "bureau":
        _must_have_somebody(bureau, issue, day)
    fields = rung(above, issue.village, day) | {"bureau": bureau if above == "bureau" else ""}
    before = where(issue)
    with transaction.atomic():
        to = "fed_back" if above == "bureau" and issue.status == "found" else issue.status
        change(issue, version=version, to=to, times_raised=issue.times_raised + 1, **fields)
        there = place_of(above, bureau)
        said = f"第 {issue.pk} 号问题{before}办不了，上交{there}办理，{by_day(issue.due_on)}。"
        moved: dict[str, Any] = {
            "level": above,
            "bureau": issue.bureau,
            "due_on": issue.due_on,
            "status": to,
            "holder": "",
        }
        record_many(by=by, day=day, told=[told(issue, "issues.raised", said, reason, **moved)])


def rung(level: str, village: str, day: date) -> dict[str, Any]:
    """The fields of a problem that comes to a level: nobody holds it yet, and that level's clock begins."""
    due = ladder.due_on(day, level, numbers_on(day)(village))
    return {
        "level": level, "holder": "", "holder_shown": "", "since": day, "due_on": due, "reminded_on": None,
    }  # fmt: skip


def _must_have_somebody(bureau: str, issue: Issue, day: date) -> None:
    if not bureau:
        raise Refused("请选择交给哪个部门。")
    areas = [issue.village[:n] for n in range(2, 7)]
    if not Post.objects.filter(in_force(day), bureau=bureau, area__in=areas, official__is_active=True).exists():
        raise Refused(f"「{bureau}」还没有部门联络员，交过去没有人办。请先请管理员设岗。")


def _must_wait_for_a_revisit(issue: Issue, version: int) -> None:
    # Where somebody came between, `change` says who; only then does the status not matter.
    if issue.version == version and issue.status != "answered":
        raise Refused(f"这个问题现在是「{Issue.STATUS[issue.status]}」，答复以后才能回访和销号。")


def _tell(issue: Issue, by: Actor, day: date, verb: str, said: str, **changed: Any) -> None:
    record_many(by=by, day=day, told=[told(issue, verb, said, **changed)])
