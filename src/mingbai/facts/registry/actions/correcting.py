"""Fields put right: a member's, a household's, an ID; and the status of class and risk."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import birth_date, cleaned
from mingbai.facts.bureaus.tables import HOUSEHOLD_CLASSES, MONITORED_CLASSES
from mingbai.facts.registry.actions.book import HEAD, Entry, Said, check, hold_id, locked, write
from mingbai.facts.registry.actions.changes import why_no_id
from mingbai.facts.registry.models import Household, Member
from mingbai.facts.registry.snapshot import HOUSEHOLD_LABELS, MEMBER_LABELS

OF_MEMBER = (
    "name", "relation", "sex", "birth", "ethnicity", "schooling", "studying", "health", "skill", "months_worked",
    "work_place", "phone",
)  # fmt: skip
"""Fields of a member that can be corrected; an ID has an action of its own."""

OF_HOUSEHOLD = (
    "group_name", "phone", "causes", "identified_on", "housing_grade", "safe_water", "helper", "helper_unit",
)  # fmt: skip
"""Fields of a household that can be corrected."""

STATUS = ("household_class", "monitored_since", "eliminated", "eliminated_on", "elimination_way")
"""What is decided here and never overwritten by an import."""


def correct_member(*, by: Actor, household: Household, person_id: str, fields: Mapping[str, Any], entry: Entry) -> None:
    """Fields of a member (keys of OF_MEMBER) are put right. The head's name is the household's, too."""
    by.must(Permission.HOUSEHOLD_CHANGE, at=household.village)
    check(entry, _("请填姓名。") if not str(fields.get("name", "x")).strip() else "")
    with transaction.atomic():
        book = locked(household, entry.version)
        member = book.member(person_id)
        _refuse_relation(member.relation, str(fields.get("relation", member.relation)))
        if member.id_valid and fields.get("birth", member.birth) != member.birth:
            raise Refused(_("出生日期由证件号码得出，要改请改证件号码。"))
        name, moved = member.name, _set(member, fields, OF_MEMBER, MEMBER_LABELS)
        if member.relation == HEAD:
            book.household.head_name = member.name
        said = f"更正{name}的{'、'.join(moved)}。"
        write(by=by, entry=entry, told=[Said(book, "registry.member_corrected", said)])


def _refuse_relation(now: str, then: str) -> None:
    if now != then and HEAD in (now, then):
        raise Refused(_("户主不在这里改，请用“更换户主”。"))


def correct_household(*, by: Actor, household: Household, fields: Mapping[str, Any], entry: Entry) -> None:
    """Fields of a household (keys of OF_HOUSEHOLD) are put right."""
    by.must(Permission.HOUSEHOLD_CHANGE, at=household.village)
    check(entry)
    with transaction.atomic():
        book = locked(household, entry.version)
        moved = _set(book.household, fields, OF_HOUSEHOLD, HOUSEHOLD_LABELS)
        said = f"更正户资料：{'、'.join(moved)}。"
        write(by=by, entry=entry, told=[Said(book, "registry.household_corrected", said)])


def correct_id(*, by: Actor, household: Household, person_id: str, id_number: str, entry: Entry) -> None:
    """A member's ID is given or put right; the birth date and sex follow it. '' takes a wrong one away."""
    by.must(Permission.HOUSEHOLD_CHANGE, at=household.village)
    check(entry, *why_no_id(by, id_number, but=person_id))
    with transaction.atomic():
        book = locked(household, entry.version)
        member = book.member(person_id)
        born = birth_date(id_number)
        if born and born > entry.day:
            raise Refused(_("证件号码里的出生日期还没到，请核对。"))
        had = bool(member.id_hidden)
        hold_id(member, id_number)
        if born:
            member.sex = "男" if int(cleaned(id_number)[16]) % 2 else "女"
        what = "更正" if had and member.id_hidden else "去掉" if had else "补录"
        write(by=by, entry=entry, told=[Said(book, "registry.id_corrected", f"{what}{member.name}的证件号码。")])


def decide_status(*, by: Actor, household: Household, fields: Mapping[str, Any], entry: Entry) -> None:
    """Class and risk (keys of STATUS) as decided here on `entry.on`: from then on no import changes them."""
    by.must(Permission.HOUSEHOLD_STATUS, at=household.village)
    check(entry, *_why_no_status(fields))
    with transaction.atomic():
        book = locked(household, entry.version)
        before = book.household.household_class
        moved = _set(book.household, fields, STATUS, HOUSEHOLD_LABELS)
        book.household.class_decided_on = entry.on
        after = book.household.household_class
        said = (
            f"户类型由{before or '未定'}改为{after}。" if before != after else f"认定{'、'.join(moved) or '户类型'}。"
        )
        write(by=by, entry=entry, told=[Said(book, "registry.status_decided", said)])


def _set(
    row: Household | Member, fields: Mapping[str, Any], names: Sequence[str], labels: Mapping[str, str]
) -> list[str]:
    """Sets those of `names` that were given; the labels of what changed."""
    moved = [labels[name] for name in names if name in fields and getattr(row, name) != fields[name]]
    for name in names:
        if name in fields:
            setattr(row, name, fields[name])
    return moved


def _why_no_status(fields: Mapping[str, Any]) -> list[str]:
    since, gone = fields.get("monitored_since"), fields.get("eliminated_on")
    kind = fields.get("household_class")
    reasons = []
    if kind not in HOUSEHOLD_CLASSES:
        reasons.append(_("请选户类型。"))
    if kind in MONITORED_CLASSES and not isinstance(since, date):
        reasons.append(_("监测对象要填监测识别时间。"))
    if fields.get("eliminated") == "是" and not (isinstance(gone, date) and fields.get("elimination_way")):
        reasons.append(_("风险已消除的，要填风险消除时间和消除方式。"))
    if fields.get("eliminated") != "是" and (gone or fields.get("elimination_way")):
        reasons.append(_("风险未消除的，不填风险消除时间和消除方式。"))
    if isinstance(since, date) and isinstance(gone, date) and gone < since:
        reasons.append(_("风险消除时间 %(gone)s 早于监测识别时间 %(since)s，请核对。") % {"gone": gone, "since": since})
    return reasons
