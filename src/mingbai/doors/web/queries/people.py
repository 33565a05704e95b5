"""What the pages of people show beside the accounts themselves: places, open work, history."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from mingbai.base.events.models import Event
from mingbai.base.events.queries import of_subject
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.queries import names, path
from mingbai.base.staff.models import Official, Post, Token
from mingbai.base.staff.queries import SOON, within
from mingbai.base.staff.roles import TITLES
from mingbai.findings.issues.models import Issue
from mingbai.findings.screening.models import Clue

_HISTORY = 30


def rows(people: list[Official], day: date) -> list[dict[str, Any]]:
    """Lines of the list: each person (with `held`) with the posts in words. One query for the names of places."""
    held: dict[int, list[Post]] = {one.pk: one.held for one in people}  # type: ignore[attr-defined]
    known = names(post.area for posts in held.values() for post in posts)
    return [{"official": one, "posts": [_post(post, known, day) for post in held[one.pk]]} for one in people]


def posts(by: Actor, official: Official, day: date) -> list[dict[str, Any]]:
    """Every post the person ever had, the newest first, and whether `by` may end it."""
    every = list(official.posts.order_by("-since", "-id"))
    known = names(post.area for post in every)
    return [_post(post, known, day) | {"may_end": by.may(Permission.STAFF_MANAGE, at=post.area)} for post in every]


def open_work(by: Actor, official: Official) -> dict[str, int]:
    """Open problems and assigned clues that the person holds where `by` manages people."""
    mine, holder = within(by, Permission.STAFF_MANAGE, "village"), f"official:{official.username}"
    return {
        "issues": Issue.objects.filter(mine, holder=holder, closed_on=None).count(),
        "clues": Clue.objects.filter(mine, assigned_to=holder, status="assigned").count(),
    }


def history(official: Official) -> list[dict[str, Any]]:
    """What was done with the account, the newest first."""
    found: list[Event] = list(of_subject(f"official:{official.username}")[:_HISTORY])
    return [{"at": one.day, "text": one.said, "by": one.by_shown, "why": one.why} for one in found]


def living_tokens(official: Official, day: date) -> list[Token]:
    """Tokens that still open something."""
    return list(Token.objects.filter(official=official, revoked_on=None, ends_on__gte=day).order_by("id"))


def _post(post: Post, known: dict[str, str], day: date) -> dict[str, Any]:
    last = post.until - timedelta(days=1) if post.until else None
    state = "ahead" if post.since > day else "over" if post.until and post.until <= day else "held"
    return {
        "post": post, "role": _(TITLES[post.role]), "place": path(post.area, known), "last": last, "state": state,
        "soon": state == "held" and post.until is not None and (post.until - day).days <= SOON,
    }  # fmt: skip
