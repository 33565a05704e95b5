"""Makes the site ready to serve: tables, cache, static files, and the first administrator."""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.management.commands.collectstatic import Command as Collect
from django.core.management import call_command
from django.core.management.base import CommandParser

from mingbai.base.lib.errors import Refused
from mingbai.base.staff.actions import first_administrator
from mingbai.base.staff.middleware import the_day
from mingbai.base.staff.models import Official
from mingbai.doors.web.management.saying import Saying


class Command(Saying):
    """`mingbai serve` runs this before anything is served; running it again changes nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-administrator", action="store_true")

    def work(self, **options: Any) -> int | None:
        home: Path = settings.HOME
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        call_command(Collect(), verbosity=0, interactive=False)
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
