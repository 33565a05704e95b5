"""Households and people within somebody's area: one, and those found by name, ID, phone or code."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.http import Http404

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import birth_date, cleaned, masked
from mingbai.base.staff.queries import within
from mingbai.facts.registry.models import Household, Member

_M = TypeVar("_M", bound=Model)
MOST = 50
"""So many are shown; whoever is not among them is found by asking more exactly."""

_CODE = re.compile(r"[A-Za-z]?\d{6,}")
_PHONE = re.compile(r"1\d{10}")


def visible(by: Actor) -> QuerySet[Household]:
    """The households that somebody may read."""
    return Household.objects.filter(within(by, Permission.HOUSEHOLD_READ, "village"))


def household_or_404(by: Actor, household_id: str) -> Household:
    """One of them; Http404 for one that is not there or lies outside the area."""
    found = visible(by).filter(household_id=household_id).first()
    if found is None:
        raise Http404
    return found


def member_or_404(by: Actor, person_id: str) -> Member:
    """A member of one of them, with the household; Http404 otherwise."""
    inside = within(by, Permission.HOUSEHOLD_READ, "household__village")
    found = Member.objects.filter(inside, person_id=person_id).select_related("household").first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Match:
    """A person found, or a household of which no member is kept (`person_id` '')."""

    household: Household
    name: str
    person_id: str = ""
    relation: str = ""
    id_masked: str = ""
    left_why: str = ""


@dataclass(frozen=True)
class Found:
    """What a search found: at most MOST, and whether there would be more."""

    kind: str
    """id, phone, code, name, or short (nothing was asked that could be looked for)."""
    matches: Sequence[Match]
    more: bool = False


def kind_of(text: str) -> str:
    """What somebody looks for, by its form: id, phone, code or name; short where it is too little."""
    text = re.sub(r"\s", "", text)
    if birth_date(text):
        return "id"
    if _PHONE.fullmatch(text):
        return "phone"
    if _CODE.fullmatch(text):
        return "code"
    return "name" if text and not text.isascii() else "short" if len(text) < 2 or text.isdecimal() else "name"


def find(by: Actor, text: str) -> Found:
    """People by the start of a name or code, by a whole ID or phone. Nothing asked, nothing found; four queries
    at most."""
    kind, text = kind_of(text), re.sub(r"\s", "", text)
    inside = within(by, Permission.HOUSEHOLD_READ, "household__village")
    if kind == "short":
        return Found(kind, ())
    if kind == "id":
        people = Member.objects.filter(inside, id_index__in=settings.KEYS.indexes(cleaned(text))).order_by("id")
        return _found(kind, people, Household.objects.none())
    if kind == "phone":
        # First whoever has it, then who of them may be seen: an engine that starts from the area reads all of it.
        people = Member.objects.filter(inside, pk__in=Member.objects.filter(phone=text).values("pk")).order_by("id")
        homes = visible(by).filter(pk__in=Household.objects.filter(phone=text).values("pk")).order_by("id")
        return _found(kind, people, homes)
    if kind == "code":
        code = text.upper()
        homes = visible(by).filter(_from("household_id", code)).order_by("household_id")
        return _found(kind, Member.objects.filter(inside, _from("person_id", code)).order_by("person_id"), homes)
    people = _named(by, Member.objects.filter(inside), "name", text)
    return _found(kind, people, _named(by, visible(by), "head_name", text))


def _from(field: str, start: str) -> Q:
    # A range, for an index serves it on both databases; the largest character stands after every other.
    return Q(**{f"{field}__gte": start, f"{field}__lt": start + chr(0x10FFFF)})


def _named(by: Actor, rows: QuerySet[_M], field: str, start: str) -> QuerySet[_M]:
    """Those of a name among the rows of somebody's area, by name. Who has a few villages is served from these, where a
    thousand or two live: on the index of names the engine would pass everybody of that name in the county."""
    areas = by.areas(Permission.HOUSEHOLD_READ)
    if not areas or any(len(area) < 12 for area in areas):
        return rows.filter(_from(field, start)).order_by(field, "id")
    known = [row for row in rows.values_list(field, "pk") if row[0].startswith(start)]
    return rows.filter(pk__in=[pk for _, pk in sorted(known)[: MOST + 1]]).order_by(field, "id")


def _found(kind: str, people: QuerySet[Member], homes: QuerySet[Household]) -> Found:
    """Members first; a household where none of its members is among them stands for itself."""
    rows = list(people.select_related("household")[: MOST + 1])
    matches = [
        Match(m.household, m.name, m.person_id, m.relation, masked(settings.KEYS.open(m.id_hidden)), m.left_why)
        for m in rows
    ]
    known = {m.household.pk for m in matches}
    alone = [Match(home, home.head_name) for home in homes[: MOST + 1] if home.pk not in known]
    every = sorted([*matches, *alone], key=lambda one: bool(one.left_why or one.household.ended_on))
    return Found(kind, every[:MOST], len(every) > MOST)
