"""What every move of a problem shares: words that are words, the guard against a second hand, and how it is told."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import F

from mingbai.base.events.actions import Told
from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.resident_id import without_ids
from mingbai.findings.issues import ladder
from mingbai.findings.issues.models import Issue
from mingbai.findings.issues.queries.issues import history

LONGEST = 2000
HIDDEN = ("finding", "detail", "plan", "answer", "revisit", "title")
"""Free words in an event lie hidden: nobody knows whether they speak of somebody's health."""


def words(text: str, what: str) -> str:
    """The text without blanks around it. Refused where it is missing or too long; `what` names it: 整改措施."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise Refused(f"请写明{what}。")
    if len(text) > LONGEST:
        raise Refused(f"{what}最多写 {LONGEST} 个字，现在有 {len(text)} 个字。")
    return text


def subject_of(issue: Issue) -> str:
    return f"household:{issue.household_id}" if issue.household_id else f"issue:{issue.pk}"


def told(issue: Issue, verb: str, said: str, why: str = "", **changed: Any) -> Told:
    """The event of one problem: `changed` with its number, free words hidden."""
    hidden = {
        name: settings.KEYS.hide(value) if name in HIDDEN and isinstance(value, str) else value
        for name, value in changed.items()
    }
    return Told(verb, subject_of(issue), issue.village, said, without_ids(why), {"issue": issue.pk, **hidden})


def change(issue: Issue, *, version: int, to: str, **fields: Any) -> None:
    """Writes one problem's next state if nobody else was there first; the object then shows what is stored.

    Raises Refused where the status does not lead there, Changed where another came between.
    """
    if issue.version != version:
        raise Changed(somebody_was_first(issue))
    if to != issue.status and to not in Issue.MOVES[issue.status]:
        raise Refused(f"这个问题现在是「{Issue.STATUS[issue.status]}」，不能直接变成「{Issue.STATUS[to]}」。")
    guarded = Issue.objects.filter(pk=issue.pk, status=issue.status, version=version)
    if not guarded.update(status=to, version=F("version") + 1, **fields):
        raise Changed(somebody_was_first(issue))
    issue.refresh_from_db()


def somebody_was_first(issue: Issue) -> str:
    """Who did what to the problem meanwhile, in a sentence."""
    newest = next(iter(history(issue)), None)
    done = f"{newest.by_shown}：{newest.said}" if newest else "别的同事动过它。"
    return f"您打开这一页以后，这个问题有了变化。{done}您填写的内容还在，请看过再决定是否提交。"


def must_work_at(by: Actor, issue: Issue) -> None:
    """Forbidden unless the problem is for `by` to mend: held by them, or at their level (their bureau)."""
    if not ladder.works_at(by, issue.village, issue.level, issue.bureau, issue.holder):
        raise Forbidden(f"这个问题现在由{where(issue)}办理，不在您这一级。")


def must_direct(by: Actor, issue: Issue) -> None:
    """Forbidden unless `by` stands at the problem's level or above it."""
    if not ladder.directs(by, issue.village, issue.level):
        raise Forbidden(f"这个问题现在由{where(issue)}办理，要由这一级或上一级来分派。")


def where(issue: Issue) -> str:
    """村级, 乡镇, 县级 or the bureau: who has it."""
    return place_of(issue.level, issue.bureau)


def place_of(level: str, bureau: str = "") -> str:
    """A level in the words of a sentence; a bureau by its name."""
    return bureau or {"village": "村级", "township": "乡镇", "county": "县级"}[level]


def by_day(due: date) -> str:
    return f"{due.month} 月 {due.day} 日前办结"
