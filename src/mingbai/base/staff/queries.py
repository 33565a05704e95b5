"""Who an official is today, and the one filter from which every read of people starts."""

from datetime import date

from django.db.models import Q

from mingbai.base.lib.permissions import Actor, Permission, granted
from mingbai.base.staff.models import Official, Post
from mingbai.base.staff.roles import ROLES


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


def in_place(code: str, field: str) -> Q:
    """Rows in one place; a filter that names nothing finds nothing."""
    return Q(**{f"{field}__gte": code, f"{field}__lt": code + ":"}) if code else Q(pk__in=[])
