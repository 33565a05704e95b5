"""A person's open work goes to another in one action; a merged village's problems follow it."""

from datetime import date

from django.db import transaction
from django.db.models import F

from mingbai.base.events.actions import Told, record_many
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.models import Official
from mingbai.base.staff.queries import actor_of, within
from mingbai.findings.issues import ladder
from mingbai.findings.issues.actions.guard import told, where, words
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.models import Clue


def hand_over(*, by: Actor, from_: Official, to: Official, day: date, why: str) -> tuple[int, int]:
    """Gives every open problem and every assigned clue that `from_` holds to `to`; how many of each.

    All or none: Refused where `to` has no post for some of it, or where there is nothing to hand over.
    """
    by.must(Permission.STAFF_MANAGE)
    why = words(why, "移交的原因")
    if from_.pk == to.pk or not to.is_active:
        raise Refused("请选择另一位在岗的同事来接手。")
    old, new = f"official:{from_.username}", actor_of(to, day)
    mine = within(by, Permission.STAFF_MANAGE, "village")
    with transaction.atomic():
        issues = list(Issue.objects.select_for_update().filter(mine, holder=old, closed_on=None).order_by("id"))
        clues = list(Clue.objects.select_for_update().filter(mine, assigned_to=old, status="assigned").order_by("id"))
        if not issues and not clues:
            raise Refused(f"{from_.name}名下没有要移交的问题和线索。")
        _must_be_able(new, to.name, issues, clues)
        Issue.objects.filter(pk__in=[i.pk for i in issues]).update(
            holder=new.name, holder_shown=new.shown, version=F("version") + 1
        )
        Clue.objects.filter(pk__in=[c.pk for c in clues]).update(assigned_to=new.name, version=F("version") + 1)
        summary = Told(
            "issues.handed_over", f"official:{from_.username}", by.areas(Permission.STAFF_MANAGE)[0],
            f"{from_.name}的未办事项移交给{new.shown}：问题 {len(issues)} 个，线索 {len(clues)} 条。", why,
            {"from": old, "to": new.name, "issues": len(issues), "clues": len(clues)},
        )  # fmt: skip
        each = [_issue_told(issue, from_, new, why) for issue in issues]
        each += [_clue_told(clue, from_, new, why) for clue in clues]
        record_many(by=by, day=day, told=[summary, *each])
    return len(issues), len(clues)


def follow_village(*, by: Actor, old: str, new: str, day: date) -> int:
    """The problems of a village that was merged follow it; the merger's own event tells of it. How many there were."""
    by.must(Permission.PLACE_CHANGE, at=new)
    return Issue.objects.filter(village=old).update(village=new, version=F("version") + 1)


def follow_household(*, by: Actor, household_id: str, old: str, new: str) -> int:
    """The problems of a household that moved go with it; the move's own event tells of it. How many there were."""
    by.must(Permission.HOUSEHOLD_CHANGE, at=old)
    moved = Issue.objects.filter(household_id=household_id, village=old)
    return moved.update(village=new, version=F("version") + 1)


def _must_be_able(new: Actor, name: str, issues: list[Issue], clues: list[Clue]) -> None:
    unable = [i for i in issues if not ladder.works_at(new, i.village, i.level, i.bureau)]
    blind = [c for c in clues if not new.may(Permission.CLUE_VERIFY, at=c.village)]
    reasons = []
    if unable:
        places = "、".join(sorted({where(issue) for issue in unable}))
        reasons.append(f"{name}没有办理其中 {len(unable)} 个问题（{places}）的岗位。")
    if blind:
        reasons.append(f"{name}没有核实其中 {len(blind)} 条线索的岗位。")
    if reasons:
        raise Refused(*reasons, "请先给接手的人设好岗位，或换一位同事接手。什么都没有移交。")


def _issue_told(issue: Issue, from_: Official, new: Actor, why: str) -> Told:
    said = f"第 {issue.pk} 号问题由{from_.name}移交给{new.shown}办理。"
    return told(issue, "issues.handed_over", said, why, holder=new.name)


def _clue_told(clue: Clue, from_: Official, new: Actor, why: str) -> Told:
    subject = f"household:{clue.household_id}" if clue.household_id else f"clue:{clue.pk}"
    said = f"第 {clue.pk} 号线索由{from_.name}移交给{new.shown}核实。"
    changed = {"clue": clue.pk, "assigned_to": new.name}
    return Told("screening.clue_handed_over", subject, clue.village, said, why, changed)
