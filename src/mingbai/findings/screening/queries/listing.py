"""Clues as they are read: with the names of households, people, places and officials; for a page and for Excel."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import masked
from mingbai.base.places import queries as places
from mingbai.base.places.models import Place
from mingbai.base.staff.models import Official, Post
from mingbai.base.staff.queries import in_force, within
from mingbai.base.staff.roles import ROLES
from mingbai.facts.registry.models import Household, Member
from mingbai.findings.screening.clue_list import GROUPS
from mingbai.findings.screening.models import Clue
from mingbai.findings.screening.queries.clues import OPEN
from mingbai.findings.screening.wording import title_of

MOST = 20_000
"""More rows than this nobody reads on paper; the desk asks to filter first."""
_CHUNK = 500


class Row(NamedTuple):
    """One line of the desk. `days` are left until it is due, below zero when late, None when it is decided."""

    clue: Clue
    title: str
    head: str
    whom: str
    place: str
    holder: str
    days: int | None


class _Names(NamedTuple):
    heads: dict[str, tuple[str, str]]
    people: dict[str, tuple[str, str]]
    places: dict[str, str]
    officials: dict[str, str]


def rows(by: Actor, clues: list[Clue], day: date, *, english: bool = False) -> list[Row]:
    """The clues of a page with their names: four queries, however many they are."""
    names = _names(by, clues)
    return [
        Row(
            clue,
            title_of(clue, english),
            names.heads.get(clue.household_id, ("", ""))[0],
            names.people.get(clue.subject_id, ("", ""))[0] if clue.subject_kind == "person" else "",
            places.path(clue.village, names.places),
            names.officials.get(clue.assigned_to.removeprefix("official:"), clue.assigned_to),
            (clue.due_on - day).days if clue.status in OPEN else None,
        )
        for clue in clues
    ]


def sheets(by: Actor, found: QuerySet[Clue]) -> dict[str, list[list[str]]]:
    """The rows of 线索清单 by township, IDs masked; at most MOST, the highest rank first."""
    by_township: dict[str, list[list[str]]] = defaultdict(list)
    for some in _chunks(found.order_by("-rank", "-pk")[:MOST].iterator(chunk_size=_CHUNK)):
        names = _names(by, some)
        for clue in some:
            head, group = names.heads.get(clue.household_id, ("", ""))
            name, number = names.people.get(clue.subject_id, ("", "")) if clue.subject_kind == "person" else ("", "")
            whole = "全村" if clue.subject_kind == "village" and clue.channel == "screening" else "全户"
            unknown = clue.channel != "screening" and not clue.household_id
            by_township[names.places.get(clue.village[:9], "")].append(
                [
                    names.places.get(clue.village, clue.village), group, clue.household_id, head, clue.household_class,
                    name or ("未对上农户" if unknown else whole), masked(settings.KEYS.open(number)),
                    GROUPS[clue.group], title_of(clue), clue.said, clue.question, clue.finding,
                ]
            )  # fmt: skip
    return by_township


def choices_of_places(by: Actor, chosen: str) -> list[tuple[str, str]]:
    """Townships that `by` sees, and the villages of the chosen one, as (code, name). One query."""
    mine = Place.objects.filter(within(by, Permission.CLUE_READ, "code"), until=None).annotate(digits=Length("code"))
    wanted = Q(digits=9) | Q(parent=chosen[:9]) if len(chosen) >= 9 else Q(digits=9)
    if all(len(area) >= 9 for area in by.areas(Permission.CLUE_READ)):
        wanted = Q()
    return [
        (place.code, f"　{place.short}" if len(place.code) == 12 else place.short)
        for place in mine.filter(wanted).order_by("code")
    ]


def villages(by: Actor, permission: Permission) -> list[tuple[str, str]]:
    """The villages where `by` has a permission, as (code, township · village)."""
    mine = Place.objects.filter(within(by, permission, "code"), until=None).annotate(digits=Length("code"))
    codes = list(mine.filter(digits=12).order_by("code").values_list("code", flat=True))
    known = places.names(codes)
    return [(code, places.path(code, known)) for code in codes]


def receivers(by: Actor, place: str, day: date) -> list[tuple[str, str]]:
    """Who can be given clues of a place (a township or a village), as (actor's name, shown)."""
    roles = [role for role, permissions in ROLES.items() if Permission.CLUE_VERIFY in permissions and role != "county"]
    above = [place[:n] for n in (9, 12) if len(place) >= n]
    covers = Q(area__in=above) | Q(area__gte=place, area__lt=place + ":")
    posts = (
        Post.objects.filter(in_force(day), covers, within(by, Permission.CLUE_ASSIGN, "area"), role__in=roles)
        .filter(official__is_active=True)
        .select_related("official")
        .order_by("area", "official__name")[:200]
    )
    found = {f"official:{p.official.username}": f"{p.official.name}（{p.official.unit}）" for p in posts}
    return list(found.items())


def _chunks(clues: Iterable[Clue]) -> Iterator[list[Clue]]:
    left = iter(clues)
    while some := list(islice(left, _CHUNK)):
        yield some


def _names(by: Actor, clues: list[Clue]) -> _Names:
    readable = within(by, Permission.HOUSEHOLD_READ, "village")
    ids = {clue.household_id for clue in clues if clue.household_id}
    households = Household.objects.filter(readable, household_id__in=ids)
    persons = {clue.subject_id for clue in clues if clue.subject_kind == "person"}
    members = Member.objects.filter(within(by, Permission.HOUSEHOLD_READ, "household__village"), person_id__in=persons)
    users = {clue.assigned_to.removeprefix("official:") for clue in clues if clue.assigned_to}
    officials = Official.objects.filter(username__in=users)
    return _Names(
        {id_: (head, group) for id_, head, group in households.values_list("household_id", "head_name", "group_name")},
        {id_: (name, number) for id_, name, number in members.values_list("person_id", "name", "id_hidden")},
        places.names({clue.village for clue in clues}),
        dict(officials.values_list("username", "name")),
    )
