"""Who can be given a problem."""

from datetime import date

from django.db.models import Q

from mingbai.base.staff.models import Official, Post
from mingbai.base.staff.queries import in_force
from mingbai.findings.issues.models import Issue

_ROLES = {"village": "village", "township": "township", "county": "county"}
MOST = 300
"""More names than this nobody picks from; a list narrowed to a village has fewer."""


def candidates(issue: Issue, day: date) -> list[tuple[Official, str]]:
    """People who may hold the problem at its level or below, each with the level at which they would."""
    reach = Q(role__in=_ROLES, area__in=[issue.village[:n] for n in (6, 9, 12)])
    if issue.level == "bureau":
        reach |= Q(role="bureau", bureau=issue.bureau, area__in=[issue.village[:n] for n in (4, 6)])
    order = list(Issue.LEVELS)
    allowed = order[: order.index(issue.level) + 1]
    return [(official, level) for official, level in _people(reach, day) if level in allowed]


def in_area(place: str, day: date) -> list[tuple[Official, str]]:
    """People of villages, townships and the county whose posts lie in a place or cover it; for a batch."""
    above = [place[:n] for n in (6, 9, 12) if n < len(place)]
    reach = Q(role__in=_ROLES) & (Q(area__in=above) | Q(area__gte=place, area__lt=place + ":"))
    return _people(reach, day)


def _people(reach: Q, day: date) -> list[tuple[Official, str]]:
    posts = Post.objects.filter(in_force(day), reach, official__is_active=True).select_related("official")
    found = {(post.official_id, post.role): (post.official, post.role) for post in posts.order_by("area", "id")[:MOST]}
    return list(found.values())
