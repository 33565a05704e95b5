"""Makes the site ready to serve: tables, cache, static files, and the first administrator."""

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.management.commands.collectstatic import Command as Collect
from django.core.management import call_command
from django.core.management.base import CommandParser
from django.db import connection

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import system
from mingbai.base.staff.actions import first_administrator
from mingbai.base.staff.middleware import the_day
from mingbai.base.staff.models import Official
from mingbai.doors.web.management.saying import Saying
from mingbai.findings.screening.actions.running import take_over


class Command(Saying):
    """`mingbai serve` runs this before anything is served; running it again changes nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-administrator", action="store_true")
        # Static files are made when the site is served; a restored site is not yet.
        parser.add_argument("--no-static", action="store_true")

    def work(self, **options: Any) -> int | None:
        home: Path = settings.HOME
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
        _sorts_by_code()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        if not options["no_static"]:
            call_command(Collect(), verbosity=0, interactive=False)
        # No worker is alive yet, so whatever seems to be running has died.
        take_over(by=system("start"), place="", day=the_day(), silent=timedelta(0))
        if not options["no_administrator"] and not Official.objects.exists():
            self._first()
        return None

    def _first(self) -> None:
        if not settings.COUNTY:
            raise Refused("第一次启动要知道是哪个县：请设 MINGBAI_COUNTY（6 位区划代码）再启动。")
        password = secrets.token_urlsafe(12)
        first_administrator(username="admin", password=password, area=settings.COUNTY, day=the_day())
        self.say("已建立第一个账号（系统管理员），密码只显示这一次，登录后必须修改：")
        self.say(f"  用户名 admin　密码 {password}")


def _sorts_by_code() -> None:
    """Areas are ranges of codes; a database that sorts ':' before the digits would silently find nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT '513434100200' < '513434:' AND '513434' < '513434100200'")
        row = cursor.fetchone()
    if not (row and row[0]):
        raise Refused(
            "数据库的排序规则不对，按区划代码会查不到人。请用 createdb -T template0 -E UTF8 --locale=C 重新建库。"
        )
