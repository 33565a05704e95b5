"""Fills the demo's site with an invented year."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mingbai.base.places.models import Place
from mingbai.base.staff.middleware import the_day
from mingbai.doors.demo.actions.filling import fill
from mingbai.doors.demo.actions.people import PASSWORD


class Command(BaseCommand):
    """Run by `mingbai demo` after `mingbai_prepare`, with the demo's environment."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        done = fill(folder=options["folder"], day=the_day(), tell=lambda step: self.stderr.write(f"  {step}"))
        village = Place.objects.get(code=done["village"])
        township = Place.objects.get(code=village.parent)
        self.stdout.write("登录演示站点（六个人，密码都是 " + PASSWORD + "）：")
        for username, who in (
            ("li", f"李，{village.short}驻村工作队员（手机上用）"),
            ("zhao", f"赵，{township.short}乡村振兴办"),
            ("wang", "王，县农业农村局"),
            ("chen", "陈，县医保局"),
            ("qian", "钱，县督查组"),
            ("sun", "孙，邻县的人：应当什么也看不到"),
        ):
            self.stdout.write(f"  {username:<5} {who}")
