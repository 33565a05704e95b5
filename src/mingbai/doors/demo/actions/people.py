"""The six people of the demo, the administrator, and where they work."""

import csv
from datetime import date
from importlib.resources import files

from django.conf import settings
from django.db import transaction

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.actions import load
from mingbai.base.staff.models import Official, Post
from mingbai.base.staff.queries import actor_of

PASSWORD = "mingbai-demo-2026"
"""Everybody's, in the demo only: its data is invented."""
COUNTY, NEXT_COUNTY = "513434", "513435"
_NEXT = [
    {"township_code": "513435100", "township": "邻县城关镇", "village_code": "513435100200", "village": "坝上村"},
    {"township_code": "513435100", "township": "邻县城关镇", "village_code": "513435100201", "village": "河口村"},
]


def places(*, by: Actor, day: date) -> None:
    """The sample's county, and a small one beside it where the stranger works."""
    by.must(Permission.PLACE_CHANGE, at=COUNTY)
    text = files("mingbai.facts.bureaus.sample").joinpath("yuexi.csv").read_text(encoding="utf-8")
    load(by=by, county=COUNTY, name="越西县", rows=csv.DictReader(text.splitlines()), day=day)
    load(by=by, county=NEXT_COUNTY, name="邻县", rows=_NEXT, day=day)


def people(*, by: Actor, village: str, day: date) -> dict[str, Actor]:
    """Li and Zhao work where `village` lies; everybody's actor by the name they sign in with.

    Refused outside the demo: the password is known to all.
    """
    by.must(Permission.STAFF_MANAGE, at=COUNTY)
    if not settings.DEMO:
        raise Refused("演示人员只能在演示站点里建立。")
    cast = {
        "li": ("李", "驻村工作队", "village", village, ""),
        "zhao": ("赵", "乡镇乡村振兴办", "township", village[:9], ""),
        "wang": ("王", "县农业农村局", "county", COUNTY, ""),
        "chen": ("陈", "县医保局", "bureau", COUNTY, "医保"),
        "qian": ("钱", "县督查组", "inspector", COUNTY, ""),
        "sun": ("孙", "邻县农业农村局", "county", NEXT_COUNTY, ""),
        "admin": ("吴", "县信息中心", "admin", COUNTY, ""),
    }
    with transaction.atomic():
        made = {}
        for username, (name, unit, role, area, bureau) in cast.items():
            official = Official(username=username, name=name, unit=unit)
            official.set_password(PASSWORD)
            official.save()
            Post.objects.create(official=official, role=role, area=area, bureau=bureau, since=day)
            made[username] = actor_of(official, day)
        record(
            by=by, day=day, verb="staff.person_added", subject="official:demo", place=COUNTY,
            said=f"建立演示人员 {len(cast)} 人。",
        )  # fmt: skip
    return made
