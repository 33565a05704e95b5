"""Households as wholes: registered, given a new head, split, joined, ended."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mingbai.base.lib.errors import Changed, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import birth_date
from mingbai.base.places.models import Place
from mingbai.facts.registry.actions.book import HEAD, Book, Entry, Said, already, check, locked, locked_all, write
from mingbai.facts.registry.actions.changes import Newcomer, NewHead, enter, follow_head, move, why_no_id
from mingbai.facts.registry.models import Household

# What a household split off keeps of the one it comes from: what was decided of it, and who helps it.
_INHERITED = (
    "village", "group_name", "household_class", "class_decided_on", "causes", "identified_on", "monitored_since",
    "eliminated", "eliminated_on", "elimination_way", "housing_grade", "safe_water", "helper", "helper_unit",
)  # fmt: skip
ENDINGS = {"整户迁出": "household_moved_out", "误登": "household_mistaken"}
"""Why a household ends by itself, and the event's verb; 并户 and 全户死亡 come of other changes."""


def register(
    *, by: Actor, village: str, head: Newcomer, how: str, fields: Mapping[str, Any], entry: Entry
) -> Household:
    """A household new to the roster, with its head; `how` is 整户迁入 or 新登记, `fields` further ones of Household.

    It is an ordinary household (一般农户): its class is decided in its own procedure.
    """
    by.must(Permission.HOUSEHOLD_CHANGE, at=village)
    born = birth_date(head.id_number) or head.born
    check(
        entry,
        *why_no_id(by, head.id_number),
        _("请填户主姓名。") if not head.name.strip() else "",
        _("户主的出生日期 %(born)s 不对，请核对。") % {"born": born} if born and born > entry.on else "",
    )
    with transaction.atomic():
        place = Place.objects.select_for_update().filter(code=village).first()
        if place is None or place.level != "village" or (place.until and place.until <= entry.day):
            raise Refused(_("没有代码为 %(code)s 的村，或这个村已撤并。") % {"code": village})
        if already(by, entry.nonce):
            raise Changed(_("这一户刚才已经登记过了。"))
        household = Household(
            household_id=next_household_id(village), village=village, head_name=head.name.strip(),
            household_class="一般农户", **fields,
        )  # fmt: skip
        book = Book(household, {})
        enter(book, head)
        write(by=by, entry=entry, told=[Said(book, "registry.household_registered", f"{how}：{head.name}户。")])
    return household


def next_household_id(village: str) -> str:
    """The next of our own household codes in a village: N, the village, four digits. Call it under a lock."""
    start = f"N{village}"
    codes = Household.objects.filter(household_id__gte=start, household_id__lt=start + ":")
    newest = codes.order_by("-household_id").values_list("household_id", flat=True).first()
    return f"{start}{int(newest[len(start) :]) + 1 if newest else 1:04d}"


def change_head(*, by: Actor, household: Household, head: NewHead, entry: Entry) -> None:
    """Another member becomes head; everybody's relation is told anew."""
    by.must(Permission.HOUSEHOLD_CHANGE, at=household.village)
    check(entry)
    with transaction.atomic():
        book = locked(household, entry.version)
        if book.member(head.person_id).relation == HEAD:
            raise Refused(_("选的人已经是户主。"))
        said = follow_head(book, head)
        write(by=by, entry=entry, told=[Said(book, "registry.head_changed", said)])


def split(*, by: Actor, household: Household, leaving: Sequence[str], head: NewHead, entry: Entry) -> Household:
    """Members leave to be a household of their own in the same village; `head` names its head and the relations there.

    The old head stays: where they go too, change the head first. The new household keeps the class and its dates.
    """
    by.must(Permission.HOUSEHOLD_CHANGE, at=household.village)
    check(
        entry,
        _("请选分出去的成员。") if not leaving else "",
        _("新户的户主要在分出去的人里选。") if leaving and head.person_id not in leaving else "",
    )
    with transaction.atomic():
        # The village's row is the lock for its next household code.
        list(Place.objects.select_for_update().filter(code=household.village))
        book = locked(household, entry.version)
        going = [book.member(person_id) for person_id in leaving]
        if any(m.relation == HEAD for m in going):
            raise Refused(_("原户主不能分出去；要分出去，请先更换户主。"))
        inherited = {name: getattr(book.household, name) for name in _INHERITED}
        new = Household(household_id=next_household_id(household.village), head_name="", **inherited)
        other = Book(new, {})
        for member in going:
            move(member, book, other, member.relation)
        follow_head(other, head)
        names = "、".join(m.name for m in going)
        told = [
            Said(
                other,
                "registry.household_split_off",
                f"从{book.household.head_name}户分出，户主{new.head_name}，成员：{names}。",
            ),
            Said(book, "registry.household_split", f"{names}分户出去，新户编号 {new.household_id}。"),
        ]
        write(by=by, entry=entry, told=told)
    return new


def join(*, by: Actor, household: Household, into: Household, relations: Mapping[str, str], entry: Entry) -> None:
    """All members of a household go over to another one; the first ends (并户). `relations` are to the other's head."""
    by.must(Permission.HOUSEHOLD_CHANGE, at=household.village)
    by.must(Permission.HOUSEHOLD_CHANGE, at=into.village)
    check(entry, _("不能和自己并户，请填另一户的户编号。") if into.pk == household.pk else "")
    with transaction.atomic():
        book, other = locked_all([household, into], entry.version)
        going = book.living()
        wrong = [m.name for m in going if relations.get(m.person_id, "") in ("", HEAD)]
        if wrong:
            wanting = {"head": other.household.head_name, "names": "、".join(wrong)}
            raise Refused(_("请填写与%(head)s的关系（不能是户主）：%(names)s。") % wanting)
        for member in going:
            move(member, book, other, relations[member.person_id])
        book.household.ended_on, book.household.ended_why = entry.on, "并户"
        names = "、".join(m.name for m in going) or "无成员"
        told = [
            Said(
                book,
                "registry.household_joined",
                f"并入{other.household.head_name}户（{other.household.household_id}），本户注销。",
            ),
            Said(other, "registry.household_took_in", f"{book.household.head_name}户并入，成员：{names}。"),
        ]
        write(by=by, entry=entry, told=told)


def end(*, by: Actor, household: Household, how: str, entry: Entry) -> None:
    """The whole household moves out of the county, or was registered by mistake; `how` is a key of ENDINGS."""
    by.must(Permission.HOUSEHOLD_CHANGE, at=household.village)
    check(entry)
    with transaction.atomic():
        book = locked(household, entry.version)
        book.household.ended_on, book.household.ended_why = entry.on, how
        for member in book.living():
            member.left_on, member.left_why = entry.on, "误登" if how == "误登" else "迁出"
        said = "整户迁出，本户注销。" if how == "整户迁出" else "本户属于误登，已注销。"
        write(by=by, entry=entry, told=[Said(book, f"registry.{ENDINGS[how]}", said)])
