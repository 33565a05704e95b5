"""How a change of households is written: read under lock, compared, saved, told in one event for each household."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from mingbai.base.events.actions import Told, record_many
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Changed, Refused
from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.resident_id import birth_date, cleaned, without_ids
from mingbai.facts.registry import snapshot
from mingbai.facts.registry.models import Household, Member

_PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")
HEAD = "户主"


@dataclass(frozen=True)
class Entry:
    """What every change comes with."""

    on: date
    """The day from which it holds."""
    why: str
    day: date
    """Today."""
    version: int
    """The version of the household that the person saw."""
    nonce: str = ""
    """The form's own mark: the same form sent twice does one thing."""


@dataclass
class Book:
    """A household with all its members, read under lock, and how they read before anything was changed."""

    household: Household
    members: dict[str, Member]
    was: dict[str, str] = field(default_factory=dict)
    were: dict[str, dict[str, str]] = field(default_factory=dict)

    def living(self) -> list[Member]:
        """Members who have not left, head first."""
        here = [m for m in self.members.values() if m.left_on is None and m.household is self.household]
        return sorted(here, key=lambda m: (m.relation != HEAD, m.person_id))

    def member(self, person_id: str) -> Member:
        """A member who has not left; Refused where there is none."""
        found = self.members.get(person_id)
        if found is None or found not in self.living():
            raise Refused(_("这个人不在这一户的现有成员里，可能刚被改过，请重新打开。"))
        return found


@dataclass(frozen=True)
class Said:
    """What one household's event says."""

    book: Book
    verb: str
    said: str


def locked(household: Household, version: int | None) -> Book:
    """The household as it stands now, locked to the end of the transaction.

    `version` is what the person saw, or None where nobody looked at it. Raises Changed where somebody was faster,
    Refused where the household has ended.
    """
    return locked_all([household], version)[0]


def locked_all(households: Sequence[Household], version: int | None) -> list[Book]:
    """Several households at once, always locked in the same order; `version` is that of the first."""
    rows = Household.objects.select_for_update().filter(pk__in=[h.pk for h in households]).order_by("pk")
    found = {row.pk: row for row in rows}
    first = found.get(households[0].pk)
    if first is None or (version is not None and first.version != version):
        raise Changed(_("您打开之后，这一户的资料被改过。您填的内容还在，请对照改动再提交。"))
    books = {pk: Book(row, {}) for pk, row in found.items()}
    for row in households:
        if found[row.pk].village != row.village:
            raise Changed(_("这一户刚刚换了村，请重新打开。"))
        if found[row.pk].ended_on:
            ended = {"head": row.head_name, "day": found[row.pk].ended_on, "why": _(found[row.pk].ended_why)}
            raise Refused(_("%(head)s户已于 %(day)s 注销（%(why)s），不能再改。") % ended)
    for member in Member.objects.filter(household__in=found).order_by("person_id"):
        book = books[member.household_id]
        member.household = book.household
        book.members[member.person_id] = member
    for book in books.values():
        book.was = household_text(book.household)
        book.were = {person: member_text(member) for person, member in book.members.items()}
    return [books[row.pk] for row in households]


def household_text(household: Household) -> dict[str, str]:
    """The household's fields as an event writes them, phone still open."""
    return snapshot.fields_of(vars(household), snapshot.HOUSEHOLD)


def member_text(member: Member) -> dict[str, str]:
    """The member's fields as an event writes them, phone and health still open."""
    return snapshot.member_fields(vars(member) | {"household": member.household.household_id})


def write(*, by: Actor, entry: Entry, told: Sequence[Said]) -> None:
    """Saves what changed and writes one event for each household. Refused where nothing changed."""
    events = []
    saved: dict[str, Member] = {}
    for one in told:
        fields = snapshot.difference(one.book.was, household_text(one.book.household))
        members = {
            person: snapshot.difference(one.book.were.get(person, {}), member_text(member))
            for person, member in one.book.members.items()
        }
        members = {person: found for person, found in members.items() if found}
        if not fields and not members:
            raise Refused(_("没有改动，不用保存。"))
        _save_household(one.book, list(fields))
        saved |= {person: one.book.members[person] for person in members}
        changed = snapshot.changed(fields, members, settings.KEYS.hide)
        if entry.nonce:
            changed["nonce"] = entry.nonce
        household, why = one.book.household, plain(entry.why)
        events.append(Told(one.verb, f"household:{household.household_id}", household.village, one.said, why, changed))
    _save_members(saved.values())
    record_many(by=by, day=entry.on, told=events)


def _save_household(book: Book, fields: list[str]) -> None:
    household = book.household
    if household._state.adding:
        household.save()
        return
    # A new version even where only members changed: the page shows them together.
    values: dict[str, Any] = {name: getattr(household, name) for name in fields}
    rows = Household.objects.filter(pk=household.pk, version=household.version)
    if rows.update(**values, version=household.version + 1) != 1:
        raise Changed(_("您打开之后，这一户的资料被改过，请重新打开。"))
    household.version += 1


def _save_members(members: Iterable[Member]) -> None:
    # A household has one head at any moment: who steps down is saved before who steps up.
    for member in sorted(members, key=lambda m: m.relation == HEAD and m.left_on is None):
        member.save()


def hold_id(member: Member, text: str) -> None:
    """Gives a member an ID: hidden, findable, its birth date and validity worked out; '' takes it away."""
    number = cleaned(text)
    born = birth_date(number)
    member.id_hidden = settings.KEYS.hide(number)
    member.id_index = settings.KEYS.index(number) if born else ""
    member.id_valid = born is not None
    if born:
        member.birth = born


def check(entry: Entry, *others: str) -> None:
    """Refused where the day or the reason cannot be, with `others` (reasons found already) beside."""
    reasons = [reason for reason in others if reason]
    if entry.on > entry.day:
        reasons.append(_("日期 %(day)s 还没到，请填今天或以前的日期。") % {"day": entry.on})
    if entry.on.year < 1950:
        reasons.append(_("日期 %(day)s 太早，请核对年份。") % {"day": entry.on})
    if len(entry.why.strip()) < 2:
        reasons.append(_("请写明原因，至少两个字。"))
    if reasons:
        raise Refused(*reasons)


def plain(text: str) -> str:
    """A reason as it may stand in the history: IDs and phone numbers masked."""
    return _PHONE.sub(lambda found: f"{found.group()[:3]}****{found.group()[-4:]}", without_ids(text.strip()))


def already(by: Actor, nonce: str) -> bool:
    """Whether the form with this mark was carried out by this person before."""
    recent = Event.objects.filter(by=by.name).order_by("-id").values_list("changed", flat=True)[:30]
    return bool(nonce) and any(f'"nonce":"{nonce}"' in text for text in recent)


def next_person_id(book: Book) -> str:
    """The next free number of a member: the household's code and two digits, those who left or moved included."""
    code = book.household.household_id
    taken = Member.objects.filter(person_id__gte=code, person_id__lt=code + ":").values_list("person_id", flat=True)
    tails = [person[len(code) :] for person in [*taken, *book.members] if person.startswith(code)]
    return f"{code}{max((int(t) for t in tails if len(t) == 2 and t.isdecimal()), default=0) + 1:02d}"
