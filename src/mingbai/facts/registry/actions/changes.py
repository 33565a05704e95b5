"""Members come and go: births, marriages, arrivals, deaths, departures, and who was registered by mistake."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import birth_date, cleaned
from mingbai.base.staff.queries import within
from mingbai.facts.registry.actions.book import (
    HEAD,
    Book,
    Entry,
    Said,
    check,
    hold_id,
    locked,
    locked_all,
    next_person_id,
    write,
)
from mingbai.facts.registry.models import Household, Member

ARRIVALS = {"出生": "member_born", "婚入": "member_married_in", "迁入": "member_moved_in", "补登": "member_added"}
"""How somebody comes to a household, and the event's verb."""

DEPARTURES = {
    "死亡": "member_died",
    "婚出": "member_married_out",
    "迁出": "member_moved_out",
    "误登": "member_mistaken",
}
"""Why somebody is no member any more, and the event's verb."""


@dataclass(frozen=True)
class Newcomer:
    """Somebody who becomes a member. `born` counts only where no ID says it; `others` are further fields of Member."""

    name: str
    relation: str
    sex: str = ""
    id_number: str = ""
    born: date | None = None
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NewHead:
    """Who becomes head, and what the others are to them by person id. Where the old head stays, they are named too."""

    person_id: str
    relations: Mapping[str, str]


def arrive(*, by: Actor, household: Household, newcomer: Newcomer, how: str, entry: Entry) -> Member:
    """Somebody becomes a member by birth, marriage or moving in; `how` is a key of ARRIVALS."""
    by.must(Permission.HOUSEHOLD_CHANGE, at=household.village)
    born = birth_date(newcomer.id_number) or newcomer.born
    check(
        entry,
        *why_no_id(by, newcomer.id_number),
        _("请填姓名。") if not newcomer.name.strip() else "",
        _("户主已经有了；换户主请用“更换户主”。") if newcomer.relation == HEAD else "",
        _("日期 %(day)s 早于出生日期 %(born)s，请核对。") % {"day": entry.on, "born": born}
        if born and entry.on < born
        else "",
        _("出生日期 %(born)s 还没到，请核对。") % {"born": born} if born and born > entry.day else "",
        _("新生儿请填出生日期。") if how == "出生" and not born else "",
    )
    with transaction.atomic():
        book = locked(household, entry.version)
        member = enter(book, newcomer)
        said = f"{newcomer.name}{how}（{newcomer.relation}）。"
        write(by=by, entry=entry, told=[Said(book, f"registry.{ARRIVALS[how]}", said)])
    return member


def enter(book: Book, newcomer: Newcomer) -> Member:
    """A new member in the book, not yet saved."""
    others = {name: value for name, value in newcomer.others.items() if value}
    member = Member(
        person_id=next_person_id(book), household=book.household, name=newcomer.name.strip(),
        relation=newcomer.relation, sex=newcomer.sex, birth=newcomer.born, **others,
    )  # fmt: skip
    hold_id(member, newcomer.id_number)
    if member.id_valid:
        member.sex = "男" if int(cleaned(newcomer.id_number)[16]) % 2 else "女"
    book.members[member.person_id] = member
    return member


def leave(
    *, by: Actor, household: Household, person_id: str, how: str, entry: Entry, head: NewHead | None = None
) -> None:
    """A member dies, marries out, moves away or was registered by mistake; `how` is a key of DEPARTURES.

    Where the head leaves and others stay, `head` names the new one; where nobody stays, the household ends.
    """
    by.must(Permission.HOUSEHOLD_CHANGE, at=household.village)
    check(entry)
    with transaction.atomic():
        book = locked(household, entry.version)
        member = book.member(person_id)
        if member.birth and entry.on < member.birth:
            told = {"day": entry.on, "name": member.name, "born": member.birth}
            raise Refused(_("日期 %(day)s 早于%(name)s的出生日期 %(born)s，请核对。") % told)
        member.left_on, member.left_why = entry.on, how
        said = {"死亡": f"{member.name}去世。", "误登": f"{member.name}属于误登，已从成员中去掉。"}.get(
            how, f"{member.name}{how}。"
        )
        staying = book.living()
        if not staying:
            book.household.ended_on = entry.on
            book.household.ended_why = "全户死亡" if how == "死亡" else "误登" if how == "误登" else "整户迁出"
            said += "户内已无成员，本户注销。"
        elif member.relation == HEAD:
            said += follow_head(book, head)
        write(by=by, entry=entry, told=[Said(book, f"registry.{DEPARTURES[how]}", said)])


def go_to(
    *, by: Actor, household: Household, person_id: str, to: Household, relation: str, how: str, entry: Entry,
    head: NewHead | None = None,
) -> None:  # fmt: skip
    """A member marries or moves into another household of the roster and keeps their number; `how` 婚出 or 迁出."""
    by.must(Permission.HOUSEHOLD_CHANGE, at=household.village)
    by.must(Permission.HOUSEHOLD_CHANGE, at=to.village)
    check(
        entry,
        _("去的就是这一户，请填另一户的户编号。") if to.pk == household.pk else "",
        _("到了那一户不能直接当户主；先迁入，再更换户主。") if relation == HEAD else "",
    )
    with transaction.atomic():
        book, other = locked_all([household, to], entry.version)
        member = book.member(person_id)
        staying = [m for m in book.living() if m is not member]
        if not staying:
            raise Refused(_("这一户只剩这一个人，请用“并户”。"))
        was_head = member.relation == HEAD
        move(member, book, other, relation)
        said = f"{member.name}{how}到{other.household.head_name}户。"
        if was_head:
            said += follow_head(book, head)
        came = f"{member.name}从{book.household.head_name}户{'婚入' if how == '婚出' else '迁入'}（{relation}）。"
        write(
            by=by,
            entry=entry,
            told=[Said(book, f"registry.{DEPARTURES[how]}", said), Said(other, "registry.member_came", came)],
        )


def move(member: Member, book: Book, other: Book, relation: str) -> None:
    """A member's row goes over to another household: named in both books, so that both events tell of it."""
    member.household = other.household
    member.relation = relation
    other.members[member.person_id] = member


def follow_head(book: Book, head: NewHead | None) -> str:
    """Makes somebody head of those who stay, with everybody's new relation; the sentence that says so."""
    if head is None:
        raise Refused(_("户主离开后要有新户主，请选一位，并核对每个人与新户主的关系。"))
    chosen = book.member(head.person_id)
    for member in book.living():
        if member is not chosen:
            member.relation = head.relations.get(member.person_id, "")
    wrong = [m.name for m in book.living() if m is not chosen and m.relation in ("", HEAD)]
    if wrong:
        raise Refused(_("请填写与新户主的关系：%(names)s。") % {"names": "、".join(wrong)})
    chosen.relation = HEAD
    book.household.head_name = chosen.name
    return f"户主换为{chosen.name}。"


def why_no_id(by: Actor, text: str, but: str = "") -> list[str]:
    """Why an ID cannot be given to somebody, as sentences; `but` is the person id of whoever may have it already."""
    number = cleaned(text)
    if not number:
        return []
    if birth_date(number) is None:
        return [_("证件号码不对（位数、出生日期或校验位），请对照证件核对；一时弄不清可以先不填。")]
    holders = Member.objects.filter(id_index__in=settings.KEYS.indexes(number), left_on=None)
    holders = holders.exclude(person_id=but).select_related("household")
    holder = holders.filter(within(by, Permission.HOUSEHOLD_READ, "household__village")).first()
    if holder:
        told = {"head": holder.household.head_name, "code": holder.household.household_id, "name": holder.name}
        return [_("这个证件号码已经登记在%(head)s户（%(code)s）的%(name)s名下。") % told]
    if holders.exists():
        return [_("这个证件号码已经登记在您负责范围以外的一户名下，请联系县里核对。")]
    return []
