"""Who an official is today, and the one filter from which every read of people starts."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from mingbai.base.lib.permissions import Actor, Permission, granted
from mingbai.base.staff.models import Official, Post, Token
from mingbai.base.staff.roles import ROLES

PAGE = 50
SOON = 30
"""Days before its end from which a post is said to end soon."""


def actor_of(official: Official, day: date) -> Actor:
    """The official as an Actor with the posts held on `day`. One query.

    Where a place was merged into another, `base.places.actions.merge` has given its people posts there.
    """
    posts = list(Post.objects.filter(in_force(day), official=official).order_by("id"))
    return acting(official, [(post.role, post.area, post.bureau) for post in posts])


def acting(official: Official, posts: list[tuple[str, str, str]]) -> Actor:
    """An Actor from posts as (role, area, bureau)."""
    return Actor(
        kind="official",
        name=f"official:{official.username}",
        shown=f"{official.name}（{official.unit}）" if official.unit else official.name,
        grants=granted((permission, area) for role, area, _ in posts for permission in ROLES[role]),
        bureau=next((bureau for _, _, bureau in posts if bureau), ""),
        roles=tuple(dict.fromkeys(role for role, _, _ in posts)),
    )


def in_force(day: date) -> Q:
    """Posts held on a day."""
    return Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))


def within(by: Actor, permission: Permission, field: str) -> Q:
    """Rows whose division code in `field` lies in an area where `by` has the permission; none where there is none.

    A range, not LIKE: it uses the index on SQLite and on PostgreSQL. Codes are digits only, and ':' follows '9'.
    """
    found = Q(pk__in=[])
    for area in by.areas(permission):
        if area == "":
            return Q()
        found |= Q(**{f"{field}__gte": area, f"{field}__lt": area + ":"})
    return found


def within_unindexed(by: Actor, permission: Permission, field: str) -> Q:
    """What `within` finds, put so that SQLite does not start from the index of places: for rows that are few already by
    another condition, or nearly all of which lie in the area. PostgreSQL knows how many they are only of the plain
    range, so it gets that."""
    if connection.vendor != "sqlite":
        return within(by, permission, field)
    code = Coalesce(field, Value(""))
    found = Q(pk__in=[])
    for area in by.areas(permission):
        if area == "":
            return Q()
        found |= Q(GreaterThanOrEqual(code, area)) & Q(LessThan(code, area + ":"))
    return found


def in_place(code: str, field: str) -> Q:
    """Rows in one place; a filter that names nothing finds nothing."""
    return Q(**{f"{field}__gte": code, f"{field}__lt": code + ":"}) if code else Q(pk__in=[])


def official_of_token(secret: str, day: date) -> Official | None:
    """Whose token it is, while it opens anything on `day`; None for one that ended, was revoked or never was."""
    held = (
        Token.objects.filter(digest=digest(secret), revoked_on=None, ends_on__gte=day, official__is_active=True)
        .select_related("official")
        .first()
    )
    return held.official if held else None


def digest(secret: str) -> str:
    """What is kept of a token; long random secrets need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True)
class Filters:
    """What the list of people is narrowed to; '' is no narrowing, and a word that names nothing finds nothing.

    `state`: '' in use, ``ending`` with a post that ends soon, ``closed``, ``all``.
    """

    q: str = ""
    role: str = ""
    state: str = ""
    place: str = ""


def managed(by: Actor) -> QuerySet[Official]:
    """The people who hold or held a post where `by` manages people, each with `has_second_factor`."""
    inside = Post.objects.filter(within(by, Permission.STAFF_MANAGE, "area"), official=OuterRef("pk"))
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return Official.objects.filter(Exists(inside)).annotate(has_second_factor=Exists(factor))


def people(by: Actor, filters: Filters, day: date, after: str = "") -> tuple[Sequence[Official], str]:
    """One page of the people managed, by user name, and the key of the next ('' where there is none).

    Each with `held` (posts not yet ended) and `has_second_factor`. Two queries.
    """
    posts = Post.objects.filter(within(by, Permission.STAFF_MANAGE, "area"), official=OuterRef("pk"))
    found = managed(by)
    match filters.state:
        case "" | "ending":
            found = found.filter(is_active=True)
        case "closed":
            found = found.filter(is_active=False)
        case "all":
            pass
        case _:
            found = found.none()
    if filters.state == "ending":
        found = found.filter(Exists(posts.filter(until__gt=day, until__lte=day + timedelta(days=SOON))))
    if filters.role:
        found = found.filter(Exists(posts.filter(in_force(day), role=filters.role)))
    if filters.place:
        found = found.filter(Exists(posts.filter(in_place(filters.place, "area"))))
    if filters.q:
        q = filters.q.strip()
        found = found.filter(Q(name__contains=q) | Q(username__startswith=q.lower()) | Q(unit__contains=q))
    if after:
        found = found.filter(username__gt=after)
    unended = Post.objects.filter(Q(until=None) | Q(until__gt=day)).order_by("since", "id")
    held = Prefetch("posts", queryset=unended, to_attr="held")
    rows = list(found.prefetch_related(held).order_by("username")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].username if len(rows) > PAGE else ""


def within_place(by: Actor, permission: Permission, place: str, field: str) -> Q:
    """`within` and `in_place` at once, as one range: of two ranges on one column SQLite searches by either."""
    found = Q(pk__in=[])
    for area in by.areas(permission):
        if place and place.startswith(area):
            return in_place(place, field)
        if place and area.startswith(place):
            found |= in_place(area, field)
    return found
