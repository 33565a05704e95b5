"""What may be done with people: added, given posts, handed over, sent home."""

from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission, system
from mingbai.base.staff.models import Official, Post


def first_administrator(*, username: str, password: str, area: str, day: date) -> Official:
    """The administrator of an empty site, who must choose another password when signing in first."""
    by = system("setup")
    by.must(Permission.STAFF_MANAGE, at=area)
    with transaction.atomic():
        if Official.objects.exists():
            raise Refused("已经有人员账号，不再建立第一个管理员。")
        official = Official(username=username, name="系统管理员", must_change_password=True)
        set_password(official, password)
        official.save()
        Post.objects.create(official=official, role="admin", area=area, since=day)
        record(
            by=by, day=day, verb="staff.person_added", subject=f"official:{username}", place=area,
            said="建立第一个系统管理员账号。",
        )  # fmt: skip
    return official


def set_password(official: Official, password: str) -> None:
    """Sets a password that keeps the rules for passwords; Refused with every reason."""
    try:
        validate_password(password, official)
    except ValidationError as error:
        raise Refused(*error.messages) from None
    official.set_password(password)


def extend_area(*, by: Actor, old: str, new: str, day: date) -> int:
    """Whoever holds a post in `old` (merged into `new`) holds the same in `new` from `day`; returns how many posts.

    Writes no event of its own: the merger's event tells of it.
    """
    by.must(Permission.PLACE_CHANGE, at=new)
    with transaction.atomic():
        held = Post.objects.filter(area=old, since__lte=day, until=None)
        made = [
            Post(official_id=p.official_id, role=p.role, area=new, bureau=p.bureau, since=day)
            for p in held
            if not Post.objects.filter(official_id=p.official_id, role=p.role, area=new, until=None).exists()
        ]
        Post.objects.bulk_create(made)
    return len(made)
