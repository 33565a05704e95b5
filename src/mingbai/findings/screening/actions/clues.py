"""What may be done with a clue: given to somebody, sent back, decided, put to a household."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import F

from mingbai.base.events.actions import Told, record, record_many
from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import without_ids
from mingbai.base.staff.models import Official
from mingbai.base.staff.queries import actor_of, within
from mingbai.facts.registry.models import Household
from mingbai.findings.screening.models import Clue
from mingbai.findings.screening.ranking import rank_of_report
from mingbai.findings.screening.wording import OF_HEALTH, REASONS, named, title_of

AT_ONCE = 500
"""How many clues one batch may touch."""
OPEN = ("new", "assigned")


def move(clue: Clue, *, to: str, by: Actor, finding: str, day: date, version: int | None = None) -> None:
    """Decides an open clue (`to` is confirmed or dismissed) inside the caller's transaction; who calls tells it.

    `version` is that of the page on which it was decided. Raises Refused without a finding, Changed where somebody
    else was first. The object given is brought up to date.
    """
    by.must(Permission.CLUE_VERIFY, at=clue.village)
    said = without_ids(finding.strip())
    if not said:
        raise Refused("请写明入户看到了什么、为什么这样认定。")
    if to not in ("confirmed", "dismissed") or to not in Clue.MOVES[clue.status]:
        raise Changed(_told_before(clue))
    _guarded(
        clue, version, status=to, decided_on=day, decided_by=by.name, finding=said,
    )  # fmt: skip


def dismiss(
    *, by: Actor, clue: Clue, finding: str, day: date, reason: str = "other", version: int | None = None
) -> None:
    """Closes a clue that did not hold. `reason` is a key of wording.REASONS; `finding` says it in words."""
    by.must(Permission.CLUE_VERIFY, at=clue.village)
    if reason not in REASONS:
        raise Refused("请选一个排除的原因。")
    before = clue.status
    with transaction.atomic():
        words = finding.strip()
        move(clue, to="dismissed", by=by, finding=words and f"{REASONS[reason]}：{words}", day=day, version=version)
        said = f"{named(clue)}核实后排除。"
        # The words of a visit may tell of an illness, so the history has the kind of reason and hides the words.
        changed = _changed(clue, before) | {"words": settings.KEYS.hide(clue.finding)}
        _record(by, day, "screening.clue_dismissed", clue, said, why=REASONS[reason], changed=changed)


def assign(*, by: Actor, picked: Iterable[int], to: str, day: date) -> int:
    """Gives open clues to an official (``official:li``), or with '' to whoever works in the village; how many changed.

    Clues that already lie there are left alone, so that sending twice does one thing. Raises Refused where the
    official does not verify clues in one of the villages, Forbidden where a clue lies outside `by`'s area.
    """
    by.must(Permission.CLUE_ASSIGN)
    with transaction.atomic():
        clues = [clue for clue in _open(by, Permission.CLUE_ASSIGN, picked) if not _lies_with(clue, to)]
        whom = _receiver(to, {clue.village for clue in clues}, day)
        _all_or_none(clues, status="assigned", assigned_to=to, assigned_on=day)
        told = [
            _telling(
                "screening.clue_assigned", clue, f"{named(clue)}交给{whom}核实。",
                changed=_changed(clue, clue.status, "assigned") | {"assigned_to": [clue.assigned_to, to]},
            )
            for clue in clues
        ]  # fmt: skip
        record_many(by=by, day=day, told=told)
    return len(clues)


def send_back(*, by: Actor, picked: Iterable[int], why: str, day: date) -> int:
    """Takes clues back from whom they were given to, with a reason; how many changed. Others are left alone."""
    by.must(Permission.CLUE_VERIFY)
    why = without_ids(why.strip())
    if not why:
        raise Refused("请写明退回的原因，让县、乡知道该交给谁。")
    with transaction.atomic():
        clues = [clue for clue in _open(by, Permission.CLUE_VERIFY, picked) if clue.status == "assigned"]
        _all_or_none(clues, status="new", assigned_to="", assigned_on=None)
        told = [
            _telling(
                "screening.clue_sent_back", clue, f"{named(clue)}退回，待重新分派。",
                changed=_changed(clue, "assigned", "new")
                | {"assigned_to": [clue.assigned_to, ""], "words": settings.KEYS.hide(why)},
            )
            for clue in clues
        ]  # fmt: skip
        record_many(by=by, day=day, told=told)
    return len(clues)


def attach_household(*, by: Actor, clue: Clue, household: Household, day: date, version: int | None = None) -> None:
    """Says which household an open report means that came without one. Refused where it has one already."""
    by.must(Permission.CLUE_REPORT, at=clue.village)
    by.must(Permission.CLUE_REPORT, at=household.village)
    if clue.household_id or clue.channel == "screening" or clue.status not in OPEN:
        raise Changed(_told_before(clue) if clue.status not in OPEN else "这条线索已经对上了农户，请刷新页面查看。")
    if household.ended_on:
        raise Refused("这一户已经不在花名册上，请核对户编号。")
    moved_from = clue.village
    with transaction.atomic():
        _guarded(
            clue, version, status=clue.status, subject_kind="household", subject_id=household.household_id,
            household_id=household.household_id, village=household.village,
            household_class=household.household_class, rank=rank_of_report(household.household_class),
        )  # fmt: skip
        changed = {"clue": clue.pk, "household_id": ["", household.household_id], "village": [moved_from, clue.village]}
        _record(by, day, "screening.clue_attached", clue, f"一条{title_of(clue)}对上了这一户。", changed=changed)


def _guarded(clue: Clue, version: int | None, *, status: str, **fields: object) -> None:
    """The one way a single clue changes: only from the status and version that were seen."""
    seen = Clue.objects.filter(pk=clue.pk, status=clue.status, version=clue.version if version is None else version)
    if seen.update(status=status, version=F("version") + 1, **fields) != 1:
        raise Changed(_told_before(Clue.objects.get(pk=clue.pk)))
    clue.refresh_from_db()


def _told_before(clue: Clue) -> str:
    """What somebody else did meanwhile, for who came second."""
    now = Clue.STATUS[clue.status]
    if clue.decided_by:
        who = Official.objects.filter(username=clue.decided_by.removeprefix("official:")).first()
        return f"这条线索已由{who or '别人'}在 {clue.decided_on} 认定为「{now}」：{clue.finding}。您写的内容没有保存，还在页面上。"
    return f"这条线索刚才被别人改过，现在是「{now}」。您写的内容没有保存，还在页面上，请看过再交。"


def _open(by: Actor, permission: Permission, picked: Iterable[int]) -> list[Clue]:
    """The picked clues that are still open, locked. Raises Forbidden where one lies outside `by`'s area."""
    wanted = set(picked)
    if not wanted:
        raise Refused("没有选中线索，请先勾选。")
    if len(wanted) > AT_ONCE:
        raise Refused(f"一次最多处理 {AT_ONCE} 条，现在选了 {len(wanted)} 条。请先筛选，分几次办。")
    mine = Clue.objects.select_for_update().filter(within(by, permission, "village"), pk__in=wanted)
    found = list(mine.order_by("pk"))
    if len(found) != len(wanted):
        raise Forbidden("选中的线索有的不在您负责的范围内，一条也没有改动。")
    still = [clue for clue in found if clue.status in OPEN]
    if not still:
        raise Refused("选中的线索都已经办结，没有改动。")
    return still


def _lies_with(clue: Clue, to: str) -> bool:
    return clue.status == "assigned" and clue.assigned_to == to


def _receiver(to: str, villages: set[str], day: date) -> str:
    """Who is to verify, as the history says it. Refused where that person does not verify there."""
    if not to:
        return "所在村"
    official = Official.objects.filter(username=to.removeprefix("official:"), is_active=True).first()
    if official is None or not to.startswith("official:"):
        raise Refused("没有这个人，或已停用。请重新选择交给谁。")
    receiver = actor_of(official, day)
    if not all(receiver.may(Permission.CLUE_VERIFY, at=village) for village in villages):
        raise Refused(f"选中的线索有的不在{receiver.shown}负责的村，一条也没有分派。请按村筛选后再分。")
    return receiver.shown


def _all_or_none(clues: Sequence[Clue], **fields: object) -> None:
    """Each clue is changed from what was read, or none is: on a database without row locks the count tells."""
    seen = Clue.objects.filter(pk__in=[clue.pk for clue in clues], status__in=OPEN)
    if seen.update(version=F("version") + 1, **fields) != len(clues):
        raise Changed("选中的线索刚才有人改过，一条也没有改动。请刷新后重新勾选。")


def _changed(clue: Clue, before: str, after: str = "") -> dict[str, object]:
    rule = {} if clue.rule in OF_HEALTH else {"rule": clue.rule}
    return {"clue": clue.pk, "status": [before, after or clue.status]} | rule


def _telling(verb: str, clue: Clue, said: str, *, why: str = "", changed: dict[str, object]) -> Told:
    subject = f"household:{clue.household_id}" if clue.household_id else f"clue:{clue.pk}"
    return Told(verb, subject, clue.village, said, why, changed)


def _record(
    by: Actor, day: date, verb: str, clue: Clue, said: str, *, why: str = "", changed: dict[str, object]
) -> None:
    one = _telling(verb, clue, said, why=why, changed=changed)
    record(
        by=by, day=day, verb=one.verb, subject=one.subject, place=one.place, said=one.said, why=one.why, changed=changed
    )
